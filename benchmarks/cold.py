"""What commands cost from a cold start, in starts of a bare interpreter, and what a year costs.

    python -m benchmarks.cold

Processor time of each command with all its processes, the least of a few runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import material
from benchmarks.serving import environment
from benchmarks.stages import Stopwatch

RUNS = 5
FILES = 100
COMMAND = ("-m", "flows.cli.front")
_NEXT_CHAPTER = "Diễn lại kỳ tổng kết"  # what a demonstration says when its plan is over


@dataclass(frozen=True)
class Cold:
    """Seconds of processor time."""

    bare: float  # an interpreter that does nothing
    help: float
    check: float  # one file
    check_more: float  # each further of a hundred files
    status: float  # after a year
    plan: float  # of a demonstration
    year: float


def measured() -> Cold:
    """All of it, one after the other: three minutes."""
    with tempfile.TemporaryDirectory(prefix="baocao-cold-") as made:
        folder = Path(made)
        plan, year = _demonstrated(folder)
        files = [str(one.path) for one in material.make(folder, FILES, os.cpu_count() or 1)]
        env = environment(folder)
        one = _least([*COMMAND, "check", files[0]], env)
        hundred = _least([*COMMAND, "check", *files], env, runs=2)
        return Cold(
            bare=_least(["-c", "pass"], env, runs=10),
            help=_least([*COMMAND, "--help"], env),
            check=one,
            check_more=(hundred - one) / (FILES - 1),
            status=_least([*COMMAND, "status"], env),
            plan=plan,
            year=year,
        )


def _least(arguments: Sequence[str], env: Mapping[str, str], runs: int = RUNS) -> float:
    found = []
    for _ in range(runs):
        watch = Stopwatch()
        # A file that is returned gives another exit status than 0.
        nowhere = subprocess.DEVNULL
        command = [sys.executable, *arguments]
        subprocess.run(command, env=dict(env), check=False, stdout=nowhere, stderr=nowhere)
        measure = watch.stop("", 1)
        found.append(measure.below_cpu)
    return min(found)


def _demonstrated(folder: Path) -> tuple[float, float]:
    """Plays the year into `data`; seconds until its plan was over, and in all."""
    command = [sys.executable, *COMMAND, "demo", "--data-dir", str(folder / "data")]
    watch = Stopwatch()
    plan = 0.0
    with subprocess.Popen(
        command, env=environment(folder), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if _NEXT_CHAPTER in line:
                plan = watch.stop("", 1).below_cpu
    if process.returncode or not plan:
        raise RuntimeError(f"the demonstration ended with {process.returncode}")
    return plan, watch.stop("", 1).below_cpu


def main() -> None:
    """Prints them."""
    cold = measured()
    for name in ("help", "check", "status"):
        seconds = getattr(cold, name)
        print(f"{name:14}{seconds:8.3f} s{seconds / cold.bare:8.1f} bare interpreters")
    print(f"{'each further file':14}{cold.check_more * 1000:8.1f} ms")
    print(f"plan {cold.plan:.1f} s, year {cold.year:.1f} s")


if __name__ == "__main__":
    main()
