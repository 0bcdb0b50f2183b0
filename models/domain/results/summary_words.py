"""Words that the notes to the head of the office share: names, lists cut short, measured values,
the few figures of a telephone's first screen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wording import TIMELINESS_NAMES, without_answer_said
from models.domain.cycle.letter_phrases import (
    counts_said,
    cut_at_phrase,
    listed,
    number_text,
    out_of,
)
from models.domain.letters.letters import Table
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import name_alone, place_of
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.targets import format_target

TABLE_ROWS = 3  # a telephone is read for two minutes; the workbook has the others
_NAME_LENGTH = 200
_SHORT_NAME = 46  # in a table on a telephone
_TASK_NAME = 57
#: With what many tasks begin alike before the paper that tells them apart, which has a capital.
_LEAD_IN = re.compile(
    r"^(?:Trình HĐND thành phố (?:ban hành|thông qua)|Xây dựng Kế hoạch thực hiện|Hoàn thiện"
    r"|Hoàn thành|Triển khai thực hiện|Xây dựng và (?:tổ chức )?triển khai"
    r"|Ban hành chương trình/kế hoạch (?:thực hiện|triển khai)|Trình phê duyệt) "
)
#: Long words that officials shorten in tables, never in a sentence.
_SHORTER = (("Hội đồng nhân dân", "HĐND"), ("Ủy ban nhân dân", "UBND"))
_ANSWERED = (Timeliness.ON_TIME, Timeliness.CORRECTED, Timeliness.LATE)
_OF_THE_CITY = re.compile(r"(?<!chi nhánh) thành phố Hải Phòng$")
_COUNTED = re.compile(r"(?P<label>[^():]+) \((?P<count>[\d.]+)\): ")


@dataclass(frozen=True)
class SummaryMatter:
    """What a summary says of the matter of its cycle: of a plan its gaps, of a review its results.

    `shares` is a sentence part; `figures` are the few that matter most, label and value; points,
    tables and notes are shown in their order.
    `in_figures` are those points that a figure tells as
    well: a letter says them once.
    """

    shares: str
    points: Sequence[str]
    tables: Sequence[Table]
    figures: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    in_figures: Sequence[str] = ()
    open_matters: str = ""  # what else is open, in a line: kinds that no other line counts
    official: Collection[str] = ()  # codes of the indicators judged by an official figure


class Words:
    """Names of agencies and rows, as the note prints them."""

    def __init__(self, consolidation: Consolidation, office: Office) -> None:
        self._catalogue = office.catalogue_of(consolidation.cycle)
        self._register = office.register

    @property
    def catalogue(self) -> Catalogue:
        """The rows of the cycle's year."""
        return self._catalogue

    def agency(self, code: str) -> str:
        """The agency's name, as in every line, table and note of the letter."""
        return named_within_the_city(self._register, code)

    def place(self, row: CatalogueRow) -> str:
        """Where the row stands: "PL I.4"."""
        return place_of(row, self._catalogue)

    def name(self, row: CatalogueRow, longest: int = _NAME_LENGTH) -> str:
        """The row's name on one line, cut at a word."""
        name = name_alone(row, self._catalogue)
        return cut_at_phrase(one_line(name, 10 * _NAME_LENGTH), longest)

    def whole_name(self, row: CatalogueRow) -> str:
        """The row's name on one line, whole."""
        return one_line(name_alone(row, self._catalogue), 10 * _NAME_LENGTH)

    def row(self, row: CatalogueRow) -> str:
        """Place and name."""
        return f"{self.place(row)} {self.name(row)}"

    def with_unit(self, row: CatalogueRow) -> str:
        """Place and name with the unit, short enough for a table beside columns of numbers."""
        name = f"{self.place(row)} {self.name(row, _SHORT_NAME)}"
        return f"{name} ({row.unit})" if row.unit else name

    def task(self, row: CatalogueRow) -> str:
        """Place and name of a task, short enough for a table; of a long one without the words that
        many begin with.
        """
        name = self.name(row, 10 * _NAME_LENGTH)
        for long, short in _SHORTER:
            name = name.replace(long, short)
        return f"{self.place(row)} {_task_in_short(name)}"

    def led(
        self, rows: Sequence[CatalogueRow], what: str
    ) -> tuple[Sequence[str], list[tuple[str, str]], Sequence[int]]:
        """Header, lines and number columns of a table of rows with who leads each."""
        lines = [(self.task(r), self.agency(r.led_by) if r.lead else "") for r in rows]
        return (what, "Cơ quan chủ trì"), lines, ()

    def row_and_lead(self, row: CatalogueRow) -> str:
        """Place, name and the agency that leads it."""
        return f"{self.row(row)} ({self.agency(row.led_by)})" if row.lead else self.row(row)


