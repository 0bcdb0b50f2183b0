"""What a cycle comes to, as files and boards: workbook, report, preview, tidy table.

A plan and a review each own their sheets, boards and papers; `choosing` alone asks which it is.
Nothing here writes to the database or sends anything.
"""
