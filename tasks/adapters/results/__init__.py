"""What a cycle came to and how the office is shown it: workbook, charts, boards, report, snapshot.

A plan and a review each own theirs, behind one interface (`cycle_results`); which of the two a
cycle has is asked in `choosing` alone. Nothing here decides what a figure means: the domain does.
"""
