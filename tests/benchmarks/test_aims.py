"""Every aim has its row, measured or not, and says where it is written what was tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import aims
from benchmarks.cold import Cold
from benchmarks.deadline_day import Day
from benchmarks.figures import Report
from benchmarks.growth import STAGES, Grown
from benchmarks.run import BEGIN, END, PARTS, write
from benchmarks.stages import Measure

PAGE = Path("benchmarks/README.md")


def report() -> Report:
    """Of a run in which a bare parse took 1 ms, and everything else as many as it is named for."""
    found = Report(10, 2)
    cost = {
        "bare parse, one process": 1,
        "reading and checking, in this process": 5,
        "whole intake, SQLite, 2 readers": 12,
        "analyst's script, file by file, one process": 240,
        "analyst's script, all files at once, one process": 48,
    }
    for name, each in cost.items():
        found.add(Measure(name, 10, each / 50, each / 100, 0.0))
    for name, each in {"templates written": 11, "returned workbooks marked, one child": 40}.items():
        found.add(Measure(name, 10, each / 50, each / 100, 0.0, unit="workbook"))
    return found


def by_name(found: Report) -> dict[str, tuple[str, ...]]:
    return {name: tuple(more) for name, *more in found.aims()[1:]}


def test_an_aim_that_was_not_measured_has_its_row_and_the_reason() -> None:
    found = report()
    found.missing["workers"] = "no PostgreSQL server"
    rows = by_name(found)
    assert len(rows) == 9 + 6 + 1 + 2 + 2 + 2 * len(STAGES) + 1 + 1
    assert rows["two workers, in times of one"][2] == "no PostgreSQL server"
    assert rows["a ready letter, in times of aiosmtplib"][2] == "not measured"
    assert rows["whole intake, PostgreSQL, in bare parses"][2] == "no PostgreSQL server"


def test_what_is_measured_is_held_against_its_aim() -> None:
    found = report()
    found.cold = Cold(0.01, 0.02, 0.4, 0.005, 0.3, 20.0, 80.0)
    found.mail, found.workers = 1.2, 1.9
    found.day = Day(4, [1.0, 2.0, 3.0, 70.0], 0, 1.0, 4)
    stages = {stage: {"seconds": 59.0, "cpu": 30.0, "mib": 301.0} for stage in STAGES}
    found.grown = [Grown(10_000, (20.0, 21.0), (150.0, 190.0), stages)]
    rows = by_name(found)
    said = {name: (stands, state) for name, (stands, _, state, _) in rows.items()}
    assert said["whole intake, SQLite: times faster than the script, file by file"][0] == "20.00"
    assert said["whole intake, SQLite, in bare parses"] == ("12.00", "**not met**")
    assert said["a template, in bare parses"] == ("11.00", "met")
    assert said["check of one file, in bare interpreters"] == ("40.00", "**not met**")
    assert said["a demonstrated year, in bare parses of 1,000"] == ("80.00", "**not met**")
    assert said["two workers, in times of one"] == ("1.90", "met")
    assert said["of them within 60 s"] == ("75.00 %", "**not met**")
    assert said["replies of the last day answered, of 4, each once"] == ("100.00 %", "met")
    assert said["intake up to 10,000, last 500 by first 500: processor time"][1] == "met"
    assert said["intake up to 10,000, last 500 by first 500: largest memory"][1] == "**not met**"
    assert said["boards at 10,000: clock"] == ("59.00 s", "met")
    assert said["boards at 10,000: memory"] == ("301.00 MiB", "**not met**")
    headings = [line.lstrip("# ") for line in PAGE.read_text("utf-8").splitlines() if "#" in line]
    for name, (*_, state, tried) in rows.items():
        assert (state == "**not met**") is bool(tried), name
        assert not tried or tried.strip("«»") in headings, tried
    shown = found.markdown()
    assert all(name in shown for name in rows)
    assert "| standings: processor, clock, memory | 30.0 s, 59.0 s, 301 MiB |" in shown


@pytest.mark.parametrize("marked", [True, False])
def test_figures_take_the_place_of_those_before(tmp_path: Path, marked: bool) -> None:
    page = tmp_path / "page.md"
    if marked:
        page.write_text(f"# Head\n\n{BEGIN}\nold\n{END}\n\ntail\n", "utf-8")
    write(page, "new\n")
    expected = f"# Head\n\n{BEGIN}\n\nnew\n\n{END}\n\ntail\n" if marked else "new\n"
    assert page.read_text("utf-8") == expected
    text = PAGE.read_text("utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_every_part_has_rows_of_its_own() -> None:
    assert set(PARTS) == {"floor", "cold", "mail", "workers", "day", "growth"}
    assert aims.of_tests().cells()[3].startswith("15 minutes")
