"""The catalogue at the command line: shown, checked, drafted, out into a workbook and taken in.

Rules on the office's files are the loaders'; none is written here.
"""
