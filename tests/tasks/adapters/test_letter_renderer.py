"""Letters in words: the office's own templates, rendered for real."""

import datetime as dt
import html
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config.calendars import load_calendar
from config.cycle_files import load_cycles
from models.domain.agencies import Agency, AgencyKind, Contact
from models.domain.answer_letters import (
    Advice,
    Receipt,
    RefusedFile,
    compose_guidance,
    compose_receipt,
    compose_verdict,
)
from models.domain.catalogue import Catalogue
from models.domain.cycle_letters import compose_escalation, compose_opening, compose_reminder
from models.domain.cycles import HANOI
from models.domain.errors import ConfigurationFault
from models.domain.findings import Finding, Severity
from models.domain.forms import Form, SheetForm, SheetKind
from models.domain.letters import LetterContent, SummaryContent, Table, compose_summary
from models.domain.reminders import letters_due
from models.domain.standing import SubmissionRecord, standing_of
from models.domain.submissions import Verdict
from tasks.adapters.letter_blocks import WIDTH, filled
from tasks.adapters.letter_renderer import LETTERS, LetterRenderer

CONFIG = Path(config.__file__).parent
CYCLE = load_cycles(CONFIG / "cycles.toml")["2025-plan"]
CALENDAR = load_calendar(CONFIG / "holidays.csv", range(2024, 2027))
HEALTH = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)
RENDERER = LetterRenderer(CONFIG / "letters")
HOSTILE = '<script>alert(1)</script>{{ 7*7 }}"><img src=x>\r\n\r\nTrân trọng\x02./.\u202e'


def at(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, 2, day, hour, tzinfo=HANOI)


def version(
    number: int,
    received: dt.datetime,
    verdict: Verdict,
    findings: tuple[Finding, ...] = (),
    name: str = "So bao cao.xlsx",
) -> SubmissionRecord:
    return SubmissionRecord(
        *(number, "syt", number, received, verdict, f"2025-plan/000{number}"),
        *(name, "ab" * 32, "m"),
        findings=findings,
    )


def reminder(now: dt.datetime, versions: list[SubmissionRecord]) -> LetterContent:
    standing = standing_of("syt", CYCLE, CALENDAR, versions, now)
    planned = letters_due(CYCLE, CALENDAR, [standing], {}, now)[0]
    return compose_reminder(CYCLE, CALENDAR, HEALTH, planned, standing, now)


def hostile_finding(severity: Severity) -> Finding:
    return Finding("X", severity, HOSTILE, HOSTILE, "F9", HOSTILE, justification=HOSTILE)


def every_letter() -> dict[str, LetterContent]:
    """One of each kind and wording, with text from outside that means harm."""
    returned = version(1, at(10), Verdict.RETURNED, (hostile_finding(Severity.ERROR),), HOSTILE)
    warned = version(2, at(11), Verdict.ACCEPTED, (hostile_finding(Severity.WARNING),), HOSTILE)
    form = Form("plan", "plan-1", "", [SheetForm("d", "Thông tin", SheetKind.DETAILS, "")])
    contact = Contact("syt", ["vanthu@syt.example"], focal_person=HOSTILE)
    now = at(20)
    owing = [standing_of("syt", CYCLE, CALENDAR, [], now, held=1)]
    receipt = Receipt.of(returned, 48213)
    opening = compose_opening(
        CYCLE, CALENDAR, HEALTH, form, Catalogue(2025, "", [], [], []), contact
    )
    summary = SummaryContent(
        *(CYCLE, "Tổng hợp", ["Mở đầu."], ["Điểm một."]),
        [
            Table("Bảng", ["Phụ lục", "Số dòng"], [["I", "30"]], (1,)),
            Table("", [HOSTILE], [[HOSTILE]]),
        ],
        [("bieu-do", "Tiến độ")],
        ["tong-hop.xlsx"],
        [HOSTILE],
        notes=["Ghi chú."],
    )
    return {
        "opening": opening,
        "reminder": reminder(at(12), []),
        "reminder, correction": reminder(at(12), [returned]),
        "last day": reminder(at(19), []),
        "last day, correction": reminder(at(19), [returned]),
        "overdue": reminder(at(20), []),
        "overdue, correction": reminder(at(27), [returned]),
        "escalation": compose_escalation(
            *(CYCLE, CALENDAR, letters_due(CYCLE, CALENDAR, owing, {}, now)[0], owing),
            *({"syt": HEALTH}, {"syt": contact}, now),
        ),
        "receipt": compose_receipt(CYCLE, None, [receipt, receipt], [HOSTILE]),
        "receipt, private sender": compose_receipt(
            CYCLE, HEALTH, [receipt], ["Chỉ có một căn cứ."], sender=HOSTILE
        ),
        "accepted": compose_verdict(CYCLE, HEALTH, version(1, at(10), Verdict.ACCEPTED), 1),
        "accepted, warnings": compose_verdict(
            CYCLE, HEALTH, warned, 1, previous_version=1, difference=[HOSTILE], left_out=2
        ),
        "returned": compose_verdict(
            *(CYCLE, HEALTH, returned, 1),
            previous_version=1,
            correction_due=dt.date(2025, 2, 26),
            effective_version=1,
            other_files=[HOSTILE],
        ),
        "guidance": compose_guidance(
            CYCLE, CALENDAR, HEALTH, at(10), [RefusedFile(HOSTILE, advice) for advice in Advice]
        ),
        "summary": compose_summary(summary),
    }


