"""The catalogue at the command line: shown, checked, out into a workbook, tried out and taken in.

Rules on the office's files are the loaders'; none is written here.
"""
