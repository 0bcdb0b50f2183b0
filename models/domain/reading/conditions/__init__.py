"""Conditions that change how cells look: taken apart, and whether they hold.

No file is known here; what a kind of file calls a condition is said where it is read.
"""
