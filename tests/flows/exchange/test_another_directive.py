"""Another directive, as it is printed: taken in one pass, opened, a workbook of it accepted."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import pytest

from config.files.office_files import load_office
from flows.cli.catalogue.catalogue_exchange import import_catalogue
from models.domain.cycle.cycles import HANOI
from models.domain.reading.office import Office
from models.domain.reading.submissions import Verdict, verdict_of
from models.domain.register.catalogue import Appendix, Role
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import answering, workbook_content
from tests.fixtures.edited_catalogue import JANUARY, EditedCatalogue, into_2026, sentences
from tests.fixtures.other_directive import entered, tasks

SECRET = b"only for the tests of another directive"


@pytest.fixture
def clerk(exported: Path, opened: bytes, tmp_path: Path) -> EditedCatalogue:
    edited = EditedCatalogue(tmp_path / "2026.xlsx", pickle.loads(opened))
    into_2026(edited)
    entered(edited)
    return edited


@pytest.fixture
def office(clerk: EditedCatalogue, office_files: Path) -> Office:
    result = import_catalogue(clerk.save(), office_files, now=JANUARY)
    assert sentences(result) == []
    assert result.written
    return load_office(office_files)


def test_a_hundred_printed_rows_are_taken_in_one_pass_and_a_workbook_comes_back_accepted(
    office: Office, tmp_path: Path
) -> None:
    catalogue = office.catalogues[2026]
    assert len(catalogue.rows) == 100
    printed = [row for row in catalogue if row.appendix is Appendix.IV]
    assert [row.number for row in printed] == [number for number, *_ in tasks()]
    assert [row.product_printed for row in printed] == [task[3] for task in tasks()]
    assert [row.name_printed for row in printed] == [task[1] for task in tasks()]
    assert catalogue.clear.title == "6 rõ"

    cycle = office.cycle("2026-plan")
    asked = {agency.code: agency for agency in answering(office, cycle)}
    assert len(asked) > 60
    form = office.form_of(cycle)
    assert [c.label for c in form.sheet("tasks").columns if c.five_clear][-1] == "Rõ thẩm quyền"
    assert "assigned_product" in {c.key for c in form.sheet("tasks").columns}
    day = dt.datetime(2026, 2, 10, 9, tzinfo=HANOI)
    with ReaderPool(office, workers=1, memory_mb=1024, seconds_per_file=60) as pool:
        for code in ("stc", next(c for c, a in asked.items() if a.kind == "commune")):
            book = FilledWorkbook(workbook_content(office, SECRET, cycle, code), form)
            book.fill(answers_of(office, cycle, asked[code], seed=1))
            path = tmp_path / f"{code}.xlsx"
            path.write_bytes(book.save(day))
            examined = pool.examine_one(ExamineJob(path, path.name, received_on=day.date()))
            told = [f.message for f in examined.findings]
            assert (examined.problem, examined.agency) == (None, code)
            assert verdict_of(examined.findings) is Verdict.ACCEPTED, told


def test_who_answers_follows_from_what_is_printed(office: Office) -> None:
    catalogue = office.catalogues[2026]
    by_number = {row.name_printed: row for row in catalogue if row.appendix is Appendix.I}
    together = by_number["Tỷ lệ giải ngân vốn đầu tư công"]
    assert [a.agency for a in together.agencies] == ["cac_so_nganh_dia_phuong"]
    land = by_number["- Thu tiền sử dụng đất"]
    above = by_number["Thu ngân sách nội địa"]
    assert land.agencies[0].agency == above.agencies[0].agency == "stc"
    assert land.parent == above.code
    assert by_number["Khu vực dịch vụ"].parent

    standing = office.catalogue_of(office.cycle("2026-plan"))
    everybody = standing.row(together.code)
    assert everybody.each_for_itself
    assert {a.role for a in everybody.agencies} == {Role.LEAD}
    assert len(everybody.agencies) > 60
    two = [row for row in standing if row.appendix is Appendix.IV][3]  # a culture name with commas
    leads = [a.agency for a in two.agencies if a.role is Role.LEAD]
    assert leads == ["svhttdl", "skhcn"]
    assert "syt" in [a.agency for a in two.agencies if a.role is Role.CO]
