"""Letters tell one thing as one and several as several, and ask again only for what came before."""

from __future__ import annotations

import datetime as dt
import functools

import pytest

from config.files.calendars import load_calendar
from config.files.cycle_files import load_cycles
from models.domain.cycle.cycles import HANOI
from models.domain.letters.answer_letters import Advice, RefusedFile, compose_guidance
from models.domain.letters.letters import LetterContent
from models.domain.register.agencies import Agency, AgencyKind
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters.letter_writer import LetterRenderer
from tests.fixtures.office_files import OFFICE_FILES

CYCLE = load_cycles(OFFICE_FILES / "cycles.toml")["2025-plan"]
CALENDAR = load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2027))
HEALTH = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)
NOON = dt.datetime(2025, 2, 10, 12, tzinfo=HANOI)
EVERY = sample_letters("lời mẫu", CYCLE, CALENDAR)
OWING = "by section, owing"


@functools.cache
def renderer() -> LetterRenderer:
    """The office's letters, compiled when the first test wants them."""
    return LetterRenderer(OFFICE_FILES / "letters")


def rendered(name: str, **facts: object) -> str:
    """Subject and text of a sample on one line, with these facts in place of its own."""
    content = EVERY[name]
    context = {**content.context, **facts}
    letter = renderer().render(LetterContent(content.kind, content.template, context))
    return " ".join(f"{letter.subject} {letter.text}".split())


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("name", ["reminder", "last day", "overdue", "reminder, part"])
def test_a_reminder_speaks_of_a_workbook_only_when_it_carries_one(
    name: str, attached: bool, before: bool
) -> None:
    said = rendered(name, template_attached=attached, workbook_before=before)
    assert ("gửi kèm thư này" in said) == attached
    assert ("gửi kèm thư này một lần nữa" in said) == (attached and before)
    assert "gửi lại" not in said, "that is what agencies do with what they sent"
    if name == "reminder":
        assert ("đã gửi kèm thư đề nghị báo cáo" in said) == before


@pytest.mark.parametrize(
    ("name", "count", "one", "many"),
    [
        ("reminder, part", "owed_count", "hoàn thành phần còn thiếu", "hoàn thành các phần còn"),
        ("reminder, part", "owed_count", "chỉ gửi trang đó", "chỉ gửi các trang đó"),
        ("last day, part", "owed_count", "hoàn thành phần này", "hoàn thành các phần này"),
        ("last day, part", "owed_count", "chỉ gửi trang đó", "chỉ gửi các trang đó"),
        ("overdue, part", "owed_count", "hoàn thành phần còn thiếu", "hoàn thành các phần còn"),
        (OWING, "owed_count", "chỉ trang còn thiếu", "chỉ các trang còn thiếu"),
        (OWING, "accepted_count", ". Phần khác đã được", ". Các phần khác đã được"),
        (OWING, "missing_count", "điền trang đó", "điền các trang đó"),
        (OWING, "spoiled_count", "gửi lại trang đó", "gửi lại các trang đó"),
    ],
)
def test_one_thing_is_not_told_of_as_several(name: str, count: str, one: str, many: str) -> None:
    facts = {"owed": "A", "to_mend": "A", "missing": "A", "spoiled": "A"}
    for number, said, unsaid in ((1, one, many), (2, many, one)):
        text = rendered(name, **facts, **{count: number})
        assert said in text and unsaid not in text


@pytest.mark.parametrize(
    ("name", "fact", "items", "one", "many"),
    [
        ("returned", "other_files", ("a", "b"), "Tệp khác", "Các tệp khác"),
        ("returned", "put_back", ("a", "b"), "vào sổ chỗ mà", "vào sổ những chỗ mà"),
        ("which counts", "difference", ("a", "b"), "ở chỗ sau", "ở những chỗ sau"),
        ("withdrawal", "anew", ("a", "b"), "Phiên bản gửi sau", "Các phiên bản gửi sau"),
        ("opening", "assigned", ("a", "b"), "gồm trang:", "gồm các trang:"),
        ("escalation", "waiting_count", "12", "Cơ quan đã gửi và", "Các cơ quan đã gửi và"),
    ],
)
def test_a_list_of_one_is_not_told_of_as_several(
    name: str, fact: str, items: tuple[str, ...], one: str, many: str
) -> None:
    for few, said, unsaid in ((items[:1], one, many), (items[1:] + items[:1], many, one)):
        text = rendered(name, **{fact: few})
        assert said in text and unsaid not in text


def test_nothing_is_said_to_be_accepted_where_nothing_was() -> None:
    assert "khác đã được tiếp nhận" not in rendered(OWING, owed="A", accepted_count=0)


@pytest.mark.parametrize(
    ("to_mend", "missing", "asked"),
    [
        ("A", "", "Đề nghị sửa và gửi lại: "),
        ("", "B", "Đề nghị gửi phần còn thiếu: "),  # it was never sent
        ("A", "B", "Đề nghị sửa, gửi đủ: "),
    ],
)
def test_what_never_came_is_not_asked_for_again(to_mend: str, missing: str, asked: str) -> None:
    facts = {"owed": "A, B", "taken": "", "to_mend": to_mend, "missing": missing}
    assert asked in rendered(OWING, **facts)


@pytest.mark.parametrize(
    ("advice", "again"),
    [
        (Advice.NOTHING_ATTACHED, False),
        (Advice.PDF, False),
        (Advice.UNTOUCHED, False),
        (Advice.OWNER_FILE, False),  # a trace of the open workbook, not the workbook
        (Advice.PASSWORD, True),
        (Advice.DAMAGED, True),
        (Advice.NUMBERS, True),
    ],
)
def test_guidance_asks_for_a_workbook_again_only_where_one_came(
    advice: Advice, again: bool
) -> None:
    refused = [RefusedFile("KH.xlsx", advice)]
    letter = renderer().render(compose_guidance(CYCLE, CALENDAR, HEALTH, NOON, refused))
    said = " ".join(letter.text.split())
    wanted = "đề nghị gửi lại" if again else "đề nghị gửi sổ báo cáo"
    assert f"{wanted} - Sở Y tế" in letter.subject
    assert ("Đề nghị gửi lại chính sổ" in said) == again


@pytest.mark.parametrize("page", ["", ", without page"])
def test_who_was_asked_which_workbook_counts_is_asked_again_before_the_meeting(page: str) -> None:
    said = rendered(f"preview, chooses{page}")
    assert "Đề nghị cho biết sổ nào là bản chính" in said
    assert "đính kèm một sổ duy nhất là bản chính hoặc ghi rõ tên tệp" in said
    assert "đang được Văn phòng xem xét" not in said and "chưa cần gửi lại" not in said
