"""Reads the office's TOML files, with faults in the office's words that name file and line."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from config.files.csv_files import not_opened, office_text
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, KeyPath, shown_key

_ERROR_LINE = re.compile(r"\s*\(?at line ([0-9]+), column ([0-9]+)\)?")


@dataclass(frozen=True)
class TomlFile:
    """A file's content and text; on which line a key stands is looked up when a fault asks."""

    name: str
    content: dict[str, Any]
    text: str

    @cached_property
    def lines(self) -> dict[str, int]:
        """The line of every key and table."""
        return key_lines(self.text)

    def line_of(self, key: KeyPath) -> int:
        """The line of the key, or of the nearest table around it; 0 where there is none.

        >>> file = TomlFile("cycles.toml", {}, "# Kỳ\\n[cycles.a]\\n")
        >>> file.line_of(("cycles", "a", "steps", 1, "hour"))
        2
        """
        while key and shown_key(key) not in self.lines:
            key = key[:-1]
        return self.lines[shown_key(key)] if key else 0

    def fault(self, code: str, key: KeyPath, /, *below: str, **arguments: object) -> Fault:
        """A fault of the key, or of one `below` it that is told with the line of the key."""
        whole = (*key, *below)
        return Fault(code, self.name, self.line_of(key), key=whole, arguments=arguments)


def read_toml(path: Path) -> TomlFile:
    """The file; a byte order mark is passed over.

    Raises ConfigurationFault when it cannot be opened, is no UTF-8 or no TOML.
    """
    return toml_of(path.name, toml_text(path))


def toml_text(path: Path) -> str:
    """The file's text without a byte order mark.

    Raises ConfigurationFault when it cannot be opened or is no UTF-8.
    """
    try:
        return office_text(path)
    except OSError as error:
        fault = not_opened(path.name, error)
    except UnicodeDecodeError:
        fault = Fault("file.not_utf8", path.name)
    raise ConfigurationFault([fault])


def toml_of(name: str, text: str) -> TomlFile:
    """The file of that name with that text. Raises ConfigurationFault when it is no TOML."""
    try:
        return TomlFile(name, tomllib.loads(text), text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationFault([toml_fault(name, error)]) from None


def key_lines(text: str) -> dict[str, int]:
    """The line of every key and table of a sound TOML text; tables of a list count from 1.

    >>> key_lines("a = [\\n1]\\n[[b.c]]\\nd = 1\\n[[b.c]]\\nd = 2")
    {'a': 1, 'b.c[1]': 3, 'b.c[1].d': 4, 'b.c[2]': 5, 'b.c[2].d': 6}
    """
    found: dict[str, int] = {}
    entries: Counter[str] = Counter()
    table, statement, first = "", "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first if statement else number
        statement += line + "\n"
        try:
            read = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on below
        is_table = statement.lstrip().startswith("[")
        place = "" if is_table else table
        while isinstance(read, dict) and read:
            key, read = next(iter(read.items()))
            place += f".{key}" if place else key
            if isinstance(read, list) and is_table:
                if read == [{}]:
                    entries[place] += 1
                read = read[0]
            if entries[place]:
                place += f"[{entries[place]}]"
            if not is_table:
                break
        if is_table:
            table = place
        if place and statement.strip() and not statement.lstrip().startswith("#"):
            found.setdefault(place, first)
        statement = ""
    return found


def toml_fault(source: str, error: tomllib.TOMLDecodeError) -> Fault:
    """A fault of syntax, with its line.

    >>> try:
    ...     tomllib.loads("a = 1\\nb 2")
    ... except tomllib.TOMLDecodeError as error:
    ...     print(str(toml_fault("cycles.toml", error)).partition(" (")[0])
    cycles.toml:2: sai cú pháp TOML
    """
    found = _ERROR_LINE.search(str(error))
    reason = _ERROR_LINE.sub("", str(error))
    line = int(found[1]) if found else 0
    return Fault("file.not_toml", source, line, arguments={"reason": reason})
