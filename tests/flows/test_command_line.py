"""The command line as people and scripts use it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest

from config.settings import load_settings
from flows.cli.command_line import main
from models.domain.reading.identity import sign
from models.domain.reading.office import Office, register_day
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.office_files import own_office

ROOT = Path(__file__).resolve().parents[2]
BUDGET_SECONDS = 60  # loose: a bound, not a measurement


def environment_of(data_dir: Path | None, database_url: str = "") -> dict[str, str]:
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("BAOCAO_") or k == "BAOCAO_CONFIG_DIR"
    }
    environment["BAOCAO_DATABASE_URL"] = database_url
    if data_dir is not None:
        environment["BAOCAO_DATA_DIR"] = str(data_dir)
    return environment


def baocao(
    *arguments: str, data_dir: Path | None = None, database_url: str = ""
) -> subprocess.CompletedProcess[str]:
    """The command from its entry point on, in this process: to start one costs the most of it."""
    out, err = io.StringIO(), io.StringIO()
    status: object = 0
    with (
        patch.dict(os.environ, environment_of(data_dir, database_url), clear=True),
        patch.object(sys, "argv", ["baocao", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
    assert isinstance(status, int)
    return subprocess.CompletedProcess([*arguments], status, out.getvalue(), err.getvalue())


def baocao_process(*arguments: str, data_dir: Path | None = None) -> Any:
    """The command as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli.command_line", *arguments],
        capture_output=True,
        text=True,
        env=environment_of(data_dir) | {"PYTHONPATH": str(ROOT)},
        timeout=180,
        check=False,
    )


@pytest.fixture(scope="module")
def office() -> Office:
    return own_office()


def filled(office: Office, agency: str = "syt", secret: bytes | None = None) -> FilledWorkbook:
    cycle = office.cycle("2025-plan")
    content = workbook_content(office, secret or load_settings().secret, cycle, agency)
    book = FilledWorkbook(content, office.form_of(cycle))
    book.fill(answers_of(office, cycle, office.register.agencies[agency], 1))
    return book


def saved(book: FilledWorkbook, path: Path, office: Office) -> Path:
    path.write_bytes(book.save(office.cycle("2025-plan").opens_at))
    return path


