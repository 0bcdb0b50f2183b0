"""The repository's own catalogue and register, and a copy of the directive's folder to damage."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.catalogues import load_catalogues
from config.registers import load_register
from models.domain.agencies import Register
from models.domain.catalogue import Catalogue, CatalogueRow

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogues(CONFIG)[2025]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(CONFIG / "agencies.csv", CONFIG / "contacts.csv")


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> Mapping[str, CatalogueRow]:
    return {row.code: row for row in catalogue}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG / "directives" / "2025", tmp_path / "2025"))
