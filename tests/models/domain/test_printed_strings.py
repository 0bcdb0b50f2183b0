"""What official texts print, read by hand, against what the grammar reads: right or refused.

`held_apart.tsv` was gathered before the grammar was written and not looked at while it was;
`read_by_hand.tsv` is what it was written for. Signs of a reading: `=` the value; `~` about; `>`
`>=` `<` `<=` bounds; `a..b` a range; `a/b` a ratio; `text` in words; `text2`, `rank2` several
targets, or a rank of so many, in one cell; `rel` relative to another period; `none` a standing
task; `before D` that day left out; `noyear` none given; `refused` not to be read. Investments are
in million dong, or `USD` in million dollars.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from models.domain.notation.investments import USD_MILLION, read_investments
from models.domain.notation.not_read import NotRead
from models.domain.notation.number_notation import NumberNotUnderstood, read_number
from models.domain.notation.printed_deadlines import read_deadline
from models.domain.register.target_reading import read_target
from models.domain.register.targets import Target, TargetKind

FOLDER = Path(__file__).parents[2] / "printed"
REFUSED = "refused"
# Of what cannot be one target, nothing else is right.
ONLY_REFUSED = ("text2", "refused")
SIGNS = {
    TargetKind.VALUE: "={}",
    TargetKind.GREATER: ">{}",
    TargetKind.AT_LEAST: ">={}",
    TargetKind.LESS: "<{}",
    TargetKind.AT_MOST: "<={}",
}


def rows_of(name: str) -> list[dict[str, str]]:
    """The records of one of the two files."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


GIVEN, HELD = rows_of("read_by_hand.tsv"), rows_of("held_apart.tsv")


def target_sign(printed: str) -> str:
    """The grammar's reading of a target in the signs of the files."""
    reading = read_target(printed)
    if reading is None or isinstance(reading, NotRead):
        return REFUSED
    if reading.words:
        return "text"
    target = reading.target
    assert target is not None
    if target.change is not None:
        return "rel"
    if reading.rank and "/" in printed:
        return "rank2"
    return numbers_sign(target)


def numbers_sign(target: Target) -> str:
    """A target's numbers in the signs of the files."""
    if target.kind is TargetKind.RANGE:
        return f"{target.value}..{target.second}"
    if target.kind is TargetKind.RATIO:
        return f"{target.value}/{target.second}"
    if target.kind is TargetKind.FLOOR_STRETCH:
        return f"{target.value}, {target.second}"
    if target.approximate:
        return f"~{target.value}"
    return SIGNS[target.kind].format(target.value)


def deadline_sign(printed: str, reading: str) -> str:
    """The grammar's reading of a deadline, in the very words of the one read by hand."""
    read = read_deadline(printed)
    if isinstance(read, NotRead):
        without_year = read_deadline(printed, 2025)
        dated = not isinstance(without_year, NotRead) and without_year.date is not None
        return "noyear" if dated else REFUSED
    if read.standing:
        return "none"
    day = read.date
    assert day is not None
    if reading.startswith("before"):
        return f"before {day + dt.timedelta(days=1)}"
    return str(day)


def investment_sign(printed: str) -> str:
    """The grammar's reading of an investment in the signs of the files."""
    read = read_investments(printed)
    if isinstance(read, NotRead):
        return REFUSED
    return " = ".join(
        f"{'USD ' if i.currency == USD_MILLION else ''}{'~' if i.approximate else ''}{i.amount}"
        for i in read
    )


def actual_sign(printed: str) -> str:
    """What is read of an agency's own cell: what an official may type, in any notation."""
    try:
        read = read_number(printed)
    except NumberNotUnderstood:
        return REFUSED
    return f"{'~' if read.qualifier else '='}{read.value}"


def sign_of(row: dict[str, str]) -> str:
    """The program's reading of a row's string."""
    kind, printed = row["kind"], row["string"]
    if kind == "target":
        return target_sign(printed)
    if kind == "deadline":
        return deadline_sign(printed, row["reading"])
    return investment_sign(printed) if kind == "investment" else actual_sign(printed)


def same(row: dict[str, str], sign: str) -> bool:
    """Whether the sign says what was read by hand: a bound of an agency's cell is «about»."""
    by_hand = row["reading"]
    if row["kind"] == "actual" and by_hand.startswith("<="):
        by_hand = "~" + by_hand[2:]
    return sign == by_hand


def ids(rows: Sequence[dict[str, str]]) -> list[str]:
    """Short names of the cases."""
    return [f"{number}-{row['kind']}" for number, row in enumerate(rows)]


@pytest.mark.parametrize("row", [*GIVEN, *HELD], ids=ids([*GIVEN, *HELD]))
def test_a_printed_string_is_read_right_or_refused(row: dict[str, str]) -> None:
    sign = sign_of(row)
    if row["reading"] in ONLY_REFUSED:
        assert sign == REFUSED
    else:
        assert sign == REFUSED or same(row, sign)


@pytest.mark.parametrize("name", ["read_by_hand.tsv", "held_apart.tsv"])
def test_nearly_all_that_directives_print_is_read(name: str) -> None:
    """Targets, deadlines and investments: at least 85 of 100 without the office's help."""
    printed = [r for r in rows_of(name) if r["kind"] != "actual"]
    read = [r for r in printed if sign_of(r) != REFUSED]
    assert len(read) >= 0.85 * len(printed)


def test_nearly_all_that_stands_in_tables_elsewhere_is_read() -> None:
    in_tables = [r for r in HELD if r["in_table"] == "yes"]
    read = [r for r in in_tables if sign_of(r) != REFUSED]
    assert len(in_tables) > 30
    assert len(read) >= 0.85 * len(in_tables)
