"""Where the office's files are read, and how they are kept when they are served for real.

What a file means is read in `config/files`; nothing here runs a flow.
"""
