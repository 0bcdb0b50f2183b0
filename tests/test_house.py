"""The plan of the house: rooms of a size to be seen at once, each saying what lives in it."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("flows", "tasks", "models", "config")
MOST_FILES = 20
MOST_LINES = 500
#: Written by the migration tool, one a change of the schema.
MIGRATIONS = ROOT / "tasks" / "adapters" / "store" / "migrations"
#: A room says what may not be in it by one of these words.
FORBIDS = ("no ", "nothing", "nobody", "neither", "never", "without", "alone", "not ", "none")


def rooms() -> list[Path]:
    """Every folder of the program that holds code."""
    found = {path.parent for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    return sorted(room for room in found if not room.is_relative_to(MIGRATIONS))


def modules() -> Iterator[Path]:
    for room in rooms():
        yield from sorted(room.glob("*.py"))


#: A line with an import that is not at the margin, as the formatter leaves it.
_FURTHER_IN = re.compile(r"^ +(?:from|import) ", re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("room", rooms(), ids=name)
def test_a_room_holds_about_twenty_files(room: Path) -> None:
    files = [path for path in room.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES, f"{name(room)}: {len(files)} files"


@pytest.mark.parametrize("room", rooms(), ids=name)
def test_a_room_says_what_lives_in_it_and_what_may_not(room: Path) -> None:
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8")))
    assert said, f"{name(room)}/__init__.py says nothing"
    assert any(word in said.lower() for word in FORBIDS), f"{name(room)} forbids nothing"


def test_no_module_is_too_long_to_have_one_reason_to_change() -> None:
    long = {
        name(p): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_a_name_of_a_module_alone_is_used_in_it() -> None:
    """A checker of the whole program takes it for used where another module has the same name."""
    unused = [f"{name(path)}: {one}" for path in modules() for one in _unused(path)]
    assert not unused, "\n".join(unused)


def _unused(path: Path) -> Iterator[str]:
    text = path.read_text("utf-8")
    times = Counter(re.findall(r"\w+", text))
    for found in _private_names(ast.parse(text)):
        if times[found] < 2:
            yield found


def _private_names(module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and not statement.decorator_list:
            yield from [statement.name] if statement.name.startswith("_") else []
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        for found in (n for target in targets if target for n in ast.walk(target)):
            if isinstance(found, ast.Name) and re.match("_[^_]", found.id):
                yield found.id


def test_imports_inside_functions_are_for_start_up_cost_and_say_so() -> None:
    unsaid = [f"{name(path)}:{line}" for path in modules() for line in _late_imports(path)]
    assert not unsaid, "\n" + "\n".join(unsaid)


def _late_imports(path: Path) -> Iterator[int]:
    """Lines of imports inside functions that no comment, there or just above, explains."""
    text = path.read_text("utf-8")
    if not _FURTHER_IN.search(text):  # as in most modules: to look into all of them takes seconds
        return
    lines = text.splitlines()
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        said = False
        for statement in ast.walk(function):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                first = statement.lineno - 1
                near = "\n".join(lines[max(function.lineno - 1, first - 4) : statement.end_lineno])
                said = "start-up" in near or "starts up" in near
                if not said:
                    yield statement.lineno


def test_no_module_bears_the_name_of_one_of_the_standard_library() -> None:
    """Whatever folder an orchestrator puts on its path, it hides nothing."""
    hidden = [name(p) for p in modules() if p.stem in sys.stdlib_module_names]
    assert not hidden


#: These write no instant for people: cells of the catalogue's workbook, times of day, packages.
OTHER_TIMES = {
    "models/domain/cycle/letter_phrases.py",
    "models/domain/exchange/exchange_sheets.py",
    "models/domain/fault_wordings.py",
    "models/domain/mail/delivery.py",
    "tasks/adapters/simulation/acts.py",
    "tasks/adapters/workbooks/dated_packages.py",
}


def test_an_instant_is_written_for_people_in_one_place() -> None:
    form = re.compile(r"%H(?::%M| giờ)")
    found = {name(path) for path in modules() if form.search(path.read_text("utf-8"))}
    assert found <= OTHER_TIMES
