"""The chart of the summary mail."""

from __future__ import annotations

import struct

import pytest

from models.domain.consolidation import Consolidation, consolidate
from tasks.adapters.sheets.charts import plan_panels, status_chart
from tests.fixtures.simulated_answers import real_office, simulated_consolidation
from tests.fixtures.small_office import AS_OF, missing


def chart(consolidation: Consolidation) -> bytes:
    return status_chart(consolidation, plan_panels(consolidation))


@pytest.fixture(scope="module")
def png() -> bytes:
    return chart(simulated_consolidation())


def test_the_chart_is_a_png_that_shows_sharp_at_600_pixels(png):
    width, height = struct.unpack(">II", png[16:24])

    assert png.startswith(b"\x89PNG\r\n")
    assert width == 1200
    assert 600 < height < 1600
    assert len(png) < 250_000


def test_the_same_consolidation_gives_the_same_bytes(png):
    assert chart(simulated_consolidation()) == png


def test_the_chart_tells_nothing_of_who_made_it(png):
    assert b"tEXt" not in png
    assert b"matplotlib" not in png.lower()


@pytest.mark.parametrize("agencies", [[], ["sct"]])
def test_a_chart_of_nobody_or_of_one_silent_agency_can_be_drawn(agencies):
    office = real_office()
    cycle = office.cycle("2025-plan")
    consolidation = consolidate(office, cycle, [missing(a) for a in agencies], AS_OF)

    assert chart(consolidation).startswith(b"\x89PNG")
