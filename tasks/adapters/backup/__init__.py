"""Backups made, proven and restored, and what a restored record has to learn again.

Nothing is judged here of a letter or a message: that belongs to `post` and `intake`.
"""
