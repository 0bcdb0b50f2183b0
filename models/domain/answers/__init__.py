"""An agency's answer over its versions: standing, sections, changes, what is carried, decisions.

How an agency stands, and nothing of what it is written about that (`letters`) or of what becomes of
a message (`arrivals`).
"""
