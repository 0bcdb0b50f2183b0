"""Cells of words: which choice is meant, and how a number that stands among words is written down.

No number or day is understood here; what these mean is said in `cell_values.py`.
"""
