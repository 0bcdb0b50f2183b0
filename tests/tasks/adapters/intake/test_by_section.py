"""A story of acceptance by section: mail in, letters out, on the databases the program runs on."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from models.domain.answers.decisions import Signature
from models.domain.answers.standing import AgencyStanding, SubmissionRecord, Timeliness
from models.domain.consolidation import Consolidation
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.cycle_deeds import ExemptSheet, ExtendDeadline, WaiveRule
from models.domain.deeds.message_deeds import CorrectArrival
from models.domain.mail.mail import LetterKind
from models.domain.reading.forms import Form
from models.domain.reading.submissions import Verdict
from models.tables import LetterRow
from tasks.adapters.boards.boards import boards
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import work_through
from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.post.marking import with_marked_workbook
from tasks.adapters.reading.reader_jobs import MadeWorkbook, MarkJob
from tasks.adapters.reading.reader_process import ReaderFailed
from tasks.adapters.results.ruling import consolidated
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import messages, submissions
from tasks.adapters.work import previewing
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import HouseRules
from tests.fixtures.lent_readers import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import OFFICE_FILES, own_office
from tests.fixtures.opened_cycles import open_cycle
from tests.fixtures.ready_made import sqlite_with_tables

CYCLE, AGENCY = "2025-review", "sct"
TASKS, INDICATORS = "Nhiệm vụ", "Chỉ tiêu"
A, R = Verdict.ACCEPTED, Verdict.RETURNED
MARKED = "TK-2025_So-Cong-Thuong_ban-1_da-kiem-tra.xlsx"  # the first version, sent back
HA = Signature("Nguyễn Thị Hà", "Trung ương chưa giao nhiệm vụ này.")


def at(day: int, hour: int = 9, month: int = 11) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, tzinfo=HANOI)


class House:
    """An office that asks for the review, and an agency that answers it."""

    def __init__(self, workplace: Workplace, agency: str) -> None:
        self.workplace = workplace
        self.agency = agency
        self.cycle = workplace.office.cycle(CYCLE)
        self.form: Form = workplace.office.form_of(self.cycle)

    def filled(self) -> FilledWorkbook:
        """The workbook of the opening letter, filled in without a fault."""
        content = self.workplace.raw_store.get(self.letters("opening")[0].files[0]["sha256"])
        book = FilledWorkbook(content, self.form)
        agency = self.workplace.office.register.agencies[self.agency]
        book.fill(answers_of(self.workplace.office, self.cycle, agency, 1))
        return book

    def hand_in(
        self, book: FilledWorkbook | bytes, when: dt.datetime, subject: str = "Báo cáo tổng kết"
    ) -> SubmissionRecord:
        """Mails the workbook; what became of it."""
        mail = EmailMessage()
        mail["From"] = self.workplace.office.register.contacts[self.agency].to[0]
        mail["To"], mail["Subject"] = self.letters("opening")[0].reply_to, subject
        mail.set_content("Kính gửi.")
        content = book if isinstance(book, bytes) else book.save(when)
        mail.add_attachment(
            content, maintype="application", subtype="zip", filename="tổng kết.xlsx"
        )
        self.workplace.now = when
        mailbox = Path(self.workplace.rules.mailboxes[0].removeprefix("maildir://"))
        deliver(mailbox, mail.as_bytes(), when)
        collect(self.workplace, open_inbox(self.workplace.rules.mailboxes[0], when), 10)
        assert work_through(self.workplace, 10).failures == []
        return self.versions()[-1] if self.versions() else None  # type: ignore[return-value]

    def versions(self) -> list[SubmissionRecord]:
        with self.workplace.engine.begin() as connection:
            return submissions.records(connection, CYCLE).get(self.agency, [])

    def message(self) -> dict[str, object]:
        with self.workplace.engine.begin() as connection:
            return dict(max(messages.every_message(connection), key=lambda m: m["received_at"]))

    def letters(self, kind: str) -> list[LetterRow]:
        with self.workplace.engine.begin() as connection:
            return [x for x in every_letter(connection) if x.kind == kind]

    def verdict(self) -> LetterRow:
        return self.letters("verdict")[-1]

    def standing(self, when: dt.datetime | None = None) -> AgencyStanding:
        self.workplace.now = when or self.workplace.now
        with self.workplace.engine.begin() as connection:
            [found] = standings_of_cycle(self.workplace, connection, self.cycle, details=True)
        return found

    def consolidated(self) -> Consolidation:
        with self.workplace.engine.begin() as connection:
            return consolidated(self.workplace, connection, self.cycle)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    yield from made(tmp_path, database_url)


@pytest.fixture
def small_house(tmp_path: Path) -> Iterator[House]:
    yield from made(tmp_path, sqlite_with_tables(tmp_path / "baocao.sqlite"))


def made(folder: Path, database_url: str, agency: str = AGENCY) -> Iterator[House]:
    office = own_office()
    rules = HouseRules(
        secret=b"s" * 32,
        office_address="baocao@ubnd.haiphong.example",
        office_name="Văn phòng",
        summary_to=("lanhdao@vp.example",),
        mailboxes=(f"maildir://{make_maildir(folder / 'mailbox')}",),
        smtp_url="",
        reader_workers=1,
        reader_memory_mb=1024,
        reader_seconds=20,
        max_message_bytes=40_000_000,
        resend_uncertain=False,
    )
    with Workplace(
        office=office,
        rules=rules,
        database_url=database_url,
        raw_dir=folder / "raw",
        output_dir=folder / "output",
        letters_dir=OFFICE_FILES / "letters",
        now=at(21, 9, 10),
    ) as workplace:
        open_cycle(workplace, CYCLE, [agency])
        yield House(workplace, agency)


def spoil_tasks(book: FilledWorkbook) -> None:
    for row_key in book.places("tasks", "state"):
        book.write("tasks", row_key, "state", None)


def spoil_indicators(book: FilledWorkbook) -> None:
    for row_key in list(book.places("indicators", "estimate"))[:3]:
        book.write("indicators", row_key, "estimate", "chưa rõ")


def only(book: FilledWorkbook, *keys: str) -> None:
    """Deletes every other sheet of the form, as somebody does who sends back what was asked for."""
    for sheet in book.form.sheets:
        if sheet.key not in keys and book.has(sheet.key):
            del book.book[sheet.title]


def of_sheets(consolidation: Consolidation) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for figure in consolidation.lineage:
        found.setdefault(figure.sheet, set()).add(figure.source.version)
    return found


def test_from_a_part_over_its_reminder_and_correction_to_a_spoiled_version(house: House) -> None:
    # The indicators are right, the tasks are not: a part is taken.
    first = house.filled()
    spoil_tasks(first)
    one = house.hand_in(first, at(5))
    assert one.verdict is R
    assert one.sections["tasks"] is R and one.sections["indicators"] is A
    assert house.message()["state"] == "returned"
    assert house.message()["reason"].endswith("còn thiếu: Nhiệm vụ.")  # type: ignore[attr-defined]
    letter = house.verdict()
    assert "Đã tiếp nhận một phần, còn thiếu: Nhiệm vụ" in letter.subject
    assert "Nhiệm vụ: Chưa tiếp nhận, còn" in letter.text
    assert "Chỉ tiêu: Đã tiếp nhận ở phiên bản này" in letter.text
    assert house.standing().owed_sections == ("tasks",)
    assert "tasks" not in of_sheets(house.consolidated())
    assert of_sheets(house.consolidated())["indicators"] == {1}

    # The reminder names what is owed, on board and status too.
    house.workplace.now = at(12)
    [planned] = write_reminders(house.workplace, house.cycle)
    [reminder] = house.letters("reminder")
    assert planned.reason.endswith("còn thiếu 1/4 phần")
    assert "Nhắc gửi phần còn thiếu (Nhiệm vụ)" in reminder.subject
    assert "còn thiếu: Nhiệm vụ" in reminder.text
    said = " ".join(reminder.text.split())
    assert f"trong sổ «{MARKED}» Văn phòng gửi trả lại ngày 05/11/2025 (chỗ phải sửa" in said
    assert not reminder.files, "an empty workbook beside it misleads"
    [row] = boards(house.workplace, [house.cycle])[0].rows
    assert row["Kết quả"] == "Còn thiếu: Nhiệm vụ; dùng phiên bản 1"

    # After the deadline and within the grace period the tasks come alone: corrected.
    correction = house.filled()
    only(correction, "tasks")
    two = house.hand_in(correction, at(21))
    assert two.verdict is A and dict(two.sections) == {"tasks": A}
    standing = house.standing()
    assert standing.timeliness is Timeliness.CORRECTED and not standing.owes
    letter = house.verdict()
    assert "Đã tiếp nhận đủ các phần của báo cáo" in letter.subject
    assert "Chỉ tiêu: Giữ theo phiên bản 1 đã tiếp nhận" in letter.text
    assert "đúng hạn, có chỉnh sửa" in letter.text
    assert of_sheets(house.consolidated()) | {"tasks": {2}} == of_sheets(house.consolidated())
    assert of_sheets(house.consolidated())["indicators"] == {1}
    assert not [f for f in two.findings if f.rule == "PB-01"]  # nothing was left out

    # A third version spoils the indicators: the first of them stands, the letter says so.
    third = house.filled()
    spoil_indicators(third)
    three = house.hand_in(third, at(24))
    assert three.sections["indicators"] is R and three.verdict is A
    assert house.standing().timeliness is Timeliness.CORRECTED
    letter = house.verdict()
    assert "giữ bản trước: Chỉ tiêu" in letter.subject
    text = " ".join(letter.text.split())
    assert "Giữ theo phiên bản 1 đã tiếp nhận; trang gửi lần này có" in text
    assert "Bỏ Chỉ tiêu" not in text  # what is not used changes nothing,
    assert "không thay đổi" not in text  # and is not unchanged either
    assert of_sheets(house.consolidated())["indicators"] == {1}
    assert of_sheets(house.consolidated())["tasks"] == {3}
    [row] = boards(house.workplace, [house.cycle])[0].rows
    assert row["Kết quả"] == "Tiếp nhận phiên bản 3; dùng phiên bản 1, 3"


def test_the_same_file_again_is_answered_once(small_house: House) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    content = book.save(at(5))
    small_house.hand_in(content, at(5))
    small_house.hand_in(content, at(6))
    assert small_house.message()["state"] == "duplicate"
    assert len(small_house.letters("verdict")) == 1


@pytest.mark.parametrize("sent_back", [False, True])
def test_who_owes_a_part_reads_which_workbook_it_is_to_be_filled_into(
    small_house: House, sent_back: bool
) -> None:
    """The marked one of the newest version that was sent back; the one asked for where none was."""
    house = small_house
    waived = ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=True, signed=HA)
    if not sent_back:
        carry_out(house.workplace, waived)
    part = house.filled()
    only(part, "details", "indicators", "action_plan")
    assert house.hand_in(part, at(5)).verdict is (R if sent_back else A)
    carry_out(house.workplace, replace(waived, exempt=False))
    assert "tasks" in house.standing().owed_sections
    [opened] = house.letters("opening")
    asked, day = opened.files[0]["name"], f"{opened.created_at.astimezone(HANOI):%d/%m/%Y}"
    marked = f"trong sổ «{MARKED}» Văn phòng gửi trả lại ngày 05/11/2025 (chỗ phải sửa đã được đánh"
    empty = f"trong sổ «{asked}» Văn phòng gửi kèm thư đề nghị báo cáo ngày {day}"
    for moment in (at(12), at(19, 9), at(27, 9)):
        house.workplace.now = moment
        write_reminders(house.workplace, house.cycle)
    written = [*house.letters("reminder"), *house.letters("overdue")]
    assert {x.kind for x in written} == {"reminder", "overdue"}
    assert sent_back or any("Hôm nay là ngày" in x.subject for x in written)
    for letter in written:
        said = " ".join(letter.text.split())
        assert (marked in said, empty in said) == (sent_back, not sent_back), said
        assert [f["name"] for f in letter.files] == ([] if sent_back else [asked])
        assert ("được gửi kèm thư này một lần nữa" in said) is not sent_back
        assert "Nếu cơ quan vừa gửi, xin bỏ qua thư này" in said


def test_a_spoiled_sheet_alone_is_sent_back_and_nothing_is_owed(small_house: House) -> None:
    small_house.hand_in(small_house.filled(), at(5))
    spoiled = small_house.filled()
    spoil_indicators(spoiled)
    only(spoiled, "indicators")
    two = small_house.hand_in(spoiled, at(10))
    assert two.verdict is R
    assert small_house.message()["state"] == "returned"
    assert "bản đã tiếp nhận vẫn có hiệu lực" in small_house.verdict().subject
    standing = small_house.standing()
    assert not standing.owes and not standing.awaiting_correction
    assert standing.timeliness is Timeliness.ON_TIME
    small_house.workplace.now = at(12)
    assert write_reminders(small_house.workplace, small_house.cycle) == []


def test_an_exemption_of_the_owed_sheet_completes_the_answer(small_house: House) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    small_house.hand_in(book, at(5))
    done = carry_out(
        small_house.workplace,
        ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=True, signed=HA),
    )
    assert done.new
    assert not small_house.standing().owes
    assert small_house.standing().timeliness is Timeliness.ON_TIME
    agency = small_house.consolidated().agencies[0]
    assert agency.answered and not agency.owed
    assert [s.key for s in agency.sections if s.exempt] == ["tasks"]
    carry_out(
        small_house.workplace,
        ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=False, signed=HA),
    )
    assert small_house.standing().owed_sections == ("tasks",)


def test_what_is_wrong_on_an_exempted_sheet_does_not_count_and_is_owed_once_it_is_no_more(
    small_house: House,
) -> None:
    carry_out(
        small_house.workplace,
        ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=True, signed=HA),
    )
    book = small_house.filled()
    spoil_tasks(book)
    record = small_house.hand_in(book, at(5))
    assert record.verdict is Verdict.ACCEPTED and "tasks" not in record.sections
    assert not small_house.standing().owes

    carry_out(
        small_house.workplace,
        ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=False, signed=HA),
    )
    assert small_house.standing().owed_sections == ("tasks",)

    carry_out(
        small_house.workplace,
        ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=True, signed=HA),
    )
    record = small_house.hand_in(small_house.filled(), at(6))
    carry_out(
        small_house.workplace,
        ExemptSheet(cycle=CYCLE, agency="Sở Công Thương", sheet=TASKS, exempt=False, signed=HA),
    )
    assert record.sections["tasks"] is Verdict.ACCEPTED
    assert not small_house.standing().owes


def test_a_corrected_arrival_moves_the_section_that_came_with_it(small_house: House) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    small_house.hand_in(book, at(5))
    correction = small_house.filled()
    only(correction, "tasks")
    two = small_house.hand_in(correction, at(7, month=12))
    assert small_house.standing().timeliness is Timeliness.LATE
    carry_out(
        small_house.workplace, CorrectArrival(message=two.message_key, arrived_at=at(19), signed=HA)
    )
    assert small_house.standing().timeliness is Timeliness.ON_TIME


def test_an_extension_counts_in_the_verdict_by_section(small_house: House) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    carry_out(
        small_house.workplace,
        ExtendDeadline(
            cycle=CYCLE, agency="Sở Công Thương", last_day=dt.date(2025, 11, 28), signed=HA
        ),
    )
    small_house.hand_in(book, at(21))
    assert small_house.standing().timeliness is Timeliness.OPEN
    assert "vẫn được tính là đúng hạn" in " ".join(small_house.verdict().text.split())


def test_a_try_out_goes_through_the_sections_and_leaves_no_trace(small_house: House) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    small_house.hand_in(book, at(5), subject="[THỬ] Báo cáo")
    assert small_house.versions() == []
    [letter] = small_house.letters(LetterKind.TRY_OUT.value)
    assert "chưa nộp - còn phải sửa: Nhiệm vụ" in letter.subject
    assert "Chỉ tiêu: Sẽ được tiếp nhận" in letter.text
    assert "kết quả từng phần sẽ là" in letter.text


@pytest.fixture
def marked() -> Callable[[House], openpyxl.Workbook]:
    def open_marked(house: House) -> openpyxl.Workbook:
        letter = with_marked_workbook(house.workplace, house.verdict())
        content = house.workplace.raw_store.get(letter.files[-1].sha256)
        return openpyxl.load_workbook(io.BytesIO(content))

    return open_marked


def test_the_marked_workbook_lists_the_sections_above_the_findings(
    small_house: House, marked: Callable[[House], openpyxl.Workbook]
) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    small_house.hand_in(book, at(5))
    sheet = marked(small_house)["Kết quả kiểm tra"]
    told = {sheet.cell(n, 1).value: sheet.cell(n, 4).value for n in range(5, 9)}
    assert told[INDICATORS] == "Đã tiếp nhận ở phiên bản này"
    assert told[TASKS].startswith("Chưa tiếp nhận, còn ")
    assert [c.value for c in sheet[9]][:3] == ["TT", "Mức độ", "Trang"]
    assert sheet.freeze_panes == "A10"


def test_a_marked_correction_holds_its_own_sheets_and_can_be_sent_again(
    small_house: House, marked: Callable[[House], openpyxl.Workbook]
) -> None:
    book = small_house.filled()
    spoil_tasks(book)
    small_house.hand_in(book, at(5))
    correction = small_house.filled()
    spoil_tasks(correction)
    only(correction, "tasks")
    two = small_house.hand_in(correction, at(6))
    assert two.verdict is R and dict(two.sections) == {"tasks": R}
    returned = marked(small_house)
    assert TASKS in returned.sheetnames and INDICATORS not in returned.sheetnames
    assert small_house.standing().owed_sections == ("tasks",)
    assert "Đề nghị sửa và gửi lại: Nhiệm vụ" in small_house.verdict().subject


def test_a_returned_sheet_copied_into_a_fresh_file_completes_the_answer(
    small_house: House,
) -> None:
    first = small_house.filled()
    spoil_tasks(first)
    small_house.hand_in(first, at(5))
    copied = small_house.filled()
    only(copied, "tasks")
    for name in list(copied.book.sheetnames):
        if name != TASKS:
            del copied.book[name]  # the hidden one that says whose workbook it is, too
    for name in list(copied.book.custom_doc_props.names):
        del copied.book.custom_doc_props[name]
    two = small_house.hand_in(copied, at(6))
    assert two.verdict is A and dict(two.sections) == {"tasks": A}
    assert not small_house.standing().owes


def test_a_fresh_workbook_for_a_part_holds_what_counts_of_the_other_sections(
    small_house: House,
) -> None:
    first = small_house.filled()
    spoil_tasks(first)
    small_house.hand_in(first, at(5))
    correction = small_house.filled()
    spoil_tasks(correction)
    only(correction, "tasks")
    small_house.hand_in(correction, at(6))
    workplace = small_house.workplace
    submission = submissions.SUBMISSION
    with workplace.engine.begin() as connection:  # as if it had come as an OpenDocument file
        connection.execute(submission.update().values(file_kind="ods"))
    letter = with_marked_workbook(workplace, small_house.verdict())
    *_, own, as_sent = letter.files
    with workplace.engine.begin() as connection:
        sent = connection.execute(select(submission.c.file_sha256)).scalars().all()
    assert as_sent.sha256 in sent and own.sha256 not in sent, "the file as sent comes along"
    fresh = FilledWorkbook(workplace.raw_store.get(own.sha256), small_house.form)
    row_key = next(iter(fresh.places("indicators", "estimate")))
    assert fresh.read("indicators", row_key, "estimate") == first.read(
        "indicators", row_key, "estimate"
    )
    assert fresh.read("tasks", next(iter(fresh.places("tasks", "state"))), "state") is None


def test_a_letter_whose_workbook_could_not_be_marked_says_that_a_new_one_comes_with_it(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = small_house.filled()
    spoil_tasks(first)
    small_house.hand_in(first, at(5))
    workplace, row = small_house.workplace, small_house.verdict()
    assert "sổ mới" not in row.text
    mark = workplace.reader.mark

    def fails(job: MarkJob) -> MadeWorkbook:
        if job.path is not None:
            raise ReaderFailed("không đánh dấu được")
        return mark(job)

    monkeypatch.setattr(workplace.reader, "mark", fails)
    letter = with_marked_workbook(workplace, row)
    for said in (letter.text, letter.html):
        words = " ".join(said.split())
        assert "là sổ mới do Văn phòng lập, vì không đánh dấu được" in words
        assert words.index("Kính gửi") < words.index("sổ mới") < words.index("đã nhận được")
    assert small_house.verdict().text == letter.text, "every attempt says the same"


def test_cells_left_out_are_asked_about_against_the_version_that_counts(
    small_house: House,
) -> None:
    first = small_house.filled()
    spoil_tasks(first)
    row_key = next(iter(first.places("indicators", "remedies")))
    first.write("indicators", row_key, "remedies", "Đôn đốc hằng tuần.")
    small_house.hand_in(first, at(5))
    correction = small_house.filled()
    only(correction, "tasks")
    small_house.hand_in(correction, at(6))
    emptier = small_house.filled()
    emptier.write("indicators", row_key, "remedies", None)
    three = small_house.hand_in(emptier, at(7))
    [asked] = [f for f in three.findings if f.rule == "PB-01"]
    assert asked.sheet == INDICATORS
    text = " ".join(small_house.verdict().text.split())
    assert "thay đổi so với phiên bản 1 và 2" in text.lower()


def test_a_section_sent_alone_must_agree_with_the_one_that_counts(tmp_path: Path) -> None:
    database = sqlite_with_tables(tmp_path / "baocao.sqlite")
    for house in made(tmp_path, database, "stc"):
        first = house.filled()
        first.write("scenario", "scenario_grdp", "estimate_year", 113.5)
        one = house.hand_in(first, at(5))
        assert one.sections["scenario"] is R and one.sections["indicators"] is A
        again = house.filled()
        again.write("scenario", "scenario_grdp", "estimate_year", 113.5)
        only(again, "scenario")
        two = house.hand_in(again, at(6))
        [finding] = [f for f in two.findings if f.rule == "TD-01"]
        assert "của phiên bản 1 đã tiếp nhận: " in finding.message
        assert two.sections["scenario"] is R and house.standing().owes
        mended = house.filled()
        mended.write("scenario", "scenario_grdp", "estimate_year", 112.5)
        only(mended, "scenario")
        assert house.hand_in(mended, at(7)).verdict is A
        assert not house.standing().owes


def test_a_section_with_a_waived_remark_is_compared_as_what_will_count(tmp_path: Path) -> None:
    database = sqlite_with_tables(tmp_path / "baocao.sqlite")
    for house in made(tmp_path, database, "stc"):
        for day, growth in ((5, 12.5), (6, 13)):
            book = house.filled()
            book.write("indicators", "grdp_growth", "estimate", growth)
            book.write("scenario", "scenario_grdp", "estimate_year", 100 + growth)
            if day == 6:
                book.write("indicators", "state_budget_revenue", "to_date", -5)
                until = dt.date(2025, 12, 31)
                carry_out(
                    house.workplace,
                    WaiveRule(cycle=CYCLE, agency="stc", rule="DV-05", last_day=until, signed=HA),
                )
            last = house.hand_in(book, at(day))
        assert any(f.rule == "DV-05" for f in last.findings)  # the remark stands, as information
        assert "TD-01" not in [f.rule for f in last.findings]
        assert (last.version, last.verdict) == (2, A)
        assert set(last.sections.values()) == {A}


def counting(house: House) -> dict[tuple[str, str, str], object]:
    """What counts now, as it was written, by sheet, row and column."""
    standing = house.standing()
    return {
        (e.sheet, e.row_key, e.column): e.raw if e.value is None else e.value
        for version in standing.versions
        for e in version.entries
        if standing.counting(e.sheet) is version
    }


@pytest.mark.parametrize("changed", [INDICATORS, TASKS])
def test_values_of_several_versions_go_along_in_one_workbook_that_can_be_mended(
    small_house: House, changed: str
) -> None:
    """The first version still holds the sheet for which it was returned: nobody is sent there."""
    house = small_house
    first = house.filled()
    spoil_tasks(first)
    house.hand_in(first, at(5))
    correction = house.filled()
    only(correction, "tasks")
    house.hand_in(correction, at(12))
    before = counting(house)

    house.workplace.now = at(3, 9, 12)
    assert previewing.write_previews(house.workplace, house.cycle).left == []
    [letter] = house.letters("preview")
    assert "sửa trong sổ .xlsx kèm theo thư này" in " ".join(letter.text.split())
    [enclosed] = [f for f in letter.files if f["name"].endswith("_so-lieu-dang-dung.xlsx")]
    book = FilledWorkbook(house.workplace.raw_store.get(enclosed["sha256"]), house.form)
    sheet, column = {INDICATORS: "indicators", TASKS: "tasks"}[changed], "justification"
    row_key = next(iter(book.places(sheet, column)))
    book.write(sheet, row_key, column, "Số đã được Cục Thống kê xác nhận.")

    third = house.hand_in(book, at(4, 9, 12))

    assert third.verdict is A and set(third.sections.values()) == {A}
    after = counting(house)
    different = {key for key in before | after if before.get(key) != after.get(key)}
    assert different == {(sheet, row_key, column)}
