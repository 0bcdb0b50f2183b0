"""Two versions of one submission: what changed, and what the new one leaves out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import SequenceMatcher

from models.domain.answers.standing import SubmissionRecord, last_accepting
from models.domain.notation.deadlines import format_date
from models.domain.notation.number_notation import format_number
from models.domain.reading.expectations import marked_plain, plain, shortened, work_column
from models.domain.reading.findings import Finding
from models.domain.reading.forms import ESTIMATED, OFFICIAL, Form, SheetForm, SheetKind
from models.domain.reading.submissions import CellKey, Entry
from models.domain.reading.workbook_content import split_address
from models.domain.register.catalogue import Catalogue
from models.domain.rules.versions import LEFT_OUT, STEPPED_BACK, VANISHED

_JUSTIFICATION = "justification"
_LISTED = 8
_MANY = 3  # rows with the same change of a column, from which it is told once
_MOST_COMPARED = 100  # free rows compared by likeness, which is slow
_REWORDED = 0.75  # likeness from which a free row is the old one, reworded


@dataclass(frozen=True, slots=True)
class ChangedEntry:
    """One cell whose content differs."""

    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """What a version changes against the last one, in the order of the form's sheets.

    `works`: what the free row of a cell that differs is about, by sheet, row key and address.
    """

    changed: Sequence[ChangedEntry] = ()
    added: Sequence[Entry] = ()
    removed: Sequence[Entry] = ()
    works: Mapping[tuple[str, str, str], str] = field(default_factory=dict, compare=False)

    def work(self, entry: Entry) -> str:
        """What a cell's free row is about, cut at a word; "" for any other row."""
        return self.works.get((entry.sheet, entry.row_key, entry.cell), "")

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed)


def compare(previous: Sequence[Entry], current: Sequence[Entry], form: Form) -> VersionDifference:
    """The difference of two versions. Free rows are matched by what they are about, not by place.

    >>> compare([], [], Form("plan", "plan-1", "", ())) == VersionDifference()
    True
    """
    before, after, was = _matched(previous, current, form)
    found = _difference(before, after)
    now = _works(current, form)
    works = {
        (e.sheet, e.row_key, e.cell): shortened(work, 60)
        for entries, known in (
            ((*(c.after for c in found.changed), *found.added), now),
            (found.removed, was),
        )
        for e in entries
        if (work := known.get((e.sheet, e.row_key)))
    }
    return replace(found, works=works)


def _matched(
    previous: Sequence[Entry], current: Sequence[Entry], form: Form
) -> tuple[dict[CellKey, Entry], dict[CellKey, Entry], dict[tuple[str, str], str]]:
    """The entries of both versions by place, and what the last one's free rows were about."""
    works = _works(previous, form)
    after = _by_place(current, _reworded(_works(current, form), works), form)
    return _by_place(previous, works, form), after, works


def _difference(before: dict[CellKey, Entry], after: dict[CellKey, Entry]) -> VersionDifference:
    changed = [
        ChangedEntry(old, new)
        for place, old in before.items()
        if (new := after.get(place)) is not None and not _same(old, new)
    ]
    return VersionDifference(
        tuple(changed),
        tuple(new for place, new in after.items() if place not in before),
        tuple(old for place, old in before.items() if place not in after),
    )


def left_out_findings(
    previous: Sequence[Entry], current: Sequence[Entry], form: Form
) -> list[Finding]:
    """One warning a sheet for cells that the last version filled and this one leaves empty.

    A row that still stands and carries a justification has been confirmed: nothing is asked.
    Justifications themselves may go.
    """
    before, after, works = _matched(previous, current, form)
    removed = [
        e
        for place, e in before.items()
        if place not in after and e.column != _JUSTIFICATION and not e.raw.strip().startswith("=")
    ]
    if not removed:
        return []
    confirmed = {(sheet, row) for sheet, row, column in after if column == _JUSTIFICATION}
    findings = []
    for sheet in form.sheets:
        gone = [
            e
            for e in removed
            if e.sheet == sheet.key
            and (sheet.key, _row_place(e, works)) not in confirmed
            and (sheet.kind is not SheetKind.DETAILS or (sheet.key, e.column) not in confirmed)
        ]
        if gone:
            findings.append(_left_out(gone, sheet, works))
    return findings


