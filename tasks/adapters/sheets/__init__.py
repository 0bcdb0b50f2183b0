"""The sheets of the consolidated workbook, each column stated once; styles, charts, lineage.

Rows are domain values. Which sheets a cycle has is not decided here but in `results`.
"""
