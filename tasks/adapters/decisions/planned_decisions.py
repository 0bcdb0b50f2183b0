"""Decisions about planned letters, carried out: held back, released, sent before their time.

Each function bears its deed's name. What is allowed and what is said of it is the deed's own.
"""

from __future__ import annotations

from sqlalchemy import Connection

from models.domain.answers.decisions import Decision, DecisionRefused
from models.domain.answers.planned_letters import (
    PlannedKind,
    PlannedSending,
    of_day,
    planned_title,
    why_held,
)
from models.domain.answers.reminders import OFFICE, StepsNow, letters_now
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.deeds.deed import Weighed
from models.domain.deeds.planned_deeds import (
    HoldLetterBack,
    PlannedAtHand,
    PlannedDeed,
    SendingNow,
    SendLetterNow,
)
from models.domain.letters.letters import OFFICE_ADDRESSEE
from models.domain.mail.delivery import arrived_anywhere
from models.domain.mail.mail import LetterKind, LetterState
from models.domain.register.agencies import Agency
from models.tables import LetterRow
from tasks.adapters.boards.coming_letters import letters_coming
from tasks.adapters.decisions.decision_keeping import Done, keep
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import decisions, deliveries, drafts, letters_again, outbox
from tasks.adapters.work.consolidating import write_summary
from tasks.adapters.work.previewing import write_previews
from tasks.adapters.work.reminding import ladder_at_hand, settled_steps, step_letter
from tasks.adapters.workplace import Workplace

_UNSENT = (LetterState.QUEUED, LetterState.DRAFT)
_NEVER_LEFT = (*_UNSENT, LetterState.WITHDRAWN)


def hold_letter_back(connection: Connection, workplace: Workplace, deed: HoldLetterBack) -> Done:
    """Holds a planned letter back, or releases it. What is written and has not left is withdrawn.

    Raises DecisionRefused.
    """
    cycle, agency = _about(workplace, deed)
    rows = _rows(connection, deed, agency)
    known = _at_hand(connection, workplace, cycle, deed.sending, rows)
    weighed = deed.weigh(known, agency, workplace.now)
    done = keep(connection, workplace, weighed)
    if weighed.decision and not deed.released:
        for row in rows:
            if _waits(row):
                _take_back(connection, row, weighed.decision)
    return done


def send_letter_now(connection: Connection, workplace: Workplace, deed: SendLetterNow) -> Done:
    """Sends a planned letter before its time: those of a step are written with the decision.

    A summary and the pages before the meeting take longer, and are written after it
    (`write_decided`). The same decision a second time, as by a retry, writes nothing.
    """
    cycle, agency = _about(workplace, deed)
    sending = deed.sending
    known = PlannedAtHand(cycle, decisions.of_planned(connection, cycle.code))
    if stands := deed.stands(known, agency):
        return keep(connection, workplace, stands)
    if sending.kind is PlannedKind.STEP:
        return _send_step(connection, workplace, deed, known, agency)
    return keep(connection, workplace, _day_weighed(connection, workplace, deed, known, agency))


def write_decided(workplace: Workplace, deed: SendLetterNow) -> list[str]:
    """Writes what a decision to send now is about, where it is not written with the decision; what
    could not be written, a sentence each.

    What is written already is not written again. Raises TemplateFault, ReportTemplateFault.
    """
    cycle, agency = _about(workplace, deed)
    if deed.sending.kind is PlannedKind.SUMMARY:
        with workplace.engine.begin() as connection:
            decided = decisions.of_planned(connection, cycle.code)
            written = outbox.written_at(connection, cycle.code, LetterKind.SUMMARY)
        asked = decided.sent_now(deed.sending.subject)
        if asked and not any(at >= asked[-1].decided_at for at in written):
            write_summary(workplace, cycle)
    if deed.sending.kind is PlannedKind.PREVIEW:
        return list(write_previews(workplace, cycle, agency.code if agency else "").left)
    return []


def _about(workplace: Workplace, deed: PlannedDeed) -> tuple[ReportingCycle, Agency | None]:
    return workplace.office.cycle(deed.sending.cycle), deed.agency_meant(workplace.office)


def _rows(connection: Connection, deed: PlannedDeed, agency: Agency | None) -> list[LetterRow]:
    """The letters that it became, of that agency or of everybody."""
    rows = letters_again.of_planned(connection, deed.sending)
    return [row for row in rows if agency is None or row.agency == agency.code]


