"""Upkeep: the room that the data folder takes, what of it may go, files that shrink again.

What is kept for the office's sake is known here, and never removed from here.
"""
