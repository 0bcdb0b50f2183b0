"""Business keys, phrases, and what each letter says before it is worded."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.files.calendars import load_calendar
from config.files.cycle_files import load_cycles
from models.domain.answers.reminders import letters_due
from models.domain.answers.standing import (
    AgencyStanding,
    Circumstances,
    HeldMail,
    SubmissionRecord,
    Timeliness,
    UnusableMail,
    in_time_by_extension,
    standing_of,
)
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import cell_ranges, size_text
from models.domain.letters.answer_letters import (
    Advice,
    Receipt,
    RefusedFile,
    VerdictNotes,
    advice_for,
    compose_guidance,
    compose_receipt,
    compose_verdict,
)
from models.domain.letters.cycle_letters import (
    ReminderNotes,
    compose_opening,
    compose_reminder,
)
from models.domain.letters.escalation_letter import compose_escalation
from models.domain.letters.letters import FINDINGS_IN_BODY, business_key, finding_groups, wanted_by
from models.domain.mail.mail import LetterKind
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.findings import Finding, Severity, opened
from models.domain.reading.forms import Column, Form, SheetForm, SheetKind, ValueType
from models.domain.reading.submissions import FileProblem, Verdict
from models.domain.register.agencies import Agency, AgencyKind, Contact, Register
from models.domain.register.catalogue import Catalogue
from tests.fixtures.office_files import OFFICE_FILES, own_office

CYCLE = load_cycles(OFFICE_FILES / "cycles.toml")["2025-plan"]
CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2027))
HEALTH = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, 2, day, hour, tzinfo=HANOI)


def version(
    number: int, received: dt.datetime, verdict: Verdict, findings: tuple[Finding, ...] = ()
) -> SubmissionRecord:
    return SubmissionRecord(
        *(number, "syt", number, received, verdict, f"KH-2025/000{number}"),
        *("So bao cao.xlsx", "ab" * 32, "m"),
        findings=findings,
    )


def error(cell: str, message: str = "Ô còn trống.", sheet: str = "Chỉ tiêu") -> Finding:
    return Finding("CT-01", Severity.ERROR, message, sheet, cell)


def reminder(
    now: dt.datetime, versions: list[SubmissionRecord], asked_at: dt.datetime | None = None
) -> dict[str, object]:
    standing = standing_of("syt", CYCLE, CALENDAR, versions, now)
    [planned] = [p for p in letters_due(CYCLE, CALENDAR, [standing], {}, now) if p.agency]
    notes = ReminderNotes(asked_at=asked_at)
    content = compose_reminder(CYCLE, CALENDAR, HEALTH, planned, standing, now, notes)
    return {"template": content.template, **content.context}


@given(
    st.lists(st.text(max_size=5), min_size=2, max_size=4),
    st.lists(st.text(max_size=5), min_size=2, max_size=4),
)
def test_different_causes_never_share_a_business_key(first: list[str], second: list[str]) -> None:
    def key(parts: list[str]) -> str:
        return business_key(parts[0], parts[1], LetterKind.VERDICT, *parts[2:])

    assert (key(first) == key(second)) == (first == second)


@given(st.text(max_size=400))
def test_text_from_outside_becomes_one_line_of_bounded_length(text: str) -> None:
    line = one_line(text, 100)
    assert len(line) <= 100
    assert len(line.splitlines()) <= 1
    assert one_line(line, 100) == line


def test_direction_marks_and_header_breaks_do_not_survive() -> None:
    assert one_line("so\u202excod.exe\r\nBcc: x@y.example\x00\u200b") == (
        "soxcod.exe Bcc: x@y.example"
    )


def test_sizes_are_written_the_vietnamese_way() -> None:
    assert size_text(900) == "900 byte"
    assert size_text(3_500_000) == "3,3 MB (3.500.000 byte)"


@given(st.lists(st.tuples(st.sampled_from("ABZ"), st.integers(1, 30)), max_size=30))
def test_cell_ranges_cover_exactly_the_cells(cells: list[tuple[str, int]]) -> None:
    covered: list[str] = []
    for span in cell_ranges(f"{c}{r}" for c, r in cells):
        first, _, last = span.partition(":")
        rows = range(int(first[1:]), int((last or first)[1:]) + 1)
        covered += [f"{first[0]}{row}" for row in rows]
    assert sorted(covered) == sorted({f"{c}{r}" for c, r in cells})


def test_findings_stand_worst_first_then_by_sheet_and_cell() -> None:
    findings = [
        Finding("W", Severity.WARNING, "Xem lại.", "Chỉ tiêu", "A1"),
        error("F12", "x"),
        error("F9", "y"),
        Finding("B", Severity.BLOCKER, "Thiếu trang.", "Nhiệm vụ"),
    ]
    groups, more = finding_groups(findings)
    assert [line.place for group in groups for line in group.lines] == [
        "trang «Nhiệm vụ»",
        "trang «Chỉ tiêu», ô F9",
        "trang «Chỉ tiêu», ô F12",
        "trang «Chỉ tiêu», ô A1",
    ]
    assert more == 0


def test_findings_that_say_the_same_share_a_line_and_are_still_counted() -> None:
    [group], more = finding_groups([error(f"D{row}") for row in range(10, 60)])
    assert group.heading == "Lỗi phải sửa (50)"
    assert [line.place for line in group.lines] == ["trang «Chỉ tiêu», ô D10:D59"]
    assert more == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 80)), max_size=120))
def test_findings_listed_and_left_out_add_up(cells: list[tuple[str, int]]) -> None:
    findings = [error(f"D{row}", f"{sheet}{row}", sheet) for sheet, row in cells]
    groups, more = finding_groups(findings)
    assert sum(len(g.lines) for g in groups) <= FINDINGS_IN_BODY
    listed = {(line.place, line.message) for g in groups for line in g.lines}
    shown = [f for f in findings if (f"trang «{f.sheet}», ô {f.cell}", f.message) in listed]
    assert len(shown) + more == len(findings)


@pytest.mark.parametrize(
    ("verdict", "findings", "template"),
    [
        (Verdict.ACCEPTED, (), "verdict_accepted"),
        (
            Verdict.ACCEPTED,
            (Finding("W", Severity.WARNING, "Xem lại."),),
            "verdict_accepted_warnings",
        ),
        (Verdict.RETURNED, (error("F9"),), "verdict_returned"),
        (
            Verdict.ACCEPTED,
            (Finding("T", Severity.WARNING, "Thử.", trial=True),),
            "verdict_accepted",
        ),
    ],
)
def test_the_verdicts_template_follows_the_record(
    verdict: Verdict, findings: tuple[Finding, ...], template: str
) -> None:
    content = compose_verdict(CYCLE, HEALTH, version(1, at(10), verdict, findings))
    assert content.template == template


def test_trial_findings_stay_in_the_office() -> None:
    trial = Finding("T", Severity.ERROR, "Bí mật.", trial=True)
    record = version(1, at(10), Verdict.RETURNED, (error("F9"), trial))
    context = compose_verdict(CYCLE, HEALTH, record).context
    assert context["errors"] == "1"
    assert "Bí mật" not in str(context)


def test_a_verdict_carries_the_receipt_and_the_settled_timeliness() -> None:
    record = version(2, at(10, 16), Verdict.ACCEPTED)
    notes = VerdictNotes(timeliness=Timeliness.CORRECTED)
    context = compose_verdict(CYCLE, HEALTH, record, notes).context
    assert context["receipt"] == [
        ("Số tiếp nhận", "KH-2025/0002"),
        ("Thời điểm nhận", "16 giờ 00 phút ngày 10/02/2025"),
        ("Tên tệp", "So bao cao.xlsx"),
        ("Phiên bản", "2"),
        ("Thời gian gửi", "đúng hạn, có chỉnh sửa"),
    ]
    assert context["check_codes"] == "ABAB-ABAB"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (Timeliness.ON_TIME, "đúng hạn theo thời hạn gia hạn đến hết ngày 25/02/2025"),
        (
            Timeliness.CORRECTED,
            "đúng hạn theo thời hạn gia hạn đến hết ngày 25/02/2025, có chỉnh sửa",
        ),
    ],
)
def test_an_answer_in_time_by_an_extension_says_so(state: Timeliness, said: str) -> None:
    record = version(1, at(24), Verdict.ACCEPTED)
    granted = AgencyStanding("syt", state, (record,), record, extension_until=at(26, 0))
    until = in_time_by_extension(CYCLE, granted, [record])
    notes = VerdictNotes(timeliness=state, extended_to=until)
    assert ("Thời gian gửi", said) in compose_verdict(CYCLE, HEALTH, record, notes).context[
        "receipt"
    ]  # type: ignore[operator]
    early = version(1, at(10), Verdict.ACCEPTED)
    assert in_time_by_extension(CYCLE, granted, [early, record]) is None


def test_long_differences_are_cut_and_the_rest_is_counted() -> None:
    record = version(2, at(10), Verdict.ACCEPTED)
    lines = [f"Trang «Chỉ tiêu»: ô {i}" for i in range(45)]
    notes = VerdictNotes(difference=lines, left_out=5)
    context = compose_verdict(CYCLE, HEALTH, record, notes).context
    assert context["more_differences"] == "20"
    assert context["more_differences_at"] == "Chỉ tiêu (15 chỗ)"


def test_a_file_that_waits_for_a_person_has_no_verdict_to_announce() -> None:
    with pytest.raises(ValueError, match="no verdict"):
        compose_verdict(CYCLE, HEALTH, version(1, at(10), Verdict.HELD))


def test_a_correction_period_that_has_run_out_is_not_promised() -> None:
    record = version(2, at(27), Verdict.RETURNED, (error("F9"),))
    for day, promised in ((26, ""), (27, "thứ Năm, ngày 27/02/2025")):
        notes = VerdictNotes(correction_due=dt.date(2025, 2, day))
        content = compose_verdict(CYCLE, HEALTH, record, notes)
        assert content.context["correction_due"] == promised


def test_a_receipt_may_be_written_before_the_agency_is_known() -> None:
    receipt = Receipt("KH-2025/0001", at(10), "a\r\nb.xlsx", "cd" * 32)
    context = compose_receipt(CYCLE, None, [receipt], ["Chưa rõ\ncơ quan."]).context
    assert context["addressee"] == "Quý cơ quan, đơn vị"
    assert context["reasons"] == ["Chưa rõ cơ quan."]
    assert context["sender"] == ""
    assert ("Tên tệp", "a b.xlsx") in context["receipts"][0]  # type: ignore[index]


def test_the_reminder_counts_from_now_and_not_from_its_step() -> None:
    late = reminder(at(14), [])  # the step of the 12th, sent two days later
    assert (late["template"], late["days_left"]) == ("reminder", "3")
    last = reminder(at(19), [])
    assert (last["template"], last["days_left"]) == ("last_day", "0")
    overdue = reminder(at(24), [])
    assert (overdue["template"], overdue["days_late"]) == ("overdue", "3")


def test_a_correction_is_late_since_its_own_period_ended() -> None:
    versions = [version(1, at(19), Verdict.RETURNED, (error("F9"),))]
    overdue = reminder(at(27), versions)
    assert overdue["awaiting_correction"]
    assert overdue["correction_due"] == "thứ Tư, ngày 26/02/2025"
    assert overdue["days_late"] == "1"
    assert overdue["errors"] == "1"


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (False, " (thư ngày 18/02/2025 không có sổ báo cáo hợp lệ, Văn phòng đã trả lời)"),
        (True, " (thư ngày 18/02/2025 đã được Văn phòng trả lại kèm ý kiến)"),
    ],
)
def test_the_escalation_tells_apart_why_an_agency_owes(returned: bool, told: str) -> None:
    now = at(20)
    unusable = UnusableMail(at(18), at(18), returned)
    standings: list[AgencyStanding] = [
        standing_of("a", CYCLE, CALENDAR, [], now, Circumstances(held_mail=[HeldMail(at(19))])),
        standing_of("b", CYCLE, CALENDAR, [version(1, at(19), Verdict.RETURNED)], now),
        standing_of("c", CYCLE, CALENDAR, [], now, Circumstances(unusable_mail=[unusable])),
        standing_of("d", CYCLE, CALENDAR, [], now, Circumstances(at(27, 0))),
        standing_of("e", CYCLE, CALENDAR, [version(1, at(19), Verdict.ACCEPTED)], now),
        standing_of(
            *("f", CYCLE, CALENDAR, [], now),
            Circumstances(held_mail=[HeldMail(at(19), asked=True)]),
        ),
    ]
    [planned] = [p for p in letters_due(CYCLE, CALENDAR, standings, {}, now) if not p.agency]
    agencies = {c: Agency(c, f"Sở {c.upper()}", AgencyKind.DEPARTMENT) for c in "abcdef"}
    contacts = {
        "c": Contact("c", ["c@c.example"], focal_person="Bà Hà", phone="0225"),
        "b": Contact("b", ["b@b.example"]),
    }
    register = Register(agencies, contacts)
    content = compose_escalation(CYCLE, CALENDAR, planned, standings, register, now)
    rows = content.context["table_of_owing"].rows  # type: ignore[attr-defined]
    assert [row[1] for row in rows] == ["Sở C", "Sở B", "Sở D", "Sở F", "Sở A"]
    assert rows[0][2] == f"Chưa gửi báo cáo{told}; đầu mối: Bà Hà, 0225"
    assert {len(row) for row in rows} == {3} and "@" not in str(rows)
    assert "được chỉnh sửa đến hết thứ Tư, ngày 26/02/2025" in rows[1][2]
    assert "gia hạn" in rows[2][2]
    assert "chờ cơ quan xác định bản chính" in rows[3][2]
    assert "chờ Văn phòng" in rows[4][2]
    assert content.context["answered_count"] == "1"
    assert content.context["counts"] == [
        "1 cơ quan chưa gửi báo cáo",
        "1 cơ quan còn trong thời gian chỉnh sửa",
        "1 cơ quan được gia hạn, còn trong hạn",
        "1 cơ quan đã gửi nhiều sổ, chờ cơ quan xác định bản chính",
        "1 cơ quan đã gửi, chờ Văn phòng xem xét",
    ]
    assert content.context["waiting_count"] == "1"
    assert content.context["late"] == "1 cơ quan quá hạn chưa gửi", "who may still correct is not"
    assert content.context["asked_again"] == "Sở C" and content.context["not_asked_again"] == ""


def test_the_opening_lists_the_agencys_own_sheets_and_the_reporting_regime() -> None:
    form = Form(
        *("plan", "plan-1", "Kế hoạch"),
        [
            SheetForm("i", "Hướng dẫn", SheetKind.INSTRUCTIONS, ""),
            SheetForm("d", "Thông tin đơn vị", SheetKind.DETAILS, ""),
            SheetForm("t", "Chỉ tiêu", SheetKind.TABLE, ""),
        ],
    )
    context = compose_opening(
        CYCLE, CALENDAR, HEALTH, form, Catalogue(2025, "", [], [], [])
    ).context
    assert context["assigned"] == ["Thông tin đơn vị: cơ quan tự kê khai"]
    labels = [label for label, _ in context["regime"]]  # type: ignore[attr-defined]
    assert labels == [
        *("Tên báo cáo", "Nội dung", "Cơ quan báo cáo", "Nơi nhận báo cáo", "Hình thức gửi"),
        *("Thời hạn", "Tần suất", "Đề cương", "Biểu mẫu sử dụng"),
    ]


def test_the_opening_tells_rows_to_be_filled_from_those_that_may_be_left() -> None:
    office = own_office()
    cycle = office.cycle("2025-plan")
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)

    def rows_of(agency: str) -> str:
        named = office.register.agencies[agency]
        context = compose_opening(cycle, office.calendar, named, form, catalogue).context
        (line,) = (x for x in context["assigned"] if x.startswith("Chỉ tiêu"))  # type: ignore[attr-defined]
        return str(line)

    assert rows_of("cuc_thue") == (
        "Chỉ tiêu: 4 dòng, trong đó 1 dòng chủ trì phải ghi, 3 dòng phối hợp được để trống"
    )
    assert rows_of("sgddt").endswith(" dòng được giao")


@pytest.mark.parametrize(
    ("meaning", "told"),
    [
        (
            "as_of",
            "số liệu mới nhất có được, không muộn hơn ngày 18/02/2025; ghi rõ ngày của số liệu",
        ),
        ("state", "tình trạng các việc đến ngày gửi, không muộn hơn ngày 18/02/2025"),
    ],
)
def test_the_last_day_is_told_where_figures_are_dated_or_states_are(
    meaning: str, told: str
) -> None:
    column = Column("column", "Cột", ValueType.TEXT, meaning=meaning)
    sheet = SheetForm("t", "Chỉ tiêu", SheetKind.FREE_TABLE, "", columns=[column])
    form = Form("2025-review", "mau-1", "", [sheet])
    context = compose_opening(
        CYCLE, CALENDAR, HEALTH, form, Catalogue(2025, "", [], [], [])
    ).context
    assert dict(context["regime"])["Chốt số liệu"] == told  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("reason", "kind", "advice"),
    [
        (FileProblem.NOT_A_WORKBOOK, "pdf", Advice.PDF),
        (FileProblem.NOT_A_WORKBOOK, "docx", Advice.WORD),
        (FileProblem.NOT_A_WORKBOOK, "picture", Advice.PICTURE),
        (FileProblem.NOT_A_WORKBOOK, "rar", Advice.ARCHIVE),
        (FileProblem.NOT_A_WORKBOOK, "program", Advice.OTHER),
        (FileProblem.ENCRYPTED, "encrypted_office", Advice.PASSWORD),
        (FileProblem.DAMAGED, "xlsx", Advice.DAMAGED),
        (FileProblem.EMPTY, "empty", Advice.EMPTY),
        (FileProblem.TOO_LARGE, "zip", Advice.TOO_LARGE),
        (FileProblem.TIMED_OUT, "xlsx", Advice.UNSAFE),
        ("nothing_attached", "", Advice.NOTHING_ATTACHED),
        ("cloud_link", "", Advice.CLOUD_LINK),
    ],
)
def test_advice_follows_the_problem_then_the_kind(reason: str, kind: str, advice: Advice) -> None:
    assert advice_for(reason, kind) is advice


def test_guidance_after_the_deadline_does_not_speak_of_it_as_to_come() -> None:
    file = RefusedFile("a.pdf", Advice.PDF)
    early = compose_guidance(CYCLE, CALENDAR, HEALTH, at(19), [file, file])
    late = compose_guidance(CYCLE, CALENDAR, HEALTH, at(20), [file])
    assert (early.context["overdue"], late.context["overdue"]) == (False, True)
    assert early.context["refused"] == [file]


def test_a_place_that_heads_a_finding_is_not_said_twice() -> None:
    message, place_ends = opened("Chỉ tiêu", "E5", "«GRDP», cột «Cam kết»", "ghi số.")
    assert message == "Trang «Chỉ tiêu», ô E5 («GRDP», cột «Cam kết»): ghi số."
    finding = Finding("X", Severity.ERROR, message, "Chỉ tiêu", "E5", place_ends=place_ends)
    ((group,), _) = finding_groups([finding])
    assert group.lines[0].place == "trang «Chỉ tiêu», ô E5 («GRDP», cột «Cam kết»)"
    assert group.lines[0].message == "Ghi số."


def test_words_that_only_look_like_the_place_are_kept() -> None:
    said = "Trang «Chỉ tiêu», ô E5 («GRDP», cột «Cam kết»): ghi số."
    ((group,), _) = finding_groups([Finding("X", Severity.ERROR, said, "Chỉ tiêu", "E5")])
    assert group.lines[0].message == said


@pytest.mark.parametrize("code", ["2025-plan", "2025-review"])
def test_what_is_late_is_asked_for_by_one_day_whenever_it_is_asked(code: str) -> None:
    cycle = load_cycles(OFFICE_FILES / "cycles.toml")[code]
    assert cycle.meeting_on is not None
    noon = dt.datetime.combine(cycle.due_at.astimezone(HANOI).date(), dt.time(12), HANOI)
    moments = [noon + dt.timedelta(days=n) for n in range(30)]
    asked = [wanted_by(cycle, CALENDAR, cycle.due_at, at) for at in moments]
    days = [d for d in dict.fromkeys(asked) if d]
    assert 1 <= len(days) <= 2  # and, once it has passed, the last that reaches the report
    report_made = CALENDAR.last_working_day_before(
        dt.datetime.combine(cycle.meeting_on, dt.time(), HANOI), HANOI
    )
    for moment, day in zip(moments, asked, strict=True):
        if day:
            named = dt.datetime.strptime(day[-10:], "%d/%m/%Y").date()  # noqa: DTZ007  a day alone
            assert moment.date() <= named < report_made
    assert not asked[-1]


def test_an_overdue_letter_cites_the_day_that_an_earlier_one_has_named() -> None:
    first = reminder(at(20), [])
    assert (first["asked_on"], first["reminded"]) == ("", False)
    again = reminder(at(24), [], asked_at=at(20))
    assert (again["asked_on"], again["asked_for"]) == ("ngày 20/02/2025", first["wanted_by"])
    assert again["wanted_by"] == first["wanted_by"]
    assert again["reminded"]
    over = reminder(at(26), [], asked_at=at(20))
    assert (over["wanted_by"], over["asked_for"]) == ("", first["wanted_by"])
    assert not over["reminded"]


def test_who_sent_it_late_and_got_it_back_was_asked_by_the_letter_that_sent_it_back() -> None:
    late = [version(1, at(20, 15), Verdict.RETURNED, (error("F9"),))]
    told = reminder(at(24), late)
    assert (told["asked_on"], told["reminded"]) == ("ngày 20/02/2025", True)
    in_time = [version(1, at(19), Verdict.RETURNED, (error("F9"),))]
    assert reminder(at(27), in_time)["asked_on"] == ""


@pytest.mark.parametrize(
    ("cells", "sheets", "advice", "again"),
    [
        (("J5", "L5"), ("Dự án", "Dự án"), "Đề nghị kiểm tra lại. " * 5, True),
        (("J5", "L5"), ("Dự án", "Dự án"), "Đề nghị sửa.", False),  # short: said as it is
        (("J5", "L6"), ("Dự án", "Dự án"), "Đề nghị kiểm tra lại. " * 5, False),  # another row
        (("J5", "L5"), ("Dự án", "Nhiệm vụ"), "Đề nghị kiểm tra lại. " * 5, False),
    ],
)
def test_a_rows_advice_is_printed_in_full_once(
    cells: tuple[str, str], sheets: tuple[str, str], advice: str, again: bool
) -> None:
    advice = advice.strip()
    found = [
        Finding("DV-08", Severity.WARNING, f"{n} triệu đồng. {advice}", sheet, cell)
        for n, (sheet, cell) in enumerate(zip(sheets, cells, strict=True), 4)
    ]
    [group], _ = finding_groups(found)
    first, second = (line.message for line in group.lines)
    assert first == f"4 triệu đồng. {advice}"
    assert second == f"5 triệu đồng. {'Đề nghị như đã nêu tại ô J5.' if again else advice}"
