"""What is shown of a cycle: summary, report, preview, tidy table, snapshot.

Made of a consolidation and, where there is one, of its review; neither knows what lives here.
"""
