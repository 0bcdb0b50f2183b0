"""A withdrawn version of which sections counted: a part that relied on it is judged anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from models.domain.answers.decisions import Signature
from models.domain.answers.standing import AgencyStanding
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.reading.submissions import Verdict
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.intake.working import work_through
from tests.fixtures.ready_made import sqlite_with_tables

from .test_by_section import House, at, made, only, spoil_tasks

HA = Signature("Nguyễn Thị Hà", "Cơ quan xin rút, gửi nhầm bản nháp.")


def a_part(house: House) -> None:
    """The tasks alone, which complete an answer of which the rest was accepted before."""
    book = house.filled()
    only(book, "tasks")
    house.hand_in(book, at(13))


def told(standing: AgencyStanding) -> list[object]:
    """How an agency stands, but for numbers."""
    return [
        *(standing.timeliness, standing.owed_sections, standing.awaiting_correction),
        [
            (v.received_at, v.verdict, dict(v.sections), v.entries, v.findings)
            for v in standing.versions
        ],
        [s for s in standing.sections if standing.counting(s) is not None],
    ]


def test_a_part_that_relied_on_a_withdrawn_version_owes_what_is_gone(tmp_path: Path) -> None:
    houses = made(tmp_path / "a", sqlite_with_tables(tmp_path / "a.sqlite"))
    never = made(tmp_path / "b", sqlite_with_tables(tmp_path / "b.sqlite"))
    for house, other in zip(houses, never, strict=True):
        a_part(other)
        draft = house.filled()
        spoil_tasks(draft)
        first = house.hand_in(draft, at(12))
        a_part(house)
        assert house.standing().effective is not None
        house.workplace.now += dt.timedelta(minutes=1)

        deed = WithdrawVersion(receipt=first.receipt_number, withdrawn=True, signed=HA)
        assert carry_out(house.workplace, deed).new
        meanwhile = house.standing()
        assert [v.version for v in meanwhile.counted] == [2], "it counts until it is judged anew"
        assert work_through(house.workplace, 10).failures == []

        after, expected = house.standing(), other.standing(house.workplace.now)
        assert told(after) == told(expected)
        assert after.owed_sections and after.versions[-1].verdict is Verdict.RETURNED
        assert [v.version for v in after.versions] == [3]
        first_letter, second, anew = house.letters("verdict")
        assert (first_letter.state, second.state, anew.state) == (
            "withdrawn",
            "withdrawn",
            "queued",
        )
        assert house.letters("withdrawal") == [], "nobody had read of either version yet"
