"""Every text that the program can say, as it stands in code, templates and the office's files.

A text is read whole: parts that the code puts together over several lines are one, and what is
filled in when it is said stands as `{}`.
"""

from __future__ import annotations

import ast
import csv
import re
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_FOLDERS = ("flows", "tasks", "models", "config")
#: Letters of Vietnamese that no other language of the code has; decomposed marks count too.
_VIETNAMESE = re.compile(
    r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ\u1ea0-\u1ef9\u0300-\u0323]"
)
#: What only an expression to search by has.
_PATTERN = re.compile(r"\(\?|\\s|\[\^")
_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_XML = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class SaidText:
    """A text and where it stands."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text[:160]!r}"


@cache
def every_text() -> tuple[SaidText, ...]:
    """All of them, in the order of the files' names."""
    found: list[SaidText] = []
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            read = _READERS.get(path.suffix)
            if read is None or "__pycache__" in path.parts:
                continue
            name = path.relative_to(ROOT).as_posix()
            found += [
                SaidText(name, line, text)
                for line, text in read(path)
                if _VIETNAMESE.search(text) and not _PATTERN.search(text)
            ]
    return tuple(found)


def _of_code(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals but for docstrings, which are English; a flow's is shown, and counts."""
    yield from _literals(ast.parse(path.read_text("utf-8")))


def _literals(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) and not _is_flow(node):
        for child in node.body[1:]:
            yield from _literals(child)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        yield node.lineno, "".join(map(str, parts))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _literals(part.value)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _is_flow(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    calls = (d.func for d in decorators if isinstance(d, ast.Call))
    return any(isinstance(name, ast.Name) and name.id == "flow" for name in calls)


def _of_template(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a letter's template as they stand, its tags as `{}`."""
    text = _JINJA_COMMENT.sub(lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"))
    plain = _JINJA.sub(lambda found: "{}" + "\n" * found[0].count("\n"), text)
    yield from enumerate(plain.splitlines(), 1)


def _of_page(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a page of the desk or the door, its tags left out."""
    for line, text in _of_template(path):
        yield line, _XML.sub(" ", text)


def _of_toml(path: Path) -> Iterator[tuple[int, str]]:
    """The values of a file of settings, but for the list of terms, which names what is not said."""
    if path.name != "terms.toml":
        yield from ((0, text) for text in _strings(tomllib.loads(path.read_text("utf-8"))))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _of_table(path: Path) -> Iterator[tuple[int, str]]:
    """The cells of a table that the office keeps, but for what the directive printed."""
    if "directives" not in path.parts:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                yield from ((number, cell) for cell in row)


def _of_document(path: Path) -> Iterator[tuple[int, str]]:
    """The paragraphs of a Word template, its tags as `{}`."""
    with zipfile.ZipFile(path) as package:
        parts = [n for n in package.namelist() if re.fullmatch(r"word/\w+\d*\.xml", n)]
        for part in parts:
            content = package.read(part).decode("utf-8")
            for number, paragraph in enumerate(content.split("</w:p>"), 1):
                yield number, _JINJA.sub("{}", _XML.sub("", paragraph))


_READERS = {
    ".py": _of_code,
    ".html": _of_page,
    ".j2": _of_template,
    ".toml": _of_toml,
    ".csv": _of_table,
    ".docx": _of_document,
}
