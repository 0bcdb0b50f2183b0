"""`baocao --help` is answered by little, and says what the whole command would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from flows.cli import front
from flows.cli.command_line import app
from flows.cli.command_words import ABOUT, COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_help_lists_every_command_in_the_words_of_its_own_help() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    assert {name: command.help for name, command in known.items()} == COMMANDS
    said = " ".join(front.help_text(100).split())
    assert ABOUT in said
    for name, words in COMMANDS.items():
        assert f"{name} {words}" in said


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_the_help_is_wider_than_the_terminal(width: int) -> None:
    listed = front.help_text(width).partition("\n\n")[2].split("\n")
    longest = max(len(word) for line in listed for word in line.split()) + 13  # beside the names
    about = [line for line in listed if line.startswith(" ") or line in ABOUT]
    assert about and all(len(line) <= max(width, longest) for line in about)


def test_the_help_loads_nothing_that_reads_commands_or_files() -> None:
    probe = (
        "import sys; sys.argv = ['baocao', '--help']; from flows.cli import front; front.main();"
        "print(sorted({'typer', 'rich', 'pydantic', 'sqlalchemy', 're'} & sys.modules.keys()))"
    )
    probe = f"import sys; sys.path.append('.'); {probe}"
    command = [sys.executable, "-S", "-P", "-c", probe]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "said"), [(["stauts"], "stauts"), (["status", "--hlep"], "hlep")]
)
def test_all_else_is_answered_by_the_whole_command(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["baocao", *words])
    with pytest.raises(SystemExit) as ended:
        front.main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
