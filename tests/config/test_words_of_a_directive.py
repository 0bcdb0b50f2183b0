"""Forms serve every year: whose year, number and points they speak of is said by the directive."""

from __future__ import annotations

import ast
import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.files.form_files import load_forms
from config.files.office_files import load_office
from models.domain.reading.form_words import form_in_words
from models.domain.reading.forms import Form
from models.domain.reading.office import Office
from models.domain.register.clear_points import UnknownPoint, clear_points
from tests.fixtures.office_files import OFFICE_FILES

ROOT = Path(__file__).parents[2]
AS_SENT = ROOT / "tests" / "fixtures" / "form_words_of_2025.tsv"
NAMES = re.compile(r"Chỉ thị (?:số )?0?3\b|\b0?3/CT|\b5 rõ|«5 RÕ»|5 RÕ", re.IGNORECASE)
YEAR = re.compile(r"\b20(?:24|25|26)\b")
#: An example of how a day or a code is written names some year, and so does what is only played.
EXAMPLE = re.compile(
    r"ví dụ|vd\.|dạng|gõ|Ghi |ngày `|cách viết|Quý I/|bang-ky|diễn tập|mô phỏng", re.IGNORECASE
)
PLAYED = ("simulation", "demo")  # the demonstration plays 2025


@pytest.fixture(scope="module")
def office() -> Office:
    return load_office(OFFICE_FILES)


def texts(form: Form) -> dict[str, str]:
    """Every text of a form, by its place."""
    found = {f"{form.code}/title": form.title}
    for field in ("instructions", "advice"):
        for number, text in enumerate(getattr(form, field)):
            found[f"{form.code}/{field}/{number}"] = text
    for sheet in form.sheets:
        place = f"{form.code}/{sheet.key}"
        found |= {f"{place}/{f}": getattr(sheet, f) for f in ("title", "heading", "guidance")}
        for column in sheet.columns:
            found |= {
                f"{place}/{column.key}/{f}": getattr(column, f) for f in ("header", "label", "help")
            }
    return found


def test_the_workbooks_of_2025_say_to_the_letter_what_was_sent(office: Office) -> None:
    said = {}
    for cycle in ("2025-plan", "2025-review"):
        said |= texts(office.form_of(office.cycle(cycle)))
    with AS_SENT.open(encoding="utf-8", newline="") as lines:
        sent = dict(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(sent) > 80
    assert {place: said[place] for place in sent} == sent


def test_no_placeholder_is_left_in_what_agencies_read(office: Office) -> None:
    for cycle in office.cycles.values():
        left = [t for p, t in texts(office.form_of(cycle)).items() if "{" in t]
        assert all("/instructions/" in p for p, t in texts(office.form_of(cycle)).items()
                   if "{" in t), left  # fmt: skip


def test_another_directive_is_spoken_of_by_its_own_name(office: Office) -> None:
    cycle = replace(
        office.cycle("2025-plan"),
        legal_basis="khoản 2 Điều 3 Nghị quyết số 7/NQ-UBND ngày 5/1/2031",
    )
    other = replace(
        office.catalogues[2025],
        year=2031,
        directive="Nghị quyết số 7/NQ-UBND ngày 05/01/2031 của Ủy ban nhân dân thành phố",
        solution_groups=("Một", "Hai"),
        group_numbers=("B.1", "B.2"),
        clear=clear_points("", "Điều 4"),
    )
    said = texts(form_in_words(office.forms["plan"], other, cycle))
    everything = "\n".join(said.values())
    assert not re.search("2025|Chỉ thị|CT-UBND|I[.]7", everything)
    assert said["plan/title"].endswith("thực hiện Nghị quyết số 7/NQ-UBND năm 2031")
    assert said["plan/details/guidance"].endswith("theo khoản 2 Điều 3 của Nghị quyết.")
    assert "Chọn một trong 2 nhóm" in said["plan/action_plan/group/help"]
    assert "tại phần B của Nghị quyết" in said["plan/action_plan/group/help"]


SIX = "rõ người, rõ việc, rõ thời gian, rõ trách nhiệm, rõ sản phẩm, rõ thẩm quyền"


def test_six_points_are_six_columns_in_the_directives_words(office: Office) -> None:
    catalogue = replace(office.catalogues[2025], clear=clear_points(SIX, "mục III"))
    for code in ("plan", "review"):
        form = form_in_words(office.forms[code], catalogue, office.cycle(f"2025-{code}"))
        for key in ("tasks", "action_plan"):
            points = [c for c in form.sheet(key).columns if c.five_clear]
            assert [c.label for c in points if c.five_clear == "thoi_han"] == ["Rõ thời gian"]
            assert [c.label for c in points if c.five_clear == "ket_qua"] == ["Rõ sản phẩm"]
            assert [c.label for c in points][-1] == "Rõ thẩm quyền"
            assert len(points) == 6
    guidance = (
        form_in_words(office.forms["plan"], catalogue, office.cycle("2025-plan"))
        .sheet("tasks")
        .guidance
    )
    assert guidance == f"Mỗi nhiệm vụ ghi đủ 6 rõ (mục III của Chỉ thị): {SIX}."


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", "nguoi viec thoi_han trach_nhiem ket_qua"),
        ("Rõ người; rõ công việc", "nguoi viec"),
        ("rõ kết quả; rõ sản phẩm", "ket_qua san_pham"),
        ("rõ sản phẩm; rõ tiến độ", "ket_qua thoi_han"),
    ],
)
def test_points_by_other_words(text: str, keys: str) -> None:
    assert " ".join(clear_points(text).names) == keys


@pytest.mark.parametrize("text", ["rõ ràng", "rõ người; rõ người", "rõ thời hạn; rõ thời gian"])
def test_a_point_that_is_none_or_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(UnknownPoint):
        clear_points(text)


# --- Nothing speaks of one year's directive by itself ---------------------------------------------


def _spoken(path: Path) -> Iterator[str]:
    """The texts of a Python file that it may say: its strings, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def _code() -> Iterator[tuple[str, str]]:
    for folder in ("flows", "tasks", "models", "config"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not set(path.parts) & set(PLAYED) and path.name != "sample_letters.py":
                yield from ((str(path.relative_to(ROOT)), text) for text in _spoken(path))
        for path in sorted((ROOT / folder).rglob("*.html")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def _templates() -> Iterator[tuple[str, str]]:
    for path in [*OFFICE_FILES.glob("letters/*"), OFFICE_FILES / "catalogue_workbook.toml"]:
        yield path.name, path.read_text(encoding="utf-8")
    for form in load_forms(OFFICE_FILES).values():
        yield from texts(form).items()
    for path in OFFICE_FILES.glob("reports/*.docx"):
        with zipfile.ZipFile(path) as package:
            parts = [p for p in package.namelist() if p.startswith("word/") and p.endswith(".xml")]
            for part in parts:
                runs = re.findall(r"<w:t[ >][^<]*", package.read(part).decode("utf-8"))
                yield f"{path.name}/{part}", " ".join(run.partition(">")[2] for run in runs)


def test_code_forms_letters_and_reports_name_no_directive_and_no_year() -> None:
    spoken = [*_code(), *_templates()]
    named = [(where, text) for where, text in spoken if NAMES.search(text)]
    assert not named
    dated = [
        (where, text)
        for where, text in spoken
        if YEAR.search(text) and not EXAMPLE.search(text) and re.search(r"[À-ỹ]", text)
    ]
    assert not dated
