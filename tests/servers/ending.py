"""The end of a server's process that a test has started."""

from __future__ import annotations

import signal
import subprocess

_SECONDS = 10


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends it in order, or else by force, and waits for its end. Harmless when it has ended."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_SECONDS)
