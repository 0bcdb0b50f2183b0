"""Mail of agencies that have ended, and of those that follow them: it leads to the right duty.

The plan's cycle asked the agencies of January. In October a second cycle asks those of today.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import shutil
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.tables import LetterRow
from tasks.adapters.simulation import parcels
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work import opening
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.one_entry import with_entry
from tests.fixtures.ready_made import once
from tests.fixtures.worked_office import CYCLE, OPENED, MakeOffice, Office

IN_JANUARY = ("skhdt", "stc", "snnptnt", "stnmt", "sldtbxh", "snv", "ubnd_hong_bang", "sct")
IN_OCTOBER = ("stc", "snnmt", "snv", "syt", "phuong_hong_bang", "phuong_hong_an", "sct")
LATER = "2025-cuoi-nam"
MARCH, NOVEMBER = 50, 295  # days after the opening of the plan's cycle


@pytest.fixture
def spring(make_office: MakeOffice) -> Office:
    """In March, the plan's cycle still running."""
    office = make_office(agencies=IN_JANUARY)
    office.workplace.now = OPENED + dt.timedelta(days=MARCH + 1)
    return office


@pytest.fixture
def autumn(make_office: MakeOffice) -> Office:
    """In November, the later cycle open: it is opened once in a run, and then copied."""

    def play(folder: Path) -> None:
        office = make_office(agencies=IN_JANUARY)
        workplace = office.workplace
        later = _with_a_later_cycle(workplace)
        workplace.now = later.opens_at
        register = workplace.office.register
        assert not opening.ask(workplace, later, [register.agencies[a] for a in IN_OCTOBER])
        workplace.engine.dispose()  # what is left to write goes into the one file
        shutil.copytree(office.folder, folder)

    office = make_office(agencies=IN_JANUARY, like=once("autumn", play))
    _with_a_later_cycle(office.workplace)
    office.workplace.now = OPENED + dt.timedelta(days=NOVEMBER + 1)
    return office


def _with_a_later_cycle(workplace: Workplace) -> ReportingCycle:
    """That cycle, after it has been put beside the plan's."""
    plan = workplace.office.cycle(CYCLE)
    later = dataclasses.replace(
        plan,
        code=LATER,
        title="Đánh giá cuối năm",
        opens_at=dt.datetime(2025, 10, 20, 8, tzinfo=HANOI),
        due_at=dt.datetime(2025, 11, 20, tzinfo=HANOI),
        ends_on=None,
        previous=CYCLE,
    )
    workplace.office = dataclasses.replace(workplace.office, cycles={CYCLE: plan, LATER: later})
    return later


def opened(office: Office, agency: str, cycle: str) -> LetterRow:
    letters = office.letters("opening")
    return next(x for x in letters if (x.agency, x.cycle) == (agency, cycle))


def workbook(office: Office, agency: str, cycle: str) -> bytes:
    return office.workplace.raw_store.get(opened(office, agency, cycle).files[0]["sha256"])


def address(office: Office, agency: str) -> str:
    return office.workplace.office.register.contacts[agency].to[0]


def mail(office: Office, sender: str, to: str = "", content: bytes = b"") -> EmailMessage:
    office.minute += 1
    made = EmailMessage()
    made["From"] = address(office, sender)
    made["To"] = to or office.workplace.rules.office_address
    made["Subject"] = "Báo cáo"
    made["Message-ID"] = f"<{office.minute}@{sender}.example>"
    made.set_content("Kính gửi.")
    if content:
        made.add_attachment(content, maintype="application", subtype="zip", filename="sổ.xlsx")
    return made


# --- In the new cycle -----------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["stc", "skhdt"])
def test_the_successors_workbook_counts_from_its_own_and_from_the_old_address(
    autumn: Office, sender: str
) -> None:
    sent = mail(autumn, sender, content=workbook(autumn, "stc", LATER))
    (row,) = autumn.receive(sent, day=NOVEMBER)
    assert (row["state"], row["agency"], row["cycle"]) == ("returned", "stc", LATER)
    (verdict,) = autumn.letters("verdict")
    assert verdict.to == [address(autumn, "stc")]


def test_one_that_follows_two_is_reached_by_the_addresses_of_both(autumn: Office) -> None:
    content = workbook(autumn, "snnmt", LATER)
    first, second = (with_entry(content, f"{n}/BC") for n in (1, 2))
    old = [mail(autumn, "stnmt", content=first), mail(autumn, "snnptnt", content=second)]
    rows = autumn.receive(*old, day=NOVEMBER)
    assert {(r["state"], r["agency"]) for r in rows} == {("returned", "snnmt")}


