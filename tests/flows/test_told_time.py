"""What time it is: the machine says so, and only where time is simulated a run may be told."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from pydantic import ValidationError

from flows import clock
from flows.cli.command_line import moment
from flows.decisions.decision_forms import CycleBook
from flows.requests import AsOf
from flows.running import FLOWS
from flows.serving.deployments import DECISIONS
from flows.workplaces import open_workplace
from models.domain.answers.decisions import Signature
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.letter_deeds import MarkContact
from tasks.adapters.boards.boards import boards
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.store import decisions
from tests.flows.served import simulated

MORNING = dt.datetime(2025, 2, 10, 9, tzinfo=HANOI)
NOON = dt.datetime(2025, 2, 10, 12, tzinfo=HANOI)
HAND = Signature("Nguyễn Thị Hà", "Cơ quan báo hộp thư đã đóng.")


def forms() -> Iterator[type[AsOf]]:
    """The form of every flow that a person may start."""
    yield from dict.fromkeys(request for _, request in FLOWS.values())
    for flow in DECISIONS:
        [name] = inspect.signature(flow.fn).parameters
        yield get_type_hints(flow.fn)[name]


@pytest.fixture
def offices_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of the office's own: no installation that is but tried."""
    monkeypatch.setenv("BAOCAO_SECRET_KEY", "k" * 32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path))
    for name in ("SMTP_URL", "MAILBOX_URL", "DATABASE_URL"):
        monkeypatch.delenv(f"BAOCAO_{name}", raising=False)
    return tmp_path


def asked(form: type[AsOf]) -> dict[str, Any]:
    return form.model_json_schema()["properties"]


def test_no_form_asks_for_the_time_but_in_a_rehearsal_or_a_demonstration(folder: Path) -> None:
    every = list(forms())
    assert len(every) >= len(DECISIONS)
    assert [form.__name__ for form in every if "as_of" in asked(form)] == []
    simulated(folder)
    assert all("as_of" in asked(form) for form in every)
    (folder / clock.DEMONSTRATION).unlink()
    clock.start_rehearsal(folder, MORNING)
    assert all("as_of" in asked(form) for form in every)


@pytest.mark.usefixtures("offices_key")
def test_a_moment_that_is_given_all_the_same_is_refused(folder: Path) -> None:
    entry = {"cycle": "2025-plan", "by": HAND.by, "reason": HAND.reason, "as_of": MORNING}
    with pytest.raises(ValidationError, match="chỉ đặt được khi diễn tập"):
        CycleBook(**entry)
    simulated(folder)
    assert CycleBook(**entry).moment() == MORNING


def test_where_the_program_is_tried_the_command_line_takes_one_and_no_form_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    assert moment("2025-02-10T09:00") == MORNING
    entry = {"cycle": "2025-plan", "by": HAND.by, "reason": HAND.reason, "as_of": MORNING}
    assert CycleBook(**entry).moment() == MORNING
    assert not any("as_of" in asked(form) for form in forms())
    monkeypatch.setenv("BAOCAO_ENVIRONMENT", "production")
    with pytest.raises(SystemExit):
        moment("2025-02-10T09:00")


@pytest.mark.usefixtures("offices_key")
def test_the_command_line_takes_none_either(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        moment("2025-02-10T09:00")
    assert moment("2025-02-10T09:00", "--until") == MORNING
    simulated(folder)
    assert moment("2025-02-10T09:00") == MORNING


def test_a_decision_bears_when_it_was_entered_and_from_when_on_it_holds(folder: Path) -> None:
    simulated(folder)
    clock.start_rehearsal(folder, NOON)
    with open_workplace(MORNING) as workplace:
        address = workplace.office.register.contacts["syt"].to[0]
        assert carry_out(workplace, MarkContact(address=address, failing=True, signed=HAND)).new
        with workplace.engine.begin() as connection:
            (kept,) = decisions.book(connection).decisions
        (shown,) = next(b for b in boards(workplace, []) if b.key == "so-quyet-dinh").rows
    assert kept.decided_at == MORNING
    assert kept.entered_at is not None
    assert dt.timedelta(0) <= kept.entered_at - NOON < dt.timedelta(minutes=2)
    assert shown["Có hiệu lực từ"] == "09:00 10/02/2025"
    assert shown["Ghi vào sổ lúc"].startswith("12:0")
    assert kept.times.startswith("ghi lúc 12 giờ 0")
    assert kept.times.endswith(", có hiệu lực từ 09 giờ 00 phút ngày 10/02/2025")


def test_outside_of_a_rehearsal_both_are_the_machines(folder: Path) -> None:
    with open_workplace(clock.now()) as workplace:
        address = workplace.office.register.contacts["syt"].to[0]
        carry_out(workplace, MarkContact(address=address, failing=True, signed=HAND))
        with workplace.engine.begin() as connection:
            (kept,) = decisions.book(connection).decisions
    assert kept.entered_at is not None
    for instant in (kept.entered_at, kept.decided_at):
        assert abs(instant - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=2)
