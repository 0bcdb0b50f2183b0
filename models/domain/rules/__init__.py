"""The rules, one small function each, in the order of root causes first.

`running.run_rules` applies them, `documentation.rules_as_markdown` hands them to the agencies. A
rule sees one workbook and the catalogue, never the record of earlier ones.
"""

from __future__ import annotations

# The order of these imports is the order of the rules: what explains the rest comes first.
from models.domain.rules.workbook import (  # isort: skip
    structure,
    elsewhere,
    identity,
    cells,
    looks,
    office_columns,
    office_titles,
)
from models.domain.rules import (  # isort: skip
    required,
    magnitude,
    dates,
    plan,
    consistency,
    results,
    task_results,
    free_plan,
    contacts,
    versions,
)
from models.domain.rules.registry import RULES, Rule

ALL_RULES: tuple[Rule, ...] = tuple(RULES.values())

__all__ = [
    "ALL_RULES",
    "RULES",
    "Rule",
    "cells",
    "consistency",
    "contacts",
    "dates",
    "elsewhere",
    "free_plan",
    "identity",
    "looks",
    "magnitude",
    "office_columns",
    "office_titles",
    "plan",
    "required",
    "results",
    "structure",
    "task_results",
    "versions",
]
