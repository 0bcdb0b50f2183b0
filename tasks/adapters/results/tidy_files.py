"""The tidy table as files: CSV and Parquet with every digit, and the columns' documentation."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from models.domain.reading.forms import Form
from models.domain.results.tidy_columns import COLUMNS, Observation, TidyType, columns_as_markdown
from tasks.adapters.store.rows import storable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CSV_NAME, PARQUET_NAME, COLUMNS_NAME = "observations.csv", "observations.parquet", "columns.md"
#: What lies beside a workbook in a folder of its name.
TABLE_FILES = (CSV_NAME, PARQUET_NAME, COLUMNS_NAME)
PRECISION, SCALE = 38, 18
"""What every reader of Parquet can hold: 20 digits before the point, 18 after it."""

PORTION = 5_000  # rows held at once
_LARGEST = Decimal(10) ** (PRECISION - SCALE)
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_FREE_ROW = re.compile(r"@[0-9]{1,9}")  # starts no formula: a function's name has letters


def tidy_files(rows: Iterable[Observation], form: Form) -> dict[str, bytes]:
    """The table's three files by name; the same rows give the same bytes.

    Rows are drawn a portion at a time: of a large table no more of them are ever held.
    """
    csv, parquet = _Csv(), _Parquet()
    drawn = iter(rows)
    while portion := list(islice(drawn, PORTION)):
        frame = _frame(portion)
        csv.add(frame)
        parquet.add(frame)
    return {
        CSV_NAME: csv.content(),
        PARQUET_NAME: parquet.content(),
        COLUMNS_NAME: columns_as_markdown(form).encode(),
    }


class _Csv:
    """UTF-8, decimal point, every digit; text that a spreadsheet would run carries an apostrophe.

    Dates are ISO 8601, instants UTC with Z, flags true and false, nothing is an empty field.
    """

    def __init__(self) -> None:
        self._stream = io.BytesIO()
        self._write(_frame([]), header=True)

    def add(self, frame: pd.DataFrame) -> None:
        """The next rows."""
        texts = {}
        for column in COLUMNS:
            written = _code if column.is_code else _AS_TEXT[column.type]
            texts[column.name] = frame[column.name].map(written).astype(object)
        self._write(frame.assign(**texts), header=False)

    def content(self) -> bytes:
        """All of it."""
        return self._stream.getvalue()

    def _write(self, frame: pd.DataFrame, *, header: bool) -> None:
        # RFC 4180; only with both line ends here is a lone carriage return in a text quoted.
        frame.to_csv(
            self._stream, header=header, index=False, encoding="utf-8", lineterminator="\r\n"
        )


class _Parquet:
    """The same rows with types; a number that decimal128 cannot hold exactly is null here."""

    def __init__(self) -> None:
        import pyarrow as pa  # start-up cost: most runs write no table
        import pyarrow.parquet as pq  # start-up cost

        types: Mapping[TidyType, pa.DataType] = {
            TidyType.TEXT: pa.string(),
            TidyType.NUMBER: pa.decimal128(PRECISION, SCALE),
            TidyType.DATE: pa.date32(),
            TidyType.INSTANT: pa.timestamp("us", tz="UTC"),
            TidyType.FLAG: pa.bool_(),
            TidyType.COUNT: pa.int32(),
        }
        fields = [
            pa.field(c.name, types[c.type], metadata={"vi": c.vietnamese, "en": c.english})
            for c in COLUMNS
        ]
        self._schema = pa.schema(fields)
        self._stream = io.BytesIO()
        self._writer = pq.ParquetWriter(self._stream, self._schema, compression="zstd")

    def add(self, frame: pd.DataFrame) -> None:
        """The next rows."""
        import pyarrow as pa  # start-up cost

        arrays = [
            pa.array([_AS_VALUE[c.type](v) for v in frame[c.name]], type=field.type)
            for c, field in zip(COLUMNS, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def content(self) -> bytes:
        """All of it; nothing can be added any more."""
        self._writer.close()
        return self._stream.getvalue()


def put_into(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Writes the files into the folder, each whole or not at all; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files.items():
        target, partial = folder / name, folder / f".{name}.dang-ghi"
        partial.write_bytes(content)
        partial.replace(target)
        written.append(target)
    return written


def _frame(rows: Sequence[Observation]) -> pd.DataFrame:
    import pandas as pd  # start-up cost: most runs write no table

    return pd.DataFrame(rows, columns=[c.name for c in COLUMNS], dtype=object)


def harmless(text: str) -> str:
    """The text as a CSV field that no spreadsheet takes for a formula.

    One apostrophe before what could be one, and before an apostrophe, so that taking one away
    always gives the original.

    >>> harmless("=1+1"), harmless("95%"), harmless("'ngoặc")
    ("'=1+1", '95%', "''ngoặc")
    """
    return f"'{text}" if text.startswith(_FORMULA_MARKS) else text


def _code(text: str) -> str:
    """A code as it is where it is one of ours; whatever else stands there as any other text.

    >>> _code("@12"), _code("grdp_growth"), _code("@SUM(A1)")
    ('@12', 'grdp_growth', "'@SUM(A1)")
    """
    return text if _FREE_ROW.fullmatch(text) else harmless(storable(text))


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _held(number: Decimal | None) -> Decimal | None:
    """The number where decimal128 holds it exactly.

    >>> _held(Decimal("118079.279")), _held(Decimal("1E-19")), _held(Decimal("1E+20"))
    (Decimal('118079.279'), None, None)
    """
    if number is None or number.copy_abs() >= _LARGEST:
        return None
    # Nothing here may round: the default context would, at 28 digits.
    return number if _number(number).partition(".")[2].rstrip("0")[SCALE:] == "" else None


def _number(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")


_AS_TEXT: Mapping[TidyType, Callable[..., str]] = {
    TidyType.TEXT: lambda v: harmless(storable(v)),
    TidyType.NUMBER: _number,
    TidyType.DATE: lambda v: "" if v is None else v.isoformat(),
    TidyType.INSTANT: _instant,
    TidyType.FLAG: lambda v: "true" if v else "false",
    TidyType.COUNT: str,
}
_AS_VALUE: Mapping[TidyType, Callable[..., object]] = {
    TidyType.TEXT: storable,
    TidyType.NUMBER: _held,
    TidyType.DATE: lambda v: v,
    TidyType.INSTANT: lambda v: v.astimezone(dt.UTC),
    TidyType.FLAG: bool,
    TidyType.COUNT: int,
}
