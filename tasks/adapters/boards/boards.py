"""Boards: what an operator looks at, as small tables from what the database holds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection, Engine

from models.domain.answers.decisions import (
    KIND_TITLES,
    ON_JUDGEMENTS,
    ON_VERSIONS,
    Decision,
    DecisionKind,
)
from models.domain.answers.papers import paper_name
from models.domain.answers.planned_letters import ON_PLANNED, planned_named, planned_title
from models.domain.answers.sections import titles_of
from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation.verdicts import row_judged, verdict_kept
from models.domain.consolidation.wording import (
    PERSON_NAMES,
    UNREACHED,
    VERDICT_NAMES,
    since_said,
    timeliness_named,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from models.domain.work.pauses import paused_said
from tasks.adapters.boards.content_boards import content_boards
from tasks.adapters.boards.mail_boards import (
    KEY_SHOWN,
    cut_said,
    failing_addresses,
    files_not_taken,
    holding_pen,
    letters_on_their_way,
    when_said,
)
from tasks.adapters.results.board import LISTED, Board, BoardColumn, rows_of
from tasks.adapters.results.output_names import clean_report_beside, report_beside
from tasks.adapters.sharing.outputs import Outputs
from tasks.adapters.sharing.store_failures import StoreAway
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import (
    board_days,
    consolidations,
    decisions,
    deliveries,
    heartbeats,
    obligations,
)
from tasks.adapters.store.obligations import Obligation
from tasks.adapters.watch import pauses
from tasks.adapters.workplace import Workplace

NAME_SHOWN = 44  # letters of an agency's name in a table


def boards(workplace: Workplace, cycles: Sequence[ReportingCycle]) -> list[Board]:
    """All boards as they stand now: three a cycle, held messages, letters, decisions."""
    register = workplace.office.register
    with workplace.engine.begin() as connection:
        shown = [
            *(_cycle_board(workplace, connection, cycle) for cycle in cycles),
            *(b for cycle in cycles for b in content_boards(workplace, connection, cycle)),
            holding_pen(
                register,
                connection,
                {c.code: partial(standings_of_cycle, workplace, connection, c) for c in cycles},
            ),
            letters_on_their_way(register, connection, workplace.now),
            failing_addresses(register, connection),
            _decisions(workplace.office, connection),
            files_not_taken(workplace, connection),
        ]
        stands_still = " ".join(paused_said(pauses.standing(connection)))
    if not stands_still:
        return shown
    return [replace(board, note=f"{stands_still} {board.note}") for board in shown]


def keep_of_today(
    engine: Engine, shown: Sequence[Board], cycles: Sequence[ReportingCycle], now: dt.datetime
) -> int:
    """Keeps the cycles' own boards as those of this day in Vietnam; how many had changed.

    The other boards show what stands in tables of its own for good: messages, letters, decisions.
    """
    today = now.astimezone(HANOI).date()
    codes = tuple(f"-{cycle.code}" for cycle in cycles)
    own = [board for board in shown if board.key.endswith(codes)]
    with engine.begin() as connection:
        return sum(
            board_days.keep_day(
                connection, board_days.BoardDay(board.key, today, board.title, board.markdown)
            )
            for board in own
        )


def note_deadline(engine: Engine, cycle: ReportingCycle, now: dt.datetime) -> bool:
    """Whether the cycle's deadline has passed and nobody was told; from now on somebody was."""
    if now < cycle.due_at:
        return False
    name = f"deadline-{cycle.code}"
    with engine.begin() as connection:
        if (heartbeats.last(connection, name) or cycle.opens_at) >= cycle.due_at:
            return False
        heartbeats.beat(connection, name, now)
        return True


