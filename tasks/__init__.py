"""The work: thin tasks, one call and one log line each, and the adapters with all input and output.

No task decides anything: that is the domain's.
"""
