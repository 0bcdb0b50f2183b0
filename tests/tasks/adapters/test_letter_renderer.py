"""Letters in words: the office's own templates, rendered for real."""

import datetime as dt
import functools
import html
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.files.calendars import load_calendar
from config.files.cycle_files import load_cycles
from models.domain.answers.standing import SubmissionRecord
from models.domain.cycle.cycles import HANOI
from models.domain.errors import ConfigurationFault
from models.domain.letters.answer_letters import (
    Advice,
    RefusedFile,
    compose_guidance,
    compose_verdict,
)
from models.domain.letters.letters import LetterContent, SummaryContent, Table, compose_summary
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import Agency, AgencyKind
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters.guarded_templates import FILE_BYTES, names_asked
from tasks.adapters.letters.letter_blocks import WIDTH, filled
from tasks.adapters.letters.letter_writer import LETTERS, LetterRenderer, letter_faults
from tests.fixtures.office_files import OFFICE_FILES

CYCLE = load_cycles(OFFICE_FILES / "cycles.toml")["2025-plan"]
CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2027))
HEALTH = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)
NOON = dt.datetime(2025, 2, 10, 12, tzinfo=HANOI)
HOSTILE = '<script>alert(1)</script>{{ 7*7 }}"><img src=x>\r\n\r\nTrân trọng\x02./.\u202e'


EVERY = sample_letters(HOSTILE, CYCLE, CALENDAR)


@functools.cache
def renderer() -> LetterRenderer:
    """The office's letters, compiled when the first test wants them."""
    return LetterRenderer(OFFICE_FILES / "letters")


class Tags(HTMLParser):
    """Collects tags and checks that they nest."""

    void = frozenset({"meta", "br", "img", "wbr"})

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
    letter = renderer().render(EVERY[name])
    of_all_cycles = {"alarm": "[Báo động] ", "todays_work": "[Việc hôm nay] "}
    mark = of_all_cycles.get(name.partition(",")[0], "[KH-2025] ")
    assert letter.subject.startswith(mark)
    assert "\n" not in letter.subject
    assert letter.text.count("Kính gửi: ") == 1
    assert "\nTrân trọng./.\n\nVĂN PHÒNG ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG\n" in letter.text
    assert "baocao@ubnd.haiphong.example" in letter.text
    assert "Kính gửi:" in letter.html


@pytest.mark.parametrize("name", EVERY)
def test_html_nests_and_takes_nothing_from_outside(name: str) -> None:
    letter = renderer().render(EVERY[name])
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
    letter = renderer().render(EVERY[name])
    for line in letter.text.splitlines():
        assert len(line) <= WIDTH or len(line.split()) <= 2, line
    assert "\x02" not in letter.text
    assert "\n\n\n" not in letter.text
    in_html = set(re.findall(r"\w+", html.unescape(letter.html).lower()))
    in_text = re.findall(r"[^\W\d]\w*", letter.text.lower())
    assert set(in_text) - in_html - {"biểu", "đồ"} == set()


@pytest.mark.parametrize("name", EVERY)
def test_templates_leave_no_trace_of_their_own(name: str) -> None:
    letter = renderer().render(EVERY[name])
    shown = letter.text.replace("{{ 7*7 }}", "") + letter.subject
    assert not re.search(r"[{}]|None|Undefined| {2,}\S+\.j2", shown)
    assert "49" not in letter.text


@pytest.mark.parametrize("name", EVERY)
def test_a_value_cannot_sign_the_letter_in_our_stead(name: str) -> None:
    text = renderer().render(EVERY[name]).text
    assert len(re.findall(r"^Trân trọng", text, re.MULTILINE)) == 1


def test_every_kind_of_refused_file_has_its_own_words() -> None:
    said = []
    for advice in Advice:
        content = compose_guidance(CYCLE, CALENDAR, HEALTH, NOON, [RefusedFile("tep", advice)])
        text = renderer().render(content).text
        said.append(text.split("\n- ")[1].split("VIỆC CẦN LÀM")[0])
    assert len(set(said)) == len(Advice)


