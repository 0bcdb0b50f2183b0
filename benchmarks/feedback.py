"""`make feedback`: what one focused test costs whoever changes a line, in starts of an interpreter.

Processor time of the whole command, the least of a few runs, over that of `python -c pass`: a
busy machine changes both alike.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
STARTS = 10
DOMAIN = "tests/models/domain/test_units.py"
INTAKE = "tests/tasks/adapters/intake/test_working.py::test_a_run_takes_no_more_than_its_limit"


def processor_time(command: Sequence[str]) -> float:
    """User and system seconds of a command and of all that it waited for; it must succeed."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints a line for each command."""
    bare = [sys.executable, "-c", "pass"]
    start = min(processor_time(bare) for _ in range(STARTS))
    print(f"{start * 1000:7.0f} ms              python -c pass")
    for test in sys.argv[1:] or (DOMAIN, INTAKE):
        command = [sys.executable, "-m", "pytest", "-q", test]
        seconds = min(processor_time(command) for _ in range(RUNS))
        print(f"{seconds * 1000:7.0f} ms {seconds / start:6.0f} starts  pytest -q {test}")


if __name__ == "__main__":
    main()
