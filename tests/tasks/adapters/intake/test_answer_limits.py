"""At most one answer a sender, kind and day; verdicts wait; machines fall silent."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.message import Message

import pytest

from models.domain.arrivals.answering import SAME_VERDICTS, AnswerBook
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterKind
from tests.fixtures.worked_office import MakeOffice, Office

TODAY = dt.date(2025, 1, 23)


def test_a_sender_is_guided_once_a_day_and_the_rest_says_why_not(office: Office) -> None:
    mails = [office.answer("syt", workbook=False) for _ in range(3)]
    rows = office.receive(*mails, office.answer("sdl", workbook=False))
    assert [row["state"] for row in rows] == ["guided"] * 4
    assert [x.agency for x in office.letters("guidance")] == ["syt", "sdl"]
    said = "Không gửi thư hướng dẫn: người gửi đã nhận một thư trả lời cùng loại trong ngày."
    assert [said in row["reason"] for row in rows] == [False, True, True, False]
    office.workplace.now += dt.timedelta(days=1)
    office.receive(office.answer("syt", workbook=False), day=3)
    assert [x.agency for x in office.letters("guidance")] == ["syt", "sdl", "syt"]


def test_whoever_writes_under_many_names_for_one_agency_is_one_sender(office: Office) -> None:
    rows = office.receive(
        *(office.answer("syt", sender=f"a{n}@gmail.com", to="x@y.example") for n in range(4))
    )
    assert [row["state"] for row in rows] == ["held"] * 4
    assert len(office.letters("receipt")) == 1


def test_every_new_version_gets_its_verdict_though_they_come_in_one_day(office: Office) -> None:
    rows = office.receive(*(office.answer("syt", remark=f"{n}/KH" if n else "") for n in range(2)))
    assert [row["state"] for row in rows] == ["returned"] * 2
    assert len(office.letters("verdict")) == 2


def test_over_the_days_limit_verdicts_wait_and_the_others_are_left_out(
    make_office: MakeOffice,
) -> None:
    office = make_office(answers_per_day=2)
    rows = office.receive(
        *(office.answer(agency) for agency in ("syt", "sdl", "stp", "sct")),
        office.answer("syt", workbook=False),
        office.answer("syt", subject="[THỬ] x"),
    )
    letters = office.letters("verdict")
    assert [x.agency for x in letters] == ["syt", "sdl", "stp", "sct"]
    now = office.workplace.now
    morning = dt.datetime.combine(TODAY + dt.timedelta(days=1), dt.time(7), HANOI)
    assert [x.next_attempt_at for x in letters] == [now, now, morning, morning]
    assert not office.letters("guidance", "try_out")
    assert "Sẽ gửi kết quả kiểm tra ngày 24/01/2025" in rows[2]["reason"]
    assert "đã đủ 2 thư trả lời tự động trong ngày" in rows[4]["reason"]
    assert "Không gửi kết quả gửi thử" in rows[5]["reason"]


def test_a_verdict_is_never_left_out_but_for_the_same_content_again() -> None:
    book = AnswerBook(TODAY, 3, {}, [])
    days = [book.rule("a", LetterKind.VERDICT, str(n)).day for n in range(8)]
    assert days == [TODAY + dt.timedelta(days=n // 3) for n in range(8)]
    book = AnswerBook(TODAY, 100, {}, [])
    same = [book.rule("a", LetterKind.VERDICT, "x") for _ in range(4)]
    assert [ruling.day is not None for ruling in same] == [True] * SAME_VERDICTS + [False] * 2
    assert all(ruling.reason for ruling in same[SAME_VERDICTS:])


# --- two copies of this system --------------------------------------------------------------------

OURS, THEIRS = "baocao@a.example", "baocao@b.example"
MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "Message-ID")


def _without(raw: bytes, headers: tuple[str, ...]) -> bytes:
    """The mail as a gateway passes it on that knows no such headers."""
    message: Message = message_from_bytes(raw)
    for name in headers:
        del message[name]
    return message.as_bytes()


def _correspond(one: Office, other: Office, first: bytes, lost: tuple[str, ...]) -> int:
    """Carries every letter over to the other office until nobody writes; how many answers."""
    carried = {x.id for x in one.letters()}, {x.id for x in other.letters()}
    offices = one, other
    arriving, receiver, answers = [first], 1, 0
    for _ in range(12):
        for mail in arriving:
            offices[receiver].receive(_without(mail, lost))
        new = [x for x in offices[receiver].letters() if x.id not in carried[receiver]]
        if not new:
            return answers
        carried[receiver].update(x.id for x in new)
        answers += len(new)
        arriving = [offices[receiver].send(x) for x in new]
        receiver = 1 - receiver
    raise AssertionError("they never fall silent")


@pytest.fixture
def two_copies(make_office: MakeOffice) -> tuple[Office, Office]:
    """Two copies with one secret, each the other's agency."""
    ours = make_office(OURS, ("syt",), {"syt": THEIRS})
    return ours, make_office(THEIRS, ("syt",), {"syt": OURS})


@pytest.mark.parametrize("lost", [(), MARKS[:1], MARKS[:2]])
def test_two_copies_of_this_system_are_silent_at_once(
    two_copies: tuple[Office, Office], lost: tuple[str, ...]
) -> None:
    one, other = two_copies
    assert _correspond(one, other, one.send(one.opening("syt")), lost) == 0
    assert [row["state"] for row in other.rows()] == ["automatic"], "the form it carries is empty"


@pytest.mark.parametrize("begins_with", ["a workbook", "a bare mail"])
def test_even_with_every_mark_lost_they_soon_fall_silent(
    two_copies: tuple[Office, Office], begins_with: str
) -> None:
    one, other = two_copies
    mail = one.send(one.opening("syt"))
    if begins_with == "a bare mail":
        mail = one.answer("syt", sender=OURS, to=THEIRS, workbook=False).as_bytes()
    answers = _correspond(one, other, mail, MARKS)
    assert 1 <= answers <= 2 * SAME_VERDICTS + 1
