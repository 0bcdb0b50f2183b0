"""Conditions of OpenDocument spreadsheets that change how cells look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from xml.etree.ElementTree import Element

from models.domain.reading.conditions.condition_texts import condition_steps
from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import (
    Area,
    ConditionalLook,
    FormulaCall,
    FormulaStep,
    split_address,
)
from tasks.adapters.reading.hardened_xml import local_attribute, local_name
from tasks.adapters.reading.looks.colours import hex_rgb
from tasks.adapters.reading.looks.conditions import (
    IS_NUMBER,
    MOST_CONDITIONS,
    SELF,
    Difference,
    conditional_look,
    scaled,
)

_RANGE = re.compile(r"\.\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_CALL = re.compile(r"(?:cell-content-is-|cell-content\(\))?([a-z-]+)\((.*)\)", re.DOTALL)
_COMPARED = re.compile(r"(?:cell-content\(\))?\s*(<=|>=|!=|<>|<|>|=)(.*)", re.DOTALL)

Changes = Callable[[str], Difference]
"""What a style changes, by its name."""


def conditions_of_table(table: Element, changes: Changes) -> tuple[Sequence[ConditionalLook], bool]:
    """The table's conditions that change something; and whether some were too many."""
    found: list[ConditionalLook] = []
    kept = 0
    for formats in (e for e in table if local_name(e) == "conditional-formats"):
        for one in formats:
            areas = _areas(local_attribute(one, "target-range-address"))
            kept += len(areas)
            if kept > MOST_CONDITIONS:
                return found, True
            found += _looks(one, areas, changes)
    return found, False


def _looks(one: Element, areas: Sequence[Area], changes: Changes) -> Iterator[ConditionalLook]:
    for rule in one:
        if local_attribute(rule, "show-value", "true") == "false":
            yield ConditionalLook(areas, IS_NUMBER, unseen=True)
        if local_name(rule) in ("color-scale", "data-bar"):
            yield ConditionalLook(areas, IS_NUMBER, grounds=_grounds(rule))
            continue
        name = local_attribute(rule, "apply-style-name") or local_attribute(rule, "style")
        difference = changes(name)
        if local_name(rule) == "condition" and difference.tells:
            corner = corner_at(local_attribute(rule, "base-cell-address"))
            yield look_under(local_attribute(rule, "value"), corner, areas, difference)
        elif local_name(rule) == "date-is" and difference.tells:
            # Of the day on which it is looked at.
            yield conditional_look(areas, "", "", (), difference, stops=True)


def _grounds(rule: Element) -> Sequence[Rgb | None]:
    """What a scale of colours or a bar may paint behind a number; of a bar also nothing."""
    if local_name(rule) == "data-bar":
        return [*scaled([hex_rgb(local_attribute(rule, "positive-color").lstrip("#"))]), None]
    stops = (local_attribute(part, "color") for part in rule)
    return scaled([hex_rgb(stop.lstrip("#")) for stop in stops if stop])


def look_under(
    condition: str, corner: tuple[int, int] | None, areas: Sequence[Area], difference: Difference
) -> ConditionalLook:
    """The look under a condition as it is written there. The first one that holds ends it."""
    if match := _COMPARED.fullmatch(condition.strip()):
        sign = {"!=": "<>"}.get(match[1], match[1])
        steps = [condition_steps(match[2], corner)]
        return conditional_look(areas, "cellIs", sign, steps, difference, stops=True)
    match = _CALL.fullmatch(condition.strip())
    name, inside = (match[1], match[2]) if match else (condition.strip(), "")
    if name in ("between", "not-between"):
        bounds = [condition_steps(text, corner) for text in inside.split(",")]
        sign = "between" if name == "between" else "notBetween"
        return conditional_look(areas, "cellIs", sign, bounds, difference, stops=True)
    if name in ("is-error", "is-no-error"):
        kind = "containsErrors" if name == "is-error" else "notContainsErrors"
        return conditional_look(areas, kind, "", (), difference, stops=True)
    steps = [_by_text(name, inside, corner)]
    return conditional_look(areas, "expression", "", steps, difference, stops=True)


def _by_text(
    name: str, inside: str, corner: tuple[int, int] | None
) -> Sequence[FormulaStep] | None:
    steps = condition_steps(inside, corner)
    if name in ("formula-is", "is-true-formula") or steps is None:
        return steps
    if name in ("contains-text", "not-contains-text"):
        missing = (*steps, SELF, FormulaCall("SEARCH", 2), FormulaCall("ISERROR", 1))
        return missing if name.startswith("not") else (*missing, FormulaCall("NOT", 1))
    side = {"begins-with": "LEFT", "ends-with": "RIGHT"}.get(name)
    if side is None:
        return None
    length = (*steps, FormulaCall("LEN", 1))
    return (SELF, *length, FormulaCall(side, 2), *steps, FormulaCall("=", 2))


def corner_at(address: str) -> tuple[int, int] | None:
    """The row and column of an address such as `'Chỉ tiêu'.A4`."""
    found = _RANGE.findall(address)
    return split_address("".join(found[-1])) if found else None


def _areas(text: str) -> Sequence[Area]:
    areas: list[Area] = []
    for part in re.findall(r"(?:'(?:[^']|'')*'|[^\s'])+", text):
        found = [split_address(letters + number) for letters, number in _RANGE.findall(part)]
        if found:
            areas.append((*found[0], *found[-1]))
    return areas
