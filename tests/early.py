"""What keeps a focused test cheap; `pyproject.toml` names this module, so that it comes first.

The plugin that spreads tests over processes takes as long to load as three interpreters to start:
it is held back, and loaded here for the commands that ask for it. Garbage is not looked for while
modules are imported, which leave little of it and cost all the more to search.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Sequence

import pytest

gc.disable()
gc.set_threshold(50_000, 20, 50)  # afterwards: seven hundred objects are soon made
PLUGINS = ("xdist", "xdist.looponfail")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> None:
    """Loads it for its workers, for whoever asks for help, and for options that are not pytest's.

    No other plugin with options of its own is held back.
    """
    known, others = parser.parse_known_and_unknown_args(args)
    if others or known.help or "PYTEST_XDIST_WORKER" in os.environ:
        for plugin in PLUGINS:
            early_config.pluginmanager.consider_pluginarg(plugin)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """From the first test on garbage is collected; what has been imported lasts, and is left out.

    On a controller as well, where nothing is collected.
    """
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
