"""Looking for something over everything: agencies, mail, letters, receipts, rows of directives."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, or_, select

from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.desk.lists import has_words, search_key, words_of
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.agencies import Agency
from tasks.adapters.store.messages import FILE, MESSAGE
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.store.submissions import SUBMISSION

_MOST = 20  # hits of each kind that are shown
#: Four and four figures of a letter's foot, or a whole digest.
_FILE_CODE = re.compile(r"\s*(?:([0-9a-f]{4})[\s-]?([0-9a-f]{4})|([0-9a-f]{64}))\s*", re.IGNORECASE)
_SHOWN = 160  # letters of a hit


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: its key for an address, its words, and what stands beside them."""

    key: str
    said: str
    hint: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of one kind, and how many there are in all."""

    shown: Sequence[Hit]
    total: int


def hits_of(found: Iterable[Hit]) -> Hits:
    """The first of them."""
    every = list(found)
    return Hits(every[:_MOST], len(every))


def agencies_found(office: Office, query: str, today: dt.date) -> Hits:
    """Agencies by name, former name, alias, whatever the tone marks."""
    words = words_of(query)
    return hits_of(
        Hit(one.code, one.name, "đã kết thúc" if one.valid_to and one.valid_to < today else "")
        for one in office.register
        if words and has_words(words, _names(one))
    )


def _names(one: Agency) -> str:
    return _key(one.name) + _key(one.full_name) + "".join(_key(alias) for alias in one.aliases)


def messages_found(office: Office, connection: Connection, query: str) -> Hits:
    """Messages by subject, file name, sender, receipt number or a file's code, the newest first."""
    words = words_of(query)
    if not words:
        return hits_of([])
    # The words alone at first: what else is shown is asked for of those that are shown.
    columns = (MESSAGE.c.subject, MESSAGE.c.name, MESSAGE.c.sender, MESSAGE.c.receipt_number)
    newest = MESSAGE.c.received_at.desc()
    every = connection.execute(select(MESSAGE.c.key, *columns).order_by(newest)).all()
    keys = [
        key
        for key, subject, name, sender, receipt in every
        if has_words(words, f"{_key(subject)}{_key(name)}{_key(sender)}{_key(receipt)}")
    ]
    if code := file_code(query):
        carrying = select(FILE.c.message_key).where(FILE.c.sha256.startswith(code))
        keys += [k for k in connection.execute(carrying).scalars() if k not in keys]
    shown = (MESSAGE.c.key, *columns, MESSAGE.c.agency, MESSAGE.c.received_at)
    which = MESSAGE.c.key.in_(keys[:_MOST])
    rows = connection.execute(select(*shown).where(which).order_by(newest))
    hits = [
        Hit(
            row.key,
            one_line(row.subject or row.name, _SHOWN) or "Thư không có tiêu đề",
            " · ".join(
                part
                for part in (
                    office.register.agency_name(row.agency),
                    row.receipt_number,
                    hanoi_minute(row.received_at),
                )
                if part
            ),
        )
        for row in rows
    ]
    return Hits(hits, len(keys))


def versions_found(office: Office, connection: Connection, query: str) -> Hits:
    """Versions by receipt number, typed in whatever case and with or without its mark; or by the
    code of their file, as letters have it in their foot, or by its whole digest."""
    words, code = words_of(query), file_code(query)
    digits = max((word for word in words if word.isdigit()), key=len, default="")
    if not digits and not code:
        return hits_of([])
    wanted = " ".join(words)
    columns = (
        *(SUBMISSION.c.id, SUBMISSION.c.receipt_number, SUBMISSION.c.agency),
        *(SUBMISSION.c.version, SUBMISSION.c.cycle, SUBMISSION.c.file_sha256),
    )
    by_number = SUBMISSION.c.receipt_number.contains(digits, autoescape=True)
    by_code = SUBMISSION.c.file_sha256.startswith(code)
    which = or_(*([by_number] if digits else []), *([by_code] if code else []))
    rows = connection.execute(select(*columns).where(which).order_by(SUBMISSION.c.id.desc()))
    return hits_of(
        Hit(
            str(row.id),
            f"Số tiếp nhận {row.receipt_number}",
            f"{office.register.agency_name(row.agency)}, phiên bản {row.version}",
            row.cycle,
        )
        for row in rows
        if f" {wanted} " in f"{search_key(row.receipt_number)} "
        or (code and row.file_sha256.startswith(code))
    )


def file_code(query: str) -> str:
    """The digest that a text gives, or as much of it as a letter's foot has; "" for other texts.

    >>> file_code(" effc 22de "), file_code("EFFC-22DE"), file_code("KH-2025/0014")
    ('effc22de', 'effc22de', '')
    """
    found = _FILE_CODE.fullmatch(query)
    return "".join(filter(None, found.groups())).lower() if found else ""


def letters_found(office: Office, connection: Connection, query: str) -> Hits:
    """Letters by subject and whom they went to, the newest first."""
    words = words_of(query)
    if not words:
        return hits_of([])
    name_of = office.register.agency_name
    newest = LETTER.c.id.desc()
    columns = (LETTER.c.id, LETTER.c.subject, LETTER.c.agency)
    every = connection.execute(select(*columns).order_by(newest)).all()
    names = {agency: _key(name_of(agency)) for agency in {row[2] for row in every}}
    ids = [
        number
        for number, subject, agency in every
        if has_words(words, _key(subject) + names[agency])
    ]
    which = LETTER.c.id.in_(ids[:_MOST])
    rows = connection.execute(select(*columns, LETTER.c.created_at).where(which).order_by(newest))
    hits = [
        Hit(
            str(row.id),
            one_line(row.subject, _SHOWN),
            f"{name_of(row.agency) or 'Văn phòng'} · {hanoi_minute(row.created_at)}",
        )
        for row in rows
    ]
    return Hits(hits, len(ids))


def rows_found(office: Office, cycles: Sequence[ReportingCycle], query: str) -> Hits:
    """Rows of the directive by name and place, in the cycles whose figures are looked at."""
    words = words_of(query)
    found = []
    for cycle in cycles if words else ():
        catalogue = office.catalogue_of(cycle)
        for row in catalogue.rows:
            if row.is_heading or not has_words(words, _key(row.name)):
                continue
            place = place_of(row, catalogue)
            said = one_line(full_name(row, catalogue), _SHOWN)
            found.append(Hit(row.code, f"{place} {said}", cycle.title, cycle.code))
    return hits_of(found)


_key = lru_cache(maxsize=100_000)(search_key)
