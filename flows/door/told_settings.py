"""The orchestrator's settings as environment variables, put into words once.

It asks for all of them at every start of a run, and for every client that its server makes of
itself; each time it writes out some two hundred that never change while a process lives.
"""

from __future__ import annotations

import weakref
from typing import Any

from prefect.settings.base import PrefectBaseSettings
from prefect.settings.models.root import Settings

_write_out = PrefectBaseSettings.to_environment_variables
#: By settings, which nobody changes in their place: what is theirs, by how it was asked for.
_told: weakref.WeakValueDictionary[int, Settings] = weakref.WeakValueDictionary()
_words: dict[int, dict[tuple[tuple[str, Any], ...], dict[str, str]]] = {}


def _write_out_once(settings: Settings, **how: bool) -> dict[str, str]:
    if _told.get(id(settings)) is not settings:
        _told[id(settings)] = settings
        _words[id(settings)] = {}
        for gone in _words.keys() - _told.keys():
            _words.pop(gone, None)
    known, asked = _words[id(settings)], tuple(sorted(how.items()))
    if asked not in known:
        known[asked] = _write_out(settings, **how)
    return dict(known[asked])


def settings_are_told_once() -> None:
    """From now on, in this process: in the place of one method of all settings together."""
    setattr(Settings, "to_environment_variables", _write_out_once)  # noqa: B010
