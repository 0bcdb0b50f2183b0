"""Loaders of what the office's desk shows: from the record into the read models of the domain.

Changes nothing. What a person decides at the desk is carried out in `decisions`.
"""
