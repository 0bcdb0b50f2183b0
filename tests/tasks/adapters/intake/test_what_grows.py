"""What is asked of the database does not grow with what it holds, and searches no table."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPICursor

from models.domain.letters.offers import Cases
from tasks.adapters.boards.boards import boards
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.boards.waiting_work import waiting_work
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.results.choosing import results_of
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import deliveries, messages
from tasks.adapters.work.consolidating import consolidate_cycle
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import Workplace
from tests.fixtures.worked_office import AGENCIES, CYCLE, OPENED, MakeOffice, Office

FEW, MANY, BATCH = 10, 100, 12
#: Tables of which a row comes with every message, file, version, cell or letter.
GROWING = ("message", "message_file", "submission", "observation", "finding", "letter", "answer")


class Asked:
    """The statements of a stage, and how SQLite finds the rows of each."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.plans: dict[str, list[str]] = {}

    def note(
        self, _connection: object, cursor: DBAPICursor, text: str, values: object, *_: object
    ) -> None:
        """Takes one down, before it is carried out."""
        self.statements.append(text)
        if text.startswith("SELECT") and text not in self.plans:
            beside = cursor.connection.cursor()
            beside.execute(f"EXPLAIN QUERY PLAN {text}", values)
            self.plans[text] = [row[3] for row in beside.fetchall()]

    @property
    def searched(self) -> list[str]:
        """Those for which a table that grows is read from one end to the other."""
        return [
            f"{step}: {text}"
            for text, plan in self.plans.items()
            for step in plan
            if step.startswith("SCAN") and step.split()[1] in GROWING and "COVERING" not in step
        ]


@contextmanager
def asked_of(workplace: Workplace) -> Iterator[Asked]:
    asked = Asked()
    event.listen(workplace.engine, "before_cursor_execute", asked.note)
    try:
        yield asked
    finally:
        event.remove(workplace.engine, "before_cursor_execute", asked.note)


_SIGNER = "Le Van Ban"  # as it stands in the part of any writer


def answered(office: Office, agency: str) -> bytes:
    """The agency's workbook, filled in as a diligent official does."""
    house = office.workplace.office
    cycle = house.cycle(CYCLE)
    book = FilledWorkbook(office.workbook(agency), house.form_of(cycle))
    book.fill(answers_of(house, cycle, house.register.agencies[agency], 1, book.written()))
    book.write("details", "", "signer", _SIGNER)
    return book.save()


def mails(office: Office, books: Mapping[str, bytes], count: int) -> list[bytes]:
    """Corrections by turns, no two alike: each is signed by another one."""
    found = []
    for number in range(count):
        agency = AGENCIES[number % len(AGENCIES)]
        mail = office.answer(agency, workbook=False)
        content = signed_by(books[agency], f"{_SIGNER} thứ {office.minute}")
        mail.add_attachment(content, maintype="application", subtype="zip", filename="kh.xlsx")
        found.append(mail.as_bytes())
    return found


def signed_by(workbook: bytes, name: str) -> bytes:
    """The workbook with another name where the signer's stands."""
    saved = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as before,
        zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            after.writestr(part, before.read(part).replace(_SIGNER.encode(), name.encode()))
    return saved.getvalue()


def taken_in(office: Office, books: Mapping[str, bytes], count: int) -> Asked:
    for mail in mails(office, books, count):
        office.minute += 1
        deliver(office.mailbox, mail, OPENED + dt.timedelta(days=1, minutes=office.minute))
    with asked_of(office.workplace) as asked:
        assert not office.work().failures
    return asked


def _standings(workplace: Workplace) -> None:
    with workplace.engine.begin() as connection:
        assert standings_of_cycle(workplace, connection, workplace.office.cycle(CYCLE))


def _waiting(workplace: Workplace) -> None:
    with workplace.engine.begin() as connection:
        results = results_of(workplace, connection, workplace.office.cycle(CYCLE))
        asked, now = results.asked(), workplace.now
        list(waiting_work(workplace.office, connection, results.consolidation, asked, now))


def _status(workplace: Workplace) -> None:
    with workplace.engine.begin() as connection:
        deliveries.letter_lines(connection, CYCLE)
        messages.counts_by_state(connection)


STAGES: dict[str, Callable[[Workplace], object]] = {
    "standings": _standings,
    "letters and messages of the status": _status,
    "what waits": _waiting,
    "boards": lambda w: boards(w, [w.office.cycle(CYCLE)]),
    "reminders": lambda w: write_reminders(w, w.office.cycle(CYCLE)),
    "consolidation": lambda w: consolidate_cycle(w, w.office.cycle(CYCLE)),
    "what forms offer": lambda w: open_cases(w, [Cases.STUCK, Cases.LETTERS, Cases.HELD]),
}


def stages(office: Office) -> dict[str, Asked]:
    office.workplace.now += dt.timedelta(minutes=1)  # what is written is named by its minute
    found = {}
    for name, stage in STAGES.items():
        with asked_of(office.workplace) as asked:
            stage(office.workplace)
        found[name] = asked
    return found


def test_the_database_is_asked_no_more_often_for_a_hundred_versions_than_for_ten(
    make_office: MakeOffice,
) -> None:
    office = make_office()
    books = {agency: answered(office, agency) for agency in AGENCIES}
    taken_in(office, books, FEW)
    batch = taken_in(office, books, BATCH)
    few = stages(office)
    taken_in(office, books, MANY - FEW - BATCH)
    later = taken_in(office, books, BATCH)
    many = stages(office)
    assert len(later.statements) == len(batch.statements)
    for name, asked in many.items():
        assert len(asked.statements) == len(few[name].statements), name
    searched = [text for asked in (later, *many.values()) for text in asked.searched]
    assert not searched, "\n".join(searched)


def test_versions_recorded_at_once_get_the_ids_of_their_own(make_office: MakeOffice) -> None:
    office = make_office()
    books = {agency: answered(office, agency) for agency in AGENCIES}
    asked = taken_in(office, books, BATCH)
    inserted = [text for text in asked.statements if text.startswith("INSERT INTO submission ")]
    assert len(inserted) == 1
    with office.workplace.engine.begin() as connection:
        files = connection.exec_driver_sql(
            "SELECT f.sha256, s.file_sha256, o.raw FROM message_file f"
            " JOIN submission s ON s.id = f.submission_id"
            " JOIN observation o ON o.submission_id = s.id WHERE o.raw LIKE 'Le Van Ban thứ %'"
        ).all()
    assert len({raw for *_, raw in files}) == len({one for one, *_ in files}) == BATCH
    assert all(sent == recorded for sent, recorded, _ in files)
