"""Packages of Open XML, .xlsx, .xlsm and .xlsb alike: which part is what, and what stands in one,
words that stand in no cell too.

No cell is read here, and no library opens anything.
"""
