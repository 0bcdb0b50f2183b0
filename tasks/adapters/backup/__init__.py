"""Backups made, proven and restored, and what a restored record has to learn again.

Whatever is judged of letters or messages belongs to `post` and `intake`.
"""
