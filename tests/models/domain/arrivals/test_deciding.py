"""Deciding from plain values: what is known and read goes in, decisions and letters come out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import cache

from models.domain.answers.decisions import (
    Decision,
    DecisionBook,
    DecisionKind,
    assigned_subject,
    version_subject,
)
from models.domain.arrivals.answering import answers_due
from models.domain.arrivals.attributing import attribute_message
from models.domain.arrivals.attribution import EvidenceKind
from models.domain.arrivals.deciding import DecidedMessage, decide_arrival
from models.domain.arrivals.known import Became, ExaminedFile, ExaminedMessage, KnownRecord
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterFile, LetterKind, MailMessage, MessageState
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.identity import sign
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Examination, FileProblem, IdentityClaim
from tests.fixtures.office_files import own_office

CYCLE = "2025-plan"
SECRET = b"s" * 32
ADDRESS = "baocao@ubnd.haiphong.example"
NOW = dt.datetime(2025, 2, 10, 9, tzinfo=HANOI)
ERROR = Finding("SO-02", Severity.ERROR, "Xin ghi số.", "Chỉ tiêu", "H5")


@cache
def office() -> Office:
    return own_office()


def contact(agency: str) -> str:
    return office().register.contacts[agency].to[0]


def known(*agencies: str, decisions: DecisionBook | None = None) -> KnownRecord:
    """A record in which those agencies were asked, and have sent nothing yet."""
    return KnownRecord(
        office=office(),
        now=NOW,
        secret=SECRET,
        office_address=ADDRESS,
        own_copy="",
        decisions=decisions or DecisionBook(),
        asked={(CYCLE, a): LetterFile(f"{a}.xlsx", "0" * 64) for a in agencies},
        tokens={f"token{n}": (CYCLE, a) for n, a in enumerate(agencies)},
        letters={},
    )


def workbook(agency: str, *findings: Finding, content: str = "a") -> ExaminedFile:
    """A signed workbook of an agency, as the reader found it."""
    token = sign(SECRET, CYCLE, agency, office().form_of(office().cycle(CYCLE)).version)
    claim = IdentityClaim(CYCLE, agency, "", token)
    filled = Entry("indicators", "C1", "committed", Decimal(5), "5", "Chỉ tiêu", "H5")
    examination = Examination(
        "xlsx", claim=claim, agency=agency, cycle=CYCLE, findings=findings, entries=(filled,)
    )
    return ExaminedFile(1, "Kế hoạch.xlsx", "", content * 64, 1000, examination)


def message(
    *files: ExaminedFile, sender: str, to: str = ADDRESS, subject: str = "Kế hoạch", key: str = "k"
) -> ExaminedMessage:
    mail = MailMessage(
        sender=sender,
        sender_name="",
        recipients=(to,),
        subject=subject,
        message_id=f"<{key}@x>",
        references=(),
        text="",
        attachments=(),
    )
    return ExaminedMessage(
        key=key * 64,
        received_at=NOW,
        mail=mail,
        message_id=mail.message_id,
        files=tuple(replace(file, position=n) for n, file in enumerate(files, 1)),
    )


def decide(record: KnownRecord, one: ExaminedMessage) -> tuple[DecidedMessage, KnownRecord]:
    return decide_arrival(record, attribute_message(record, one))


def test_a_signed_workbook_from_the_registered_address_becomes_its_first_version() -> None:
    record = known("syt")
    decided, after = decide(record, message(workbook("syt"), sender=contact("syt")))
    assert decided.decision.state is MessageState.ACCEPTED
    [version] = decided.versions
    assert (version.cycle, version.record.agency, version.record.version) == (CYCLE, "syt", 1)
    assert after.versions_of(CYCLE, "syt") == [version.record]
    assert not record.versions_of(CYCLE, "syt"), "what was known before stays as it was"


def test_what_an_earlier_message_of_the_batch_became_is_known_to_the_next() -> None:
    record = known("syt")
    _, record = decide(record, message(workbook("syt", ERROR), sender=contact("syt"), key="a"))
    changed = workbook("syt", content="b")
    decided, _ = decide(record, message(changed, sender=contact("syt"), key="b"))
    assert [v.record.version for v in decided.versions] == [2]
    assert [v.version for v in decided.versions[0].earlier] == [1]


def test_the_newest_version_once_more_is_a_duplicate_and_draws_no_letter() -> None:
    record = known("syt")
    _, record = decide(record, message(workbook("syt"), sender=contact("syt"), key="a"))
    decided, record = decide(record, message(workbook("syt"), sender=contact("syt"), key="b"))
    assert decided.decision.state is MessageState.DUPLICATE
    assert not decided.versions
    assert not list(answers_due(record, decided))


def test_a_workbook_of_one_agency_from_the_address_of_another_is_for_a_person() -> None:
    decided, _ = decide(known("syt", "sdl"), message(workbook("sdl"), sender=contact("syt")))
    assert decided.decision.state is MessageState.HELD
    assert not decided.versions


def test_a_token_that_somebody_forged_proves_nothing() -> None:
    forged = workbook("syt")
    claim = IdentityClaim(CYCLE, "syt", "", "bc1:forged")
    forged = replace(forged, examination=replace(forged.examination, claim=claim))
    attributed = attribute_message(known("syt"), message(forged, sender="ai.do@gmail.example"))
    assert {p.kind for p in attributed.files[0].evidence} == {EvidenceKind.BROKEN_IDENTITY}
    assert not attributed.files[0].attribution.taken


def test_a_file_read_as_another_agencys_is_to_be_read_anew_as_whose_it_is() -> None:
    file = workbook("syt")
    file = replace(file, examination=replace(file.examination, agency="sdl"))
    attributed = attribute_message(known("syt"), message(file, sender=contact("syt")))
    assert attributed.to_read_anew() == [(CYCLE, "syt")]
    assert attributed.concerned == {(CYCLE, "syt")}
    anew = replace(file.examination, agency="syt", findings=(ERROR,))
    decided, _ = decide_arrival(known("syt"), attributed.with_examinations([anew]))
    assert decided.decision.state is MessageState.RETURNED


def test_an_agency_that_was_not_asked_is_told_so_and_nothing_is_recorded() -> None:
    decided, _ = decide(known("sdl"), message(workbook("syt"), sender=contact("syt")))
    assert not decided.versions
    assert decided.facts.files[0].old_form


def test_a_person_who_says_whose_a_message_is_outweighs_all_it_shows() -> None:
    one = message(workbook("sdl"), sender="ai.do@gmail.example")
    said = Decision(
        DecisionKind.ASSIGN_MESSAGE,
        "Bà Hà",
        "Đã gọi điện hỏi.",
        NOW,
        cycle=CYCLE,
        agency="sdl",
        subject=assigned_subject(one.key),
        number=1,
    )
    record = known("sdl", decisions=DecisionBook((said,)))
    decided, _ = decide(record, one)
    assert decided.decision.state is MessageState.ACCEPTED
    assert "Bà Hà" in " ".join(decided.facts.files[0].attribution.reasons)  # type: ignore[union-attr]


def test_a_try_out_gets_its_verdict_and_becomes_no_version() -> None:
    one = message(workbook("syt", ERROR), sender=contact("syt"), subject="[THỬ] Kế hoạch")
    record = known("syt")
    decided, record = decide(record, one)
    assert decided.decision.state is MessageState.TRIED
    assert not decided.versions
    [letter] = answers_due(record, decided)
    assert letter.content.kind is LetterKind.TRY_OUT
    assert letter.targets.to == (contact("syt"),) and not letter.targets.cc
    assert letter.tried is not None and letter.marked is None


def test_a_verdict_goes_to_the_registered_contact_and_takes_the_marked_workbook_along() -> None:
    record = known("syt")
    decided, record = decide(record, message(workbook("syt", ERROR), sender=contact("syt")))
    [letter] = answers_due(record, decided)
    assert letter.content.kind is LetterKind.VERDICT
    assert letter.targets.to == tuple(office().register.contacts["syt"].to)
    assert letter.marked is decided.versions[0]


def test_a_message_without_a_workbook_is_guided_with_the_agencys_own_one_attached() -> None:
    scan = Examination("pdf", problem=FileProblem.NOT_A_WORKBOOK, detail="Tệp là bản quét PDF.")
    file = ExaminedFile(1, "scan.pdf", "", "c" * 64, 1000, scan)
    record = known("syt")
    to = f"baocao+token0@{ADDRESS.partition('@')[2]}"
    decided, record = decide(record, message(file, sender=contact("syt"), to=to))
    assert decided.decision.state is MessageState.GUIDED
    [letter] = answers_due(record, decided)
    assert letter.content.kind is LetterKind.GUIDANCE
    assert [f.name for f in letter.files] == ["syt.xlsx"]


# After a withdrawal


def after_withdrawal(*, message_id: str = "<a@x>") -> KnownRecord:
    """A record in which the agency's only version, of the message "a", was withdrawn."""
    _, record = decide(known("syt"), message(workbook("syt"), sender=contact("syt"), key="a"))
    [version] = record.versions_of(CYCLE, "syt")
    subject = version_subject(version.message_key, 1)
    gone = Decision(
        DecisionKind.WITHDRAW_VERSION, "Hà", "Nhầm.", NOW, CYCLE, "syt", subject, number=1
    )
    return replace(
        record,
        decisions=DecisionBook((gone,)),
        versions={(CYCLE, "syt"): []},
        withdrawn={(CYCLE, "syt"): [version]},
        numbers={(CYCLE, "syt"): 1},
        message_ids={version.message_key: message_id},
    )


