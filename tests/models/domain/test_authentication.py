"""Who sent it: only our own server's word counts, and without it nothing is taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.arrivals.attributing import reply_targets
from models.domain.arrivals.attribution import (
    AttributionState,
    Evidence,
    EvidenceKind,
    answerable,
    attribute,
    sender_evidence,
)
from models.domain.mail.authentication import MethodResult, SenderCheck, check_sender
from models.domain.mail.mail import LetterKind
from models.domain.register.agencies import Agency, AgencyKind, Contact, Register
from tasks.adapters.messages.authentication_reader import results_of

OURS = "mx.vanphong.example"
SENDER = "vanthu@syt.haiphong.example"
NAMES = {"syt": "Sở Y tế", "stc": "Sở Tài chính"}
PLAN = "2025-plan"
PASSED = [
    "dmarc=pass (p=reject dis=none) header.from=syt.haiphong.example",
    "dkim=pass header.d=syt.haiphong.example header.s=k1",
    "dkim=pass header.i=@syt.haiphong.example",
    "dkim=pass header.d=haiphong.example",  # the city signs for its departments
    "spf=pass smtp.mailfrom=vanthu@syt.haiphong.example",
    "spf=pass smtp.mailfrom=syt.haiphong.example",
    "dkim=fail header.d=syt.haiphong.example; spf=pass smtp.mailfrom=syt.haiphong.example",
    "DKIM=PASS header.d=SYT.haiphong.example",
]
NOT_PASSED = [
    "none",
    "dmarc=fail header.from=syt.haiphong.example",
    "dmarc=fail header.from=syt.haiphong.example; spf=pass smtp.mailfrom=syt.haiphong.example",
    "dmarc=pass header.from=ke-xau.example",
    "dkim=pass header.d=stc.haiphong.example",  # a neighbour below the same parent
    "dkim=pass header.d=x.syt.haiphong.example",  # below, where others may write
    "dkim=pass header.d=example",
    "dkim=pass header.d=haiphong.example.ke-xau.example",
    "dkim=pass",
    "spf=pass smtp.mailfrom=ke-xau.example",
    "spf=pass smtp.helo=syt.haiphong.example",
    "spf=softfail smtp.mailfrom=syt.haiphong.example",
    "auth=pass smtp.auth=vanthu@syt.haiphong.example",
    "dkim=pass header.d=(comment never closed",
]


def check(headers: Sequence[str], sender: str = SENDER) -> SenderCheck:
    return check_sender(results_of(headers, OURS), sender)


@pytest.mark.parametrize("results", PASSED)
def test_what_our_server_confirmed_passes(results: str) -> None:
    assert check([f"{OURS}; {results}"]).passed


@pytest.mark.parametrize("results", NOT_PASSED)
def test_what_it_did_not_confirm_for_that_very_sender_does_not(results: str) -> None:
    found = check([f"{OURS}; {results}"])
    assert not found.passed
    assert SENDER in found.reason


def test_a_name_under_which_anybody_gets_a_domain_vouches_for_nobody() -> None:
    sender = "vanthu@haiphong.gov.vn"
    assert not check([f"{OURS}; dkim=pass header.d=gov.vn"], sender).passed
    assert check([f"{OURS}; dkim=pass header.d=haiphong.gov.vn"], sender).passed


def test_only_the_topmost_header_of_our_own_server_counts() -> None:
    passed, failed = f"{OURS}; {PASSED[0]}", f"{OURS}; dmarc=fail header.from=syt.haiphong.example"
    of_another = f"mx.ke-xau.example; {PASSED[0]}"
    assert check([of_another, passed]).passed
    assert not check([of_another]).passed
    assert not check([f"x{OURS}; {PASSED[0]}"]).passed
    assert not check([failed, passed]).passed, "the sender wrote the lower one himself"
    assert not check([f"{OURS}; =", passed]).passed, "unreadable: nothing below it is believed"
    assert not check([]).passed
    assert check([passed.replace(OURS, OURS.upper())]).passed


@pytest.mark.parametrize(
    "claim", ["(x) {}", "((a) b){}", '"{}"', "\x0b{}", "\xa0{}", "{}.", "{}x", "=?utf-8?q?{}?="]
)
def test_our_servers_name_is_believed_only_as_our_server_writes_it(claim: str) -> None:
    forged = claim.format(OURS)
    assert not check([f"{forged}; {PASSED[0]}"]).passed
    assert not check([f"{forged}; {PASSED[0]}", f"{OURS}; dmarc=fail"]).passed
    assert check([f"\r\n\t{OURS}\r\n 1; {PASSED[0]}"]).passed


def test_of_several_senders_nobody_knows_which_was_checked() -> None:
    results = results_of([f"{OURS}; {PASSED[0]}"], OURS)
    assert check_sender(results, SENDER).passed
    assert not check_sender(results, SENDER, doubt="thư ghi nhiều người gửi").passed


@settings(deadline=None)
@given(st.lists(st.text(max_size=200) | st.text('(;=" \\.mxdkim=pass', max_size=300), max_size=5))
def test_any_header_is_read_or_not_but_never_raises(headers: list[str]) -> None:
    assert not check(headers).passed
    check([f"{OURS}; {value}" for value in headers])


# --- evidence -------------------------------------------------------------------------------------

REGISTER = Register(
    {code: Agency(code, name, AgencyKind.DEPARTMENT) for code, name in NAMES.items()},
    {
        "syt": Contact("syt", (SENDER,)),
        "stc": Contact(
            "stc", ("vanthu@stc.haiphong.example",), domains=("skhdt.haiphong.example",)
        ),
    },
)
CONFIRMED = SenderCheck(True, "Máy chủ thư xác nhận.")
REFUSED = SenderCheck(False, "Máy chủ thư không xác nhận.")
IDENTITY = Evidence(EvidenceKind.SIGNED_IDENTITY, "syt", PLAN)
TOKEN = Evidence(EvidenceKind.REPLY_TOKEN, "syt", PLAN)


def test_signed_workbook_registered_address_and_pass_go_through() -> None:
    found = attribute([IDENTITY, TOKEN, *sender_evidence(SENDER, REGISTER, CONFIRMED)], NAMES)
    assert (found.state, found.agency) == (AttributionState.TAKEN, "syt")
    assert attribute([IDENTITY, *sender_evidence(SENDER, REGISTER, CONFIRMED)]).taken


@pytest.mark.parametrize(
    "evidence",
    [
        [IDENTITY, TOKEN],
        [TOKEN, Evidence(EvidenceKind.GUESSED_CONTENT, "syt", PLAN)],
        [IDENTITY, TOKEN, Evidence(EvidenceKind.THREAD_REFERENCE, "syt", PLAN)],
        [IDENTITY],
        [],
    ],
)
def test_without_a_pass_nothing_is_taken_and_the_reason_is_our_servers(
    evidence: list[Evidence],
) -> None:
    for sender in (SENDER, "ai-do@syt.haiphong.example", "ai-do@gmail.com"):
        found = attribute([*evidence, *sender_evidence(sender, REGISTER, REFUSED)], NAMES)
        assert not found.taken
        assert REFUSED.reason in found.reasons


@pytest.mark.parametrize("sender", ["ai-do@syt.haiphong.example", "ai-do@gmail.com"])
def test_a_confirmed_sender_who_is_not_registered_is_held(sender: str) -> None:
    found = attribute([IDENTITY, TOKEN, *sender_evidence(sender, REGISTER, CONFIRMED)], NAMES)
    assert found.state is AttributionState.HELD
    assert found.agency == "syt"


def test_a_file_handed_in_at_the_office_needs_no_mail_server() -> None:
    assert attribute([IDENTITY, Evidence(EvidenceKind.HANDED_IN)]).taken


def test_the_receipt_of_an_unconfirmed_mail_goes_to_the_contact_and_nothing_else_does() -> None:
    evidence = sender_evidence(SENDER, REGISTER, REFUSED)
    assert all(piece.kind is not EvidenceKind.REGISTERED_SENDER for piece in evidence)
    found = answerable(evidence, NAMES)
    assert found.state is AttributionState.HELD
    contacts = {"syt": Contact("syt", ("moi@syt.haiphong.example",))}
    for kind, to in (
        (LetterKind.RECEIPT, ("moi@syt.haiphong.example",)),
        (LetterKind.VERDICT, ()),
    ):
        assert tuple(reply_targets(kind, found, evidence, contacts).to) == to


def test_a_mail_without_workbook_is_guided_only_where_sender_and_pass_are_there() -> None:
    assert answerable(sender_evidence(SENDER, REGISTER, CONFIRMED), NAMES).taken
    assert not answerable([TOKEN, *sender_evidence("x@y.example", REGISTER, CONFIRMED)]).taken
    assert answerable([TOKEN, *sender_evidence("x@y.example", REGISTER)]).taken


def test_a_domain_of_former_days_is_shown_but_proves_nothing() -> None:
    (piece,) = sender_evidence("vanthu@skhdt.haiphong.example", REGISTER)
    assert (piece.kind, piece.agency) == (EvidenceKind.FORMER_DOMAIN, "stc")
    identity = Evidence(EvidenceKind.SIGNED_IDENTITY, "stc", PLAN)
    found = attribute([identity, piece], NAMES)
    assert found.state is AttributionState.HELD
    assert "tên miền cũ của Sở Tài chính" in " ".join(found.reasons)
    today = Evidence(EvidenceKind.REGISTERED_DOMAIN, "stc")
    assert not attribute([identity, today]).taken, (
        "nor does the domain of today, which is no address"
    )


def test_results_keep_their_first_value_of_a_property() -> None:
    (found,) = results_of([f"{OURS}; dkim=pass header.d=a.example header.d=b.example"], OURS) or []
    assert found == MethodResult("dkim", "pass", {"header.d": "a.example"})
