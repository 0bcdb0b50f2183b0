"""What keeps a focused test cheap; `pyproject.toml` names this module, so that it comes first.

Plugins are not looked for among all packages that are installed, which takes as long as several
interpreters to start; those in use are named here. The one that spreads tests over processes takes
as long as three: it is loaded for the commands that ask for it. Garbage is not looked for while
modules are imported, which leave little of it and cost all the more to search.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

gc.disable()
gc.set_threshold(200_000, 20, 50)  # afterwards: seven hundred objects are soon made
os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # it would look among all packages again
HYPOTHESIS = "_hypothesis_pytestplugin"
PLUGINS = ("xdist", "xdist.looponfail")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> None:
    """Loads hypothesis always, the other for its workers, for help, and for unknown options.

    No other plugin with options of its own is held back.
    """
    early_config.pluginmanager.import_plugin(HYPOTHESIS)
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


#: Of the program's rooms only modules with examples are collected: to import the others costs more
#: than all examples do, and some of them, as the migrations, are no modules at all.
ROOMS = ("config", "flows", "tasks")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out the modules of the program that hold no example."""
    if collection_path.suffix != ".py" or not collection_path.is_relative_to(config.rootpath):
        return None
    room = collection_path.relative_to(config.rootpath).parts[0]
    if room in ROOMS and not _holds_an_example(collection_path):
        return True
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, object, object]:
    """Looks for examples only in files that hold any.

    To look through every object of the others takes each worker seconds; so it does to import the
    scripts among them, and what tests hand each other, before a test wants them.
    """
    found = yield
    assert isinstance(found, list)
    if file_path.suffix != ".py" or not found or _holds_an_example(file_path):
        return found
    return [collector for collector in found if not isinstance(collector, DoctestModule)]


def _holds_an_example(path: Path) -> bool:
    return ">>> " in path.read_text("utf-8")
