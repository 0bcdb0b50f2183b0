"""The story: what happens, in which order, when. Alone reads the clock and the settings."""
