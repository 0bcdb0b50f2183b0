"""What was written from a version that counts no more: taken back, or put in place of the old."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from models.domain.answers.carrying import Carried
from models.domain.answers.standing import SubmissionRecord
from models.domain.answers.withdrawals import version_told
from models.domain.cycle.cycles import ReportingCycle
from models.domain.mail.delivery import arrived_anywhere
from models.domain.mail.mail import LetterKind, LetterState
from models.domain.reading.office import Office
from models.tables import LetterRow
from tasks.adapters.post.superseded_letters import superseded
from tasks.adapters.store import drafts, obligations, outbox
from tasks.adapters.work.opening import opening_letter, workbook_for
from tasks.adapters.work.prefilling import accounts_of, carried_into, plans_of, with_lacking
from tasks.adapters.workplace import Workplace

_TELLING = (LetterKind.VERDICT, LetterKind.WITHDRAWAL)
_SHOWING = (LetterKind.SUMMARY, LetterKind.PREVIEW)
_BRINGING = (LetterKind.OPENING, LetterKind.REMINDER, LetterKind.OVERDUE)
_WHY = "lập từ số liệu trước khi một phiên bản được rút lại hoặc khôi phục"
_UNREAD = (LetterState.WITHDRAWN, LetterState.FAILED)


def followers(office: Office, cycle: ReportingCycle) -> list[ReportingCycle]:
    """The cycles that are measured by this one."""
    return [c for c in office.cycles.values() if c.previous == cycle.code]


def take_back_told(
    connection: Connection, cycle: str, agency: str, versions: Collection[int]
) -> bool:
    """Keeps letters that tell the agency of those versions from leaving.

    Whether the agency was told of any of them, as far as anybody knows: then a letter corrects it.
    """
    told = False
    for kind in _TELLING:
        for row in outbox.written_to(connection, cycle, agency, kind):
            if version_told(row) in versions:
                told = _was_read(connection, row) or told
    return told


def _was_read(connection: Connection, row: LetterRow) -> bool:
    """Whether somebody may have read a letter, which does not leave any more if it waits."""
    arrived = arrived_anywhere(outbox.deliveries_of(row))
    if row.state == LetterState.QUEUED and outbox.withdraw(connection, row, _WHY):
        return arrived
    return arrived or row.state not in _UNREAD


def take_back_shown(connection: Connection, office: Office, cycle: ReportingCycle) -> None:
    """Keeps summaries and pages that show the cycle's figures as they were from leaving."""
    cycles = [cycle.code, *(c.code for c in followers(office, cycle))]
    for row in outbox.yet_to_leave(connection, cycles, _SHOWING):
        if row.state == LetterState.DRAFT:
            drafts.take_back(connection, row, _WHY)
        elif not arrived_anywhere(outbox.deliveries_of(row)):
            outbox.withdraw(connection, row, _WHY)


@dataclass(frozen=True)
class CarriedBefore:
    """What stood in the workbooks of a cycle that is open already, by agency."""

    cycle: ReportingCycle
    carried: Mapping[str, Carried]


def carried_before(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> list[CarriedBefore]:
    """What the cycle's answers have put into the workbooks of those that follow it."""
    return [
        CarriedBefore(later, _carried(workplace, connection, cycle, later))
        for later in followers(workplace.office, cycle)
        if obligations.of_cycle(connection, later.code)
    ]


def _carried(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle, later: ReportingCycle
) -> dict[str, Carried]:
    accounts = accounts_of(workplace, connection, cycle)
    plans = plans_of(workplace, connection, cycle)
    asked = obligations.of_cycle(connection, later.code)
    carried = {code: carried_into(workplace.office, later, code, accounts) for code in asked}
    return {
        code: with_lacking(workplace.office, later, code, one, plans)
        for code, one in carried.items()
    }


def replace_workbooks(
    workplace: Workplace,
    connection: Connection,
    before: list[CarriedBefore],
    version: SubmissionRecord,
) -> list[str]:
    """New workbooks to those whose old ones hold what counts no more; whom it could not reach.

    The old bytes stay in the raw store, and what is sent back of them is still known as ours.
    """
    left = []
    for was in before:
        earlier = workplace.office.cycle(was.cycle.previous)
        now = _carried(workplace, connection, earlier, was.cycle)
        for agency, carried in now.items():
            if carried != was.carried[agency]:
                left += _replace(workplace, connection, was.cycle, agency, carried, version)
    return left


def _replace(
    workplace: Workplace,
    connection: Connection,
    cycle: ReportingCycle,
    code: str,
    carried: Carried,
    version: SubmissionRecord,
) -> list[str]:
    agency = workplace.office.register.agencies[code]
    workbook = workbook_for(workplace, cycle, code, carried)
    obligations.replace_workbook(
        *(connection, cycle.code, code, workbook.sha256),
        *(carried.asked_cells, carried.filled_cells),
    )
    waiting = outbox.yet_to_leave(connection, [cycle.code], _BRINGING)
    for row in (row for row in waiting if row.agency == code):
        if superseded(workplace.office, connection, row) and not arrived_anywhere(
            outbox.deliveries_of(row)
        ):
            outbox.withdraw(connection, row, "sổ kèm theo đã được thay")
    if not workplace.contact_of(code).to:
        return [f"Chưa gửi được sổ mới của {agency.name}: danh bạ chưa có địa chỉ."]
    sent = outbox.written_to(connection, cycle.code, code, LetterKind.OPENING)
    letter = opening_letter(
        *(workplace, cycle, agency, carried, workbook),
        key_parts=(f"lan-{len(sent) + 1}",),
        replaces=_replaces(workplace.office, cycle, version)
        if any(row.state != LetterState.WITHDRAWN for row in sent)
        else "",
    )
    outbox.queue(connection, letter, workplace.now)
    return []


def _replaces(office: Office, cycle: ReportingCycle, version: SubmissionRecord) -> str:
    name = office.register.agency_name(version.agency)
    return (
        "Sổ kèm theo thư này thay sổ Văn phòng đã gửi trước cho kỳ này: sổ trước được ghi sẵn theo "
        f"số liệu của {name} (phiên bản {version.version}, số tiếp nhận "
        f"{version.receipt_number}) nay có thay đổi về việc được tính hay không. Đề nghị dùng sổ "
        "này; nếu đã gửi báo cáo bằng sổ trước, đề nghị soát lại phần ghi sẵn và gửi lại."
    )
