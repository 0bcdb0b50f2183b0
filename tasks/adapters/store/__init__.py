"""The database: what is kept, in one transaction with its cause.

Functions take an open connection, so that a caller decides what commits together. No rule of the
office lives here: rows in, rows out.
"""
