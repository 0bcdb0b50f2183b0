"""Files of the office that are no files, or hold what nobody can see: named, never waited for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from config.files.cycle_files import load_cycles
from config.files.office_faults import faults_of_files
from models.domain.errors import ConfigurationFault
from tests.fixtures.office_files import OFFICE_FILES

FILES = [
    "agencies.csv",
    "contacts.csv",
    "cycles.toml",
    "holidays.csv",
    "rules.toml",
    "directives/2025/directive.toml",
    "directives/2025/appendix_1.csv",
]


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    shutil.copytree(OFFICE_FILES, tmp_path / "office")
    return tmp_path / "office"


@pytest.mark.parametrize("how", ["pipe", "device", "folder", "huge"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none_is_named_and_never_waited_for(
    copies: Path, name: str, how: str
) -> None:
    path = copies / name
    path.unlink()
    if how == "pipe":
        os.mkfifo(path)
    elif how == "device":
        path.symlink_to("/dev/zero")
    elif how == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(30_000_000)
    said = [str(fault) for fault in faults_of_files(copies, copies / "contacts.csv")]
    assert any(path.name in one for one in said), said
    if how == "huge":
        assert any("lớn hơn 20 MB" in one for one in said)


@pytest.mark.parametrize("mark", ["\\u0007", "\\u202e", "\\u200b", "\\u001b"])
def test_hidden_marks_in_a_cycles_title_are_named_with_their_key(copies: Path, mark: str) -> None:
    file = copies / "cycles.toml"
    text = file.read_text(encoding="utf-8")
    start = 'title = "Kế hoạch hành động'
    assert start in text
    file.write_text(text.replace(start, f'title = "{mark}Kế hoạch hành động', 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"cycles\.toml.*title: có ký tự ẩn") as caught:
        load_cycles(file)
    assert len(caught.value.faults) == 1
