"""Whoever mistypes a command is told in Vietnamese what, and where to look it up."""

from __future__ import annotations

import pytest
from typer.exceptions import TyperException

from flows.cli.command_line import app
from models.domain.notation.usage_words import usage_words


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("serve --prot 1", "Không có tùy chọn --prot."),
        ("serve --port abc", "--port: phải là số nguyên."),
        ("serve --port", "Sau --port phải có giá trị."),
        ("rehearse --anew=1", "Sau --anew không có giá trị."),
        ("serv", "Không có lệnh «serv»."),
        ("catalogue shwo", "Không có lệnh «shwo»."),
        ("serve bang 4200", "Thừa «bang 4200»."),
        ("templates", "Còn thiếu CYCLE."),
        ("templates 2025-plan", "Còn thiếu --out."),
    ],
)
def test_a_mistake_is_told_in_the_offices_words(command: str, told: str) -> None:
    with pytest.raises(TyperException) as mistake:
        app(command.split(), standalone_mode=False)
    assert usage_words(mistake.value.format_message(), "baocao") == f"{told} Xem: baocao --help"


def test_what_no_sentence_was_written_for_is_not_kept_back() -> None:
    assert "(Something new)" in usage_words("Something new", "baocao")
