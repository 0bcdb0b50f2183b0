"""What the database is asked of what came before: versions that bear on a message, answers written.

However much there is of it, a few rows are read, by an index. Nothing is judged here.
"""
