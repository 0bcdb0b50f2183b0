"""What several workers on one PostgreSQL share: locks and the pace of letters.

Here lives what keeps them out of each other's way by what the database offers. What is done with
what was drawn may not live here: the rooms above do it. On SQLite there is one worker.
"""
