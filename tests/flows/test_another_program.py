"""On a machine whose program is not the deployed one every command says so in one sentence."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.cli.command_line import main
from tasks.adapters.sharing import program
from tasks.adapters.store.rows import open_engine

NOW = dt.datetime(2025, 2, 10, 3, tzinfo=dt.UTC)
REFUSAL = "khác chương trình đã triển khai cho các máy"
DECIDED = ("--by", "Lan", "--reason", "Cơ quan báo chưa nhận.")


@pytest.fixture
def refused(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that was not updated with the others."""
    for name in ("PREFECT_HOME", "PREFECT_SERVER_DATABASE_CONNECTION_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BAOCAO_DATABASE_URL", database_url)
    # A command decides on the orchestrator's environment and the files' mode, for its process.
    before, mask = dict(os.environ), os.umask(0o077)
    engine = open_engine(database_url)
    values = {"mark": "0123456789abcdef", "deployed_at": NOW}
    with engine.begin() as connection:
        connection.execute(program.PROGRAM.insert().values(values))
    yield
    engine.dispose()
    os.umask(mask)
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "words",
    [
        ["restored", "--word", "gui-lai", *DECIDED],
        ["people", "remove", "lan@so.example", "--yes"],
        ["people", "list"],
        ["boards"],
        ["status"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_a_command_is_refused_in_a_sentence_whatever_it_does(
    refused: None,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["baocao", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = " ".join("".join(capfd.readouterr()).split())
    assert ended.value.code == (1 if words == ["doctor"] else 2)
    assert said.count(REFUSAL) == 1
    assert "Traceback" not in said
