"""Notes on the cells of .xlsb, which are records; the conversations of .xlsb are written in XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from models.domain.reading.workbook_content import MOST_COMMENTS
from tasks.adapters.reading.binary.biff12 import biff12_records, whole_number, wide_string
from tasks.adapters.reading.binary.binary_values import BrokenRecords
from tasks.adapters.reading.ooxml.comment_parts import notes_of

Place = tuple[int, int]
_BEGIN_COMMENT, _COMMENT_TEXT = 635, 637


def notes_of_xlsb(part: bytes) -> Iterable[tuple[Place, str]]:
    """The notes of a part; one that is cut off holds none. Some programs write XML here too."""
    if part.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return notes_of(part)
    try:
        return [*islice(_notes(part), MOST_COMMENTS)]
    except BrokenRecords:
        return ()


def _notes(part: bytes) -> Iterator[tuple[Place, str]]:
    place = 0, 0
    for record, data in biff12_records(part):
        if record == _BEGIN_COMMENT:
            place = whole_number(data, 4) + 1, whole_number(data, 12) + 1
        elif record == _COMMENT_TEXT:
            yield place, wide_string(data, 1)[0]
