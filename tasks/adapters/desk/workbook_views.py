"""Kept workbooks as the desk shows them: read in the disposable reader, kept in memory for a while.

No file is parsed in this process. What was read is kept by its SHA-256, the workbooks that were
looked at last, up to a number of cells.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field

from models.domain.desk.compared_workbooks import SheetDifference, compared
from models.domain.desk.shown_sheet import SheetExtent, extent_of
from models.domain.errors import BaocaoError
from models.domain.reading.workbook_content import WorkbookContent
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.reader_jobs import ReadJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.reading.reader_process import ReaderFailed, ReaderUnavailable

_MOST_CELLS = 1_500_000  # that are kept, over all workbooks
_MOST_KEPT = 40  # workbooks
_MOST_COMPARED = 10  # pairs of workbooks


@dataclass(frozen=True)
class ViewedWorkbook:
    """A workbook as read, and where its sheets hold anything; or the sentence why it is not."""

    content: WorkbookContent | None
    extents: Mapping[str, SheetExtent] = field(default_factory=dict)
    why_not: str = ""
    for_good: bool = True  # the same file will be told the same again

    @property
    def cells(self) -> int:
        """How many places it takes in memory."""
        sheets = self.content.sheets if self.content else ()
        return sum(len(row) for sheet in sheets for row in sheet.rows) + 1


class WorkbookViews:
    """What was read, the last looked at last. Usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[ViewedWorkbook, int]] = OrderedDict()
        self._reading: dict[str, Future[ViewedWorkbook]] = {}
        self._compared: OrderedDict[tuple[str, str], Sequence[SheetDifference]] = OrderedDict()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="desk-workbooks")

    def close(self) -> None:
        """Reads nothing more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def of(
        self, reader: ReaderPool, raw: RawStore, sha256: str, name: str, patience: float
    ) -> ViewedWorkbook | None:
        """The workbook of that hash, read in so many seconds; None while it is being read."""
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256][0]
            if sha256 not in self._reading:
                begun = self._threads.submit(self._read, reader, raw, sha256, name)
                self._reading[sha256] = begun
            reading = self._reading[sha256]
        try:
            return reading.result(patience)
        except NotYet:
            return None

    def compared(
        self, left: tuple[str, ViewedWorkbook], right: tuple[str, ViewedWorkbook]
    ) -> Sequence[SheetDifference]:
        """What differs between two workbooks that were read, each with its SHA-256."""
        pair = (left[0], right[0])
        with self._lock:
            if pair in self._compared:
                self._compared.move_to_end(pair)
                return self._compared[pair]
        one, other = left[1].content, right[1].content
        made = compared(one, other) if one and other else []
        with self._lock:
            self._compared[pair] = made
            while len(self._compared) > _MOST_COMPARED:
                self._compared.popitem(last=False)
        return made

    def _read(self, reader: ReaderPool, raw: RawStore, sha256: str, name: str) -> ViewedWorkbook:
        try:
            viewed = _viewed(reader, raw, sha256, name)
            cells = viewed.cells
        except BaseException:
            # Whoever asks next begins anew.
            with self._lock:
                del self._reading[sha256]
            raise
        with self._lock:
            del self._reading[sha256]
            if viewed.for_good:
                self._kept[sha256] = (viewed, cells)
            while self._kept and (
                len(self._kept) > _MOST_KEPT or sum(n for _, n in self._kept.values()) > _MOST_CELLS
            ):
                self._kept.popitem(last=False)
        return viewed


def _viewed(reader: ReaderPool, raw: RawStore, sha256: str, name: str) -> ViewedWorkbook:
    try:
        if sha256 not in raw:
            why = "Tệp này không có trong kho tệp gốc nên không mở được."
            return ViewedWorkbook(None, why_not=why, for_good=False)
        content = reader.read(ReadJob(raw.at_hand(sha256), name))
    except ReaderUnavailable:
        why = "Máy đang bận hoặc thiếu bộ nhớ nên chưa đọc được sổ này. Xin mở lại sau ít phút."
        return ViewedWorkbook(None, why_not=why, for_good=False)
    except ReaderFailed as failure:
        # A refusal is a property of the file; that no answer came may be one of the moment.
        return ViewedWorkbook(None, why_not=str(failure), for_good=failure.__cause__ is None)
    except BaocaoError as fault:
        return ViewedWorkbook(None, why_not=str(fault), for_good=False)
    return ViewedWorkbook(content, {s.name: extent_of(s) for s in content.sheets})
