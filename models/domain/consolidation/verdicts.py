"""Verdicts: what a person judged of a value that no rule can judge, and what still waits for one.

A target in words («thuộc nhóm dẫn đầu»), a value just short of a «khoảng» target and a measure of
districts, which ended within the year, ask a person.
The answer holds for the value and the measure it was made from: where either changes, the question
is another one, waits again and says that it was answered before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from models.domain.consolidation.evidence import Figure
from models.domain.cycle.letter_phrases import office_opinion, within
from models.domain.register.catalogue import CatalogueRow
from models.domain.register.targets import Judgement, Target, format_target
from models.domain.register.territories import Territory

_CODE_LENGTH = 8  # letters by which a person names a question
_WITHDRAWN = "withdrawn"  # in a decision's subject, where a verdict stands otherwise

IN_WORDS = "Chỉ tiêu nêu bằng lời, do người đánh giá"
JUST_SHORT = "Chỉ tiêu ghi «khoảng», kết quả xấp xỉ mức ấy: do người đánh giá"


class Against(StrEnum):
    """What a value is judged against."""

    TARGET = "target"  # the one in force
    BASELINE = "baseline"  # another official measure, by its name
    COMMITMENT = "commitment"  # what was promised at the beginning of the year


@dataclass(frozen=True, slots=True)
class JudgementQuestion:
    """A value and the measure that a person compares it with.

    `value` and `measure` are free of notation: 16,80 and 16,8 are one value. `shown` is the measure
    as printed or promised, `why` why no rule judges it, a Vietnamese sentence.
    """

    row: CatalogueRow
    territory: Territory
    figure: Figure
    value: str
    measure: str
    shown: str
    why: str
    against: Against = Against.TARGET
    baseline: str = ""
    promise: Figure | None = None
    member: str = ""  # whose own part it is, of a row that many lead together

    @property
    def code(self) -> str:
        """A short name that stays while value, reporter and measure do."""
        return _hashed(self.place, self.figure.agency, self.value, self.measure)

    @property
    def place(self) -> str:
        """A short name of what is asked about, whatever is reported and set there."""
        whose = [self.member] if self.member else []
        return _hashed(self.row.code, self.territory, self.against, self.baseline, *whose)

    @property
    def measured_by(self) -> str:
        """A short name of the measure."""
        return _hashed(self.measure)

    @property
    def figures(self) -> list[Figure]:
        """The cells that it is about."""
        return [self.figure, *([self.promise] if self.promise else [])]

    def subject(self, answer: Judgement | None) -> str:
        """The answer as a decision's subject keeps it; None: the answer is withdrawn."""
        said = answer.value if answer else _WITHDRAWN
        return " ".join((self.code, said, self.place, self.measured_by, self.row.code))


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_CODE_LENGTH]


def value_of(
    figure: Figure, number: Decimal | None = None, last_year: Decimal | None = None
) -> str:
    """What is judged, however it was typed: the number it is judged by, else the words.

    `last_year` is the value that a change is measured from.
    """
    known = figure.number if number is None else number
    said = " ".join(figure.text.split()) if known is None else _plain(known)
    return said if last_year is None else f"{said} / {_plain(last_year)}"


def measure_of(row: CatalogueRow, target: Target | None) -> str:
    """The row's words and the target there, with unit and direction, however they are printed."""
    printed = format_target(target) if target is not None else ""
    words = " ".join(row.target_words.split())
    return "\n".join((words, printed, row.unit, row.direction.value))


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


