"""The demonstration and the rehearsal: the year 2025 played on simulated replies.

Time is simulated, everything else is real. Nothing outside this room and the command line uses it.
"""
