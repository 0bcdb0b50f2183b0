"""What the columns of an appendix's table hold, by the words of its header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from models.domain.drafting.document import DocumentCell, DocumentRow
from models.domain.notation.vietnamese_text import fold, squeeze


class ColumnRole(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    NAME = "name"
    UNIT = "unit"
    TARGET = "target"
    QUARTER_1 = "quy_1"
    MONTHS_6 = "6_thang"
    MONTHS_9 = "9_thang"
    WHOLE_YEAR = "ca_nam"
    DEADLINE = "deadline"
    PRODUCT = "product"
    APPROVAL = "approval"
    INVESTMENT = "investment"
    LEAD = "lead"
    CO = "co"
    OTHER = "other"  # printed, and of no sheet


PERIOD_ROLES = (
    ColumnRole.QUARTER_1,
    ColumnRole.MONTHS_6,
    ColumnRole.MONTHS_9,
    ColumnRole.WHOLE_YEAR,
)


class TableKind(StrEnum):
    """What an appendix is about."""

    INDICATORS = "indicators"
    SCENARIO = "scenario"
    TASKS = "tasks"
    PROJECTS = "projects"


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """A column: where it stands in the table's grid, its words as printed, what it holds."""

    start: int
    end: int  # exclusive
    words: str
    role: ColumnRole


@dataclass(frozen=True)
class TableHeader:
    """The columns of a table, how many rows their words take, what is not clear about them."""

    columns: Sequence[HeaderColumn]
    rows: int
    kind: TableKind | None
    doubts: Sequence[str] = ()

    def of(self, role: ColumnRole) -> HeaderColumn | None:
        """The column of that role."""
        return next((c for c in self.columns if c.role is role), None)

    @property
    def key(self) -> tuple[str, ...]:
        """Under which the header is found again on the next page."""
        return tuple(fold(c.words) for c in self.columns)


