"""What a cell looks like: number format, struck and raised letters, colours, by kind of file.

No value is read here and nothing is judged; the domain holds what is seen against what is stored.
"""
