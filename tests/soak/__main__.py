"""`make soak`: half an hour under load with mail coming in, while processes are killed at random.

    python -m tests.soak [--minutes 30] [--load 20] [--every 8] [--kill-every 50] [--seed 1]

A real service on SQLite, a Maildir and a drop folder. In the end every message has one fate and one
receipt, none is lost, none is answered twice, and no run is left. It ends by itself, at the latest
when the minutes are over, and with it all that it started.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fixtures.ready_made import close_shared, open_shared
from tests.soak.soaking import Plan, lines, soak


def main() -> int:
    """The command line: 0 when nothing is wrong."""
    plan = Plan()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=plan.minutes, help="in all")
    parser.add_argument("--load", type=int, default=plan.load, help="busy processes")
    parser.add_argument("--every", type=float, default=plan.every, help="seconds, one comes in")
    parser.add_argument("--kill-every", type=float, default=plan.kill_every, help="seconds")
    parser.add_argument("--settles", type=float, default=plan.settles, help="seconds of them")
    parser.add_argument("--seed", type=int, default=plan.seed)
    plan = Plan(**vars(parser.parse_args()))
    ours = open_shared()
    try:
        with tempfile.TemporaryDirectory(prefix="baocao-soak-") as folder:
            outcome = soak(plan, Path(folder), lambda said: print(said, flush=True))
            print("\n".join(lines(outcome)))
    finally:
        if ours:
            close_shared()
    return int(bool(outcome.wrongs()))


if __name__ == "__main__":
    sys.exit(main())
