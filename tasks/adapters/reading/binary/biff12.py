"""The records of .xlsb and what stands in them ([MS-XLSB] 2.1.4, 2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.adapters.reading.binary.binary_values import BrokenRecords


def whole_number(data: bytes, at: int) -> int:
    """The four bytes at a place. Raises BrokenRecords."""
    if at + 4 > len(data):
        raise BrokenRecords("record too short")
    return int.from_bytes(data[at : at + 4], "little")


def wide_string(data: bytes, position: int) -> tuple[str, int]:
    """A text of two bytes a letter, and where it ends. Raises BrokenRecords."""
    length = whole_number(data, position)
    if length == 0xFFFFFFFF:  # a null string
        return "", position + 4
    end = position + 4 + 2 * length
    if end > len(data):
        raise BrokenRecords(f"a text of {length} letters in {len(data)} bytes")
    return data[position + 4 : end].decode("utf-16-le", errors="replace"), end


def biff12_records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and data of every record. Raises BrokenRecords where the last one is cut off."""
    position, end = 0, len(stream)
    while position < end:
        record = stream[position]
        position += 1
        if record & 0x80 and position < end:
            record = (record & 0x7F) | (stream[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while position < end and shift < 28:
            byte = stream[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + length > end:
            raise BrokenRecords("the last record is cut off")
        yield record, stream[position : position + length]
        position += length
