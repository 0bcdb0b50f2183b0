"""The meaning: the office's work in pure Python, without clock, file, network or framework."""
