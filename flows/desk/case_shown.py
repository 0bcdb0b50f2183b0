"""What a decision's form holds fixed, in words: whoever decides sees about what, never a code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, select

from flows.desk.decision_table import DECISIONS
from models.domain.answers.planned_letters import planned_named, planned_title
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.letters.offers import chosen_key
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.office import Office
from models.domain.rules.registry import RULES
from tasks.adapters.store.messages import MESSAGE
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.rows import chunks
from tasks.adapters.store.submissions import SUBMISSION
from tasks.adapters.workplace import Workplace

_SHOWN = 160  # letters of a line
_NOT_READ = ("digest", "conflict", "question")  # what says nothing to a person

Words = Callable[[Office, Connection, Sequence[str]], list[str]]


def case_shown(
    workplace: Workplace, name: str, fixed: Mapping[str, Sequence[str]]
) -> list[tuple[str, list[str]]]:
    """The titles and values of what is fixed, as a person reads them."""
    fields = DECISIONS[name].form.model_fields
    with workplace.engine.begin() as connection:
        return [
            (fields[key].title or key, _WORDS.get(key, _as_it_is)(workplace.office, connection, v))
            for key, v in fixed.items()
            if key not in _NOT_READ
        ]


def _as_it_is(_: Office, __: Connection, values: Sequence[str]) -> list[str]:
    return [one_line(value, _SHOWN) for value in values]


def _moments(_: Office, __: Connection, values: Sequence[str]) -> list[str]:
    said = []
    for value in values:
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            said.append(one_line(value, 80))
            continue
        is_day = "T" not in value and ":" not in value
        local = moment if moment.tzinfo else moment.replace(tzinfo=HANOI)
        said.append(f"{moment:%d/%m/%Y}" if is_day else hanoi_minute(local))
    return said


def _cycles(office: Office, _: Connection, values: Sequence[str]) -> list[str]:
    return [office.cycles[v].title if v in office.cycles else one_line(v, 80) for v in values]


def _agencies(office: Office, _: Connection, values: Sequence[str]) -> list[str]:
    return [office.register.agency_name(v) or one_line(v, 80) for v in values]


def _rules(_: Office, __: Connection, values: Sequence[str]) -> list[str]:
    codes = [value.partition(":")[0] for value in values]
    return [f"{c}: {RULES[c].title}" if c in RULES else one_line(c, 80) for c in codes]


def _sheets(office: Office, _: Connection, values: Sequence[str]) -> list[str]:
    titles = {s.key: s.title for form in office.forms.values() for s in form.sheets}
    return [titles.get(value, one_line(value, 80)) for value in values]


def _letters(office: Office, connection: Connection, values: Sequence[str]) -> list[str]:
    said: dict[str, str] = {}
    for some in chunks([chosen_key(value) for value in values]):
        columns = (LETTER.c.business_key, LETTER.c.agency, LETTER.c.subject, LETTER.c.created_at)
        which = LETTER.c.business_key.in_(some)
        for row in connection.execute(select(*columns).where(which)):
            whom = office.register.agency_name(row.agency) or "Văn phòng"
            subject = one_line(row.subject, _SHOWN)
            said[row.business_key] = f"{whom}: {subject} ({hanoi_minute(row.created_at)})"
    return [said.get(chosen_key(value), one_line(value, 80)) for value in values]


def _messages(office: Office, connection: Connection, values: Sequence[str]) -> list[str]:
    said = []
    for value in values:
        columns = (MESSAGE.c.agency, MESSAGE.c.subject, MESSAGE.c.name, MESSAGE.c.received_at)
        which = MESSAGE.c.key.startswith(chosen_key(value), autoescape=True)
        row = connection.execute(select(*columns).where(which).limit(1)).first()
        if row is None:
            said.append(one_line(value, 80))
            continue
        whom = office.register.agency_name(row.agency) or "chưa rõ cơ quan"
        subject = one_line(row.subject or row.name, _SHOWN)
        said.append(f"{subject} ({whom}, {hanoi_minute(row.received_at)})")
    return said


def _versions(office: Office, connection: Connection, values: Sequence[str]) -> list[str]:
    said = []
    for value in values:
        columns = (SUBMISSION.c.agency, SUBMISSION.c.version, SUBMISSION.c.receipt_number)
        which = SUBMISSION.c.receipt_number == chosen_key(value)
        row = connection.execute(select(*columns).where(which).limit(1)).first()
        whom = office.register.agency_name(row.agency) if row else ""
        number = one_line(chosen_key(value), 80)
        said.append(f"{whom}, phiên bản {row.version}, số {number}" if row else number)
    return said


def _addresses(_: Office, connection: Connection, values: Sequence[str]) -> list[str]:
    """One that a person registered goes by its message, whose key nobody reads."""
    mail = [v for v in values if "@" in v]
    return mail or ["địa chỉ đã đăng ký khi xác định thư"] if values else []


def _planned(office: Office, _: Connection, values: Sequence[str]) -> list[str]:
    said = []
    for value in values:
        sending = planned_named(chosen_key(value))
        cycle = office.cycles.get(sending.cycle) if sending else None
        title = planned_title(sending, cycle) if sending else one_line(value, _SHOWN)
        said.append(f"{title}, {cycle.title}" if cycle else title)
    return said


_WORDS: Mapping[str, Words] = {
    "last_day": _moments,
    "arrived_at": _moments,
    "cycle": _cycles,
    "agency": _agencies,
    "rule": _rules,
    "sheet": _sheets,
    "letter": _letters,
    "message": _messages,
    "receipt": _versions,
    "address": _addresses,
    "planned": _planned,
}
