"""What an answer of a mail server means, and what becomes of each recipient of a letter."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.mail.delivery import (
    RULES,
    TRIED_FOR,
    Blame,
    Delivery,
    Fate,
    RecipientState,
    SmtpStage,
    after_answer,
    after_claim,
    ascii_address,
    given_up,
    letter_state,
    next_attempt,
    permitted,
    rule_for,
    ruling,
    unreached,
    waiting,
)
from models.domain.mail.mail import LetterState

NOON = dt.datetime(2025, 2, 10, 5, tzinfo=dt.UTC)
TO, CC = "a@so.example", "b@so.example"

# (stage, code, words, fate, blame)
ANSWERS = [
    ("CONNECT", 0, "", "stop", "server"),
    ("CONNECT", 421, "4.3.2 too busy", "stop", "server"),
    ("CONNECT", 554, "5.7.1 your address is listed", "stop", "operator"),
    ("TLS", 0, "certificate verify failed", "stop", "operator"),
    ("TLS", 454, "4.7.0 TLS not available", "stop", "operator"),
    ("LOGIN", 535, "5.7.8 bad credentials", "stop", "operator"),
    ("LOGIN", 454, "4.7.0 temporary failure", "stop", "server"),
    ("MAIL", 250, "", "again", "server"),  # no answer to MAIL that refuses: nothing was lost
    ("MAIL", 450, "4.7.1 slow down", "again", "server"),
    ("MAIL", 552, "5.3.4 message too big", "final", "letter"),
    ("MAIL", 553, "5.7.1 sender rejected", "stop", "operator"),
    ("MAIL", 530, "5.7.0 authentication required", "stop", "operator"),
    ("RCPT", 450, "4.2.0 greylisted", "again", "address"),
    ("RCPT", 451, "4.7.1 greylisting in action", "again", "address"),
    ("RCPT", 452, "4.2.2 over quota", "again", "address"),
    ("RCPT", 452, "4.5.3 too many recipients", "again", "address"),
    ("RCPT", 421, "4.7.0 closing", "again", "server"),
    ("RCPT", 0, "", "again", "server"),
    ("RCPT", 550, "5.1.1 user unknown", "final", "address"),
    ("RCPT", 550, "no such user", "final", "address"),
    ("RCPT", 550, "5.1.10 null MX", "final", "address"),
    ("RCPT", 550, "5.2.1 mailbox disabled", "final", "address"),
    ("RCPT", 552, "5.2.2 mailbox full", "final", "address"),
    ("RCPT", 552, "over quota", "final", "address"),
    ("RCPT", 552, "5.3.4 too big for this mailbox", "final", "letter"),
    ("RCPT", 550, "5.7.1 blocked by policy", "final", "letter"),
    ("RCPT", 550, "5.7.26 unauthenticated sender", "final", "letter"),
    ("RCPT", 554, "5.7.1 Relay access denied", "again", "operator"),
    ("RCPT", 550, "relaying denied", "again", "operator"),
    ("RCPT", 553, "5.7.1 <a@b.vn>: Sender address rejected: not owned by c", "again", "operator"),
    ("RCPT", 554, "5.5.3 too many recipients", "again", "server"),
    ("RCPT", 530, "5.7.0 login first", "again", "operator"),
    ("DATA", 451, "4.3.0 later", "again", "server"),
    ("DATA", 554, "5.5.1 no valid recipients", "final", "letter"),
    ("DATA", 0, "", "again", "server"),
    ("CONTENT", 0, "", "again", "server"),
    ("DOT", 250, "2.0.0 queued", "taken", "nobody"),
    ("DOT", 451, "4.7.1 try again", "again", "server"),
    ("DOT", 421, "4.3.0 closing", "again", "server"),
    ("DOT", 552, "5.3.4 too big", "final", "letter"),
    ("DOT", 554, "5.7.1 spam", "final", "letter"),
    ("DOT", 550, "5.7.60 no permissions to send as this sender", "stop", "operator"),
    ("DOT", 554, "5.2.252 SendAsDenied; not allowed", "stop", "operator"),
    ("DOT", 550, "5.1.1 user unknown", "final", "address"),
    ("DOT", 354, "go on", "uncertain", "server"),
    ("DOT", 0, "", "uncertain", "server"),
]


@pytest.mark.parametrize(("stage", "code", "words", "fate", "blame"), ANSWERS)
def test_each_answer_has_its_meaning(
    stage: str, code: int, words: str, fate: str, blame: str
) -> None:
    found = ruling(SmtpStage(stage), code, words)
    assert (found.fate.value, found.blame.value) == (fate, blame)


@given(st.sampled_from(SmtpStage), st.integers(-1, 700), st.text(max_size=40))
def test_any_answer_has_one_meaning(stage: SmtpStage, code: int, words: str) -> None:
    found = ruling(stage, code, words)
    before_the_dot = stage is not SmtpStage.DOT
    assert not (before_the_dot and found.fate in (Fate.TAKEN, Fate.UNCERTAIN))
    assert not (found.marks_contact and found.blame in (Blame.OPERATOR, Blame.SERVER))
    assert found.reason
    if 400 <= code < 500:
        assert found.fate in (Fate.AGAIN, Fate.STOP), "what is refused for now is never given up"
    if stage in (SmtpStage.CONNECT, SmtpStage.TLS, SmtpStage.LOGIN):
        assert found.fate is Fate.STOP, "no letter has been shown to the server"


def test_no_row_of_the_table_is_in_vain() -> None:
    used = {rule_for(SmtpStage(stage), code, words) for stage, code, words, _, _ in ANSWERS}
    assert [rule for rule in RULES if rule not in used] == []


def test_attempts_are_two_more_in_the_first_hour_then_every_two_to_three_for_four_days() -> None:
    at, times = NOON, [NOON]
    while (after := next_attempt(NOON, len(times), at)) is not None:
        at = after
        times.append(at)
    hour = dt.timedelta(hours=1)
    assert sum(NOON < t <= NOON + hour for t in times) == 2
    pauses = {b - a for a, b in itertools.pairwise(times[2:])}
    assert all(2 * hour <= pause <= 3 * hour for pause in pauses)
    assert times[-1] - NOON >= TRIED_FOR > times[-2] - NOON


def test_an_attempt_settles_each_recipient_by_itself() -> None:
    refused = {CC: ruling(SmtpStage.RCPT, 450, "later")}
    claimed = after_claim({}, [TO, CC], refused)
    assert claimed[TO].state is RecipientState.IN_FLIGHT
    assert claimed[CC].state is RecipientState.WAITING
    taken = after_answer({}, [TO, CC], refused, ruling(SmtpStage.DOT, 250))
    assert waiting([TO, CC], taken) == [CC]
    assert letter_state([TO], [CC], taken) is LetterState.QUEUED
    again = after_answer(taken, [CC], {}, ruling(SmtpStage.DOT, 250))
    assert letter_state([TO], [CC], again) is LetterState.SENT


ENDS = st.sampled_from(
    [
        ruling(SmtpStage.DOT, 250),
        ruling(SmtpStage.DOT),
        ruling(SmtpStage.DOT, 451),
        ruling(SmtpStage.DOT, 554),
    ]
)
REFUSALS = st.dictionaries(
    st.sampled_from([TO, CC, "c@so.example"]),
    st.sampled_from([ruling(SmtpStage.RCPT, 450), ruling(SmtpStage.RCPT, 550, "5.1.1 no")]),
)


@given(st.lists(st.tuples(REFUSALS, ENDS), max_size=8))
def test_whatever_servers_answer_nobody_who_has_it_is_written_to_again(
    attempts: list[tuple[dict[str, object], object]],
) -> None:
    everybody = [TO, CC, "c@so.example"]
    known: dict[str, Delivery] = {}
    for refused, last in attempts:
        if letter_state([TO], everybody[1:], known) is not LetterState.QUEUED:
            break
        envelope = waiting(everybody, known)
        has_it = {a for a, d in known.items() if d.state is RecipientState.ACCEPTED}
        assert envelope and not has_it & set(envelope)
        known = after_answer(known, envelope, refused, last)  # type: ignore[arg-type]
    ended = given_up(known, everybody, "hết hạn")
    assert letter_state([TO], everybody[1:], ended) is not LetterState.QUEUED
    assert not waiting(everybody, ended)


def test_who_did_not_get_it_is_named_with_the_reason() -> None:
    known = given_up({TO: Delivery(RecipientState.WAITING, "hẹn sau")}, [TO, CC], "quá bốn ngày")
    assert unreached(known) == [f"{TO}: quá bốn ngày: hẹn sau", f"{CC}: quá bốn ngày"]


GUESTS = ["thu@so.example", "@van-phong.example"]


@pytest.mark.parametrize("address", ["thu@so.example", "THU@so.example", "ai@Van-Phong.example"])
def test_guests_may_be_written_to(address: str) -> None:
    assert permitted(address, GUESTS)


@pytest.mark.parametrize(
    "address",
    [
        "ai@so.example", "thu@so.example.evil.example", "x@con.van-phong.example", "", "@",
        "thu@so.example@evil.example", "van-phong.example", "a@xvan-phong.example",
        "a%evil.example@van-phong.example", "evil.example!a@van-phong.example",
        "a@evil.example@van-phong.example", "thu+1@so.example", "thu@sở.example",
    ],
)  # fmt: skip
def test_nobody_else_may(address: str) -> None:
    assert not permitted(address, GUESTS)


def test_a_domain_with_diacritics_is_the_same_in_ascii() -> None:
    assert permitted("thu@xn--s-lym.example", ["@sở.example"])
    assert permitted("thu@sở.example", ["thu@xn--s-lym.example"])


@given(st.emails())
def test_an_ascii_address_stays_as_it_is(address: str) -> None:
    assert ascii_address(address).lower() == address.lower()
