"""Events: each says what happened to whom, many come as a count, and none is ever fatal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.domain.mail.mail import LetterState, MessageState
from tasks import events
from tasks.adapters.intake.working import Worked
from tasks.adapters.post.posting import News, Posted
from tasks.adapters.workplace import Workplace
from tests.fixtures.office_files import own_office
from tests.fixtures.small_workplace import small_workplace

Emitted = list[tuple[str, dict[str, str], list[dict[str, str]], dict[str, Any]]]


@pytest.fixture
def emitted(monkeypatch: pytest.MonkeyPatch) -> Emitted:
    found: Emitted = []
    monkeypatch.setattr(
        events, "emit_event", lambda e, r, related, payload: found.append((e, r, related, payload))
    )
    return found


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    cycle = own_office().cycle("2025-plan")
    with small_workplace(tmp_path, cycle.opens_at, ("syt",)) as workplace:
        yield workplace


def worked(state: MessageState, number: int = 0, bounced: str = "") -> Worked:
    return Worked(f"{number:064x}", "sổ.xlsx", "a@b.example", state, "syt", "", bounced)


def test_each_decided_submission_names_its_message_and_its_agency(
    workplace: Workplace, emitted: Emitted
) -> None:
    events.submissions_decided(
        workplace.office,
        [worked(MessageState.ACCEPTED), worked(MessageState.AUTOMATIC, 1, "thu|1")],
    )
    (accepted, message, [agency, *_], _), (bounced, letter, _, _) = emitted
    assert (accepted, bounced) == ("baocao.submission.accepted", "baocao.letter.bounced")
    assert message["prefect.resource.id"] == f"baocao.message.{0:012x}"
    assert agency["prefect.resource.name"] == "Sở Y tế"
    assert letter["prefect.resource.id"] == "baocao.letter.thu|1"


def test_many_of_a_kind_come_one_by_one_and_then_as_a_count(
    workplace: Workplace, emitted: Emitted
) -> None:
    many = [worked(MessageState.RETURNED, n) for n in range(events.SINGLY + 7)]
    events.submissions_decided(workplace.office, many)
    assert len(emitted) == events.SINGLY + 1
    assert emitted[-1][3] == {"count": 7}


def news(state: LetterState, number: int = 0) -> News:
    return News(state, f"thu|{number}", "Đề nghị báo cáo", "opening", "syt", "2025-plan")


def test_each_letter_that_left_names_its_agency_and_its_cycle(
    workplace: Workplace, emitted: Emitted
) -> None:
    events.letters_delivered(
        workplace.office, Posted(news=[news(LetterState.SENT), news(LetterState.FAILED, 1)])
    )
    assert [e for e, *_ in emitted] == ["baocao.letter.sent", "baocao.letter.failed"]
    _, letter, related, _ = emitted[0]
    assert letter["prefect.resource.id"] == "baocao.letter.thu|0"
    assert letter["baocao.letter.kind"] == "opening"
    assert [one["prefect.resource.id"] for one in related] == [
        "baocao.agency.syt",
        "baocao.cycle.2025-plan",
    ]
    emitted.clear()
    events.letters_delivered(workplace.office, Posted())
    assert emitted == []


def test_of_many_letters_the_first_come_singly_and_the_rest_as_a_count(
    workplace: Workplace, emitted: Emitted
) -> None:
    sent = [news(LetterState.SENT, n) for n in range(events.SINGLY + 200)]
    events.letters_delivered(workplace.office, Posted(news=sent))
    assert len(emitted) == events.SINGLY + 1
    assert emitted[-1][1:] == ({"prefect.resource.id": "baocao.outbox"}, [], {"count": 200})


def test_a_feed_that_is_away_stops_no_work(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Logger:
        said = ""

        def warning(self, text: str, *words: object) -> None:
            Logger.said = text % words

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("no server")

    monkeypatch.setattr(events, "emit_event", away)
    monkeypatch.setattr(events, "get_run_logger", Logger)
    events.letters_delivered(workplace.office, Posted(news=[news(LetterState.SENT)]))
    assert "baocao.letter.sent" in Logger.said
