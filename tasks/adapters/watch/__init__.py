"""The watcher's cheap look: what waits in the database, what places of arrival show from outside.

Nothing is taken, moved or sent here, and no run is begun.
"""
