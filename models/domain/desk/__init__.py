"""What the office's desk shows: read models of what waits, of stories and of what comes next.

Pure values and the functions that make them. Decides nothing: decisions are deeds.
"""
