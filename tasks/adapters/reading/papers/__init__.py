"""Signed PDFs: what their signatures prove, and number and date as their text has them.

Opened in a process of their own, like every file that is sent in; no figure is taken from here.
"""
