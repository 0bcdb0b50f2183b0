"""What a service takes while there is nothing to do, beside Prefect's bare server.

    python -m benchmarks.idle [--seconds 120]

Both run side by side in the same measurement, each in a folder of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.serving import (
    START_SECONDS,
    Taken,
    ask,
    environment,
    served,
    started,
    taken,
    wait_for,
)
from flows.serving.orchestration import free_port

SETTLED = 60  # seconds after the start: the first boards are shown, caches are filled
MOST_OF_A_CORE, MOST_MB = 6.0, 600.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    seconds = parser.parse_args(arguments).seconds
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "bare").mkdir()
        service, api = stack.enter_context(served(folder))
        bare = stack.enter_context(_bare_server(folder / "bare"))
        time.sleep(SETTLED)
        before = _runs(api)
        began, at = (taken(service), taken(bare)), time.monotonic()
        time.sleep(seconds)
        ended, passed = (taken(service), taken(bare)), time.monotonic() - at
        print(f"{passed:.0f} s, runs begun meanwhile: {_runs(api) - before}")
    print(f"{'':24}{'% of a core':>14}{'MB resident':>14}{'MB proportional':>18}")
    names = ("baocao serve", "Prefect's bare server")
    for name, first, last in zip(names, began, ended, strict=True):
        _print(name, first, last, passed)
    print(f"{'aim, the whole service':24}{MOST_OF_A_CORE:14.1f}{'':14}{MOST_MB:18.0f}")


def _print(name: str, first: Taken, last: Taken, passed: float) -> None:
    share = 100 * (last.seconds - first.seconds) / passed
    print(f"{name:24}{share:14.2f}{last.resident_mb:14.0f}{last.proportional_mb:18.0f}")


def _runs(api: str) -> int:
    """How many runs have begun."""
    asked = {"flow_runs": {"start_time": {"is_null_": False}}}
    return int(ask(f"{api}/flow_runs/count", asked))


@contextmanager
def _bare_server(folder: Path) -> Iterator[int]:
    """Prefect's own server and nothing of ours, once it answers."""
    port = free_port()
    env = environment(folder) | {"PREFECT_HOME": str(folder)}
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with started(command, env, folder / "log") as pid:
        wait_for(lambda: ask(f"http://127.0.0.1:{port}/api/health"), START_SECONDS)
        yield pid


if __name__ == "__main__":
    main()
