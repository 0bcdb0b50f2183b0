"""One record of the office's files changed, everything around it left to the letter.

What a file means and what is wrong with it is `config/files`'s to say; no file is opened here.
"""
