"""Decisions of persons as flows, each with its form, and the approval of a summary.

A form makes a deed; the deed is carried out by one task. No rule of the office lives here.
"""
