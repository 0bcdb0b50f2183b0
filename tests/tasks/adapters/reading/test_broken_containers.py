"""Containers whose own figures are wrong: whatever a library raises, the file is answered."""

from __future__ import annotations

import io
import itertools
import struct
from pathlib import Path

import olefile

from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.parser_guard import ParserFailed, parsing
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tests.fixtures.old_workbooks import cell, wide, xls

#: Fields of the header of an OLE2 file: where they lie, how wide they are.
HEADER = {
    "size of sectors": (30, 2),
    "size of small sectors": (32, 2),
    "sectors of the directory": (40, 4),
    "sectors of places": (44, 4),
    "first sector of the directory": (48, 4),
    "least size of a stream": (56, 4),
    "first sector of small places": (60, 4),
    "sectors of small places": (64, 4),
    "first sector of further places": (68, 4),
    "sectors of further places": (72, 4),
    "first place": (76, 4),
}
VALUES = (1, 0x7F, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFF0)
WORKBOOK = xls(cell(0x204, 0, 0, wide("Tên")))


def lying(content: bytes, at: int, width: int, value: int) -> bytes:
    masked = value & (1 << 8 * width) - 1
    return content[:at] + masked.to_bytes(width, "little") + content[at + width :]


def test_what_lying_containers_make_their_library_raise_is_guarded_whatever_it_is() -> None:
    raised = set()
    for (at, width), value in itertools.product(HEADER.values(), VALUES):
        content = lying(WORKBOOK, at, width, value)
        assert identify(content, "báo cáo.xls") in (FileKind.XLS, FileKind.OLE)
        try:
            with parsing(), olefile.OleFileIO(io.BytesIO(content)) as container:
                container.openstream("Workbook").read()
        except ParserFailed as fault:
            raised.add(type(fault.__cause__))
    assert len(raised) > 1, raised


def test_a_container_that_lies_is_answered_though_a_library_may_end_its_process(
    tmp_path: Path,
) -> None:
    """In the reader's own child: some of these make a library ask for all memory there is."""
    directory = 512 + 512 * struct.unpack_from("<I", WORKBOOK, 48)[0]
    entries = [(directory + 128 * n + at, 4) for n in (0, 1) for at in (64, 68, 72, 76, 116, 120)]
    with ReaderPool(None, memory_mb=512) as pool:
        for at, width in (*HEADER.values(), *entries):
            for value in VALUES:
                path = tmp_path / "a.xls"
                path.write_bytes(lying(WORKBOOK, at, width, value))
                answer = pool.examine_one(ExamineJob(path, path.name))
                assert answer.problem is None or answer.detail, (at, value)
