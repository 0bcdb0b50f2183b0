"""Rules switched on and off in `rules.toml`; every comment and every other setting stays."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from enum import StrEnum

from config.files.toml_updates import updated_toml


class RuleUse(StrEnum):
    """What becomes of a rule."""

    ON = "on"
    TRIAL = "trial"  # worked out, shown to the office alone
    OFF = "off"


_LISTS = {"trial_rules": RuleUse.TRIAL, "rules_off": RuleUse.OFF}


def rules_in_use(text: str) -> dict[str, RuleUse]:
    """The rules that are not simply on, by code. Raises tomllib.TOMLDecodeError.

    >>> rules_in_use('trial_rules = ["NR-02"]')
    {'NR-02': <RuleUse.TRIAL: 'trial'>}
    """
    content = tomllib.loads(text)
    return {code: use for key, use in _LISTS.items() for code in _codes(content.get(key))}


def with_rules(text: str, wanted: Mapping[str, RuleUse]) -> str:
    """The file's text with these rules so used; those that are not named stay as they are."""
    content = copy.deepcopy(tomllib.loads(text))
    used = rules_in_use(text) | dict(wanted)
    for key, use in _LISTS.items():
        before = _codes(content.get(key))
        kept = [code for code in before if used[code] is use]
        new = [code for code, now in used.items() if now is use and code not in kept]
        if kept + new != before:
            content[key] = kept + new
    return updated_toml(text, content)


def _codes(value: object) -> list[str]:
    """The codes of a list; what is none is for the office's checks to complain of."""
    return [str(code) for code in value] if isinstance(value, list) else []