def verdicts(run: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_good_workbook_is_accepted_with_exit_status_0(office: Office, tmp_path: Path) -> None:
    run = baocao_process(
        "check", "--json", str(saved(filled(office), tmp_path / "tốt.xlsx", office))
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (verdict,) = verdicts(run)
    assert set(verdict) >= {"file", "verdict", "agency", "cycle", "seconds", "findings"}
    assert (verdict["verdict"], verdict["agency"], verdict["cycle"]) == (
        "accepted",
        "syt",
        "2025-plan",
    )


def test_a_faulty_workbook_is_returned_naming_sheet_and_cell(
    office: Office, tmp_path: Path
) -> None:
    book = filled(office)
    cell = book.write("details", "", "plan_date", "hôm qua")
    run = baocao("check", "--json", str(saved(book, tmp_path / "sai.xlsx", office)))
    assert run.returncode == 1
    (verdict,) = verdicts(run)
    assert verdict["verdict"] == "returned"
    finding = next(f for f in verdict["findings"] if f["cell"] == cell)
    assert finding["sheet"] == "Thông tin chung"
    assert finding["value"] == "hôm qua"
    assert set(finding) == {"rule", "severity", "sheet", "cell", "value", "message"}


def test_a_workbook_signed_by_somebody_else_is_held(office: Office, tmp_path: Path) -> None:
    book = filled(office, secret=b"another secret of thirty-two bytes!")
    run = baocao("check", "--json", str(saved(book, tmp_path / "giả.xlsx", office)))
    assert run.returncode == 1
    assert verdicts(run)[0]["verdict"] == "held"


def sparse_bomb() -> bytes:
    sheet = (
        '<?xml version="1.0"?><worksheet '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    return package(sheet.encode())


def package(sheet: bytes) -> bytes:
    main = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{main}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/'
        'worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{main}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{main}/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}/spreadsheetml/2006/main" xmlns:r="{main}/'
        'officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{main}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{main}/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return buffer.getvalue()


def zip_bomb() -> bytes:
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b" " * 1_000_000 + b"</t></is></c></row>"
    opening = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return package(opening + b"<sheetData>" + row * 400 + b"</sheetData></worksheet>")


def test_hostile_files_are_answered_within_limits(office: Office, tmp_path: Path) -> None:
    good = saved(filled(office), tmp_path / "tốt.xlsx", office)
    files = {
        "sparse.xlsx": sparse_bomb(),
        "zipbomb.xlsx": zip_bomb(),
        "truncated.xlsx": good.read_bytes()[:9000],
        "random.xlsx": random.Random(1).randbytes(20_000),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    started = time.monotonic()
    run = baocao("check", "--json", *(str(tmp_path / n) for n in files), str(good))
    assert time.monotonic() - started < BUDGET_SECONDS
    assert run.returncode == 2
    found = {Path(v["file"]).name: v for v in verdicts(run)}
    assert found["tốt.xlsx"]["verdict"] == "accepted", "the bad files harmed the good one"
    for name in ("zipbomb.xlsx", "truncated.xlsx", "random.xlsx"):
        assert found[name]["verdict"] == "unreadable"
        assert found[name]["detail"], "a clear message"
    assert found["sparse.xlsx"]["verdict"] in ("held", "unreadable")
    assert found["sparse.xlsx"]["detail"]


def test_what_is_no_file_is_unreadable_and_named_and_the_next_one_is_still_checked(
    office: Office, tmp_path: Path
) -> None:
    good = saved(filled(office), tmp_path / "tốt.xlsx", office)
    os.mkfifo(tmp_path / "ống.xlsx")
    given = [tmp_path / "không có.xlsx", tmp_path, tmp_path / "ống.xlsx", good]
    run = baocao("check", "--json", *map(str, given))
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    found = verdicts(run)
    assert [v["verdict"] for v in found] == ["unreadable"] * 3 + ["accepted"]
    assert "Không tìm thấy tệp «không có.xlsx»" in found[0]["detail"]
    assert "thư mục" in found[1]["detail"]
    assert "không phải là một tệp" in found[2]["detail"]


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("flows.cli.checking", {"prefect", "pandas", "sqlalchemy", "sqlmodel"}),
        ("flows.cli.status_report", {"prefect", "pandas", "pyarrow", "matplotlib", "docx"}),
    ],
    ids=["check", "status"],
)
def test_a_command_imports_nothing_of_what_others_need(module: str, unneeded: set[str]) -> None:
    probe = (
        f"import sys, {module}, flows.cli.command_line;"
        f"print(sorted({unneeded!r} & sys.modules.keys()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "[]"


def test_the_catalogue_is_shown_whole_as_json() -> None:
    run = baocao("catalogue", "show", "--year", "2025", "--json")
    assert run.returncode == 0
    rows = json.loads(run.stdout)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["appendix"]] = counts.get(row["appendix"], 0) + 1
    assert counts == {"I": 32, "II": 11, "III": 75, "IV": 48, "V": 24, "body": 9}
    wanted = {
        "code", "appendix", "number", "parent", "name", "name_printed", "unit", "target_printed",
        "target", "direction", "values", "deadline_printed", "deadline", "investment_printed",
        "agencies",
    }  # fmt: skip
    assert all(wanted <= set(row) for row in rows)
    assert all(set(a) >= {"code", "name", "role"} for row in rows for a in row["agencies"])
    assert len({row["code"] for row in rows}) == len(rows)


def test_an_unknown_year_is_a_sentence_and_no_traceback() -> None:
    run = baocao_process("catalogue", "show", "--year", "1999")
    assert run.returncode == 2
    assert "1999" in run.stderr and "Traceback" not in run.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    environment = os.environ | {"BAOCAO_SECRET_KEY": "ngắn", "BAOCAO_DATA_DIR": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "flows.cli.command_line", "status"],
        capture_output=True, text=True, env=environment, cwd=ROOT, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "BAOCAO_SECRET_KEY" in run.stderr and "Traceback" not in run.stderr
    assert "ngắn" not in run.stderr, "a secret is never shown"


def test_the_status_of_a_new_house_is_empty_json(tmp_path: Path) -> None:
    run = baocao("status", "--json", data_dir=tmp_path)
    assert run.returncode == 0, run.stderr
    status = json.loads(run.stdout)
    assert status["cycles"] == [] and status["messages"] == [] and status["outbox"] == {}


def test_templates_are_written_for_every_agency(tmp_path: Path, office: Office) -> None:
    run = baocao("templates", "2025-plan", "--out", str(tmp_path / "mẫu"))
    assert run.returncode == 0, run.stderr
    asked = office.register.answering_on(register_day(office.cycle("2025-plan")))
    assert len(list((tmp_path / "mẫu").glob("*.xlsx"))) == len(asked) == 51


def test_the_export_of_a_new_house_is_a_header_and_the_columns_explained(tmp_path: Path) -> None:
    run = baocao("export", "2025-review", "--out", str(tmp_path / "số liệu"), data_dir=tmp_path)
    assert run.returncode == 0, run.stderr
    header = (tmp_path / "số liệu" / "observations.csv").read_text(encoding="utf-8")
    assert header.startswith("cycle,agency,agency_name,") and header.count("\n") == 1
    assert "| `reference` |" in (tmp_path / "số liệu" / "columns.md").read_text(encoding="utf-8")


def test_a_report_is_written_for_a_review_and_refused_for_a_plan(tmp_path: Path) -> None:
    file = tmp_path / "ra" / "báo cáo.docx"
    run = baocao("report", "2025-review", "--out", str(file), data_dir=tmp_path)
    assert run.returncode == 0, run.stderr
    assert file.read_bytes().startswith(b"PK")
    run = baocao("report", "2025-plan", "--out", str(file), data_dir=tmp_path)
    assert run.returncode == 2
    assert "2025-plan" in run.stderr and "Traceback" not in run.stderr
    run = baocao("report", "2025-review", "--out", str(tmp_path / "a.xlsx"), data_dir=tmp_path)
    assert run.returncode == 2
    assert "«a.xlsx» phải có đuôi .docx" in run.stderr


def test_snapshots_are_verified_and_an_unknown_one_is_a_sentence(tmp_path: Path) -> None:
    run = baocao("snapshot", "verify", data_dir=tmp_path)
    assert run.returncode == 0 and "Chưa có bản lưu nào." in run.stdout
    run = baocao("snapshot", "restore", "7", "--out", str(tmp_path / "x"), data_dir=tmp_path)
    assert run.returncode == 2
    assert "bản lưu số 7" in run.stderr and "Traceback" not in run.stderr


def test_the_signature_of_a_template_is_this_installation_s_own(office: Office) -> None:
    cycle, form = office.cycle("2025-plan"), office.form_of(office.cycle("2025-plan"))
    token = sign(load_settings().secret, cycle.code, "syt", form.version)
    assert token != sign(b"x" * 32, cycle.code, "syt", form.version)


@pytest.mark.parametrize(
    "url", ["khong-phai-url", "mysql://x/y", "postgresql+psycopg://postgres@127.0.0.1:1/x"]
)
def test_a_database_that_is_not_there_is_a_sentence_that_names_the_setting(
    tmp_path: Path, url: str
) -> None:
    run = baocao("status", data_dir=tmp_path, database_url=url)
    assert run.returncode == 2
    assert "BAOCAO_DATABASE_URL" in run.stderr and "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("serve",),
        ("run", "open-cycle"),
        ("templates", "2025-plan", "--out", "/dev/null/x"),
        ("demo", "--data-dir", "/dev/null/x"),
    ],
)
def test_a_folder_that_cannot_be_written_is_a_sentence(command: tuple[str, ...]) -> None:
    run = baocao(*command, data_dir=Path("/dev/null/x"))
    assert run.returncode == 2
    assert "/dev/null/x" in run.stderr and "Traceback" not in run.stderr


def test_the_catalogue_goes_out_and_comes_back_from_the_command_line(tmp_path: Path) -> None:
    book = tmp_path / "danh-muc.xlsx"
    run = baocao("catalogue", "export", "--out", str(book))
    assert (run.returncode, book.is_file()) == (0, True), run.stderr
    run = baocao("catalogue", "import", str(book), "--check")
    assert run.returncode == 0, run.stderr
    assert "Sổ khớp với danh mục năm 2025: không có gì để ghi." in run.stdout

    edited = openpyxl.load_workbook(book)
    edited["I. Chỉ tiêu chủ yếu"]["I4"] = 12.5
    edited.save(book)
    run = baocao("catalogue", "import", str(book), "--check")
    assert run.returncode == 1
    assert "Trang «I. Chỉ tiêu chủ yếu», ô I4: ô đang chứa số 12,5" in run.stderr
    run = baocao("catalogue", "import", str(tmp_path / "khong-co.xlsx"))
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
