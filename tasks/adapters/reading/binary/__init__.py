"""Excel's binary formats, .xls and .xlsb, read record by record into the cells that are filled, how
they look, and the words that stand in no cell.

Knows nothing of what cells mean, and no library: what a library made of the same file is held
against it by the caller.
"""
