"""`baocao backup`, `baocao restore` and what is looked at in depth.

What is done stands in the adapters; here it is asked for and told, and nothing else.
"""
