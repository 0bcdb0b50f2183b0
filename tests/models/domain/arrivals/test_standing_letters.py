"""Letters are written from where the agency stands, not from the one mail that came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.domain.arrivals.answering import DueAnswer, answers_due
from models.domain.arrivals.known import ExaminedFile, ExaminedMessage, KnownRecord
from models.domain.letters.answer_letters import Advice
from models.domain.mail.mail import LetterFile, LetterKind, MessageState
from models.domain.reading.submissions import Examination, FileProblem
from tests.models.domain.arrivals.test_deciding import (
    CYCLE,
    ERROR,
    contact,
    decide,
    known,
    message,
    workbook,
)


def written(text: str, *files: ExaminedFile, subject: str = "Re: Kế hoạch") -> ExaminedMessage:
    one = message(*files, sender=contact("syt"), subject=subject, key="w")
    assert one.mail is not None
    return replace(one, mail=replace(one.mail, text=text))


def accepted() -> KnownRecord:
    _, record = decide(known("syt"), message(workbook("syt"), sender=contact("syt"), key="a"))
    return record


def returned() -> KnownRecord:
    sent = message(workbook("syt", ERROR), sender=contact("syt"), key="a")
    _, record = decide(known("syt"), sent)
    return record


def answer(record: KnownRecord, one: ExaminedMessage) -> tuple[MessageState, list[DueAnswer]]:
    decided, record = decide(record, one)
    return decided.decision.state, [*answers_due(record, decided)]


def scan() -> ExaminedFile:
    examination = Examination("pdf", problem=FileProblem.NOT_A_WORKBOOK, detail="Là bản quét.")
    return ExaminedFile(1, "scan.pdf", "", "c" * 64, 1000, examination)


def empty(content: str = "e") -> ExaminedFile:
    """The form, saved without an entry: it would be sent back."""
    file = workbook("syt", ERROR, content=content)
    return replace(file, examination=replace(file.examination, entries=()))


def as_sent(record: KnownRecord) -> KnownRecord:
    """The record in which the form that was sent has the bytes «f»."""
    return replace(record, asked={(CYCLE, "syt"): LetterFile("syt.xlsx", "f" * 64)})


@pytest.mark.parametrize("record", [known("syt"), returned(), accepted()])
def test_thanks_are_noted_and_draw_no_letter(record: KnownRecord) -> None:
    assert answer(record, written("Cảm ơn Văn phòng.")) == (MessageState.NOTED, [])


@pytest.mark.parametrize(
    ("text", "wants_back"),
    [("Cho hỏi mục 3 ghi thế nào?", False), ("Cơ quan gửi nhầm tệp, xin rút lại.", True)],
)
@pytest.mark.parametrize(
    ("record", "counting"), [(known("syt"), 0), (returned(), 0), (accepted(), 1)]
)
def test_words_reach_a_person_and_the_sender_is_told_what_counts(
    record: KnownRecord, counting: int, text: str, wants_back: bool
) -> None:
    state, [letter] = answer(record, written(text))
    assert state is MessageState.HELD
    facts = letter.content.context
    assert (letter.content.kind, facts["wants_back"]) == (LetterKind.RECEIPT, wants_back)
    assert letter.targets.to == (contact("syt"),)
    lines = facts["counting"]
    assert isinstance(lines, list) and len(lines) == counting
    assert facts["owes"] is not bool(counting)
    assert all("phiên bản 1" in line for line in lines)


def test_a_recall_is_shown_to_a_person_also_where_a_scan_comes_along() -> None:
    state, [letter] = answer(accepted(), written("Xin rút lại sổ đã gửi.", scan()))
    assert (state, letter.content.context["wants_back"]) == (MessageState.HELD, True)


def test_a_new_workbook_with_words_of_recall_is_taken_as_the_next_version() -> None:
    new = workbook("syt", content="n")
    state, [letter] = answer(accepted(), written("Bản trước gửi nhầm, xin gửi lại.", new))
    assert (state, letter.content.kind) == (MessageState.ACCEPTED, LetterKind.VERDICT)


@pytest.mark.parametrize("text", ["", "Sở xin gửi báo cáo, tệp đính kèm."])
def test_a_forgotten_attachment_is_said_with_what_counts(text: str) -> None:
    state, [letter] = answer(accepted(), written(text))
    assert (state, letter.content.kind) == (MessageState.GUIDED, LetterKind.GUIDANCE)
    assert not letter.content.context["owes"] and letter.content.context["counting"]
    assert not letter.files, "whoever owes nothing gets no empty form once more"


def test_a_scan_after_acceptance_is_answered_with_what_counts() -> None:
    state, [letter] = answer(accepted(), written("Bản ký đây ạ.", scan()))
    assert state is MessageState.GUIDED
    assert letter.content.context["counting"]
    state, [letter] = answer(known("syt"), written("Bản ký đây ạ.", scan()))
    assert not letter.content.context["counting"] and letter.files


@pytest.mark.parametrize("blank", [empty(), workbook("syt", content="f"), empty("f")])
def test_the_form_as_it_was_sent_contends_with_no_answer(blank: ExaminedFile) -> None:
    record = as_sent(known("syt"))
    for files in ([blank, workbook("syt")], [workbook("syt"), blank]):
        decided, _ = decide(record, written("Sở gửi sổ.", *files))
        assert decided.decision.state is MessageState.ACCEPTED
        [version] = decided.versions
        assert version.facts.sha256 == "a" * 64
        aside = next(f for f in decided.decision.files if not f.is_submission)
        assert (aside.state, "chưa điền gì" in aside.reason) == (MessageState.GUIDED, True)


@pytest.mark.parametrize("record", [returned(), accepted()])
@pytest.mark.parametrize("blank", [empty(), empty("f")])
def test_the_empty_form_becomes_no_version_behind_an_answer(
    record: KnownRecord, blank: ExaminedFile
) -> None:
    decided, record = decide(as_sent(record), written("Sở gửi sổ.", blank))
    assert not decided.versions
    assert [r.advice for r in decided.decision.refused] == [Advice.UNTOUCHED]
    [letter] = answers_due(record, decided)
    assert letter.content.kind is LetterKind.GUIDANCE


def test_the_empty_form_as_the_first_answer_is_told_what_is_missing() -> None:
    decided, _ = decide(as_sent(known("syt")), written("Sở gửi sổ.", empty("f")))
    assert decided.decision.state is MessageState.RETURNED


def test_a_form_in_which_nothing_must_be_filled_in_is_an_answer() -> None:
    file = workbook("syt", content="n")
    file = replace(file, examination=replace(file.examination, entries=()))
    decided, _ = decide(known("syt"), written("Sở gửi sổ.", file))
    assert decided.decision.state is MessageState.ACCEPTED


def test_a_person_may_choose_the_empty_form_all_the_same() -> None:
    decided, _ = decide(known("syt"), written("Sở gửi sổ.", empty(), workbook("syt")))
    assert [f.is_answer for f in decided.facts.files] == [False, True]


def test_words_of_a_stranger_are_held_as_before_and_draw_no_letter() -> None:
    one = written("Cho hỏi mục 3?")
    assert one.mail is not None
    stranger = replace(one, mail=replace(one.mail, sender="ai.do@gmail.example"))
    assert answer(accepted(), stranger) == (MessageState.HELD, [])
