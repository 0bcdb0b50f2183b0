"""What the office decides, and the code that loads and checks it."""

from pathlib import Path

# Where the office's own files lie in the program; the code that reads them may lie anywhere.
CONFIG_DIR = Path(__file__).resolve().parent
