"""One unusable template keeps back its own letters, by name, and no others."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import MessageState
from tasks.adapters.intake.collecting import collect
from tasks.adapters.intake.working import ATTEMPTS, work_through
from tasks.adapters.letters.letter_writer import LettersLeft, TemplateFault
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.store import messages, obligations
from tasks.adapters.work.opening import ask
from tasks.adapters.work.reminding import write_reminders
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.small_workplace import CYCLE, small_workplace

ENDLESS = "{% for i in range(10**9) %}x{% endfor %}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    opened = dt.datetime(2025, 2, 3, 9, tzinfo=HANOI)
    with small_workplace(tmp_path, opened, ("syt", "sdl")) as place:
        shutil.copytree(OFFICE_FILES / "letters", tmp_path / "letters")
        yield place


def spoil(place: Workplace, tmp_path: Path, letter: str, tag: str = ENDLESS) -> None:
    """A tag of that kind now stands in the body of the letter."""
    file = tmp_path / "letters" / f"{letter}.j2"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{% block body %}", "{% block body %}" + tag), encoding="utf-8")
    place.letters_dir = tmp_path / "letters"
    place._letters = None


def kinds(place: Workplace) -> dict[str, int]:
    counted: dict[str, int] = {}
    with place.engine.begin() as connection:
        for letter in every_letter(connection):
            counted[letter.kind] = counted.get(letter.kind, 0) + 1
    return counted


@pytest.mark.parametrize("tag", [ENDLESS, "{% if %}"])
def test_reminders_that_do_not_need_the_template_are_written(
    place: Workplace, tmp_path: Path, tag: str
) -> None:
    place.now = dt.datetime(2025, 2, 26, 9, tzinfo=HANOI)
    spoil(place, tmp_path, "escalation", tag)
    left = LettersLeft()
    written = write_reminders(place, place.office.cycle(CYCLE), left)
    assert {planned.agency for planned in written} == {"syt", "sdl"}
    (said,) = left.said()
    assert said.startswith("letters/escalation.j2, dòng ")
    assert "Văn phòng" in said
    assert said.endswith("Sửa mẫu thư ở tệp này rồi chạy lại.")
    spoil(place, tmp_path, "overdue", tag)
    again = LettersLeft()
    assert write_reminders(place, place.office.cycle(CYCLE), again) == []
    assert again.said() == [said], "what was written is not needed again"


def test_an_opening_that_cannot_be_worded_leaves_nothing_half_done(
    place: Workplace, tmp_path: Path
) -> None:
    cycle, register = place.office.cycle(CYCLE), place.office.register.agencies
    before = kinds(place)
    spoil(place, tmp_path, "opening")
    left = ask(place, cycle, [register["stp"], register["sct"]])
    assert len(left) == 2
    for said, name in zip(left, ("Sở Tư pháp (stp)", "Sở Công Thương (sct)"), strict=True):
        assert said.startswith(f"{name}: chưa giao được vì mẫu thư có lỗi. letters/opening.j2, ")
    with place.engine.begin() as connection:
        assert set(obligations.of_cycle(connection, CYCLE)) == {"syt", "sdl"}
    assert kinds(place) == before
    place.letters_dir, place._letters = OFFICE_FILES / "letters", None
    assert ask(place, cycle, [register["stp"], register["sct"]]) == []
    assert kinds(place) == {"opening": 4}


def test_without_a_list_to_note_it_in_the_fault_is_raised(place: Workplace, tmp_path: Path) -> None:
    place.now = dt.datetime(2025, 2, 26, 9, tzinfo=HANOI)
    spoil(place, tmp_path, "escalation")
    with pytest.raises(TemplateFault, match=r"letters/escalation\.j2"):
        write_reminders(place, place.office.cycle(CYCLE))
    assert kinds(place) == {"opening": 2}


def test_an_answer_that_cannot_be_worded_ends_with_a_person_and_other_mail_is_answered(
    place: Workplace, tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    spoil(place, tmp_path, "guidance")
    with place.engine.begin() as connection:
        letters = {letter.agency: letter for letter in every_letter(connection)}
    sender = place.contact_of("syt").to[0]
    (drop / "không kèm tệp.eml").write_text(
        f"From: {sender}\nTo: {letters['syt'].reply_to}\nSubject: Ke hoach\n\nKinh gui.\n"
    )
    (drop / "sổ.xlsx").write_bytes(place.raw_store.get(letters["sdl"].files[0]["sha256"]))
    place.now += dt.timedelta(days=1)
    inbox = open_inbox(f"drop://{drop}", dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    collect(place, inbox, 100)
    said = [failure for _ in range(ATTEMPTS) for failure in work_through(place, 100).failures]
    assert any("letters/guidance.j2, dòng " in one for one in said)
    with place.engine.begin() as connection:
        states = {row["name"]: row for row in messages.every_message(connection)}
    assert states["không kèm tệp.eml"]["state"] == MessageState.HELD
    assert "letters/guidance.j2" in states["không kèm tệp.eml"]["reason"]
    assert states["sổ.xlsx"]["state"] == MessageState.RETURNED
    assert kinds(place) == {"opening": 2, "verdict": 1}
