"""A short `make soak`: mail comes in while the service's processes are killed; nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.service import ONCE_ROUND
from tests.soak.soaking import Plan, lines, soak

SHORT = Plan(
    minutes=12.0,
    load=1,
    every=0.5,
    kill_every=2.0,
    person_every=6.0,
    things=18,
    kills=len(ONCE_ROUND),
    plain=False,
)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kills by Linux's descriptors")
def test_every_message_has_one_fate_and_one_receipt_whatever_is_killed(tmp_path: Path) -> None:
    outcome = soak(SHORT, tmp_path, print)
    told = "\n".join(lines(outcome))
    assert outcome.wrongs() == [], told
    assert outcome.service is not None
    assert set(outcome.service.kills) == set(ONCE_ROUND), told
    assert len(outcome.found.received) == SHORT.things and outcome.begun, told
