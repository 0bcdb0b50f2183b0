"""The approver's answer: no word of his is dropped, and none that he announced is missing."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from flows.decisions.approve_summary import HOLD_BACK, SEND, SEND_WITH_NOTE, Approval, refusal

HA = "Nguyễn Thị Hà, Chánh Văn phòng"


@pytest.mark.parametrize(
    ("decision", "note", "says"),
    [
        (SEND, "Xem kỹ mục 2.", "«Xem kỹ mục 2.»: xin chọn «Gửi kèm ý kiến»"),
        (SEND_WITH_NOTE, " \n", "ô «Ý kiến» còn trống: xin ghi ý kiến"),
    ],
)
def test_an_answer_that_says_two_things_is_refused_in_a_sentence(
    decision: str, note: str, says: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        Approval.model_validate({"decision": decision, "by": HA, "note": note})
    assert says in refusal(caught.value)


@pytest.mark.parametrize("name", ["  ", "..", " 7 "])
def test_an_answer_of_nobody_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Approval.model_validate({"decision": HOLD_BACK, "by": name, "note": "Sai số."})
    assert "chưa có họ tên" in refusal(caught.value)


@pytest.mark.parametrize(
    ("decision", "note"),
    [(SEND, ""), (SEND, "  "), (SEND_WITH_NOTE, "Gửi ngay."), (HOLD_BACK, ""), (HOLD_BACK, "Sai.")],
)
def test_an_answer_that_says_one_thing_is_taken(decision: str, note: str) -> None:
    taken = Approval.with_initial_data(description="...").model_validate(
        {"decision": decision, "by": HA, "note": note}
    )
    assert taken.note == note


def test_who_presses_retry_has_answered_nothing_and_is_told_nothing() -> None:
    with pytest.raises(ValidationError) as caught:
        Approval()  # type: ignore[call-arg]
    assert refusal(caught.value) == ""
