"""A sheet of .xlsx taken apart: its cells, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

_MARK = b"sheetData"
#: What is read of the bytes around the cells. In a sheet that has one of these names among its
#: cells, which is no program's doing, they count there all the same.
_AROUND = (b"mergeCell", b"onditionalFormatting", b"Header", b"Footer", b"showZeros")


@dataclass(frozen=True, slots=True)
class SheetRegions:
    """What stands before the cells, the cells with no more than their tag around them, and what
    stands behind. Nothing of the sheet is in none of them; where cells are not told apart from the
    rest, they are among what stands around them as well.

    Sought is where it can stand: as much stands around the cells as among them, and while cells
    differ from agency to agency, most sheets have the same around them.
    """

    head: bytes
    cells: bytes
    tail: bytes
    told_apart: bool = True

    @property
    def around(self) -> bytes:
        """All but the cells."""
        return self.head + self.tail


def regions_of(sheet_xml: bytes) -> SheetRegions:
    """The regions of a sheet.

    >>> regions_of(b"<a><cols/><sheetData><row/></sheetData></a>").cells
    b'sheetData><row/></'
    >>> regions_of(b"<a><cols/><sheetData><row/></sheetData></a>").around
    b'<a><cols/><sheetData></a>'
    """
    begins, ends = sheet_xml.find(_MARK), sheet_xml.rfind(_MARK)
    if begins < 0:
        return SheetRegions(sheet_xml, sheet_xml, b"", told_apart=False)
    head = sheet_xml[:begins]
    if begins == ends:
        return SheetRegions(head, sheet_xml, sheet_xml[begins:], told_apart=False)
    cells = sheet_xml[begins:ends]
    told_apart = cells.find(_MARK, len(_MARK)) < 0 and not any(n in cells for n in _AROUND)
    return SheetRegions(head, cells, sheet_xml[ends if told_apart else begins :], told_apart)
