"""`baocao office`: the office's files, taken out to be changed and brought in as a new edition.

What a file means is checked by the code that reads it; nothing here knows a column or a key.
"""
