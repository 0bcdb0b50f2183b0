"""The report's text: sentences and cells in which every figure carries its source's reference.

A `Text` keeps words and references apart, so that whoever sets it can print references smaller.
Text from outside is one harmless line of bounded length before it gets here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation import Figure
from models.domain.consolidation.verdicts import PersonAsked, PersonsVerdict
from models.domain.cycle.letter_phrases import measured, office_opinion
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import decimals, like_decimals
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import Form, name_alone, place_of
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue, CatalogueRow
from models.domain.register.districts import (
    DISTRICTS_NOTE,
    VERDICT_OPEN,
    WORK_NOTE,
    speaks_of_districts,
    works_on_districts,
)
from models.domain.register.target_revisions import UNCONFIRMED, named_basis, papers_said
from models.domain.register.targets import Judgement, format_target
from models.domain.register.targets_in_force import TargetInForce
from models.domain.review.judging import BaselineResult, TerritoryResult
from models.domain.review.lines import ReviewIndicator
from models.domain.review.wording import OUTCOME_NAMES

_NAME = 4_000  # letters of a row's name: the directive's own words are not cut
LONGEST = 500  # letters of one agency's text in one cell
DOUBTED = "*"  # behind amounts that have to be looked at
CUT_MARK = " (xem tiếp trong sổ báo cáo)"


@dataclass(frozen=True, slots=True)
class Span:
    """Words, or references in brackets."""

    text: str
    is_reference: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a cell."""

    spans: Sequence[Span] = ()

    @property
    def plain(self) -> str:
        """The words and references as one string."""
        return "".join(s.text for s in self.spans)

    @property
    def without_references(self) -> Text:
        """The words alone, and no blank that stood before a reference."""
        spans = [s for s in self.spans if not s.is_reference and s.text]
        if len(spans) == len(self.spans) or not spans:
            return Text(tuple(spans))
        *before, last = spans
        return Text((*before, Span(last.text.rstrip())))

    def __add__(self, other: Text) -> Text:
        return Text((*self.spans, *other.spans))

    def __bool__(self) -> bool:
        return any(s.text for s in self.spans)


def words(text: str) -> Text:
    """Words without a source of their own: names, counts, the report's own sentences.

    >>> words("12 chỉ tiêu").plain
    '12 chỉ tiêu'
    """
    return Text((Span(text),)) if text else Text()


def in_doubt(amount: Text) -> Text:
    """The amount with the mark of what has to be looked at behind its number, its first span; one
    that is marked already as it is."""
    first, *others = amount.spans
    if first.text.endswith(DOUBTED):
        return amount
    return Text((Span(first.text + DOUBTED), *others))


def joined(texts: Iterable[Text], between: str) -> Text:
    """The texts that say something, with words between them.

    >>> joined([words("a"), Text(), words("b")], "; ").plain
    'a; b'
    """
    spans: list[Span] = []
    for text in texts:
        if text and spans:
            spans.append(Span(between))
        spans.extend(text.spans)
    return Text(tuple(spans))


def under(label: str, text: Text, beside: str = "") -> Text:
    """A text behind its label, and behind what stands `beside` the label; without the label where
    it begins with that word itself.

    >>> under("Vướng mắc", words("Thiếu cát.")).plain, under("Vướng mắc", words("vướng mắc.")).plain
    ('Vướng mắc: Thiếu cát.', 'vướng mắc.')
    >>> under("Giải pháp", words("Giải pháp chung."), "Sở Y tế").plain
    'Sở Y tế: Giải pháp chung.'
    """
    if not text:
        return text
    if not text.plain.casefold().startswith(label.casefold()):
        return words(f"{label} ({beside}): " if beside else f"{label}: ") + text
    return words(f"{beside}: " if beside else "") + text


def unit_behind(row: CatalogueRow) -> str:
    """The row's unit behind a number within a sentence: "%", " tỷ đồng"; "" for none."""
    unit = row.unit
    return unit if unit in ("%", "‰") else f" {unit[:1].lower()}{unit[1:]}".rstrip()


