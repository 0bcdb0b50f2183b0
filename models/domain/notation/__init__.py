"""How things are written: numbers, deadlines, units, investments, Vietnamese letters and marks.

Text in, values out, and back. Nothing here knows of agencies, cycles or workbooks.
"""
