"""What a machine's surroundings hold does not reach what the program starts."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.console_text import speak_readably
from flows.serving.orchestration import prepare_environment
from flows.serving.starting.surroundings import StrangeSettings, keep_to_ourselves
from flows.serving.temporary_server import OrchestratorAway, look_at
from tests.flows.forked import finished, nursery
from tests.flows.nursery import BEGINS_ANEW, COMMANDS
from tests.flows.served import PROGRAM, bare_environment

ROOT = Path(__file__).resolve().parents[2]
PROXY = "http://10.255.255.1:3128"
PROXIES = ("HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "WS_PROXY")


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PREFECT_") and not name.lower().endswith("_proxy")
    }
    with patch.dict(os.environ, kept, clear=True):
        yield


def baocao(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a shell starts it, with what it says as bytes."""
    return subprocess.run(
        [sys.executable, *PROGRAM, *arguments],
        env=bare_environment() | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=cwd,
        capture_output=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:4200/api", "http://localhost:1/api"])
@pytest.mark.parametrize("proxy", [PROXY, "socks5://10.255.255.1:1080"])
def test_who_speaks_with_this_machine_alone_knows_no_proxy(url: str, proxy: str) -> None:
    os.environ.update(dict.fromkeys(PROXIES, proxy))
    if url:
        os.environ["PREFECT_API_URL"] = url
    keep_to_ourselves()
    assert urllib.request.getproxies() == {}
    import httpx

    with httpx.Client():  # one for a proxy of a kind it does not know fails when it is made
        pass


def test_who_speaks_with_another_machine_keeps_its_proxy_but_not_for_loopback() -> None:
    os.environ.update({"HTTPS_PROXY": PROXY, "NO_PROXY": "noi-bo.example"})
    os.environ["PREFECT_API_URL"] = "https://bao-cao.example.vn/prefect/api"
    keep_to_ourselves()
    assert urllib.request.getproxies()["https"] == PROXY
    for host in ("127.0.0.1:4200", "localhost", "noi-bo.example"):
        assert urllib.request.proxy_bypass(host), host
    assert not urllib.request.proxy_bypass("bao-cao.example.vn")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("prefect.toml", '[server.database]\nconnection_url = "sqlite+aiosqlite:////tmp/other"\n'),
        ("prefect.toml", "[không phải TOML"),
        ("pyproject.toml", "[tool.prefect]\nresults.persist_by_default = true\n"),
    ],
)
def test_somebody_s_settings_of_prefect_in_the_working_directory_are_told(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(StrangeSettings, match="biến môi trường PREFECT_"):
        prepare_environment(tmp_path / "data")


def test_a_pyproject_without_such_settings_is_nobody_s_business(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', "utf-8")
    keep_to_ourselves()


def test_a_profile_of_another_home_is_left_there_and_one_of_the_operator_s_home_stays() -> None:
    os.environ["PREFECT_PROFILE"] = "dam-may"
    keep_to_ourselves()
    assert "PREFECT_PROFILE" not in os.environ
    os.environ.update({"PREFECT_PROFILE": "co-quan", "PREFECT_HOME": "/srv/prefect"})
    keep_to_ourselves()
    assert os.environ["PREFECT_PROFILE"] == "co-quan"


def test_what_the_env_file_says_of_prefect_holds_for_all_that_is_started(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PREFECT_API_URL=http://127.0.0.1:1/api\nKHAC=1\n", "utf-8")
    keep_to_ourselves()
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:1/api"
    assert "KHAC" not in os.environ


def test_an_orchestrator_that_is_away_is_one_sentence_without_its_password() -> None:
    with pytest.raises(OrchestratorAway) as told:
        look_at("http://ai:mat-khau@127.0.0.1:1/api")
    assert "PREFECT_API_URL" in str(told.value) and "mat-khau" not in str(told.value)


@pytest.mark.parametrize("command", [("run", "watch-health"), ("demo", "--data-dir", "d")])
def test_a_dead_orchestrator_ends_a_command_in_one_sentence(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    ended = baocao(*command, cwd=tmp_path, PREFECT_API_URL="http://127.0.0.1:1/api")
    assert ended.returncode == 2
    said = ended.stderr.decode()
    assert said.count("\n") == 1 and "PREFECT_API_URL" in said and "Traceback" not in said


class Console(io.TextIOWrapper):
    """An output of that encoding, as bytes."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="strict")

    @property
    def written(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode(self.encoding)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("ascii", 'San sang: "Da gui" 3 thu...'),
        ("latin-1", "San sàng: «Dã gui» 3 thu..."),
        ("cp1258", None),  # of Windows, with tones as letters of their own
        ("utf-8", "Sẵn sàng: «Đã gửi» 3 thư…"),
    ],
)
def test_a_console_that_cannot_write_it_is_told_it_in_plain_letters(
    monkeypatch: pytest.MonkeyPatch, encoding: str, said: str | None
) -> None:
    console = Console(encoding)
    monkeypatch.setattr(sys, "stdout", console)
    speak_readably()
    sys.stdout.write("Sẵn sàng: «Đã gửi» 3 thư…")
    if said is not None:
        assert console.written == said
    assert "thu" in console.written or "thư" in console.written


ASCII = {"PYTHONIOENCODING": "ascii"}
C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # names of files as well
WRITTEN = [
    ("rules",), ("--help",), ("run", "--help"), ("status",), ("status", "--json"),
    ("catalogue", "show"), ("catalogue", "show", "--json"), ("catalogue", "check"),
    ("account", "list"), ("account", "list", "--json"), ("snapshot", "verify"),
    ("run", "khong-co"), ("check", "khong-co.xlsx"), ("templates", "2025-plan", "--out", "mẫu"),
    ("people", "list"), ("doctor",),
]  # fmt: skip


PLAIN = {"LANG": "", "LC_ALL": ""}


def on_console(
    console: dict[str, str], *command: str, cwd: Path
) -> subprocess.CompletedProcess[str]:
    """The command as it is started on a console: forked from an interpreter started there.

    Where it begins anew, from one that was started as it wants to be.
    """
    asked, data = [*PROGRAM, *command], {"BAOCAO_DATA_DIR": str(cwd / "dữ liệu")}
    there = PLAIN | console
    first = nursery(COMMANDS, **there)
    environment = bare_environment() | there | data
    ended = finished(asked, environment, cwd=cwd, out_of=first, watched=True)
    assert (ended.returncode == BEGINS_ANEW) == (console == C)
    if ended.returncode == BEGINS_ANEW:
        anew = json.loads(ended.stdout)
        assert [anew["program"], *anew["arguments"]] == [
            *(sys.executable, sys.executable, "-X", "utf8"), *asked
        ]  # fmt: skip
        assert anew["environment"]["BAOCAO_DATA_DIR"] == data["BAOCAO_DATA_DIR"]
        for name in ("PYTHONUTF8", "PYTHONIOENCODING"):
            there = there | {name: anew["environment"][name]}
        second = nursery(COMMANDS, **there)
        ended = finished(asked, anew["environment"], cwd=cwd, out_of=second)
    return ended


@pytest.mark.slow
def test_a_command_that_begins_anew_for_its_console_does_what_it_was_asked(tmp_path: Path) -> None:
    environment = PLAIN | C | {"BAOCAO_DATA_DIR": str(tmp_path / "dữ liệu")}
    ended = baocao("templates", "2025-plan", "--out", "mẫu", cwd=tmp_path, **environment)
    assert ended.returncode == 0 and (ended.stdout + ended.stderr).isascii(), ended
    assert list((tmp_path / "mẫu").glob("*.xlsx"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "console"),
    [*((command, C) for command in WRITTEN), (("status",), ASCII), (("status", "--json"), ASCII)],
    ids=str,
)
def test_every_command_says_what_it_has_to_say_on_any_console(
    tmp_path: Path, command: tuple[str, ...], console: dict[str, str]
) -> None:
    ended = on_console(console, *command, cwd=tmp_path)
    said = ended.stdout + ended.stderr
    assert "Traceback" not in said and "UnicodeE" not in said, said
    assert ended.returncode in (0, 1, 2) and said.isascii()
    if "--json" in command:
        json.loads(ended.stdout)
    if "templates" in command:
        assert list((tmp_path / "mẫu").glob("*.xlsx"))


@pytest.mark.slow
def test_three_runs_at_once_in_a_new_folder_behind_a_dead_proxy_are_three_good_runs(
    tmp_path: Path,
) -> None:
    environment = bare_environment() | {
        "PYTHONPATH": str(ROOT),
        "BAOCAO_DATA_DIR": str(tmp_path / "data"),
        **dict.fromkeys(PROXIES, "socks5://10.255.255.1:1080"),
    }
    logs = [tmp_path / f"log-{number}" for number in range(3)]
    runs = []
    for flow, log in zip(("watch-health", "update-boards", "watch-health"), logs, strict=True):
        with log.open("w") as output:
            command = [*PROGRAM, "run", flow]
            run = nursery().start(command, environment, output, cwd=tmp_path, server=True)
            runs.append(run)
    ended = [run.wait(600) for run in runs]
    said = [log.read_text() for log in logs]
    assert ended == [0, 0, 0], said
    assert all("xong, " in one for one in said), said
    for one in said:
        assert not any(bad in one for bad in ("Traceback", "locked", "ERROR", "Error")), one
