"""The units of systemd are ones that systemd takes, and that leave the service what it needs."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
UNITS = sorted((ROOT / "docs/systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
INSTALLED = "/opt/baocao"
LASTING = [
    "baocao-door.service",
    "baocao-intake@.service",
    "baocao-watcher.service",
    "baocao-worker@.service",
    "baocao.service",
]


def settings(unit: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None, strict=True, delimiters=("=",))
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(unit, "utf-8")
    return read


def test_there_are_units_for_one_machine_for_several_and_for_the_watchdog() -> None:
    others = ["baocao-watchdog.service", "baocao-watchdog.timer"]
    assert [unit.name for unit in UNITS] == sorted(LASTING + others)


def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    names = []
    for unit in UNITS:
        # One of a template is looked at; the program lies where it lies here.
        name = unit.name.replace("@.", "@1.")
        text = unit.read_text().replace(f"{INSTALLED}/.venv", str(ROOT / ".venv"))
        (tmp_path / name).write_text(text)
        names.append(str(tmp_path / name))
    command = [analyze, "verify", "--man=no", *names]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in said.stderr.splitlines() if "baocao" in line]
    assert (said.returncode, ours) == (0, []), said.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_shut_in_and_may_write_its_data_alone(unit: Path) -> None:
    service = settings(unit)["Service"]
    assert service["User"] == "baocao"
    assert service["UMask"] == "0077"
    assert service["EnvironmentFile"] == "/etc/baocao/baocao.env"
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/var/lib/baocao"
    assert "PASSWORD" not in unit.read_text()


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_starts_again_and_leaves_its_readers_their_own_sandbox(name: str) -> None:
    service = settings(ROOT / "docs/systemd" / name)["Service"]
    assert service["Restart"] == "on-failure"
    assert service["KillMode"] == "mixed"
    assert service["OOMPolicy"] == "continue"
    kept_from_readers = {"SystemCallFilter", "RestrictNamespaces", "MemoryDenyWriteExecute"}
    assert kept_from_readers.isdisjoint(service)


def test_every_command_of_a_unit_and_every_path_is_told_of() -> None:
    page = (ROOT / "docs/cai-dat-dich-vu.md").read_text()
    for unit in UNITS:
        assert unit.name in page, unit.name
    for path in ("/opt/baocao", "/etc/baocao/baocao.env", "/var/lib/baocao"):
        assert path in page, path
    for unit in SERVICES:
        (program,) = re.findall(r"^ExecStart=\S+/bin/(\S+)", unit.read_text(), re.M)
        assert (ROOT / ".venv/bin" / program).exists(), program