def test_the_last_day_letter_names_the_last_day() -> None:
    text = " ".join(renderer().render(EVERY["last day"]).text.split())
    assert "chậm nhất hết ngày 19/02/2025 (thứ Tư)" in text
    assert "Hôm nay là ngày làm việc cuối cùng" in text


@pytest.mark.parametrize("name", ["reminder, correction", "last day, correction", "reminder, part"])
def test_who_was_sent_back_in_time_is_told_one_deadline_that_of_the_correction(name: str) -> None:
    letter = renderer().render(EVERY[name])
    text = " ".join(letter.text.split())
    assert "chậm nhất hết thứ Tư, ngày 26/02/2025 vẫn được tính là đúng hạn" in text
    last = name.startswith("last day")
    assert ("là ngày cuối" if last else ": đến hết thứ Tư, ngày 26/02/2025 - ") in letter.subject
    for other in ("hết ngày 19/02/2025", "ngày làm việc - ", "còn 5 ngày"):
        assert other not in f"{letter.subject} {text}", other


LATE = ("overdue, returned late", "returned, late", "by section, owing, too late")


@pytest.mark.parametrize("name", LATE)
def test_who_sent_it_late_and_got_it_back_is_told_since_when_it_is_late_and_until_when_to_send(
    name: str,
) -> None:
    text = " ".join(renderer().render(EVERY[name]).text.split())
    assert "quá hạn từ ngày 20/02/2025" in text
    assert "chậm nhất thứ Ba, ngày 25/02/2025" in text  # the day before the report is made
    assert "trước ngày 20 tháng 02 năm 2025" in text


def test_an_overdue_letter_before_the_day_that_was_named_reminds_of_that_very_day() -> None:
    letter = renderer().render(EVERY["overdue, reminded"])
    text = " ".join(letter.text.split())
    assert "Nhắc gửi bản chỉnh sửa (báo cáo đã quá hạn từ ngày 20/02/2025)" in letter.subject
    assert "Như thư ngày 20/02/2025, đề nghị Thủ trưởng cơ quan chỉ đạo sửa trong sổ" in text
    assert text.count("thứ Ba, ngày 25/02/2025") == 1
    assert "quá hạn gửi bản chỉnh sửa" not in f"{letter.subject} {text}".lower()


def test_a_receipt_promises_a_result_only_where_there_will_be_one() -> None:
    for name in ("receipt", "receipt, private sender"):
        text = " ".join(renderer().render(EVERY[name]).text.split())
        assert "Khi xem xét xong mà thư được nhận hoặc trả lại" in text
        assert "chưa nhận được kết quả, đề nghị cơ quan hỏi lại" in text


def test_what_may_still_be_corrected_in_time_is_not_called_late() -> None:
    for name in ("guidance, nothing counts, overdue", "words, nothing counts, overdue"):
        text = " ".join(renderer().render(EVERY[name]).text.split())
        assert "hết thứ Tư, ngày 26/02/2025 vẫn được tính là đúng hạn" in text
        assert "quá hạn" not in text


def test_no_letter_counts_the_days_that_an_answer_is_late() -> None:
    for name, content in EVERY.items():
        if content.template not in ("todays_work", "alarm"):
            letter = renderer().render(content)
            assert not re.search(r"quá hạn \d", f"{letter.subject} {letter.text}"), name


def test_the_workbook_of_the_cycle_before_is_not_the_one_to_send_again() -> None:
    text = " ".join(renderer().render(EVERY["guidance, nothing counts, in time"]).text.split())
    assert "Đề nghị gửi lại chính sổ đã điền của kỳ này, sau khi bỏ mật khẩu" in text


