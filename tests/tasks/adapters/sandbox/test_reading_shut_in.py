"""Every kind of file is answered by a process that can open nothing as by one that can."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import olefile
import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

from models.domain.reading.office import Office
from tasks.adapters.reading.reader_jobs import ExamineJob, MarkJob, Purpose, ReadJob
from tasks.adapters.reading.reader_process import child_environment
from tasks.adapters.reading.sandbox import Barrier
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.office_files import own_office
from tests.fixtures.old_workbooks import cell, ole, record, wide
from tests.fixtures.old_workbooks import xls as old_xls
from tests.tasks.adapters.conftest import Build

WATCHED = str(Path(__file__).with_name("watched_reader.py"))
PICTURES = ("png", "jpeg", "gif", "bmp", "tiff", "ppm", "ico")
Jobs = Mapping[str, tuple[Any, bytes]]


def answered(
    purpose: Purpose, office: Office | None, jobs: Jobs, *, shut: bool
) -> Mapping[str, tuple[str, str, list[str]]]:
    """What a child says to each job: its first letters, its digest, and what it tried to open."""
    done = subprocess.run(
        [sys.executable, "-S", "-P", WATCHED],
        input=pickle.dumps((purpose, shut, office, jobs)),
        capture_output=True,
        env=child_environment(),
        check=False,
        timeout=120,
    )
    said = done.stderr.decode()
    assert done.returncode == 0, said
    assert said.split() == ([*Barrier] if shut else [])
    return pickle.loads(done.stdout)  # type: ignore[no-any-return]


def locked(content: bytes, password: str) -> bytes:
    made = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(content)).encrypt(password, made)
    return made.getvalue()


def locked_xls(content: bytes) -> bytes:
    """A workbook of the old format that says it is encrypted: the record after the first one."""
    file = io.BytesIO(content)
    with olefile.OleFileIO(file, write_mode=True) as ole:
        stream = bytearray(ole.openstream("Workbook").read())
        second = 4 + int.from_bytes(stream[2:4], "little")
        stream[second : second + 2] = b"\x2f\x00"
        ole.write_stream("Workbook", bytes(stream))
        return file.getvalue()


def with_formulas() -> bytes:
    """Formulas that were never calculated, a date, text in two looks."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([1, "=A1*2", dt.datetime(2025, 2, 10), "=1/0"])  # noqa: DTZ001  as in a sheet
    sheet["C1"].number_format = "dd/mm/yyyy"
    sheet.merge_cells("A3:B4")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_parts_elsewhere(content: bytes, kind: str = "worksheet") -> bytes:
    """The workbook in folders of another name, its second sheet perhaps of another kind."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith((".rels", "[Content_Types].xml")):
                data = data.replace(b"xl/", b"so/")
                second = data.find(b"worksheets/sheet2.xml")
                at = data.rfind(b"relationships/worksheet", 0, second)
                if second >= 0 and at >= 0:
                    rest = data[at + len(b"relationships/worksheet") :]
                    data = data[:at] + b"relationships/" + kind.encode() + rest
            new.writestr(name.replace("xl/", "so/"), data)
    return made.getvalue()


def of_all_kinds(build: type[Build]) -> dict[str, bytes]:
    """A file of each kind that comes, whole ones and broken ones."""
    xlsx, xls, ods = (build.fixture(f"small.{kind}") for kind in ("xlsx", "xls", "ods"))
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>Chỉ tiêu</t></is></c></row>'
    return {
        "một.xlsx": xlsx,
        "hai.xls": xls,
        "ba.ods": ods,
        "bốn.xlsm": build.xlsx(row, extra={"xl/vbaProject.bin": b"macros"}),
        "năm.xlsb": build.xlsb([(0, 0, "x"), (1, 0, 1.5), (2, 0, 7)]),
        "công thức.xlsx": with_formulas(),
        "thưa.xlsx": build.sparse_bomb(),
        "kín.xlsx": locked(xlsx, "bí mật"),
        "chống ghi.xlsx": locked(xlsx, "VelvetSweatshop"),
        "kín.xls": locked_xls(xls),
        "số.csv": "Chỉ tiêu;1,5\n".encode(),
        "chữ.csv": "Chỉ tiêu;1,5\n".encode("utf-16"),
        "cũ.csv": b"Ch\xec ti\xeau;1,5\n",
        "web.xls": b"<html><table></table></html>",
        "ngoài.xlsx": with_parts_elsewhere(xlsx),
        "trang macro.xlsx": with_parts_elsewhere(xlsx, kind="xlMacrosheet"),
        "trang lạ.xls": old_xls(
            cell(0x204, 0, 0, wide("Tên")),
            globals_=record(0x42, b"\xea\x04"),
            others=[("Macro1", 1)],
        ),
        "khóa lạ.xls": old_xls(b"", globals_=record(0x2F, bytes(6))),
        "nhãn.xlsx": ole({"EncryptedPackage": b"x", "a/DRMEncryptedTransform/b": b"x"}),
        "số.numbers": build.zip({"Index/Document.iwa": b"x"}),
        "sổ.url": b"[InternetShortcut]\r\nURL=https://a.example",
        "rỗng.xlsx": b"",
        "quét.pdf": b"%PDF-1.7 ...",
        "gói.zip": build.zip({"a.txt": "x"}),
        "bản thảo.docx": build.zip({"word/document.xml": "x"}),
        "chữ lạ.xlsx": build.xlsx(row, before='<?xml version="1.0" encoding="windows-1258"?>'),
        "thực thể.xlsx": build.xlsx(row, before='<!DOCTYPE a SYSTEM "file:///etc/passwd">'),
        **{f"cụt.{k}": whole[: len(whole) // 2] for k, whole in
           (("xlsx", xlsx), ("xls", xls), ("ods", ods))},
        **{f"hỏng.{k}": whole[:2000] + bytes(range(250)) * 2 + whole[2500:] for k, whole in
           (("xlsx", xlsx), ("xls", xls), ("ods", ods))},
    }  # fmt: skip


def alike(purpose: Purpose, office: Office | None, jobs: Jobs) -> Mapping[str, str]:
    """What was said to each job, shut in as in the open, with nothing tried that is refused."""
    shut = answered(purpose, office, jobs, shut=True)
    free = answered(purpose, office, jobs, shut=False)
    assert {name: tried for name, (_, _, tried) in shut.items() if tried} == {}
    assert {n: (said, digest) for n, (said, digest, _) in shut.items()} == {
        n: (said, digest) for n, (said, digest, _) in free.items()
    }
    return {name: said for name, (said, _, _) in shut.items()}


@pytest.mark.parametrize("job", [ExamineJob, ReadJob])
def test_a_file_of_any_kind_is_answered_alike(build, job) -> None:
    files = of_all_kinds(build)
    said = alike(Purpose.READ, None, {n: (job(Path(), n), c) for n, c in files.items()})
    assert len(said) == len(files)
    readable = [n for n, s in said.items() if "sheet_names': ['" in s or "{'workbook'" in s]
    assert len([n for n in readable if not n.startswith("hỏng")]) == 12


def test_ciphers_and_code_pages_that_a_file_may_name_are_at_hand() -> None:
    said = alike(Purpose.READ, None, {"ciphers": (None, b""), "pages": (None, b"")})
    assert "Báo" not in said["ciphers"] and said["pages"].startswith("{'cp1258': 'Báo'")


def test_an_agencys_workbook_is_examined_alike_by_form_and_rules() -> None:
    office = own_office()
    cycle = office.cycle("2025-plan")
    book = FilledWorkbook(workbook_content(office, b"k" * 32, cycle, "sct"), office.form_of(cycle))
    book.fill(answers_of(office, cycle, office.register.agencies["sct"], 1))
    place = book.address("indicators", "retail_sales", "committed")
    book.sheet("indicators")[place] = "=1+1"
    content = book.save(cycle.opens_at)
    job = ExamineJob(Path(), "Sở.xlsx", received_on=dt.date(2025, 2, 18))
    said = alike(Purpose.READ, office, {"a": (job, content)})
    assert "'problem': None" in said["a"] and "2025-plan" in said["a"]


def illustrated(content: bytes) -> bytes:
    """The workbook with pictures of many formats, a chart and a comment."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for number, kind in enumerate(PICTURES, 1):
        picture = io.BytesIO()
        Image.new("RGB", (32, 32), (number * 20, 0, 0)).save(picture, kind)
        sheet.add_image(SheetImage(picture), f"A{number}")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
    sheet.add_chart(chart, "H1")
    sheet["A1"].comment = Comment("Xin xem lại.", "Sở")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_workbook_with_whatever_it_holds_is_marked_alike(build) -> None:
    office = own_office()
    cycle = office.cycle("2025-plan")
    own = workbook_content(office, b"k" * 32, cycle, "sct")
    files: dict[str, tuple[bytes | None, str]] = {
        "trắng": (own, "xlsx"),
        "có hình": (illustrated(own), "xlsx"),
        "nhỏ": (build.fixture("small.xlsx"), "xlsx"),
        "macro": (build.xlsx("", extra={"xl/vbaProject.bin": b"macros"}), "xlsm"),
        "mở": (build.fixture("small.ods"), "ods"),
        "cụt": (own[:4000], "xlsx"),
        "mới": (None, "xlsx"),
    }
    jobs = {
        name: (
            MarkJob(
                path=None if content is None else Path(),
                name=name,
                kind=kind,
                findings=(),
                cycle=cycle.code,
                agency="sct",
                contact=None,
                token="token",
                entries=(),
                made_at=dt.datetime(2025, 2, 18, 9, 30, tzinfo=dt.UTC),
            ),
            content or b"",
        )
        for name, (content, kind) in files.items()
    }
    said = alike(Purpose.MARK, office, jobs)
    assert all(s.startswith("{'marked': ") for s in said.values())
