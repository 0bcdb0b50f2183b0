"""Forms are data: which sheets a cycle's workbook has and what stands in their columns.

The template writer, the reader, the rules and the consolidation all read the same form. Rows are
found by their keys, columns by their headers, never by position.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.register.catalogue import PERIODS, Appendix, Catalogue, CatalogueRow, Role
from models.domain.register.targets import magnitude_reference
from models.domain.register.territories import Territory

#: What a column says, whatever it is called: consolidation and rules find columns by these words.
MEANINGS = (
    "last_year",  # last year's actual value
    "to_date",  # actual value so far, as of `as_of`
    "as_of",  # the day up to which the row's actual figures count
    "estimate",  # the full year's value, estimated or (once the year is over) actual
    "value_status",  # which of the two it is: ESTIMATED or OFFICIAL
    "self_judgement",  # the reporter's own word on its target
    "causes",
    "remedies",
    "state",  # of a task: one of TASK_STATES
    "percent",  # how much of a task is done, 0 to 100
    "product",
    "product_number",  # number and sign of the document that proves it
    "product_date",
    "finished_on",
    "obstacles",
    "proposals",
    "plan_central",  # a project's capital for the year: the Prime Minister's plan
    "plan_city",  # and the city's
    "disbursed",
    "disbursed_estimate",  # by the end of the year
    "progress",
    "start_date",  # the day on which a project began or is to begin
    "finish_date",  # and on which it was or is to be completed
)
PROJECT_DAYS = MEANINGS[-2:]
ESTIMATED, OFFICIAL = "Ước thực hiện", "Chính thức"  # what a value_status column offers
STATE_DONE, STATE_RUNNING = "Đã hoàn thành", "Đang thực hiện"
STATE_NOT_BEGUN, STATE_HALTED = "Chưa thực hiện", "Tạm dừng"
TASK_STATES = (STATE_DONE, STATE_RUNNING, STATE_NOT_BEGUN, STATE_HALTED)
SELF_JUDGEMENTS = ("Vượt", "Đạt", "Không đạt", "Chưa đánh giá được")
#: Columns of these meanings offer just these choices: the program tells them apart.
FIXED_CHOICES = {
    "value_status": (ESTIMATED, OFFICIAL),
    "self_judgement": SELF_JUDGEMENTS,
    "state": TASK_STATES,
}
#: Other words for these choices that leave no doubt, in plain letters. They are taken, and said so.
OTHER_WORDS: dict[str, dict[str, str]] = {
    "state": {
        **dict.fromkeys(
            ("xong", "da xong", "hoan thanh", "hoan tat", "da hoan tat", "da thuc hien xong"),
            STATE_DONE,
        ),
        **dict.fromkeys(
            ("dang lam", "dang trien khai", "dang tien hanh", "dang thuc hien do dang"),
            STATE_RUNNING,
        ),
        **dict.fromkeys(("chua lam", "chua trien khai", "chua bat dau"), STATE_NOT_BEGUN),
        **dict.fromkeys(("tam ngung", "tam hoan", "dang tam dung"), STATE_HALTED),
    },
    "value_status": {
        **dict.fromkeys(("uoc", "uoc tinh", "so uoc", "uoc thuc hien ca nam"), ESTIMATED),
        "so chinh thuc": OFFICIAL,
    },
    "self_judgement": {
        **dict.fromkeys(("vuot chi tieu", "vuot ke hoach", "vuot muc"), "Vượt"),
        **dict.fromkeys(("dat chi tieu", "dat ke hoach"), "Đạt"),
        **dict.fromkeys(("khong dat chi tieu", "khong dat ke hoach"), "Không đạt"),
    },
}
TERRITORIES = tuple(t.value for t in Territory)  # what a figure covers; "": the catalogue's own
PRODUCT = "product_printed"  # office column of what the directive wants handed in
EARLIER = "earlier"  # office column that shows what `carry` held in the previous cycle

PAPER_PARTS = ("number", "date")  # by what an official document is named

#: Where the office's own workbook has the titles of a table and its first row, 1-based: heading,
#: agency and guidance stand above.
HEADER_ROW, FIRST_ROW = 4, 5


class ValueType(StrEnum):
    """What an agency may write in a cell."""

    TEXT = "text"
    LONG_TEXT = "long_text"  # wraps over several lines
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    EMAIL = "email"
    PHONE = "phone"


class SheetKind(StrEnum):
    """How a sheet is laid out."""

    INSTRUCTIONS = "instructions"  # text only
    DETAILS = "details"  # label | value | justification, one field a row
    TABLE = "table"  # a header row, then one row per key
    FREE_TABLE = "free_table"  # a header row, then rows the agency fills as it likes


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column or a details sheet's field."""

    key: str  # "committed", "milestone_q1", "five_person", "justification"
    header: str  # Vietnamese, as printed in the header cell (details: the label)
    type: ValueType
    office: bool = False  # the office's text, locked; `source` says which row attribute fills it
    source: str = ""  # one of OFFICE_SOURCES, DETAIL_SOURCES or (agency's own) PREFILL_SOURCES
    required: bool = False
    choices: Sequence[str] = ()
    choices_from: str = ""  # "solution_groups" instead of a fixed list
    help: str = ""  # input message, at most 255 characters
    width: int = 14  # characters
    unit_of_row: bool = False  # a number in the unit of the row: compared with its target
    period: str = ""  # for milestones: one of catalogue.PERIODS
    five_clear: str = ""  # which point a task must be clear in: one of clear_points.KNOWN_POINTS
    label: str = ""  # short name in the office's own tables; header when empty
    lead_only: bool = False  # `required` holds only for rows that the agency leads
    unit: str = ""  # unit of a number that is not in the unit of the row ("triệu đồng")
    meaning: str = ""  # one of MEANINGS; no two columns of a sheet mean the same
    carry: str = ""  # column of the previous form's same sheet whose answer is put in beforehand
    territory: str = ""  # one of TERRITORIES; "": the catalogue's own
    alternatives: Sequence[str] = ()  # filled instead, with a justification: may stay empty
    paper: str = ""  # of a details sheet: which part of the official document's name, PAPER_PARTS
    formerly: Sequence[str] = ()  # headers that the office sent before it reworded this one
    leader_alone: bool = False  # open in rows that the agency leads: of others nobody needs it

    @property
    def title(self) -> str:
        """The heading as it is printed, by which an agency finds it; without the mark of duty.

        >>> Column("done", "Đã giải ngân (triệu đồng) (*)", ValueType.NUMBER, label="Vốn").title
        'Đã giải ngân (triệu đồng)'
        """
        return " ".join(self.header.replace("(*)", "").split())


