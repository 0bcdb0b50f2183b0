"""What reading one file may cost: every limit of a reader, in one place, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

# A workbook of 40 MB is a hundred times what an agency fills in; a child is handed one byte more
# at the most, so that it can tell.
MAX_FILE_BYTES = 40_000_000
# An examination of such a workbook is smaller than the workbook.
MAX_ANSWER_BYTES = 64_000_000
# What a reader may write into files: its last words, for the log.
SAID_BYTES = 1_000_000
# It opens none itself; the libraries want a few while they are imported.
OPEN_FILES = 64

# How long an ordinary workbook is waited for, in multiples of the processor time it may spend: with
# thirty busy processes on two cores a reader gets a fifteenth of a core. Whoever has not spent his
# processor time by then was kept waiting by the machine, and the file is not to blame.
WALL_FACTOR = 15
# A start costs half a second of processor time, on a cold disk some seconds more. At load 40 and
# the lowest priority two minutes were not enough.
START_SECONDS = 300.0
# What a child that its parent has left behind may stay on; a living parent ends it before.
GRACE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What one job may take. Processor time decides that a file is too dear to read.

    It is the same however busy the machine is. Wall time only ends what waits for ever.
    """

    memory_mb: int  # of address space, millions of bytes
    processor_seconds: float
    wall_seconds: float

    @classmethod
    def of(cls, memory_mb: int, processor_seconds: float) -> JobLimits:
        """The limits of a house that reads files with so much memory and processor time.

        >>> JobLimits.of(1024, 20).wall_seconds
        300
        """
        return cls(memory_mb, processor_seconds, processor_seconds * WALL_FACTOR)

    def as_arguments(self) -> tuple[str, str, str]:
        """As a child is told them at its start."""
        return str(self.memory_mb), str(self.processor_seconds), str(self.wall_seconds)

    @classmethod
    def from_arguments(cls, memory_mb: str, processor: str, wall: str) -> JobLimits:
        """As the child understands them.

        >>> limits = JobLimits.of(300, 0.5)
        >>> JobLimits.from_arguments(*limits.as_arguments()) == limits
        True
        """
        return cls(int(memory_mb), float(processor), float(wall))