@pytest.mark.parametrize("name", ["accepted, warnings", "try-out", "try-out, by section, owing"])
def test_an_accepted_workbook_that_comes_back_anew_is_called_so(name: str) -> None:
    content = EVERY[name]
    context = {**content.context, "fresh": True, "original": "Bao cao.xlsx"}
    text = renderer().render(LetterContent(content.kind, content.template, context)).text
    assert "sổ mới do Văn phòng lập" in " ".join(text.split())
    assert "«Bao cao.xlsx», cũng được gửi kèm" in " ".join(text.split())


@pytest.mark.parametrize("copied", [True, False])
def test_an_overdue_letter_names_its_copy_only_when_there_is_one(copied: bool) -> None:
    content = EVERY["overdue"]
    context = {**content.context, "superior_copied": copied}
    letter = renderer().render(LetterContent(content.kind, content.template, context))
    assert ("đồng kính gửi" in " ".join(letter.text.split())) == copied


def test_an_overdue_letter_names_by_office_who_gets_the_copy() -> None:
    said = str(EVERY["overdue"].context["recipients"])
    assert "Lãnh đạo Ủy ban nhân dân thành phố (để báo cáo)" in said  # nobody was named
    context = {**EVERY["overdue"].context, "superior_named": "Chủ tịch Ủy ban nhân dân thành phố"}
    letter = renderer().render(LetterContent(EVERY["overdue"].kind, "overdue", context))
    text = " ".join(letter.text.split())
    assert "đồng kính gửi Chủ tịch Ủy ban nhân dân thành phố để báo cáo" in text


def test_an_overdue_letter_says_where_those_who_owe_are_named() -> None:
    for reported, where in (
        (True, "báo cáo của Văn phòng gửi Ủy ban"),
        (False, "sổ tổng hợp của Văn phòng."),
    ):
        context = {**EVERY["overdue"].context, "reported": reported}
        letter = renderer().render(LetterContent(EVERY["overdue"].kind, "overdue", context))
        text = " ".join(letter.text.split())
        assert f"Danh sách cơ quan chưa hoàn thành, gửi muộn được nêu trong {where}" in text


def test_a_workbook_that_was_sent_back_is_named_where_it_is_asked_for() -> None:
    for name in ("overdue, correction", "overdue, returned late"):
        context = {**EVERY[name].context, "returned_file": "KH_ban-1_da-kiem-tra.xlsx"}
        letter = renderer().render(LetterContent(EVERY[name].kind, "overdue", context))
        text = " ".join(letter.text.split())
        assert f"trả lại {context['returned']} («KH_ban-1_da-kiem-tra.xlsx») và gửi ngay" in text
        assert "Căn cứ" not in text  # no basis founds what has happened


def test_a_returned_letter_gives_place_value_and_remedy_in_both_shapes() -> None:
    finding = Finding(
        "CT-03", Severity.ERROR, "Ghi đúng một số, ví dụ 95.", "Chỉ tiêu", "F12", "khoảng 95%"
    )
    returned = SubmissionRecord(
        *(1, "syt", 1, NOON, Verdict.RETURNED, "KH-2025/0001", "So bao cao.xlsx", "ab" * 32, "m"),
        findings=(finding,),
    )
    letter = renderer().render(compose_verdict(CYCLE, HEALTH, returned))
    for shape in (letter.text, letter.html):
        assert "Trang «Chỉ tiêu», ô F12" in shape
        assert "khoảng 95%" in shape
        assert "Ghi đúng một số, ví dụ 95." in shape
    assert letter.subject == (
        "[KH-2025] Đề nghị sửa 1 lỗi và gửi lại báo cáo - Sở Y tế, phiên bản 1"
    )