# --- Words ----------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(s ?\.?)?t\.? ?t\.?|so tt|so thu tu|no\.?")
_PERIODS = {
    ColumnRole.QUARTER_1: re.compile(r"quy (i|1)(\b.*)?"),
    ColumnRole.MONTHS_6: re.compile(r"(0?6|sau) thang(\b.*)?"),
    ColumnRole.MONTHS_9: re.compile(r"(0?9|chin) thang(\b.*)?"),
    ColumnRole.WHOLE_YEAR: re.compile(r"ca nam(\b.*)?"),
}
_UNIT = re.compile(r"\(?(don vi( tinh)?|dvt|dv ?tinh|d\.v\.t\.?)\)?")
_DONE_BEFORE = re.compile(
    r"\b(thuc hien|uoc|ket qua|th)\b.*\b(nam|20[0-9]{2})\b|so voi|so sanh|ty trong|hien trang"
)
_TARGET = re.compile(
    r"(ke hoach|muc tieu|chi tieu|muc phan dau|phan dau|kh|chi tieu giao|gia tri)\b.*"
    r"(\bnam\b|20[0-9]{2}|phan dau|\bgiao\b|thuc hien)|(ke hoach|muc tieu|phan dau|kh|gia tri)"
)
_CO = re.compile(r"phoi hop")
_LEAD = re.compile(
    r"chu tri|(co quan|don vi|nguoi|to chuc)\b.*\b(thuc hien|theo doi|bao cao|phu trach|trinh"
    r"|tham muu|giao|soan thao|dau moi|chiu trach nhiem|danh gia)|phan cong|trach nhiem"
    r"|co quan|^chu dau tu|^thuc hien"
)
_DEADLINE = re.compile(r"thoi (han|gian|diem)|tien do|\bhan\b|ngay hoan thanh|hoan thanh$")
_PRODUCT = re.compile(r"san pham|ket qua|hinh thuc|dau ra")
_INVESTMENT = re.compile(r"tong (muc|von)( dau tu)?|tmdt|kinh phi|von dau tu")
_APPROVAL = re.compile(r"van ban|quyet dinh|phe duyet|chu truong|can cu|phap ly")
_NAME = re.compile(
    r"(ten |cac |danh muc |noi dung |muc tieu,? ?|nhom )*"
    r"(chi tieu|nhiem vu|du an|cong trinh|noi dung|cong viec|de an|nganh|linh vuc|hoat dong"
    r"|muc tieu|chuong trinh|ten goi|giai phap)\b(.*)"
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
# Words that name what a table lists only where nothing stands before them.
_WEAK_NAME = re.compile(r"(giai phap|hoat dong|linh vuc|muc tieu)\b")
_STRONG = frozenset(
    {"unit", "target", "deadline", "investment", "lead", "quy_1"}
)  # of roles: one of them makes a list of it
_PROJECTS = re.compile(r"\b(du an|cong trinh)\b")
_YEAR = re.compile(r"20[0-9]{2}")

#: Roles told by their words alone, the plainest words first.
_PLAIN = ((ColumnRole.NUMBER, _NUMBER), (ColumnRole.UNIT, _UNIT), *_PERIODS.items())
_WORDED = (
    (ColumnRole.INVESTMENT, _INVESTMENT),
    (ColumnRole.DEADLINE, _DEADLINE),
    (ColumnRole.APPROVAL, _APPROVAL),
    (ColumnRole.LEAD, _LEAD),
    (ColumnRole.PRODUCT, _PRODUCT),
)


def _role_of(words: str, last: str) -> ColumnRole:
    """The role that a header's words speak for; the name's is settled with all columns in sight."""
    words, last = (_BRACKETS.sub("", text).strip() or text for text in (words, last))
    for role, pattern in _PLAIN:
        if pattern.fullmatch(last) or pattern.fullmatch(words):
            return role
    if _DONE_BEFORE.search(words):
        return ColumnRole.OTHER
    if words.startswith("ghi chu"):
        return ColumnRole.OTHER
    if _TARGET.fullmatch(words) or _TARGET.fullmatch(last):
        return ColumnRole.TARGET
    if _NAME.fullmatch(words):
        return ColumnRole.NAME
    if _CO.search(words) and not re.search(r"chu tri", words):
        return ColumnRole.CO
    # "Thời hạn thực hiện", "Cơ quan chủ trì báo cáo tiến độ": the first of its words tells.
    told = [(found.start(), role) for role, p in _WORDED if (found := p.search(words))]
    return min(told, key=lambda t: t[0])[1] if told else ColumnRole.OTHER


# --- Header rows ----------------------------------------------------------------------------------

_LOOKED_AT = 4  # rows at the top of a table
_LEAST_ROLES = 2
_LEAST_PERIODS = 3  # of a scenario: one quarter alone is what was reached by then
_COLUMN_COUNT = re.compile(r"\(?([0-9]{1,2}|[a-e])\)?(\s*=.*)?")


def header_at(rows: Sequence[DocumentRow], first: int, year: int) -> TableHeader | None:
    """The header that begins with that row, None where it is none.

    `year` is whose targets are wanted where a table prints those of several.
    """
    if not _roles(_columns(rows[first : first + 1]), year)[1]:
        return None
    taken = 1
    while first + taken < len(rows) and taken < _LOOKED_AT:
        below = rows[first + taken]
        if not _is_second_header(rows[first : first + taken], below):
            break
        taken += 1
    columns, fit, doubts = _roles(_columns(rows[first : first + taken]), year)
    if not fit:
        return None
    after = first + taken
    if after < len(rows) and _counts_columns(rows[after]):
        taken += 1
    return TableHeader(columns, taken, _kind(columns), doubts)


def is_repeated(header: TableHeader, row: DocumentRow) -> bool:
    """Whether a row prints the header's words once more."""
    cells = [fold(c.text) for c in row if c.text.strip()]
    if len(cells) < _LEAST_ROLES:
        return False
    whole = {fold(part) for c in header.columns for part in (c.words, *c.words.split(" | "))}
    return all(cell in whole for cell in cells)


def _columns(rows: Sequence[DocumentRow]) -> list[tuple[int, int, list[str]]]:
    """Start, end and words, from top to bottom, of each column of the lowest row or above."""
    edges = sorted({edge for row in rows for c in row for edge in (c.column, c.column + c.span)})
    found: list[tuple[int, int, list[str]]] = []
    for start, end in pairwise(edges):
        words = []
        for row in rows:
            cell = next((c for c in row if c.column <= start < c.column + c.span), None)
            if cell and cell.text.strip() and cell.text not in words:
                words.append(squeeze(cell.text))
        same = found and found[-1][2] == words and _one_cell(rows, found[-1][0], start)
        if same:
            found[-1] = (found[-1][0], end, words)
        else:
            found.append((start, end, words))
    return found


def _one_cell(rows: Sequence[DocumentRow], left: int, right: int) -> bool:
    """Whether both places of the grid lie in the same cell of the lowest row."""
    return any(c.column <= left and right < c.column + c.span for c in rows[-1])


def _roles(
    columns: Sequence[tuple[int, int, list[str]]], year: int
) -> tuple[list[HeaderColumn], bool, list[str]]:
    """The columns with their roles, whether it is a header at all, and what is not clear."""
    doubts: list[str] = []
    found = [
        HeaderColumn(
            start,
            end,
            " | ".join(words),
            _role_of(fold(" ".join(words)), fold(words[-1])) if words else ColumnRole.OTHER,
        )
        for start, end, words in columns
    ]
    found = _one_name(_named_by_place(found, doubts))
    found = _one_target(_results_as_targets(found, doubts), year, doubts)
    if len({c.role for c in found} & set(PERIOD_ROLES)) < _LEAST_PERIODS:
        found = [_other(c) if c.role in PERIOD_ROLES else c for c in found]
    for role in ColumnRole:
        of_role = [c for c in found if c.role is role]
        if role in (ColumnRole.OTHER, ColumnRole.TARGET) or len(of_role) < 2:
            continue
        listed = "; ".join(f"“{c.words}”" for c in of_role)
        doubts.append(f"nhiều cột cùng một loại: {listed}; chỉ lấy cột đầu")
        found = [c if c.role is not role or c is of_role[0] else _other(c) for c in found]
    roles = {c.role for c in found} - {ColumnRole.OTHER}
    fit = ColumnRole.NAME in roles and len(roles) > 1 and _words_are_short(found)
    return found, fit, doubts


def _words_are_short(columns: Sequence[HeaderColumn]) -> bool:
    return all(len(c.words) < 200 for c in columns)


def _other(column: HeaderColumn, role: ColumnRole = ColumnRole.OTHER) -> HeaderColumn:
    return HeaderColumn(column.start, column.end, column.words, role)


def _named_by_place(columns: list[HeaderColumn], doubts: list[str]) -> list[HeaderColumn]:
    """Where no title names what is listed, the column beside the numbers does."""
    names = [c for c in columns if c.role is ColumnRole.NAME]
    number = next((c for c in columns if c.role is ColumnRole.NUMBER), None)
    beside = next((c for c in columns if number and c.start == number.end), None)
    if beside is None or beside.role is not ColumnRole.OTHER or not beside.words:
        return columns
    if any(not _WEAK_NAME.match(fold(c.words)) for c in names):
        return columns
    if not any(c.role in _STRONG for c in columns):
        return columns
    doubts.append(f"cột “{beside.words}” đứng cạnh số thứ tự: hiểu là nội dung")
    swap = {beside: ColumnRole.NAME, **dict.fromkeys(names, ColumnRole.OTHER)}
    return [_other(c, swap.get(c, c.role)) for c in columns]


def _one_name(columns: list[HeaderColumn]) -> list[HeaderColumn]:
    """The leftmost column that may be the name's is; "Mục tiêu", "Chỉ tiêu" may be the target's."""
    names = [c for c in columns if c.role is ColumnRole.NAME]
    if not names:
        targets = [c for c in columns if c.role is ColumnRole.TARGET]
        number = next((c for c in columns if c.role is ColumnRole.NUMBER), None)
        if len(targets) < 2 and not (targets and number and targets[0].start == number.end):
            return columns
        name = targets[0]
        return [_other(c, ColumnRole.NAME) if c is name else c for c in columns]
    name, *further = names
    left = [c for c in columns if c.role is ColumnRole.TARGET and c.start < name.start]
    if (
        len(left) == 1
        and not further
        and not any(c.role is ColumnRole.TARGET and c.start > name.start for c in columns)
    ):  # "Mục tiêu", then "Chỉ tiêu"
        swap = {left[0]: ColumnRole.NAME, name: ColumnRole.TARGET}
        return [_other(c, swap.get(c, c.role)) for c in columns]
    has_target = any(c.role is ColumnRole.TARGET for c in columns)
    settled = []
    for column in columns:
        if column in further:
            measured = fold(column.words).startswith(("chi tieu", "muc tieu")) and not has_target
            column = _other(column, ColumnRole.TARGET if measured else ColumnRole.OTHER)
        settled.append(column)
    return settled


def _results_as_targets(columns: list[HeaderColumn], doubts: list[str]) -> list[HeaderColumn]:
    """Beside a column of units "Kết quả" is what is to be reached, not a product."""
    roles = [c.role for c in columns]
    results = [c for c in columns if c.role is ColumnRole.PRODUCT]
    if ColumnRole.UNIT not in roles or ColumnRole.TARGET in roles or len(results) != 1:
        return columns
    doubts.append(f"cột “{results[0].words}” đứng cạnh đơn vị tính: hiểu là chỉ tiêu")
    return [_other(c, ColumnRole.TARGET) if c is results[0] else c for c in columns]


def _one_target(columns: list[HeaderColumn], year: int, doubts: list[str]) -> list[HeaderColumn]:
    targets = [c for c in columns if c.role is ColumnRole.TARGET]
    dated = [c for c in targets if str(year) in c.words]
    others = [c for c in targets if (years := _YEAR.findall(c.words)) and str(year) not in years]
    left = dated or [c for c in targets if c not in others]
    if len(left) == 1:
        chosen: HeaderColumn | None = left[0]
    else:
        chosen = None
        if targets:
            listed = "; ".join(f"“{c.words}”" for c in targets)
            doubts.append(
                f"không rõ cột nào là chỉ tiêu năm {year}: {listed}; để trống cột chỉ tiêu"
            )
    return [_other(c) if c in targets and c is not chosen else c for c in columns]


def _is_second_header(above: Sequence[DocumentRow], row: DocumentRow) -> bool:
    """Whether a row goes on with the header: words under merged cells, and no row of its own."""
    filled = [c for c in row if c.text.strip()]
    first = above[0]
    if not filled or not first:
        return False
    if any(c.continued for c in row) and all(_lies_under_wider(above, c) for c in filled):
        return True
    number = [c for c in row if c.column == first[0].column]
    if any(c.text.strip() and not c.continued for c in number):
        return False
    below_words = [fold(c.text) for c in filled]
    if any(re.search(r"[0-9]{2,}[.,][0-9]|^[0-9.,]+$", w) for w in below_words):
        return False
    known = [w for w in below_words if _role_of(w, w) not in (ColumnRole.OTHER, ColumnRole.NAME)]
    return 2 * len(known) >= len(below_words) and len(below_words) > 1


def _lies_under_wider(above: Sequence[DocumentRow], cell: DocumentCell) -> bool:
    """Whether a cell is one of several below a title that spans them."""
    return any(
        title.span > cell.span
        and title.text.strip()
        and title.column <= cell.column < title.column + title.span
        for row in above
        for title in row
    )


def _counts_columns(row: DocumentRow) -> bool:
    """Whether a row only numbers the columns: "(1) (2) (3)", "A B 1 2"."""
    texts = [fold(c.text) for c in row if c.text.strip()]
    if len(texts) < 3 or not all(_COLUMN_COUNT.fullmatch(t) for t in texts):
        return False
    counted = [int(m[1]) for t in texts if (m := _COLUMN_COUNT.fullmatch(t)) and m[1].isdigit()]
    return len(counted) > 1 and all(b == a + 1 for a, b in pairwise(counted))


def _kind(columns: Sequence[HeaderColumn]) -> TableKind | None:
    roles = {c.role for c in columns}
    name = next((fold(c.words) for c in columns if c.role is ColumnRole.NAME), "")
    if len(roles & set(PERIOD_ROLES)) >= _LEAST_PERIODS:
        return TableKind.SCENARIO
    # A task may be given its money, too, and a day by which it is done.
    dated = bool({ColumnRole.UNIT, ColumnRole.DEADLINE} & roles)
    if ColumnRole.INVESTMENT in roles and (_PROJECTS.search(name) or not dated):
        return TableKind.PROJECTS
    if ColumnRole.UNIT in roles or (
        ColumnRole.TARGET in roles and ColumnRole.DEADLINE not in roles
    ):
        return TableKind.INDICATORS
    if ColumnRole.DEADLINE in roles or ColumnRole.LEAD in roles:
        return TableKind.PROJECTS if _PROJECTS.search(name[:20]) else TableKind.TASKS
    return None


# --- A row's cells by column ----------------------------------------------------------------------


def by_column(row: DocumentRow, columns: Sequence[HeaderColumn]) -> Mapping[int, DocumentCell]:
    """A row's cells by the place of their column in `columns`; one beyond them has the next place.

    A cell over several columns belongs to the first of them; two cells below one title are one,
    with a remark. Where the grid of the row is another one, a row with as many cells as there are
    columns is taken in order.
    """
    ends = max((c.end for c in columns), default=0)
    if len(row) == len(columns) and row and row[-1].column + row[-1].span != ends:
        return dict(enumerate(row))
    found: dict[int, DocumentCell] = {}
    for cell in row:
        place = next(
            (n for n, c in enumerate(columns) if c.start <= cell.column < c.end), len(columns)
        )
        before = found.get(place)
        if before is None or not (before.text.strip() or before.continued):
            found[place] = cell
        elif cell.text.strip():
            found[place] = replace(
                before,
                text=f"{before.text}\n{cell.text}",
                remarks=(*before.remarks, *cell.remarks, "hai ô in dưới một tiêu đề cột"),
            )
    return found
