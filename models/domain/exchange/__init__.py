"""A year's catalogue as one workbook: which sheets show which files, and what came back in them.

The files themselves are `config`'s; nothing here reads or writes one.
"""
