"""Formulas of cells: what they come to by the workbook's own cells, held against what it keeps.

Nothing here knows what a cell is for, and nothing of another file is looked at.
"""