def test_the_file_of_a_withdrawn_version_is_judged_anew_under_a_number_of_its_own() -> None:
    again = message(workbook("syt"), sender=contact("syt"), key="b")
    decided, record = decide(after_withdrawal(), again)
    assert decided.decision.state is MessageState.ACCEPTED
    [version] = decided.versions
    assert (version.record.version, version.earlier) == (2, [])
    [letter] = answers_due(record, decided)
    assert not letter.content.context["previous_version"]


def test_another_copy_of_the_withdrawn_message_brings_nothing_back() -> None:
    copy = message(workbook("syt"), sender=contact("syt"), key="b")
    decided, record = decide(after_withdrawal(message_id="<b@x>"), copy)
    assert decided.decision.state is MessageState.DUPLICATE
    assert "đã được rút lại" in decided.decision.reason
    assert not decided.versions and not list(answers_due(record, decided))


def test_the_withdrawn_message_itself_is_judged_once_a_person_has_said_whose_it_is() -> None:
    key = "a" * 64
    about = assigned_subject(key)
    said = Decision(DecisionKind.ASSIGN_MESSAGE, "Hà", "Xem.", NOW, CYCLE, "syt", about, number=2)
    record = after_withdrawal()
    record = replace(record, decisions=DecisionBook((*record.decisions.decisions, said)))
    decided, _ = decide(record, message(workbook("syt"), sender="la@x.example", key="a"))
    assert [v.record.version for v in decided.versions] == [2]


def test_what_is_judged_anew_stays_whose_it_was_and_takes_the_place_of_what_it_was() -> None:
    record = after_withdrawal()
    stale = replace(record.withdrawn[CYCLE, "syt"][0], version=2, message_key="b" * 64)
    record = replace(
        record,
        versions={(CYCLE, "syt"): [stale]},
        numbers={(CYCLE, "syt"): 2},
        became={("b" * 64, stale.file_sha256): Became(CYCLE, "syt", 2, NOW)},
    )
    # By its evidence alone it would be nobody's today.
    decided, after = decide(record, message(workbook("sdl"), sender="la@x.example", key="b"))
    [version] = decided.versions
    assert (version.record.agency, version.record.version, version.earlier) == ("syt", 3, [])
    assert after.versions_of(CYCLE, "syt") == [version.record]


def test_a_workbook_that_was_replaced_is_still_known_for_one_of_ours() -> None:
    former = workbook("syt", content="f")
    record = replace(known("syt"), former_workbooks=frozenset({former.sha256}))
    decided, _ = decide(
        record,
        message(former, workbook("syt", content="c"), sender=contact("syt")),
    )
    assert [f.state for f in decided.decision.files] == [
        MessageState.GUIDED,
        MessageState.ACCEPTED,
    ]
