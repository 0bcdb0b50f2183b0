"""Editions of the office's own files: who changed what and when, and how two changes are joined.

Files are bytes under a name here; not one of them is opened for what it means (`config/files`).
"""
