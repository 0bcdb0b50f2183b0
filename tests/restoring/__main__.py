"""The drill: an office loses its disk at many moments of the plan cycle and goes on from a backup.

    python -m tests.restoring [--moments 20] [--minutes 20]

Each time a backup is made at one moment, the disk is lost some moments later, the backup is
restored and the cycle played to its end. Printed beside what is aimed at: versions, letters, what
persons had to decide.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.restoring.drill import Drill, Figures

ROOM = 1_000_000_000  # bytes


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=20.0)
    asked = parser.parse_args()
    until = time.monotonic() + asked.minutes * 60
    # In memory where there is such a disk: what is drilled are losses, not how fast one commits.
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None
    with tempfile.TemporaryDirectory(prefix="baocao-restore-", dir=place) as folder:
        total = Figures()
        for number, said in enumerate(Drill(Path(folder)).run(asked.moments, total), start=1):
            sys.stdout.write(f"{number:2}. {said}\n")
            sys.stdout.flush()
            if time.monotonic() > until:
                sys.stdout.write(f"stopped after {asked.minutes:g} minutes\n")
                break
        sys.stdout.write("\n".join(total.lines()) + "\n")
    raise SystemExit(not total.as_aimed())


if __name__ == "__main__":
    main()
