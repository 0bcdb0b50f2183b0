"""The charts of mails, reports and workbooks: legible without colour, nothing cut, reproducible."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import io
import itertools
import struct
from collections.abc import Sequence

import matplotlib.image
import numpy as np
import pytest

from models.domain.consolidation import Consolidation, consolidate
from models.domain.register.targets import Judgement
from models.domain.review import TaskBucket
from models.domain.review.reported_days import ReportedDays
from models.domain.review.wording import BUCKET_NAMES
from tasks.adapters.results.mail_chart import plan_panels, review_panels, status_chart
from tasks.adapters.results.report_charts import report_charts
from tasks.adapters.sheets.charts.drawing import (
    _RESOLUTION,
    SMALL,
    Bar,
    Beside,
    Share,
    SingleBars,
    StackedBars,
    broken,
    drawn,
)
from tasks.adapters.sheets.charts.looks import (
    Filling,
    contrast,
    labels_on,
    look_of_bucket,
    look_of_outcome,
    luminance,
)
from tasks.adapters.sheets.cross_tables import looks_of_states
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office, simulated_consolidation
from tests.fixtures.small_office import AS_OF, missing


def chart(consolidation: Consolidation) -> bytes:
    return status_chart(consolidation, plan_panels(consolidation))


@pytest.fixture(scope="module")
def png() -> bytes:
    return chart(simulated_consolidation())


ON_A_TELEPHONE = 345  # pixels that a mail leaves to a picture on a screen of 390


def test_the_chart_is_a_png_that_is_sharp_and_read_on_a_telephone(png):
    width, height = struct.unpack(">II", png[16:24])
    an_inch = ON_A_TELEPHONE / (width / _RESOLUTION)

    assert png.startswith(b"\x89PNG\r\n")
    assert width >= 2 * ON_A_TELEPHONE
    assert 500 < height < 2000
    assert len(png) < 250_000
    assert SMALL / 72 * an_inch >= 10.5  # pixels of the smallest letters


@pytest.mark.parametrize(
    "name", ["Sở Tài chính", "Ban Quản lý dự án đầu tư xây dựng hạ tầng đô thị"]
)
def test_whatever_stands_in_the_chart_of_a_review_has_room_on_a_telephone(name: str) -> None:
    year, _ = november()
    late = ReportedDays(dt.date(2025, 11, 18), 1, dt.date(2026, 1, 15), ("stc",))
    headline = dataclasses.replace(
        year.review.headline, tasks_reported=late, buckets=dict.fromkeys(TaskBucket, 7)
    )
    review = copy.copy(year.review)
    review.__dict__["headline"] = headline

    panels = review_panels(review, lambda _: name)

    assert has_a_free_edge(status_chart(year.consolidation, panels))


def test_whatever_state_agencies_are_in_its_name_has_room_on_a_telephone() -> None:
    shares = [Share(name, [1], look) for name, look in looks_of_states().items()]

    assert has_a_free_edge(drawn(3.5, [StackedBars("Tên", ["Xã, phường, đặc khu"], shares)]))


@pytest.mark.parametrize("look", [look for look in looks_of_states().values() if look.hatch])
def test_no_number_stands_in_a_hatching(look: Filling) -> None:
    """The number of a hatched bar stands above it, that of a plain one within."""
    plain = Filling(look.fill)
    page = [[StackedBars("Tên", ["Sở"], [Share("Một", [40], one)])] for one in (look, plain)]
    hatched, bare = (matplotlib.image.imread(io.BytesIO(drawn(3.5, p)))[..., :3] for p in page)
    columns = slice(hatched.shape[1] // 2 - 30, hatched.shape[1] // 2 + 40)
    above = slice(70, 96)  # rows between the title and the bar

    assert hatched[above, columns].min() < 0.5
    assert bare[above, columns].min() >= 0.5


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


# --- Told apart without colour --------------------------------------------------------------------

LEGENDS: dict[str, Sequence[Filling]] = {
    "timeliness": list(looks_of_states().values()),
    "outcomes": [*map(look_of_outcome, Judgement), look_of_outcome(None)],
    "buckets": [look_of_bucket(bucket) for bucket in TaskBucket],
}


def lightness(colour: str) -> float:
    """As an eye sees it, from 0 for black to 100 for white (CIE L*)."""
    share = luminance(colour)
    return 116 * share ** (1 / 3) - 16 if share > 0.008856 else 903.3 * share


@pytest.mark.parametrize("legend", LEGENDS)
def test_any_two_parts_of_a_chart_differ_in_lightness_or_hatching(legend: str) -> None:
    for one, other in itertools.combinations(LEGENDS[legend], 2):
        apart = abs(lightness(one.fill) - lightness(other.fill))
        assert apart >= 20 or one.hatch != other.hatch, (one, other)


def as_dichromats_see(colour: str, kind: str) -> np.ndarray:
    """The colour as who lacks one kind of cone sees it (Vienot, Brettel and Mollon, 1999)."""
    linear = np.array([(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (0, 2, 4)])
    matrix = {
        "protan": [[0.1124, 0.8876, 0], [0.1124, 0.8876, 0], [0.004, -0.004, 1]],
        "deutan": [[0.2928, 0.7072, 0], [0.2928, 0.7072, 0], [-0.0223, 0.0223, 1]],
    }[kind]
    return np.clip(np.array(matrix) @ linear, 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("kind", ["protan", "deutan"])
@pytest.mark.parametrize("legend", LEGENDS)
def test_who_does_not_see_red_and_green_tells_them_apart(legend: str, kind: str) -> None:
    for one, other in itertools.combinations(LEGENDS[legend], 2):
        apart = np.abs(as_dichromats_see(one.fill, kind) - as_dichromats_see(other.fill, kind))
        assert apart.max() >= 0.15 or one.hatch != other.hatch, (one, other)


def test_every_number_stands_out_from_what_it_stands_on() -> None:
    for look in itertools.chain(*LEGENDS.values()):
        assert contrast(look.ink, look.fill) >= 4.5, look


def test_a_workbooks_chart_is_filled_as_the_pictures_are() -> None:
    for look in itertools.chain(*LEGENDS.values()):
        filled = look.sheet_fill
        shown = filled["pattern"]["bg_color"] if look.hatch else filled["fill"]["color"]
        assert shown == f"#{look.fill}"
        assert ("fill" in labels_on(look)) == bool(look.hatch)  # no number over its lines


# --- Nothing is cut -------------------------------------------------------------------------------


def has_a_free_edge(png: bytes) -> bool:
    """Whether the outermost pixels are blank on all four sides: nothing runs off the page."""
    pixels = matplotlib.image.imread(io.BytesIO(png))[..., :3]
    edges = (pixels[:4], pixels[-4:], pixels[:, :4], pixels[:, -4:])
    return all(float(edge.min()) == 1.0 for edge in edges)


@pytest.mark.parametrize("counts", [[1, 1, 1], [500, 1, 2], [3, 0, 4000], [0, 0, 0]])
def test_nothing_runs_off_a_page_whatever_the_counts(counts: list[int]) -> None:
    looks = LEGENDS["timeliness"]
    names = ["Đúng hạn, đã chỉnh sửa", "Quá hạn, chưa được tiếp nhận", "Gửi đúng hạn, chờ xem xét"]
    shares = [Share(n, [c, 1], look) for n, c, look in zip(names, counts, looks, strict=False)]
    bars = [Bar(name, n, f"{n} dòng", looks[0]) for name, n in zip(names, counts, strict=True)]

    page = [StackedBars("Tên", ["Xã, phường, đặc khu", "Sở"], shares), SingleBars("Tên", bars)]

    assert has_a_free_edge(drawn(6.0, page))


def test_a_long_name_beside_another_chart_leaves_its_bars_their_room() -> None:
    said = BUCKET_NAMES[TaskBucket.UNHEARD]
    name = broken(said)
    looks = LEGENDS["buckets"]
    bars = [Bar(name, 17, "17", looks[0]), Bar("Hoàn thành đúng hạn", 22, "22", looks[1])]

    assert " ".join(name.split("\n")) == said
    assert max(map(len, name.split("\n"))) <= 28
    assert has_a_free_edge(drawn(6.4, [Beside(SingleBars("Một", bars), SingleBars("Hai", bars))]))


def test_the_charts_of_mail_and_report_have_a_free_edge(png) -> None:
    charts = report_charts(november()[0].review, str)

    assert set(charts) == {"overview", "scenario"}
    assert all(has_a_free_edge(chart) for chart in [png, *charts.values()])
