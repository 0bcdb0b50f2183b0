"""The office's settings of the rules, from `config/rules.toml`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from config.files.toml_files import TomlFile, read_toml
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault, KeyPath
from models.domain.reading.rule_settings import LinkKind, RowLink, RuleSettings, SumLimit

_NUMBERS = (
    *("magnitude_low", "magnitude_high", "far_factor"),
    *("remainder_low", "remainder_high", "registration_gap"),
)
_CODES = ("trial_rules", "rules_off")
_NOT_POSITIVE = "rule.no_positive_number"
_WORDS = ("share_words", "growth_words", "vague_phrases")


def load_rule_settings(path: Path) -> RuleSettings:
    """The settings; what the file leaves out keeps its default.

    Raises ConfigurationFault, which names file, line and field of every fault.
    """
    faults: list[Fault] = []
    settings = _read(read_toml(path), faults)
    if faults:
        raise ConfigurationFault(faults)
    return settings


def _read(file: TomlFile, faults: list[Fault]) -> RuleSettings:
    data = file.content
    known = {f.name for f in dataclasses.fields(RuleSettings)}
    faults += [file.fault("rule.key_unknown", (f,)) for f in data if f not in known]
    values: dict[str, Any] = {}
    for field in (*_CODES, *_WORDS):
        if field in data:
            values[field] = _texts(
                data[field], partial(file.fault, "rule.no_texts", (field,)), faults
            )
    for field in _CODES:
        faults += [
            file.fault("rule.unknown", (field,), rule=code) for code in _unknown(values.get(field))
        ]
    for field in _NUMBERS:
        if field in data:
            values[field] = _positive(
                data[field], partial(file.fault, _NOT_POSITIVE, (field,)), faults
            )
    if "fold_above" in data:
        fold_above = data["fold_above"]
        if not isinstance(fold_above, int) or isinstance(fold_above, bool) or fold_above < 1:
            faults.append(file.fault("rule.no_whole_number", ("fold_above",)))
        values["fold_above"] = fold_above
    if "sum_limits" in data:
        values["sum_limits"] = _sum_limits(data["sum_limits"], file, faults)
    if "links" in data:
        values["links"] = _links(data["links"], file, faults)
    if faults:
        return RuleSettings()
    settings = RuleSettings(**values)
    if not settings.magnitude_low < 1 < settings.magnitude_high:
        key = "magnitude_low" if "magnitude_low" in data else "magnitude_high"
        faults.append(Fault("rule.magnitudes", file.name, file.line_of((key,))))
    return settings


def _sum_limits(value: object, file: TomlFile, faults: list[Fault]) -> tuple[SumLimit, ...]:
    limits: list[SumLimit] = []
    for number, entry in enumerate(value if isinstance(value, list) else [None], 1):
        at: KeyPath = ("sum_limits", number)
        if not isinstance(entry, Mapping) or not {"rows", "limit"} <= set(entry):
            faults.append(file.fault("rule.no_limit", at))
            continue
        unknown = sorted(set(entry) - {"rows", "limit", "note"})
        faults += [file.fault("rule.key_unknown", at, field) for field in unknown]
        rows = _texts(entry["rows"], partial(file.fault, "rule.no_texts", at, "rows"), faults)
        if len(set(rows)) < 2:
            faults.append(file.fault("rule.too_few_rows", at, "rows"))
        limit = _positive(entry["limit"], partial(file.fault, _NOT_POSITIVE, at, "limit"), faults)
        limits.append(SumLimit(rows, limit, str(entry.get("note", ""))))
    return tuple(limits)


_LINK_KEYS = {"kind", "rows", "base", "tolerance"}


def _links(value: object, file: TomlFile, faults: list[Fault]) -> tuple[RowLink, ...]:
    links: list[RowLink] = []
    for number, entry in enumerate(value if isinstance(value, list) else [None], 1):
        at: KeyPath = ("links", number)
        if not isinstance(entry, Mapping) or not set(entry) >= _LINK_KEYS:
            faults.append(file.fault("rule.no_link", at))
            continue
        unknown = sorted(set(entry) - _LINK_KEYS - {"note"})
        faults += [file.fault("rule.key_unknown", at, field) for field in unknown]
        rows = _texts(entry["rows"], partial(file.fault, "rule.no_texts", at, "rows"), faults)
        if len(set(rows)) != 2 or len(rows) != 2:
            faults.append(file.fault("rule.not_two_rows", at, "rows"))
            continue
        if entry["kind"] not in [*LinkKind]:
            faults.append(file.fault("rule.link_unknown", at, "kind"))
            continue
        base, tolerance = (
            _positive(entry[key], partial(file.fault, _NOT_POSITIVE, at, key), faults)
            for key in ("base", "tolerance")
        )
        kind, note = LinkKind(entry["kind"]), str(entry.get("note", ""))
        links.append(RowLink(kind, *rows, base, tolerance, note))
    return tuple(links)


def _unknown(codes: Sequence[str] | None) -> list[str]:
    """Those of the codes that no rule bears."""
    if not codes:
        return []
    from models.domain.rules import RULES  # start-up cost: for codes alone

    return [code for code in codes if code not in RULES]


def _texts(value: object, fault: Callable[[], Fault], faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        faults.append(fault())
        return ()
    return tuple(value)


def _positive(value: object, fault: Callable[[], Fault], faults: list[Fault]) -> Decimal:
    """A number written as text or as a whole number, so that nothing passes through a float."""
    try:
        number = Decimal(value if isinstance(value, (str, int)) else "")
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or number <= 0:
        faults.append(fault())
    return number
