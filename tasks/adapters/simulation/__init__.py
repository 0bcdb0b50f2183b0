"""Simulated agencies: they get real letters, fill in real workbooks and make real mistakes."""
