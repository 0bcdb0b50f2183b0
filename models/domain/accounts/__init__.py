"""Who may enter and for what: accounts, roles, sessions, their record; what is kept of people.

No password is kept or compared here, and nothing of a request or a page is known.
"""
