"""The book of decisions as the desk shows it: what each is about, in words, and where that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from models.domain.answers.decisions import (
    KIND_TITLES,
    ON_JUDGEMENTS,
    ON_VERSIONS,
    Decision,
    DecisionKind,
)
from models.domain.answers.planned_letters import ON_PLANNED, planned_named, planned_title
from models.domain.consolidation.verdicts import row_judged, verdict_kept
from models.domain.consolidation.wording import PERSON_NAMES
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.rules.registry import RULES
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import chunks

_SHOWN = 120  # letters of a subject
_OF_MESSAGES = (
    DecisionKind.ASSIGN_MESSAGE,
    DecisionKind.REJECT_MESSAGE,
    DecisionKind.RETURN_MESSAGE,
    DecisionKind.CORRECT_ARRIVAL,
    DecisionKind.REGISTER_SENDER,
    DecisionKind.UNREGISTER_SENDER,
    *ON_VERSIONS,
)
_OF_DRAFTS = (DecisionKind.APPROVE_SUMMARY, DecisionKind.HOLD_SUMMARY_BACK)
_OF_LETTERS = (DecisionKind.SEND_LETTER_AGAIN, DecisionKind.CLOSE_LETTER, *_OF_DRAFTS)
_ON_SHEETS = (DecisionKind.EXEMPT_SHEET, DecisionKind.OBLIGE_SHEET)


@dataclass(frozen=True, slots=True)
class DecisionAbout:
    """What a decision is about beside cycle and agency: words, and where it is looked at."""

    said: str = ""
    message: str = ""  # key
    letter: int | None = None  # id
    conflict: str = ""  # code
    question: str = ""  # code


@dataclass(frozen=True, slots=True)
class BookAsked:
    """Which decisions are wanted; "" for any."""

    number: str = ""
    kind: str = ""
    cycle: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class DecisionsAbout:
    """What decisions are about, by their numbers."""

    about: Mapping[int, DecisionAbout] = field(default_factory=dict)

    def of(self, decision: Decision) -> DecisionAbout:
        """What that one is about."""
        return self.about.get(decision.number, DecisionAbout())


def chosen(decisions: Iterable[Decision], asked: BookAsked) -> list[Decision]:
    """Those that are wanted, the newest first."""
    kept = [
        d
        for d in decisions
        if asked.number in ("", str(d.number))
        and asked.kind in ("", d.kind.value)
        and asked.cycle in ("", d.cycle)
        and asked.agency in ("", d.agency)
    ]
    return kept[::-1]


def abouts(office: Office, connection: Connection, decisions: Sequence[Decision]) -> DecisionsAbout:
    """What each of these is about."""
    mail = _messages(connection, {d.message for d in decisions if d.kind in _OF_MESSAGES})
    keys = {letter_of(d) for d in decisions if d.kind in _OF_LETTERS}
    letters = _letters(connection, keys)
    return DecisionsAbout({d.number: _about(office, d, mail, letters) for d in decisions})


def letter_of(decision: Decision) -> str:
    """The business key of the letter that a decision is about."""
    is_draft = decision.kind in _OF_DRAFTS
    return decision.subject.rpartition(" (")[0] if is_draft else decision.subject


def searched(office: Office, decision: Decision) -> str:
    """The words by which a decision is found."""
    cycle = office.cycles.get(decision.cycle)
    return " ".join(
        (
            KIND_TITLES[decision.kind],
            decision.by,
            decision.reason,
            office.register.agency_name(decision.agency),
            cycle.title if cycle else "",
        )
    )


def _about(
    office: Office,
    decision: Decision,
    mail: Mapping[str, str],
    letters: Mapping[str, tuple[int, str]],
) -> DecisionAbout:
    kind, subject = decision.kind, decision.subject
    if kind in _OF_MESSAGES:
        said = mail.get(decision.message, "")
        said = f"thư «{said}»" if said else "thư không có tiêu đề"
        if kind in ON_VERSIONS:
            said = f"phiên bản {decision.version}, {said}"
        return DecisionAbout(said, message=decision.message)
    if kind in _OF_LETTERS:
        number, said = letters.get(letter_of(decision), (None, subject))
        return DecisionAbout(f"thư «{said}»", letter=number)
    if kind in ON_PLANNED and (sending := planned_named(f"{decision.cycle}/{subject}")):
        return DecisionAbout(planned_title(sending, office.cycles.get(decision.cycle)))
    if kind is DecisionKind.WAIVE_RULE:
        title = f": {RULES[subject].title}" if subject in RULES else ""
        return DecisionAbout(f"quy tắc {subject}{title}")
    if kind in _ON_SHEETS:
        titles = {s.key: s.title for form in office.forms.values() for s in form.sheets}
        return DecisionAbout(f"trang «{titles.get(subject, subject)}»")
    if kind is DecisionKind.RULE_ON_CONFLICT:
        code = subject.partition(" ")[0]
        whose = office.register.agency_name(decision.agency)
        return DecisionAbout(f"dùng số của {whose}", conflict=code)
    if kind in ON_JUDGEMENTS:
        kept = verdict_kept(subject, decision.by, decision.reason)
        what = _row(office, decision.cycle, row_judged(subject))
        said = PERSON_NAMES[kept.judgement].lower() if kept.judgement else "chờ đánh giá lại"
        return DecisionAbout(f"{one_line(what, _SHOWN)}: {said}", question=kept.code)
    return DecisionAbout(one_line(subject, _SHOWN))


def _row(office: Office, cycle: str, code: str) -> str:
    """A row of the directive by place and name; what cannot be found any more by neither."""
    known = office.cycles.get(cycle)
    catalogue = office.catalogue_of(known) if known else None
    row = next((r for r in catalogue.rows if r.code == code), None) if catalogue else None
    if catalogue is None or row is None:
        return "chỉ tiêu"
    return f"{place_of(row, catalogue)} {full_name(row, catalogue)}"


def _messages(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    found = {}
    for some in chunks(sorted(keys)):
        columns = (MESSAGE.c.key, MESSAGE.c.subject, MESSAGE.c.name)
        for row in connection.execute(select(*columns).where(MESSAGE.c.key.in_(some))):
            found[row.key] = one_line(row.subject or row.name, _SHOWN)
    return found


def _letters(connection: Connection, keys: Collection[str]) -> dict[str, tuple[int, str]]:
    found = {}
    for some in chunks(sorted(keys)):
        columns = (LETTER.c.business_key, LETTER.c.id, LETTER.c.subject)
        for row in connection.execute(select(*columns).where(LETTER.c.business_key.in_(some))):
            found[row.business_key] = (row.id, one_line(row.subject, _SHOWN))
    return found
