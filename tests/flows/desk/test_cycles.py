"""Kỳ báo cáo: counts, the table, decisions on several agencies, what was put out, work begun."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from flows.desk import ways
from flows.desk.desk import FlowRunShown
from models.domain.accounts.account import AccountRole
from models.domain.answers.standing import AgencyStanding, HeldMail, SubmissionRecord, Timeliness
from models.domain.cycle.cycles import HANOI
from models.domain.desk.cycle_page import AnswerBucket, agency_line, bucket_of
from models.domain.reading.submissions import Verdict
from tasks.adapters.results.output_names import clean_report_beside, report_beside
from tasks.adapters.sharing.objects import ObjectStore
from tasks.adapters.sharing.outputs import Outputs
from tasks.adapters.store import decisions, outbox
from tasks.adapters.work.consolidating import consolidate_cycle
from tests.fixtures.held_mail import held_message
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_desk import OfficeDesk, office_desk
from tests.fixtures.office_files import own_office
from tests.fixtures.shared_stores import MEMORY, Breakable, store_url

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
OVER = dt.datetime(2025, 2, 21, 9, 0, tzinfo=HANOI)
CYCLE, AT = "2025-plan", "/ky/2025-plan"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    """A desk before which three agencies owe their plan."""
    with office_desk(tmp_path, NOW, ["syt", "stc", "sct"]) as found:
        yield found


def standing(
    verdict: Verdict | None, *, held: int = 0, timeliness: Timeliness = Timeliness.OVERDUE
) -> AgencyStanding:
    """An agency that sent one version on the last day, or none, and has mail that waits."""
    at = dt.datetime(2025, 2, 19, 15, 0, tzinfo=HANOI)
    sent = (
        SubmissionRecord(1, "syt", 1, at, verdict, "KH/1", "a.xlsx", "0", "k", at)
        if verdict
        else None
    )
    return AgencyStanding(
        "syt",
        timeliness,
        (sent,) if sent else (),
        sent if verdict is Verdict.ACCEPTED else None,
        held_mail=[HeldMail(at, f"KH-2025/{n + 7:04d}") for n in range(held)],
    )


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (standing(None, timeliness=Timeliness.MISSING), AnswerBucket.MISSING),
        (standing(None, held=1), AnswerBucket.WITH_OFFICE),
        (standing(Verdict.HELD), AnswerBucket.WITH_OFFICE),
        (standing(Verdict.RETURNED, held=1), AnswerBucket.WITH_OFFICE),
        (standing(Verdict.RETURNED), AnswerBucket.SENT_BACK),
        (standing(Verdict.UNREADABLE), AnswerBucket.SENT_BACK),
        (standing(Verdict.ACCEPTED, timeliness=Timeliness.ON_TIME), AnswerBucket.ON_TIME),
        (standing(Verdict.ACCEPTED, timeliness=Timeliness.LATE), AnswerBucket.LATE),
        (standing(None, timeliness=Timeliness.EXEMPT), AnswerBucket.EXEMPT),
    ],
)
def test_every_agency_is_in_one_place_and_what_the_office_has_not_opened_is_never_overdue(
    one: AgencyStanding, expected: AnswerBucket
) -> None:
    office = own_office()
    cycle = office.cycle(CYCLE)

    line = agency_line(office.register.agencies["syt"], one, cycle, office.calendar, {}, OVER)

    assert bucket_of(one, cycle, OVER) is line.bucket is expected
    if expected is AnswerBucket.WITH_OFFICE:
        assert "quá hạn" not in line.said.lower()
        assert not line.is_overdue


def test_a_held_answer_waits_for_the_office_on_the_page(desk: OfficeDesk) -> None:
    held_message(desk.workplace)
    desk.now = OVER

    page = desk.text(f"{AT}?tinh-trang=cho-van-phong")

    assert "Sở Y tế" in page
    assert "Đã gửi, chờ Văn phòng xem" in page
    assert "1 thư chờ xem" in page
    assert "Sở Công Thương" not in page


@pytest.mark.parametrize(
    ("query", "first", "absent"),
    [
        ("q=so+y+te", "syt", "stc"),
        ("q=Y+TẾ", "syt", "stc"),
        ("q=khong+co", "", "syt"),
        ("xep=-ten", "syt", ""),
        ("xep=ten", "sct", ""),
        ("xep=nothing-of-ours", "sct", ""),
        ("khoi=nothing", "", "syt"),
        ("trang=999", "sct", ""),
    ],
)
def test_the_table_is_found_by_words_sorted_and_paged(
    desk: OfficeDesk, query: str, first: str, absent: str
) -> None:
    page = desk.get(f"{AT}?{query}")
    shown = [part.split('"')[0] for part in page.split('name="agency" value="')[1:]]

    assert shown[:1] == ([first] if first else [])
    assert absent not in shown or not absent


def test_the_table_is_a_file_that_runs_nothing(desk: OfficeDesk) -> None:
    as_csv = desk.browser.get(f"{AT}/bang/csv?q=y+te")
    as_book = desk.browser.get(f"{AT}/bang/xlsx")

    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Cơ quan", "Sở Y tế"]
    assert rows[1][2] == "Chưa gửi, còn trong hạn"
    assert "attachment" in as_csv.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(as_book.content)).active
    assert sheet is not None
    assert sheet.max_row == 4
    assert desk.browser.get(f"{AT}/bang/exe").status_code == 404


@pytest.mark.parametrize(
    "path", ["/ky/khong-co", "/ky/../etc", f"{AT}/ket-qua/1/so", f"{AT}/da-gui/1/1"]
)
def test_what_there_is_not_is_a_sentence(desk: OfficeDesk, path: str) -> None:
    assert desk.browser.get(path).status_code == 404


def test_several_agencies_are_extended_from_the_table(desk: OfficeDesk) -> None:
    page = desk.text(f"/quyet-dinh/extend-deadline?cycle={CYCLE}&agency=syt&agency=stc&ve={AT}")

    assert "Sở Y tế Sở Tài chính" in page
    assert "syt" not in page


def test_a_letter_goes_again_to_several_agencies_with_one_word(desk: OfficeDesk) -> None:
    with desk.workplace.engine.begin() as connection:
        for row in every_letter(connection):
            outbox.claim(connection, row, "t", NOW, {}, copy=False)
            sent = {"state": "sent", "sent_at": NOW}
            outbox.record_outcome(connection, row, "t", sent, {})
    chosen = desk.get(f"{AT}/gui-lai?agency=syt&agency=stc")
    keys = [part.split('"')[0] for part in chosen.split('name="letter" value="')[1:]]

    form = desk.text(f"/quyet-dinh/send-letter-again?letter={keys[0]}&letter={keys[1]}&ve={AT}")
    answer = desk.post(
        "/quyet-dinh/send-letter-again",
        letter=keys,
        audience="Mọi địa chỉ",
        reason="Hai Sở báo mất thư.",
        ve=AT,
    )

    assert len(keys) == 2
    assert "Sở Y tế: " in form and keys[0] not in form
    assert answer.status_code == 200
    with desk.workplace.engine.begin() as connection:
        kept = decisions.book(connection).decisions
        letters = {x.agency: x.state for x in every_letter(connection)}
    assert [(d.agency, d.kind.value) for d in kept] == [
        ("syt", "send_again"),
        ("stc", "send_again"),
    ]
    assert letters == {"syt": "queued", "stc": "queued", "sct": "sent"}


def test_what_was_put_out_is_downloaded_by_what_the_record_knows(desk: OfficeDesk) -> None:
    consolidate_cycle(desk.workplace, desk.workplace.office.cycle(CYCLE))

    page = desk.get(f"{AT}/ket-qua")
    book = desk.browser.get(f"{AT}/ket-qua/1/so")
    table = desk.browser.get(f"{AT}/ket-qua/1/observations.csv")

    assert f'href="{AT}/ket-qua/1/so"' in page
    assert "Chưa có báo cáo tổng hợp nào được gửi trước đó" in page
    assert book.content.startswith(b"PK")
    assert "KH-2025_Tong-hop" in book.headers["content-disposition"]
    assert table.status_code == 200
    for wrong in ("../baocao.sqlite", "%2e%2e%2fbaocao.sqlite", "bao-cao", "manifest.toml"):
        assert desk.browser.get(f"{AT}/ket-qua/1/{wrong}").status_code == 404


def test_a_report_is_offered_with_its_references_and_to_be_signed(desk: OfficeDesk) -> None:
    done = consolidate_cycle(desk.workplace, desk.workplace.office.cycle(CYCLE))
    folder, workbook = desk.workplace.outputs.folder, done.workbook.name
    # A plan has no report: two that a review would have had lie beside its workbook.
    copies = {"bao-cao": report_beside(workbook), "bao-cao-trinh-ky": clean_report_beside(workbook)}
    for name in copies.values():
        (folder / name).write_bytes(b"PK " + name.encode())

    page = desk.get(f"{AT}/ket-qua")

    assert len(set(copies.values())) == 2
    assert "(kèm mã nguồn)" in page and "(để trình ký)" in page
    for way, name in copies.items():
        assert f'href="{AT}/ket-qua/1/{way}">{name}<' in page
        assert desk.browser.get(f"{AT}/ket-qua/1/{way}").content == b"PK " + name.encode()


def test_a_door_shows_what_another_machine_put_out_and_says_when_it_cannot_see_it(
    desk: OfficeDesk, tmp_path: Path
) -> None:
    objects = ObjectStore(store_url(MEMORY, tmp_path))
    objects.begin()
    place = desk.workplace
    for outputs in (Outputs(tmp_path / "may-khac", objects), Outputs(tmp_path / "cua", objects)):
        place.outputs = outputs
        if outputs.folder.name == "may-khac":
            consolidate_cycle(place, place.office.cycle(CYCLE))
    broken = Breakable(objects)
    broken.away(TimeoutError())
    unseen = desk.get(f"{AT}/ket-qua")
    assert "Kho chung «memory://" in unseen and "chưa xem được" in unseen
    assert desk.browser.get(f"{AT}/ket-qua/1/so").content.startswith(b"PK"), "it is at hand"

    broken.mend()
    page = desk.get(f"{AT}/ket-qua")
    table = desk.browser.get(f"{AT}/ket-qua/1/observations.csv")

    assert "Kho chung" not in page and f'href="{AT}/ket-qua/1/observations.csv"' in page
    (written,) = (tmp_path / "may-khac").glob("*/observations.csv")
    assert table.status_code == 200 and table.content == written.read_bytes()


def test_work_begins_now_and_is_followed(desk: OfficeDesk) -> None:
    answer = desk.post(f"{AT}/chay/consolidate-cycle")

    assert desk.runs.begun == [("consolidate-cycle", {"cycle": CYCLE})]
    assert "Đã xong" in answer.text
    assert desk.post(f"{AT}/chay/collect-submissions").status_code == 200
    assert desk.runs.begun[1] == ("collect-submissions", {})
    assert desk.post(f"{AT}/chay/make-backup").status_code == 404


def test_who_only_reads_is_offered_no_decision(desk: OfficeDesk) -> None:
    desk.account = dataclasses.replace(desk.account, roles=frozenset({AccountRole.READS}))

    page = desk.get(AT)

    assert 'name="agency"' not in page
    assert "/chay/" not in page
    assert "/quyet-dinh/" not in page


def test_who_may_begin_work_is_in_the_table_of_ways() -> None:
    roles = {(way.method, way.page): way.roles for way in ways.WAYS}

    assert roles["POST", "begin_work"] == ways.STARTERS
    assert roles["GET", "letters_again"] == ways.DECIDERS


def test_a_cycle_is_closed_and_opened_again_from_its_page(desk: OfficeDesk) -> None:
    closed = desk.post(
        "/quyet-dinh/close-cycle", cycle=CYCLE, book="Khóa sổ", reason="Đã chốt số liệu.", ve=AT
    )

    assert "khóa sổ" in closed.text
    assert 'name="book" value="Mở lại"' in closed.text


def test_a_run_that_did_not_end_well_says_why_and_one_at_work_asks_again(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = FlowRunShown("x", "send-summary", NOW, "lập thư tổng hợp", "/prefect/v2/x")
    monkeypatch.setattr(desk.runs, "followed", lambda _: shown)
    at_work = desk.get("/luot-chay/1")
    failed = dataclasses.replace(shown, said="Máy chủ thư từ chối.", is_over=True, has_failed=True)
    monkeypatch.setattr(desk.runs, "followed", lambda _: failed)

    assert "Đang làm" in at_work and 'http-equiv="refresh"' in at_work
    assert "không xong" not in at_work
    assert "Máy chủ thư từ chối." in desk.get("/luot-chay/1")
    assert 'http-equiv="refresh"' not in desk.get("/luot-chay/1")
