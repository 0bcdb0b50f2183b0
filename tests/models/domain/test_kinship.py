"""Evidence of agencies that have ended or begun: led to those that the cycle asked."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from models.domain.arrivals.attributing import Kinship
from models.domain.arrivals.attribution import (
    Attribution,
    Evidence,
    EvidenceKind,
    answerable,
    attribute,
)
from models.domain.register.agencies import Agency, AgencyKind, Register
from models.domain.register.successions import Succession, Successions

MARCH, JULY = dt.date(2025, 3, 1), dt.date(2025, 7, 1)
PLAN, REVIEW = "2025-plan", "2025-review"
NAMES = {
    "ke_hoach": "Sở Kế hoạch", "tai_chinh": "Sở Tài chính", "quan": "UBND quận",
    "phuong_a": "UBND phường A", "phuong_b": "UBND phường B", "nong_nghiep": "Sở Nông nghiệp",
    "moi_truong": "Sở Môi trường", "nn_mt": "Sở Nông nghiệp và Môi trường", "y_te": "Sở Y tế",
}  # fmt: skip
REGISTER = Register(
    {code: Agency(code, name, AgencyKind.DEPARTMENT) for code, name in NAMES.items()},
    {},
    Successions(
        (
            Succession("ke_hoach", "tai_chinh", MARCH),
            Succession("nong_nghiep", "nn_mt", MARCH),
            Succession("moi_truong", "nn_mt", MARCH),
            Succession("quan", "phuong_a", JULY),
            Succession("quan", "phuong_b", JULY),
        )
    ),
)
ASKED = {
    PLAN: {"ke_hoach", "tai_chinh", "nong_nghiep", "moi_truong", "quan", "y_te"},
    REVIEW: {"tai_chinh", "nn_mt", "phuong_a", "phuong_b", "y_te"},
}
SENDER, SIGNED = EvidenceKind.REGISTERED_SENDER, EvidenceKind.SIGNED_IDENTITY
TOKEN, THREAD = EvidenceKind.REPLY_TOKEN, EvidenceKind.THREAD_REFERENCE


def kinship(day: dt.date, current: str) -> Kinship:
    return Kinship(REGISTER, day, current, lambda cycle, agency: agency in ASKED[cycle])


IN_FEBRUARY = kinship(dt.date(2025, 2, 20), PLAN)
IN_MARCH = kinship(dt.date(2025, 3, 10), PLAN)
IN_NOVEMBER = kinship(dt.date(2025, 11, 10), REVIEW)


def told(kin: Kinship, *evidence: Evidence) -> Attribution:
    return attribute(kin.lead(evidence), NAMES)


def whose(kin: Kinship, *evidence: Evidence) -> str:
    found = told(kin, *evidence)
    return found.agency if found.taken else ""


# --- The three ways of the successor, in November -------------------------------------------------


def test_a_reply_from_the_successor_leads_to_its_duty() -> None:
    own = (Evidence(SIGNED, "tai_chinh", REVIEW), Evidence(SENDER, "tai_chinh", REVIEW))
    assert whose(IN_NOVEMBER, *own) == "tai_chinh"
    assert IN_NOVEMBER.lead(own) == list(own)


def test_a_reply_from_the_predecessors_address_leads_to_the_successors_duty() -> None:
    signed, sender = Evidence(SIGNED, "tai_chinh", REVIEW), Evidence(SENDER, "ke_hoach", REVIEW)
    found = told(IN_NOVEMBER, signed, sender)
    assert (found.taken, found.agency, found.cycle) == (True, "tai_chinh", REVIEW)
    assert "thư do Sở Kế hoạch (nay là Sở Tài chính) gửi" in found.reasons[0]


def test_a_workbook_that_names_the_predecessor_leads_to_the_successors_duty() -> None:
    signed, sender = Evidence(SIGNED, "ke_hoach", REVIEW), Evidence(SENDER, "tai_chinh", REVIEW)
    assert whose(IN_NOVEMBER, signed, sender) == "tai_chinh"


def test_an_old_thread_leads_to_the_successor_too() -> None:
    letter, sender = Evidence(THREAD, "ke_hoach", PLAN), Evidence(SENDER, "ke_hoach", REVIEW)
    found = answerable(IN_NOVEMBER.lead([letter, sender]), NAMES)
    assert (found.taken, found.agency, found.cycle) == (True, "tai_chinh", REVIEW)


# --- Several heirs --------------------------------------------------------------------------------


def test_where_several_answer_the_workbook_decides() -> None:
    signed, sender = Evidence(SIGNED, "phuong_b", REVIEW), Evidence(SENDER, "quan", REVIEW)
    assert whose(IN_NOVEMBER, signed, sender) == "phuong_b"


def test_where_nothing_decides_a_person_does_and_reads_all_names() -> None:
    found = told(IN_NOVEMBER, Evidence(SENDER, "quan", REVIEW))
    assert (found.taken, found.agency) == (False, "")
    assert "UBND quận (nay là UBND phường A) / UBND quận (nay là UBND phường B)" in found.reasons[0]


def test_a_workbook_of_one_that_several_follow_needs_another_voice() -> None:
    signed, sender = Evidence(SIGNED, "quan", REVIEW), Evidence(SENDER, "quan", REVIEW)
    assert whose(IN_NOVEMBER, signed, sender) == ""
    assert whose(IN_NOVEMBER, signed, Evidence(SENDER, "phuong_a", REVIEW)) == "phuong_a"


# --- Within the cycle of old ----------------------------------------------------------------------


def test_the_successor_corrects_the_predecessors_plan() -> None:
    signed = Evidence(SIGNED, "ke_hoach", PLAN)
    sender = Evidence(SENDER, "tai_chinh", PLAN)
    assert whose(IN_MARCH, signed, sender) == "ke_hoach"
    assert whose(IN_MARCH, signed, sender, Evidence(TOKEN, "tai_chinh", PLAN)) == "ke_hoach"
    assert whose(IN_MARCH, Evidence(SIGNED, "tai_chinh", PLAN), sender) == "tai_chinh"


def test_a_successor_that_was_not_asked_speaks_for_all_whom_it_follows() -> None:
    sender = Evidence(SENDER, "nn_mt", PLAN)
    assert whose(IN_MARCH, Evidence(SIGNED, "moi_truong", PLAN), sender) == "moi_truong"
    assert not answerable(IN_MARCH.lead([sender]), NAMES).taken
    token = Evidence(TOKEN, "nong_nghiep", PLAN)
    assert answerable(IN_MARCH.lead([sender, token]), NAMES).agency == "nong_nghiep"


def test_before_the_day_nobody_speaks_for_another() -> None:
    signed, sender = Evidence(SIGNED, "ke_hoach", PLAN), Evidence(SENDER, "tai_chinh", PLAN)
    assert IN_FEBRUARY.lead([signed, sender]) == [signed, sender]
    assert whose(IN_FEBRUARY, signed, sender) == ""


def test_a_stranger_to_the_kin_still_contradicts() -> None:
    signed = Evidence(SIGNED, "tai_chinh", REVIEW)
    assert whose(IN_NOVEMBER, signed, Evidence(SENDER, "y_te", REVIEW)) == ""
    assert whose(IN_NOVEMBER, signed, Evidence(SENDER, "quan", REVIEW)) == ""


# --- Laws -----------------------------------------------------------------------------------------

PIECES = st.builds(
    Evidence,
    st.sampled_from([SENDER, SIGNED, TOKEN, THREAD, EvidenceKind.REGISTERED_DOMAIN]),
    st.sampled_from(sorted(NAMES)),
    st.sampled_from([PLAN, REVIEW]),
)


@given(st.lists(PIECES, max_size=5))
def test_no_piece_is_lost_and_none_leaves_its_kin(evidence: list[Evidence]) -> None:
    for kin in (IN_FEBRUARY, IN_MARCH, IN_NOVEMBER):
        led = kin.lead(evidence)
        assert {p.stands_for or p.agency for p in led} == {p.agency for p in evidence}
        for piece in led:
            if piece.stands_for:
                assert piece.agency in REGISTER.successions.kin_of(piece.stands_for, kin.day)


@given(st.lists(PIECES, max_size=4))
def test_what_is_taken_is_taken_for_one_who_was_asked_or_named(evidence: list[Evidence]) -> None:
    found = told(IN_NOVEMBER, *evidence)
    if found.taken and found.cycle:
        named = {p.agency for p in evidence}
        assert found.agency in named or found.agency in ASKED[found.cycle]


@given(st.lists(PIECES, max_size=4))
def test_among_those_who_never_changed_nothing_changes(evidence: list[Evidence]) -> None:
    alone = [p for p in evidence if p.agency == "y_te"]
    assert IN_NOVEMBER.lead(alone) == alone
