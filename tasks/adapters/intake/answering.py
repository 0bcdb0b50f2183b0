"""Answering: each message at most once, in the transaction that decides it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import orjson

from models.domain.agencies import Agency
from models.domain.answer_letters import (
    Receipt,
    compose_guidance,
    compose_receipt,
    compose_try_out,
    compose_verdict,
)
from models.domain.attribution import (
    Attribution,
    EvidenceKind,
    ReplyTargets,
    registered_today,
    reply_targets,
)
from models.domain.cycles import HANOI
from models.domain.intake import FileFacts, MessageFacts
from models.domain.mail import LetterFile, LetterKind, MessageState
from models.domain.standing import correction_period_end, standing_of
from models.domain.submissions import Verdict
from models.domain.versions import describe
from tasks.adapters.examination_codec import examination_to_json
from tasks.adapters.intake.deciding import Decided, NewVersion
from tasks.adapters.intake.known import Known
from tasks.adapters.intake.unfolding import Unfolded
from tasks.adapters.letter_desk import Thread, contacts_now, write_letter
from tasks.adapters.store.outbox import NewLetter
from tasks.adapters.workplace import Workplace


def answers(place: Workplace, known: Known, decided: Decided) -> Iterator[NewLetter]:
    """The letters that a decision calls for, once it is recorded.

    They go to the registered contact of the agency, never to an address that only the message
    names or that was an ended agency's: whoever wrote it cannot draw our letters to himself.
    """
    thread = _thread(decided.unfolded)
    for version in decided.versions:
        yield _verdict(place, known, version, decided.facts, thread)
    for file in decided.tries:
        yield from _try_out(place, file, decided, thread)
    if decided.decision.receipt:
        yield from _receipt(place, decided, thread)
    elif decided.decision.state is MessageState.GUIDED and decided.decision.refused:
        yield from _guidance(place, known, decided, thread)


def _verdict(
    place: Workplace, known: Known, version: NewVersion, facts: MessageFacts, thread: Thread
) -> NewLetter:
    cycle = place.office.cycle(version.cycle)
    record, previous = version.record, version.previous
    agency = place.office.register.agencies[record.agency]
    lines: list[str] = []
    if previous:
        form, catalogue = place.office.form_of(cycle), place.office.catalogue_of(cycle)
        lines = list(describe(version.difference(form), form, catalogue))
    outcome = version.facts.outcome
    if not lines and outcome is not None and outcome.spoiled:
        previous = ()  # "nothing has changed" would not be true of what is not used
    everything = [*version.earlier, record]
    extension = known.decisions.extension(cycle.code, agency.code)
    calendar = place.office.calendar
    standing = standing_of(
        record.agency,
        cycle,
        calendar,
        everything,
        place.now,
        extension,
        sections=[p.key for p in outcome.parts] if outcome else (),
        exempt_sheets=tuple(known.decisions.exempted_sheets(cycle.code, agency.code)),
    )
    returned = record.verdict is Verdict.RETURNED
    grace = None
    if returned and (standing.owes or outcome is None):
        grace = correction_period_end(cycle, calendar, everything, extension)
    counts = standing.effective if returned or version.is_late else None
    # Another workbook has its own verdict, unless a person chose this one before it.
    chosen = version.facts.sha256 == facts.main_file
    unused = [f for f in facts.files if f.sha256 != version.facts.sha256]
    content = compose_verdict(
        cycle,
        agency,
        record,
        version.facts.size,
        difference=lines,
        previous_version=" và ".join(str(v.version) for v in previous) or None,
        correction_due=_last_day_before(grace) if grace else None,
        effective_version=None if counts is None or counts is record else counts.version,
        timeliness=standing.timeliness,
        other_files=[
            *(f.name for f in unused if (chosen and not f.elsewhere) or not f.is_workbook),
            *(r.name for r in facts.refused if r.name),
        ],
        outcome=outcome,
    )
    attribution = version.facts.attribution or facts.answerable
    targets = reply_targets(
        LetterKind.VERDICT,
        attribution,
        version.facts.evidence,
        contacts_now(place),
    )
    letter = write_letter(
        place,
        content,
        cycle=cycle.code,
        agency=agency.code,
        key_parts=(record.version,),
        to=targets.to,
        cc=targets.cc,
        thread=thread,
    )
    return NewLetter(letter, marked_submission_id=record.submission_id if record.findings else None)


def _try_out(
    place: Workplace, file: FileFacts, decided: Decided, thread: Thread
) -> Iterator[NewLetter]:
    """The verdict that the workbook would get, to the registered sender, the workbook marked."""
    attribution = file.attribution or decided.facts.answerable
    cycle = place.office.cycle(attribution.cycle)
    agency = place.office.register.agencies[attribution.agency]
    contacts = contacts_now(place)
    targets = reply_targets(LetterKind.TRY_OUT, attribution, file.evidence, contacts)
    content = compose_try_out(
        cycle,
        agency,
        decided.unfolded.kept.received_at,
        (file.name, file.size, file.sha256),
        file.examination.findings,
        try_out_address=place.rules.try_out_address,
        outcome=file.outcome,
    )
    letter = write_letter(
        place,
        content,
        cycle=cycle.code,
        agency=agency.code,
        key_parts=(decided.unfolded.kept.key[:16], file.position),
        to=targets.to,
        thread=thread,
    )
    marking = None
    if file.examination.findings:
        written = orjson.dumps(examination_to_json(file.examination))
        marking = {
            "file": file.sha256,
            "name": file.name,
            "examination": place.raw_store.put(written),
        }
    yield NewLetter(letter, marking=marking)


def _receipt(place: Workplace, decided: Decided, thread: Thread) -> Iterator[NewLetter]:
    """The receipt of a held message, to a registered contact only; silence where there is none.

    Silence, too, where it came from the address of an agency that several follow.
    """
    unfolded, facts, decision = decided.unfolded, decided.facts, decided.decision
    held = {d.position: d.reason for d in decision.files if d.state is MessageState.HELD}
    file = next((f for f in facts.files if f.position in held), None)
    if file is None:
        return
    attribution = file.attribution or facts.answerable
    contacts = contacts_now(place)
    # With what the workbook itself says: its agency shall learn that somebody sent it in.
    evidence = file.evidence or facts.evidence
    targets = reply_targets(LetterKind.RECEIPT, attribution, evidence, contacts)
    if not registered_today(evidence, contacts) and _several_follow(place, attribution.agency):
        return
    addressee = _addressee(place, facts, attribution, targets)
    cycle = place.office.cycles.get(decision.cycle or facts.answerable.cycle)
    if not targets.to or addressee is None or cycle is None:
        return
    receipts = [
        Receipt(decided.receipt_number, unfolded.kept.received_at, f.name, f.size, f.sha256)
        for f in facts.files
    ]
    sender = unfolded.mail.sender if unfolded.mail else ""
    own = {address.lower() for address in (*targets.to, *targets.cc)}
    content = compose_receipt(
        cycle,
        addressee,
        receipts,
        list(dict.fromkeys(held.values())),
        sender="" if sender.lower() in own else sender,
    )
    letter = write_letter(
        place,
        content,
        cycle=cycle.code,
        agency=addressee.code,
        key_parts=(unfolded.kept.key[:16],),
        to=targets.to,
        cc=targets.cc,
        thread=thread,
    )
    yield NewLetter(letter)


def _addressee(
    place: Workplace, facts: MessageFacts, attribution: Attribution, targets: ReplyTargets
) -> Agency | None:
    """The agency behind the addresses a receipt goes to."""
    agencies = place.office.register.agencies
    for piece in facts.evidence:
        if piece.kind is EvidenceKind.REGISTERED_SENDER and piece.detail in targets.to:
            return agencies.get(piece.stands_for or piece.agency)
    return agencies.get(attribution.agency)


def _several_follow(place: Workplace, agency: str) -> bool:
    """Whether an agency has ended and several answer in its place: nothing says which."""
    day = place.now.astimezone(HANOI).date()
    return len(place.office.register.successions.heirs_of(agency, day)) > 1 if agency else False


def _guidance(
    place: Workplace, known: Known, decided: Decided, thread: Thread
) -> Iterator[NewLetter]:
    """What to send instead, with the agency's own workbook attached once more."""
    unfolded, facts, decision = decided.unfolded, decided.facts, decided.decision
    register = place.office.register
    targets = reply_targets(
        LetterKind.GUIDANCE, facts.answerable, facts.evidence, contacts_now(place)
    )
    agency, cycle = register.agencies.get(decision.agency), place.office.cycles.get(decision.cycle)
    if not targets.to or agency is None or cycle is None:
        return
    asked = known.asked(cycle.code, agency.code)
    files = [LetterFile(asked.workbook_name, asked.workbook_sha256)] if asked else []
    content = compose_guidance(
        cycle,
        place.office.calendar,
        agency,
        unfolded.kept.received_at,
        decision.refused,
        template_attached=bool(files),
    )
    letter = write_letter(
        place,
        content,
        cycle=cycle.code,
        agency=agency.code,
        key_parts=(unfolded.kept.key[:16],),
        to=targets.to,
        cc=targets.cc,
        thread=thread,
        files=files,
    )
    yield NewLetter(letter)


def _last_day_before(instant: dt.datetime) -> dt.date:
    return (instant - dt.timedelta(microseconds=1)).astimezone(HANOI).date()


def _thread(unfolded: Unfolded) -> Thread:
    mail = unfolded.mail
    return Thread(mail.message_id, tuple(mail.references)[-20:]) if mail else Thread()