MOST_PLACES = 4
"""Decimals that the report prints at most; the cell that it leads to holds them all."""


def number(value: Decimal, places: int | None = None) -> str:
    """A number as the office writes it, with so many decimals or those it was written with; one of
    more digits than any real figure has as it is.

    >>> number(Decimal("118079.279")), number(Decimal("9.2"), 2), number(Decimal("16.6666666"))
    ('118.079,279', '9,20', '16,6667')
    """
    try:
        return format_number(value, min(MOST_PLACES, decimals(value)) if places is None else places)
    except ValueError:
        return one_line(str(value), 60)


def places_of(*numbers: Decimal | None) -> int:
    """With how many decimals all numbers of one row are printed.

    >>> places_of(Decimal("12.50"), None, Decimal("11.9"))
    2
    """
    return min(MOST_PLACES, like_decimals(numbers))


def difference(value: Decimal | None, places: int | None = None) -> str:
    """A number with its sign; "" for none.

    >>> difference(Decimal("0.35")), difference(Decimal("-1.2")), difference(Decimal(0), 1)
    ('+0,35', '-1,2', '0,0')
    """
    if value is None:
        return ""
    return f"+{number(value, places)}" if value > 0 else number(value, places)


def same_words(text: str) -> str:
    """What two texts share that say the same: case, blanks and the full stop do not tell.

    >>> same_words("Đề nghị  bố trí kinh phí.") == same_words("đề nghị bố trí kinh phí")
    True
    """
    return one_line(text, 40_000).casefold().rstrip(" .;,")


def shortened(text: str, longest: int = LONGEST) -> str:
    """An agency's text as one line, cut at a word where it is too long, and saying so.

    >>> shortened("a" * 30 + " b", 20)
    'aaaaaaaaaaaaaaaaaaaa… (xem tiếp trong sổ báo cáo)'
    """
    line = one_line(text, 40_000)
    if len(line) <= longest:
        return line
    cut = line[:longest]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:-") + "…" + CUT_MARK


def decision_reference(verdict: PersonsVerdict) -> str:
    """How the report refers to the decision by which a person judged.

    >>> decision_reference(PersonsVerdict("", "", "", None, "Hà", "Đứng thứ năm.", 3))
    'YK-3'
    """
    return f"YK-{verdict.number}"


