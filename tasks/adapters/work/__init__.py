"""The cycle's own work: opening, reminding, alarms, consolidating, previews, snapshots, exports.

Each writes what it causes in one transaction. Nothing here speaks to a mail server.
"""
