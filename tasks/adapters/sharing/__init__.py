"""What several workers on one PostgreSQL share: locks and the pace of letters.

Here lives what keeps them out of each other's way by what the database offers. What they work on
does not: a room above says what is locked and what is done with it. On SQLite there is one worker.
"""
