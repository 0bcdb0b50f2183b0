"""Comments on cells: what people write beside a figure that may be another figure.

Only what stands in a cell counts. A comment that tells another value is spoken of, so that nobody
thinks it was taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from models.domain.notation.corrections import corrects, documents_named, takes_back
from models.domain.notation.deadlines import NotADate, format_date, parse_date_text
from models.domain.notation.number_notation import (
    AmbiguousNumber,
    NumberNotUnderstood,
    format_number,
    read_number,
)
from models.domain.notation.units import converted, measure_of
from models.domain.notation.vietnamese_text import squeeze
from models.domain.reading.beside.units_told import other_unit, unit_of_figures, units_of_row
from models.domain.reading.beside.words_of_a_row import tells_a_slip, withdraws
from models.domain.reading.cell_values import seen_text
from models.domain.reading.expectations import ExpectedSheet, plain
from models.domain.reading.findings import SETTLED_CALL, SEVERITY_CALLS
from models.domain.reading.forms import Column, SheetKind, ValueType, choices_of
from models.domain.reading.layout import SheetLayout
from models.domain.reading.problems import Problem, ProblemKind
from models.domain.reading.submissions import CellKey, Entry, EntryValue
from models.domain.reading.workbook_content import address
from models.domain.register.catalogue import Catalogue

OFFICE_COMMENT = "KẾT QUẢ KIỂM TRA"
"""What the office's own comments in a returned workbook begin with."""
AGENCYS_OWN = "――― Ghi chú có sẵn của cơ quan ―――"
"""In such a comment: what follows was the agency's before."""

_CALLED = "|".join(re.escape(name) for name in (*SEVERITY_CALLS.values(), SETTLED_CALL))
# The rule stood before the sentence, later behind it, in workbooks that former versions returned.
_FINDING = re.compile(rf"\s*(?:(?:{_CALLED}): |[A-ZĐÀ-Ỹ][^()]{{1,60}} \([A-Z]{{2}}-[0-9]{{2}}\): )")
_COMPARED = (ValueType.NUMBER, ValueType.DATE, ValueType.CHOICE)
_AUTHOR = re.compile(r"^[^\n:]{1,60}:[ \t]*\n")
_ADDRESS = re.compile(r"https?://\S+")
_LONGEST = 2_000  # letters of a comment that are looked at
_DATES = re.compile(
    r"(?:ngày )?[0-9]{1,2}(?:[-/.]| tháng )[0-9]{1,2}(?:[-/.]| năm )[0-9]{4}"
    r"|(?:tháng |quý [ivIV]+ ?[/ ]|quý [1-4] ?[/ ])(?:[0-9]{1,2}(?:/| năm ))?[0-9]{4}",
    re.IGNORECASE,
)
# What holds digits and is no figure: papers («25/KH-SCT»), days, years, hours, numbered parts.
_NO_FIGURE = re.compile(
    r"[0-9]+\s*/\s*(?:[0-9]{4}\s*/\s*)?[A-ZĐ][\w-]*"
    r"|(?:hoạch|định|văn|cáo|bản|quyết|thị|lục|mục|điều|khoản|trang|dòng|ô)(?: số)? [0-9./-]+"
    r"|(?:ngày|tháng|quý|năm) [0-9./-]+"
    r"|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}|[0-9]{1,2}[/.-](?:19|20)[0-9]{2}"
    r"|(?<![0-9.,])(?:19|20)[0-9]{2}(?![0-9.,])|[0-9]{1,2}:[0-9]{2}|[0-9]{9,}|[A-Z]{1,3}[0-9]+",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.,])-?[0-9][0-9.,]*(?<![.,])")
_UNIT_BEHIND = re.compile(r"\s*([^\s\d.,;:()\n][^\d.,;:()\n]{0,40})?")


def agencys_comment(text: str) -> str:
    """What the agency itself wrote in a comment: nothing of the office's findings.

    >>> agencys_comment(f"{OFFICE_COMMENT}\\nLỗi (DV-01): ghi 9600"), agencys_comment(" 9700 ")
    ('', '9700')
    """
    if OFFICE_COMMENT in text[:200]:
        text = beside_the_offices(text)
    # What Excel puts before a conversation for programs that know none ends in an address.
    text = _ADDRESS.split(text)[-1] if text.lstrip().startswith("[") else _ADDRESS.sub(" ", text)
    return text.strip()[:_LONGEST]


def beside_the_offices(text: str) -> str:
    """What stands in a comment of the office's beside its findings, each of which is a line: what
    was there before, and what the agency wrote below, which is how people answer.

    >>> beside_the_offices(f"{OFFICE_COMMENT}\\nLỗi (DV-01): ghi lại.\\nSố đúng là 9600")
    'Số đúng là 9600'
    >>> beside_the_offices(f"{OFFICE_COMMENT}\\nLỗi phải sửa: ghi lại. (Quy tắc DV-01)\\n9600")
    '9600'
    >>> beside_the_offices(f"{OFFICE_COMMENT}\\nLỗi phải sửa: ghi lại.\\n9600")
    '9600'
    """
    office, _, before = text.partition(AGENCYS_OWN)
    lines = office.partition(OFFICE_COMMENT)[2].splitlines()
    answers = [line for line in lines if line.strip() and not _FINDING.match(line)]
    return "\n".join((*answers, before)).strip()


