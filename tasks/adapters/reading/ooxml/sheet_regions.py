"""A sheet of .xlsx taken apart: its cells, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

_MARK = b"sheetData"


@dataclass(frozen=True, slots=True)
class SheetRegions:
    """What stands before the cells; the cells with no more than their tag around them; and all but
    the cells, what stands before and behind. Nothing of the sheet is in none of them.

    Sought is where it can stand: as much stands around the cells as among them, and while cells
    differ from agency to agency, most sheets have the same around them. Where cells are not told
    apart from the rest, what stands around them is the whole sheet.
    """

    head: bytes
    cells: bytes
    around: bytes
    told_apart: bool = True


def regions_of(sheet_xml: bytes) -> SheetRegions:
    """The regions of a sheet.

    >>> regions_of(b"<a><cols/><sheetData><row/></sheetData></a>").cells
    b'sheetData><row/></'
    >>> regions_of(b"<a><cols/><sheetData><row/></sheetData></a>").around
    b'<a><cols/><sheetData></a>'
    """
    begins, ends = sheet_xml.find(_MARK), sheet_xml.rfind(_MARK)
    if begins < 0:
        return SheetRegions(sheet_xml, sheet_xml, sheet_xml, told_apart=False)
    head = sheet_xml[:begins]
    if begins == ends:
        return SheetRegions(head, sheet_xml, sheet_xml, told_apart=False)
    cells, tail = sheet_xml[begins:ends], sheet_xml[ends:]
    if cells.find(_MARK, len(_MARK)) >= 0 or _hold_others(cells, tail):
        return SheetRegions(head, cells, sheet_xml, told_apart=False)
    return SheetRegions(head, cells, head + tail)


def _hold_others(cells: bytes, tail: bytes) -> bool:
    """Whether something stands among the cells that is read of the bytes around them.

    It is no program's doing, and counts there all the same. Single letters that are rare among
    cells are sought first: they are found ten times as fast as words.
    """
    return (
        (b"l" in cells and (b"mergeCell" in cells or b"onditionalFormatting" in cells))
        or (b"Z" in cells and b"showZeros" in cells)
        # What is printed is read from the last of these on.
        or (b"<headerFooter" not in tail and (b"Header" in cells or b"Footer" in cells))
    )
