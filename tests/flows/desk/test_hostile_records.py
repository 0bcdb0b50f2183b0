"""Whatever an agency, a server or a clerk wrote is text on the pages that tell of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from sqlalchemy import insert, update

from models.domain.cycle.cycles import HANOI
from tasks.adapters.store import decisions, deliveries, messages, outbox
from tests.fixtures.hostile_texts import HOSTILE_TEXTS
from tests.fixtures.office_desk import OfficeDesk, office_desk
from tests.fixtures.small_workplace import CYCLE

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
KEY = "ab" * 32


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeDesk]:
    """A desk with one message, one letter, a report on it, and a decision; all reworded below."""
    with office_desk(tmp_path_factory.mktemp("desk"), NOW, ["syt"]) as found:
        reason = {"reason": "Sở đề nghị.", "cycle": CYCLE, "agency": "syt"}
        found.post("/quyet-dinh/extend-deadline", last_day="2025-02-25", **reason)
        with found.workplace.engine.begin() as connection:
            new = messages.NewMessage(KEY, "maildir", "1", True, "x", 100, NOW, NOW)
            messages.keep(connection, [new])
            about = {"agency": "syt", "cycle": CYCLE, "state": "held"}
            messages.decide(connection, KEY, about)
            file = messages.NewFile(KEY, 1, "x", "", "0" * 64, 1, "xlsx", "held", "", None)
            messages.add_files(connection, [file])
            connection.execute(
                insert(deliveries.REPORT).values(
                    message_key=KEY,
                    letter_id=1,
                    recipient="a@b.example",
                    action="failed",
                    status="5.1.1",
                    reason="x",
                    reported_at=NOW,
                    sending="",
                )
            )
        yield found


def reword(desk: OfficeDesk, text: str) -> None:
    """The same record, that text wherever somebody else writes."""
    with desk.workplace.engine.begin() as connection:
        for table, columns in (
            (messages.MESSAGE, ("subject", "sender", "sender_name", "reason", "name")),
            (messages.FILE, ("name",)),
            (outbox.LETTER, ("subject", "last_error")),
            (deliveries.REPORT, ("reason", "recipient")),
            (decisions.DECISION, ("by", "reason")),
        ):
            connection.execute(update(table).values(dict.fromkeys(columns, text)))


class _Seen(HTMLParser):
    """What a browser makes of a page: elements that run something, attributes that do."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what runs, and what leads somewhere else."""
        known = dict(attrs)
        if tag == "script" and "src" not in known:
            self.runs.append(tag)
        self.runs += [name for name, _ in attrs if name.startswith("on") or name == "autofocus"]
        for name in ("href", "src", "action", "formaction"):
            if not (known.get(name) or "/").startswith(("/", "#", "data:,")):
                self.runs.append(f"{name}={known[name]}")


PATHS = (
    "/co-quan/syt",
    f"/ky/{CYCLE}",
    "/thu-di",
    "/thu-di/1",
    "/so-quyet-dinh",
    "/tim?q=x",
    f"/quyet-dinh/reject-message?message={KEY}",
    "/quyet-dinh/send-letter-again",
)


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE_TEXTS.values()], ids=HOSTILE_TEXTS)
def test_what_somebody_wrote_runs_nowhere(desk: OfficeDesk, text: str) -> None:
    reword(desk, text)

    for path in PATHS:
        seen = _Seen()
        page = desk.get(path)
        seen.feed(page)
        assert seen.runs == [], path
        assert "\u202e" not in page, path


def test_every_page_tells_of_it(desk: OfficeDesk) -> None:
    """The table above looks at what is really there."""
    reword(desk, "Xuân sang")

    for path in ("/co-quan/syt", "/thu-di", "/thu-di/1", "/so-quyet-dinh", "/tim?q=xuan"):
        assert "Xuân sang" in desk.text(path), path
