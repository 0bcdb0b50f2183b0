"""Freezing what was sent: once a letter, compared with what left, provable by its bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterState
from tasks.adapters.results import ruling
from tasks.adapters.store.outbox import LETTER
from tasks.adapters.work import consolidating, snapshotting
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.small_office import commits, missing, small_office, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace

MONDAY = dt.datetime(2025, 2, 24, 9, tzinfo=HANOI)


class Office:
    """A small office whose agencies say what the test lets them."""

    def __init__(self, workplace: Workplace, said: list[AgencyStanding]) -> None:
        self.workplace, self.said = workplace, said
        self.cycle = workplace.office.cycle(CYCLE)

    def day(self, *said: AgencyStanding) -> None:
        """A new day, on which the agencies have said this."""
        self.said[:] = said
        self.workplace.now += dt.timedelta(days=1)

    def send(self) -> bool:
        return consolidating.write_summary(self.workplace, self.cycle)

    def consolidate(self) -> consolidating.Consolidated:
        return consolidating.consolidate_cycle(self.workplace, self.cycle)

    def letters(self) -> list[str]:
        with self.workplace.engine.begin() as connection:
            return [x.text for x in every_letter(connection) if x.kind == "summary"]

    def book(self, done: consolidating.Consolidated) -> openpyxl.Workbook:
        return openpyxl.load_workbook(
            io.BytesIO(self.workplace.raw_store.get(done.workbook.sha256))
        )


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    said = [standing("stc", commits("budget", "118000")), missing("cuc_thue")]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: list(said))
    with small_workplace(tmp_path, MONDAY, ("stc", "cuc_thue")) as workplace:
        workplace.office = small_office(workplace.office)
        yield Office(workplace, said)


LATER = (
    standing("stc", commits("budget", "119000")),
    standing("cuc_thue", commits("debt", "9")),
)


def test_the_first_report_is_compared_with_nothing(office: Office) -> None:
    office.send()

    done = office.consolidate()

    assert done.changes is None
    assert "Thay đổi" not in office.book(done).sheetnames


def test_a_later_report_says_what_changed_in_workbook_and_letter(office: Office) -> None:
    office.send()
    office.day(*LATER)
    office.send()

    done = office.consolidate()
    sheet = office.book(done)["Thay đổi"]
    shown = [[c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]

    text = " ".join(office.letters()[-1].split())
    assert "So với báo cáo tổng hợp ngày 24/02/2025" in text
    assert "1 cơ quan mới có báo cáo (Cục Thuế thành phố)" in text
    assert any("Lần đầu có báo cáo" in row for row in shown)
    figure = next(
        row for row in shown if "Mức cam kết năm 2025" in str(row) or "118.000,000" in row
    )
    assert "119.000,000" in figure
    assert done.new is False, "the workbook that was sent is the one that is found again"


def test_a_draft_that_was_held_back_is_nothing_to_compare_with(office: Office) -> None:
    office.send()
    with office.workplace.engine.begin() as connection:
        connection.execute(sqlalchemy.update(LETTER).values(state=LetterState.CLOSED.value))
    office.day(*LATER)

    assert office.consolidate().changes is None


def test_what_was_consolidated_but_never_sent_is_nothing_to_compare_with(office: Office) -> None:
    office.consolidate()
    office.day(*LATER)

    assert office.consolidate().changes is None


def test_the_same_content_seen_against_another_report_is_another_workbook(office: Office) -> None:
    office.send()
    first = list(office.said)
    office.day(*LATER)
    before = office.consolidate()
    office.day(standing("stc", commits("budget", "120000")), missing("cuc_thue"))
    office.send()
    office.day(*LATER)

    again = office.consolidate()

    assert again.consolidation.inputs_hash == before.consolidation.inputs_hash
    assert again.workbook.name != before.workbook.name
    assert first


def test_a_letter_is_frozen_once_and_its_files_can_be_proven_and_restored(office: Office) -> None:
    assert office.send()
    assert not office.send()

    [row] = snapshotting.snapshots_of(office.workplace.engine, CYCLE)
    done = office.consolidate()

    restored = snapshotting.files_of(office.workplace.raw_store, row)
    assert restored[done.workbook.name] == office.workplace.raw_store.get(done.workbook.sha256)
    assert {"observations.csv", "observations.parquet", "columns.md"} < set(restored)
    assert [i["agency"] for i in row.inputs] == ["stc"]


def test_damage_to_a_kept_file_is_found_and_named(office: Office) -> None:
    office.send()
    [row] = snapshotting.snapshots_of(office.workplace.engine)
    table = next(f for f in row.files if f["name"] == "observations.csv")
    path = office.workplace.raw_store.path(table["sha256"])
    path.chmod(0o640)
    path.write_bytes(b"khac")

    faults = [f.name for f in snapshotting.verify(office.workplace.raw_store, row) if f.fault]

    assert "observations.csv" in faults
    assert "stc: stc.xlsx" in faults, "the agency's own file was never kept in this test"
    assert len(faults) == 2


def test_the_table_lies_beside_the_workbook(office: Office) -> None:
    done = office.consolidate()

    folder = office.workplace.outputs.folder / done.workbook.name.removesuffix(".xlsx")
    assert sorted(p.name for p in folder.iterdir()) == [
        "columns.md", "observations.csv", "observations.parquet",
    ]  # fmt: skip
