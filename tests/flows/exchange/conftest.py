"""The catalogue's workbook as it goes out and is edited, and the files that it goes back into."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest

from flows.cli.catalogue.catalogue_exchange import export_catalogue
from flows.office import catalogue_import
from tasks.adapters.reading.reader_pool import ReaderPool
from tests.fixtures.edited_catalogue import EditedCatalogue
from tests.fixtures.office_files import OFFICE_FILES


@pytest.fixture
def office_files(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=ignored))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "2025.xlsx"
    assert export_catalogue(2025, path, OFFICE_FILES) == 2025
    return path


@pytest.fixture(scope="module")
def opened(exported: Path) -> bytes:
    """The workbook as openpyxl holds it when opened: to copy that costs a third of opening it."""
    return pickle.dumps(openpyxl.load_workbook(exported))


@pytest.fixture
def edited(exported: Path, opened: bytes, tmp_path: Path) -> EditedCatalogue:
    path = Path(shutil.copy(exported, tmp_path / "danh-muc.xlsx"))
    return EditedCatalogue(path, pickle.loads(opened))


@pytest.fixture(scope="module", autouse=True)
def one_reader() -> Iterator[None]:
    """All imports of a file are read by one reader process: to start it costs more than to read."""
    with ExitStack() as held:

        @cache
        def made(*given: Any, **named: Any) -> ReaderPool:
            return held.enter_context(ReaderPool(*given, **named))

        def lent(*given: Any, **named: Any) -> AbstractContextManager[ReaderPool]:
            return nullcontext(made(*given, **named))

        with patch.object(catalogue_import, "ReaderPool", lent):
            yield