class Citations:
    """The references that were printed, so that the annex leads from each to its cell.

    In a paper `for_agency` what a person decided is the office's opinion of a day: neither the
    person's name nor the number in the office's own book is an agency's to know.
    """

    def __init__(self, *, for_agency: bool = False) -> None:
        self.for_agency = for_agency
        self.conflicts: set[str] = set()  # the numbers that stand beside figures in doubt
        self._cited: dict[str, Figure] = {}
        self._verdicts: dict[int, PersonsVerdict] = {}

    @property
    def figures(self) -> list[Figure]:
        """Every figure cited, in the order of the references: this cycle's, then the earlier's."""
        return sorted(self._cited.values(), key=lambda f: _order(f.reference))

    @property
    def verdicts(self) -> list[PersonsVerdict]:
        """Every person's verdict cited, by the number of its decision."""
        return [self._verdicts[number] for number in sorted(self._verdicts)]

    def judged(self, asked: PersonAsked | None) -> Text:
        """Who judged and why, on a line of its own with the decision's reference: "[YK-3]".

        Nothing where no person judged.
        """
        verdict = asked.verdict if asked else None
        if verdict is None:
            return Text()
        if self.for_agency:
            return words(f"\n{office_opinion(verdict.on)}: {shortened(verdict.reason, 300)}")
        said = f"\nDo người đánh giá: {one_line(verdict.by)}: {shortened(verdict.reason, 300)} "
        return words(said) + self._decision(verdict)

    def judged_briefly(self, asked: PersonAsked | None) -> Text:
        """That a person judged, with the reference alone, for narrow cells."""
        verdict = asked.verdict if asked else None
        if verdict is None:
            return Text()
        if self.for_agency:
            return words("\n(ý kiến của Văn phòng)")
        return words("\nngười đánh giá\n") + self._decision(verdict)

    def disputed(self, numbers: Sequence[str]) -> Text:
        """The conflicts in which a figure is in doubt, on a line of their own: "(MT-I.4)"."""
        self.conflicts.update(numbers)
        return words(f"\n({', '.join(numbers)})" if numbers else "")

    def _decision(self, verdict: PersonsVerdict) -> Text:
        self._verdicts[verdict.number] = verdict
        return Text((Span(f"[{decision_reference(verdict)}]", is_reference=True),))

    def cite(self, *figures: Figure | None) -> Text:
        """The figures' references in brackets: " [N-0012, K-0007]"; nothing for none."""
        given = {f.reference: f for f in figures if f is not None}
        self._cited |= given
        if not given:
            return Text()
        return Text((Span(f" [{', '.join(given)}]", is_reference=True),))

    def quoted(self, figure: Figure | None, longest: int = LONGEST) -> Text:
        """What an agency wrote, with its source; nothing where it wrote nothing."""
        if figure is None or not figure.is_given:
            return Text()
        return words(shortened(figure.text, longest)) + self.cite(figure)

    def below(self, *figures: Figure | None) -> Text:
        """The references on a line of their own: in a narrow cell they would break at the dash."""
        spans = self.cite(*figures).spans
        return Text(tuple(Span("\n" + s.text.lstrip(), is_reference=True) for s in spans))

    def stacked(self, figure: Figure | None, places: int | None = None, mark: str = "") -> Text:
        """A number, beside it a mark where it has one, its source on the line below, for narrow
        cells."""
        beside = f" {mark}" if mark else ""
        if figure is None or figure.number is None:
            return self.value(figure) + words(beside)
        return words(_shown(figure, figure.number, places) + beside) + self.below(figure)

    def value(self, figure: Figure | None, unit: str = "", places: int | None = None) -> Text:
        """A number with its unit and its source; what is no number as the agency wrote it."""
        if figure is None or not figure.is_given:
            return Text()
        if figure.number is None:
            return self.quoted(figure)
        written = _shown(figure, figure.number, places)
        shown = (
            hedged(figure, measured(figure.number, unit)) if unit and not figure.bound else written
        )
        return words(shown) + self.cite(figure)


def _shown(figure: Figure, value: Decimal, places: int | None) -> str:
    """The number, with the word that makes it no exact one ("khoảng"); what was written with a
    sign (">10") to the letter."""
    return one_line(figure.raw, 60) if figure.bound else hedged(figure, number(value, places))


def hedged(figure: Figure | None, shown: str) -> str:
    """A figure's number as it is shown, behind the word by which it was given as no exact one."""
    return f"{figure.hedge} {shown}" if figure is not None and figure.hedge else shown


def _order(reference: str) -> tuple[int, str, int]:
    letter, _, digits = reference.partition("-")
    return int(letter != "N"), letter, int(digits) if digits.isdecimal() else 0


