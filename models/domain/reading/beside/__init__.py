"""What stands beside the cells of the form: in other columns, rows and sheets, and in no cell.

Nothing here becomes an entry; it is told where it may have been meant for one.
"""