def vanished_findings(
    carried: Sequence[Entry], current: Sequence[Entry], form: Form, sheets: Collection[str]
) -> list[Finding]:
    """One warning a free sheet for rows that were put in beforehand and came back no more.

    `sheets`: keys of the sheets the workbook holds; of others nothing can be said. A row that was
    reworded is still there.
    """
    before = _works(carried, form)
    after = _reworded(_works(current, form), before)
    standing = {(sheet, marked_plain(text)) for (sheet, _), text in after.items()}
    findings = []
    for sheet in form.sheets:
        gone = [
            text
            for (key, _), text in before.items()
            if key == sheet.key and key in sheets and (key, marked_plain(text)) not in standing
        ]
        if gone:
            shown = "; ".join(f"«{shortened(text, 70)}»" for text in gone[:_LISTED])
            more = f"; và {len(gone) - _LISTED} việc khác" if len(gone) > _LISTED else ""
            findings.append(
                Finding(
                    VANISHED.code,
                    VANISHED.severity,
                    f"Trang «{sheet.title}»: {len(gone)} việc đã đăng ký đầu năm không còn trong "
                    f"sổ: {shown}{more}. Đề nghị giữ dòng của các việc đó; việc không còn thực "
                    "hiện thì chọn «Tạm dừng» và nêu lý do.",
                    sheet=sheet.title,
                )
            )
    return findings


def stepped_back_findings(
    versions: Sequence[SubmissionRecord], current: Sequence[Entry], form: Form
) -> list[Finding]:
    """One warning a row whose counting version is official and which is an estimate once more.

    `versions`: those before, each with its entries. Versions of cycles without such a column yield
    nothing.
    """
    findings = []
    for sheet in form.sheets:
        status = next((c.key for c in sheet.columns if c.meaning == "value_status"), "")
        values = [c.key for c in sheet.columns if c.meaning == "estimate"]
        counting = last_accepting(versions, sheet.key) if status else None
        if counting is None:
            continue
        before = {(e.row_key, e.column): e for e in counting.entries if e.sheet == sheet.key}
        after = {(e.row_key, e.column): e for e in current if e.sheet == sheet.key}
        for (row, column), entry in after.items():
            old = before.get((row, column))
            back = column == status and old is not None and old.value == OFFICIAL
            if not back or entry.value != ESTIMATED:
                continue
            was, now = _told_alike(
                *(
                    next((e for c in values if (e := said.get((row, c)))), None)
                    for said in (before, after)
                )
            )
            words = after.get((row, _JUSTIFICATION))
            findings.append(
                Finding(
                    STEPPED_BACK.code,
                    STEPPED_BACK.severity,
                    f"Trang «{entry.sheet_name}», ô {entry.cell}: phiên bản {counting.version} "
                    f"đang được dùng ghi số chính thức ({was}), tệp này ghi lại là «{ESTIMATED}» "
                    f"({now}). Có thể gửi nhầm tệp cũ: đề nghị kiểm tra; nếu đúng, nêu lý do ở cột "
                    "giải trình.",
                    sheet=entry.sheet_name,
                    cell=entry.cell,
                    value=entry.raw,
                    row_key=row,
                    column=column,
                    justification=words.raw if words is not None else "",
                )
            )
    return findings


def _left_out(
    gone: Sequence[Entry], sheet: SheetForm, works: dict[tuple[str, str], str]
) -> Finding:
    named = list(dict.fromkeys(_entry_name(e, sheet, works) for e in gone))
    shown = "; ".join(named[:_LISTED])
    more = f"; và {len(named) - _LISTED} mục khác" if len(named) > _LISTED else ""
    return Finding(
        LEFT_OUT.code,
        LEFT_OUT.severity,
        f"Trang «{sheet.title}»: bản trước có nhưng bản này không còn: {shown}{more}. Nếu bỏ có "
        "chủ ý, đề nghị ghi lý do ở cột giải trình của dòng (hoặc trả lời thư này); nếu sót, đề "
        "nghị điền lại.",
        sheet=sheet.title,
        row_key=gone[0].row_key if len({e.row_key for e in gone}) == 1 else "",
        column=gone[0].column if len(gone) == 1 else "",
        value=shortened(gone[0].raw, 60) if len(gone) == 1 else "",
    )


