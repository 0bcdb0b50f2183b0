"""What every disposable process shuts itself in with before it sees a file: limits, its own pipes.

Of this module nothing is imported that not every such process needs: each is started anew.
"""

from __future__ import annotations

import codecs
import encodings.aliases
import math
import os
import resource
import signal
import sys
import time
from contextlib import suppress

from tasks.adapters.reading.reader_limits import (
    GRACE_SECONDS,
    OPEN_FILES,
    SAID_BYTES,
    JobLimits,
)

#: What a disposable process ends with when it cannot follow its file.
REFUSED = 3
#: Encodings that readers and libraries name; a file may name any code page beside these.
_ENCODINGS = ("ascii", "latin-1", "koi8-r", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


def preload_texts() -> None:
    """Loads every code page that a file may name, and the zone's file: both come from paths."""
    pages = (name for pair in encodings.aliases.aliases.items() for name in pair)
    for name in {*_ENCODINGS, *(page for page in pages if page.startswith("cp"))}:
        with suppress(LookupError):  # of another system
            codecs.lookup(name)
    time.localtime()


def limit(what: int, soft: int, hard: int | None = None) -> None:
    """Sets a limit as far as the system's own hard limit allows."""
    _, ceiling = resource.getrlimit(what)
    if ceiling != resource.RLIM_INFINITY:
        soft = min(soft, ceiling)
    resource.setrlimit(what, (soft, soft if hard is None else hard))


def limit_process(memory_mb: int) -> None:
    """Limits the process for good: memory, core dumps, sizes of files written, open files.

    Where the kernel has no barriers (`sandbox.py`) these limits are all that holds it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    for clock in (signal.SIGALRM, signal.SIGPROF, signal.SIGXCPU):
        signal.signal(clock, signal.SIG_DFL)
    if sys.platform != "darwin":  # macOS refuses to limit the address space
        limit(resource.RLIMIT_AS, memory_mb * 1_000_000)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, SAID_BYTES)
    limit(resource.RLIMIT_NOFILE, OPEN_FILES)


def limit_job(limits: JobLimits) -> None:
    """Sets the clocks that end this process over a job, also while a parser keeps the interpreter
    busy: one of processor time, exact, and one of wall time for a child whose parent was killed."""
    signal.setitimer(signal.ITIMER_PROF, limits.processor_seconds)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds + GRACE_SECONDS)
    # A second net under the first: whatever makes of a signal what it will, this one ends it.
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(spent + limits.processor_seconds + GRACE_SECONDS)
    limit(resource.RLIMIT_CPU, most, hard)


def private_pipes() -> tuple[int, int]:
    """Descriptors of the job and the answer pipe, moved where no library reads or writes."""
    jobs, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return jobs, answers


def write_all(descriptor: int, data: bytes) -> None:
    """Writes bytes, however few the system takes at a time; blocks."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
