"""`baocao cleanup` and `baocao boards`: what may go, and what of the past is still to be seen.

Nothing here decides what is kept; that stands with what keeps it.
"""
