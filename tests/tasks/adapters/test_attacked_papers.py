"""What somebody does to a signed PDF, or signs without being allowed to: none of it is proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from models.domain.answers.papers import SignatureState as S
from tasks.adapters.reading.papers.pdf_signatures import signatures_of
from tests.fixtures import attacked_papers as made
from tests.fixtures.signed_instants import ARRIVED_AT
from tests.fixtures.signed_papers import authority

ATTACKS: Mapping[str, tuple[Callable[[], bytes], list[S]]] = {
    "a field of a form filled in otherwise": (made.another_figure, [S.CHANGED]),
    "a field of a form drawn otherwise": (made.figure_drawn_otherwise, [S.CHANGED]),
    "covered by a field that nobody signs": (made.covered, [S.CHANGED]),
    "covered by a stamp of time": (made.covered_by_a_stamp, [S.CHANGED]),
    "an eleventh signature": (made.eleven, [*[S.PROVEN] * 10, S.UNREAD]),
    "a signature of no known kind": (made.of_no_known_kind, [S.PROVEN, S.UNREAD]),
    "objects behind its end": (made.objects_behind, [S.CHANGED]),
    "objects behind its end, which is repeated": (
        made.objects_behind_and_the_same_end,
        [S.CHANGED],
    ),
    "revoked, the chain above left open": (made.revoked_below_an_open_chain, [S.REVOKED]),
    "revoked by a list that has run out": (made.revoked_by_an_old_list, [S.REVOKED]),
    "stamped after it came": (made.stamped_after_the_arrival, [S.CERTIFICATE_REFUSED]),
    "stamped by who may not": (made.stamped_by_a_signer, [S.CERTIFICATE_REFUSED]),
}
HONEST: Mapping[str, tuple[Callable[[], bytes], list[S]]] = {
    "a form as it was, signed by two": (made.same_figure, [S.PROVEN, S.PROVEN]),
    "a field for one more signature, not to be seen": (made.field_unseen, [S.PROVEN]),
    "two signatures that are seen, stamped for the archive": (
        made.signed_and_stamped_by_several,
        [S.PROVEN, S.PROVEN],
    ),
}


@pytest.mark.parametrize("kind", [*ATTACKS, *HONEST])
def test_what_was_done_since_is_told(kind: str) -> None:
    make, states = {**ATTACKS, **HONEST}[kind]
    found = signatures_of(make(), [authority().der], ARRIVED_AT)
    assert [one.state for one in found] == states


@pytest.mark.parametrize(
    ("usage", "state"),
    [
        ("stamp", S.CERTIFICATE_REFUSED),
        ("server", S.CERTIFICATE_REFUSED),
        ("program", S.CERTIFICATE_REFUSED),
        ("answers", S.CERTIFICATE_REFUSED),
        ("mail", S.PROVEN),
        ("client", S.PROVEN),
    ],
)
def test_a_certificate_for_other_purposes_signs_no_paper(usage: str, state: S) -> None:
    [found] = signatures_of(made.for_purpose(usage), [authority().der], ARRIVED_AT)
    assert found.state is state
