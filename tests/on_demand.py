"""What spreads tests over processes, loaded for the commands that ask for it.

A focused test has no use for it, and it takes as long to load as three interpreters to start. So
`pyproject.toml` holds it back and names this module, which has it loaded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

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