def _cycle_board(workplace: Workplace, connection: Connection, cycle: ReportingCycle) -> Board:
    asked = obligations.of_cycle(connection, cycle.code)
    reminded: dict[str, list[dt.datetime]] = defaultdict(list)
    previewed: dict[str, list[dt.datetime]] = defaultdict(list)
    for letter in deliveries.reminders_and_previews(connection, cycle.code):
        if letter.step:
            reminded[letter.agency].append(letter.created_at)
        if letter.kind == LetterKind.PREVIEW:
            previewed[letter.agency].append(letter.created_at)
    name_of = workplace.office.register.agency_name
    # Whom an operator has to look at first stands on top.
    standings = sorted(
        standings_of_cycle(workplace, connection, cycle),
        key=lambda s: (_GRAVITY.index(s.timeliness), name_of(s.agency)),
    )
    closed = decisions.book(connection).closed(cycle.code)
    came_from = {s.agency: workplace.office.newly_from(s.agency, cycle) for s in standings}
    unreached = sum(s.out_of_reach is not None for s in standings)
    done = sum(s.effective is not None for s in standings)
    partly = sum(s.partly_accepted for s in standings)
    form = workplace.office.form_of(cycle)
    titles = {sheet.key: sheet.title for sheet in form.sheets}
    carried: Sequence[BoardColumn[AgencyStanding]] = (
        BoardColumn("Đối chiếu", lambda s: _times(previewed[s.agency])),
        BoardColumn("Ô ghi sẵn", lambda s: _carried(asked[s.agency], came_from[s.agency])),
    )
    signed: Sequence[BoardColumn[AgencyStanding]] = (
        BoardColumn("Văn bản ký số", lambda s: "; ".join(paper_name(p) for p in s.papers)),
    )
    return Board(
        f"bang-ky-{cycle.code}",
        f"Bảng kỳ báo cáo {cycle.title}",
        f"{done}/{len(standings)} cơ quan đã có báo cáo được tiếp nhận. "
        + (f"{partly} cơ quan được tiếp nhận một phần. " if partly else "")
        + (f"{UNREACHED}: {unreached} cơ quan. " if unreached else "")
        + (closed or f"Hạn chung: {cycle.due_text}.")
        + _newest_workbook(workplace.outputs, connection, cycle),
        rows_of(
            [
                BoardColumn("Cơ quan", lambda s: one_line(name_of(s.agency), NAME_SHOWN)),
                BoardColumn(
                    "Thời hạn",
                    lambda s: _in_time(s, titles),
                ),
                BoardColumn("Chờ xem", _held),
                BoardColumn("Kết quả", lambda s: _verdict(s, form)),
                BoardColumn("Số lần gửi", lambda s: str(s.sendings or "")),
                BoardColumn("Gửi", _last_came),
                *(signed if any(s.papers for s in standings) else ()),
                BoardColumn("Giao", lambda s: when_said(asked[s.agency].opened_at)),
                BoardColumn("Nhắc", lambda s: _times(reminded[s.agency])),
                *(carried if cycle.previous else ()),
            ],
            standings,
        ),
    )


def _carried(asked: Obligation, came_from: str) -> str:
    """How much of the agency's workbook was filled in for it, and why nothing was."""
    said = f"{asked.carried_cells}/{asked.asked_cells}"
    return f"{said}; kỳ trước thuộc {came_from}" if came_from else said


def _newest_workbook(outputs: Outputs, connection: Connection, cycle: ReportingCycle) -> str:
    """Where the newest consolidated workbook lies, and a review's report: no browser opens them."""
    found = consolidations.newest(connection, cycle.code)
    if found is None:
        return ""
    workbook = found.workbook_name
    said = f" Sổ tổng hợp mới nhất ({when_said(found.as_of)}): {outputs.shown(workbook)}"
    report, clean = report_beside(workbook), clean_report_beside(workbook)
    try:
        there = outputs.present([report, clean])
    except StoreAway as away:
        return f"{said}. {away}"
    if report not in there:
        return said
    signed = f", bản trình ký: {clean}" if clean in there else ""
    return f"{said}; báo cáo Word cùng thư mục: {report}{signed}"


_GRAVITY = (
    Timeliness.MISSING,
    Timeliness.OVERDUE,
    Timeliness.WAITING,
    Timeliness.CORRECTING,
    Timeliness.OPEN,
    Timeliness.LATE,
    Timeliness.CORRECTED,
    Timeliness.ON_TIME,
    Timeliness.EXEMPT,
)


def _decisions(office: Office, connection: Connection) -> Board:
    register = office.register
    taken = list(reversed(decisions.book(connection).decisions))
    return Board(
        "so-quyet-dinh",
        "Sổ quyết định",
        f"{len(taken)} quyết định, mới nhất ở trên." + cut_said(taken),
        rows_of(
            [
                BoardColumn("Số", lambda d: f"Số {d.number}: {KIND_TITLES[d.kind]}"),
                BoardColumn("Ghi vào sổ lúc", lambda d: when_said(d.entered_at)),
                BoardColumn("Có hiệu lực từ", lambda d: when_said(d.decided_at)),
                BoardColumn("Kỳ", lambda d: d.cycle),
                BoardColumn("Cơ quan", lambda d: register.agency_name(d.agency)),
                BoardColumn("Về", lambda d: _subject(office, d)),
                BoardColumn("Thời điểm nhận", _arrived),
                BoardColumn("Đến hết", _allowed_until),
                BoardColumn("Người quyết định", lambda d: d.by),
                BoardColumn("Lý do", lambda d: d.reason),
            ],
            taken[:LISTED],
        ),
        as_cards=True,
    )


