"""Letters whose files lie in a store that machines share wait for it, and leave once."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.domain.mail.mail import LetterFile, LetterState
from tasks.adapters.sharing.store_failures import StoreAway
from tests.fixtures.mail_house import House, Server
from tests.fixtures.shared_stores import FOLDER, store_url


def test_a_letter_waits_for_a_store_that_is_away_and_leaves_once(
    house: House, server: Server, tmp_path: Path
) -> None:
    house.changes = {"store_url": store_url(FOLDER, tmp_path)}
    with house.workplace() as workplace:
        digest = workplace.raw_store.put(b"so bao cao")
        workplace.raw_store.path(digest).unlink()  # another machine has written the letter
    house.queue(files=(LetterFile("so.xlsx", digest),))
    shared = tmp_path / "kho-chung"
    shared.rename(tmp_path / "khac")
    for _ in range(3):
        with pytest.raises(StoreAway):
            house.run(server.url)
        assert house.letter().state == LetterState.QUEUED and not server.got()
    (tmp_path / "khac").rename(shared)
    assert house.run(server.url).sent == 1
    assert house.run(server.url).sent == 0
    assert set(server.got().values()) == {1}
