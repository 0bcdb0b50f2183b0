"""An agency that no letter reaches: shown so, and reminded no more until it can be reached."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from models.domain.answers.decisions import DecisionRefused, Signature
from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import CloseCycle
from models.domain.deeds.letter_deeds import Recipients, SendLetterAgain
from models.domain.mail.bounces import DeliveryAction, RecipientReport
from models.domain.mail.mail import ascii_address
from models.domain.register.agencies import Contact
from models.tables import LetterRow
from tasks.adapters.boards.boards import boards
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.post.last_look import LastLook
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import address_book, outbox
from tasks.adapters.work import consolidating, reminding
from tasks.adapters.work.office_waits import office_waits
from tests.fixtures.worked_office import CYCLE, MakeOffice, Office
from tests.tasks.adapters.intake.test_returned_letters import report

FIRST_STEP = dt.datetime(2025, 2, 5, 9, tzinfo=HANOI)
NEXT_STEP = dt.datetime(2025, 2, 12, 9, tzinfo=HANOI)
OVERDUE = dt.datetime(2025, 2, 20, 9, 30, tzinfo=HANOI)
TO, CC = "vanthu@syt.haiphong.example", "tonghop@syt.haiphong.example"


def standing(office: Office) -> AgencyStanding:
    workplace = office.workplace
    with workplace.engine.begin() as connection:
        found = standings_of_cycle(workplace, connection, workplace.office.cycle(CYCLE))
    return next(s for s in found if s.agency == "syt")


def remind(office: Office, now: dt.datetime) -> list[LetterRow]:
    """Runs the ladder; the letters to Sở Y tế that it has written by now."""
    office.workplace.now = now
    reminding.write_reminders(office.workplace, office.workplace.office.cycle(CYCLE))
    return [x for x in office.letters("reminder", "overdue") if x.agency == "syt"]


def register(office: Office, to: tuple[str, ...], cc: tuple[str, ...] = ()) -> None:
    """Writes other addresses of Sở Y tế into the register."""
    known = office.workplace.office
    contacts = {**known.register.contacts, "syt": Contact("syt", to, cc)}
    office.workplace.office = replace(known, register=replace(known.register, contacts=contacts))


@pytest.fixture
def sent(office: Office) -> LetterRow:
    """The opening letter to Sở Y tế, sent to two addresses."""
    letter = office.opening("syt")
    office.send(letter)
    assert ([*letter.to], [*letter.cc]) == ([TO], [CC])
    # Before its time: what was sent came back later.
    with office.workplace.engine.begin() as connection:
        connection.execute(
            outbox.LETTER.update().values(sent_at=dt.datetime(2025, 1, 20, 10, tzinfo=dt.UTC))
        )
    return office.opening("syt")


@pytest.fixture
def dead(office: Office, sent: LetterRow) -> Office:
    """The office after both addresses have sent the letter back for good."""
    office.receive(report(sent, TO, CC))
    return office


@pytest.mark.parametrize(
    ("action", "status", "shown", "reminded"),
    [
        ("failed", "5.1.1", True, False),
        ("failed", "5.1.10", True, False),
        ("failed", "5.2.1", True, False),
        ("failed", "5.4.1", True, False),
        ("failed", "5.0.0", True, False),
        ("failed", "5.2.2", True, True),  # a full mailbox will be emptied
        ("failed", "4.4.7", True, True),  # days of trying were in vain
        ("failed", "5.7.1", True, True),  # our server is refused, not the address
        ("failed", "5.3.4", True, True),  # this letter was too large
        ("delayed", "4.2.2", False, True),
        ("delayed", "4.4.1", False, True),
        ("delivered", "2.0.0", False, True),
    ],
)
def test_what_a_report_says_of_an_agencys_addresses_decides_whether_it_is_reminded(
    office: Office, sent: LetterRow, action: str, status: str, shown: bool, reminded: bool
) -> None:
    office.receive(report(sent, TO, CC, action=action, status=status))
    beyond = standing(office).out_of_reach
    assert (beyond is not None) is shown
    assert [x.to for x in remind(office, FIRST_STEP)] == ([[TO]] if reminded else [])
    if beyond is not None:
        assert (beyond.addresses, beyond.since_day) == ((TO, CC), "21/01/2025")
        named = "5.1.1" if status == "5.0.0" else status  # the server's words are more precise
        assert f"({named}: 550 5.1.1 User unknown)" in beyond.said
        assert beyond.for_good is not reminded


def test_with_one_address_that_works_the_agency_is_reached_there(
    office: Office, sent: LetterRow
) -> None:
    office.receive(report(sent, TO))
    assert standing(office).out_of_reach is None
    assert [(x.to, x.cc) for x in remind(office, FIRST_STEP)] == [([CC], [])]


def test_a_report_that_names_nobody_is_about_the_only_recipient_and_else_about_no_address(
    make_office: MakeOffice,
) -> None:
    copies = {"own_copy": "baocao+ban-sao@ubnd.haiphong.example"}
    for contacts, rules, dead_now in (
        ({"syt": TO}, {}, True),
        (None, {}, False),
        ({"syt": TO}, copies, False),
    ):
        office = make_office(contacts=contacts, **rules)
        letter = office.opening("syt")
        office.send(letter)
        raw = report(office.opening("syt"), TO).decode()
        raw = raw.replace(f"Final-Recipient: rfc822; {TO}\n", "")
        (row,) = office.receive(raw.encode())
        assert row["state"] == "automatic"
        assert (standing(office).out_of_reach is not None) is dead_now


def test_a_new_address_in_the_register_is_written_to_again(dead: Office) -> None:
    assert remind(dead, FIRST_STEP) == []
    register(dead, ("moi@syt.haiphong.example",))
    assert standing(dead).out_of_reach is None
    (letter,) = remind(dead, FIRST_STEP + dt.timedelta(hours=1))
    assert (letter.step, letter.to) == ("truoc_10", ["moi@syt.haiphong.example"])


def test_the_old_address_that_fails_after_a_new_one_was_registered_is_nobodys(
    office: Office, sent: LetterRow
) -> None:
    register(office, ("moi@syt.haiphong.example",))
    office.receive(report(sent, TO, CC))
    assert standing(office).out_of_reach is None
    assert len(remind(office, FIRST_STEP)) == 1


def test_mail_from_the_address_proves_that_it_works_whatever_the_mail_says(dead: Office) -> None:
    words = dead.answer("syt", sender=CC, workbook=False)
    words.set_content("Chúng tôi đang tổng hợp, xin gửi trong tuần.")
    (row,) = dead.receive(words, day=2)
    assert row["state"] in ("held", "guided", "noted")
    assert standing(dead).out_of_reach is None


def test_a_forged_sender_proves_nothing(dead: Office) -> None:
    forged = EmailMessage()
    forged["From"], forged["To"] = TO, "baocao@ubnd.haiphong.example"
    forged["Subject"], forged["Message-ID"] = "V/v báo cáo", "<gia@xa.example>"
    forged.set_content("Chúng tôi đang tổng hợp.")
    dead.receive(forged, day=2)
    beyond = standing(dead).out_of_reach
    assert beyond is not None and beyond.for_good


def test_a_reminder_in_the_queue_is_withdrawn_and_the_ladder_goes_on_at_the_new_address(
    office: Office, sent: LetterRow
) -> None:
    (queued,) = remind(office, FIRST_STEP)
    assert LastLook(office.workplace).withdraw_if_untrue(queued, FIRST_STEP) == ""
    office.receive(report(sent, TO, CC))
    why = LastLook(office.workplace).withdraw_if_untrue(queued, FIRST_STEP)
    assert why == f"{TO}, {CC} không còn nhận được thư"
    assert [x.state for x in remind(office, FIRST_STEP)] == ["withdrawn"]
    register(office, ("moi@syt.haiphong.example",))
    again = remind(office, FIRST_STEP + dt.timedelta(hours=1))
    assert [(x.state, x.to) for x in again] == [
        ("withdrawn", [TO]),
        ("queued", ["moi@syt.haiphong.example"]),
    ]
    assert LastLook(office.workplace).withdraw_if_untrue(again[1], office.workplace.now) == ""


def test_a_reminder_in_the_queue_goes_on_to_those_that_work(
    office: Office, sent: LetterRow
) -> None:
    (queued,) = remind(office, FIRST_STEP)
    office.receive(report(sent, CC))
    assert LastLook(office.workplace).withdraw_if_untrue(queued, FIRST_STEP)
    again = remind(office, FIRST_STEP + dt.timedelta(hours=1))
    assert [(x.state, x.to, x.cc) for x in again][1:] == [("queued", [TO], [])]


def test_after_the_deadline_the_offices_list_says_it_instead_of_a_letter(dead: Office) -> None:
    assert remind(dead, OVERDUE) == []
    (listed,) = dead.letters("escalation")
    said = " ".join(listed.text.split())
    assert "thư không tới từ 21/01/2025: địa chỉ không tồn tại" in listed.html
    assert "Trong số đó, thư không tới được 1 cơ quan; cần báo bằng cách khác" in said
    assert {x.agency for x in dead.letters("overdue")} == {"sdl", "stp", "sct"}
    assert "theo lịch của kỳ báo cáo tới 3 cơ quan quá hạn (" in said
    assert "Chưa gửi được thư đôn đốc tới Sở Y tế vì không còn địa chỉ nào nhận được" in said
    assert re.search(
        r"\d+/\d+ cơ quan đã được tiếp nhận báo cáo; 4 cơ quan quá hạn", listed.subject
    )
    others = [x for x in dead.letters("reminder", "overdue") if x.agency == "syt"]
    assert others == []


def test_it_is_shown_wherever_the_agency_is_listed(dead: Office) -> None:
    workplace, cycle = dead.workplace, dead.workplace.office.cycle(CYCLE)
    board = next(b for b in boards(workplace, [cycle]) if b.key == f"bang-ky-{CYCLE}")
    assert "Thư không tới: 1 cơ quan" in board.note
    (line,) = [row for row in board.rows if row["Cơ quan"] == "Sở Y tế"]
    assert "thư không tới từ 21/01/2025 (địa chỉ không tồn tại" in str(line["Thời hạn"])
    with workplace.engine.begin() as connection:
        (alarm,) = office_waits(workplace, connection, [cycle]).out_of_reach
    assert alarm.startswith(f"Sở Y tế: {TO}, {CC} (")
    consolidating.write_summary(workplace, cycle)
    (summary,) = dead.letters("summary")
    said = " ".join(summary.text.split())
    assert "Cơ quan không nhận được thư (1): Sở" in said
    assert "thư không tới từ 21/01/2025" in said


def test_the_sheet_of_agencies_says_it_and_why(dead: Office) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    done = consolidating.consolidate_cycle(dead.workplace, dead.workplace.office.cycle(CYCLE))
    book = load_workbook(BytesIO(write_consolidation(done.results, dead.workplace.now)))
    cells = [str(c.value) for row in book["Cơ quan"] for c in row if c.value is not None]
    assert "Còn trong hạn; thư không tới từ 21/01/2025" in cells
    assert any(c.startswith(f"{TO}, {CC}: địa chỉ không tồn tại") for c in cells)
    overview = [str(c.value) for row in book.worksheets[0] for c in row if c.value is not None]
    assert "Cơ quan mà thư không tới" in overview


def test_a_consolidation_is_another_one_once_the_agency_is_reached_again(dead: Office) -> None:
    cycle = dead.workplace.office.cycle(CYCLE)
    first = consolidating.consolidate_cycle(dead.workplace, cycle)
    again = consolidating.consolidate_cycle(dead.workplace, cycle)
    assert (first.new, again.new) == (True, False)
    register(dead, ("moi@syt.haiphong.example",))
    assert consolidating.consolidate_cycle(dead.workplace, cycle).new


def test_an_answer_to_a_dead_address_is_sent_and_shown_as_read_by_nobody(dead: Office) -> None:
    mail = dead.answer("syt", sender="can.bo@thucanhan.example")
    (row,) = dead.receive(mail, day=2)
    assert row["agency"] == "syt"
    (receipt,) = dead.letters("receipt")
    assert (receipt.to, receipt.state) == ([TO], "queued")
    dead.send(receipt)
    board = next(b for b in boards(dead.workplace, []) if b.key == "thu-di")
    (line,) = [r for r in board.rows if r["Mã thư"] == receipt.business_key]
    assert line["Trạng thái"] == "đã gửi, thư không tới"
    dead.receive(dead.answer("syt", sender=TO), dead.answer("syt", sender=CC), day=3)
    board = next(b for b in boards(dead.workplace, []) if b.key == "thu-di")
    assert receipt.business_key not in [r["Mã thư"] for r in board.rows]


def test_a_letter_that_went_before_the_address_died_has_been_read(
    office: Office, sent: LetterRow
) -> None:
    office.workplace.now = FIRST_STEP
    (reminder,) = remind(office, FIRST_STEP)
    office.send(reminder)
    sent_later = office.opening("syt")
    office.receive(report(sent_later, TO, CC), day=20)
    (board,) = [b for b in boards(office.workplace, []) if b.key == "thu-di"]
    assert reminder.business_key not in [r["Mã thư"] for r in board.rows]


def test_a_dead_address_stays_one_through_a_servers_other_troubles(
    dead: Office, sent: LetterRow
) -> None:
    dead.receive(report(sent, TO, CC, status="4.4.7", number=2), day=2)
    beyond = standing(dead).out_of_reach
    assert beyond is not None and beyond.for_good
    assert beyond.since_day == "21/01/2025"
    dead.receive(report(sent, TO, status="5.2.2", number=3), day=3)
    beyond = standing(dead).out_of_reach
    assert beyond is not None and not beyond.for_good, "a full mailbox is there"


OTHER = "vanthu@sdl.haiphong.example"


@pytest.mark.parametrize(
    ("named", "returned"),
    [
        (TO, "Message-ID: <khong-phai@ubnd.haiphong.example>\n"),  # no letter of ours
        (TO, "Subject: [KH-2025] Đề nghị báo cáo\n"),  # what everybody knows
        (TO, "Reply-To: baocao+abcdef@ubnd.haiphong.example\n"),  # a token that was guessed
        (TO, "{others}"),  # another agency's letter, which never went there
        (OTHER, "{own}"),  # who has our letter names one who has not
        ("", "{own}"),  # nobody
    ],
)
def test_a_forged_report_makes_no_address_dead_to_which_the_letter_it_quotes_never_went(
    office: Office, sent: LetterRow, named: str, returned: str
) -> None:
    others = office.opening("sdl")
    office.send(others)
    quoted = {"{others}": others.message_id, "{own}": sent.message_id}
    if returned in quoted:
        returned = f"Message-ID: {quoted[returned]}\n"
    (row,) = office.receive(report(sent, named, returned=returned))
    assert row["state"] == "automatic"
    assert standing(office).out_of_reach is None
    workplace = office.workplace
    with workplace.engine.begin() as connection:
        dead_now = address_book.dead_addresses(connection)
        everybody = standings_of_cycle(workplace, connection, workplace.office.cycle(CYCLE))
    assert dead_now == frozenset()
    assert [s.agency for s in everybody if s.out_of_reach] == []


@pytest.mark.parametrize("state", ["waiting", "refused", "withheld"])
def test_a_report_of_a_letter_that_no_server_took_for_the_address_is_forged(
    office: Office, sent: LetterRow, state: str
) -> None:
    told = {TO: {"state": state, "said": ""}, CC: {"state": "accepted", "said": ""}}
    with office.workplace.engine.begin() as connection:
        connection.execute(outbox.LETTER.update().values(deliveries=told))
    office.receive(report(sent, TO, CC))
    with office.workplace.engine.begin() as connection:
        assert address_book.dead_addresses(connection) == {CC}


def test_a_report_of_a_letter_in_the_queue_is_forged(office: Office) -> None:
    letter = office.opening("syt")
    office.receive(report(letter, TO, CC))
    assert standing(office).out_of_reach is None


def test_a_reopened_cycle_knows_still_who_is_not_reached(dead: Office) -> None:
    hand = Signature("Nguyễn Thị Hà", "Cần bổ sung số liệu.")
    for book_open in (False, True):
        carry_out(dead.workplace, CloseCycle(signed=hand, cycle=CYCLE, closed=not book_open))
        beyond = standing(dead).out_of_reach
        assert beyond is not None and beyond.for_good
    assert remind(dead, FIRST_STEP) == []
    with dead.workplace.engine.begin() as connection:
        address_book.mark_mended(connection, [CC], dead.workplace.now)
    assert [x.to for x in remind(dead, NEXT_STEP)] == [[CC]]


def test_a_reminder_is_sent_again_to_no_dead_address_and_not_when_its_days_are_wrong(
    office: Office, sent: LetterRow
) -> None:
    hand = Signature("Nguyễn Thị Hà", "Cơ quan báo chưa thấy thư.")
    (reminder,) = remind(office, FIRST_STEP)
    office.send(reminder)
    again = SendLetterAgain(
        letter=reminder.business_key, recipients=Recipients.EVERYBODY, signed=hand
    )
    office.workplace.now = FIRST_STEP + dt.timedelta(days=1)
    with pytest.raises(DecisionRefused, match="tính ngày đến 05/02/2025"):
        carry_out(office.workplace, again)
    office.receive(report(sent, TO, CC))
    office.workplace.now = FIRST_STEP + dt.timedelta(hours=1)
    with pytest.raises(DecisionRefused, match="không còn nhận được thư"):
        carry_out(office.workplace, again)
    register(office, ("moi@syt.haiphong.example",))
    assert carry_out(office.workplace, again).new
    (queued,) = [x for x in office.letters("reminder") if x.agency == "syt"]
    assert (queued.state, queued.to) == ("queued", ["moi@syt.haiphong.example"])


def test_an_address_of_another_script_is_the_same_in_register_and_report(
    office: Office, sent: LetterRow
) -> None:
    register(office, ("vanthu@sở-y-tế.example",))
    address = ascii_address("vanthu@sở-y-tế.example")
    assert address.isascii()
    with office.workplace.engine.begin() as connection:
        news = RecipientReport(address, "", DeliveryAction.FAILED, "5.1.1", "User\nunknown")
        address_book.mark_failing(connection, address, news, office.workplace.now)
    beyond = standing(office).out_of_reach
    assert beyond is not None and beyond.said == "địa chỉ không tồn tại (5.1.1: User unknown)"
    assert remind(office, FIRST_STEP) == []
