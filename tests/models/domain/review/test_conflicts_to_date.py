"""Conflicts of the year's value, with what both sources say to date."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from models.domain.consolidation.conflicts import to_date_said
from models.domain.reading.office import Office
from models.domain.results.contradictions import conflict_row
from models.domain.results.report_text import Citations, ReportNames
from tests.fixtures.made_review import MadeReview
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_review import answered, reports, review_made

OCTOBER = dt.date(2025, 10, 31)


def told(agency: str, row: str, year: str, now: str = "", day: dt.date | None = OCTOBER):
    more = {"to_date": Decimal(now)} if now else {}
    return answered(agency, reports(row, year, **more, **({"as_of": day} if day else {})))


def shown(office: Office, made: MadeReview) -> dict[str, str]:
    cycle = office.cycle("2025-review")
    names = ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))
    [conflict] = made.consolidation.conflicts
    now = made.consolidation.to_date[conflict.number]
    row = conflict_row(conflict, names, Citations(), now)
    assert (to_date_said(conflict, now) in row["because"].plain) is True
    return {key: text.without_references.plain for key, text in row.items()}


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (
            "178000",
            "206000",
            "chênh 28.000 (178.000 và 206.000), nhiều hơn số cả năm (chênh 6.000)",
        ),
        (
            "206000",
            "178000",
            "chênh 28.000 (206.000 và 178.000), nhiều hơn số cả năm (chênh 6.000)",
        ),
        ("178000", "180000", ""),
        ("178000", "184000", ""),  # as far as for the year, and no farther
    ],
)
def test_a_contradiction_to_date_that_is_larger_than_the_years_is_named(
    office, first: str, second: str, apart: str
) -> None:
    said = shown(
        office,
        review_made(
            office,
            [],
            told("stc", "budget", "212000", first),
            told("thue", "budget", "206000", second),
        ),
    )
    assert ("Số đến ngày số liệu chênh" in said["because"]) is bool(apart)
    assert apart in said["because"]
    assert "(đến 31/10/2025: " in said["left"] and "(đến 31/10/2025: " in said["right"]


def test_who_says_nothing_to_date_is_told_without(office) -> None:
    made = review_made(
        office,
        [],
        told("stc", "budget", "212000", "100000"),
        told("thue", "budget", "206000", day=None),
    )
    said = shown(office, made)
    assert "(đến 31/10/2025: 100.000)" in said["left"]
    assert "đến" not in said["right"]
    assert "Số đến ngày số liệu chênh" not in said["because"]


def test_two_rows_of_one_measure_each_have_their_own_value_to_date(office) -> None:
    made = review_made(
        office,
        [],
        answered(
            "sct",
            reports("iip", "17.5", to_date=Decimal("16"), as_of=OCTOBER),
            reports("iip_index", "118.5", to_date=Decimal("119"), as_of=OCTOBER),
        ),
    )
    said = shown(office, made)
    assert "16" in said["left"].partition("(đến")[2]
    assert "119" in said["right"].partition("(đến")[2]


def test_a_cycle_that_asks_for_no_value_to_date_tells_none(office) -> None:
    plan = [
        standing(a, commits("budget", v)) for a, v in (("stc", "212000"), ("cuc_thue", "206000"))
    ]
    made = review_made(office, plan, told("stc", "budget", "212000"))
    earlier = made.earlier
    assert earlier is not None and earlier.conflicts
    assert all(earlier.to_date[c.number] == (None, None) for c in earlier.conflicts)
