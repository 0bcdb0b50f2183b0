"""Who answers in whose place: by duty, by date, over generations; and the laws of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.register.catalogue import Appendix, Catalogue, Role
from models.domain.register.successions import (
    PLAN,
    Succession,
    Successions,
    catalogue_on,
    duty_keys,
)
from models.domain.register.target_revisions import TargetRevision
from models.domain.register.territories import Territory
from tests.fixtures.printed_cells import parse_target
from tests.fixtures.small_office import row

MARCH, JULY = dt.date(2025, 3, 1), dt.date(2025, 7, 1)
FEBRUARY, NOVEMBER = dt.date(2025, 2, 20), dt.date(2025, 11, 20)

SPLIT = Successions(
    (
        Succession("lao_dong", "noi_vu", MARCH),
        Succession("lao_dong", "y_te", MARCH, ("IV.V", "elderly")),
        Succession("lao_dong", "nong_nghiep", MARCH, ("poverty",)),
        Succession("quan", "phuong_a", JULY),
        Succession("quan", "phuong_b", JULY),
    )
)


def test_the_agency_answers_itself_until_the_day() -> None:
    assert SPLIT.heirs_of("lao_dong", FEBRUARY, "poverty") == ["lao_dong"]
    assert SPLIT.heirs_of("quan", JULY - dt.timedelta(days=1)) == ["quan"]


def test_one_agency_passes_each_duty_to_another_and_the_rest_to_one() -> None:
    assert SPLIT.heirs_of("lao_dong", MARCH, "poverty", "I.II", "I") == ["nong_nghiep"]
    assert SPLIT.heirs_of("lao_dong", MARCH, "jobs", "I.II", "I") == ["noi_vu"]
    assert SPLIT.heirs_of("lao_dong", MARCH, PLAN) == ["noi_vu"]


def test_the_narrowest_line_decides_over_the_line_of_its_heading() -> None:
    lines = Successions((*SPLIT, Succession("lao_dong", "giao_duc", MARCH, ("task_24",))))
    assert lines.heirs_of("lao_dong", MARCH, "task_24", "IV.V", "IV") == ["giao_duc"]
    assert lines.heirs_of("lao_dong", MARCH, "task_25", "IV.V", "IV") == ["y_te"]


def test_as_a_whole_it_has_all_its_heirs_those_of_the_bulk_first() -> None:
    assert SPLIT.heirs_of("lao_dong", NOVEMBER) == ["noi_vu", "y_te", "nong_nghiep"]
    assert SPLIT.heirs_of("quan", NOVEMBER, PLAN) == ["phuong_a", "phuong_b"]


def test_a_living_agency_may_hand_over_one_duty_and_stay() -> None:
    lines = Successions((Succession("xay_dung", "cong_thuong", MARCH, ("energy",)),))
    assert lines.heirs_of("xay_dung", MARCH, "energy") == ["cong_thuong"]
    assert lines.heirs_of("xay_dung", MARCH, "housing") == ["xay_dung"]
    assert lines.heirs_of("xay_dung", MARCH) == ["xay_dung"]
    assert lines.predecessors_of("cong_thuong", MARCH, "energy") == ["xay_dung"]
    assert lines.predecessors_of("cong_thuong", MARCH) == []


def test_chains_are_followed_as_far_as_the_day() -> None:
    lines = Successions(
        (
            Succession("c", "d", dt.date(2026, 1, 1)),
            Succession("a", "b", MARCH),
            Succession("b", "c", JULY),
            Succession("x", "b", MARCH),
        )
    )
    days = (FEBRUARY, MARCH, JULY, dt.date(2026, 1, 1))
    assert [lines.heirs_of("a", day) for day in days] == [["a"], ["b"], ["c"], ["d"]]
    assert lines.predecessors_of("d", dt.date(2026, 1, 1)) == ["c", "b", "a", "x"]
    assert lines.predecessors_of("c", NOVEMBER) == ["b", "a", "x"]
    assert lines.kin_of("b", NOVEMBER) == ["b", "c"]
    assert lines.passes_on("b", NOVEMBER)
    assert not lines.passes_on("c", NOVEMBER)


# --- Laws -----------------------------------------------------------------------------------------

START = dt.date(2025, 1, 1)
DUTIES = ("poverty", "elderly", PLAN)


def _on(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


@st.composite
def registers(draw: st.DrawFn) -> tuple[dict[str, tuple[int, int | None]], Successions]:
    """Agencies with their first and last day, and lines that fit them: heirs live on the day."""
    lives: dict[str, tuple[int, int | None]] = {"z": (0, None)}
    for code in "abcdefg":
        first = draw(st.integers(0, 6))
        last = draw(st.none() | st.integers(first, first + 5))
        lives[code] = (first, last)
    lines = []
    for code, (_, last) in lives.items():
        if last is None:
            continue
        day = last + 1
        living = [c for c, (f, t) in lives.items() if f <= day and (t is None or day <= t)]
        bulk = draw(st.lists(st.sampled_from(living), min_size=1, max_size=3, unique=True))
        lines += [Succession(code, heir, _on(day)) for heir in bulk]
        for duty in draw(st.sets(st.sampled_from(DUTIES), max_size=2)):
            lines.append(Succession(code, draw(st.sampled_from(living)), _on(day), (duty,)))
    return lives, Successions(tuple(lines))


@given(registers(), st.integers(0, 14), st.sampled_from(("", *DUTIES)))
def test_somebody_who_lives_answers_for_everything(
    made: tuple[dict[str, tuple[int, int | None]], Successions], number: int, duty: str
) -> None:
    lives, lines = made
    for code, (first, _) in lives.items():
        if number < first:
            continue
        heirs = lines.heirs_of(code, _on(number), duty)
        assert heirs
        assert len(set(heirs)) == len(heirs)
        for heir in heirs:
            begins, ends = lives[heir]
            assert begins <= number
            assert ends is None or number <= ends


@given(registers(), st.integers(0, 14), st.sampled_from(("", *DUTIES)), st.randoms())
def test_the_order_of_the_lines_never_changes_who_answers(
    made: tuple[dict[str, tuple[int, int | None]], Successions],
    number: int,
    duty: str,
    chance: random.Random,
) -> None:
    lives, lines = made
    shuffled = list(lines)
    chance.shuffle(shuffled)
    other = Successions(tuple(shuffled))
    for code in lives:
        one, two = (x.heirs_of(code, _on(number), duty) for x in (lines, other))
        assert sorted(one) == sorted(two)
        one, two = (x.predecessors_of(code, _on(number), duty) for x in (lines, other))
        assert sorted(one) == sorted(two)


@given(registers(), st.integers(0, 14), st.sampled_from(("", *DUTIES)))
def test_predecessors_are_those_whose_heir_the_agency_is(
    made: tuple[dict[str, tuple[int, int | None]], Successions], number: int, duty: str
) -> None:
    lives, lines = made
    for code in lives:
        heired = {p for p in lives if p != code and code in lines.heirs_of(p, _on(number), duty)}
        assert set(lines.predecessors_of(code, _on(number), duty)) == heired


@given(registers(), st.integers(0, 14), st.integers(0, 14))
def test_the_heirs_of_the_heirs_are_the_heirs(
    made: tuple[dict[str, tuple[int, int | None]], Successions], one: int, other: int
) -> None:
    lives, lines = made
    sooner, later = sorted((one, other))
    for code in lives:
        steps = lines.heirs_of(code, _on(sooner), "energy")
        stepwise = {h for step in steps for h in lines.heirs_of(step, _on(later), "energy")}
        assert stepwise == set(lines.heirs_of(code, _on(later), "energy"))


@given(
    st.lists(
        st.builds(
            Succession,
            st.sampled_from("abc"),
            st.sampled_from("abc"),
            st.integers(0, 3).map(_on),
            st.sampled_from(((), ("poverty",))),
        ),
        max_size=8,
    ),
    st.integers(0, 4),
)
def test_lines_that_go_round_in_a_circle_come_to_an_end(
    lines: list[Succession], number: int
) -> None:
    """The loader refuses them; whoever gets past it must not hang."""
    crooked = Successions(tuple(lines))
    for code in "abc":
        assert crooked.heirs_of(code, _on(number), "poverty")
        assert code not in crooked.predecessors_of(code, _on(number))


# --- The directive, answered for by today's agencies ----------------------------------------------

ROWS = (
    row("poverty", Appendix.I, "16", "lao_dong", group_number="II", target_printed="0"),
    row("elderly", Appendix.III, "37", "y_te lao_dong", group_number="IV", target_printed="95"),
    row("school", Appendix.BODY, "II.6", "giao_duc lao_dong", group_number="II.6"),
    row("project", Appendix.V, "19", "quan noi_vu lao_dong", group_number="III.1"),
    row("sub", Appendix.I, "", "lao_dong", group_number="II", parent="poverty"),
)
CATALOGUE = Catalogue(2025, "Chỉ thị", ROWS, (), ())


def _who(catalogue: Catalogue, code: str) -> list[tuple[str, Role, str]]:
    return [(a.agency, a.role, a.inherited_from) for a in catalogue.row(code).agencies]


def test_before_any_line_the_catalogue_is_the_very_same_object() -> None:
    assert catalogue_on(CATALOGUE, SPLIT, FEBRUARY, FEBRUARY) is CATALOGUE


def test_rows_go_to_the_heirs_with_the_agency_that_the_directive_named() -> None:
    now = catalogue_on(CATALOGUE, SPLIT, NOVEMBER, NOVEMBER)
    assert _who(now, "poverty") == [("nong_nghiep", Role.LEAD, "lao_dong")]
    assert _who(now, "sub") == [("nong_nghiep", Role.LEAD, "lao_dong")]  # under its parent
    assert now.row("poverty").agencies[0].printed == "lao_dong"


def test_an_agency_in_a_row_twice_keeps_the_first_place() -> None:
    now = catalogue_on(CATALOGUE, SPLIT, NOVEMBER, NOVEMBER)
    assert _who(now, "elderly") == [("y_te", Role.LEAD, "")]


def test_a_duty_of_several_heirs_is_led_by_the_first() -> None:
    now = catalogue_on(CATALOGUE, SPLIT, NOVEMBER, NOVEMBER)
    assert _who(now, "project") == [
        ("phuong_a", Role.LEAD, "quan"),
        ("phuong_b", Role.CO, "quan"),
        ("noi_vu", Role.CO, ""),
    ]


def test_rows_that_keep_their_agencies_stay_the_same_objects() -> None:
    now = catalogue_on(CATALOGUE, SPLIT, MARCH, MARCH)
    lines = Successions((Succession("quan", "phuong_a", JULY),))
    assert now.row("school") is not ROWS[2]
    assert catalogue_on(CATALOGUE, lines, NOVEMBER, NOVEMBER).row("poverty") is ROWS[0]


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("project", ("project", "V.III.1", "V.III", "V")),
        ("sub", ("sub", "poverty", "I.II", "I")),
        ("school", ("school", "body.II.6", "body.II", "body")),
    ],
)
def test_a_row_can_be_named_by_code_parent_heading_or_appendix(
    code: str, keys: tuple[str, ...]
) -> None:
    assert duty_keys(CATALOGUE.row(code), CATALOGUE) == keys


def test_targets_set_later_stay_out_of_an_earlier_cycle() -> None:
    target = parse_target("0,5")
    assert target is not None
    revision = TargetRevision("poverty", Territory.WHOLE, JULY, "0,5", target, "NQ 42/NQ-HĐND")
    revised = dataclasses.replace(ROWS[0], revisions=(revision,))
    catalogue = dataclasses.replace(CATALOGUE, rows=(revised, *ROWS[1:]))
    before = catalogue_on(catalogue, Successions(), FEBRUARY, FEBRUARY)
    assert before.row("poverty").target_shown == "0"
    assert catalogue_on(catalogue, Successions(), NOVEMBER, NOVEMBER) is catalogue


def test_a_workbook_quotes_nothing_newer_than_itself_and_the_city_no_ground_it_has_yet_to_get() -> (
    None
):
    target = parse_target("0,5")
    assert target is not None
    east, west = (
        TargetRevision("poverty", ground, day, "0,5", target, "NQ 25/NQ-CP", baseline="Chính phủ")
        for ground, day in ((Territory.EAST, FEBRUARY), (Territory.WEST, FEBRUARY))
    )
    revised = dataclasses.replace(ROWS[0], revisions=(east, west))
    catalogue = dataclasses.replace(CATALOGUE, rows=(revised,), territory=Territory.EAST)
    opened = FEBRUARY - dt.timedelta(days=1)
    row = catalogue_on(catalogue, Successions(), opened, FEBRUARY).row("poverty")
    assert (row.target_given, row.target_shown) == ("0", "0; Chính phủ: 0,5 (NQ 25/NQ-CP)")
    later = catalogue_on(catalogue, Successions(), NOVEMBER, NOVEMBER).row("poverty")
    assert "Chính phủ, phía tây: 0,5" in later.target_given


def test_a_duty_in_words_is_told_and_nothing_passes_by_it() -> None:
    day = dt.date(2025, 3, 1)
    lines = Successions(
        (
            Succession("sgtvt", "sxd", day),
            Succession("sgtvt", "cong_an", day, ("* cấp giấy phép lái xe", "* sát hạch")),
            Succession("stp", "cong_an", day, ("* lý lịch tư pháp",)),
        )
    )
    assert lines.heirs_of("sgtvt", day) == ["sxd"]
    assert lines.heirs_of("sgtvt", day, "task_1", "IV") == ["sxd"]
    assert lines.heirs_of("stp", day) == ["stp"]
    assert lines.predecessors_of("cong_an", day) == []
    assert [line.in_words for line in lines.lines_from("sgtvt")] == [
        "",
        "cấp giấy phép lái xe; sát hạch",
    ]