def test_each_heir_of_one_agency_may_write_from_the_old_address(autumn: Office) -> None:
    for heir in ("snv", "syt"):
        sent = mail(autumn, "sldtbxh", content=workbook(autumn, heir, LATER))
        (row,) = autumn.receive(sent, day=NOVEMBER)
        assert (row["state"], row["agency"]) == ("returned", heir)


def test_a_workbook_retyped_under_the_old_name_is_the_successors(autumn: Office) -> None:
    office = autumn.workplace.office
    cycle, agency = office.cycle(LATER), office.register.agencies["stc"]
    book = FilledWorkbook(workbook(autumn, "stc", LATER), office.form_of(cycle))
    book.fill(answers_of(office, cycle, agency, seed=1))
    (enclosure,) = parcels.retyped(parcels.OutgoingWorkbook("a.xlsx", book, autumn.workplace.now))
    retyped = openpyxl.load_workbook(io.BytesIO(enclosure.content))
    for sheet in retyped.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "Sở Tài chính":
                    cell.value = "Sở Kế hoạch và Đầu tư"
    written = io.BytesIO()
    retyped.save(written)
    answer = mail(autumn, "skhdt", content=written.getvalue())
    del answer["To"]
    answer["To"] = opened(autumn, "stc", LATER).reply_to
    (row,) = autumn.receive(answer, day=NOVEMBER)
    assert (row["agency"], row["cycle"]) == ("stc", LATER)
    assert row["state"] in ("accepted", "returned")


@pytest.mark.parametrize("sender", ["skhdt", "stc"])
def test_the_workbook_of_the_cycle_before_is_answered_with_the_successors(
    autumn: Office, sender: str
) -> None:
    sent = mail(autumn, sender, content=workbook(autumn, "skhdt", CYCLE))
    (row,) = autumn.receive(sent, day=NOVEMBER)
    assert (row["state"], row["agency"], row["cycle"]) == ("guided", "stc", LATER)
    (letter,) = autumn.letters("guidance")
    assert letter.to == [address(autumn, "stc")]
    assert [f["name"] for f in letter.files] == ["KH-2025_So-Tai-chinh.xlsx"]
    said = " ".join(letter.text.split())
    assert "cấp cho Sở Kế hoạch và Đầu tư; trong kỳ «Đánh giá cuối năm», " in said
    assert "Sở Tài chính báo cáo thay" in said
    assert not autumn.letters("verdict")


def test_a_districts_workbook_of_old_is_for_a_person_and_answered_to_nobody(
    autumn: Office,
) -> None:
    before = len(autumn.letters())
    sent = mail(autumn, "ubnd_hong_bang", content=workbook(autumn, "ubnd_hong_bang", CYCLE))
    (row,) = autumn.receive(sent, day=NOVEMBER)
    assert row["state"] == "held"
    assert "UBND phường Hồng Bàng, UBND phường Hồng An báo cáo thay" in " ".join(
        row["reason"].split()
    )
    assert len(autumn.letters()) == before


# --- An address of former days gets no letter: its domain may be anybody's by now -----------------


def letters_since(office: Office, before: int) -> list[LetterRow]:
    return office.letters()[before:]


def try_out(office: Office, sender: str, content: bytes) -> EmailMessage:
    made = mail(office, sender, content=content)
    made.replace_header("Subject", "[THỬ] Báo cáo")
    return made


def test_whoever_holds_the_old_address_is_sent_nothing_of_the_heirs(autumn: Office) -> None:
    before = len(autumn.letters())
    old = address(autumn, "skhdt")
    asking = mail(autumn, "skhdt")
    trying = try_out(autumn, "skhdt", workbook(autumn, "stc", LATER))
    handed_in = mail(autumn, "skhdt", content=workbook(autumn, "stc", LATER) + b" ")
    alone = mail(autumn, "skhdt", content=workbook(autumn, "sct", LATER))
    rows = autumn.receive(asking, trying, handed_in, alone, day=NOVEMBER)
    assert [r["state"] for r in rows] == ["guided", "tried", "returned", "held"]
    found = letters_since(autumn, before)
    assert {x.kind for x in found} >= {"guidance", "try_out", "verdict"}
    for letter in found:
        assert old not in (*letter.to, *letter.cc)
        if letter.kind != "receipt":
            assert letter.to == [address(autumn, "stc")]


