"""Identity: signed tokens, claims found in workbooks, reply addresses and Message-IDs."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.reading.identity import (
    LISTS_SHEET_NAME,
    PROPERTY_NAME,
    SHEET_NAME,
    Identity,
    find_claim,
    message_id,
    read_token,
    reply_token,
    sign,
    verify,
)
from models.domain.reading.workbook_content import SheetContent, WorkbookContent

SECRET = b"a secret of the office"
TOKEN = sign(SECRET, "2025-plan", "syt", "plan-1")
OTHER = sign(SECRET, "2025-plan", "stc", "plan-1")
NO_TOKENS = (
    "",
    "bc1",
    "bc1:::",
    "bc1:a:b:c",
    "bc2:a:b:c:d",
    "bc1:a:b:c:đ",
    "bc1:a b:c:d:e",
    "x" * 9999,
)
NO_PARTS = ("", "có dấu", "a:b", "a\nb", "x" * 65)
NO_DOMAINS = ("", "a b", "x>", "a@b", "a\r\nBcc: x", "-a")

parts = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=30)


def workbook(properties: dict[str, str], *sheets: SheetContent) -> WorkbookContent:
    return WorkbookContent("xlsx", sheets, properties)


def hidden(*cells: object, name: str = SHEET_NAME) -> SheetContent:
    return SheetContent(name, [list(cells)], hidden=True)  # type: ignore[list-item]


@given(parts, parts, parts)
def test_what_was_signed_is_verified(cycle: str, agency: str, version: str) -> None:
    assert verify(SECRET, sign(SECRET, cycle, agency, version)) == Identity(cycle, agency, version)


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_a_token_with_one_letter_changed_proves_nothing(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assert (verify(SECRET, changed) is None) == (changed != TOKEN)


@given(st.text())
def test_verifying_any_text_never_fails(text: str) -> None:
    assert verify(SECRET, text) is None


def test_another_secret_proves_nothing() -> None:
    assert verify(b"another", TOKEN) is None
    assert verify(b"", TOKEN) is None


@pytest.mark.parametrize("token", NO_TOKENS)
def test_what_has_not_the_form_of_a_token_is_none(token: str) -> None:
    assert read_token(token) is None


@pytest.mark.parametrize("part", NO_PARTS)
def test_a_part_that_could_blur_the_token_is_not_signed(part: str) -> None:
    with pytest.raises(ValueError, match="token"):
        sign(SECRET, part, "syt", "plan-1")


def test_an_empty_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="secret"):
        sign(b"", "2025-plan", "syt", "plan-1")


def test_property_and_hidden_sheet_that_agree_are_one_claim() -> None:
    claim = find_claim(workbook({PROPERTY_NAME: TOKEN}, hidden("Mã", TOKEN)))
    assert claim is not None
    assert (claim.cycle, claim.agency, claim.form_version) == ("2025-plan", "syt", "plan-1")
    assert claim.places == ("property", "sheet")
    assert not claim.contradictory


@pytest.mark.parametrize(
    "content",
    [
        workbook({PROPERTY_NAME: f" {TOKEN}\n"}),
        workbook({PROPERTY_NAME.upper(): TOKEN}),
        workbook({}, hidden(TOKEN)),
        workbook({}, SheetContent(SHEET_NAME, [[], [None, 1, TOKEN]], hidden=False)),
        workbook({}, hidden(TOKEN, name="Sheet9")),
    ],
)
def test_one_place_is_enough(content: WorkbookContent) -> None:
    claim = find_claim(content)
    assert claim is not None
    assert claim.token == TOKEN
    assert not claim.contradictory


def test_two_tokens_that_differ_are_contradictory() -> None:
    claim = find_claim(workbook({PROPERTY_NAME: TOKEN}, hidden(OTHER)))
    assert claim is not None
    assert claim.contradictory
    assert claim.agency == "syt"


def test_a_damaged_token_is_a_claim_that_names_nobody() -> None:
    claim = find_claim(workbook({PROPERTY_NAME: "bc1:hỏng"}))
    assert claim is not None
    assert (claim.cycle, claim.agency, claim.token) == ("", "", "bc1:hỏng")


def test_a_readable_token_goes_before_a_damaged_one() -> None:
    claim = find_claim(workbook({PROPERTY_NAME: "hỏng"}, hidden(TOKEN)))
    assert claim is not None
    assert claim.agency == "syt"
    assert claim.contradictory


def test_a_workbook_without_identity_claims_nothing() -> None:
    visible = SheetContent("Chỉ tiêu", [[TOKEN]])
    assert find_claim(workbook({"AppVersion": "16"}, visible, hidden("x", None, 3.5))) is None
    assert find_claim(workbook({PROPERTY_NAME: "  "})) is None


@given(
    st.dictionaries(st.sampled_from([PROPERTY_NAME, "x", "\ud800"]), st.text()),
    st.lists(st.lists(st.one_of(st.none(), st.text(), st.floats(), st.booleans()))),
)
def test_looking_for_a_claim_never_fails(
    properties: dict[str, str], rows: list[list[object]]
) -> None:
    find_claim(workbook(properties, SheetContent(SHEET_NAME, rows, hidden=True)))  # type: ignore[arg-type]


def test_reply_tokens_are_short_distinct_and_safe_in_an_address() -> None:
    agencies = [f"a{n}" for n in range(200)]
    tokens = {reply_token(SECRET, "2025-plan", a) for a in agencies}
    assert len(tokens) == 200
    assert all(len(t) == 16 and t.isalnum() and t.islower() and t.isascii() for t in tokens)
    assert reply_token(SECRET, "2025-plan", "a1") != reply_token(SECRET, "2025-review", "a1")


def test_a_message_id_is_the_same_for_its_key_and_hides_it() -> None:
    made = message_id(SECRET, "2025-plan/syt/opening", "ubnd.example")
    assert made == message_id(SECRET, "2025-plan/syt/opening", "ubnd.example")
    assert made.startswith("<") and made.endswith("@ubnd.example>")
    assert "syt" not in made.partition("@")[0]
    assert made != message_id(SECRET, "2025-plan/stc/opening", "ubnd.example")


@pytest.mark.parametrize("domain", NO_DOMAINS)
def test_what_is_no_domain_makes_no_message_id(domain: str) -> None:
    with pytest.raises(ValueError, match="domain"):
        message_id(SECRET, "key", domain)


def test_a_signature_is_of_no_use_in_another_place() -> None:
    assert reply_token(SECRET, "2025-plan", "syt") not in TOKEN
    assert LISTS_SHEET_NAME != SHEET_NAME
