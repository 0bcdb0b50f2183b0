from __future__ import annotations

import pytest

from models.domain.reading.findings import Severity
from models.domain.reading.sight.old_fonts import looks_like_legacy_encoding
from tasks.adapters.simulation import slips
from tasks.adapters.simulation.slips import Slip

from .conftest import MORNING, Examine, Fill

INDICATORS, TASKS = "indicators", "tasks"

GRAVE = [
    ("skhdt", [slips.typed(INDICATORS, "grdp_per_capita", "committed", "9.512")], {"SO-01"}),
    ("sct", [slips.typed(INDICATORS, "export_turnover", "committed", 37_000)], {"DV-02"}),
    ("syt", [slips.emptied((INDICATORS, "doctors_per_10000", "committed"), mark="-")], {"BB-01"}),
    ("snv", [slips.typed(INDICATORS, "par_index", "committed", "#REF!")], {"SO-05"}),
    ("svhtt", [slips.emptied((TASKS, "task_2025_22", "five_person"))], {"NR-01"}),
    ("stnmt", [slips.without_row(TASKS, "task_2025_29")], {"CT-04"}),
    ("sngv", [slips.in_old_font((TASKS, "task_2025_46", "five_work"))], {"KT-01"}),
    (
        "cuc_hai_quan",
        [slips.typed(INDICATORS, "port_cargo_volume", "committed", "=1+1")],
        {"SO-06"},
    ),
]
HARMLESS = [
    ("stp", [slips.decomposed()]),
    ("stttt", [slips.as_text(TASKS, "five_deadline")]),
    ("skhcn", [slips.shown_as(INDICATORS, "high_tech_product_share", "committed", 0.697, "0.0%")]),
    ("sgddt", [slips.rearranged({INDICATORS: "Biểu 1", TASKS: "Biểu 2"}, "Ghi chú")]),
]


@pytest.mark.parametrize(("agency", "made", "rules"), GRAVE)
def test_a_slip_is_found_and_nothing_else_is(
    agency: str, made: list[Slip], rules: set[str], filled: Fill, examine: Examine
) -> None:
    book = filled(agency)
    for slip in made:
        slip(book)
    findings = examine("slip.xlsx", book.save(MORNING)).findings
    assert {f.rule for f in findings if f.severity is Severity.ERROR} == rules


@pytest.mark.parametrize(("agency", "made"), HARMLESS)
def test_what_is_merely_unusual_is_accepted(
    agency: str, made: list[Slip], filled: Fill, examine: Examine
) -> None:
    book = filled(agency)
    for slip in made:
        slip(book)
    assert [f.message for f in examine("unusual.xlsx", book.save(MORNING)).findings] == []


def test_an_edited_identity_still_names_an_agency_but_is_not_the_offices(filled: Fill) -> None:
    book = filled("stp")
    genuine = slips.identity_of(book)
    slips.claiming("sngv")(book)
    edited = slips.identity_of(book)
    assert edited.split(":")[2] == "sngv"
    assert edited.rsplit(":", 1)[1] == genuine.rsplit(":", 1)[1]


def test_tcvn3_text_looks_like_tcvn3() -> None:
    assert looks_like_legacy_encoding(slips.tcvn3("Ủy ban nhân dân thành phố")) == "TCVN3"
