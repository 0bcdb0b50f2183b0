"""Faults are data: every code has a wording, every wording gets what it asks for."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import config.exchange
import config.files
import tasks.adapters.reading.papers
from models.domain.fault_wordings import WORDINGS
from models.domain.faults import NAMESPACES, Fault, LinePlace, Phrase, StoredWord, words_of

CODE = [
    path
    for room in (config.files, config.exchange, tasks.adapters.reading.papers)
    for path in sorted(Path(str(room.__file__)).parent.glob("*.py"))
]
MAKERS = {"Fault", "fault", "of", "add", "_not_understood"}
# Arguments that say where a fault belongs, besides what its wording tells.
FOR_PLACES = {
    "column",
    "agency",
    "row",
    "left",
    "right",
    "duty",
    "sheet",
    "of_column",
    "arguments",
    "key",
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if name in MAKERS and isinstance(first, ast.Constant) and "." in str(first.value):
                    yield str(first.value), node


def literals() -> set[str]:
    """Every text of the code that could be the code of a fault."""
    return {
        str(node.value)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }


def asked(code: str) -> set[str]:
    fields = (name for _, name, _, _ in string.Formatter().parse(WORDINGS[code]) if name)
    return {f for f in fields if f.partition(".")[0] not in NAMESPACES} - {"column"}


def given(call: ast.Call) -> set[str]:
    """The names of the arguments, those of a dictionary written into the call too."""
    names = {str(k.arg) for k in call.keywords}
    for keyword in call.keywords:
        if keyword.arg == "arguments" and isinstance(keyword.value, ast.Dict):
            names |= {str(k.value) for k in keyword.value.keys if isinstance(k, ast.Constant)}
    return names


def test_every_code_has_a_wording_and_every_wording_a_code() -> None:
    assert {code for code, _ in calls()} <= set(WORDINGS)
    assert set(WORDINGS) <= literals()


CALLS = list(calls())


@pytest.mark.parametrize(
    ("code", "call"), CALLS, ids=[f"{code}-{number}" for number, (code, _) in enumerate(CALLS)]
)
def test_a_wording_gets_the_arguments_it_asks_for_and_uses_all(code: str, call: ast.Call) -> None:
    computed = any(
        k.arg == "arguments" and not isinstance(k.value, ast.Dict) for k in call.keywords
    )
    if not computed:
        assert asked(code) <= given(call)
        assert given(call) - asked(code) <= FOR_PLACES


def test_a_fault_is_told_by_file_line_and_key() -> None:
    assert str(Fault("cycle.empty", "cycles.toml", 7, key=("cycles", "a", "steps", 2, "code"))) == (
        "cycles.toml:7, cycles.a.steps[2].code: còn trống."
    )
    at_sheet = {"sheet": "plan", "of_column": None}
    assert str(Fault("form.lacking", "plan.toml", 3, key=("key",), arguments=at_sheet)) == (
        "plan.toml:3: trang «plan»: key: còn thiếu"
    )
    assert str(Fault("rule.magnitudes", "rules.toml")).startswith("rules.toml: magnitude_low")


def test_parts_of_a_sentence_have_wordings_of_their_own() -> None:
    reason = Phrase.of(
        "directive.territory_unknown", value=StoredWord("t", "x"), known=words_of("t", "ab")
    )
    fault = Fault("directive.wrong_type", "2025/directive.toml", arguments={"reason": reason})
    assert fault.text() == "giá trị không đúng kiểu (“territory” là “x”, chỉ nhận a, b)"


def test_another_line_is_told_with_its_file_or_without() -> None:
    first = LinePlace("2025/appendix_1.csv", 4)
    twice = {"value": "x", "row": "x", "first": first}
    assert (
        "đã dùng ở 2025/appendix_1.csv:4"
        in Fault("catalogue.code_twice", "2025/appendix_3.csv", 9, arguments=twice).text()
    )
    assert Fault("tolerance.twice", "2025/tolerances.csv", 9, arguments=twice).text() == (
        "mã “x” đã có ở dòng 4"
    )


def test_faults_are_values() -> None:
    one, same = (Fault("agency.unknown", "a.csv", 2, arguments={"agency": "x"}) for _ in "12")
    assert one == same and len({one, same}) == 1
    assert one != one.with_arguments(agency="y")
