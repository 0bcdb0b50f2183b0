"""The whole plan cycle by real protocols: the same outcome as on the servers of the demonstration.

Letters leave by submission with TLS and a password, through Postfix and LMTP into mailboxes of
Dovecot; mail is collected from there by IMAP with TLS. Where those cannot be run, aiosmtpd and
pymap take their place, and the test's name says so.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

import pytest
from rich.console import Console

from flows.demo.demonstration import play_plan
from flows.demo.stage import DemonstrationOutcome, Stage
from models.domain.mail.mail import LetterState
from tasks.adapters.mailbox.inbox import PROCESSED
from tasks.adapters.store import messages
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_files import workplaces_share
from tests.fixtures.ready_made import orchestrator_ready
from tests.flows.demonstrated import LETTERS, MESSAGES, TIMELINESS
from tests.flows.forked import servers_are_forked
from tests.servers.mail_ground import Arrived, why_no_real_servers
from tests.servers.post_offices import EmbeddedPost, RealPost, embedded_post, real_post

pytestmark = pytest.mark.slow

SERVERS = "aiosmtpd-pymap" if why_no_real_servers() else "postfix-dovecot"


class Played:
    """The stage after the story."""

    def __init__(self, stage: Stage, post: RealPost | EmbeddedPost) -> None:
        self.stage = stage
        self.post = post
        self.outcome: DemonstrationOutcome = play_plan(stage)


@pytest.fixture(scope="module", params=[SERVERS])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """The story, played once."""
    folder = tmp_path_factory.mktemp("real-mail")
    opened = real_post if request.param == "postfix-dovecot" else embedded_post
    with opened() as post:
        console = Console(file=io.StringIO(), width=200)
        post_office = orchestrator_ready(post.opened)
        stage = Stage(folder / "demo", console, post_office=post_office)
        with workplaces_share(), servers_are_forked(), stage:
            yield Played(stage, post)


def test_the_outcome_is_that_of_the_demonstration(played: Played) -> None:
    outcome = played.outcome
    assert outcome.messages == MESSAGES
    assert outcome.letters == LETTERS
    for timeliness, agencies in TIMELINESS.items():
        assert {a for a, x in outcome.timeliness.items() if x == timeliness} == agencies
    assert len(outcome.conflicts) == 3


def test_every_letter_lies_once_in_the_mailbox_of_each_of_its_recipients(played: Played) -> None:
    with played.stage.workplace.engine.begin() as connection:
        letters = every_letter(connection)
    gone = [row for row in letters if row.state != LetterState.WITHDRAWN]
    assert {row.state for row in gone} == {LetterState.SENT, LetterState.BOUNCED}
    wanted: Arrived = Counter(
        (row.message_id, address) for row in gone for address in {*row.to, *row.cc}
    )
    assert played.post.arrived() == wanted


def test_every_mail_lies_once_in_the_folder_of_what_was_taken_in(played: Played) -> None:
    with played.stage.workplace.engine.begin() as connection:
        kept = [m for m in messages.every_message(connection) if m["is_message"]]
    holdings = played.post.mailbox.holdings()
    assert {folder for folder, _ in holdings} == {PROCESSED}
    assert set(holdings.values()) == {1}
    assert len(holdings) == len(kept)
