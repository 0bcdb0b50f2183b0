"""Figures of the program, side by side in one run."""
