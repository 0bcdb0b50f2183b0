"""Workbooks kept in memory for the desk: read once, up to so many cells, faults told apart."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from models.domain.reading.workbook_content import SheetContent, WorkbookContent
from tasks.adapters.desk import workbook_views
from tasks.adapters.desk.workbook_views import WorkbookViews
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.reader_process import Ending, NoAnswer, ReaderFailed, ReaderUnavailable

LONG = 20.0


class PretendReader:
    """Reads what it is told to, and counts."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.read_names: list[str] = []

    def read(self, job: Any) -> WorkbookContent:
        """The content or the failure that was told."""
        self.read_names.append(job.name)
        if isinstance(self.answer, Exception):
            raise self.answer
        if callable(self.answer):
            self.answer()
        return WorkbookContent("xlsx", [SheetContent("A", [["x"] * 10] * 10)])


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "raw")


def ask(
    views: WorkbookViews, reader: PretendReader, store: RawStore, name: str, patience: float = LONG
) -> Any:
    sha256 = store.put(name.encode())
    return views.of(reader, store, sha256, name, patience)  # type: ignore[arg-type]


def test_a_workbook_is_read_once_and_says_where_it_holds_anything(store: RawStore) -> None:
    views, reader = WorkbookViews(), PretendReader()

    first, second = (ask(views, reader, store, "sổ.xlsx") for _ in range(2))
    views.close()

    assert first is second
    assert reader.read_names == ["sổ.xlsx"]
    assert list(first.extents["A"].rows) == list(range(1, 11))


def test_what_was_looked_at_longest_ago_is_let_go(
    store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_views, "_MOST_CELLS", 250)  # two of them
    views, reader = WorkbookViews(), PretendReader()

    for name in ("a", "b", "a", "c", "a", "b"):
        ask(views, reader, store, name)
    views.close()

    assert reader.read_names == ["a", "b", "c", "b"]


def _lost() -> ReaderFailed:
    try:
        raise ReaderFailed("Chưa có kết luận nào về tệp.") from NoAnswer(Ending.GARBLED, "")
    except ReaderFailed as failure:
        return failure


@pytest.mark.parametrize(
    ("failure", "said", "reads"),
    [
        (ReaderFailed("Tệp «a» bị hỏng."), "Tệp «a» bị hỏng.", 1),
        (_lost(), "Chưa có kết luận nào về tệp.", 2),
        (ReaderUnavailable("no fork"), "Máy đang bận", 2),
    ],
)
def test_a_refusal_is_the_file_s_and_kept_and_a_fault_of_the_machine_is_not(
    store: RawStore, failure: Exception, said: str, reads: int
) -> None:
    views, reader = WorkbookViews(), PretendReader(failure)

    found = [ask(views, reader, store, "a") for _ in range(2)]
    views.close()

    assert all(one.content is None and one.why_not.startswith(said) for one in found)
    assert len(reader.read_names) == reads


def test_a_file_that_is_gone_is_a_sentence(store: RawStore) -> None:
    views, reader = WorkbookViews(), PretendReader()

    found = views.of(reader, store, "0" * 64, "sổ.xlsx", LONG)  # type: ignore[arg-type]
    views.close()

    assert found is not None
    assert "không có trong kho" in found.why_not
    assert reader.read_names == []


def test_whoever_asks_again_meanwhile_waits_for_the_same_reading(store: RawStore) -> None:
    go_on = threading.Event()
    views, reader = WorkbookViews(), PretendReader(lambda: go_on.wait(LONG))

    early = [ask(views, reader, store, "a", patience=0) for _ in range(3)]
    go_on.set()
    late = ask(views, reader, store, "a")
    views.close()

    assert early == [None, None, None]
    assert late.content is not None
    assert reader.read_names == ["a"]


def test_an_unforeseen_failure_is_raised_and_the_next_one_asks_anew(store: RawStore) -> None:
    views, reader = WorkbookViews(), PretendReader(RuntimeError("lỗi lạ"))

    for _ in range(2):
        with pytest.raises(RuntimeError, match="lỗi lạ"):
            ask(views, reader, store, "a")
    views.close()

    assert len(reader.read_names) == 2
