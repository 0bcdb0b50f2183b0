"""Who may enter and for what: accounts, roles, sessions, tries at a password, the record of them.

No password is kept or compared here, and nothing of a request or a page is known.
"""
