"""Word documents and plain texts read as a reader sees them, in a process that may die of it.

What is meant by what they say is the domain's (`models/domain/drafting`).
"""