def test_a_warning_is_no_reason_for_sending_back_and_has_its_own_instruction() -> None:
    findings = (
        Finding("CT-03", Severity.ERROR, "Ghi đúng một số.", "Chỉ tiêu", "F12", "khoảng 95%"),
        Finding("CK-01", Severity.WARNING, "Chưa đạt mức giao.", "Chỉ tiêu", "G13", "94"),
    )
    returned = SubmissionRecord(
        *(1, "syt", 1, NOON, Verdict.RETURNED, "KH-2025/0001", "So bao cao.xlsx", "ab" * 32, "m"),
        findings=findings,
    )
    text = " ".join(renderer().render(compose_verdict(CYCLE, HEALTH, returned)).text.split())
    assert "sổ còn 1 lỗi phải sửa nên chưa tiếp nhận được" in text
    assert "kèm thư này; ngoài ra có 1 cảnh báo." in text
    assert "Ô nền cam (1): sửa nếu ghi nhầm, hoặc giữ nguyên và ghi lý do cùng dòng" in text
    alone = compose_verdict(CYCLE, HEALTH, replace(returned, findings=findings[:1]))
    assert "cảnh báo" not in renderer().render(alone).text.lower()


def _which_counts(**deadline: object) -> str:
    facts = {"due_text": "", "due_clause": "chậm nhất hết ngày 19/02/2025 (thứ Tư)"}
    facts |= {"extended": "", "correction_due": "", "overdue": "", "wanted_by": ""}
    content = EVERY["which counts"]
    context = {**content.context, **facts, "owes": True, **deadline}
    text = renderer().render(LetterContent(content.kind, content.template, context)).text
    return " ".join(text.split())


def test_who_is_asked_which_workbook_counts_is_told_by_when() -> None:
    assert "Đề nghị trả lời chậm nhất hết ngày 19/02/2025 (thứ Tư): sổ gửi lại" in _which_counts()
    assert "được tính là quá hạn" in _which_counts(correction_due="thứ Tư, ngày 26/02/2025")
    late = _which_counts(overdue=True, overdue_since="ngày 20/02/2025", wanted_by="ngày 25/02/2025")
    assert "quá hạn từ ngày 20/02/2025; đề nghị trả lời ngay, chậm nhất ngày 25/02/2025" in late
    assert "đã tiếp nhận trước đây vẫn được tính" in _which_counts(owes=False)


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("opening", "đề nghị báo cáo"),
        ("reminder", "nhắc gửi báo cáo"),
        ("overdue", "quá hạn gửi báo cáo"),
        ("overdue, reminded", "nhắc gửi bản chỉnh sửa báo cáo"),
        ("which counts", "xác định bản chính của báo cáo"),
    ],
)
def test_a_letter_is_headed_by_what_it_is_about(name: str, about: str) -> None:
    letter = renderer().render(EVERY[name])
    headed = f"V/v {about} «{CYCLE.title}» Kính gửi"
    assert headed in " ".join(letter.text.split())
    assert f"V/v {about} «{CYCLE.title}»</div>" in letter.html


def test_an_opening_says_nothing_twice() -> None:
    context = EVERY["opening"].context
    text = " ".join(renderer().render(EVERY["opening"]).text.split())
    for once in (str(context["content"]), str(context["due_text"])):
        assert text.count(" ".join(once.split())) == 1


def test_a_table_becomes_columns_with_cells_of_several_lines_and_a_too_wide_one_records() -> None:
    small = Table("", ["Phụ lục", "Số dòng"], [["I", "30"], ["III", "5"]], (1,))
    long = Table("", ["Cơ quan", "Tình trạng"], [["Sở Y tế", "chờ " * 20 + "hết"], ["UBND", "có"]])
    words = "x" * 40
    wide = Table(
        "", ["TT", "Cơ quan", "Tình trạng"], [["1", "Sở Y tế", "chờ"], ["2", words, words]]
    )
    content = compose_summary(SummaryContent(CYCLE, "x", [], [], [small, long, wide]))
    text = renderer().render(content).text
    first, second, third = text.partition("Tình trạng\n")[2].splitlines()[1:4]
    assert first == "Sở Y tế  " + " ".join(["chờ"] * 17)
    assert second == " " * 11 + " ".join(["chờ"] * 3 + ["hết"])
    assert third == "UBND     có"
    assert "Phụ lục  Số dòng\n-------  -------\nI             30\nIII            5" in text
    assert "1. Sở Y tế\n   Tình trạng: chờ" in text


