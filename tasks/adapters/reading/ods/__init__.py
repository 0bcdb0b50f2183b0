"""OpenDocument spreadsheets, .ods: their cells with what they hold, say and are calculated by, how
they look, what is drawn over them, and the words that stand in no cell.

Knows nothing of what cells mean, and no other kind of file.
"""
