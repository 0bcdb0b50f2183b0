"""Runs: begun when there is something to do, forked from a process that is ready; and what is made
before them. No flow is written here, and nothing of an office is decided.
"""