@dataclass(frozen=True, slots=True)
class SheetForm:
    """One sheet. `appendices` selects the catalogue rows of a TABLE."""

    key: str  # "details", "indicators", "scenario", "tasks", "action_plan", "projects"
    title: str  # the sheet's name, at most 31 characters
    kind: SheetKind
    heading: str  # printed above the table
    guidance: str = ""  # one or two sentences under the heading
    formerly: Sequence[str] = ()  # headings and guidance as they were sent before rewording
    appendices: Sequence[Appendix] = ()
    columns: Sequence[Column] = ()
    free_rows: int = 0  # rows offered in a FREE_TABLE
    free_rows_beside: int = 0  # and to an agency that has tasks assigned; 0: as many
    minimum_rows: int = 0  # rows an agency must fill in a FREE_TABLE when it has no assigned tasks

    def column(self, key: str) -> Column:
        """The column of that key; KeyError when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def meaning(self, meaning: str, territory: str = "", period: str = "") -> Column | None:
        """The agency's column that says this, None when the sheet has none."""
        wanted = (meaning, territory, period)
        return next(
            (
                c
                for c in self.columns
                if not c.office and (c.meaning, c.territory, c.period) == wanted
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A workbook's layout. `version` is part of the signed identity."""

    code: str  # "plan"
    version: str  # "plan-1"
    title: str
    sheets: Sequence[SheetForm]
    accepts: Sequence[str] = ()  # older versions that are still taken
    # Paragraphs, may hold {placeholders} of the cycle, begin with the sheets that they are about.
    instructions: Sequence[str] = ()
    advice: Sequence[str] = ()  # what the opening letter says of filling it in, likewise
    accept_by_section: bool = False  # sheets are taken one by one; else the workbook as a whole

    def sheet(self, key: str) -> SheetForm:
        """The sheet of that key; KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.key == key:
                return sheet
        raise KeyError(key)


OFFICE_SOURCES = (  # what an office column of a TABLE may show of a catalogue row
    "code",
    "number",
    "name",
    "unit",
    "target_shown",
    "role",
    "deadline_text",
    PRODUCT,
    "group",
    "investment_printed",
    "approval_printed",
    "value_quy_1",
    "value_6_thang",
    "value_9_thang",
    "value_ca_nam",
    EARLIER,
)
FREE_SOURCES = ("row_number",)  # office column of a FREE_TABLE: 1, 2, 3 ...
DETAIL_SOURCES = ("agency_name", "cycle_title")  # office fields of a DETAILS sheet
PREFILL_SOURCES = ("contact_person", "contact_phone", "contact_email")  # agency fields of it
CHOICE_SOURCES = ("solution_groups",)
INSTRUCTION_FIELDS = (  # placeholders of a form's instructions
    "agency",
    "cycle_title",
    "legal_basis",
    "content",
    "due_text",
    "deadline",  # "chậm nhất hết ngày 19/02/2025 (thứ Tư)"
    "last_day",  # "; ngày làm việc cuối cùng: 19/02/2025", or nothing
    "grace",
    "data_closes",  # ", không muộn hơn ngày 18/11/2025", or nothing
    "meeting",
    "recipient",
    "channel",
    "contact",  # person, phone and address, those there are
)
ROLE_NAMES = {Role.LEAD: "Chủ trì", Role.CO: "Phối hợp"}


def role_of(row: CatalogueRow, agency: str) -> Role | None:
    """The agency's part in the row, None when it has none; lead when it is named twice."""
    roles = [a.role for a in row.agencies if a.agency == agency]
    return Role.LEAD if Role.LEAD in roles else next(iter(roles), None)


WORDS_HELP = "Chỉ tiêu nêu bằng lời: ghi bằng lời, ngắn gọn, kiểm tra được."
"""The message at a cell that takes words where others take a number."""

_OF_FIGURES = ("to_date", "as_of", "value_status", "last_year")


def is_required(column: Column, row: CatalogueRow, agency: str) -> bool:
    """Whether the agency must fill the column of that row: co-reporters need not commit.

    A target in words is answered in words, once: its row has no milestones, no day of its figures.
    """
    if not column.required:
        return False
    if row.target_words and (column.period or column.meaning in _OF_FIGURES):
        return False
    return not column.lead_only or role_of(row, agency) is Role.LEAD


def is_offered(column: Column, row: CatalogueRow | None, agency: str) -> bool:
    """Whether the office's workbook has an open cell there: none that nobody would miss."""
    if row is None:
        return True
    if row.target_words and (column.period or column.meaning in _OF_FIGURES):
        return False
    return not column.leader_alone or role_of(row, agency) is Role.LEAD


#: On a sheet of fields: what can be unusual and right all the same, and so has a word beside it.
_ARGUABLE = (ValueType.DATE, ValueType.EMAIL, ValueType.PHONE, ValueType.NUMBER)


def is_arguable(field: Column) -> bool:
    """Whether a field can be warned of, so that a cell for the reason stands beside it."""
    return not field.office and field.type in _ARGUABLE


def year_column(columns: Iterable[Column]) -> Column | None:
    """The column whose number is the row's value for the year: estimated, else committed.

    Figures of another territory, of last year or of a part of the year are further measures and
    never taken for it.
    """
    own = [c for c in columns if c.unit_of_row and not (c.office or c.period or c.territory)]
    estimate = next((c for c in own if c.meaning == "estimate"), None)
    return estimate or next((c for c in own if not c.meaning), None)


def choices_of(column: Column, catalogue: Catalogue) -> Sequence[str]:
    """The texts a CHOICE column offers, in order; empty for the other types."""
    if column.choices_from == "solution_groups":
        return catalogue.solution_groups
    return column.choices


_WHOLE_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*\.?")  # 11.1 says itself what it belongs under


def place_of(row: CatalogueRow, catalogue: Catalogue) -> str:
    """Where the row stands, as officials cite it: "PL I.4", "PL I.4.a", "PL II.1.a.1", "Mục II.2".

    Rows printed with a dash bear the number of the row they belong under and are told apart by a
    letter, below a letter by a number; several of one point of the body by a number in brackets.
    """
    numbers: list[tuple[str, int]] = []  # as printed, and the how manieth of those that bear none
    current = row
    while True:
        number = current.number.strip().rstrip(").")
        dashed = number in _DASHES or (not number and bool(dash_of(current)))
        numbers.append((number, _among_dashes(current, catalogue) if dashed else 0))
        if not current.parent or _WHOLE_NUMBER.fullmatch(current.number.strip()):
            break
        current = catalogue.row(current.parent)
    place = ""
    for number, nth in reversed(numbers):
        if nth:
            number = str(nth) if place[-1:].isalpha() else chr(ord("a") + nth - 1)
        place += ("." if place and number else "") + number
    if row.appendix is Appendix.BODY:
        return f"Mục {place}{_among_points(row, catalogue)}" if place else "Chỉ thị"
    return f"PL {row.appendix.value}" + (f".{place}" if place else "")


_DASHES = ("-", "+")


def _among_dashes(row: CatalogueRow, catalogue: Catalogue) -> int:
    """The how manieth row with a dash it is below its row, 1 for the first."""
    beside = [
        r.code
        for r in catalogue
        if r.parent == row.parent
        and r.appendix is row.appendix
        and (r.number.strip() in _DASHES or (not r.number.strip() and dash_of(r)))
    ]
    return beside.index(row.code) + 1


def _among_points(row: CatalogueRow, catalogue: Catalogue) -> str:
    """Which of several rows of one point of the body it is: " (2)"; "" for the only one."""
    beside = [r.code for r in catalogue if r.appendix is row.appendix and r.number == row.number]
    return f" ({beside.index(row.code) + 1})" if len(beside) > 1 else ""


def dash_of(row: CatalogueRow) -> str:
    """The dash or plus that opens the row's printed name, empty for none."""
    mark, blank, _ = row.name_printed.partition(" ")
    return mark if blank and mark in {"-", "+"} else ""


def full_name(row: CatalogueRow, catalogue: Catalogue) -> str:
    """The row's name, after the names of the headings it cannot be understood without.

    "Tỷ lệ chất thải rắn ... hợp vệ sinh: Đô thị" (I.18), since a heading has no line of its own.
    """
    names = [row.name]
    parent = row.parent
    while parent:
        above = catalogue.row(parent)
        if above.is_heading:
            names.append(above.name.strip().rstrip(" :,"))
        parent = above.parent
    return ": ".join(reversed(names))


_OPEN_ENDS = (", trong đó", ", bao gồm", " trong đó", " bao gồm")  # of rows whose parts follow


def name_alone(row: CatalogueRow, catalogue: Catalogue) -> str:
    """The full name where its parts do not follow it: no end that opens a list of them."""
    name = " ".join(full_name(row, catalogue).split()).rstrip(" :,;")
    for end in _OPEN_ENDS:
        name = name.removesuffix(end)
    return name


def office_text(column: Column, row: CatalogueRow, catalogue: Catalogue, agency: str) -> str:
    """What the office prints in its own column of a catalogue row; compare with this.

    What the previous cycle said is not in the catalogue: "" for it. Raises ValueError for a source
    that is not among OFFICE_SOURCES.
    """
    source = column.source
    if source == EARLIER:
        return ""
    if source == "number":
        return place_of(row, catalogue)
    if source == "name":
        return full_name(row, catalogue)
    if source == "role":
        role = role_of(row, agency)
        return ROLE_NAMES[role] if role else ""
    if source == "deadline_text":
        return row.deadline_printed
    if source == "target_shown":
        return row.target_given
    if source.startswith("value_") and source in OFFICE_SOURCES:
        position = PERIODS.index(source.removeprefix("value_"))
        return row.values_printed[position] if position < len(row.values_printed) else ""
    if source in OFFICE_SOURCES:
        return str(getattr(row, source))
    raise ValueError(f"unknown source {source!r} of column {column.key!r}")


_LEFT_FREE = "được để trống"
EXAMPLE = "ví dụ: "  # opens how a figure of the row is written
#: First words of units in which half of one can be meant.
_DIVIDED = frozenset(
    (
        *("%", "‰", "tỷ", "tỉ", "triệu", "nghìn", "ngàn", "1.000", "trăm", "chục", "đồng", "usd"),
        *("mw", "kw", "kwh", "gwh", "m", "m²", "m2", "m³", "m3", "km", "km²", "km2", "ha", "tấn"),
        *("tạ", "kg", "lít", "tuổi", "năm", "tháng", "ngày", "giờ", "điểm", "độ", "lần"),
    )
)
_LARGE = 1000  # from which thousands are told apart by a dot


def office_note(column: Column, row: CatalogueRow, agency: str) -> str:
    """What the office's workbook adds to `office_text`, on a line of its own; "" for nothing.

    How a figure of the row is written, and that who takes part may leave the row.
    """
    if column.source == "role":
        return f"({_LEFT_FREE})" if role_of(row, agency) is Role.CO else ""
    if column.source != "unit" or not row.unit.strip("- "):
        return ""
    if row.target_words:
        return "ghi bằng lời"
    size = magnitude_reference(row.target) if row.target is not None else None
    large = size is not None and abs(size) >= _LARGE
    if counts_things(row.unit) and (size is None or size == size.to_integral_value()):
        return EXAMPLE + ("9512" if large else "12")
    return EXAMPLE + ("9.512,5" if large else "12,5")


def counts_things(unit: str) -> bool:
    """Whether a unit counts what is not divided: persons, beds, schools.

    >>> [counts_things(u) for u in ("Người", "Giường bệnh", "Tỷ đồng", "MW", "m² sàn/người", "%")]
    [True, True, False, False, False, False]
    """
    return "/" not in unit and unit.casefold().split()[0] not in _DIVIDED


def printed_text(column: Column, row: CatalogueRow, catalogue: Catalogue, agency: str) -> str:
    """What the agency's workbook shows in an office's column: the text, and what is added to it."""
    text, note = office_text(column, row, catalogue, agency), office_note(column, row, agency)
    return f"{text}\n{note}" if note else text


def expected_rows(sheet: SheetForm, catalogue: Catalogue, agency: str) -> list[CatalogueRow]:
    """The catalogue rows an agency finds pre-filled in a table sheet, in printed order."""
    return catalogue.rows_for(agency, sheet.appendices) if sheet.kind is SheetKind.TABLE else []


def asks_anything(form: Form, catalogue: Catalogue, agency: str) -> bool:
    """Whether the agency's workbook would have anything to report in.

    A form of tables only (the quarterly scenario) asks those that have rows on it; one with a free
    sheet asks everybody.
    """
    tables = (SheetKind.TABLE, SheetKind.FREE_TABLE)
    if not any(s.kind in tables for s in form.sheets):
        return True
    return any(s.kind in tables for s in sheets_for(form, catalogue, agency))


def asked_sheets(form: Form, catalogue: Catalogue, agency: str) -> list[str]:
    """Keys of the sheets by which an agency answers: its tables, not what tells who it is."""
    answering = (SheetKind.TABLE, SheetKind.FREE_TABLE)
    return [s.key for s in sheets_for(form, catalogue, agency) if s.kind in answering]


def sheets_for(form: Form, catalogue: Catalogue, agency: str) -> list[SheetForm]:
    """The sheets of an agency's workbook: tables without a row for it are left out."""
    return [
        s
        for s in form.sheets
        if s.kind is not SheetKind.TABLE or expected_rows(s, catalogue, agency)
    ]