def _entry_name(entry: Entry, sheet: SheetForm, works: dict[tuple[str, str], str]) -> str:
    if sheet.kind is SheetKind.FREE_TABLE and entry.row_key.startswith("@"):
        return f"việc «{shortened(works.get((entry.sheet, entry.row_key), entry.raw), 60)}»"
    title = _column_name(sheet, entry.column or entry.row_key)
    place = f"ô {entry.cell} cũ, " if entry.cell and sheet.kind is not SheetKind.DETAILS else ""
    return f"{place}«{title}»: {shortened(' '.join(entry.raw.split()), 40)}"


def describe(difference: VersionDifference, form: Form, catalogue: Catalogue) -> list[str]:
    """One Vietnamese line for each row that changed, sheet by sheet in the order of the form, its
    cells from left to right; empty for none. A row of a free table goes by its work. Where many
    rows of a sheet change a column alike, one line tells it with their cells, before the rows'.
    """
    rows = {r.code: r.name for r in catalogue}
    lines: list[str] = []
    for sheet in form.sheets:
        added, removed = (
            _whole_rows([e for e in entries if e.sheet == sheet.key], sheet)
            for entries in (difference.added, difference.removed)
        )
        changed = [
            (c.after, "từ {} thành {}".format(*_shown_apart(c.before, c.after)))
            for c in difference.changed
            if c.after.sheet == sheet.key
        ]
        changed += [(e, f"bổ sung {_shown(e)}") for e in added[1]]
        changed += [(e, f"bỏ {_shown(e)}") for e in removed[1]]
        changed.sort(key=lambda one: _in_sheet(one[0]))
        alike_lines, changed = _alike(changed, sheet)
        lines += alike_lines
        told: dict[tuple[str, str], list[str]] = {}
        for entry, said in changed:
            work = difference.work(entry)
            row = f"việc «{work}»" if work else ""
            if not work and entry.row_key in rows:
                row = f"dòng «{shortened(rows[entry.row_key], 60)}»"
            kind = "mục" if sheet.kind is SheetKind.DETAILS else "cột"
            place = f"{kind} «{_column_name(sheet, entry.column or entry.row_key)}»"
            where = f"Trang «{sheet.title}»{f', {row}' if row else ''}"
            alike = told.setdefault((where, entry.row_key if row else ""), [])
            alike.append(f"{place} (ô {entry.cell}) {said}")
        lines += [f"{where}: {'; '.join(cells)}" for (where, _), cells in told.items()]
        for verb, (whole, _) in (("bổ sung", added), ("bỏ", removed)):
            lines += [f"Trang «{sheet.title}»: {verb} việc {text}" for text in whole]
    return lines


def _alike(
    changed: Sequence[tuple[Entry, str]], sheet: SheetForm
) -> tuple[list[str], list[tuple[Entry, str]]]:
    """A line for each change that many rows of the sheet have in a column, and the other cells."""
    together: dict[tuple[str, str], list[Entry]] = {}
    for entry, said in changed:
        if entry.column and entry.cell:
            together.setdefault((entry.column, said), []).append(entry)
    many = {key: entries for key, entries in together.items() if len(entries) >= _MANY}
    lines = [
        f"Trang «{sheet.title}», {len(entries)} dòng: cột «{_column_name(sheet, column)}» {said} "
        f"(các ô {', '.join(entry.cell for entry in entries)})"
        for (column, said), entries in many.items()
    ]
    return lines, [one for one in changed if (one[0].column, one[1]) not in many]


def _in_sheet(entry: Entry) -> tuple[int, int]:
    """The entry's row and column; what has no cell stands first."""
    return split_address(entry.cell) if entry.cell else (0, 0)


