"""Whatever a finding tells an agency to write is accepted, and means what the finding said."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from models.domain.reading.findings import Advised
from models.domain.reading.problems import ProblemKind
from models.domain.reading.workbook_content import CellValue
from models.domain.rules.registry import Case, Remark
from tests.models.domain.rules import samples, test_results
from tests.models.domain.rules.samples import Sample
from tests.models.domain.rules.spoilt import case_of, remarks_about, remarks_on, spoilt_book

SPOILT = [
    pytest.param(sample, cycle, id=f"{cycle}-{sample.rule}-{number}")
    for cycle, bad in (("2025-plan", samples.BAD), ("2025-review", test_results.BAD))
    for number, sample in enumerate(bad)
]
# A figure that a sentence tells to write, or gives as an example of it.
_TOLD = re.compile(
    r"(?:[Đđ]ề nghị (?:chỉ )?ghi(?: rõ| số| lại|)|ví dụ|theo mẫu|bằng không, ghi|chỉ ghi số:)"
    r"[^0-9«.;…]{0,24}«?(-?[0-9][0-9.,/]*(?<![.,]))(?! đầu)"
)


def native(advised: Advised) -> CellValue:
    """What a spreadsheet keeps of the text when it is typed into a cell without a format."""
    if isinstance(advised.value, Decimal):
        return float(advised.value)
    if isinstance(advised.value, dt.date) and "/" in advised.text:
        return advised.value
    return advised.text


def rewritten(book: Any, remark: Remark, advised: Advised, value: CellValue) -> Case:
    """The workbook with the value in the cell; marks and formats go with what stood there."""
    key = next(k for k, name in book.names.items() if name == remark.sheet)
    place = row, column = coordinate_to_tuple(advised.cell or remark.cell)
    cells = book.grids[key][row - 1]
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = value
    book.looks.get(key, {}).pop(place, None)
    book.percent.get(key, set()).discard(place)
    book.conditional.pop(key, None)
    book.formulas.get(key, {}).pop(place, None)
    return case_of(book)


@pytest.mark.parametrize(("sample", "cycle"), SPOILT)
def test_what_is_advised_is_accepted_with_the_meaning_it_was_advised_with(
    sample: Sample, cycle: str
) -> None:
    for code, remark in remarks_about(sample, cycle):
        for advised in remark.advised:
            for value in (advised.text, native(advised)):
                case = rewritten(spoilt_book(sample, cycle), remark, advised, value)
                said = (code, remark.cell, advised, value)
                cell = advised.cell or remark.cell
                entries = case.interpretation.entries
                there = [e for e in entries if (e.sheet_name, e.cell) == (remark.sheet, cell)]
                assert [e.value for e in there] == [advised.value], said
                stumbles = {p.kind for p in case.interpretation.problems if p.cell == cell}
                assert stumbles <= {ProblemKind.COMMENTED_OTHERWISE}, said
                assert (code, cell) not in {(c, r.cell) for c, r in remarks_on(case)}, said


@pytest.mark.parametrize(("sample", "cycle"), SPOILT)
def test_a_sentence_tells_nothing_to_write_but_what_is_advised(sample: Sample, cycle: str) -> None:
    for code, remark in remarks_about(sample, cycle):
        left = remark.message
        for text in sorted({a.text for a in remark.advised}, key=len, reverse=True):
            assert text in left, (code, remark.message)
            left = left.replace(text, "…")
        assert not _TOLD.findall(left), (code, remark.message)


def test_most_rules_that_name_a_value_to_write_say_so_as_data() -> None:
    codes = set()
    for each in SPOILT:
        sample, cycle = each.values
        codes |= {code for code, remark in remarks_about(sample, cycle) if remark.advised}
    assert codes >= {
        *(
            "SO-01",
            "NG-01",
            "NG-06",
            "NG-07",
            "HT-01",
            "HT-02",
            "KT-02",
            "LC-01",
            "BB-01",
            "BB-02",
            "LH-02",
        ),
        *("DV-01", "DV-02", "DV-03", "DV-06", "DV-07", "DV-08"),
        *("KQ-01", "KQ-08", "KQ-11", "KQ-12", "KQ-16"),
    }
