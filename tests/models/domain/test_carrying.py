"""What February said, put into November's workbook: by whom, into which row, how much of it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.answers.carrying import (
    Carried,
    EarlierPlan,
    carry_over,
    lacking_plans,
    plan_state,
)
from models.domain.answers.standing import AgencyStanding, HeldMail, Timeliness, UnusableMail
from models.domain.letters.cycle_letters import OpeningNotes, compose_opening
from models.domain.letters.earlier_plans import plans_lacking_said
from models.domain.reading.forms import Column, Form, SheetForm, SheetKind, ValueType
from models.domain.reading.submissions import Entry, EntryValue, Verdict
from models.domain.register.agencies import Agency, AgencyKind, Contact, Register
from models.domain.register.catalogue import Appendix, Catalogue
from models.domain.register.successions import Succession, Successions, catalogue_on
from tests.fixtures.office_files import own_office
from tests.fixtures.small_office import AS_OF, missing, record, row, standing

MARCH, NOVEMBER = dt.date(2025, 3, 1), dt.date(2025, 10, 20)
GROUPS = ("1. Giải pháp đột phá", "2. Mở rộng không gian kinh tế")
TEXT, DATE, CHOICE = ValueType.TEXT, ValueType.DATE, ValueType.CHOICE

#: skhdt merged into stc, the district into two wards, the labour department's poverty to snnmt.
LINES = Successions(
    (
        Succession("skhdt", "stc", MARCH),
        Succession("sldtbxh", "snv", MARCH),
        Succession("sldtbxh", "snnmt", MARCH, ("poverty",)),
        Succession("quan", "phuong_a", dt.date(2025, 7, 1)),
        Succession("quan", "phuong_b", dt.date(2025, 7, 1)),
    )
)
CODES = ("skhdt", "stc", "sldtbxh", "snv", "snnmt", "quan", "phuong_a", "phuong_b", "cuc_thong_ke")
REGISTER = Register(
    {c: Agency(c, c, AgencyKind.DEPARTMENT) for c in CODES}, {}, successions=LINES
)  # fmt: skip
EARLIER = Catalogue(
    2025,
    "Chỉ thị",
    (
        row("grdp", Appendix.I, "1", "skhdt stc", target_printed="12,50"),
        row("poverty", Appendix.I, "2", "sldtbxh", target_printed="0,5"),
        row("jobs", Appendix.I, "3", "sldtbxh", target_printed="10"),
        row("task_1", Appendix.IV, "1", "skhdt"),
    ),
    (),
    GROUPS,
)
NOW = catalogue_on(EARLIER, LINES, NOVEMBER, NOVEMBER)
CODE = Column("code", "Mã", TEXT, office=True, source="code")
FORM = Form(
    "review",
    "review-1",
    "",
    (
        SheetForm("details", "Chung", SheetKind.DETAILS, "", columns=(
            Column("number", "Số (*)", TEXT, required=True),
        )),
        SheetForm("indicators", "Chỉ tiêu", SheetKind.TABLE, "", appendices=(Appendix.I,), columns=(
            CODE,
            Column("promised", "Cam kết", TEXT, office=True, source="earlier", carry="committed"),
            Column("estimate", "Ước (*)", ValueType.NUMBER, required=True, lead_only=True),
        )),
        SheetForm("tasks", "Nhiệm vụ", SheetKind.TABLE, "", appendices=(Appendix.IV,), columns=(
            CODE,
            Column("person", "Người", TEXT, carry="who"),
            Column("deadline", "Hạn", DATE, carry="when"),
            Column("state", "Tình trạng (*)", TEXT, required=True, lead_only=True),
        )),
        SheetForm("plan", "K", SheetKind.FREE_TABLE, "", free_rows=3, minimum_rows=1, columns=(
            Column("group", "Nhóm", CHOICE, choices_from="solution_groups", carry="group"),
            Column("work", "Việc (*)", TEXT, required=True, carry="work"),
            Column("state", "Tình trạng (*)", TEXT, required=True),
        )),
    ),
)  # fmt: skip


def said(sheet: str, row_key: str, **cells: EntryValue) -> list[Entry]:
    return [
        Entry(sheet, row_key, column, value, str(value), "Trang", "B5")
        for column, value in cells.items()
    ]


def carried(agency: str, **accounts: Sequence[Entry]) -> Carried:
    return carry_over(FORM, NOW, agency, REGISTER, NOVEMBER, EARLIER, accounts)


def cells(found: Carried) -> dict[tuple[str, str, str], str]:
    return {(e.sheet, e.row_key, e.column): e.raw for e in found.entries}


def test_the_heir_finds_what_its_predecessor_promised() -> None:
    found = carried("stc", skhdt=said("indicators", "grdp", committed=Decimal("12.5")))
    assert cells(found) == {("indicators", "grdp", "promised"): "12.5"}
    assert found.filled_cells == 0  # the office shows it; nothing is filled for the agency


def test_who_led_the_row_then_goes_before_who_took_part() -> None:
    """The finance department took part in what the planning department led, and inherits it."""
    found = carried(
        "stc",
        stc=said("indicators", "grdp", committed=Decimal(11)),
        skhdt=said("indicators", "grdp", committed=Decimal("12.5")),
    )
    assert cells(found) == {("indicators", "grdp", "promised"): "12.5"}
    alone = carried("stc", stc=said("indicators", "grdp", committed=Decimal(11)))
    assert cells(alone) == {("indicators", "grdp", "promised"): "11"}


def test_each_duty_is_carried_to_whom_it_passed() -> None:
    labour = [
        *said("indicators", "poverty", committed=Decimal("0.4")),
        *said("indicators", "jobs", committed=Decimal(12)),
    ]
    assert list(cells(carried("snnmt", sldtbxh=labour))) == [("indicators", "poverty", "promised")]
    assert list(cells(carried("snv", sldtbxh=labour))) == [("indicators", "jobs", "promised")]


def test_what_another_agency_said_is_not_carried() -> None:
    assert carried("snv", cuc_thong_ke=said("indicators", "jobs", committed=Decimal(12))) == (
        carried("snv")
    )


def test_dates_and_words_stand_where_they_are_asked_for() -> None:
    day = dt.date(2025, 6, 30)
    found = carried("stc", skhdt=said("tasks", "task_1", who="Nguyễn Văn An", when=day, extra="x"))
    assert {(e.column, e.value) for e in found.entries} == {
        ("person", "Nguyễn Văn An"),
        ("deadline", day),
    }
    assert all(e.cell == "" and e.sheet_name == "" for e in found.entries)


def test_free_rows_are_its_own_and_its_predecessors_numbered_anew() -> None:
    found = carried(
        "stc",
        skhdt=[*said("plan", "@10", work="Mười"), *said("plan", "@2", work="Hai", group=GROUPS[0])],
        stc=said("plan", "@4", work="Của mình"),
    )
    assert [(e.row_key, e.column, e.raw) for e in found.entries] == [
        ("@1", "work", "Của mình"),
        ("@2", "group", GROUPS[0]),
        ("@2", "work", "Hai"),
        ("@3", "work", "Mười"),
    ]


def test_every_ward_finds_the_plan_of_the_district_it_succeeds() -> None:
    district = said("plan", "@1", work="Chỉnh trang đô thị")
    for ward in ("phuong_a", "phuong_b"):
        found = carried(ward, quan=district)
        assert cells(found) == {("plan", "@1", "work"): "Chỉnh trang đô thị"}
        assert found.registered_by == ("quan",)


def test_twins_of_two_predecessors_stand_once() -> None:
    work = said("plan", "@1", work="Chuyển đổi số", group=GROUPS[1])
    assert len(carried("stc", skhdt=work, stc=work).entries) == 2


def test_whose_works_stand_there_is_known_unless_all_are_its_own() -> None:
    one, other = (said("plan", "@1", work=text) for text in ("Một", "Hai"))
    assert carried("stc", skhdt=one, stc=other).registered_by == ("stc", "skhdt")
    assert carried("stc", stc=other).registered_by == ()


def test_a_group_that_is_no_longer_offered_is_left_to_be_chosen() -> None:
    found = carried("stc", stc=said("plan", "@1", work="Việc", group="11. Nhóm của năm trước"))
    assert [e.column for e in found.entries] == ["work"]


def test_cells_asked_for_and_filled_are_counted() -> None:
    nothing = carried("stc")
    # details 1, estimate 1, task: its state; who has tasks need not plan more
    assert (nothing.asked_cells, nothing.filled_cells) == (3, 0)
    some = carried(
        "stc",
        skhdt=[
            *said("tasks", "task_1", who="An", when=dt.date(2025, 6, 30)),
            *said("plan", "@1", work="Một"),
            *said("plan", "@2", work="Hai", group=GROUPS[0]),
        ],
    )
    # and the task's person and deadline; of two free rows work and state, of one its group
    assert (some.asked_cells, some.filled_cells) == (10, 5)


def test_what_the_register_knows_of_the_focal_person_is_not_left_to_be_filled_in() -> None:
    office = own_office()
    cycle = office.cycle("2025-review")
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    register = office.register
    for contact, known in (
        (Contact("phuong_le_chan", ["a@lechan.example"]), 1),
        (Contact("phuong_le_chan", ["a@lechan.example"], phone="0225 3000 000"), 2),
    ):
        there = replace(register, contacts={**register.contacts, "phuong_le_chan": contact})
        found = carry_over(form, catalogue, "phuong_le_chan", there, NOVEMBER)
        assert (found.filled_cells, found.known_cells) == (0, known)
        agency = register.agencies["phuong_le_chan"]
        notes = OpeningNotes(carried=found, earlier=office.cycle("2025-plan"))
        letter = compose_opening(cycle, office.calendar, agency, form, catalogue, notes)
        left = found.asked_cells - known
        assert f"trong đó {known} ô đã ghi sẵn theo danh bạ" in str(letter.context["prefilled"])
        assert f"còn {left} ô cơ quan điền" in str(letter.context["prefilled"])


def test_a_cycle_without_a_previous_one_only_counts() -> None:
    found = carry_over(FORM, NOW, "stc", REGISTER, NOVEMBER)
    assert found == Carried((), 3, 0)


_ENTRIES = st.lists(
    st.builds(
        lambda sheet, row_key, column, text: Entry(sheet, row_key, column, text, text, "T", "A1"),
        st.sampled_from(["indicators", "tasks", "plan"]),
        st.sampled_from(["grdp", "jobs", "task_1", "@1", "@2", "@11"]),
        st.sampled_from(["committed", "who", "work", "group"]),
        st.sampled_from(["một", "hai", GROUPS[0]]),
    ),
    max_size=12,
    unique_by=lambda e: (e.sheet, e.row_key, e.column),
)


@given(_ENTRIES, _ENTRIES, st.sampled_from(CODES), st.randoms())
def test_the_order_in_which_answers_are_kept_changes_nothing(
    one: list[Entry], other: list[Entry], agency: str, chance: random.Random
) -> None:
    first = carried(agency, skhdt=one, stc=other, sldtbxh=other, quan=one)
    shuffled = {
        code: chance.sample(given, len(given))
        for code, given in (("quan", one), ("sldtbxh", other), ("stc", other), ("skhdt", one))
    }
    assert carried(agency, **shuffled) == first
    assert first.filled_cells <= first.asked_cells
    known = {(e.sheet, e.raw) for e in (*one, *other)}
    assert {(e.sheet, e.raw) for e in first.entries} <= known


@pytest.mark.parametrize("agency", ["stc", "snv", "phuong_b"])
def test_an_unclear_answer_is_carried_in_its_own_words(agency: str) -> None:
    unclear = replace(said("plan", "@1", work="?")[0], value=None, raw="khoảng tháng 6")
    (entry,) = carried(agency, skhdt=[unclear], sldtbxh=[unclear], quan=[unclear]).entries
    assert (entry.value, entry.raw) == (None, "khoảng tháng 6")


# Plans that are not there


def _sent(verdict: Verdict, **more: object) -> AgencyStanding:
    version = replace(record("quan", ()), verdict=verdict)
    return replace(missing("quan"), versions=(version,), **more)


HELD = HeldMail(AS_OF)
UNUSABLE = UnusableMail(AS_OF, AS_OF)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (standing("quan"), EarlierPlan.ACCEPTED),
        (missing("quan"), EarlierPlan.NEVER_CAME),
        (_sent(Verdict.RETURNED), EarlierPlan.NOT_ACCEPTED),
        (_sent(Verdict.HELD), EarlierPlan.NOT_ACCEPTED),
        (replace(missing("quan"), held_mail=(HELD,)), EarlierPlan.NOT_ACCEPTED),
        (replace(missing("quan"), unusable_mail=(UNUSABLE,)), EarlierPlan.NO_WORKBOOK),
        (replace(missing("quan"), timeliness=Timeliness.EXEMPT), EarlierPlan.EXEMPT),
        (_sent(Verdict.RETURNED, exempt_sheets=("plan",)), EarlierPlan.EXEMPT),
    ],
)
def test_what_became_of_a_plan_is_told_as_it_was(found: AgencyStanding, state: EarlierPlan) -> None:
    assert plan_state(FORM, found) is state


def test_a_plan_counts_by_its_own_section() -> None:
    version = replace(
        record("quan", ()),
        verdict=Verdict.RETURNED,
        sections={"plan": Verdict.ACCEPTED, "tasks": Verdict.RETURNED},
    )
    part = replace(missing("quan"), versions=(version,), sections=("plan", "tasks"))
    assert plan_state(FORM, part) is EarlierPlan.ACCEPTED
    other = replace(version, sections={"plan": Verdict.RETURNED, "tasks": Verdict.ACCEPTED})
    assert plan_state(FORM, replace(part, versions=(other,))) is EarlierPlan.NOT_ACCEPTED


def test_an_heir_reads_of_every_plan_that_its_workbook_lacks_and_of_no_other() -> None:
    lines = Successions(
        tuple(Succession(before, "phuong_a", MARCH) for before in ("quan", "skhdt", "sldtbxh"))
    )
    register = replace(REGISTER, successions=lines)
    states = {
        "quan": EarlierPlan.NOT_ACCEPTED,
        "skhdt": EarlierPlan.ACCEPTED,
        "sldtbxh": EarlierPlan.NEVER_CAME,
        "stc": EarlierPlan.NEVER_CAME,
    }
    found = lacking_plans(FORM, "phuong_a", register, NOVEMBER, states)
    assert found == [("quan", EarlierPlan.NOT_ACCEPTED), ("sldtbxh", EarlierPlan.NEVER_CAME)]
    told = plans_lacking_said("phuong_a", found, str.upper)
    assert told == (
        "Sổ không ghi sẵn kế hoạch hành động của QUAN (đã gửi, chưa được tiếp nhận); SLDTBXH (Văn "
        "phòng không nhận được). Việc thuộc các kế hoạch ấy, nếu có, đề nghị ghi vào các dòng để "
        "trống."
    )
    own = lacking_plans(FORM, "stc", register, NOVEMBER, states)
    assert plans_lacking_said("stc", own, str.upper).startswith(
        "Sổ không ghi sẵn kế hoạch hành động của cơ quan (Văn phòng không nhận được). Việc thuộc "
    )
    assert lacking_plans(FORM, "snv", register, NOVEMBER, states) == [], "it was not asked"
    assert plans_lacking_said("snv", [], str.upper) == ""
    tables = tuple(s for s in FORM.sheets if s.kind is not SheetKind.FREE_TABLE)
    bare = replace(FORM, sheets=tables)
    assert lacking_plans(bare, "phuong_a", register, NOVEMBER, states) == [], "it asks for no plan"
    assert Carried(lacking=tuple(found)) == Carried(), "the workbook is the same one"
