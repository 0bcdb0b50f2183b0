"""The repository's own catalogue and register, and a copy of the directive's folder to damage."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.files.catalogues import load_catalogues
from config.files.registers import load_register
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Catalogue, CatalogueRow
from tests.fixtures.office_files import OFFICE_FILES


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogues(OFFICE_FILES)[2025]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(OFFICE_FILES / "agencies.csv", OFFICE_FILES / "contacts.csv")


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> Mapping[str, CatalogueRow]:
    return {row.code: row for row in catalogue}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OFFICE_FILES / "directives" / "2025", tmp_path / "2025"))
