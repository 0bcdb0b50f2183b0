"""One agency's story and its addresses, loaded from the record and the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from models.domain.answers.decisions import Decision, DecisionBook
from models.domain.answers.standing import SubmissionRecord
from models.domain.cycle.cycles import ReportingCycle
from models.domain.desk.story import (
    AgencyKin,
    FoundInVersion,
    StoryKind,
    StoryLine,
    StoryPart,
    VersionPages,
    decision_lines,
    register_lines,
    version_lines,
)
from models.domain.mail.bounces import DeliveryAction, trouble
from models.domain.mail.mail import LetterState, MessageState, ascii_address
from models.domain.mail.reach import FailingAddress
from models.domain.notation.vietnamese_text import fold, one_line
from models.domain.reading.findings import Severity
from models.domain.register.agencies import Agency, Contact
from tasks.adapters.desk.letters_shown import letters_of_agency
from tasks.adapters.store import address_book, decisions, submissions
from tasks.adapters.store.deliveries import REPORT
from tasks.adapters.store.messages import FILE, MESSAGE
from tasks.adapters.store.rows import chunks
from tasks.adapters.store.submissions import FINDING
from tasks.adapters.workplace import Workplace

MESSAGE_TITLES = {
    MessageState.RECEIVED: "chờ máy xử lý",
    MessageState.ACCEPTED: "đã tiếp nhận",
    MessageState.RETURNED: "đã trả lại",
    MessageState.HELD: "chờ người xem",
    MessageState.DUPLICATE: "trùng với thư trước",
    MessageState.GUIDED: "đã hướng dẫn gửi lại",
    MessageState.AUTOMATIC: "thư tự động, không trả lời",
    MessageState.NOTED: "đã ghi nhận, không cần trả lời",
    MessageState.REJECTED: "không tiếp nhận",
    MessageState.TRIED: "gửi thử, đã trả lời",
}
_ACTIONS = {
    DeliveryAction.FAILED: "không tới",
    DeliveryAction.DELAYED: "đến chậm, máy chủ còn thử",
    DeliveryAction.DELIVERED: "đã tới",
    DeliveryAction.RELAYED: "đã chuyển tiếp",
    DeliveryAction.EXPANDED: "đã tới danh sách thư",
}
_BAD_LETTERS = (LetterState.FAILED, LetterState.BOUNCED, LetterState.UNCERTAIN)
_SHOWN = 160  # letters of a subject or a name


@dataclass(frozen=True, slots=True)
class StoryPages:
    """Where the things of a story have their own pages."""

    letter: Callable[[int], str]
    message: Callable[[str], str]
    file: Callable[[str, int], str]
    version: VersionPages
    decision: Callable[[Decision], str]
    agency: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class AgencyAddress:
    """An address of an agency: what it is for, and whether letters reach it."""

    address: str
    role: str  # Vietnamese
    failing: FailingAddress | None = None
    message: str = ""  # key of the message by which a person registered it

    @property
    def trouble(self) -> str:
        """What is wrong with it, and what the office can do; "" where nothing is."""
        if self.failing is None:
            return ""
        what, help_ = trouble(self.failing.status)
        return f"{what}; {help_}"


def agency_story(
    workplace: Workplace,
    connection: Connection,
    agency: Agency,
    cycle: str,
    pages: StoryPages,
) -> list[StoryLine]:
    """Everything that the record and the register know of it, in a cycle or ("") in all."""
    office = workplace.office
    book = decisions.book(connection)
    lines = [
        *_letters(connection, agency.code, cycle, pages),
        *_mail(connection, agency.code, cycle, pages),
        *decision_lines(
            (d for d in book.decisions if d.agency == agency.code and cycle in ("", d.cycle)),
            pages.decision,
        ),
    ]
    wanted = [c for c in office.cycles.values() if cycle in ("", c.code)]
    for one in wanted:
        lines += _versions(connection, one, agency.code, book, pages)
    if not cycle:
        kinship = AgencyKin(
            agency,
            [line for line in office.register.successions if line.successor == agency.code],
            office.register.successions.lines_from(agency.code),
            office.register.agency_name,
        )
        lines += register_lines(kinship, workplace.now, pages.agency)
    return lines


def _letters(
    connection: Connection, agency: str, cycle: str, pages: StoryPages
) -> Iterator[StoryLine]:
    every = letters_of_agency(connection, agency, cycle)
    for one in every:
        said = one.state_said
        if one.last_error and one.state != LetterState.SENT:
            said += f": {one_line(one.last_error, 300)}"
        yield StoryLine(
            at=one.sent_at or one.created_at,
            kind=StoryKind.LETTER,
            what=f"{one.title}: {one_line(one.subject, _SHOWN)}",
            address=pages.letter(one.id),
            state=said,
            is_bad=one.state in _BAD_LETTERS,
            parts=[StoryPart("Tới " + ", ".join(one.to))] if one.to else [],
            cycle=one.cycle,
        )
    by_id = {one.id: one for one in every}
    for some in chunks(sorted(by_id)):
        rows = connection.execute(
            select(REPORT).where(REPORT.c.letter_id.in_(some)).order_by(REPORT.c.reported_at)
        )
        for row in rows:
            action = DeliveryAction(row.action)
            whom = row.recipient or "nơi nhận"
            words = " ".join(word for word in (row.status, row.reason) if word)
            yield StoryLine(
                at=row.reported_at,
                kind=StoryKind.REPORT,
                what=f"Thư tới {whom}: {_ACTIONS[action]}",
                address=pages.letter(row.letter_id),
                state=one_line(words, 300),
                is_bad=action is DeliveryAction.FAILED,
                parts=[StoryPart("Thư báo", pages.message(row.message_key))],
                cycle=by_id[row.letter_id].cycle,
            )


def _mail(
    connection: Connection, agency: str, cycle: str, pages: StoryPages
) -> Iterator[StoryLine]:
    columns = [
        MESSAGE.c[name]
        for name in (
            "key", "received_at", "state", "reason", "subject", "name", "sender", "cycle",
            "receipt_number",
        )
    ]  # fmt: skip
    which = [MESSAGE.c.agency == agency, *([MESSAGE.c.cycle == cycle] if cycle else [])]
    rows = connection.execute(select(*columns).where(*which)).all()
    files: dict[str, list[Any]] = defaultdict(list)
    for some in chunks([row.key for row in rows]):
        carried = select(FILE.c.message_key, FILE.c.position, FILE.c.name, FILE.c.state).where(
            FILE.c.message_key.in_(some)
        )
        for file in connection.execute(carried.order_by(FILE.c.message_key, FILE.c.position)):
            files[file.message_key].append(file)
    for row in rows:
        state = MESSAGE_TITLES[MessageState(row.state)]
        reason = one_line(row.reason, 300).rstrip(". ")
        if reason and fold(reason) != fold(state):
            state += f". {reason}"
        whom = row.sender or "thư mục nhận tệp"
        yield StoryLine(
            at=row.received_at,
            kind=StoryKind.MAIL,
            what=one_line(row.subject or row.name, _SHOWN) or "Thư không có tiêu đề",
            address=pages.message(row.key),
            state=state,
            is_bad=row.state == MessageState.HELD,
            parts=[
                StoryPart(f"Từ {one_line(whom, _SHOWN)}"),
                *(
                    StoryPart(one_line(f.name, _SHOWN) or "tệp", pages.file(row.key, f.position))
                    for f in files[row.key]
                ),
            ],
            cycle=row.cycle,
        )


def _versions(
    connection: Connection,
    cycle: ReportingCycle,
    agency: str,
    book: DecisionBook,
    pages: StoryPages,
) -> list[StoryLine]:
    versions = submissions.all_of(connection, cycle.code, agency)
    found = _found(connection, versions)
    ended = {v.version: book.withdrawal(cycle.code, agency, v.version) for v in versions}
    withdrawn = {number: d for number, d in ended.items() if d is not None}
    return version_lines(cycle.code, versions, found, withdrawn, pages.version)


def _found(
    connection: Connection, versions: Sequence[SubmissionRecord]
) -> Mapping[int, FoundInVersion]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for some in chunks([v.submission_id for v in versions]):
        rows = connection.execute(
            select(FINDING.c.submission_id, FINDING.c.severity, func.count())
            .where(FINDING.c.submission_id.in_(some), FINDING.c.trial.is_(False))
            .group_by(FINDING.c.submission_id, FINDING.c.severity)
        )
        for submission_id, severity, number in rows:
            counts[submission_id][severity] = int(number)
    grave = (Severity.BLOCKER, Severity.ERROR)
    return {
        submission_id: FoundInVersion(
            sum(by.get(severity.value, 0) for severity in grave),
            by.get(Severity.WARNING.value, 0),
        )
        for submission_id, by in counts.items()
    }


def addresses_of(
    workplace: Workplace, connection: Connection, agency: str
) -> tuple[Contact, list[AgencyAddress]]:
    """Whom letters to an agency go to today, and every address with whether letters reach it."""
    contact = workplace.contact_of(agency)
    failing = {one.address: one for one in address_book.failing_addresses(connection)}
    found = [
        AgencyAddress(address, role, failing.get(ascii_address(address)))
        for role, addresses in (
            ("nơi nhận", contact.to),
            ("nhận bản sao", contact.cc),
            ("lãnh đạo cấp trên, nhận bản sao khi quá hạn", contact.superior),
        )
        for address in addresses
    ]
    for known in address_book.every_known(connection):
        if known.agency == agency:
            role = "địa chỉ gửi đã đăng ký khi xác định thư"
            found.append(AgencyAddress(known.address, role, message=known.message_key))
    return contact, found
