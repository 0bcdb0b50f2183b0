"""Charts, drawn as pictures or laid into sheets, and what tells things apart in each.

No figure is counted here: what is drawn is given.
"""
