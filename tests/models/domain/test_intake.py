"""Every message ends in exactly one state, and is answered at most once."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.arrivals.attribution import Attribution, AttributionState
from models.domain.arrivals.intake import decide_message
from models.domain.arrivals.known import FileFacts, MessageFacts
from models.domain.letters.answer_letters import Advice, RefusedFile
from models.domain.mail.mail import MessageState
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Examination, FileProblem

TAKEN = Attribution(AttributionState.TAKEN, "syt", "2025-plan", ("Hai căn cứ khớp nhau.",))
HELD = Attribution(AttributionState.HELD, "syt", "2025-plan", ("Sở Y tế, nhưng Sở Du lịch.",))
UNKNOWN = Attribution(AttributionState.UNKNOWN, "", "", ("Không có căn cứ.",))
ERROR = Finding("SO-01", Severity.ERROR, "Ô E5: ...")
WARNING = Finding("CK-01", Severity.WARNING, "Ô E6: ...")
BLOCKER = Finding("CT-01", Severity.BLOCKER, "...")
TRIAL = Finding("XX-01", Severity.ERROR, "...", trial=True)


def workbook(
    *findings: Finding,
    position: int = 1,
    sha: str = "a",
    attribution: Attribution | None = TAKEN,
    known: int | None = None,
    failures: tuple[str, ...] = (),
) -> FileFacts:
    examination = Examination("xlsx", findings=findings, rule_failures=failures)
    return FileFacts(
        position, f"so-{position}.xlsx", "", sha * 64, 10, examination, attribution,
        known_version=known,
    )  # fmt: skip


def other_file(problem: FileProblem, kind: str = "pdf", position: int = 1) -> FileFacts:
    examination = Examination(kind, problem=problem, detail="Đây là tệp khác.")
    return FileFacts(position, f"tep-{position}.{kind}", "", "f" * 64, 10, examination)


def message(*files: FileFacts, **changes: object) -> MessageFacts:
    values = {"automatic": "", "answerable": TAKEN, "evidence": (), "files": files} | changes
    return MessageFacts(**values)


def test_automatic_mail_is_recorded_and_never_answered() -> None:
    scan = other_file(FileProblem.NOT_A_WORKBOOK)
    decision = decide_message(message(scan, automatic="Auto-Submitted"))
    assert decision.state is MessageState.AUTOMATIC
    assert not decision.receipt and not decision.refused
    assert [f.state for f in decision.files] == [MessageState.AUTOMATIC]


def test_automatic_mail_with_a_workbook_is_shown_to_a_person_and_not_answered() -> None:
    decision = decide_message(message(workbook(), automatic="Precedence: bulk"))
    assert decision.state is MessageState.HELD
    assert not decision.receipt and not decision.refused


def test_a_workbook_by_way_of_a_mailing_list_is_shown_to_a_person_and_its_arrival_told() -> None:
    decision = decide_message(message(workbook(), automatic="List-Id", of_a_list=True))
    assert (decision.state, decision.receipt) == (MessageState.HELD, True)
    alone = decide_message(message(automatic="List-Id", of_a_list=True))
    assert (alone.state, alone.receipt) == (MessageState.AUTOMATIC, False)


@pytest.mark.parametrize("facts", [message(workbook()), message(), message(automatic="máy")])
def test_what_is_remarked_of_a_message_is_said_and_decides_nothing(facts: MessageFacts) -> None:
    remarked = dataclasses.replace(facts, remarks=("chữ ký số của thư không khớp nội dung",))
    plain, decision = decide_message(facts), decide_message(remarked)
    assert decision.reason.endswith(" Lưu ý: chữ ký số của thư không khớp nội dung.")
    assert dataclasses.replace(decision, reason=plain.reason) == plain


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ((), MessageState.ACCEPTED),
        ((WARNING,), MessageState.ACCEPTED),
        ((TRIAL,), MessageState.ACCEPTED),
        ((ERROR, WARNING), MessageState.RETURNED),
        ((BLOCKER,), MessageState.RETURNED),
    ],
)
def test_findings_decide_the_verdict(findings: tuple[Finding, ...], state: MessageState) -> None:
    assert decide_message(message(workbook(*findings))).state is state


@pytest.mark.parametrize("attribution", [HELD, UNKNOWN, None])
def test_a_workbook_of_doubtful_origin_is_held_with_its_reasons(
    attribution: Attribution | None,
) -> None:
    decision = decide_message(message(workbook(attribution=attribution)))
    assert decision.state is MessageState.HELD
    assert decision.receipt
    assert decision.reason


def test_the_same_file_again_is_a_duplicate_and_gets_no_answer() -> None:
    decision = decide_message(message(workbook(known=2)))
    assert decision.state is MessageState.DUPLICATE
    assert "phiên bản 2" in decision.reason
    assert not decision.receipt


def test_a_crashed_rule_holds_the_file_and_blames_nobody() -> None:
    decision = decide_message(message(workbook(failures=("SO-09: ValueError",))))
    assert decision.state is MessageState.HELD
    assert "không phải lỗi của cơ quan" in decision.reason
    assert decision.own_fault and [f.own_fault for f in decision.files] == [True]
    tried = decide_message(message(workbook(failures=("SO-09: ValueError",)), try_out=True))
    assert tried.state is MessageState.HELD and tried.own_fault
    assert not decide_message(message(workbook())).own_fault


OURS = [p for p in FileProblem if p.is_ours]


@pytest.mark.parametrize("problem", OURS)
def test_a_file_that_our_reader_failed_on_is_for_a_person_and_its_sender_is_told_nothing_against_it(
    problem: FileProblem,
) -> None:
    decision = decide_message(message(other_file(problem, "xlsx")))
    assert decision.state is MessageState.HELD and decision.own_fault
    assert decision.receipt and not decision.refused
    (told,) = decision.files
    assert told.own_fault and "không phải kết luận là tệp có lỗi" in told.reason
    assert "«tep-1.xlsx»" in told.reason and "return-message" not in told.reason
    assert "Đây là tệp khác." in decision.reason and "return-message" in decision.reason
    assert len(decision.reason) < 400, "the board shows no more"


@pytest.mark.parametrize("changes", [{}, {"try_out": True}, {"main_file": "a" * 64}])
def test_the_other_files_of_its_message_are_decided_as_ever(changes: dict[str, object]) -> None:
    unread = other_file(FileProblem.KILLED_READER, "xls", position=2)
    scan = other_file(FileProblem.NOT_A_WORKBOOK, position=3)
    decision = decide_message(message(workbook(), unread, scan, **changes))
    alone = decide_message(message(workbook(), **changes)).files[0].state
    assert decision.state is MessageState.HELD and decision.receipt
    assert [f.state for f in decision.files] == [alone, MessageState.HELD, MessageState.GUIDED]


def test_neither_a_machine_nor_a_superior_is_told_of_a_file_that_our_reader_failed_on() -> None:
    unread = other_file(FileProblem.KILLED_READER, "xlsx")
    for changes in ({"automatic": "Precedence: bulk"}, {"superior": True}):
        decision = decide_message(message(unread, **changes))
        assert decision.state is MessageState.HELD
        assert not decision.receipt and not decision.refused


def test_two_different_workbooks_of_one_agency_in_one_mail_are_for_a_person() -> None:
    decision = decide_message(message(workbook(position=1, sha="a"), workbook(position=2, sha="b")))
    assert [f.state for f in decision.files] == [MessageState.HELD, MessageState.HELD]
    assert "so-1.xlsx" in decision.reason and "so-2.xlsx" in decision.reason


def test_of_several_workbooks_the_one_a_person_chose_is_judged_and_the_others_are_not() -> None:
    books = [workbook(position=n, sha=sha) for n, sha in enumerate("abbc", 1)]
    decision = decide_message(message(*books, main_file="b" * 64))
    rejected, duplicate = MessageState.REJECTED, MessageState.DUPLICATE
    assert [f.state for f in decision.files] == [
        rejected, MessageState.ACCEPTED, duplicate, rejected,
    ]  # fmt: skip
    assert decision.state is MessageState.ACCEPTED
    assert "Không lấy «so-1.xlsx»" in decision.reason and "«so-4.xlsx»" in decision.reason


def test_a_choice_that_can_be_read_no_more_chooses_nothing() -> None:
    books = [workbook(position=n, sha=sha) for n, sha in enumerate("ab", 1)]
    for there in (books, books[:1]):
        decision = decide_message(message(*there, main_file="c" * 64))
        assert decision.state is MessageState.HELD
        assert "cần người chọn lại" in decision.reason


def test_one_workbook_twice_in_one_mail_counts_once() -> None:
    decision = decide_message(message(workbook(position=1), workbook(position=2)))
    assert [f.state for f in decision.files] == [MessageState.ACCEPTED, MessageState.DUPLICATE]
    assert decision.state is MessageState.ACCEPTED


def test_workbooks_of_two_agencies_in_one_mail_are_judged_each_for_itself() -> None:
    other = Attribution(AttributionState.TAKEN, "sdl", "2025-plan", ("...",))
    decision = decide_message(
        message(workbook(position=1), workbook(ERROR, position=2, sha="b", attribution=other))
    )
    assert [f.state for f in decision.files] == [MessageState.ACCEPTED, MessageState.RETURNED]
    assert decision.state is MessageState.RETURNED


def test_what_is_held_is_nobodys_alone_while_it_may_be_anothers() -> None:
    doubtful = dataclasses.replace(HELD, others=("sdl",))
    other = Attribution(AttributionState.HELD, "stc", "2025-plan", ("...",))
    decision = decide_message(
        message(
            workbook(position=1, attribution=doubtful),
            workbook(position=2, sha="b", attribution=other),
        )
    )
    assert decision.state is MessageState.HELD
    assert (decision.agency, decision.others) == ("syt", ("stc", "sdl"))
    assert decide_message(message(workbook())).others == ()


def test_a_scan_beside_a_workbook_is_kept_and_changes_nothing() -> None:
    decision = decide_message(
        message(workbook(position=1), other_file(FileProblem.NOT_A_WORKBOOK, position=2))
    )
    assert decision.state is MessageState.ACCEPTED
    assert not decision.refused


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        (message(), Advice.NOTHING_ATTACHED),
        (message(has_cloud_link=True), Advice.CLOUD_LINK),
        (message(other_file(FileProblem.NOT_A_WORKBOOK, "pdf")), Advice.PDF),
        (message(other_file(FileProblem.NOT_A_WORKBOOK, "docx")), Advice.WORD),
        (message(other_file(FileProblem.ENCRYPTED, "xlsx")), Advice.PASSWORD),
        (message(other_file(FileProblem.DAMAGED, "xlsx")), Advice.DAMAGED),
        (
            message(refused=(RefusedFile("", Advice.TOO_LARGE, "Thư lớn hơn 40 MB."),)),
            Advice.TOO_LARGE,
        ),
    ],
)
def test_a_message_without_a_workbook_is_told_what_to_send(
    facts: MessageFacts, advice: Advice
) -> None:
    decision = decide_message(facts)
    assert decision.state is MessageState.GUIDED
    assert [r.advice for r in decision.refused] == [advice]


def test_a_genuine_workbook_of_another_cycle_is_told_which_form_to_use() -> None:
    old = dataclasses.replace(workbook(ERROR), old_form="kỳ «Kế hoạch 2024»")
    decision = decide_message(message(old))
    assert decision.state is MessageState.GUIDED
    assert [r.advice for r in decision.refused] == [Advice.OLD_FORM]
    assert "Kế hoạch 2024" in decision.reason
    assert not decision.files[0].is_submission


def test_a_stranger_without_a_workbook_gets_no_answer_and_stays_visible() -> None:
    decision = decide_message(message(answerable=UNKNOWN))
    assert decision.state is MessageState.HELD
    assert not decision.refused


FILES = st.one_of(
    st.builds(
        workbook,
        st.sampled_from([ERROR, WARNING, BLOCKER, TRIAL]),
        sha=st.sampled_from("abc"),
        attribution=st.sampled_from([TAKEN, HELD, UNKNOWN]),
        known=st.sampled_from([None, 1]),
    ),
    st.builds(other_file, st.sampled_from(list(FileProblem))),
)


@given(
    st.lists(FILES, max_size=4),
    st.sampled_from(["", "Auto-Submitted"]),
    st.sampled_from([TAKEN, HELD, UNKNOWN]),
)
def test_every_message_and_every_file_ends_in_one_final_state(
    files: list[FileFacts], automatic: str, answerable: Attribution
) -> None:
    placed = [
        FileFacts(i, f.name, "", f.sha256, 1, f.examination, f.attribution, (), f.known_version)
        for i, f in enumerate(files, start=1)
    ]
    decision = decide_message(message(*placed, automatic=automatic, answerable=answerable))
    assert decision.state is not MessageState.RECEIVED
    assert [f.position for f in decision.files] == [f.position for f in placed]
    assert all(f.state is not MessageState.RECEIVED for f in decision.files)
    taken = [(f.agency, f.cycle) for f in decision.files if f.is_submission]
    assert len(taken) == len(set(taken)), "one agency, one version a message"
    assert not (decision.receipt and decision.refused), "one answer at most"
