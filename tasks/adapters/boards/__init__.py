"""The boards that the office watches, the cases its forms offer, and the work that waits for it.

Read from the record only; nothing here changes anything.
"""
