"""From the cells of a workbook to entries with findings: forms, layouts, headers, keys of rows.

What a cell means, never whether it is right: that is for the rules. Nothing here opens a file.
"""
