"""What the installation keeps of a person, and its removal: database, contacts, raw store."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from config.files.contact_removal import ContactRemoval, remove_contacts
from config.files.office_files import load_office
from config.settings import Settings, load_settings
from flows import clock
from flows.cli.terminal import login_name
from flows.office.kept_editions import CONTACTS, in_force
from flows.office.office_place import keeps_editions, placed
from flows.serving.orchestration import prepare_environment
from models.domain.accounts.access import Access, AccessKind
from models.domain.accounts.keeping import Holding, Keeping, PersonPattern
from models.domain.cycle.cycles import HANOI
from models.domain.reading.office import Office
from models.tables import ObligationRow
from tasks.adapters.accounts.account_book import write_access
from tasks.adapters.file_sets import replace_files, take_back_interrupted
from tasks.adapters.raw_store import RawStore
from tasks.adapters.sharing.opening import open_stores
from tasks.adapters.sharing.program import refuse_another
from tasks.adapters.store import decisions, editions
from tasks.adapters.store.people import (
    KeepingRules,
    Occurrence,
    Removal,
    find_person,
    removable_raw_files,
    remove_person,
)
from tasks.adapters.store.rows import migrate, open_engine, table_of

_CONTACTS = "danh bạ của cơ quan đã thôi"
_EDITIONS = "danh bạ trong các bộ tệp đã dùng"
_RAW = "tệp gốc"
_IN_USE = Holding(
    "danh bạ cơ quan", Keeping.ALWAYS, "cơ quan còn được giao báo cáo; sửa trong tệp danh bạ"
)
_ENDED = Holding("danh bạ cơ quan đã thôi", Keeping.AT_ONCE)
_OLD_CONTACTS = Holding("danh bạ trong các bộ tệp trước", Keeping.AT_ONCE)
_SETTINGS = Holding(
    "cài đặt (.env, EnvironmentFile)", Keeping.ALWAYS, "nơi nhận của Văn phòng; sửa cài đặt"
)
_CYCLES = Holding(
    "đầu mối của kỳ báo cáo (cycles.toml)",
    Keeping.ALWAYS,
    "thông tin liên hệ đã công bố; sửa tệp",
)


@dataclass
class House:
    """What is open while a person is looked for."""

    settings: Settings
    office: Office
    engine: Engine
    now: dt.datetime
    raw: RawStore

    @property
    def contacts_file(self) -> Path:
        """The contacts in use."""
        return self.settings.contacts_file or self.settings.config_dir / "contacts.csv"


@dataclass
class Plan:
    """What would be removed now, or was."""

    removed: Counter[str] = field(default_factory=Counter)
    left: list[Occurrence] = field(default_factory=list)


@contextmanager
def opened() -> Iterator[House]:
    """The house. Raises what settings, office files and database raise."""
    settings = load_settings()
    prepare_environment(settings.data_dir)
    settings = placed(settings)
    take_back_interrupted(settings.config_dir)
    engine = open_engine(settings.database)
    try:
        refuse_another(engine)
        migrate(engine)
        office = load_office(settings.config_dir, settings.contacts_file)
        now = clock.now()
        stores = open_stores(settings.store_url, settings.raw_dir, settings.output_dir, engine, now)
        yield House(settings, office, engine, now, stores.raw)
    finally:
        engine.dispose()


def occurrences(house: House, person: PersonPattern | None) -> list[Occurrence]:
    """Everywhere the person, None: anybody, is named, first in the files, then in the database."""
    with house.engine.begin() as connection:
        in_database = find_person(connection, person)
        in_files = _in_files(house, connection, person)
    return [*in_files, *in_database]


def planned(house: House, person: PersonPattern, *, with_raw: bool) -> Plan:
    """What removing would come to; nothing is changed."""
    with house.engine.connect() as connection:
        transaction = connection.begin()
        try:
            plan, _, _ = _worked_out(house, connection, person, with_raw=with_raw)
        finally:
            transaction.rollback()
    return plan


def removed(house: House, person: PersonPattern, *, with_raw: bool) -> Plan:
    """Removes what may go, and writes so into the door's record.

    First the database with its record, then files: a repetition after a crash does the rest.
    """
    with house.engine.begin() as connection:
        plan, contacts, raw = _worked_out(house, connection, person, with_raw=with_raw)
    if keeps_editions(house.settings):
        placed(house.settings)  # lays out the files as they are now, takes away as they were
    elif contacts.taken_out:
        path = house.contacts_file.resolve()
        replace_files(path.parent, {path: contacts.content})
    for sha256 in raw:
        house.raw.remove(sha256)
    return plan


def _worked_out(
    house: House, connection: Connection, person: PersonPattern, *, with_raw: bool
) -> tuple[Plan, ContactRemoval, list[str]]:
    is_closed = _closed_cycles(house, connection)
    ended = _ended_agencies(house, connection)
    contacts = remove_contacts(house.contacts_file.read_bytes(), person, ended)
    rules = KeepingRules(house.now, is_closed, _addresses_in_use(house, contacts))
    done = remove_person(connection, person, rules)
    going = removable_raw_files(connection, rules) if with_raw else []
    raw = [sha256 for sha256 in going if sha256 in house.raw]
    done.removed[_CONTACTS] += len(contacts.taken_out)
    done.removed[_EDITIONS] += _forget_in_editions(house, connection, person)
    done.removed[_RAW] += len(raw)
    _record(connection, done)
    stays = {*contacts.agencies} - {*contacts.taken_out}
    left = [*_in_settings(house, person), *_of_contacts(len(stays), _IN_USE)]
    return Plan(+done.removed, [*left, *find_person(connection, person)]), contacts, raw


def _forget_in_editions(house: House, connection: Connection, person: PersonPattern) -> int:
    """Takes the person out of the contacts of every edition; the number of those changed.

    In the one in force only of agencies that are no more: the others need their contacts. What an
    earlier one said of anybody is of no use to the office.
    """
    newest = _contacts_in_force(house, connection)
    ended = _ended_agencies(house, connection)

    def without(content: bytes) -> bytes:
        everybody = remove_contacts(content, person).agencies
        may_go = ended if editions.sha256_of(content) == newest else everybody
        return remove_contacts(content, person, may_go).content

    return editions.rewrite(connection, CONTACTS, without)


def _contacts_in_force(house: House, connection: Connection) -> str:
    """The hash of the contacts that are in force: an edition's or, tried out, the folder's.

    Tried out, the database remembers what was changed in the folder from a page.
    """
    if keeps_editions(house.settings):
        return in_force(connection, house.settings).files.get(CONTACTS, "")
    return editions.sha256_of(house.contacts_file.read_bytes())


def _record(connection: Connection, done: Removal) -> None:
    """The account by its name, for whoever asks where it went; of all else only how much."""
    now, by = clock.of_the_machine(), login_name()
    for name in done.accounts:
        write_access(connection, Access(now, AccessKind.ACCOUNT_REMOVED, name, by))
    if counted := +done.removed:
        detail = "; ".join(f"{title}: {count}" for title, count in counted.items())
        write_access(connection, Access(now, AccessKind.PERSON_REMOVED, "", by, "", detail))


def _closed_cycles(house: House, connection: Connection) -> Callable[[str], bool]:
    book = decisions.book(connection)

    def is_closed(code: str) -> bool:
        cycle = house.office.cycles.get(code)
        return cycle is None or cycle.has_ended(house.now) or book.closing(code) is not None

    return is_closed


def _ended_agencies(house: House, connection: Connection) -> set[str]:
    """Agencies that are no more and whom no cycle that goes on has asked."""
    is_closed = _closed_cycles(house, connection)
    asked = table_of(ObligationRow)
    rows = connection.execute(select(asked.c.cycle, asked.c.agency))
    at_work = {row.agency for row in rows if not is_closed(row.cycle)}
    today = house.now.astimezone(HANOI).date()
    return {
        agency.code
        for agency in house.office.register
        if agency.valid_to is not None and agency.valid_to < today and agency.code not in at_work
    }


def _addresses_in_use(house: House, contacts: ContactRemoval) -> set[str]:
    return {
        address
        for contact in house.office.register.contacts.values()
        if contact.agency not in contacts.taken_out
        for address in (*contact.to, *contact.cc, *contact.superior)
    }


def _in_files(
    house: House, connection: Connection, person: PersonPattern | None
) -> list[Occurrence]:
    ended = _ended_agencies(house, connection)
    if person is None:
        codes = tuple(house.office.register.contacts)
    else:
        codes = remove_contacts(house.contacts_file.read_bytes(), person).agencies
    return [
        *_in_settings(house, person),
        *_of_contacts(sum(code not in ended for code in codes), _IN_USE),
        *_of_contacts(sum(code in ended for code in codes), _ENDED),
        *_in_editions(house, connection, person),
    ]


def _in_editions(
    house: House, connection: Connection, person: PersonPattern | None
) -> list[Occurrence]:
    """How many earlier editions of the contacts name the person."""
    newest = _contacts_in_force(house, connection)
    earlier = editions.history(connection)
    found = {
        sha256: person is None or bool(remove_contacts(content, person).agencies)
        for sha256, content in editions.contents_of(
            connection, {e.files[CONTACTS] for e in earlier if CONTACTS in e.files}
        ).items()
        if sha256 != newest
    }
    count = sum(found.get(e.files.get(CONTACTS, ""), False) for e in earlier)
    return [Occurrence("office_content.content", _OLD_CONTACTS, count)] if count else []


def _of_contacts(count: int, holding: Holding) -> list[Occurrence]:
    return [Occurrence("contacts.csv", holding, count)] if count else []


def _in_settings(house: House, person: PersonPattern | None) -> list[Occurrence]:
    settings = house.settings
    told = [*settings.summary_to, *settings.operator_to, settings.own_copy]
    of_cycles = [
        text
        for cycle in house.office.cycles.values()
        for text in (cycle.contact_person, cycle.contact_phone, cycle.contact_email)
    ]
    found = []
    for place, holding, texts in (
        (".env", _SETTINGS, told),
        ("cycles.toml", _CYCLES, of_cycles),
    ):
        count = sum(bool(text) and (person is None or person.is_in(text)) for text in texts)
        if count:
            found.append(Occurrence(place, holding, count))
    return found
