"""A question on the command line is answered in the words of whoever types."""

from __future__ import annotations

import io
import unicodedata

import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cli import terminal
from flows.cli.terminal import confirmed


def asked(typed: str, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, str]:
    """What was made of what was typed, and what was said meanwhile."""
    with CliRunner().isolation(input=typed) as (output, errors, _):
        # Another console: one whose file is set forgets to follow the process's own.
        monkeypatch.setattr(terminal, "errors", Console(file=io.TextIOWrapper(errors, "utf-8")))
        answer = confirmed("Đưa vào dùng?", "Không có ai trả lời.")
        terminal.errors.file.flush()
        return answer, (output.getvalue() + errors.getvalue()).decode()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("c", True), ("C", True), ("có", True), ("Có ", True), ("co", True), ("y", True),
        (unicodedata.normalize("NFD", "có"), True), ("YES", True),
        ("", False), ("k", False), ("không", False), ("Khong", False), ("n", False),
    ],
)  # fmt: skip
def test_yes_and_no_are_understood_as_they_are_typed(
    typed: str, answer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = asked(f"{typed}\n", monkeypatch)
    assert said[0] is answer
    assert said[1].count("Đưa vào dùng? [c/K]") == 1


def test_what_is_neither_is_asked_again_in_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, said = asked("ừ\nx\ncó\n", monkeypatch)
    assert answer
    assert said.count("Xin gõ «c» (có) hoặc «k» (không).") == 2
    assert "Error" not in said


def test_where_nobody_answers_the_command_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        asked("ừ\n", monkeypatch)
