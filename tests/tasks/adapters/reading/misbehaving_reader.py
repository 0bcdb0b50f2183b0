"""A reader process that misbehaves when the name of a file says so; run by the pool's tests."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from tasks.adapters.reading import reader_child
from tasks.adapters.reading.reader_jobs import ExamineJob

_examine = reader_child.ANSWERERS[ExamineJob]


def _misbehave(job: Any, content: bytes, office: Any) -> dict[str, Any]:
    if job.name == "hang":
        time.sleep(60)
    elif job.name == "slow":
        time.sleep(1)
    elif job.name == "spin":
        while True:
            pass
    elif job.name == "hog":
        held = [bytearray(1 << 20) for _ in range(10_000)]
        return {"held": len(held)}
    elif job.name == "abort":
        os.abort()
    elif job.name == "exit":
        os._exit(3)
    elif job.name == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif job.name == "raise":
        raise RuntimeError("a rule crashed")
    elif job.name == "talk":
        sys.stdout.write("a library talks\n")
        sys.stdout.flush()
        os.write(1, b"\x00\x00\x00\x04null")
    elif job.name == "lie":
        return {"examination": {"file_kind": 3}}
    elif job.name == "environment":
        return {
            "examination": {
                **_examine(job, content, office)["examination"],
                "detail": repr(dict(os.environ)),
            }
        }
    elif job.name == "pid":
        return {
            "examination": {
                **_examine(job, content, office)["examination"],
                "detail": str(os.getpid()),
            }
        }
    return _examine(job, content, office)


def main(arguments: list[str]) -> None:
    reader_child.ANSWERERS[ExamineJob] = _misbehave
    reader_child.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
