"""What a person can see of a cell: what lies above it, and whether its letters stand out.

No file is known here; where a kind of file keeps colours and shapes is said where it is read.
"""
