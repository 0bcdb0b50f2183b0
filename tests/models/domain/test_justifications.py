"""A reason given once is not asked for again, unless the value has changed since."""

from __future__ import annotations

import datetime as dt

from models.domain.answers.justifications import of_its_value
from models.domain.answers.standing import SubmissionRecord
from models.domain.letters.letters import finding_groups
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import Entry, Verdict

WORDS = "Theo số của Thống kê thành phố"


def warned(value: str, words: str = WORDS) -> Finding:
    return Finding(
        *("DV-03", Severity.WARNING, "số khác xa.", "Chỉ tiêu", "E5", value),
        *("iip", "committed", words),
    )


def before(value: str, words: str = WORDS) -> list[SubmissionRecord]:
    entries = [
        Entry("indicators", "iip", "committed", None, value, "Chỉ tiêu", "E5"),
        Entry("indicators", "iip", "justification", words, words, "Chỉ tiêu", "M5"),
    ]
    at = dt.datetime(2025, 2, 3, tzinfo=dt.UTC)
    record = SubmissionRecord(
        *(1, "sct", 1, at, Verdict.ACCEPTED, "KH-2025/0001", "a.xlsx", "ab", "m"), entries=entries
    )
    return [record]


def test_a_reason_for_the_same_value_stands() -> None:
    assert of_its_value([warned("210")], before("210")) == [warned("210")]
    assert of_its_value([warned("210")], []) == [warned("210")]


def test_a_reason_left_from_another_value_is_asked_for_again() -> None:
    [asked] = of_its_value([warned("310")], before("210"))
    assert not asked.justification
    assert "là của số trước (210)" in asked.message and WORDS in asked.message


def test_new_words_for_a_new_value_are_not_asked_for_again() -> None:
    [asked] = of_its_value([warned("310", "Số đã rà soát")], before("210"))
    assert asked.justification == "Số đã rà soát"


def test_warnings_with_reasons_are_listed_apart() -> None:
    groups, _ = finding_groups([warned("210"), warned("9", ""), warned("8", "")])
    assert [g.heading for g in groups] == [
        "Cảnh báo: sửa hoặc giải trình (2)",
        "Cảnh báo đã có giải trình, không phải làm gì thêm (1)",
    ]
