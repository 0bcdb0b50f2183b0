"""Boards: what an operator looks at, as small tables from what the database holds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from models.domain.cycle.letter_phrases import hanoi_minute, one_line
from models.domain.mail.bounces import trouble
from models.domain.mail.mail import LetterKind, LetterState, MessageState, ascii_address
from models.domain.mail.reach import FailingAddress, reached_nobody
from models.domain.mail.words import Said
from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from models.domain.work.pauses import paused_said
from tasks.adapters.boards.content_boards import content_boards
from tasks.adapters.boards.lying_files import lying_files
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
    messages,
    obligations,
    outbox,
)
from tasks.adapters.store.deliveries import LetterLine
from tasks.adapters.store.obligations import Obligation
from tasks.adapters.watch import pauses
from tasks.adapters.workplace import Workplace

NAME_SHOWN = 44  # letters of an agency's name in a table
KEY_SHOWN = 12  # digits of a message's key, enough to name it in a form


def boards(workplace: Workplace, cycles: Sequence[ReportingCycle]) -> list[Board]:
    """All boards as they stand now: three a cycle, held messages, letters, decisions."""
    register = workplace.office.register
    with workplace.engine.begin() as connection:
        shown = [
            *(_cycle_board(workplace, connection, cycle) for cycle in cycles),
            *(b for cycle in cycles for b in content_boards(workplace, connection, cycle)),
            _holding_pen(register, connection),
            _letters(register, connection, workplace.now),
            _addresses(register, connection),
            _decisions(workplace.office, connection),
            _not_taken(workplace, connection),
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
                BoardColumn("Giao", lambda s: _when(asked[s.agency].opened_at)),
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
    said = f" Sổ tổng hợp mới nhất ({_when(found.as_of)}): {outputs.shown(workbook)}"
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


def _holding_pen(register: Register, connection: Connection) -> Board:
    held = messages.in_state(connection, MessageState.HELD)
    # Whoever wants back what he sent stands on top.
    held.sort(key=lambda row: row["said"] != Said.RECALL)
    return Board(
        "thu-cho-nguoi-xem",
        "Thư chờ người xem",
        f"{len(held)} thư. Quyết định bằng luồng assign-message (là báo cáo của cơ quan nào), "
        "return-message (trả lại kèm lời của người quyết định) hoặc reject-message (không tiếp "
        "nhận, không trả lời)." + _cut(held),
        rows_of(
            [
                BoardColumn("Mã thư", lambda row: row["key"][:KEY_SHOWN]),
                BoardColumn("Nhận lúc", lambda row: _when(row["received_at"])),
                BoardColumn("Người gửi", lambda row: row["sender"] or "thư mục nhận tệp"),
                BoardColumn("Nội dung", lambda row: one_line(row["subject"] or row["name"], 100)),
                BoardColumn("Có lẽ của", lambda row: register.agency_name(row["agency"])),
                BoardColumn("Kỳ", lambda row: row["cycle"]),
                BoardColumn("Vì sao phải xem", lambda row: one_line(row["reason"], 400)),
                BoardColumn("Căn cứ", lambda row: one_line(" ".join(row["evidence"]), 400)),
            ],
            held[:LISTED],
        ),
        as_cards=True,
    )


def _letters(register: Register, connection: Connection, now: dt.datetime) -> Board:
    """Letters that wait or went wrong; those that arrived are only counted."""
    failing = deliveries.failing_addresses(connection)
    # Where no address fails, every letter that was sent has been: none of them is looked at.
    doubtful = (LetterState.SENT,) if failing else ()
    found = deliveries.letter_lines(connection, states=(*_UNRESOLVED, *doubtful))
    shown = [x for x in found if x.state != LetterState.SENT or is_unread(x, failing)]
    done = sum(outbox.counts_by_state(connection).values()) - len(shown)
    return Board(
        "thu-di",
        "Thư đi",
        f"{_late(connection, now)}{done} thư đã xong; dưới đây là {len(shown)} "
        "thư đang chờ hoặc gặp trở ngại. Thư không gửi được, bị trả về hay chưa rõ: quyết định "
        "bằng luồng send-letter-again (gửi lại) hoặc settle-letter (khép lại)." + _cut(shown),
        rows_of(
            [
                BoardColumn("Thư", lambda letter: letter.subject),
                BoardColumn("Mã thư", lambda letter: letter.business_key),
                BoardColumn(
                    "Cơ quan", lambda letter: register.agency_name(letter.agency) or "Văn phòng"
                ),
                BoardColumn("Trạng thái", lambda letter: state_said(letter, failing)),
                BoardColumn("Viết lúc", lambda letter: _when(letter.created_at)),
                BoardColumn("Lần gửi", lambda letter: str(letter.attempts)),
                BoardColumn("Gửi lại lúc", _next_attempt),
                BoardColumn("Máy chủ trả lời", lambda letter: one_line(letter.last_error, 300)),
            ],
            shown[:LISTED],
        ),
        as_cards=True,
    )


_RESOLVED = (LetterState.SENT, LetterState.WITHDRAWN, LetterState.CLOSED)
_UNRESOLVED = tuple(state for state in LetterState if state not in _RESOLVED)


def _late(connection: Connection, now: dt.datetime) -> str:
    """That letters wait whose turn has come: a letter that no server was offered says nothing."""
    waiting, oldest = outbox.waiting(connection, now)
    if oldest is None:
        return ""
    return (
        f"{waiting} thư đã đến lượt mà chưa đi, chờ lâu nhất từ {hanoi_minute(oldest)}: lượt "
        "deliver-outbox gần nhất ở trang Runs nói vì sao. "
    )


def is_unread(letter: LetterLine, failing: Sequence[FailingAddress]) -> bool:
    """Whether a letter was sent to nobody but dead addresses."""
    recipients = (*letter.to, *letter.cc)
    return letter.state == LetterState.SENT and reached_nobody(recipients, letter.sent_at, failing)


def state_said(letter: LetterLine, failing: Sequence[FailingAddress]) -> str:
    """What became of a letter, and that nobody got it where that is known."""
    said = STATE_NAMES[LetterState(letter.state)]
    return f"{said}, {UNREACHED.lower()}" if is_unread(letter, failing) else said


def _next_attempt(letter: LetterLine) -> str:
    return _when(letter.next_attempt_at) if letter.state == LetterState.QUEUED else ""


STATE_NAMES = {
    LetterState.QUEUED: "chờ gửi",
    LetterState.SENDING: "đang gửi",
    LetterState.SENT: "đã gửi",
    LetterState.UNCERTAIN: "chưa rõ đã đến hay chưa",
    LetterState.FAILED: "không gửi được",
    LetterState.WITHDRAWN: "đã rút lại",
    LetterState.BOUNCED: "bị trả về",
    LetterState.CLOSED: "đã khép lại",
    LetterState.DRAFT: "chờ duyệt (luồng approve-summary)",
}


def _addresses(register: Register, connection: Connection) -> Board:
    """Addresses that letters do not reach, with whose they are and what mends them."""
    failing = deliveries.failing_addresses(connection)
    owners = {
        ascii_address(address): contact.agency
        for contact in register.contacts.values()
        for address in (*contact.superior, *contact.cc, *contact.to)
    }
    return Board(
        "dia-chi-hong",
        "Địa chỉ không nhận được thư",
        f"{len(failing)} địa chỉ. Sửa trong danh bạ, hoặc ghi nhận đã sửa bằng luồng mark-contact; "
        "dấu tự mất khi địa chỉ ấy gửi thư tới." + _cut(failing),
        rows_of(
            [
                BoardColumn("Địa chỉ", lambda found: found.address),
                BoardColumn(
                    "Cơ quan", lambda found: register.agency_name(owners.get(found.address, ""))
                ),
                BoardColumn("Từ", lambda found: _when(found.first_at)),
                BoardColumn("Trở ngại", lambda found: trouble(found.status)[0]),
                BoardColumn("Việc cần làm", lambda found: trouble(found.status)[1]),
                BoardColumn(
                    "Nguyên văn",
                    lambda found: one_line(" ".join((found.status, found.reason)), 300),
                ),
            ],
            failing[:LISTED],
        ),
        as_cards=True,
    )


def _not_taken(workplace: Workplace, connection: Connection) -> Board:
    """Files of a folder of arrival that only a person can help."""
    lying = lying_files(workplace, connection)
    return Board(
        "tep-khong-nhan",
        "Tệp không nhận được",
        f"{len(lying)} tệp, liên kết hay thư mục nằm trong nơi nhận mà hệ thống không nhận. Sửa "
        "theo cột cuối; hệ thống không xóa và không chuyển tệp nào trong đó." + _cut(lying),
        rows_of(
            [
                BoardColumn("Thấy từ", lambda one: _when(one.since)),
                BoardColumn("Tệp nào, việc cần làm", lambda one: one_line(one.said, 600)),
            ],
            lying[:LISTED],
        ),
        as_cards=True,
    )


def _decisions(office: Office, connection: Connection) -> Board:
    register = office.register
    taken = list(reversed(decisions.book(connection).decisions))
    return Board(
        "so-quyet-dinh",
        "Sổ quyết định",
        f"{len(taken)} quyết định, mới nhất ở trên." + _cut(taken),
        rows_of(
            [
                BoardColumn("Số", lambda d: f"Số {d.number}: {KIND_TITLES[d.kind]}"),
                BoardColumn("Ghi vào sổ lúc", lambda d: _when(d.entered_at)),
                BoardColumn("Có hiệu lực từ", lambda d: _when(d.decided_at)),
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
    return _when(decision.until) if decision.kind is DecisionKind.CORRECT_ARRIVAL else None


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
    name = timeliness_named(standing.timeliness, sent_back=sent_back)
    return name + _extended(standing) + _freed(standing, titles) + _beyond(standing)


def _held(standing: AgencyStanding) -> str:
    """How many messages lie with the office, by the numbers under which their senders know them."""
    numbers = [m.receipt_number for m in standing.held_mail if m.receipt_number]
    said = f" (số {', '.join(numbers)})" if numbers else ""
    return f"{standing.held}{said}" if standing.held else ""


def _last_came(standing: AgencyStanding) -> str:
    """When it sent something last, opened or not."""
    arrivals = [standing.latest.received_at if standing.latest else None, standing.held_at]
    return _when(max((at for at in arrivals if at is not None), default=None))


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


def _when(instant: dt.datetime | None) -> str:
    return hanoi_minute(instant) if instant else ""


def _cut(items: Sequence[object]) -> str:
    return f" Chỉ hiện {LISTED} dòng đầu." if len(items) > LISTED else ""
