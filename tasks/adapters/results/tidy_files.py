"""The tidy table as files: CSV and Parquet with every digit, and the columns' documentation."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from models.domain.reading.forms import Form
from models.domain.results.tidy_columns import COLUMNS, Observation, TidyType, columns_as_markdown
from tasks.adapters.store.rows import storable

if TYPE_CHECKING:
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


def tidy_files(rows: Iterable[Observation], form: Form, folder: Path) -> list[Path]:
    """Writes the table's three files into the folder, their documentation last; their paths.

    Each is there whole or not at all, and the same rows give the same bytes. Rows are drawn a
    portion at a time and written: of a large table no more of it is ever held.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / CSV_NAME, folder / PARQUET_NAME]
    partial = [_partial(path) for path in written]
    with partial[0].open("wb") as csv_file, partial[1].open("wb") as parquet_file:
        table, parquet = _Csv(csv_file), _Parquet(parquet_file)
        drawn = iter(rows)
        while portion := list(islice(drawn, PORTION)):
            columns = list(zip(*portion, strict=True))
            table.add(columns)
            parquet.add(columns)
        parquet.close()
    for path in written:
        _partial(path).replace(path)
    return [*written, *put_into(folder, {COLUMNS_NAME: columns_as_markdown(form).encode()})]


#: A portion of rows, column by column: one function then turns them all.
Columns = Sequence[Sequence[Any]]


def _turned(turn: Callable[[Any], Any], values: Sequence[Any], kind: TidyType) -> list[Any]:
    """Each value turned; the same one is turned once, for most columns say little in many rows.

    Numbers each by itself: those that are equal are not written with the same digits.
    """
    if kind is TidyType.NUMBER:
        return [None if value is None else turn(value) for value in values]
    turned = {value: turn(value) for value in set(values)}
    return [turned[value] for value in values]


class _Csv:
    """UTF-8, decimal point, every digit; text that a spreadsheet would run carries an apostrophe.

    Dates are ISO 8601, instants UTC with Z, flags true and false, nothing is an empty field.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._write([[column.name for column in COLUMNS]])

    def add(self, columns: Columns) -> None:
        """The next rows."""
        texts = [
            _turned(_code if column.is_code else _AS_TEXT[column.type], values, column.type)
            for column, values in zip(COLUMNS, columns, strict=True)
        ]
        self._write(zip(*texts, strict=True))

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        # RFC 4180; only with both line ends here is a lone carriage return in a text quoted.
        written = io.StringIO()
        csv.writer(written, lineterminator="\r\n").writerows(rows)
        self._file.write(written.getvalue().encode())


class _Parquet:
    """The same rows with types; a number that decimal128 cannot hold exactly is null here."""

    def __init__(self, file: IO[bytes]) -> None:
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
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def add(self, columns: Columns) -> None:
        """The next rows."""
        import pyarrow as pa  # start-up cost

        arrays = [
            pa.array(_turned(_AS_VALUE[column.type], values, column.type), type=field.type)
            for column, field, values in zip(COLUMNS, self._schema, columns, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        """What stands at its end; nothing can be added any more."""
        self._writer.close()


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.dang-ghi")


def put_into(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Writes the files into the folder, each whole or not at all; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files.items():
        target = folder / name
        _partial(target).write_bytes(content)
        _partial(target).replace(target)
        written.append(target)
    return written


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


def _held(number: Decimal) -> Decimal | None:
    """The number where decimal128 holds it exactly.

    >>> _held(Decimal("118079.279")), _held(Decimal("1E-19")), _held(Decimal("1E+20"))
    (Decimal('118079.279'), None, None)
    """
    if number.copy_abs() >= _LARGEST:
        return None
    # Nothing here may round: the default context would, at 28 digits.
    return number if _number(number).partition(".")[2].rstrip("0")[SCALE:] == "" else None


def _number(value: Decimal) -> str:
    return format(value, "f")


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