def test_with_checked_senders_too_the_old_domain_draws_nothing_to_itself(
    make_office: MakeOffice,
) -> None:
    ours = "mx.ubnd.haiphong.example"
    office = make_office(agencies=("skhdt", "stc"), authserv_id=ours)
    office.workplace.now = OPENED + dt.timedelta(days=MARCH + 1)
    before = len(office.letters())
    sent = mail(office, "skhdt")
    domain = address(office, "skhdt").partition("@")[2]
    sent["Authentication-Results"] = f"{ours}; dmarc=pass header.from={domain}"
    (row,) = office.receive(sent, day=MARCH)
    assert (row["state"], row["agency"]) == ("guided", "skhdt")
    (letter,) = letters_since(office, before)
    assert letter.to == [address(office, "stc")]


def test_of_a_districts_address_nobody_is_written_to_until_a_person_decides(
    autumn: Office,
) -> None:
    before = len(autumn.letters())
    district = mail(autumn, "ubnd_hong_bang")
    trying = try_out(autumn, "ubnd_hong_bang", workbook(autumn, "ubnd_hong_bang", CYCLE))
    stranger = mail(autumn, "ubnd_hong_bang", content=workbook(autumn, "stc", LATER))
    rows = autumn.receive(district, trying, stranger, day=NOVEMBER)
    assert {r["state"] for r in rows} == {"held"}
    for letter in letters_since(autumn, before):
        assert address(autumn, "ubnd_hong_bang") not in letter.to


def test_a_workbook_of_old_that_a_stranger_sends_is_for_a_person(autumn: Office) -> None:
    sent = mail(autumn, "sct", content=workbook(autumn, "ubnd_hong_bang", CYCLE))
    (row,) = autumn.receive(sent, day=NOVEMBER)
    assert row["state"] == "held"
    assert not autumn.letters("guidance")


def test_without_a_workbook_a_person_decides_among_several_heirs(autumn: Office) -> None:
    (row,) = autumn.receive(mail(autumn, "ubnd_hong_bang"), day=NOVEMBER)
    assert row["state"] == "held"
    for name in ("UBND phường Hồng Bàng", "UBND phường Hồng An"):
        assert name in row["reason"]
    (guided,) = autumn.receive(mail(autumn, "skhdt"), day=NOVEMBER)
    assert (guided["state"], guided["agency"]) == ("guided", "stc")


def test_the_workbook_tells_which_commune_writes_from_the_districts_address(
    autumn: Office,
) -> None:
    sent = mail(autumn, "ubnd_hong_bang", content=workbook(autumn, "phuong_hong_an", LATER))
    (row,) = autumn.receive(sent, day=NOVEMBER)
    assert (row["state"], row["agency"]) == ("returned", "phuong_hong_an")


# --- In the cycle of old --------------------------------------------------------------------------


def test_the_successor_sends_what_the_predecessor_still_owes(spring: Office) -> None:
    sent = mail(spring, "snnmt", content=workbook(spring, "stnmt", CYCLE))
    (row,) = spring.receive(sent, day=MARCH)
    assert (row["state"], row["agency"], row["cycle"]) == ("returned", "stnmt", CYCLE)
    (verdict,) = spring.letters("verdict")
    assert verdict.to == [address(spring, "snnmt")]  # whoever answers now reads the verdict


def test_a_successor_with_a_duty_of_its_own_sends_both(spring: Office) -> None:
    token = opened(spring, "stc", CYCLE).reply_to
    for agency in ("skhdt", "stc"):
        sent = mail(spring, "stc", to=token, content=workbook(spring, agency, CYCLE))
        (row,) = spring.receive(sent, day=MARCH)
        assert (row["state"], row["agency"]) == ("returned", agency)


def test_before_the_merger_the_same_mail_is_held(make_office: MakeOffice) -> None:
    office = make_office(agencies=IN_JANUARY)
    sent = mail(office, "stc", content=workbook(office, "skhdt", CYCLE))
    (row,) = office.receive(sent)
    assert row["state"] == "held"


def test_letters_to_an_agency_that_has_ended_go_to_its_heirs(autumn: Office) -> None:
    workplace = autumn.workplace
    assert workplace.contact_of("skhdt").to == (address(autumn, "stc"),)
    assert workplace.contact_of("ubnd_hong_bang").to == (
        address(autumn, "phuong_hong_bang"),
        address(autumn, "phuong_hong_an"),
    )
    workplace.now = OPENED
    assert workplace.contact_of("skhdt").to == (address(autumn, "skhdt"),)
