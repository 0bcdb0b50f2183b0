"""Figures in other guises than 0 to 9: those of other scripts, and figures told in words.

Nothing here knows of cells or of rows.
"""