EVERY = every_letter()


class Tags(HTMLParser):
    """Collects tags and checks that they nest."""

    void = frozenset({"meta", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_template_is_used_by_some_letter() -> None:
    assert {content.template for content in EVERY.values()} == set(LETTERS)


@pytest.mark.parametrize("name", EVERY)
def test_a_letter_is_addressed_signed_and_marked_with_its_cycle(name: str) -> None:
    letter = RENDERER.render(EVERY[name])
    assert letter.subject.startswith("[2025-plan] ")
    assert "\n" not in letter.subject
    assert letter.text.count("Kính gửi: ") == 1
    assert "\nTrân trọng./.\n\nVĂN PHÒNG ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG\n" in letter.text
    assert "baocao@ubnd.haiphong.example" in letter.text
    assert "Kính gửi:" in letter.html


@pytest.mark.parametrize("name", EVERY)
def test_html_nests_and_takes_nothing_from_outside(name: str) -> None:
    letter = RENDERER.render(EVERY[name])
    tags = Tags()
    tags.feed(letter.html)
    tags.close()
    assert tags.open == []
    names = {tag for tag, _ in tags.seen}
    assert not names & {"script", "link", "iframe", "style", "a", "form"}
    for tag, attributes in tags.seen:
        if tag == "img":
            assert str(attributes["src"]).startswith("cid:")
    assert "http" not in letter.html.replace('http-equiv="', "")


@pytest.mark.parametrize("name", EVERY)
def test_the_text_part_wraps_and_says_what_the_html_says(name: str) -> None:
    letter = RENDERER.render(EVERY[name])
    for line in letter.text.splitlines():
        assert len(line) <= WIDTH or len(line.split()) <= 2, line
    assert "\x02" not in letter.text
    assert "\n\n\n" not in letter.text
    in_html = set(re.findall(r"\w+", html.unescape(letter.html).lower()))
    in_text = re.findall(r"[^\W\d]\w*", letter.text.lower())
    assert set(in_text) - in_html - {"biểu", "đồ"} == set()


@pytest.mark.parametrize("name", EVERY)
def test_templates_leave_no_trace_of_their_own(name: str) -> None:
    letter = RENDERER.render(EVERY[name])
    shown = letter.text.replace("{{ 7*7 }}", "") + letter.subject
    assert not re.search(r"[{}]|None|Undefined| {2,}\S+\.j2", shown)
    assert "49" not in letter.text


@pytest.mark.parametrize("name", EVERY)
def test_a_value_cannot_sign_the_letter_in_our_stead(name: str) -> None:
    text = RENDERER.render(EVERY[name]).text
    assert len(re.findall(r"^Trân trọng", text, re.MULTILINE)) == 1


def test_every_kind_of_refused_file_has_its_own_words() -> None:
    said = []
    for advice in Advice:
        content = compose_guidance(CYCLE, CALENDAR, HEALTH, at(10), [RefusedFile("tep", advice)])
        text = RENDERER.render(content).text
        said.append(text.split("\n- ")[1].split("CẦN GỬI GÌ")[0])
    assert len(set(said)) == len(Advice)


def test_the_last_day_letter_names_day_and_hour() -> None:
    text = " ".join(RENDERER.render(EVERY["last day"]).text.split())
    assert "trước 00 giờ 00 phút ngày 20/02/2025 (thứ Năm), giờ Việt Nam" in text
    assert "Hôm nay là ngày làm việc cuối cùng" in text


@pytest.mark.parametrize("attached", [True, False])
def test_a_reminder_speaks_of_a_workbook_only_when_it_carries_one(attached: bool) -> None:
    for name in ("reminder", "last day"):
        content = EVERY[name]
        context = {**content.context, "template_attached": attached}
        text = RENDERER.render(LetterContent(content.kind, content.template, context)).text
        assert ("gửi lại kèm thư này" in " ".join(text.split())) == attached


@pytest.mark.parametrize("copied", [True, False])
def test_an_overdue_letter_names_its_copy_only_when_there_is_one(copied: bool) -> None:
    content = EVERY["overdue"]
    context = {**content.context, "superior_copied": copied}
    letter = RENDERER.render(LetterContent(content.kind, content.template, context))
    assert ("đồng gửi" in letter.text) == copied


def test_a_returned_letter_gives_place_value_and_remedy_in_both_shapes() -> None:
    finding = Finding(
        "CT-03", Severity.ERROR, "Ghi đúng một số, ví dụ 95.", "Chỉ tiêu", "F12", "khoảng 95%"
    )
    letter = RENDERER.render(
        compose_verdict(CYCLE, HEALTH, version(1, at(10), Verdict.RETURNED, (finding,)), 1)
    )
    for shape in (letter.text, letter.html):
        assert "Trang «Chỉ tiêu», ô F12" in shape
        assert "khoảng 95%" in shape
        assert "Ghi đúng một số, ví dụ 95." in shape
    assert letter.subject == (
        "[2025-plan] Đề nghị sửa 1 lỗi và gửi lại báo cáo - Sở Y tế, phiên bản 1"
    )


def test_a_small_table_becomes_columns_and_a_wide_one_records() -> None:
    small = Table("", ["Phụ lục", "Số dòng"], [["I", "30"], ["III", "5"]], (1,))
    wide = Table("", ["TT", "Cơ quan", "Tình trạng"], [["1", "Sở Y tế", "chờ " * 30]])
    content = compose_summary(SummaryContent(CYCLE, "x", [], [], [small, wide]))
    text = RENDERER.render(content).text
    assert "Phụ lục  Số dòng\n-------  -------\nI             30\nIII            5" in text
    assert "1. Sở Y tế\n   Tình trạng: chờ chờ" in text


@given(st.text(alphabet="ab \n", max_size=300))
def test_wrapping_keeps_every_word_in_order(text: str) -> None:
    wrapped = filled(text, "- ", "  ")
    assert wrapped.removeprefix("- ").split() == text.split()
    assert all(len(line) <= WIDTH or len(line.split()) <= 2 for line in wrapped.splitlines())


def templates(tmp_path: Path) -> Path:
    shutil.copytree(CONFIG / "letters", tmp_path / "letters")
    return tmp_path / "letters"


def test_a_spelling_mistake_in_a_template_is_found_at_start_with_its_line(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    file = directory / "overdue.j2"
    file.write_text(file.read_text(encoding="utf-8") + "{% if %}", encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"letters/overdue\.j2, dòng \d+"):
        LetterRenderer(directory)


def test_missing_templates_and_blocks_are_all_named(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    (directory / "receipt.j2").unlink()
    (directory / "guidance.j2").write_text("{% block body %}x{% endblock %}", encoding="utf-8")
    with pytest.raises(ConfigurationFault) as caught:
        LetterRenderer(directory)
    assert len(caught.value.faults) == 2
    assert "letters/receipt.j2" in str(caught.value)
    assert "block subject" in str(caught.value)


def test_a_value_the_letter_does_not_hold_is_named(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    file = directory / "reminder.j2"
    body = file.read_text(encoding="utf-8").replace("{{ days_left }}", "{{ so_ngay }}")
    file.write_text(body, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match="so_ngay"):
        LetterRenderer(directory).render(EVERY["reminder"])


def test_the_office_can_reword_a_letter(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    file = directory / "reminder.j2"
    text = file.read_text(encoding="utf-8").replace("Nhắc gửi báo cáo", "Kính đề nghị gửi báo cáo")
    file.write_text(text, encoding="utf-8")
    assert "Kính đề nghị" in LetterRenderer(directory).render(EVERY["reminder"]).subject