def named_within_the_city(register: Register, code: str) -> str:
    """The agency's name without the city's, which a letter within the city need not say.

    >>> from models.domain.register.agencies import Agency, AgencyKind
    >>> tax = Agency("thue", "Thuế thành phố Hải Phòng", AgencyKind.CENTRAL)
    >>> named_within_the_city(Register({"thue": tax}, {}), "thue")
    'Thuế thành phố'
    """
    return _OF_THE_CITY.sub(" thành phố", register.agency_name(code))


def _task_in_short(name: str) -> str:
    """At most as many letters as a table on a telephone has room for.

    >>> _task_in_short("Hoàn thành Hồ sơ")
    'Hoàn thành Hồ sơ'
    >>> _task_in_short("Xây dựng Kế hoạch thực hiện Đề án xây dựng lực lượng dân quân của các xã")
    'Đề án xây dựng lực lượng dân quân của các xã'
    """
    short = _LEAD_IN.sub("", name) if len(name) > _TASK_NAME else name
    return cut_at_phrase(short if short[:1].isupper() else name, _TASK_NAME)


def point(label: str, items: Sequence[str], kind: str) -> Iterable[str]:
    """One sentence that counts and names the items; nothing for none."""
    if items:
        yield f"{label} ({number_text(len(items))}): {listed(items, kind)}."


def rows_point(label: str, rows: Sequence[CatalogueRow], kind: str, words: Words) -> Iterable[str]:
    """The same of catalogue rows, each with who leads it."""
    return point(label, [words.row_and_lead(row) for row in rows], kind)


def wholes_point(consolidation: Consolidation, words: Words) -> Iterable[str]:
    """Wholes that their parts do not fit; where they only have two sources, that they do."""
    unfit = [one for one in consolidation.wholes if one.fault is not None]
    for label, found in (
        ("Số chung và số thành phần cần đối chiếu", [one for one in unfit if not one.link]),
        ("Số của hai chỉ tiêu liên quan chưa thống nhất", [one for one in unfit if one.link]),
    ):
        said = [whole_said(one, words.row, words.agency) for one in found]
        yield from point(label, said, "trường hợp")
    apart = [one for one in consolidation.wholes if one.fault is None]
    yield from point(
        "Số chung và số thành phần không cùng nguồn",
        [words.row(row) for row in {one.row.code: one.row for one in apart}.values()],
        "chỉ tiêu",
    )


def assigned(row: CatalogueRow) -> str:
    """The target in clean spelling; the directive's own may hold scan errors."""
    return format_target(row.target) if row.target is not None else row.target_shown


def in_brackets(parts: Iterable[str]) -> str:
    """What is said behind a word, of several parts; "" where nothing is.

    >>> in_brackets(("ước", "", "Sở Y tế")), in_brackets([""])
    (' (ước; Sở Y tế)', '')
    """
    said = "; ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def cut_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]
) -> Table:
    """The table's first rows; the title says when there are more. One more alone is shown, too."""
    if len(rows) <= TABLE_ROWS + 1:
        return Table(title, header, rows, numeric)
    title += f" ({TABLE_ROWS} trong {number_text(len(rows))})"
    return Table(title, header, rows[:TABLE_ROWS], numeric)


def answers_figure(consolidation: Consolidation) -> tuple[str, str]:
    """How many agencies have been accepted, and how all of them stand in time."""
    h = consolidation.headline
    first = next((state for state in _ANSWERED if h.timeliness[state]), None)
    extended = counts_said((", trong đó {} được gia hạn", h.extended))
    came = "; ".join(
        f"{number_text(n)} {TIMELINESS_NAMES[state][:1].lower()}{TIMELINESS_NAMES[state][1:]}"
        f"{extended if state is first else ''}"
        for state in _ANSWERED
        if (n := h.timeliness[state])
    )
    rest = without_answer_said(h.timeliness, h.apart, "")
    said = f"{out_of(h.answered, h.asked)} cơ quan"
    said += f" ({came})" if came else ""
    said += f"; còn lại {rest}" if rest else ""
    said += f"; {number_text(h.partly)} được tiếp nhận một phần" if h.partly else ""
    return "Báo cáo được tiếp nhận", said


def counted_points(points: Iterable[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Of the points those that count and name, as label and count; the sentences as they are.

    >>> counted_points(["Chỉ tiêu không đạt (30): A; B.", "Kịch bản GRDP cả năm: 111,9."])
    ([('Chỉ tiêu không đạt', '30')], ['Kịch bản GRDP cả năm: 111,9.'])
    """
    counts: list[tuple[str, str]] = []
    sentences: list[str] = []
    for point in points:
        if found := _COUNTED.match(point):
            counts.append((found["label"], found["count"]))
        else:
            sentences.append(point)
    return counts, sentences
