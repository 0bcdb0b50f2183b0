from __future__ import annotations

import io
import zipfile

import pytest

from models.domain.reading.submissions import FileProblem
from tasks.adapters.simulation import parcels
from tasks.adapters.simulation.parcels import OutgoingWorkbook, Parcel

from .conftest import MORNING, Examine, Fill

READABLE = [
    (parcels.as_it_is, "xlsx"),
    (parcels.macro_workbook, "xlsm"),
    (parcels.open_document, "ods"),
]
UNREADABLE = [
    (parcels.scan, FileProblem.NOT_A_WORKBOOK),
    (parcels.word_document, FileProblem.NOT_A_WORKBOOK),
    (parcels.with_password, FileProblem.ENCRYPTED),
    (parcels.cut_short, FileProblem.DAMAGED),
]


@pytest.mark.parametrize(("parcel", "kind"), READABLE)
def test_a_workbook_in_another_format_says_the_same(
    parcel: Parcel, kind: str, filled: Fill, examine: Examine
) -> None:
    (plain,) = parcels.as_it_is(OutgoingWorkbook("a.xlsx", filled("sdl"), MORNING))
    (other,) = parcel(OutgoingWorkbook("a.xlsx", filled("sdl"), MORNING))
    expected, found = examine("plain.xlsx", plain.content), examine(other.name, other.content)
    assert (found.file_kind, found.agency, found.guessed) == (kind, "sdl", False)
    assert [e.value for e in found.entries] == [e.value for e in expected.entries]


@pytest.mark.parametrize(("parcel", "problem"), UNREADABLE)
def test_what_is_no_workbook_is_told_apart(
    parcel: Parcel, problem: FileProblem, filled: Fill, examine: Examine
) -> None:
    (enclosure,) = parcel(OutgoingWorkbook("a.xlsx", filled("stp"), MORNING))
    assert examine(enclosure.name, enclosure.content).problem is problem


def test_a_retyped_workbook_carries_no_identity(filled: Fill, examine: Examine) -> None:
    (enclosure,) = parcels.retyped(OutgoingWorkbook("a.xlsx", filled("dai_hoc_hai_phong"), MORNING))
    examination = examine(enclosure.name, enclosure.content)
    assert examination.claim is None
    assert (examination.agency, examination.guessed) == ("dai_hoc_hai_phong", True)


def test_the_same_answers_saved_at_the_same_moment_are_the_same_bytes(filled: Fill) -> None:
    for parcel in (parcels.as_it_is, parcels.zipped, parcels.open_document, parcels.retyped):
        first, again = (
            parcel(OutgoingWorkbook("a.xlsx", filled("stp"), MORNING))[0].content for _ in range(2)
        )
        assert first == again


def test_a_zip_holds_the_workbook_and_two_workbooks_differ(filled: Fill) -> None:
    draft = OutgoingWorkbook("a.xlsx", filled("stp"), MORNING)
    (packed,) = parcels.zipped(draft)
    assert zipfile.ZipFile(io.BytesIO(packed.content)).namelist() == ["a.xlsx"]
    first, second = parcels.two_workbooks("action_plan", "@1", "five_person", "Ai đó")(draft)
    assert first.content != second.content