@dataclass(frozen=True, slots=True)
class PersonsVerdict:
    """What a person answered, by name and reason; `judgement` is None where it was withdrawn."""

    code: str  # of the question
    place: str
    measured_by: str
    judgement: Judgement | None
    by: str
    reason: str
    number: int = 0  # its place in the book of decisions
    times: str = ""  # when it was entered and from when on it holds, a sentence part
    on: dt.date | None = None  # the day from which on it holds

    def __str__(self) -> str:
        """The verdict as fingerprints hold it, which do not change with the names of the code."""
        said = self.judgement.value if self.judgement else _WITHDRAWN
        return f"verdict {self.number} {self.code} {said} {self.by}\t{self.reason}"

    @property
    def said(self) -> str:
        """Who judged so, why and by which decision, in one sentence part."""
        return f"{self.by}: {self.reason.rstrip(' .')} ({within(self.decision)})"

    @property
    def decision(self) -> str:
        """The decision by its day and times."""
        return office_opinion(self.on) + (f", {self.times}" if self.times else "")


def verdict_kept(
    subject: str,
    by: str,
    reason: str,
    number: int = 0,
    times: str = "",
    on: dt.date | None = None,
) -> PersonsVerdict:
    """The verdict that a decision's subject keeps (`JudgementQuestion.subject`).

    >>> kept = verdict_kept("1f2e3d4c met aabbccdd 00112233 grdp", "Hà", "Đứng thứ năm.", 3)
    >>> kept.judgement.value, kept.said
    ('met', 'Hà: Đứng thứ năm (ý kiến xử lý của Văn phòng UBND thành phố)')
    """
    code, said, place, measured_by, _row = subject.split(" ", 4)
    judgement = None if said == _WITHDRAWN else Judgement(said)
    return PersonsVerdict(code, place, measured_by, judgement, by, reason, number, times, on)


def row_judged(subject: str) -> str:
    """The code of the catalogue row that a decision of these is about."""
    return subject.split(" ", 4)[4]


@dataclass(frozen=True)
class VerdictBook:
    """What persons answered in one cycle, in the order they did."""

    given: Sequence[PersonsVerdict] = field(default_factory=tuple)

    def on(self, question: JudgementQuestion) -> PersonsVerdict | None:
        """The answer that holds; None where it waits."""
        about = [v for v in self.given if v.code == question.code]
        return about[-1] if about and about[-1].judgement is not None else None

    def before(self, question: JudgementQuestion) -> PersonsVerdict | None:
        """The last answer or withdrawal on what is asked about, of whatever value and measure."""
        return next((v for v in reversed(self.given) if v.place == question.place), None)


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """A question for a person, the answer that holds, and what became of the one before."""

    question: JudgementQuestion
    verdict: PersonsVerdict | None = None
    lapsed: str = ""  # a Vietnamese sentence; "" where nothing was answered before

    @property
    def judgement(self) -> Judgement:
        """What the value means: as the person said, else it waits."""
        said = self.verdict.judgement if self.verdict else None
        return said or Judgement.AWAITING

    @property
    def waits(self) -> bool:
        """Whether nobody has answered."""
        return self.verdict is None

    @property
    def by_person(self) -> str:
        """That a person judged, who, why and by which decision; "" while it waits."""
        return f"do người đánh giá, {self.verdict.said}" if self.verdict else ""

    @property
    def why_it_waits(self) -> str:
        """Why a person is asked, and that an earlier answer holds no more; "" once it is judged."""
        if not self.waits:
            return ""
        return f"{self.question.why}. {self.lapsed}" if self.lapsed else self.question.why


def asked(question: JudgementQuestion, verdicts: VerdictBook) -> PersonAsked:
    """The question with the answer that holds for it."""
    verdict = verdicts.on(question)
    return PersonAsked(question, verdict, "" if verdict else _lapsed(question, verdicts))


def _lapsed(question: JudgementQuestion, verdicts: VerdictBook) -> str:
    last = verdicts.before(question)
    if last is None:
        return ""
    if last.judgement is None:
        return f"Ý kiến đánh giá trước đã rút lại: {last.said}"
    given = f" ngày {last.on:%d/%m/%Y}" if last.on else ""
    changed = "số liệu" if last.measured_by == question.measured_by else "mức được so"
    return f"Ý kiến đánh giá trước của {last.by}{given} không còn hiệu lực vì {changed} đã thay đổi"
