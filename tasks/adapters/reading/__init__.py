"""Reading files that nobody vouches for: kinds, archives, workbooks, and the children for that.

What costs memory or time happens in a child with limits. Nothing here judges what a cell says.
"""
