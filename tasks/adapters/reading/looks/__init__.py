"""What all kinds of files share of how a cell looks: colours, conditions, widths, places of shapes.

Knows no kind of file: how one writes its looks is read in that kind's own room. No value is read
here and nothing is judged; the domain holds what is seen against what is stored.
"""
