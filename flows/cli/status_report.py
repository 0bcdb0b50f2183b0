"""`baocao status`: every agency's state, every message's state, the outbox's counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from config.files.calendars import check_calendar
from flows import clock
from flows.workplaces import cycles_at_work, open_workplace
from models.domain.answers.sections import titles_of
from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation.wording import TIMELINESS_NAMES, UNREACHED, since_said
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.letter_phrases import InstantStyle, counts_said, hanoi_minute
from models.domain.mail.delivery import RecipientState
from models.domain.mail.mail import LetterState
from models.domain.reading.forms import Form
from models.domain.review import TaskBucket
from models.domain.review.wording import BUCKET_NAMES
from tasks.adapters.boards.mail_boards import is_unread
from tasks.adapters.results.choosing import counts_of
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import address_book, deliveries, messages, obligations, outbox
from tasks.adapters.store.deliveries import LetterLine
from tasks.adapters.store.obligations import Obligation
from tasks.adapters.workplace import Workplace

#: Letters that a person should know of.
UNRESOLVED = (
    LetterState.UNCERTAIN,
    LetterState.FAILED,
    LetterState.BOUNCED,
    LetterState.WITHDRAWN,
)
LEFT_OUT = (RecipientState.REFUSED, RecipientState.WITHHELD)


def status_of(cycle: str, as_of: dt.datetime | None) -> dict[str, Any]:
    """The status of one cycle, or of every cycle in which anybody was asked."""
    now = (as_of or clock.now()).astimezone(dt.UTC)
    with open_workplace(now) as workplace, workplace.engine.begin() as connection:
        if cycle:
            cycles = cycles_at_work(workplace, cycle)
        else:
            codes = obligations.open_cycles(connection)
            cycles = [workplace.office.cycles[c] for c in codes if c in workplace.office.cycles]
        letters = deliveries.letter_lines(connection, cycle)
        failing = address_book.failing_addresses(connection)
        return {
            "as_of": now.isoformat(),
            "cycles": [
                {
                    "cycle": c.code,
                    "title": c.title,
                    "due_at": c.due_at.isoformat(),
                    "agencies": _agencies(workplace, connection, c),
                    "outbox": outbox.counts_by_state(connection, c.code),
                    "results": counts_of(workplace, connection, c),  # {}: it asks for none
                }
                for c in cycles
            ],
            # What the calendar lacks on that day, in sentences.
            "calendar": check_calendar(workplace.office, now.astimezone(HANOI).date()),
            "messages": [
                _message(row)
                for row in messages.every_message(connection)
                if not cycle or row["cycle"] in ("", cycle)
            ],
            "message_counts": messages.counts_by_state(connection),
            "outbox": outbox.counts_by_state(connection),
            "letters": [
                _letter(row) | {"unread": is_unread(row, failing)}
                for row in letters
                if row.state in UNRESOLVED or any(_not_reached(row)) or is_unread(row, failing)
            ],
            "tried_again": [  # put off by a server, with what it said and when it is tried next
                _letter(row) for row in letters if row.state == LetterState.QUEUED and row.attempts
            ],
        }


def _letter(row: LetterLine) -> dict[str, Any]:
    return {
        "key": row.business_key,
        "state": row.state,
        "subject": row.subject,
        "agency": row.agency,
        "cycle": row.cycle,
        "reason": row.last_error,
        "recipients": row.deliveries,
        "attempts": row.attempts,
        "next_attempt_at": row.next_attempt_at.isoformat(),
    }


def _not_reached(row: LetterLine) -> Iterator[str]:
    return (a for a, told in row.deliveries.items() if told["state"] in LEFT_OUT)


def _agencies(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> list[dict[str, Any]]:
    asked = obligations.of_cycle(connection, cycle.code)
    register, form = workplace.office.register, workplace.office.form_of(cycle)
    return [
        _agency(register.agency_name(standing.agency), form, standing, asked[standing.agency])
        | {"came_from": workplace.office.newly_from(standing.agency, cycle)}
        for standing in standings_of_cycle(workplace, connection, cycle)
    ]


def _agency(name: str, form: Form, standing: AgencyStanding, asked: Obligation) -> dict[str, Any]:
    latest = standing.latest
    return {
        "agency": standing.agency,
        "name": name,
        "state": standing.timeliness.value,
        "versions": len(standing.versions),
        "sendings": standing.sendings,  # the held messages too
        "verdict": latest.verdict.value if latest else "",
        "received_at": latest.received_at.isoformat() if latest else "",
        "effective_version": standing.effective.version if standing.effective else None,
        "held_messages": standing.held,
        "held_receipts": [m.receipt_number for m in standing.held_mail if m.receipt_number],
        "out_of_reach": _out_of_reach(standing),  # None: as far as is known letters arrive
        "sections": {  # version that counts, where each is accepted by itself; None: none yet
            key: counting.version if (counting := standing.counting(key)) else None
            for key in standing.sections
        },
        "owed_sections": titles_of(form, standing.owed_sections),
        "asked_cells": asked.asked_cells,
        "carried_cells": asked.carried_cells,
    }


def _out_of_reach(standing: AgencyStanding) -> dict[str, Any] | None:
    beyond = standing.out_of_reach
    if beyond is None:
        return None
    return {
        "addresses": list(beyond.addresses),
        "since": beyond.since.isoformat(),
        "reason": beyond.said,
        "for_good": beyond.for_good,
        "said": since_said(beyond),
    }


def _message(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "state": row["state"],
        "reason": row["reason"],
        "received_at": row["received_at"].isoformat(),
        "sender": row["sender"],
        "subject": row["subject"] or row["name"],
        "agency": row["agency"],
        "cycle": row["cycle"],
        "attempts": row["attempts"],
        "last_error": row["last_error"],
    }


def print_status(found: dict[str, Any], console: Console) -> None:
    """The status for a person."""
    if not found["cycles"]:
        console.print("Chưa mở kỳ báo cáo nào. Bắt đầu: baocao run open-cycle")
    for cycle in found["cycles"]:
        table = Table(title=cycle["title"], title_justify="left")
        for title in ("Cơ quan", "Tình trạng", "Số bản", "Nhận lúc", "Chờ xem"):
            table.add_column(title)
        carried = any(a["carried_cells"] for a in cycle["agencies"])
        if carried:
            table.add_column("Ô ghi sẵn")
        for agency in cycle["agencies"]:
            received = agency["received_at"]
            when = dt.datetime.fromisoformat(received) if received else None
            table.add_row(
                agency["name"],
                _state(agency),
                str(agency["versions"] or ""),
                hanoi_minute(when, InstantStyle.BRIEF) if when else "",
                str(agency["held_messages"] or ""),
                *([f"{agency['carried_cells']}/{agency['asked_cells']}"] if carried else []),
            )
        console.print(table)
        if cycle["results"]:
            console.print(_results(cycle["results"]), highlight=False, soft_wrap=True)
    for lacking in found["calendar"]:
        console.print(lacking, markup=False, highlight=False, soft_wrap=True)
    _print_counts(console, "Thư đến", found["message_counts"])
    _print_counts(console, "Thư đi", found["outbox"])
    for message in found["messages"]:
        if message["state"] in ("held", "received"):
            line = f"  {message['state']}: {message['sender'] or '?'}: {message['subject']}"
            console.print(f"{line}: {message['reason'] or message['last_error']}", markup=False)
    for letter in found["letters"]:
        state = letter["state"] + (f", {UNREACHED.lower()}" if letter["unread"] else "")
        line = f"  {state}: {letter['subject']} ({letter['agency'] or 'Văn phòng'})"
        console.print(f"{line}: {letter['reason']}", markup=False, highlight=False, soft_wrap=True)
    for letter in found["tried_again"]:
        at = hanoi_minute(dt.datetime.fromisoformat(letter["next_attempt_at"]), InstantStyle.BRIEF)
        line = f"  gửi lại {at}: {letter['subject']} ({letter['agency'] or 'Văn phòng'})"
        console.print(f"{line}: {letter['reason']}", markup=False, highlight=False, soft_wrap=True)


def _results(counts: dict[str, int]) -> str:
    """The results of a review in two sentences."""
    tasks = counts_said(
        *(
            (f"{BUCKET_NAMES[bucket].lower()} {{}}", counts.get(bucket.value, 0))
            for bucket in TaskBucket
        )
    )
    results = counts_said(
        ("{} đạt và vượt", counts["met"]),
        ("{} không đạt", counts["not_met"]),
        ("{} chờ đánh giá", counts.get("awaiting", 0)),
        ("{} chưa đánh giá được", counts["cannot_be_judged"]),
        ("{} chưa có số liệu", counts["no_data"]),
        between=", ",
    )
    more = counts_said(
        ("; {} do người đánh giá", counts.get("by_person", 0)),
        ("; {} mâu thuẫn", counts["conflicts"]),
        between="",
    )
    return (
        f"Chỉ tiêu ({counts['indicators']}): {results}{more}. "
        f"Nhiệm vụ ({counts['tasks']}): {tasks}."
    )


def _state(agency: dict[str, Any]) -> str:
    """How it stands in time, and what is still owed where a part was accepted."""
    said = str(TIMELINESS_NAMES.get(agency["state"], agency["state"]))
    partly = any(version is not None for version in agency["sections"].values())
    if agency["out_of_reach"]:
        said += f"; {agency['out_of_reach']['said']}"
    if agency["came_from"]:
        said += f"; kỳ trước chưa đề nghị báo cáo vì khi đó thuộc {agency['came_from']}"
    owed = ", ".join(agency["owed_sections"])
    return f"{said}; còn thiếu: {owed}" if owed and partly else said


def _print_counts(console: Console, title: str, counts: dict[str, int]) -> None:
    said = ", ".join(f"{state} {number}" for state, number in sorted(counts.items())) or "chưa có"
    console.print(f"{title}: {said}", markup=False, highlight=False, soft_wrap=True)
