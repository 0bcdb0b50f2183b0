"""Reporting cycles and the calendar they run by; when a summary is due; how letters say instants.

No agency, no catalogue and no workbook: only when things are to happen, and how that is said.
"""
