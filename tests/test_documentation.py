"""The documents say what the program does."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import pytest
from sqlmodel import SQLModel
from typer.testing import CliRunner

import flows.cli.command_line
import models
import models.tables
from config.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
#: What an engineer reads: every path that stands in them exists.
OF_THE_CODE = [
    *(ROOT / name for name in ("CONTRIBUTING.md", "README.md", "docs/design.md")),
    *DECISIONS,
]
DOCUMENTS = sorted(
    {*OF_THE_CODE, ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")}
)
#: A file or a folder of the repository, wholly between two backticks.
PATH = re.compile(
    r"`((?:flows|tasks|models|config|docs|tests|benchmarks|\.ci)/(?:[\w-]+/)*(?:[\w-]+(?:\.\w+)?)?)`"
)


def test_the_packages_are_those_of_this_repository() -> None:
    assert Path(models.__file__).resolve().is_relative_to(ROOT)


def test_the_readme_lists_every_setting_as_it_is() -> None:
    text = (ROOT / "README.md").read_text()
    listed = re.search(r"<!-- settings -->\n(.*)\n<!-- /settings -->", text, re.DOTALL)
    assert listed is not None
    assert listed[1] == settings_table(), "paste config.settings.settings_table() into the README"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_every_link_to_a_part_of_a_page_leads_to_a_heading(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text()):
        page = document.parent / target if target else document
        assert anchor in _anchors(page), f"{target}#{anchor}"


def _anchors(page: Path) -> set[str]:
    """What a page's headings are called in a link; the same heading once more is numbered."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.*)", page.read_text(), re.M):
        name = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        number = next((n for n in itertools.count(1) if f"{name}-{n}" not in found), 1)
        found.add(f"{name}-{number}" if name in found else name)
    return found


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text()
    runner = CliRunner()
    for command in sorted(set(re.findall(r"`baocao ([a-z]+)(?: |`)", text))):
        assert runner.invoke(flows.cli.command_line.app, [command, "--help"]).exit_code == 0, (
            command
        )


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"^make ([a-z-]+)", (ROOT / "README.md").read_text(), re.M)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_every_make_target_that_contributors_are_told_of_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text())):
        assert re.search(rf"^{target}:", makefile, re.M), target


@pytest.mark.parametrize("document", OF_THE_CODE, ids=lambda p: p.name)
def test_every_path_that_is_named_exists(document: Path) -> None:
    named = sorted(set(PATH.findall(document.read_text())))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_test_that_contributors_are_told_of_exists() -> None:
    written = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for name in set(re.findall(r"`(test_[a-z_]+)`", (ROOT / "CONTRIBUTING.md").read_text())):
        assert f"def {name}(" in written, name


def test_every_table_of_the_database_is_told_of() -> None:
    told = set(re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "CONTRIBUTING.md").read_text(), re.M))
    assert set(SQLModel.metadata.tables) == told


def test_the_map_shows_the_rooms_in_the_layers_of_the_contracts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    text = (ROOT / "CONTRIBUTING.md").read_text()
    shown = re.findall(r"subgraph .*\n *direction LR\n(.*)\n", text)
    for contract in project["tool"]["importlinter"]["contracts"]:
        for container in contract.get("containers", ()):
            named = [room for layer in contract["layers"] for room in layer.split(" | ")]
            folder = ROOT / container.replace(".", "/")
            rooms = [room for room in named if (folder / room).is_dir()]
            assert rooms in [re.findall(r"([a-z]+)/", chain) for chain in shown], container


def test_every_room_is_told_of() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    for top in ("flows", "tasks/adapters", "models/domain", "config"):
        for room in (ROOT / top).glob("*/__init__.py"):
            assert f"| `{top}/{room.parent.name}/`" in contributing


def test_every_decision_has_context_decision_and_consequence_and_the_design_leads_to_it() -> None:
    design = (ROOT / "docs/design.md").read_text()
    for record in DECISIONS:
        headings = re.findall(r"^## (.*)", record.read_text(), re.M)
        assert headings == ["Context", "Decision", "Consequence"], record.name
        assert f"(decisions/{record.name})" in design
