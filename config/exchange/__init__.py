"""A year's catalogue out of one workbook into the office's files, and back, all or nothing.

Reads files through `config.files`; a fault is told by the cell that its line came from.
"""