@given(st.text(alphabet="ab \n", max_size=300))
def test_wrapping_keeps_every_word_in_order(text: str) -> None:
    wrapped = filled(text, "- ", "  ")
    assert wrapped.removeprefix("- ").split() == text.split()
    assert all(len(line) <= WIDTH or len(line.split()) <= 2 for line in wrapped.splitlines())


def templates(tmp_path: Path) -> Path:
    shutil.copytree(OFFICE_FILES / "letters", tmp_path / "letters")
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


def test_a_name_in_a_branch_that_no_sample_enters_is_found_before_it_is_needed(
    tmp_path: Path,
) -> None:
    directory = templates(tmp_path)
    assert letter_faults(directory, EVERY.values()) == []
    file = directory / "verdict_difference.j2"
    text = file.read_text(encoding="utf-8") + "{% if false %}{{ so_ngay }}{% endif %}"
    file.write_text(text, encoding="utf-8")
    (fault,) = letter_faults(directory, EVERY.values())
    assert fault == "letters/verdict_difference.j2: thư không có giá trị này: «so_ngay»."


def _other_word(directory: Path) -> None:
    file = directory / "alarm.j2"
    file.write_text(file.read_text(encoding="utf-8").replace("{% block subject %}", "{{"), "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "another word": _other_word,
    "no layout": lambda directory: (directory / "layout.txt.j2").unlink(),
    "another name": lambda directory: (directory / "alarm.j2").rename(directory / "alarms.j2"),
    "too large": lambda directory: (directory / "alarm.j2").write_bytes(b" " * (FILE_BYTES + 1)),
    "no file": lambda directory: (
        (directory / "alarm.j2").unlink(),
        (directory / "alarm.j2").mkdir(),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_found_sound_is_checked_again_once_it_has_changed(
    tmp_path: Path, change: str
) -> None:
    directory = templates(tmp_path)
    for _ in range(2):
        assert letter_faults(directory, EVERY.values()) == []
    CHANGES[change](directory)
    for _ in range(2):
        assert letter_faults(directory, EVERY.values())


def test_sound_letters_are_checked_again_for_a_letter_that_holds_less(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    assert letter_faults(directory, EVERY.values()) == []
    alarm = replace(EVERY["alarm"], context={})
    (fault, *_) = letter_faults(directory, [*({**EVERY, "alarm": alarm}).values()])
    assert fault.startswith("letters/alarm.j2")
    assert letter_faults(directory, EVERY.values()) == []


def test_a_missing_shared_part_is_named(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    (directory / "verdict_difference.j2").unlink()
    faults = letter_faults(directory, EVERY.values())
    assert faults
    assert all("verdict_difference.j2" in fault for fault in faults)


def test_the_office_can_reword_a_letter(tmp_path: Path) -> None:
    directory = templates(tmp_path)
    file = directory / "reminder.j2"
    text = file.read_text(encoding="utf-8").replace("Nhắc gửi báo cáo", "Kính đề nghị gửi báo cáo")
    file.write_text(text, encoding="utf-8")
    assert "Kính đề nghị" in LetterRenderer(directory).render(EVERY["reminder"]).subject


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("{% if a %}{% set own = 1 %}{% if b %}{{ own }}{% endif %}{% endif %}", {"a", "b"}),
        ("{% if a %}{% set own = b %}{% endif %}{{ own }}", {"a", "b"}),
        ("{% for one in a %}{% set own = one %}{{ own }}{% endfor %}{{ c }}", {"a", "c"}),
        ("{% set x, y = a %}{{ x }}{{ y }}{{ z }}", {"a", "z"}),
    ],
)
def test_a_name_that_a_text_sets_itself_is_not_asked_of_the_letter(
    text: str, asked: set[str]
) -> None:
    """In a branch as well, where the template engine's own list forgets it."""
    assert names_asked(text)[0] == asked
