"""A run without a worker that would notice its end, as after the loss of a whole machine."""

from __future__ import annotations

import time

from prefect import flow, tags


@flow(name="mat-tien-trinh")
def wait_to_be_killed() -> None:
    """Ends by itself after five minutes, should nobody kill it."""
    time.sleep(300)


if __name__ == "__main__":
    with tags("baocao"):
        wait_to_be_killed()
