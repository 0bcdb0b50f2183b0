"""Filled workbooks, opened and saved by the programs that officials and their helpers use."""
