"""What the database is asked of what came before: the versions that bear on a message.

However much there is of it, a few rows are read, by an index. Nothing is judged here.
"""
