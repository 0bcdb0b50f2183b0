"""A module that runs until it is killed, and says so in the file that WAITING names."""

from __future__ import annotations

import os
import time
from pathlib import Path

if __name__ == "__main__":
    Path(os.environ["WAITING"]).write_text(str(os.getpid()))
    time.sleep(600)
