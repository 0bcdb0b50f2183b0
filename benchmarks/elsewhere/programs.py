"""The programs: each opens every workbook of a folder and saves it again in one format."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import openpyxl
import pandas as pd

Save = Callable[[Path, Path], None]  # from the folder of workbooks into an empty one

SHEETJS_HOME = "BAOCAO_SHEETJS"
_LONGEST_SECONDS = 300  # a program's start with a profile of its own, on a slow machine
_SHEETJS = Path(__file__).with_name("sheetjs.cjs")


@dataclass(frozen=True)
class Way:
    """One program and one format; `absent` says why it cannot be tried here, "" where it can."""

    program: str
    format: str  # ending of the saved files, without the dot
    save: Save
    note: str = ""  # an option of the program
    absent: str = ""

    @property
    def name(self) -> str:
        """How the way is called in the table."""
        return f"{self.program}, .{self.format}" + (f", {self.note}" if self.note else "")


def ways(sheetjs_home: str | None = None) -> Iterator[Way]:
    """Every way, those that are absent on this machine too.

    `sheetjs_home`: the folder where `npm install xlsx` was called, by default what the
    environment names in BAOCAO_SHEETJS.
    """
    yield Way("openpyxl", "xlsx", _openpyxl)
    yield Way("pandas", "xlsx", _pandas)
    lacks = "" if shutil.which("soffice") else "LibreOffice is not installed"
    for kind in ("xlsx", "xls", "ods"):
        yield Way("LibreOffice", kind, partial(_libreoffice, kind), absent=lacks)
    lacks = "" if shutil.which("ssconvert") else "Gnumeric is not installed"
    for kind, exporter in (
        ("xlsx", "Gnumeric_Excel:xlsx"),
        ("xls", "Gnumeric_Excel:excel_biff8"),
        ("ods", "Gnumeric_OpenCalc:odf"),
    ):
        yield Way("Gnumeric", kind, partial(_gnumeric, kind, exporter), absent=lacks)
    home = sheetjs_home or os.environ.get(SHEETJS_HOME, "")
    lacks = "" if home and shutil.which("node") else f"node, or {SHEETJS_HOME}, is missing"
    for kind in ("xlsx", "xlsb", "xls", "ods"):
        yield Way("SheetJS", kind, partial(_sheetjs, home, kind, "numbers", "UTC"), "", lacks)
        for zone in ("UTC", "Asia/Ho_Chi_Minh"):
            save = partial(_sheetjs, home, kind, "dates", zone)
            yield Way("SheetJS", kind, save, f"cellDates in {zone}", lacks)


def _openpyxl(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        openpyxl.load_workbook(path).save(target / path.name)


def _pandas(source: Path, target: Path) -> None:
    """Values alone: no formats, no properties, no hidden sheets survive as such."""
    for path in sorted(source.iterdir()):
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object)
        with pd.ExcelWriter(target / path.name) as writer:
            for name, sheet in sheets.items():
                sheet.to_excel(writer, sheet_name=name, header=False, index=False)


def _libreoffice(kind: str, source: Path, target: Path) -> None:
    profile = f"-env:UserInstallation={(target.parent / 'profile').as_uri()}"
    _run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", target, *_all(source)]
    )


def _gnumeric(kind: str, exporter: str, source: Path, target: Path) -> None:
    for path in _all(source):
        saved = target / f"{path.stem}.{kind}"
        _run(["ssconvert", "--export-type", exporter, path, saved])


def _sheetjs(home: str, kind: str, dates: str, zone: str, source: Path, target: Path) -> None:
    """Dates as JavaScript's instants depend on the zone: Hanoi's was odd seconds off until 1906."""
    command = ["node", _SHEETJS, home, source, target, kind, dates]
    _run(command, {**os.environ, "TZ": zone})


def _all(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _run(command: list[str | Path], environment: dict[str, str] | None = None) -> None:
    words = [str(part) for part in command]
    subprocess.run(
        words, check=True, capture_output=True, timeout=_LONGEST_SECONDS, env=environment
    )
