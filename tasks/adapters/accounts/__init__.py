"""Accounts as they are kept: password hashes, sessions, the record of the door.

What is allowed is the domain's to say. No request, no cookie and no page is known here.
"""