def comment_problems(
    expected: ExpectedSheet,
    layout: SheetLayout,
    entries: Mapping[CellKey, Entry],
    catalogue: Catalogue,
) -> Iterator[Problem]:
    """A problem for each comment that tells another value than its cell, or tells one of an empty
    cell; beside words, that takes them back, corrects them or names another paper. Comments on
    cells that the agency does not fill in are told where they correct something."""
    comments = layout.content.comments
    if not comments:
        return
    inputs = set()
    for row_key, key, column, place in _cells(expected, layout):
        inputs.add(place)
        text = agencys_comment(comments.get(place, ""))
        if not text:
            continue
        entry = entries.get((expected.form.key, row_key, key))
        unit = column.unit
        if column.unit_of_row and row_key in expected.rows:
            unit = expected.rows[row_key].row.unit
        if entry is not None and entry.value is None:
            continue  # not understood: that is said already
        value = entry.value if entry is not None else None
        if column.type in _COMPARED:
            said = _said(text)
            tells = _tells_another(text, value, column, unit, catalogue) or (
                value is not None
                and (withdraws(said) or tells_a_slip(said) or bool(other_unit(said, [unit])))
            )
        else:
            tells = _takes_back(text, _shown(value))
        if tells:
            yield Problem(
                ProblemKind.COMMENTED_OTHERWISE,
                expected.form.key,
                layout.name,
                address(*place),
                row_key,
                key,
                seen_text(text),
                (seen_text(_shown(value), 80),),
            )
    for place, comment in comments.items():
        text = agencys_comment(comment)
        if place not in inputs and (
            corrects(_said(text)) or _tells_another_unit(_said(text), place, expected, layout)
        ):
            held = seen_text(layout.content.at(*place), 80)
            yield Problem(
                ProblemKind.COMMENTED_OTHERWISE,
                expected.form.key,
                layout.name,
                address(*place),
                seen=seen_text(text),
                details=(held,),
            )


def _cells(
    expected: ExpectedSheet, layout: SheetLayout
) -> Iterator[tuple[str, str, Column, tuple[int, int]]]:
    """Row key, column's key, column and place of every cell that the agency fills in."""
    details = expected.form.kind is SheetKind.DETAILS
    for column in expected.inputs:
        rows = {"": layout.rows.get(column.key, 0)} if details else layout.rows
        place = layout.columns.get("value" if details else column.key)
        if place:
            yield from ((key, column.key, column, (row, place)) for key, row in rows.items() if row)


def _tells_another_unit(
    text: str, place: tuple[int, int], expected: ExpectedSheet, layout: SheetLayout
) -> bool:
    """Whether a comment on a title or on the office's words of a row tells a unit that is not that
    of the figures below or beside."""
    if not unit_of_figures(text):
        return False
    rows = {number: code for code, number in layout.rows.items()}
    codes = [rows[place[0]]] if place[0] in rows else [*rows.values()]
    known = (expected.rows[code] for code in codes if code in expected.rows)
    return any(other_unit(text, units_of_row(expected, row)) for row in known)


def _said(text: str) -> str:
    """A comment without what programs write before it: the name of its author.

    >>> _said("Nguyễn An:\\nbỏ"), _said("Comment:\\n    bỏ")
    ('bỏ', 'bỏ')
    """
    return _AUTHOR.sub("", text).strip()


def _takes_back(text: str, held: str) -> bool:
    """Whether a comment says that the words of its cell no longer stand, or names another paper."""
    papers, its = documents_named(text), documents_named(held)
    return takes_back(_said(text)) or bool(papers - its and (its or not held))


def _shown(value: EntryValue) -> str:
    if isinstance(value, Decimal):
        return format_number(value)
    return format_date(value) if isinstance(value, dt.date) else value or ""


def _tells_another(
    text: str, value: EntryValue, column: Column, unit: str, catalogue: Catalogue
) -> bool:
    if column.type is ValueType.NUMBER:
        told: set[object] = {n for readings in _figures(text, unit) for n in readings}
    elif column.type is ValueType.DATE:
        told = set(_days(text))
    else:
        words = f" {plain(text)} "
        told = {c for c in choices_of(column, catalogue) if f" {plain(c)} " in words}
    return bool(told) and value not in told


def _figures(text: str, unit: str) -> Iterator[tuple[Decimal, ...]]:
    """The readings, in that unit, of every figure that may be meant for the cell."""
    wanted = measure_of(unit)
    cleared = _NO_FIGURE.sub(lambda m: " " * len(m[0]), text)
    for match in _FIGURE.finditer(cleared):
        behind = _UNIT_BEHIND.match(text, match.end())
        given = measure_of(behind[1] if behind and behind[1] else "")
        if given.well_known and converted(Decimal(1), given, wanted) is None:
            continue  # of something else: «tăng 5%» beside an amount
        try:
            readings: tuple[Decimal, ...] = (read_number(match[0]).value,)
        except AmbiguousNumber as both:
            readings = both.readings
        except NumberNotUnderstood:
            continue
        counts = given.well_known or not given.base
        inside = [converted(r, given, wanted) for r in readings] if counts else []
        yield (*readings, *(r for r in inside if r is not None))


def _days(text: str) -> Iterator[dt.date]:
    for match in _DATES.finditer(squeeze(text)):
        try:
            yield parse_date_text(match[0])
        except NotADate:
            continue
