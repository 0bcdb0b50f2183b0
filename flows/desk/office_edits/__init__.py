"""The office's files changed by forms: what is asked, which file it becomes, where a fault stands.

What a file means and what is wrong with it is the office's own checks to say; nothing is kept here.
"""
