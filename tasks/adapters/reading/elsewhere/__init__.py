"""Words of a workbook that stand in no cell: messages at cells, charts, the printed page's head and
foot, names, properties, by the kinds of files.

Nothing here is taken for an entry: what of it is told, the domain decides.
"""
