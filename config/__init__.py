"""What the office decides: its files, and apart from them the code that reads and checks them.

The files lie here and in `directives`, `forms`, `letters` and `reports`; the code in `files` and
`exchange`. Settings from the environment (`settings`) know nothing of either.
"""

from pathlib import Path

# Where the office's own files lie in the program; the code that reads them may lie anywhere.
CONFIG_DIR = Path(__file__).resolve().parent
