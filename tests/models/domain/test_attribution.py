"""Whose a file is: agreement is taken, contradictions name both sides."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.arrivals.attributing import reply_targets, tokens_in_addresses
from models.domain.arrivals.attribution import (
    AttributionState,
    Evidence,
    EvidenceKind,
    Strayed,
    answerable,
    attribute,
    sender_evidence,
)
from models.domain.mail.mail import LetterKind
from models.domain.register.agencies import Agency, AgencyKind, Contact, Register

NAMES = {"so_du_lich": "Sở Du lịch", "so_y_te": "Sở Y tế", "so_tai_chinh": "Sở Tài chính"}
PLAN = "2025-plan"
OURS = "bao-cao@vanphong.example"


def _evidence(kind: EvidenceKind, agency: str = "so_du_lich", detail: str = "") -> Evidence:
    cycle = "" if kind is EvidenceKind.REGISTERED_SENDER else PLAN
    return Evidence(kind, agency, cycle, detail)


IDENTITY = _evidence(EvidenceKind.SIGNED_IDENTITY)
BROKEN = Evidence(EvidenceKind.BROKEN_IDENTITY)
TOKEN = _evidence(EvidenceKind.REPLY_TOKEN)
THREAD = _evidence(EvidenceKind.THREAD_REFERENCE)
SENDER = _evidence(EvidenceKind.REGISTERED_SENDER, detail="dulich@haiphong.example")
DOMAIN = _evidence(EvidenceKind.REGISTERED_DOMAIN)
GUESS = _evidence(EvidenceKind.GUESSED_CONTENT)
HANDED_IN = Evidence(EvidenceKind.HANDED_IN)
OTHER_SENDER = _evidence(EvidenceKind.REGISTERED_SENDER, "so_y_te", "yte@haiphong.example")
OTHER_TOKEN = _evidence(EvidenceKind.REPLY_TOKEN, "so_y_te")
OTHER_DOMAIN = _evidence(EvidenceKind.REGISTERED_DOMAIN, "so_y_te")
OTHER_IDENTITY = _evidence(EvidenceKind.SIGNED_IDENTITY, "so_y_te")
OTHER_GUESS = _evidence(EvidenceKind.GUESSED_CONTENT, "so_y_te")

TAKEN = [
    [IDENTITY, SENDER],
    [SENDER, TOKEN],
    [SENDER, THREAD],
    [IDENTITY, HANDED_IN],
    [GUESS, SENDER, TOKEN],
    [IDENTITY, SENDER, OTHER_SENDER],  # one address that serves two agencies
    [SENDER, OTHER_SENDER, GUESS, TOKEN],
]
HELD = [
    [IDENTITY],
    [TOKEN],
    [THREAD],
    [SENDER],
    [GUESS],
    [DOMAIN],
    [TOKEN, THREAD],  # both travel with one letter
    [IDENTITY, TOKEN],  # as does the workbook
    [IDENTITY, THREAD],
    [GUESS, TOKEN],
    [GUESS, SENDER],  # the directive is public, and a From line is anybody's
    [IDENTITY, DOMAIN],
    [TOKEN, DOMAIN],
    [IDENTITY, TOKEN, DOMAIN],
    [SENDER, OTHER_SENDER, GUESS],
    [GUESS, DOMAIN],
    [GUESS, HANDED_IN],
    [SENDER, OTHER_SENDER],
    [BROKEN],
    [BROKEN, SENDER, TOKEN],
]
CONTRADICTIONS = [
    [IDENTITY, OTHER_SENDER],
    [IDENTITY, OTHER_TOKEN],
    [IDENTITY, SENDER, OTHER_TOKEN],
    [IDENTITY, TOKEN, OTHER_SENDER],
    [IDENTITY, OTHER_IDENTITY, SENDER],
    [TOKEN, OTHER_SENDER],
    [GUESS, OTHER_SENDER],
    [IDENTITY, OTHER_GUESS, SENDER],
    [IDENTITY, OTHER_DOMAIN],
    [IDENTITY, TOKEN, OTHER_DOMAIN],
]


@pytest.mark.parametrize("evidence", TAKEN)
def test_two_voices_that_agree_are_taken(evidence: list[Evidence]) -> None:
    found = attribute(evidence, NAMES)
    assert (found.state, found.agency, found.cycle) == (
        AttributionState.TAKEN,
        "so_du_lich",
        PLAN,
    )
    assert "Sở Du lịch" in found.reasons[0]


@pytest.mark.parametrize("evidence", HELD)
def test_too_little_or_a_broken_identity_is_held_with_the_reason(evidence: list[Evidence]) -> None:
    found = attribute(evidence, NAMES)
    assert found.state is AttributionState.HELD
    assert all(reason.endswith(".") for reason in found.reasons)


@pytest.mark.parametrize("evidence", CONTRADICTIONS)
def test_a_contradiction_is_held_and_names_both_sides(evidence: list[Evidence]) -> None:
    found = attribute(evidence, NAMES)
    assert found.state is AttributionState.HELD
    assert any("Sở Du lịch" in reason and "Sở Y tế" in reason for reason in found.reasons)


def test_what_is_held_names_every_agency_that_may_well_have_sent_it() -> None:
    assert attribute([IDENTITY, OTHER_SENDER], NAMES).others == ("so_y_te",)
    assert attribute([SENDER, OTHER_SENDER], NAMES).agency == ""
    assert attribute([SENDER, OTHER_SENDER], NAMES).others == ("so_du_lich", "so_y_te")
    assert attribute([IDENTITY, OTHER_DOMAIN], NAMES).others == ()  # anybody may write from there
    assert attribute([IDENTITY, SENDER], NAMES).others == ()


def test_the_words_are_those_an_official_would_use() -> None:
    assert attribute([IDENTITY, OTHER_SENDER], NAMES).reasons == (
        "Thư do Sở Y tế gửi, nhưng sổ đính kèm là sổ Văn phòng lập cho Sở Du lịch.",
    )
    assert attribute([SENDER], NAMES).reasons == (
        "Thư do Sở Du lịch gửi, nhưng không trả lời thư của Văn phòng và sổ không mang mã nhận "
        "dạng. Văn phòng cần xác nhận đây đúng là báo cáo của Sở Du lịch.",
    )
    assert attribute([SENDER, OTHER_SENDER], NAMES).reasons == (
        "Thư do Sở Du lịch / Sở Y tế gửi, nhưng không trả lời thư của Văn phòng và sổ không mang "
        "mã nhận dạng. Văn phòng cần xác định đây là báo cáo của cơ quan nào.",
    )
    assert (
        "Mã nhận dạng trong tệp không còn khớp"
        in attribute([BROKEN, SENDER, TOKEN], NAMES).reasons[0]
    )
    assert attribute([IDENTITY, SENDER], NAMES).reasons == (
        "Sổ đính kèm là sổ Văn phòng lập cho Sở Du lịch; thư do Sở Du lịch gửi.",
    )


def test_without_evidence_it_is_unknown() -> None:
    assert attribute([]).state is AttributionState.UNKNOWN
    assert attribute([HANDED_IN]).state is AttributionState.UNKNOWN


def test_a_shared_address_alone_names_no_agency() -> None:
    assert attribute([SENDER, OTHER_SENDER]).agency == ""


def test_a_signed_workbook_says_its_cycle_whichever_letter_it_answers() -> None:
    answered = Evidence(EvidenceKind.REPLY_TOKEN, "so_du_lich", "2025-review")
    found = attribute([IDENTITY, SENDER, answered])
    assert (found.state, found.cycle) == (AttributionState.TAKEN, PLAN)


def test_a_retyped_workbook_says_its_cycle_before_an_address_does() -> None:
    assumed = Evidence(EvidenceKind.REGISTERED_SENDER, "so_du_lich", "2025-review")
    answered = Evidence(EvidenceKind.REPLY_TOKEN, "so_du_lich", PLAN)
    found = attribute([GUESS, assumed, answered])
    assert (found.taken, found.cycle) == (True, PLAN)


def test_a_retyped_workbook_of_another_cycle_is_held() -> None:
    answered = Evidence(EvidenceKind.REPLY_TOKEN, "so_du_lich", "2025-review")
    found = attribute([GUESS, answered])
    assert found.state is AttributionState.HELD
    assert "kỳ báo cáo khác với kỳ của thư Văn phòng đã gửi" in found.reasons[0]


def test_the_office_sees_the_evidence_and_the_sender_what_is_lacking() -> None:
    found = attribute([IDENTITY], NAMES)
    assert found.reasons == (
        "Địa chỉ gửi chưa có trong danh bạ của Văn phòng; sổ đính kèm là sổ Văn phòng lập cho Sở "
        "Du lịch. Văn phòng cần xác nhận đây đúng là báo cáo của Sở Du lịch.",
    )
    assert found.told == (
        "Địa chỉ gửi chưa có trong danh bạ của Văn phòng. Văn phòng cần xác nhận đây đúng là báo "
        "cáo của Sở Du lịch.",
    )


def test_the_sender_is_not_told_in_the_words_of_mail_servers() -> None:
    failed = Evidence(EvidenceKind.SENDER_FAIL, detail="Máy chủ thư không xác nhận: dmarc=fail.")
    for evidence in ([IDENTITY, failed], [failed]):
        found = attribute(evidence, NAMES)
        assert "dmarc=fail" in " ".join(found.reasons)
        assert "dmarc" not in " ".join(found.told)
        assert "cán bộ Văn phòng sẽ kiểm tra" in " ".join(found.told)


ANY_EVIDENCE = st.lists(
    st.builds(
        Evidence,
        st.sampled_from(EvidenceKind),
        st.sampled_from(["", *NAMES]),
        st.sampled_from(["", PLAN, "2025-review"]),
    ),
    max_size=7,
)


@settings(deadline=None)
@given(ANY_EVIDENCE, st.randoms())
def test_the_order_of_evidence_never_decides_whether_it_is_taken(
    evidence: list[Evidence], randomness: object
) -> None:
    shuffled = list(evidence)
    randomness.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = attribute(evidence), attribute(shuffled)
    assert one.state == other.state
    if one.state is AttributionState.TAKEN:
        assert (one.agency, one.cycle) == (other.agency, other.cycle)


@settings(deadline=None)
@given(ANY_EVIDENCE)
def test_nothing_is_taken_against_a_strong_voice_and_every_case_has_a_reason(
    evidence: list[Evidence],
) -> None:
    found = attribute(evidence, NAMES)
    assert found.reasons
    if found.state is not AttributionState.TAKEN:
        return
    assert found.agency
    for kind in (EvidenceKind.SIGNED_IDENTITY, EvidenceKind.REPLY_TOKEN):
        assert {p.agency for p in evidence if p.kind is kind and p.agency} <= {found.agency}
    senders = {p.agency for p in evidence if p.kind is EvidenceKind.REGISTERED_SENDER and p.agency}
    assert not senders or found.agency in senders


# --- answers --------------------------------------------------------------------------------------

CONTACTS = {
    "so_du_lich": Contact(
        "so_du_lich", ("dulich@haiphong.example",), ("vt@haiphong.example",), ("pct@city.example",)
    ),
    "so_y_te": Contact("so_y_te", ("yte@haiphong.example",)),
    "so_tai_chinh": Contact("so_tai_chinh", ("taichinh@gmail.com",)),
}
REGISTER = Register(
    {code: Agency(code, name, AgencyKind.DEPARTMENT) for code, name in NAMES.items()}, CONTACTS
)


@pytest.mark.parametrize(
    ("sender", "kind", "agencies"),
    [
        ("dulich@haiphong.example", EvidenceKind.REGISTERED_SENDER, ["so_du_lich"]),
        ("vt@haiphong.example", EvidenceKind.REGISTERED_SENDER, ["so_du_lich"]),
        ("moi@haiphong.example", EvidenceKind.REGISTERED_DOMAIN, ["so_du_lich", "so_y_te"]),
        ("pct@city.example", None, []),
        ("ai-do@gmail.com", None, []),
        ("taichinh@gmail.com", EvidenceKind.REGISTERED_SENDER, ["so_tai_chinh"]),
        ("", None, []),
    ],
)
def test_a_sender_speaks_for_the_agencies_that_registered_it(
    sender: str, kind: EvidenceKind | None, agencies: list[str]
) -> None:
    found = sender_evidence(sender, REGISTER)
    assert [piece.agency for piece in found] == agencies
    assert all(piece.kind is kind and piece.detail == sender for piece in found)


@pytest.mark.parametrize("evidence", [[SENDER], [TOKEN], [SENDER, TOKEN], [TOKEN, OTHER_DOMAIN]])
def test_a_registered_sender_or_a_token_may_be_told_what_to_send(evidence: list[Evidence]) -> None:
    found = answerable(evidence, NAMES)
    assert (found.state, found.agency) == (AttributionState.TAKEN, "so_du_lich")


@pytest.mark.parametrize(
    "evidence",
    [
        [],
        [DOMAIN],
        [THREAD],
        [GUESS],
        [TOKEN, OTHER_SENDER],
        [SENDER, OTHER_SENDER],
        [SENDER, BROKEN],
    ],
)
def test_others_are_not_told(evidence: list[Evidence]) -> None:
    assert answerable(evidence, NAMES).state is not AttributionState.TAKEN


def test_a_verdict_goes_to_the_register_and_never_to_a_private_sender() -> None:
    evidence = [IDENTITY, SENDER]
    targets = reply_targets(LetterKind.VERDICT, attribute(evidence), evidence, CONTACTS)
    assert targets.to == ("dulich@haiphong.example",)
    assert targets.cc == ("vt@haiphong.example",)


def test_guidance_goes_to_the_registered_sender_or_by_the_token_to_the_register() -> None:
    for evidence in ([SENDER], [TOKEN]):
        targets = reply_targets(LetterKind.GUIDANCE, answerable(evidence), evidence, CONTACTS)
        assert targets.to == ("dulich@haiphong.example",)


def test_nothing_but_a_receipt_goes_out_for_what_is_held() -> None:
    evidence = [IDENTITY]
    held = attribute(evidence)
    assert reply_targets(LetterKind.VERDICT, held, evidence, CONTACTS).to == ()
    assert reply_targets(LetterKind.RECEIPT, held, evidence, CONTACTS).to == (
        "dulich@haiphong.example",
    )


def test_a_contradiction_is_acknowledged_to_the_registered_sender_alone() -> None:
    evidence = [IDENTITY, OTHER_SENDER]
    held = attribute(evidence)
    assert reply_targets(LetterKind.RECEIPT, held, evidence, CONTACTS).to == (
        "yte@haiphong.example",
    )
    evidence = [IDENTITY, OTHER_TOKEN]
    held = attribute(evidence)
    assert reply_targets(LetterKind.RECEIPT, held, evidence, CONTACTS).to == ()


@settings(deadline=None)
@given(ANY_EVIDENCE, st.sampled_from([LetterKind.VERDICT, LetterKind.RECEIPT, LetterKind.GUIDANCE]))
def test_answers_go_to_registered_addresses_only(
    evidence: list[Evidence], kind: LetterKind
) -> None:
    registered = {address for c in CONTACTS.values() for address in (*c.to, *c.cc)}
    for judged in (attribute(evidence), answerable(evidence)):
        targets = reply_targets(kind, judged, evidence, CONTACTS)
        assert {*targets.to, *targets.cc} - {""} <= registered
        assert targets.to or targets.reason


@pytest.mark.parametrize(
    ("recipients", "tokens"),
    [
        (["bao-cao+ab23@vanphong.example"], ["ab23"]),
        (["Bao-Cao+AB23@VanPhong.example"], ["ab23"]),
        (["x+1@y.example", OURS, "bao-cao+ab23@vanphong.example"], ["ab23"]),
        (
            ["bao-cao+ab23@vanphong.example", OURS, "bao-cao+cd45@vanphong.example"],
            ["ab23", "cd45"],
        ),
        ([OURS], []),
        (["bao-cao+@vanphong.example"], []),
        (["bao-cao+ab23@other.example"], []),
        (["other+ab23@vanphong.example"], []),
        ([], []),
    ],
)
def test_the_token_is_read_from_our_own_address_only(
    recipients: list[str], tokens: list[str]
) -> None:
    assert tokens_in_addresses(recipients, OURS) == tokens


@pytest.mark.parametrize(
    ("kinds", "strayed"),
    [
        ({}, Strayed("so_y_te", "so_du_lich")),
        ({EvidenceKind.REPLY_TOKEN: "so_y_te"}, Strayed("so_y_te", "so_du_lich")),
        ({EvidenceKind.REPLY_TOKEN: "so_tai_chinh"}, None),
        ({EvidenceKind.BROKEN_IDENTITY: "so_du_lich"}, None),
    ],
)
def test_who_sent_in_anothers_workbook_is_known_where_nothing_else_is_amiss(
    kinds: dict[EvidenceKind, str], strayed: Strayed | None
) -> None:
    found = attribute(
        [
            Evidence(EvidenceKind.SIGNED_IDENTITY, "so_du_lich", PLAN),
            Evidence(EvidenceKind.REGISTERED_SENDER, "so_y_te"),
            *(Evidence(kind, agency) for kind, agency in kinds.items()),
        ],
        NAMES,
    )
    assert (found.state, found.strayed) == (AttributionState.HELD, strayed)
