"""Reads the office's TOML files, with faults in the office's words that name file and line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from config.csv_files import why_not_opened
from models.domain.errors import ConfigurationFault

_ERROR_LINE = re.compile(r"\s*\(?at line ([0-9]+), column ([0-9]+)\)?")


def read_toml(path: Path) -> dict[str, Any]:
    """The file's content; a byte order mark is passed over.

    Raises ConfigurationFault when it cannot be opened, is no UTF-8 or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        fault = f"{path.name}: không mở được tệp ({why_not_opened(error)})"
    except UnicodeDecodeError:
        fault = f"{path.name}: không phải UTF-8; đề nghị lưu tệp với bảng mã UTF-8"
    except tomllib.TOMLDecodeError as error:
        fault = toml_fault(path.name, error)
    raise ConfigurationFault([fault])


def toml_fault(source: str, error: tomllib.TOMLDecodeError) -> str:
    """A fault of syntax as one sentence with file and line.

    >>> try:
    ...     tomllib.loads("a = 1\\nb 2")
    ... except tomllib.TOMLDecodeError as error:
    ...     print(toml_fault("cycles.toml", error).partition(" (")[0])
    cycles.toml:2: sai cú pháp TOML
    """
    found = _ERROR_LINE.search(str(error))
    place = f"{source}:{found[1]}" if found else source
    return f"{place}: sai cú pháp TOML ({_ERROR_LINE.sub('', str(error))})"
