"""Workbooks that go out: the agency's own, the one that comes back marked, the catalogue's.

Values in, bytes out: no database, no mailbox, no clock.
"""
