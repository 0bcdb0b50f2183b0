import dataclasses
import datetime as dt

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.reading.findings import Finding, Severity
from models.domain.reading.submissions import (
    Entry,
    Examination,
    FileProblem,
    IdentityClaim,
    Verdict,
)
from tasks.adapters.reading.examination_codec import (
    MalformedExamination,
    examination_from_json,
    examination_to_json,
)

text = st.text(max_size=20)
values = st.one_of(
    st.none(),
    text,
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
)
entries = st.builds(Entry, text, text, text, values, text, text, text)
findings = st.builds(
    Finding,
    text,
    st.sampled_from(Severity),
    text,
    text,
    text,
    text,
    text,
    text,
    text,
    st.booleans(),
    st.lists(text, max_size=2).map(tuple),
    st.integers(0, 20),
)
claims = st.builds(
    IdentityClaim, text, text, text, text, st.lists(text, max_size=2).map(tuple), st.booleans()
)
examinations = st.builds(
    Examination,
    text,
    st.none() | st.sampled_from(FileProblem),
    text,
    st.none() | claims,
    text,
    text,
    st.booleans(),
    st.lists(entries, max_size=4).map(tuple),
    st.lists(findings, max_size=4).map(tuple),
    st.lists(text, max_size=4).map(tuple),
    st.floats(0, 100),
    st.lists(text, max_size=2).map(tuple),
    st.dictionaries(text, text, max_size=3),
    st.dictionaries(text, st.sampled_from(Verdict), max_size=3),
)
MALFORMED = [
    None,
    [],
    "examination",
    {},
    {"file_kind": "xlsx"},
]
CHANGES = [
    {"problem": "invented"},
    {"file_kind": 3},
    {"entries": [["too", "few"]]},
    {"entries": [["s", "r", "c", "zvalue", "raw", "sheet", "A1"]]},
    {"entries": [["s", "r", "c", "nkhông phải số", "raw", "sheet", "A1"]]},
    {"findings": [["SO-01", "deadly", "m", "", "", "", "", "", "", False, []]]},
    {"claim": ["cycle"]},
    {"sheet_names": [1]},
    {"seconds": "soon"},
    {"sections": {"tasks": "perhaps"}},
    {"sections": ["tasks"]},
    {"sheet_keys": {"Nhiệm vụ": 3}},
]


@given(examinations)
def test_what_is_written_is_read_back_equal(examination):
    data = orjson.loads(orjson.dumps(examination_to_json(examination)))
    assert examination_from_json(data) == examination


def test_decimals_keep_their_written_places_and_dates_stay_dates():
    from decimal import Decimal

    entry = Entry("s", "r", "c", Decimal("12.50"), "12,50", "S", "A1")
    day = Entry("s", "r", "c", dt.date(2025, 2, 20), "20/02/2025", "S", "A2")
    back = examination_from_json(examination_to_json(Examination("xlsx", entries=(entry, day))))
    assert str(back.entries[0].value) == "12.50"
    assert type(back.entries[1].value) is dt.date


@pytest.mark.parametrize("kind", [Entry, Finding, IdentityClaim, Examination])
def test_every_field_of_the_contract_travels(kind):
    """Fails when a field is added to the contract: the codec, and the strategies, must carry it."""
    example = Examination(
        "xlsx",
        claim=IdentityClaim("2025-plan", "a", "plan-1", "t"),
        entries=(Entry("s", "r", "c", None, "", "S", "A1"),),
        findings=(Finding("SO-01", Severity.ERROR, "m"),),
    )
    data = examination_to_json(example)
    carried = {
        Entry: data["entries"][0],
        Finding: data["findings"][0],
        IdentityClaim: data["claim"],
        Examination: data,
    }[kind]
    assert len(carried) == len(dataclasses.fields(kind))


def test_an_examination_kept_before_places_were_marked_is_read_with_messages_whole():
    finding = Finding("SO-01", Severity.ERROR, "Trang «a» (b): c.", cells=("A1",), place_ends=10)
    data = examination_to_json(Examination("xlsx", findings=(finding,)))
    data["findings"] = [row[:-1] for row in data["findings"]]
    (read,) = examination_from_json(data).findings
    assert read == dataclasses.replace(finding, place_ends=0)
    assert read.beside_place == finding.message


@pytest.mark.parametrize("data", MALFORMED)
def test_what_is_no_examination_is_refused(data):
    with pytest.raises(MalformedExamination):
        examination_from_json(data)


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: next(iter(c)))
def test_an_examination_with_a_field_out_of_order_is_refused(change):
    data = examination_to_json(Examination("xlsx")) | change
    with pytest.raises(MalformedExamination):
        examination_from_json(data)