def _subject(office: Office, decision: Decision) -> str:
    """What the decision is about; a message by the digits that the forms ask for."""
    kinds = (
        DecisionKind.ASSIGN_MESSAGE,
        DecisionKind.REJECT_MESSAGE,
        DecisionKind.RETURN_MESSAGE,
        DecisionKind.CORRECT_ARRIVAL,
        DecisionKind.REGISTER_SENDER,
        DecisionKind.UNREGISTER_SENDER,
    )
    if decision.kind in ON_VERSIONS:
        return f"phiên bản {decision.version}, thư {decision.message[:KEY_SHOWN]}"
    if decision.kind in ON_JUDGEMENTS:
        kept = verdict_kept(decision.subject, decision.by, decision.reason)
        said = f"đánh giá {PERSON_NAMES[kept.judgement].lower()}" if kept.judgement else "chờ lại"
        return f"chỉ tiêu {row_judged(decision.subject)}, mã {kept.code}: {said}"
    if decision.kind in ON_PLANNED:
        sending = planned_named(f"{decision.cycle}/{decision.subject}")
        cycle = office.cycles.get(decision.cycle)
        return planned_title(sending, cycle) if sending else decision.subject
    if decision.kind not in kinds:
        return decision.subject
    file = f", tệp {decision.main_file[:KEY_SHOWN]}" if decision.main_file else ""
    return decision.message[:KEY_SHOWN] + file


def _arrived(decision: Decision) -> str | None:
    """When a message arrived in truth, of a decision that says so."""
    return when_said(decision.until) if decision.kind is DecisionKind.CORRECT_ARRIVAL else None


def _allowed_until(decision: Decision) -> str | None:
    """The last day of what any other decision allows."""
    return _last_day(decision.until) if decision.kind is not DecisionKind.CORRECT_ARRIVAL else None


def _verdict(standing: AgencyStanding, form: Form) -> str:
    latest, effective = standing.latest, standing.effective
    if latest is None:
        return ""
    if standing.sections:
        return _by_section(standing, form)
    said = f"{VERDICT_NAMES[latest.verdict]} phiên bản {latest.version}"
    older = effective is not None and effective.version != latest.version
    return f"{said}; dùng phiên bản {effective.version}" if effective and older else said


def _by_section(standing: AgencyStanding, form: Form) -> str:
    """What is still owed, else which versions count."""
    used = ", ".join(str(v.version) for v in standing.counted)
    if standing.partly_accepted:
        owed = ", ".join(titles_of(form, standing.owed_sections))
        return f"Còn thiếu: {owed}; dùng phiên bản {used}"
    last = standing.latest
    said = f"{VERDICT_NAMES[last.verdict]} phiên bản {last.version}" if last else ""
    return f"{said}; dùng phiên bản {used}" if last and used and used != str(last.version) else said


def _extended(standing: AgencyStanding) -> str:
    until = standing.extension_until
    return f", gia hạn đến hết {_last_day(until)}" if until else ""


def _freed(standing: AgencyStanding, titles: Mapping[str, str]) -> str:
    if standing.timeliness is Timeliness.EXEMPT or not standing.exempt_sheets:
        return ""
    return ", miễn trang " + ", ".join(f"«{titles.get(s, s)}»" for s in standing.exempt_sheets)


def _in_time(standing: AgencyStanding, titles: Mapping[str, str]) -> str:
    """How it stands in time, what was granted to it, and that no letter reaches it."""
    sent_back = standing.awaiting_correction and not standing.waits_for_office
    anothers = standing.brought_anothers is not None
    name = timeliness_named(
        standing.timeliness, sent_back=sent_back, chooses=standing.chooses, anothers=anothers
    )
    return name + _extended(standing) + _freed(standing, titles) + _beyond(standing)


def _held(standing: AgencyStanding) -> str:
    """How many messages lie with the office, by the numbers under which their senders know them."""
    numbers = [m.receipt_number for m in standing.held_mail if m.receipt_number]
    said = f" (số {', '.join(numbers)})" if numbers else ""
    return f"{standing.held}{said}" if standing.held else ""


def _last_came(standing: AgencyStanding) -> str:
    """When it sent something last, opened or not."""
    arrivals = [standing.latest.received_at if standing.latest else None, standing.held_at]
    return when_said(max((at for at in arrivals if at is not None), default=None))


def _beyond(standing: AgencyStanding) -> str:
    beyond = standing.out_of_reach
    return f"; {since_said(beyond)} ({beyond.said})" if beyond else ""


def _last_day(until: dt.datetime | None) -> str:
    """The last day before an exclusive instant."""
    if until is None:
        return ""
    return f"{until.astimezone(HANOI) - dt.timedelta(microseconds=1):%d/%m/%Y}"


def _times(instants: Sequence[dt.datetime]) -> str:
    return f"{len(instants)} lần, {max(instants).astimezone(HANOI):%d/%m/%Y}" if instants else ""
