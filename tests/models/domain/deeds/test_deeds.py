"""Deeds, each weighed by itself: what is allowed, what is said, and what the record keeps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from models.domain.answers.decisions import (
    DecisionBook,
    DecisionKind,
    DecisionRefused,
    Matter,
    Signature,
    assigned_subject,
    book_of,
    decided,
)
from models.domain.consolidation import Figure, Source
from models.domain.consolidation.verdicts import (
    JudgementQuestion,
    VerdictBook,
    asked,
    measure_of,
    value_of,
    verdict_kept,
)
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.deeds.cycle_deeds import CloseCycle, ExemptAgency, ExtendDeadline, WaiveRule
from models.domain.deeds.judgement_deed import JudgeIndicator
from models.domain.deeds.letter_deeds import (
    CloseLetter,
    MarkContact,
    Recipients,
    SendLetterAgain,
    addresses_today,
)
from models.domain.deeds.message_deeds import (
    AssignMessage,
    CorrectArrival,
    RejectMessage,
    ReturnMessage,
    key_prefix,
    message_named,
    sender_to_write_to,
    why_still_held,
)
from models.domain.deeds.summary_deed import ApproveSummary, unanswered
from models.domain.letters.approval import ApprovalAnswer, ApprovalRules
from models.domain.mail.mail import LetterState, MessageState
from models.domain.register.agencies import Agency, AgencyKind, Contact
from models.domain.register.catalogue import Appendix
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from tests.fixtures.small_office import row

HA = Signature("Nguyễn Thị Hà", "Đã gọi điện, cơ quan xác nhận.")
OPENING = dt.datetime(2025, 2, 3, 8, tzinfo=HANOI)
NOW = dt.datetime(2025, 2, 18, 9, tzinfo=HANOI)
CYCLE = ReportingCycle(
    code="ky", title="Kỳ", form="plan", catalogue_year=2025, legal_basis="", content="",
    opens_at=OPENING, due_at=dt.datetime(2025, 2, 20, tzinfo=HANOI), due_text="",
    data_closes_on=None, grace_working_days=3, meeting="", meeting_on=dt.date(2025, 2, 27),
    recipient="", channel="", contact_person="", contact_phone="", contact_email="", steps=(),
)  # fmt: skip
HEALTH = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)
NOTHING = DecisionBook()
KEY = "1f2e3d4c5b6a7988"


@dataclass
class Message:
    key: str = KEY
    state: str = MessageState.HELD
    reason: str = "Không rõ ai gửi."
    own_fault: bool = False


@dataclass
class Workbook:
    name: str
    sha256: str


@dataclass
class Letter:
    state: str
    business_key: str = "ky/syt/opening"
    cycle: str = "ky"
    agency: str = "syt"
    last_error: str = ""
    subject: str = "Đề nghị báo cáo"


BOOKS = (Workbook("một.xlsx", "aa00"), Workbook("hai.xlsx", "bb00"))


def extension(day: int) -> ExtendDeadline:
    return ExtendDeadline(signed=HA, cycle="ky", agency="syt", last_day=dt.date(2025, 2, day))


def test_a_deed_that_holds_already_keeps_no_decision() -> None:
    first = extension(25).weigh(CYCLE, HEALTH, NOTHING, NOW)
    assert first.decision is not None
    assert first.sentence == "Sở Y tế: gia hạn đến hết 25/02/2025"
    again = extension(25).weigh(CYCLE, HEALTH, book_of([first.decision]), NOW)
    assert again.decision is None
    assert again.sentence == "Sở Y tế: đã được gia hạn đến hết 25/02/2025."


def test_a_day_in_time_ends_an_extension_and_is_said_with_the_deadline_of_all() -> None:
    granted = extension(25).weigh(CYCLE, HEALTH, NOTHING, NOW).decision
    assert granted is not None
    ended = extension(19).weigh(CYCLE, HEALTH, book_of([granted]), NOW)
    assert ended.decision is not None
    assert ended.decision.kind is DecisionKind.END_EXTENSION
    assert ended.sentence.endswith("trở lại hạn chung của kỳ, hết ngày 19/02/2025")


@pytest.mark.parametrize(("exempt", "new"), [(True, True), (False, False)])
def test_who_must_answer_can_be_exempted_and_need_not_be_obliged(exempt: bool, new: bool) -> None:
    deed = ExemptAgency(signed=HA, cycle="ky", agency="syt", exempt=exempt)
    assert (deed.weigh(CYCLE, HEALTH, NOTHING, NOW).decision is not None) is new


@pytest.mark.parametrize(
    ("rule", "says"), [("XX-99", "Không có quy tắc"), ("CT-01", "không miễn được")]
)
def test_a_rule_that_cannot_be_waived_is_refused_before_anything_is_looked_up(
    rule: str, says: str
) -> None:
    deed = WaiveRule(signed=HA, cycle="ky", agency="syt", rule=rule, last_day=dt.date(2025, 3, 1))
    with pytest.raises(DecisionRefused, match=says):
        deed.check()


def test_a_waiver_to_a_day_gone_by_waives_nothing_and_says_so() -> None:
    deed = WaiveRule(
        signed=HA, cycle="ky", agency="syt", rule="BB-01", last_day=dt.date(2025, 2, 1)
    )
    weighed = deed.weigh(CYCLE, HEALTH, NOTHING, NOW)
    assert weighed.decision is None
    assert "đã qua nên không miễn gì" in weighed.sentence


def test_a_cycle_is_closed_only_after_it_has_opened() -> None:
    deed = CloseCycle(signed=HA, cycle="ky", closed=True)
    with pytest.raises(DecisionRefused, match=r"chưa mở \(mở lúc 08:00 03/02/2025\)"):
        deed.weigh(CYCLE, NOTHING, OPENING - dt.timedelta(minutes=1))
    assert deed.weigh(CYCLE, NOTHING, OPENING).decision is not None


def test_a_message_is_named_by_digits_that_fit_one_alone() -> None:
    assert message_named(key_prefix(" 1F2E3D "), [Message()]).key == KEY
    for found, says in (([], "Không có thư"), ([Message(), Message("1f2e3dff")], "nhiều thư")):
        with pytest.raises(DecisionRefused, match=says):
            message_named("1f2e3d", found)


def assignment(main_file: str = "") -> AssignMessage:
    return AssignMessage(signed=HA, cycle="ky", agency="syt", message=KEY, main_file=main_file)


def test_of_several_workbooks_one_is_chosen_by_its_first_digits() -> None:
    assert assignment("BB").file_asked(KEY, BOOKS, None) == "bb00"
    assert assignment().file_asked(KEY, BOOKS, None) == ""
    with pytest.raises(DecisionRefused, match=r"«một\.xlsx» \[aa00\]; «hai\.xlsx» \[bb00\]"):
        assignment("cc").file_asked(KEY, BOOKS, None)
    matter = Matter("ky", "syt", assigned_subject(KEY, "bb00"))
    known = decided(DecisionKind.ASSIGN_MESSAGE, HA, NOW, matter)
    assert assignment("bb").file_asked(KEY, (), known) == "bb00"  # its files are read anew


def test_a_message_that_waits_no_more_is_assigned_only_as_it_was() -> None:
    worked_on = Message(state=MessageState.RETURNED)
    known = decided(DecisionKind.ASSIGN_MESSAGE, HA, NOW, Matter("ky", "syt", KEY))
    assert assignment().weigh(worked_on, HEALTH, "", known, NOW).decision is None
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        assignment().weigh(worked_on, HEALTH, "bb00", known, NOW)


def test_what_still_waits_says_the_next_step_that_fits() -> None:
    def advice(*kinds: DecisionKind, books: tuple[Workbook, ...] = ()) -> str:
        matters = {DecisionKind.ASSIGN_MESSAGE: Matter("ky", "syt", KEY)}
        taken = [decided(kind, HA, NOW, matters.get(kind, Matter("ky"))) for kind in kinds]
        waits = why_still_held(Message(), DecisionBook(taken), books)
        assert waits is not None and not waits.is_own_fault
        return waits.sentence

    assigned = DecisionKind.ASSIGN_MESSAGE
    assert "«Mở lại»" in advice(assigned, DecisionKind.CLOSE_CYCLE, books=BOOKS)
    assert "«Tệp là bản chính»" in advice(assigned, books=BOOKS)
    assert "Khắc phục điều được nêu" in advice(assigned)
    assert why_still_held(Message(state=MessageState.RETURNED), NOTHING, BOOKS) is None
    at_fault = why_still_held(Message(own_fault=True), NOTHING, BOOKS)
    assert at_fault is not None and at_fault.is_own_fault


def test_a_message_is_rejected_once_and_only_while_it_waits() -> None:
    deed = RejectMessage(signed=HA, message=KEY)
    weighed = deed.weigh(Message(), NOW)
    assert weighed.decision is not None and weighed.decision.subject == KEY
    assert deed.weigh(Message(state=MessageState.REJECTED), NOW).decision is None
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        deed.weigh(Message(state=MessageState.ACCEPTED), NOW)


def test_a_message_goes_back_with_words_that_say_something_and_once() -> None:
    with pytest.raises(DecisionRefused, match="thiếu ở đâu"):
        ReturnMessage(signed=HA, message=KEY, words=" \n sai").check_words()
    deed = ReturnMessage(signed=HA, message=KEY, words="Sổ chưa được lãnh đạo Sở ký duyệt.")
    deed.check_words()
    assert deed.stands(Message(), NOTHING) is None
    returned = deed.weigh(Message(), CYCLE, None, NOW)
    assert returned.decision is not None
    gone = Message(state=MessageState.GUIDED)
    stands = deed.stands(gone, book_of([returned.decision]))
    assert stands is not None and stands.decision is None
    with pytest.raises(DecisionRefused, match="không chờ người xem"):
        deed.stands(gone, NOTHING)


def test_neither_nobody_nor_the_office_itself_is_written_to() -> None:
    assert sender_to_write_to("ba.ha@a.example", "vp@b.example") == "ba.ha@a.example"
    for sender, says in (("", "không có người gửi"), ("vp+x1@b.example", "chính Văn phòng")):
        with pytest.raises(DecisionRefused, match=says):
            sender_to_write_to(sender, "vp@b.example")


def test_a_corrected_arrival_keeps_the_moment_until_now_in_its_reason() -> None:
    before = dt.datetime(2025, 2, 17, 9, 0, 5, tzinfo=HANOI)
    deed = CorrectArrival(signed=HA, message=KEY, arrived_at=before - dt.timedelta(days=1))
    weighed = deed.weigh(KEY, before, CYCLE, NOW)
    assert weighed.decision is not None
    assert weighed.decision.reason == f"{HA.reason} (trước ghi 09:00:05 17/02/2025)"
    assert deed.weigh(KEY, deed.moment(), CYCLE, NOW).decision is None


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (NOW + dt.timedelta(seconds=1), "tương lai"),
        (OPENING - dt.timedelta(seconds=1), "trước khi"),
    ],
)
def test_an_arrival_lies_between_the_opening_and_now(moment: dt.datetime, says: str) -> None:
    deed = CorrectArrival(signed=HA, message=KEY, arrived_at=moment)
    with pytest.raises(DecisionRefused, match=says):
        deed.weigh(KEY, NOW, CYCLE, NOW)


def test_a_letter_goes_again_when_it_is_at_rest_and_to_everybody_if_it_came_back() -> None:
    deed = SendLetterAgain(signed=HA, letter="ky/syt/opening", recipients=Recipients.UNREACHED)
    with pytest.raises(DecisionRefused, match="đang chờ gửi"):
        deed.check(Letter(LetterState.QUEUED), ["a@b.example"])
    with pytest.raises(DecisionRefused, match="chưa có địa chỉ"):
        deed.check(Letter(LetterState.FAILED), [])
    deed.check(Letter(LetterState.FAILED), ["a@b.example"])
    assert not deed.to_everybody(Letter(LetterState.FAILED))
    assert deed.to_everybody(Letter(LetterState.BOUNCED))


def test_the_same_sending_again_is_known_by_name_and_reason() -> None:
    deed = SendLetterAgain(signed=HA, letter="ky/syt/opening", recipients=Recipients.EVERYBODY)
    letter = Letter(LetterState.SENT)
    taken = deed.weigh(letter, NOW).decision
    assert taken is not None
    assert deed.stands(letter, NOTHING) is None
    assert deed.stands(letter, book_of([taken])) is not None


def test_a_letter_goes_where_the_register_says_today_and_copies_go_on() -> None:
    old = ["cu@a.example"], ["sep@a.example", "moi@a.example"]
    assert addresses_today(None, *old) == old
    now = addresses_today(Contact("syt", ("moi@a.example",)), *old)
    assert now == (["moi@a.example"], ["sep@a.example"])


@pytest.mark.parametrize(
    ("state", "arrived", "says"),
    [
        (LetterState.UNCERTAIN, True, "đã đến"),
        (LetterState.FAILED, False, "khép lại"),
        (LetterState.SENT, True, "đã có hiệu lực"),
        (LetterState.CLOSED, False, "đã có hiệu lực"),
    ],
)
def test_the_matter_of_a_letter_ends_one_way_or_the_other(
    state: LetterState, arrived: bool, says: str
) -> None:
    deed = CloseLetter(signed=HA, letter="ky/syt/opening", arrived=arrived)
    assert says in deed.weigh(Letter(state), NOTHING, NOW).sentence


@pytest.mark.parametrize(
    ("state", "says"),
    [(LetterState.BOUNCED, "không thể coi là đã đến"), (LetterState.SENDING, "đang được gửi")],
)
def test_a_letter_that_cannot_have_arrived_is_not_said_to_have(
    state: LetterState, says: str
) -> None:
    deed = CloseLetter(signed=HA, letter="ky/syt/opening", arrived=True)
    with pytest.raises(DecisionRefused, match=says):
        deed.weigh(Letter(state), NOTHING, NOW)


def test_only_an_address_of_the_register_is_marked_and_one_that_is_marked_is_mended() -> None:
    mark = MarkContact(signed=HA, address=" A@B.example ", failing=True)
    assert mark.address_meant == "a@b.example"
    assert mark.weigh((), ("a@b.example",), NOW).decision is not None
    assert mark.weigh(("a@b.example",), (), NOW).decision is None
    with pytest.raises(DecisionRefused, match="danh bạ"):
        mark.weigh((), (), NOW)
    mend = MarkContact(signed=HA, address="a@b.example", failing=False)
    assert mend.weigh(("a@b.example",), (), NOW).decision is not None


def approval(note: str = "", answer: ApprovalAnswer = ApprovalAnswer.SEND) -> ApproveSummary:
    signed = Signature(HA.by, note)
    return ApproveSummary(signed=signed, letter="ky//summary", digest="d1", answer=answer)


def test_an_approval_is_of_the_very_draft_that_was_shown() -> None:
    draft = Letter(LetterState.DRAFT, business_key="ky//summary")
    weighed = approval("Gửi ngay.").weigh(draft, "d1", NOW)
    assert weighed.decision is not None
    assert weighed.decision.reason == "Đồng ý gửi như dự thảo. Gửi ngay."
    assert weighed.decision.subject == "ky//summary (d1)"
    with pytest.raises(DecisionRefused, match="đã thay đổi"):
        approval().weigh(draft, "d2", NOW)
    with pytest.raises(DecisionRefused, match="họ tên"):
        ApproveSummary(
            signed=Signature(" ", ""), letter="", digest="d1", answer=ApprovalAnswer.SEND
        ).weigh(draft, "d1", NOW)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (LetterState.CLOSED, "đã được giữ lại (Sai số.)"),
        (LetterState.WITHDRAWN, "không còn giá trị (Sai số.)"),
        (LetterState.SENT, "đã được duyệt gửi"),
    ],
)
def test_a_draft_that_was_decided_on_says_what_became_of_it(state: LetterState, says: str) -> None:
    weighed = approval().weigh(Letter(state, last_error="Sai số."), "d1", NOW)
    assert weighed.decision is None
    assert says in weighed.sentence


@pytest.mark.parametrize(
    ("send", "kind"),
    [(True, DecisionKind.APPROVE_SUMMARY), (False, DecisionKind.HOLD_SUMMARY_BACK)],
)
def test_nobodys_answer_is_the_settings(send: bool, kind: DecisionKind) -> None:
    rules = ApprovalRules(dt.timedelta(hours=24), send, ())
    found = unanswered(Letter(LetterState.DRAFT), "d1", rules, NOW).decision
    assert found is not None
    assert (found.kind, found.by) == (kind, "Theo BAOCAO_SUMMARY_UNANSWERED")
    assert found.reason == "Hết 24 giờ chờ duyệt mà không có quyết định."


# --- What no rule can judge -----------------------------------------------------------------------


def waiting_question() -> JudgementQuestion:
    source = Source("sdl", 1, 1, "KH-2025/0001", "sdl.xlsx", "ab" * 32, "Chỉ tiêu", "J9")
    said = Figure("N-0001", "indicators", "tourism", "committed", "Thứ 5", "Thứ 5", source)
    tourism = row("tourism", Appendix.BODY, "II.2", "sdl", target_words="thuộc nhóm dẫn đầu")
    return JudgementQuestion(
        *(tourism, Territory.WHOLE, said, value_of(said), measure_of(tourism, None)),
        shown="thuộc nhóm dẫn đầu",
        why="Chỉ tiêu nêu bằng lời",
    )


@pytest.mark.parametrize("answer", [Judgement.MET, Judgement.EXCEEDED, Judgement.NOT_MET, None])
def test_a_judgement_keeps_what_it_was_made_from_and_is_kept_once(
    answer: Judgement | None,
) -> None:
    question = waiting_question()
    first = verdict_kept(question.subject(Judgement.FLOOR_MET), HA.by, HA.reason, 1)
    judged = JudgeIndicator(question=question.code.upper(), judgement=answer, signed=HA)
    decision = judged.weigh(CYCLE, asked(question, VerdictBook([first])), NOW).decision
    assert decision is not None
    assert (decision.cycle, decision.agency, decision.by) == ("ky", "sdl", HA.by)
    kept = verdict_kept(decision.subject, decision.by, decision.reason, 2)
    assert (kept.code, kept.judgement) == (question.code, answer)
    after = asked(question, VerdictBook([first, kept]))
    assert judged.weigh(CYCLE, after, NOW).decision is None
    assert after.waits is (answer is None)


@pytest.mark.parametrize("answer", [Judgement.FLOOR_MET, Judgement.AWAITING, Judgement.UNKNOWN])
def test_a_person_judges_met_exceeded_or_not_met_and_nothing_else(answer: Judgement) -> None:
    question = waiting_question()
    judged = JudgeIndicator(question=question.code, judgement=answer, signed=HA)
    with pytest.raises(DecisionRefused, match="đạt, vượt hoặc không đạt"):
        judged.weigh(CYCLE, asked(question, VerdictBook()), NOW)
