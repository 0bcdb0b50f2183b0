"""Changes values of a TOML file in its text, so that the office's comments stay where they are."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from config.toml_files import key_lines

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def updated_toml(text: str, wanted: Mapping[str, Any]) -> str:
    """The text of a sound TOML file, changed so far that it holds `wanted`; comments are kept.

    What is equal stays to the letter. Values are changed on their line, tables that are new come at
    the end, lists of tables that grew or shrank are written anew where they stood. A file that
    cannot be mended so is written anew, without its comments: the content is never in doubt.

    >>> print(updated_toml("a = 1 # một\\n\\n[b]\\nc = 2\\n", {"a": 3, "b": {"c": 2, "d": "x"}}))
    a = 3 # một
    <BLANKLINE>
    [b]
    c = 2
    d = "x"
    <BLANKLINE>
    """
    present = tomllib.loads(text)
    if present == wanted:
        return text
    lines = text.split("\n")
    try:
        for change in _changes(present, wanted, ""):
            lines = change(lines)
        patched = "\n".join(lines).rstrip("\n") + "\n"
        if tomllib.loads(patched) == wanted:
            return patched
    except (tomllib.TOMLDecodeError, _NotPatchable):
        pass
    return rendered_toml(wanted)


class _NotPatchable(Exception):
    """Raised where a value becomes a table, or the reverse."""


def rendered_toml(content: Mapping[str, Any]) -> str:
    """The content as TOML text: values first, then tables, in the order given.

    >>> print(rendered_toml({"a": "“x”", "t": {"d": dt.date(2026, 2, 20)}, "l": [{"n": 1}]}))
    a = "“x”"
    <BLANKLINE>
    [t]
    d = 2026-02-20
    <BLANKLINE>
    [[l]]
    n = 1
    <BLANKLINE>
    """
    return "\n".join(_table_lines(content, "")).strip("\n") + "\n"


def _table_lines(content: Mapping[str, Any], path: str) -> list[str]:
    lines = [f"{_key(k)} = {_value(v)}" for k, v in content.items() if not _is_tables(v)]
    for key, value in content.items():
        inner = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, Mapping):
            lines += ["", f"[{inner}]", *_table_lines(value, inner)]
        elif _is_tables(value):
            for item in value:
                lines += ["", f"[[{inner}]]", *_table_lines(item, inner)]
    return lines


def _is_tables(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and all(
        isinstance(item, Mapping) for item in value
    )  # fmt: skip


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, str):  # JSON's escapes are TOML's, but for DEL
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    return str(value)


# --- Changes, each a function of the lines before it ----------------------------------------------


def _changes(present: Mapping[str, Any], wanted: Mapping[str, Any], path: str) -> list[Any]:
    """What turns one table into the other; every change looks its lines up anew."""
    found: list[Any] = []
    for key in [*wanted, *(k for k in present if k not in wanted)]:
        inner = f"{path}.{key}" if path else key
        old, new = present.get(key), wanted.get(key)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += _changes(old, new, inner)
        elif (isinstance(old, Mapping) and new is not None) or (
            isinstance(new, Mapping) and old is not None
        ):
            raise _NotPatchable
        elif _is_tables(old) and _is_tables(new) and len(old or ()) == len(new or ()):
            pairs = enumerate(zip(old or (), new or (), strict=True), 1)
            for number, (before, after) in pairs:
                found += _changes(before, after, f"{inner}[{number}]")
        elif _is_tables(old) or _is_tables(new):
            if not all(value is None or value == [] or _is_tables(value) for value in (old, new)):
                raise _NotPatchable
            found.append(_Replaced(inner, new))
        elif old is None:
            found.append(_Added(path, key, new))
        else:
            found.append(_Set(inner, key, new))
    return found


class _Set:
    """A value that changes on its line, or a key that goes (None)."""

    def __init__(self, path: str, key: str, value: object) -> None:
        self.path, self.key, self.value = path, key, value

    def __call__(self, lines: list[str]) -> list[str]:
        first, last = _extent(lines, self.path)
        if not first:
            return lines
        if self.value is None:
            return lines[: first - 1] + lines[last:]
        comment = _comment("\n".join(lines[first - 1 : last]))
        line = f"{_key(self.key)} = {_value(self.value)}" + (f" {comment}" if comment else "")
        indent = re.match(r"\s*", lines[first - 1])
        return [*lines[: first - 1], (indent[0] if indent else "") + line, *lines[last:]]


class _Added:
    """A key that is new in its table: behind the table's last."""

    def __init__(self, table: str, key: str, value: object) -> None:
        self.table, self.key, self.value = table, key, value

    def __call__(self, lines: list[str]) -> list[str]:
        at = key_lines("\n".join(lines))
        own = [n for p, n in at.items() if p == self.table or p.rpartition(".")[0] == self.table]
        tables = {n for p, n in at.items() if lines[n - 1].lstrip().startswith("[")}
        keys = [n for n in own if n not in tables or n == at.get(self.table)]
        last = max(keys, default=0)
        while last and last < len(lines) and not _complete(lines, max(keys), last):
            last += 1
        return [*lines[:last], f"{_key(self.key)} = {_value(self.value)}", *lines[last:]]


class _Replaced:
    """A table, or a list of tables, that is written anew where it stood, else at the end."""

    def __init__(self, path: str, value: object) -> None:
        self.path, self.value = path, value

    def __call__(self, lines: list[str]) -> list[str]:
        at = key_lines("\n".join(lines))
        mine = {n for p, n in at.items() if _within(p, self.path)}
        heads = sorted({n for n in at.values() if lines[n - 1].lstrip().startswith("[")})
        kept: list[str] = []
        remarks: list[str] = []  # they stand above what follows, and stay
        place = None
        taking = False
        for number, line in enumerate(lines, 1):
            if number in heads:
                taking = number in mine
                if taking and place is None:
                    place = len(kept)
                if not taking:
                    kept += remarks
                remarks = []
            if not taking:
                kept.append(line)
            elif not line.strip() or line.lstrip().startswith("#"):
                remarks.append(line)
            else:
                remarks = []
        kept += remarks
        new = self._written()
        if place is None:
            return [*_without_blank_end(kept), *new]
        before, after = _without_blank_end(kept[:place]), kept[place:]
        gap = [""] if after and new and after[0].strip() else []
        return [*before, *new, *gap, *after]

    def _written(self) -> list[str]:
        content: Any = self.value
        path = self.path
        if content is None:
            return []
        if isinstance(content, Mapping):
            return ["", f"[{path}]", *_table_lines(content, path)]
        lines: list[str] = []
        for item in content:
            lines += ["", f"[[{path}]]", *_table_lines(item, path)]
        return lines


def _within(place: str, path: str) -> bool:
    return place == path or place.startswith((f"{path}.", f"{path}["))


def _without_blank_end(lines: list[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _extent(lines: list[str], path: str) -> tuple[int, int]:
    """First and last line, 1-based, of a key's statement; (0, 0) where there is none."""
    first = key_lines("\n".join(lines)).get(path, 0)
    last = first
    while last and last < len(lines) and not _complete(lines, first, last):
        last += 1
    return first, last


def _complete(lines: list[str], first: int, last: int) -> bool:
    try:
        tomllib.loads("\n".join(lines[first - 1 : last]))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _comment(statement: str) -> str:
    """The comment behind a statement's value, with its sign."""
    for found in re.finditer("#", statement):
        try:
            tomllib.loads(statement[: found.start()])
        except tomllib.TOMLDecodeError:
            continue  # the sign stands in a text
        return statement[found.start() :].strip()
    return ""
