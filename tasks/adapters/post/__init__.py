"""Letters on their way: packed, marked, delivered, resolved; and all that speaks SMTP.

A letter is claimed before its last byte leaves. What a letter says is decided before it is here.
"""
