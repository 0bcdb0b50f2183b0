"""Readers forked from a process that has everything imported and holds nothing."""
