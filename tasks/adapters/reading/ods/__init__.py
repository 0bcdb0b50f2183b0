"""OpenDocument spreadsheets, .ods: their cells with what they hold, say and are calculated by.

Knows nothing of what cells mean. How they look is read beside it, in `looks`.
"""
