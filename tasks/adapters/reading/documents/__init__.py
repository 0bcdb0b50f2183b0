"""Word documents and plain texts read as a reader sees them, in a process that may die of it.

What they mean is the domain's (`models/domain/drafting`): no word is understood here.
"""
