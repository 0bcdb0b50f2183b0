"""What a letter may say of the workbook that comes with it."""

from __future__ import annotations

from models.domain.answers.enclosure import (
    EnclosedKind,
    EnclosedWorkbook,
    PutBack,
    enclosed_as_sent,
    enclosure_facts,
)
from models.domain.reading.findings import Finding, Severity


def found(cell: str, severity: Severity = Severity.ERROR, **more: object) -> Finding:
    return Finding("X", severity, "sai", "Chỉ tiêu", cell, **more)  # type: ignore[arg-type]


def test_a_cell_is_counted_once_however_much_is_said_of_it() -> None:
    enclosure = enclosed_as_sent(
        [found("E5"), found("E5"), found("E6", cells=("E6", "E7")), found("F9", Severity.WARNING)]
    )
    assert enclosure.marks.cells == 4
    assert enclosure.marks.errors == 3
    assert enclosure.marks.warnings == 1


def test_an_error_without_a_cell_is_none_of_the_coloured_ones() -> None:
    """A row that was deleted has no cell to colour, and the letter must not speak of one."""
    facts = enclosure_facts(enclosed_as_sent([found(""), found("", Severity.WARNING)]))
    assert facts["enclosed"] is True
    assert facts["marked_cells"] == facts["marked_errors"] == ""
    assert facts["unmarked_errors"] == "1"


def test_what_the_office_alone_may_see_encloses_nothing() -> None:
    assert enclosed_as_sent([found("E5", trial=True)]) == EnclosedWorkbook()


def test_rows_put_back_are_named_where_they_stand() -> None:
    enclosure = EnclosedWorkbook(
        EnclosedKind.FRESH,
        [found("C8")],
        [
            PutBack("Nhiệm vụ", "dòng 8", "PL IV.29 «Bãi bỏ phí»"),
            PutBack("A", "cột F", "«B»", False),
        ],
        "bao-cao.xlsx",
    )
    facts = enclosure_facts(enclosure)
    assert facts["fresh"] is True
    assert facts["put_back"] == [
        "trang «Nhiệm vụ», dòng 8: PL IV.29 «Bãi bỏ phí», đề nghị điền",
        "trang «A», cột F: «B»",
    ]
    assert facts["original"] == "bao-cao.xlsx"