class ReportNames:
    """How agencies, rows and columns are called in the report."""

    def __init__(self, register: Register, catalogue: Catalogue, form: Form) -> None:
        self._register = register
        self._rows = {r.code: r for r in catalogue}
        self._places = {r.code: place_of(r, catalogue) for r in catalogue}
        self._names = {r.code: name_alone(r, catalogue) for r in catalogue}
        self._titles = {s.key: s.title for s in form.sheets}
        self._columns = {c.meaning: c.title for s in form.sheets for c in s.columns if c.meaning}
        self.territory = catalogue.territory  # of the directive's targets
        self.year = catalogue.year

    def agency(self, code: str) -> str:
        """The agency's name, its code where the register has none."""
        return self._register.agency_name(code)

    def place(self, row: CatalogueRow) -> str:
        """Where the row stands in the directive."""
        return self._places.get(row.code, "")

    def row(self, row: CatalogueRow) -> str:
        """The row's name on one line."""
        return one_line(self._names.get(row.code, row.name), _NAME).rstrip(" :,;")

    def with_unit(self, row: CatalogueRow) -> str:
        """The row's name with its unit in brackets."""
        return f"{self.row(row)} ({row.unit})" if row.unit else self.row(row)

    def of_measure(self, row: CatalogueRow) -> str:
        """The row's name with its unit; of districts, that they ended and what is to be said."""
        named = self.with_unit(row)
        return f"{named}\n({DISTRICTS_NOTE})" if self.is_of_districts(row) else named

    def of_work(self, row: CatalogueRow) -> str:
        """The name of a task or project; of districts, that they ended and what is to be said."""
        named = self.row(row)
        return f"{named}\n({WORK_NOTE})" if self.works_on_districts(row) else named

    def works_on_districts(self, row: CatalogueRow) -> bool:
        """Whether the task or project is about districts, which ended."""
        return works_on_districts(row, self.year)

    def is_of_districts(self, row: CatalogueRow) -> bool:
        """Whether the row counts in districts, so that its verdict is yet to be confirmed."""
        return speaks_of_districts(row, self.year)

    def waits_for_office(self, indicator: ReviewIndicator) -> bool:
        """Whether the office has yet to judge a measure of districts."""
        return self.is_of_districts(indicator.row) and indicator.outcome is Judgement.AWAITING

    def verdict_open(self, indicator: ReviewIndicator) -> Text:
        """That the office has yet to judge a measure of districts; nothing elsewhere, nor once a
        person has."""
        return words(f"\n({VERDICT_OPEN})" if self.waits_for_office(indicator) else "")

    def about(self, code: str) -> str:
        """The place of a row by its code, "" for no row of the catalogue."""
        return self._places.get(code, "")

    def name_of(self, code: str) -> str:
        """The name of a row by its code, the code where there is no such row."""
        row = self._rows.get(code)
        return self.row(row) if row else code

    def sheet(self, key: str) -> str:
        """The sheet's title."""
        return self._titles.get(key, key)

    def column(self, meaning: str) -> str:
        """The title of the column that one sheet alone has for what it means ("start_date")."""
        return self._columns.get(meaning, meaning)


def places_there(result: TerritoryResult) -> int:
    """With how many decimals a territory's value and all its measures are printed."""
    targets = [t for t in (result.target, *(b.target for b in result.baselines)) if t]
    levels = [level for t in targets for level in t.target.levels]
    return places_of(result.value.number if result.value else None, *levels)


def target_said(target: TargetInForce, places: int) -> str:
    """A target among other numbers of its row, with as many decimals as they; a change, a count of
    a whole, words and what has more decimals as printed."""
    levels = target.target.levels
    if not levels or target.target.approximate or like_decimals(levels) > places:
        return one_line(target.printed)
    return format_target(target.target, places)


def against_baseline(beside: BaselineResult, places: int, *, told: bool) -> str:
    """An official measure beside the target, by its name, and how a value that is told stands."""
    shown = f"{beside.target.baseline}: {target_said(beside.target, places)}"
    if beside.target.assumed:
        shown += f" ({UNCONFIRMED})"
    if not told or beside.judgement is Judgement.UNKNOWN:
        return shown
    share = f", bằng {number(beside.reached_pct)}%" if beside.reached_pct is not None else ""
    return f"{shown}, {OUTCOME_NAMES[beside.judgement].lower()}{share}"


def papers_of(indicators: Iterable[ReviewIndicator], known: str = "") -> str:
    """The numbered documents that set the indicators' targets, in full, as a sentence: tables name
    them by kind and number. "" for none that `known` words have not named."""
    targets = [
        target
        for one in indicators
        for result in one.grounds.values()
        for target in (result.target, *(b.target for b in result.baselines))
        if target is not None
    ]
    said = papers_said((target.basis for target in targets), known)
    return f"Văn bản giao: {said}." if said else ""


def target_with_basis(target: TargetInForce, places: int) -> str:
    """The target, the document that sets it, and whether the office has yet to confirm it."""
    remarks = [named_basis(target.basis), UNCONFIRMED if target.assumed else ""]
    return f"giao {target_said(target, places)} ({', '.join(r for r in remarks if r)})"
