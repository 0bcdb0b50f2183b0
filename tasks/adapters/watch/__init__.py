"""The watcher's cheap look: what waits in the database, what places of arrival show from outside;
and by which lease one of several watchers works.

Nothing is taken, moved or sent here, and no run is begun.
"""
