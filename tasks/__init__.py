"""The work: thin tasks, and the adapters that hold all input and output."""