def _whole_rows(entries: Sequence[Entry], sheet: SheetForm) -> tuple[list[str], list[Entry]]:
    """Free rows that came or went as a whole, by their work; the other entries."""
    if sheet.kind is not SheetKind.FREE_TABLE:
        return [], list(entries)
    work = work_column(sheet)
    rows = {
        e.row_key: f"«{shortened(str(e.value or e.raw), 70)}»" for e in entries if e.column == work
    }
    return list(rows.values()), [e for e in entries if e.row_key not in rows]


def _column_name(sheet: SheetForm, key: str) -> str:
    column = next((c for c in sheet.columns if c.key == key), None)
    if column is None:
        return "Giải trình" if key == _JUSTIFICATION else key
    return column.title


def _told_alike(before: Entry | None, after: Entry | None) -> tuple[str, str]:
    if before is not None and after is not None:
        return _shown_apart(before, after)
    was, now = (_shown(one) if one is not None else "chưa ghi" for one in (before, after))
    return was, now


def _shown_apart(before: Entry, after: Entry) -> tuple[str, str]:
    """Both as text, numbers as they stand in their cells; longer where the beginnings are alike."""
    was, now = _shown(before), _shown(after)
    return (was, now) if was != now else (_shown(before, 400), _shown(after, 400))


def _shown(entry: Entry, most: int = 60) -> str:
    value = entry.value
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, dt.date):
        return format_date(value)
    return f"«{shortened(' '.join(str(value if value is not None else entry.raw).split()), most)}»"


def _same(old: Entry, new: Entry) -> bool:
    if old.value is None and new.value is None:
        return old.raw == new.raw
    return old.value == new.value


def _works(entries: Iterable[Entry], form: Form) -> dict[tuple[str, str], str]:
    """What each free row is about, by sheet and row key; two alike go by their order."""
    columns = {s.key: work_column(s) for s in form.sheets if s.kind is SheetKind.FREE_TABLE}
    works: dict[tuple[str, str], str] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if columns.get(entry.sheet) == entry.column and entry.row_key.startswith("@"):
            text = marked_plain(entry.raw)
            seen[entry.sheet, text] += 1
            count = seen[entry.sheet, text]
            mark = f" ({count})" if count > 1 else ""
            works[entry.sheet, entry.row_key] = f"{entry.raw.strip()}{mark}"
    return works


def _reworded(
    current: dict[tuple[str, str], str], previous: dict[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """The current works, those that are reworded ones of the last version under their old words."""
    known = {(sheet, marked_plain(text)): text for (sheet, _), text in previous.items()}
    standing = {(sheet, marked_plain(text)) for (sheet, _), text in current.items()}
    vanished = {place: text for place, text in known.items() if place not in standing}
    if len(vanished) > _MOST_COMPARED:
        vanished = {}
    result: dict[tuple[str, str], str] = {}
    for (sheet, row), text in current.items():
        words = marked_plain(text)
        result[sheet, row] = text
        if (sheet, words) in known:
            continue
        ranked = sorted(
            (SequenceMatcher(None, plain(words), plain(old)).ratio(), old)
            for other, old in vanished
            if other == sheet
        )
        # Of two that differ in their marks alone neither is known to be meant.
        doubtful = len(ranked) > 1 and ranked[-1][0] == ranked[-2][0]
        if ranked and not doubtful and ranked[-1][0] >= _REWORDED:
            result[sheet, row] = vanished.pop((sheet, ranked[-1][1]))
    return result


def _row_place(entry: Entry, works: dict[tuple[str, str], str]) -> str:
    work = works.get((entry.sheet, entry.row_key))
    return f"@{marked_plain(work)}" if work else entry.row_key


def _by_place(
    entries: Iterable[Entry], works: dict[tuple[str, str], str], form: Form
) -> dict[CellKey, Entry]:
    """Entries by place in the form's order; a free row goes by the words of its work."""
    order = {s.key: n for n, s in enumerate(form.sheets)}
    ordered = sorted(entries, key=lambda e: order.get(e.sheet, len(order)))
    places = {place: f"@{marked_plain(work)}" for place, work in works.items() if work}
    return {(e.sheet, places.get((e.sheet, e.row_key), e.row_key), e.column): e for e in ordered}
