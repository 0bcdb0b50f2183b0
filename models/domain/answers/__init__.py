"""An agency's answer over its versions: standing, sections, changes, what is carried, decisions.

Here lives how an agency stands. What it is written about that is for `letters`, what becomes of a
message for `arrivals`.
"""
