"""The command line: what operators and clerks run by hand, and what it prints.

No flow lives here; commands that need no orchestrator import none.
"""
