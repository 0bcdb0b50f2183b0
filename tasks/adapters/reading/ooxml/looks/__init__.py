"""How cells of Open XML look: styles, tables, conditions, widths, what is drawn over them.

No value is read here. What colours and widths mean lies below, in `reading/looks`, and nothing of
the room around this one knows what stands in it.
"""
