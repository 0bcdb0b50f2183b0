"""Simulated agencies: they get real letters, fill in real workbooks and make real mistakes.

Nothing of the program but the demonstration, the rehearsal and the benchmarks uses them.
"""
