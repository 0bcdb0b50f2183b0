"""A short `make reads`: some load, some readers killed, and nothing untrue said of any file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.reads import Plan, soak

SHORT = Plan(reads=60, load=2, seconds=300, workers=2, kill_every=20, dear=False)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kills readers by Linux's descriptors")
def test_nobody_is_told_that_his_file_is_broken_when_it_is_not(tmp_path: Path) -> None:
    outcome = soak(SHORT, tmp_path)
    assert outcome.wrongs == [], outcome.table()
    assert outcome.is_whole
    assert outcome.kills >= 3 and outcome.told_broken.total() >= 1
