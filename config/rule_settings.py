"""The office's settings of the rules, from `config/rules.toml`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from config.toml_files import TomlFile, read_toml
from models.domain.errors import ConfigurationFault
from models.domain.rule_settings import RuleSettings, SumLimit
from models.domain.rules import RULES

_NUMBERS = ("magnitude_low", "magnitude_high", "far_factor")
_CODES = ("trial_rules", "rules_off")
_WORDS = ("share_words", "growth_words", "vague_phrases")


def load_rule_settings(path: Path) -> RuleSettings:
    """The settings; what the file leaves out keeps its default.

    Raises ConfigurationFault, which names file, line and field of every fault.
    """
    faults: list[str] = []
    settings = _read(read_toml(path), faults)
    if faults:
        raise ConfigurationFault(faults)
    return settings


def _read(file: TomlFile, faults: list[str]) -> RuleSettings:
    data = file.content
    known = {f.name for f in dataclasses.fields(RuleSettings)}
    faults += [f"{_at(file, field)}: không có mục này" for field in data if field not in known]
    values: dict[str, Any] = {}
    for field in (*_CODES, *_WORDS):
        if field in data:
            values[field] = _texts(data[field], _at(file, field), faults)
    for field in _CODES:
        for code in values.get(field, ()):
            if code not in RULES:
                faults.append(f"{_at(file, field)}: không có quy tắc «{code}»")
    for field in _NUMBERS:
        if field in data:
            values[field] = _positive(data[field], _at(file, field), faults)
    if "fold_above" in data:
        fold_above = data["fold_above"]
        if not isinstance(fold_above, int) or isinstance(fold_above, bool) or fold_above < 1:
            faults.append(f"{_at(file, 'fold_above')}: phải là số nguyên từ 1 trở lên")
        values["fold_above"] = fold_above
    if "sum_limits" in data:
        values["sum_limits"] = _sum_limits(data["sum_limits"], file, faults)
    if faults:
        return RuleSettings()
    settings = RuleSettings(**values)
    if not settings.magnitude_low < 1 < settings.magnitude_high:
        at = file.at("magnitude_low" if "magnitude_low" in data else "magnitude_high")
        faults.append(f"{at}: magnitude_low phải nhỏ hơn 1, magnitude_high phải lớn hơn 1")
    return settings


def _sum_limits(value: object, file: TomlFile, faults: list[str]) -> tuple[SumLimit, ...]:
    limits: list[SumLimit] = []
    for number, entry in enumerate(value if isinstance(value, list) else [None], 1):
        at = _at(file, f"sum_limits[{number}]")
        if not isinstance(entry, Mapping) or not {"rows", "limit"} <= set(entry):
            faults.append(f"{at}: phải là một bảng có rows và limit")
            continue
        unknown = sorted(set(entry) - {"rows", "limit", "note"})
        faults += [f"{at}.{field}: không có mục này" for field in unknown]
        rows = _texts(entry["rows"], f"{at}.rows", faults)
        if len(set(rows)) < 2:
            faults.append(f"{at}.rows: cần ít nhất hai mã dòng khác nhau")
        limit = _positive(entry["limit"], f"{at}.limit", faults)
        limits.append(SumLimit(rows, limit, str(entry.get("note", ""))))
    return tuple(limits)


def _at(file: TomlFile, field: str) -> str:
    return f"{file.at(field)}: {field}"


def _texts(value: object, at: str, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        faults.append(f'{at}: phải là danh sách chữ, ví dụ ["a", "b"]')
        return ()
    return tuple(value)


def _positive(value: object, at: str, faults: list[str]) -> Decimal:
    """A number written as text or as a whole number, so that nothing passes through a float."""
    try:
        number = Decimal(value if isinstance(value, (str, int)) else "")
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number <= 0:
        faults.append(f'{at}: phải là số dương, viết trong ngoặc kép, ví dụ "0.4"')
    return number
