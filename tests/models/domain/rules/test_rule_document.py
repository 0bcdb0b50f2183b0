"""The list of rules that agencies are handed is the list in the code."""

from __future__ import annotations

from pathlib import Path

from models.domain.notation.vietnamese_text import is_nfc
from models.domain.rules import ALL_RULES
from models.domain.rules.documentation import rules_as_markdown

DOCUMENT = Path(__file__).parents[4] / "docs" / "quy-tac-kiem-tra.md"


def test_the_committed_document_is_what_the_rules_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == rules_as_markdown(), (
        "Chạy `baocao rules > docs/quy-tac-kiem-tra.md`."
    )


def test_every_rule_is_in_it_once_with_what_to_do() -> None:
    text = rules_as_markdown()
    for rule in ALL_RULES:
        assert text.count(f"### {rule.code}. ") == 1
        assert rule.remedy in text and rule.explanation in text
    assert is_nfc(text)
