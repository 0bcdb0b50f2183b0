"""The tidy table as CSV and Parquet: the same content, exact, harmless, the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.reading.forms import Form
from models.domain.results.tidy_columns import COLUMNS, Observation
from models.domain.review.states import TaskBucket
from tasks.adapters.results import tidy_files as tidy_files_module
from tasks.adapters.results.tidy_files import (
    CSV_NAME,
    PARQUET_NAME,
    harmless,
)
from tests.fixtures.simulated_answers import real_office


def observation(**changes: object) -> Observation:
    values: dict[str, object] = {
        "cycle": "2025-review", "agency": "stc", "agency_name": "Sở Tài chính",
        "sheet": "indicators", "row_code": "budget", "place": "PL I.4", "name": "Thu ngân sách",
        "column": "estimate", "meaning": "estimate", "period": "ca_nam", "territory": "east",
        "unit": "tỷ đồng", "number": Decimal("118079.279"), "text": "118.079,279", "date": None,
        "status": "estimate", "as_of_date": dt.date(2025, 11, 15), "counts": True,
        "standing": True, "judgement": "met", "judged_by": "", "target": "118.079,279",
        "receipt": "TK-2025/0007", "version": 1,
        "received_at": dt.datetime(2025, 11, 18, 2, 30, tzinfo=dt.UTC), "file_name": "stc.xlsx",
        "file_sha256": "ab" * 32, "sheet_name": "Chỉ tiêu", "cell": "J9", "reference": "N-0001",
    }  # fmt: skip
    return Observation(**{**values, **changes})


def tidy_files(rows: Iterable[Observation], form: Form) -> dict[str, bytes]:
    """The files by name."""
    with tempfile.TemporaryDirectory() as folder:
        written = tidy_files_module.tidy_files(rows, form, Path(folder))
        assert sorted(written) == sorted(Path(folder).iterdir())
        return {path.name: path.read_bytes() for path in written}


def tidy_csv(rows: Iterable[Observation]) -> bytes:
    return tidy_files(rows, real_office().forms["plan"])[CSV_NAME]


def tidy_parquet(rows: Iterable[Observation]) -> bytes:
    return tidy_files(rows, real_office().forms["plan"])[PARQUET_NAME]


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def read_parquet(content: bytes) -> list[dict[str, object]]:
    return pq.read_table(io.BytesIO(content)).to_pylist()


def test_the_csv_has_iso_dates_a_decimal_point_and_utc() -> None:
    [row] = read_csv(tidy_csv([observation()]))

    assert row["number"] == "118079.279"
    assert row["text"] == "118.079,279"
    assert row["as_of_date"] == "2025-11-15"
    assert row["date"] == ""
    assert row["received_at"] == "2025-11-18T02:30:00Z"
    assert (row["counts"], row["version"]) == ("true", "1")


def test_an_instant_in_hanoi_is_told_in_utc() -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    came = observation(received_at=dt.datetime(2025, 11, 20, 0, 0, tzinfo=hanoi))

    assert read_csv(tidy_csv([came]))[0]["received_at"] == "2025-11-19T17:00:00Z"
    assert read_parquet(tidy_parquet([came]))[0]["received_at"] == came.received_at


def test_parquet_holds_the_same_values_with_types_and_descriptions() -> None:
    row = observation()

    table = pq.read_table(io.BytesIO(tidy_parquet([row])))

    assert table.to_pylist() == [row._asdict()]
    assert table.schema.names == [c.name for c in COLUMNS]
    assert str(table.schema.field("number").type) == "decimal128(38, 18)"
    assert table.schema.field("cell").metadata[b"vi"].decode()


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_every_digit_of_a_number_survives(number: Decimal) -> None:
    rows = [observation(number=number)]

    assert Decimal(read_csv(tidy_csv(rows))[0]["number"]) == number
    held = read_parquet(tidy_parquet(rows))[0]["number"]
    assert held is None or held == number
    places = format(number, "f").partition(".")[2].rstrip("0")
    assert (held is None) == (len(places) > 18)


@pytest.mark.parametrize("number", ["1E-19", "1E+20", "123456789012345678901.5"])
def test_what_decimal128_cannot_hold_is_whole_in_the_csv_and_empty_in_parquet(number: str) -> None:
    rows = [observation(number=Decimal(number))]

    assert Decimal(read_csv(tidy_csv(rows))[0]["number"]) == Decimal(number)
    assert read_parquet(tidy_parquet(rows))[0]["number"] is None


HOSTILE = [
    '=HYPERLINK("http://evil.example","Bấm")', "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)",
    "\t=1+1", "\r=1", "\n=1", "'đã có nháy", 'ngoặc " kép', "a,b;c\nd", "<b>&",
]  # fmt: skip


def test_the_code_of_a_free_row_is_the_same_in_csv_and_parquet_and_no_formula_passes_as_one():
    rows = [observation(row_code="@12"), observation(row_code="@SUM(A1)")]

    own, foreign = (row["row_code"] for row in read_csv(tidy_csv(rows)))

    assert own == "@12" == read_parquet(tidy_parquet(rows))[0]["row_code"]
    assert foreign == "'@SUM(A1)"


def test_the_documentation_names_every_bucket_and_the_whole_rule_of_the_apostrophe() -> None:
    told = tidy_files([], real_office().form_of(real_office().cycle("2025-review")))["columns.md"]

    text = told.decode()
    for bucket in TaskBucket:
        assert f"| `{bucket.value}` |" in text
    assert "ký tự xuống dòng" in text and "không bị thêm" in " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_begins_a_formula_and_taking_the_apostrophe_away_gives_the_original(
    text: str,
) -> None:
    rows = [observation(text=text, file_name=text, agency_name=text)]

    [row] = read_csv(tidy_csv(rows))

    for field in ("text", "file_name", "agency_name"):
        assert not row[field].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert row[field].removeprefix("'") == text
    assert read_parquet(tidy_parquet(rows))[0]["text"] == text


def test_a_negative_number_stays_a_number() -> None:
    [row] = read_csv(tidy_csv([observation(number=Decimal("-3.5"), text="-3,5")]))

    assert (row["number"], row["text"]) == ("-3.5", "'-3,5")


@given(st.text(max_size=20))
def test_the_apostrophe_can_always_be_taken_back(text: str) -> None:
    marked = harmless(text)

    assert (marked.removeprefix("'") if marked != text else marked) == text
    assert marked.startswith("'") or marked == text


def test_what_no_file_can_hold_becomes_a_visible_mark() -> None:
    rows = [observation(text="a\x00b\ud800c")]

    assert read_csv(tidy_csv(rows))[0]["text"] == "a␀b?c"
    assert read_parquet(tidy_parquet(rows))[0]["text"] == "a␀b?c"


def test_the_same_rows_give_the_same_bytes_and_no_rows_give_a_header() -> None:
    form = real_office().forms["plan"]
    rows = [observation(), observation(cell="J10", number=None)]

    assert tidy_files(rows, form) == tidy_files(list(rows), form)
    assert read_csv(tidy_csv([])) == []
    assert read_parquet(tidy_parquet([])) == []


def test_a_large_table_is_written_a_portion_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [observation(cell=f"J{n}", number=None if n % 3 else Decimal(n)) for n in range(7)]
    whole_csv, whole_parquet = tidy_csv(rows), read_parquet(tidy_parquet(rows))
    drawn: list[int] = []

    def counted() -> Iterable[Observation]:
        for number, row in enumerate(rows):
            drawn.append(number)
            yield row

    most: list[int] = []
    add = tidy_files_module._Csv.add

    def noted(table: tidy_files_module._Csv, columns: tidy_files_module.Columns) -> None:
        most.append(len(columns[0]))
        add(table, columns)

    monkeypatch.setattr(tidy_files_module, "PORTION", 3)
    monkeypatch.setattr(tidy_files_module._Csv, "add", noted)
    made = tidy_files(counted(), real_office().forms["plan"])
    assert made[CSV_NAME] == whole_csv and read_parquet(made[PARQUET_NAME]) == whole_parquet
    assert len(drawn) == 7 and max(most) == 3


def test_files_are_put_out_whole_and_leave_nothing_else(tmp_path) -> None:
    form = real_office().forms["plan"]
    folder = tmp_path / "số liệu"

    tidy_files_module.tidy_files([observation()], form, folder)
    tidy_files_module.tidy_files([observation()], form, folder)

    assert sorted(p.name for p in folder.iterdir()) == [
        "columns.md", "observations.csv", "observations.parquet",
    ]  # fmt: skip
