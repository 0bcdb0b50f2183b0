"""The documents say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import flows.cli.command_line
import models
from config.settings import settings_table

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])


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
