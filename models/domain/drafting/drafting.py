"""A document drafted as a year's catalogue: every step from printed blocks to rows with doubts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.domain.drafting.appendices import AppendixRead, appendices_of, texts_before
from models.domain.drafting.columns import TableKind
from models.domain.drafting.directive_facts import DirectiveFacts, facts_in
from models.domain.drafting.document import DocumentLine, PrintedDocument
from models.domain.drafting.draft import (
    CatalogueDraft,
    DoubtKind,
    DraftRow,
    UnreadText,
)
from models.domain.drafting.naming import FormerRows
from models.domain.drafting.row_drafts import RowDrafter
from models.domain.drafting.rows import Structure, structured
from models.domain.register.agencies import Register

DIRECTIVE, HEADINGS = "directive", "headings"
#: The sheets that an appendix of a kind may fill, and the number that the office gives each.
_SHEETS: Mapping[TableKind, Sequence[tuple[str, str]]] = {
    TableKind.INDICATORS: (("appendix_1", "I"), ("appendix_3", "III")),
    TableKind.SCENARIO: (("appendix_2", "II"),),
    TableKind.TASKS: (("appendix_4", "IV"),),
    TableKind.PROJECTS: (("appendix_5", "V"),),
}
APPENDIX_SHEETS = tuple(sorted(sheet for sheets in _SHEETS.values() for sheet, _ in sheets))


@dataclass(frozen=True)
class DraftingOffice:
    """What the office knows that a draft needs."""

    register: Register
    former: FormerRows
    columns: Mapping[str, Collection[str]]  # keys of each sheet's columns, by the sheet's key


def draft_catalogue(document: PrintedDocument, year: int, office: DraftingOffice) -> CatalogueDraft:
    """The draft. Nothing of the appendices is left out: what found no cell is `unread`."""
    draft = CatalogueDraft(year, document.name, remarks=list(document.remarks))
    draft.sheets = {sheet: [] for sheet in (DIRECTIVE, HEADINGS, *APPENDIX_SHEETS)}
    appendices = appendices_of(document, year)
    facts = facts_in(texts_before(document), _enclosures(appendices))
    draft.sheets[DIRECTIVE].append(_directive(facts, year))
    day = facts.day[0] or dt.date(year, 1, 1)
    drafter = RowDrafter(office.register, office.former, office.columns, year, day)
    for appendix in appendices:
        _appendix(draft, appendix, drafter)
    drafter.settle_codes(draft)
    if not any(draft.sheets[sheet] for sheet in APPENDIX_SHEETS):
        draft.remarks.append(
            "Không nhận ra bảng phụ lục nào: bảng cần có dòng tiêu đề (TT, Chỉ tiêu hoặc Nhiệm vụ, "
            "Đơn vị tính, Kế hoạch, Cơ quan chủ trì, Thời hạn ...)."
        )
    return draft


def _enclosures(appendices: Sequence[AppendixRead]) -> Iterator[DocumentLine]:
    for appendix in appendices:
        for title in appendix.titles:
            yield DocumentLine(title, appendix.place)


def _appendix(draft: CatalogueDraft, appendix: AppendixRead, drafter: RowDrafter) -> None:
    name = appendix.label or appendix.place
    structure = structured(appendix)
    for place, text in (*appendix.unread, *structure.unread):
        draft.unread.append(UnreadText(place, text, f"{name}: không thuộc bảng nào đọc được"))
    for place, doubt in appendix.doubts:
        draft.unread.append(UnreadText(place, doubt, f"{name}: xin xem lại"))
    if appendix.kind is None or not appendix.rows:
        shown = " ".join(appendix.titles)[:200]
        why = f"{name}: không có bảng nào đọc được"
        draft.unread.append(UnreadText(appendix.place, shown, why))
        return
    sheet, number = _sheet_for(draft, appendix, structure)
    again = bool(draft.sheets[sheet])
    for group in structure.groups:
        row = DraftRow(source=group.place)
        row.put("appendix", number, group.place)
        row.put("number", group.number, group.place)
        row.put("printed", group.printed, group.place)
        for remark in group.remarks:
            kind = DoubtKind.LOOK if group.number else DoubtKind.OPEN
            row.doubt("number" if not group.number else "printed", kind, remark)
        if any(
            r.value("appendix") == number and r.value("number") == group.number
            for r in draft.sheets[HEADINGS]
        ):
            row.doubt("number", DoubtKind.OPEN, f"số “{group.number}” có hai lần ở {name}")
        draft.sheets[HEADINGS].append(row)
    rows = drafter.rows(appendix, structure, sheet)
    if again and rows:
        rows[0].doubt(
            "number", DoubtKind.OPEN,
            f"từ đây là {name}, cùng loại với phụ lục đứng trên: xin xem lại số thứ tự và nhóm",
        )  # fmt: skip
    draft.sheets[sheet] += rows
    titles = [t for t in appendix.titles if not t.startswith("(")]
    draft.found.append((" ".join([name, *titles[:2]])[:160], sheet, len(rows)))


def _sheet_for(
    draft: CatalogueDraft, appendix: AppendixRead, structure: Structure
) -> tuple[str, str]:
    assert appendix.kind is not None
    sheets = _SHEETS[appendix.kind]
    named = [s for s in sheets if s[1] == appendix.roman and not draft.sheets[s[0]]]
    free = [s for s in sheets if not draft.sheets[s[0]]]
    return (named or free or [sheets[-1]])[0]


def _directive(facts: DirectiveFacts, year: int) -> DraftRow:
    row = DraftRow()
    row.put("year", str(year))
    day = facts.day[0]
    for key, (value, place) in {
        "number": facts.number,
        "date": (day.isoformat() if day else "", facts.day[1]),
        "issuer": facts.issuer,
        "subject": facts.subject,
    }.items():
        row.put(key, value, place)
        if not value:
            row.doubt(key, DoubtKind.OPEN, "không thấy trong văn bản")
    if day and day.year not in (year, year - 1):
        row.doubt("date", DoubtKind.OPEN, f"văn bản ghi năm {day.year}, sổ lập cho năm {year}")
    row.put("title", facts.title)
    told = "ghép từ loại, số, ngày và cơ quan ban hành" if facts.title else "chưa ghép được"
    row.doubt("title", DoubtKind.LOOK if facts.title else DoubtKind.OPEN, told)
    return row
