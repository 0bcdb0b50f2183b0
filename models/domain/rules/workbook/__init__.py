"""Rules on the workbook itself: whether it is the one that was sent, and whether what is read of a
cell is what people see in it and mean by it.

Nothing here weighs what an agency promises or reports.
"""