def _at_hand(
    connection: Connection,
    workplace: Workplace,
    cycle: ReportingCycle,
    sending: PlannedSending,
    rows: list[LetterRow],
) -> PlannedAtHand:
    coming = letters_coming(workplace, connection, cycle)
    return PlannedAtHand(
        cycle=cycle,
        decided=decisions.of_planned(connection, cycle.code),
        coming={one.agency for one in coming if one.sending == sending},
        waiting={row.agency for row in rows if _waits(row)},
        left={row.agency for row in rows if row.state not in _NEVER_LEFT},
    )


def _waits(row: LetterRow) -> bool:
    return row.state in _UNSENT and not arrived_anywhere(outbox.deliveries_of(row))


def _take_back(connection: Connection, row: LetterRow, decision: Decision) -> None:
    """Written anew where it is released."""
    said = f"được giữ lại theo quyết định của {decision.by}: {decision.reason}"
    if row.state == LetterState.DRAFT:
        drafts.take_back(connection, row, said)
    else:
        outbox.withdraw(connection, row, said)


def _send_step(
    connection: Connection,
    workplace: Workplace,
    deed: SendLetterNow,
    known: PlannedAtHand,
    agency: Agency | None,
) -> Done:
    cycle, mark = known.cycle, deed.sending.mark
    standings = standings_of_cycle(workplace, connection, cycle)
    found = _steps_now(connection, workplace, deed, known, agency, standings)
    names = [_name(workplace, planned.agency) for planned in found.letters]
    why_not = {_name(workplace, code): why for code, why in found.why_not.items()}
    weighed = deed.weigh(known, agency, SendingNow(names, why_not), workplace.now)
    at_hand = ladder_at_hand(workplace, connection, cycle)
    for planned in found.letters:
        letter = step_letter(workplace, cycle, planned, at_hand)
        outbox.queue(connection, letter, workplace.now, step=mark)
    return keep(connection, workplace, weighed)


def _steps_now(
    connection: Connection,
    workplace: Workplace,
    deed: SendLetterNow,
    known: PlannedAtHand,
    agency: Agency | None,
    standings: list[AgencyStanding],
) -> StepsNow:
    """Who gets the letter now. Whoever names one agency sends what is held back as well; of a whole
    step an agency's own hold stays."""
    settled = settled_steps(connection, known.cycle, standings)
    sent = deliveries.steps_sent(connection, known.cycle.code)
    mark, subject = deed.sending.mark, deed.sending.subject
    whole = known.decided.holding(subject)
    for code in settled:
        held = known.decided.holding(subject, code)
        is_meant = held is not None and (agency is not None or held == whole)
        if is_meant and mark not in sent.get(code, ()):
            settled[code] = settled[code] - {mark}
    return letters_now(
        known.cycle,
        workplace.office.calendar,
        standings,
        settled,
        (mark, agency.code if agency else ""),
        workplace.now,
    )


def _day_weighed(
    connection: Connection,
    workplace: Workplace,
    deed: SendLetterNow,
    known: PlannedAtHand,
    agency: Agency | None,
) -> Weighed:
    sending, cycle = deed.sending, known.cycle
    coming = [one for one in letters_coming(workplace, connection, cycle) if one.sending == sending]
    meant = [one.agency for one in coming if agency is None or one.agency == agency.code]
    if sending.kind is PlannedKind.SUMMARY:
        if agency is not None:
            raise DecisionRefused("Thư tổng hợp gửi Văn phòng, không gửi cơ quan nào.")
        _no_other_today(connection, workplace, sending)
    names = [_name(workplace, code) for code in meant]
    return deed.weigh(known, agency, SendingNow(names), workplace.now)


def _no_other_today(connection: Connection, workplace: Workplace, sending: PlannedSending) -> None:
    """Raises DecisionRefused where this day's summary is there, or another one is held back."""
    day = workplace.now.astimezone(HANOI).date()
    today = of_day(sending.cycle, PlannedKind.SUMMARY, day)
    cycle = workplace.office.cycle(sending.cycle)
    holds = decisions.of_planned(connection, sending.cycle).holding(today.subject)
    if holds is not None and today != sending:
        raise DecisionRefused(f"{planned_title(today, cycle)} đang {why_held(holds)}.")
    rows = letters_again.of_planned(connection, today)
    if any(row.state != LetterState.WITHDRAWN for row in rows):
        raise DecisionRefused(
            f"{planned_title(today, cycle)} đã viết: mỗi ngày một kỳ chỉ có một thư tổng hợp."
        )


def _name(workplace: Workplace, code: str) -> str:
    return workplace.office.register.agency_name(code) if code != OFFICE else OFFICE_ADDRESSEE
