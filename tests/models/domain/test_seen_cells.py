"""A cell's own format beneath a condition that draws it otherwise: not every program follows it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.domain.reading.cell_values import Understood
from models.domain.reading.problems import ProblemKind
from models.domain.reading.seen_cells import LooksWeighed, hold_against
from models.domain.reading.workbook_content import Appearance


@pytest.mark.parametrize(
    ("own", "value", "read", "doubted"),
    [
        ('"-"0.00', 15.67, "15.67", True),
        ("0;0", -3.5, "-3.5", True),
        ('0.0" triệu"', 9600.5, "9600.5", True),
        ("#,##0,", 9600.5, "9600.5", True),
        ("0\\,00", 15.67, "15.67", True),
        ("0%", 0.5, "0.5", True),
        ("0.0%", 0.095, "9.5", False),
        ("#,##0", 15.67, "15.67", False),
        ("0.0", 15.67, "15.67", False),
        ("#,##0.######", 15.67, "15.67", False),
        (";;;", 15.67, "15.67", False),
        ("dd/mm/yyyy", 15.67, "15.67", False),
    ],
)
def test_what_the_own_format_says_otherwise_is_doubted(
    own: str, value: float, read: str, doubted: bool
) -> None:
    weighed = LooksWeighed(Understood(Decimal(read)))
    found = hold_against(weighed, value, Appearance(number_format=own), None, "%")
    kind = found.understood.doubt.kind if found.understood.doubt else None
    assert kind is (ProblemKind.SHOWN_OTHERWISE if doubted else None)
    assert found.understood.value == (None if doubted else Decimal(read))
