"""Faults of settings in the office's words: pydantic's own are English and speak to programmers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

_SENTENCES = {
    "int_parsing": "phải là số nguyên",
    "int_parsing_size": "phải là số nguyên nhỏ hơn",
    "int_from_float": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "float_parsing": "phải là số, phần lẻ sau dấu chấm",
    "float_type": "phải là số, phần lẻ sau dấu chấm",
    "greater_than": "phải lớn hơn {gt:g}",
    "greater_than_equal": "phải từ {ge:g} trở lên",
    "less_than": "phải nhỏ hơn {lt:g}",
    "less_than_equal": "không được quá {le:g}",
    "string_too_short": "còn trống",
    "string_type": "phải là chữ",
    "bool_parsing": "phải là true hoặc false",
    "bool_type": "phải là true hoặc false",
    "enum": "không có lựa chọn này; dùng được: {expected}",
    "path_type": "phải là đường dẫn",
    "list_type": "phải là danh sách cách nhau bằng dấu cách",
}
_SECRET = ("password", "secret", "key", "token", "url")  # values that are not repeated


#: Variables that begin as ours and are no settings: the tests' and the measurements' own.
_OTHERS = ("TEST_", "REQUIRE_", "SHEETJS", "PICTURES")

_ALIKE = 0.8  # of 1: a letter or two are others


def strangers(names: Iterable[str], settings: type[BaseModel], prefix: str) -> list[str]:
    """A sentence for each variable that begins as a setting and is none, so does nothing."""
    known = [f"{prefix}{field.upper()}" for field in settings.model_fields]
    ours = sorted({name for name in map(str.upper, names) if name.startswith(prefix)})
    told = []
    for name in ours:
        if name in known or name.removeprefix(prefix).startswith(_OTHERS):
            continue
        near = get_close_matches(name, known, 1, _ALIKE)
        meant = f"; có phải {near[0]}?" if near else "."
        told.append(f"{name}: không có cài đặt này nên không có tác dụng{meant}")
    return told


def fault_sentences(error: ValidationError, prefix: str) -> list[str]:
    """One sentence per wrong setting: its variable, what it must be, what it is."""
    return [_sentence(fault, prefix) for fault in error.errors()]


def _sentence(fault: Mapping[str, Any], prefix: str) -> str:
    location: Sequence[object] = fault["loc"]
    message = _message(fault)
    if not location:  # a validator of several settings names them itself
        return message
    field = str(location[0])
    given = fault.get("input")
    secret = any(word in field for word in _SECRET)
    if isinstance(given, str | int | float | Path) and str(given) and not secret:
        message += f" (đang là «{given}»)"
    return f"{prefix}{field.upper()}: {message}"


def _message(fault: Mapping[str, Any]) -> str:
    kind, context = str(fault["type"]), dict(fault.get("ctx", {}))
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", fault["msg"]))
    if isinstance(context.get("expected"), str):
        context["expected"] = context["expected"].replace("'", "").replace(" or ", ", ")
    known = _SENTENCES.get(kind)
    return known.format(**context) if known else f"giá trị không dùng được ({fault['msg']})"
