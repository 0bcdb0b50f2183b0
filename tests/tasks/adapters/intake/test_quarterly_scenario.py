"""III.1.3: the GRDP scenario is kept up every quarter. Such a cycle is configuration, no code."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from config.files.office_files import load_office
from models.domain.answers.standing import Timeliness
from models.domain.reading.forms import asks_anything
from models.domain.register.catalogue import Appendix
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.work import opening
from tasks.adapters.work.consolidating import consolidate_cycle, write_summary
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.worked_office import MakeOffice, Office

SAMPLE = "# Mẫu kỳ cập nhật kịch bản GRDP theo quý"


def with_the_sample(cycles: str) -> str:
    """The cycles' file once the office has taken the sample at its end into use."""
    given, sample = cycles.split(SAMPLE)
    lines = [line.removeprefix("#").removeprefix(" ") for line in sample.splitlines()[1:]]
    return given + "\n".join(lines)


GRDP, SERVICES = "scenario_grdp", "scenario_services"


@pytest.fixture
def office(make_office: MakeOffice, tmp_path: Path) -> Office:
    """An office that has added the cycle to its cycles' file, and opened it."""
    no_code = shutil.ignore_patterns("*.py", "__pycache__")
    folder = Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=no_code))
    cycles = folder / "cycles.toml"
    cycles.write_text(with_the_sample(cycles.read_text(encoding="utf-8")), encoding="utf-8")
    made = make_office(agencies=())
    made.workplace.office = load_office(folder)
    made.workplace.now = dt.datetime(2025, 6, 20, 2, tzinfo=dt.UTC)
    cycle = made.workplace.office.cycle("2025-q2")
    assert opening.ask(made.workplace, cycle, opening.agencies_to_ask(made.workplace, cycle)) == []
    made.workplace.now = dt.datetime(2025, 7, 3, 3, tzinfo=dt.UTC)
    return made


def reply(office: Office, agency: str, book: FilledWorkbook) -> dict[str, object]:
    mail = EmailMessage()
    mail["From"] = office.workplace.office.register.contacts[agency].to[0]
    mail["To"] = office.opening(agency).reply_to
    mail["Subject"] = "Kịch bản 6 tháng"
    mail["Message-ID"] = f"<{agency}@kich-ban.example>"
    mail.set_content("Kính gửi.")
    mail.add_attachment(book.save(), maintype="application", subtype="zip", filename="6 thang.xlsx")
    (row,) = office.receive(mail, day=(dt.date(2025, 7, 2) - dt.date(2025, 1, 20)).days)
    return row


def filled(office: Office, agency: str) -> FilledWorkbook:
    workplace = office.workplace
    cycle = workplace.office.cycle("2025-q2")
    book = FilledWorkbook(office.workbook(agency), workplace.office.form_of(cycle))
    book.fill(answers_of(workplace.office, cycle, workplace.office.register.agencies[agency], 1))
    return book


def test_only_those_with_rows_on_the_form_are_asked(office: Office) -> None:
    workplace = office.workplace
    cycle = workplace.office.cycle("2025-q2")
    catalogue = workplace.office.catalogue_of(cycle)
    named = {a.agency for r in catalogue.of([Appendix.II]) for a in r.agencies}
    assert {x.agency for x in office.letters("opening")} == named
    assert 0 < len(named) < 5
    assert opening.agencies_to_ask(workplace, cycle) == []
    whole = workplace.office.forms["plan"]
    assert all(asks_anything(whole, catalogue, a.code) for a in workplace.office.register)


def test_the_cycle_runs_from_its_opening_to_its_differences(office: Office) -> None:
    workplace = office.workplace
    cycle = workplace.office.cycle("2025-q2")
    lead = workplace.office.catalogue_of(cycle).row(GRDP).lead
    book = filled(office, lead)
    assert book.read("scenario", GRDP, "value_9m") is None  # still to come: the scenario stands
    book.write("scenario", SERVICES, "value_q1", 11.2)
    assert reply(office, lead, book)["state"] == "returned"
    assert "111,2" in office.letters("verdict")[-1].text

    book = filled(office, lead)
    mail = EmailMessage()
    mail["From"] = workplace.office.register.contacts[lead].to[0]
    mail["To"] = office.opening(lead).reply_to
    mail["Subject"] = "Sửa"
    mail["Message-ID"] = f"<sua@{lead}.example>"
    mail.set_content("Kính gửi.")
    mail.add_attachment(book.save(), maintype="application", subtype="zip", filename="sua.xlsx")
    (row,) = office.receive(mail, day=(dt.date(2025, 7, 2) - dt.date(2025, 1, 20)).days)
    assert row["state"] == "accepted"
    with workplace.engine.begin() as connection:
        standings = {s.agency: s for s in standings_of_cycle(workplace, connection, cycle)}
    assert standings[lead].timeliness is Timeliness.ON_TIME

    done = consolidate_cycle(workplace, cycle)
    (line,) = (x for x in done.consolidation.scenario if x.row.code == GRDP)
    assert line.difference("quy_1") == Decimal("-0.25")
    assert line.difference("6_thang") == Decimal("0.05")
    assert line.difference("9_thang") is None
    assert line.difference("ca_nam") == Decimal(0)
    figure = line.updated["quy_1"]
    assert (figure.agency, figure.source.sheet_name) == (lead, "Kịch bản GRDP")
    assert figure.source.cell == book.address("scenario", GRDP, "value_q1")
    content = workplace.raw_store.get(done.workbook.sha256)
    shown = openpyxl.load_workbook(io.BytesIO(content))
    values = {c.value for sheet in shown for row in sheet.iter_rows() for c in row}
    assert {111.63, -0.25} <= values
    assert write_summary(workplace, cycle)
