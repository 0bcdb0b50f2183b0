"""What the record knows of a kept workbook: where it came from, what was read and found in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.domain.answers.decisions import Decision
from models.domain.answers.papers import named_paper, paper_text
from models.domain.answers.standing import SubmissionRecord
from models.domain.consolidation.wording import VERDICT_NAMES
from models.domain.desk.plain_sight import cut, visible
from models.domain.errors import BaocaoError
from models.domain.reading.findings import Finding
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry
from tasks.adapters.desk.messages_shown import files_of
from tasks.adapters.store import decisions, submissions
from tasks.adapters.store.messages import FILE, MESSAGE
from tasks.adapters.store.submissions import SUBMISSION

_FREE_ROW = "@"
_NAME = 80  # letters of a file's name in a list


class NoSuchWorkbook(BaocaoError):
    """Raised where the record has no such version or file."""


@dataclass(frozen=True, slots=True)
class CarryingMessage:
    """The message that brought a file."""

    key: str
    subject: str
    sender: str
    evidence: Sequence[str]
    state: str
    reason: str


@dataclass(frozen=True)
class KeptWorkbook:
    """A workbook that came in. Without `record` it is a file that became no version."""

    name: str
    container: str  # the ZIP it lay in
    sha256: str
    size: int  # bytes
    received_at: dt.datetime
    message: CarryingMessage
    position: int  # among the message's files; 0 where it is not known
    agency: str  # code; "" where it is not known whose it is
    cycle: str
    record: SubmissionRecord | None = None
    verdict: str = ""  # Vietnamese
    guessed: bool = False  # by its content alone
    withdrawn: Decision | None = None
    papers: Sequence[str] = ()  # Vietnamese, one a signed document

    @property
    def named(self) -> str:
        """How a comparison names it: the number of its version, or its message and place there."""
        if self.record:
            return str(self.record.submission_id)
        return f"{self.message.key}/{self.position}"

    @property
    def place(self) -> str:
        """Where it is shown by itself, below the address of workbooks."""
        return self.named if self.record else f"tep/{self.named}"

    @property
    def entries(self) -> Sequence[Entry]:
        """What was understood of it."""
        return self.record.entries if self.record else ()

    @property
    def findings(self) -> Sequence[Finding]:
        """What the check said of it."""
        return self.record.findings if self.record else ()


def recorded_workbook(office: Office, connection: Connection, submission_id: int) -> KeptWorkbook:
    """The workbook of a version that was recorded. Raises NoSuchWorkbook."""
    known = select(SUBMISSION.c.id).where(SUBMISSION.c.id == submission_id)
    if connection.execute(known).first() is None:
        raise NoSuchWorkbook("Không có phiên bản nào mang số này trong sổ.")
    record, row = submissions.record(connection, submission_id)
    which = (FILE.c.message_key == row.message_key, FILE.c.submission_id == submission_id)
    found = connection.execute(select(FILE.c.position, FILE.c.container).where(*which)).first()
    book = decisions.book_of_versions(connection)
    named = named_paper(office.form_of(office.cycle(row.cycle)), record.entries)
    return KeptWorkbook(
        name=record.file_name,
        container=found.container if found else "",
        sha256=record.file_sha256,
        size=row.file_size,
        received_at=record.received_at,
        message=_message(connection, row.message_key),
        position=found.position if found else 0,
        agency=row.agency,
        cycle=row.cycle,
        record=record,
        verdict=VERDICT_NAMES[record.verdict],
        guessed=row.guessed,
        withdrawn=book.withdrawal(row.cycle, row.agency, row.version),
        papers=[paper_text(paper, named) for paper in record.papers],
    )


def carried_file(connection: Connection, key: str, position: int) -> tuple[KeptWorkbook, int]:
    """A file of a message, and the id of the version that it became, 0 for none.

    Raises NoSuchWorkbook.
    """
    wanted = select(FILE).where(FILE.c.message_key == key, FILE.c.position == position)
    file = connection.execute(wanted).first()
    if file is None:
        raise NoSuchWorkbook("Thư này không có tệp ở vị trí ấy.")
    message = connection.execute(select(MESSAGE).where(MESSAGE.c.key == key)).one()
    kept = KeptWorkbook(
        name=file.name,
        container=file.container,
        sha256=file.sha256,
        size=file.size,
        received_at=message.received_at,
        message=_message(connection, key),
        position=position,
        agency=message.agency,
        cycle=message.cycle,
    )
    return kept, file.submission_id or 0


def to_compare(
    office: Office, connection: Connection, with_: Sequence[KeptWorkbook]
) -> list[tuple[str, str]]:
    """What these may be compared with, themselves among them, each as it is named and in words:
    the versions of whose they are, the files of their messages."""
    found: dict[str, str] = {}
    columns = (SUBMISSION.c.id, SUBMISSION.c.version, SUBMISSION.c.receipt_number)
    for cycle, agency in dict.fromkeys((one.cycle, one.agency) for one in with_ if one.agency):
        which = (SUBMISSION.c.cycle == cycle, SUBMISSION.c.agency == agency)
        whose = office.register.agency_name(agency)
        for row in connection.execute(
            select(*columns).where(*which).order_by(SUBMISSION.c.version)
        ):
            found[str(row.id)] = f"{whose}, phiên bản {row.version}, số {row.receipt_number}"
    for key in dict.fromkeys(one.message.key for one in with_):
        for file in files_of(connection, key):
            if file.may_be_shown and not file.submission_id:
                found[f"{key}/{file.position}"] = f"tệp «{_short(file.name)}»"
    for one in with_:
        found.setdefault(one.named, f"tệp «{_short(one.name)}»")
    return list(found.items())


def _short(name: str) -> str:
    return cut(visible(name), _NAME)


def answered_by(
    office: Office, cycle: str, entries: Sequence[Entry]
) -> Mapping[tuple[str, str, str], str]:
    """What each cell answers, by key of its sheet, row and column: «row», column «header».

    A form that has changed since may not know a column any more: its key stands for it then.
    """
    found = office.cycles.get(cycle)
    if found is None or found.form not in office.forms:
        return {}
    form, catalogue = office.form_of(found), office.catalogue_of(found)
    columns = {
        (sheet.key, column.key): " ".join((column.label or column.header).split())
        for sheet in form.sheets
        for column in sheet.columns
    }
    rows = {row.code: row for row in catalogue}
    names: dict[str, str] = {}
    said = {}
    for entry in entries:
        key = entry.row_key
        if key not in names:
            row = rows.get(key)
            if row is not None:
                names[key] = f"{place_of(row, catalogue)} {full_name(row, catalogue)}"
            else:
                names[key] = f"Dòng tự kê khai {key[1:]}" if key.startswith(_FREE_ROW) else ""
        column = columns.get((entry.sheet, entry.column), entry.column)
        title = f"mục «{column}»" if not names[key] else f"cột «{column}»"
        said[entry.sheet, key, entry.column] = ", ".join(filter(None, (names[key], title)))
    return said


def _message(connection: Connection, key: str) -> CarryingMessage:
    row = connection.execute(select(MESSAGE).where(MESSAGE.c.key == key)).one()
    subject = row.subject or row.name
    return CarryingMessage(key, subject, row.sender, row.evidence, row.state, row.reason)
