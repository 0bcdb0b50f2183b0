"""Letters on their way: packed, marked, delivered, resolved; and all that speaks SMTP.

A letter is claimed before its last byte leaves. Nothing here decides what a letter says or whether
it is written.
"""
