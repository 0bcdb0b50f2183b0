"""The drill in small: a few agencies, two moments; `make restore-drill` runs the whole."""

from __future__ import annotations

from pathlib import Path

from tests.restoring.drill import Drill, Figures

AGENCIES = 6


def test_two_restorations_end_as_if_nothing_had_been_lost(tmp_path: Path) -> None:
    figures = Figures()
    drill = Drill(tmp_path, AGENCIES)
    for _ in drill.run(2, figures):
        pass
    assert figures.restored == 2
    assert figures.as_aimed(), figures.lines()
    assert figures.read_again > 0 and figures.proven > 0
