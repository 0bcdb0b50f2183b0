"""Whatever the service writes is readable by its user alone, whoever starts it, and how."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from config.settings import load_settings
from flows.cli.doctor_machine import privacy_remarks
from flows.clock import DEMONSTRATION
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content
from tests.fixtures.office_files import own_office
from tests.flows.forked import finished

ROOT = Path(__file__).resolve().parents[2]
DOCTOR = ["-m", "flows.cli.command_line", "doctor"]
OLDER_KERNEL = [str(ROOT / "tests" / "tasks" / "adapters" / "sandbox" / "older_kernel.py")]
PLAN, ASKED, ANSWERED = "2025-plan", "2025-02-05T08:00:00+07:00", "2025-02-12T08:00:00+07:00"


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BAOCAO_", "PREFECT_"))}
    return kept | {
        "BAOCAO_CONFIG_DIR": os.environ["BAOCAO_CONFIG_DIR"],
        "BAOCAO_DATA_DIR": str(data_dir),
        "PYTHONPATH": str(ROOT),
        **more,
    }


def run(command: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The interpreter's command as a person starts it whose files others may read.

    It runs in a fork of an interpreter that has everything imported.
    """
    return finished(command, environment(folder / "data", **more), timeout=240, cwd=folder)


def played(folder: Path, program: str, lacking: str = "", *, anew: bool = False) -> str:
    """Runs a program in the house's environment, with two files at hand; gives what it said.

    `lacking` names the barriers that its kernel has not; `anew` is for a program that decides of
    the orchestrator before it imports it.
    """
    office = own_office()
    cycle = office.cycle(PLAN)
    book = FilledWorkbook(workbook_content(office, b"k" * 32, cycle, "syt"), office.form_of(cycle))
    book.fill(answers_of(office, cycle, office.register.agencies["syt"], 1))
    (folder / "syt.xlsx").write_bytes(book.save(cycle.opens_at))
    shutil.copyfile(ROOT / "tests" / "fixtures" / "small.xlsx", folder / "small.xlsx")
    if anew:
        ours = [sys.executable, "-c", textwrap.dedent(program)]
        done = subprocess.run(
            [sys.executable, *OLDER_KERNEL, lacking, *ours],
            capture_output=True,
            text=True,
            env=environment(folder / "data"),
            cwd=folder,
            umask=0o022,
            timeout=240,
            check=False,
        )
    else:
        script = folder / "program.py"
        script.write_text(textwrap.dedent(program))
        done = run([*OLDER_KERNEL, lacking, str(script)], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def seen_by_others(folder: Path) -> list[str]:
    """What group or others may do anything with, sockets and folders included."""
    return [
        f"{stat.filemode(path.lstat().st_mode)} {path.relative_to(folder)}"
        for path in [folder, *folder.rglob("*")]
        if not path.is_symlink() and path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]


def written(folder: Path) -> set[str]:
    """The names in the data folder, two levels deep."""
    return {str(p.relative_to(folder)) for p in (*folder.glob("*"), *folder.glob("*/*"))}


def test_a_worker_started_by_the_orchestrator_writes_for_its_user_alone(tmp_path: Path) -> None:
    played(
        tmp_path,
        f"""
        import datetime as dt, shutil
        from pathlib import Path
        from flows.workplaces import open_workplace
        from tasks.adapters.intake.collecting import collect_from
        from tasks.adapters.intake.working import work_through
        from tasks.adapters.work import consolidating, opening
        now = dt.datetime.fromisoformat({ANSWERED!r})
        with open_workplace(now) as workplace:
            cycle = workplace.office.cycle({PLAN!r})
            opening.ask(workplace, cycle, [workplace.office.register.agencies["syt"]])
            shutil.copyfile("syt.xlsx", "data/drop/syt.xlsx")
            for mailbox in workplace.rules.mailboxes:
                collect_from(workplace, mailbox, 100)
            assert work_through(workplace, 100).messages
            consolidating.consolidate_cycle(workplace, cycle)
            with workplace.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1 FROM message").all()
                names = [p.name for p in Path("data").iterdir()]
                assert any(n.endswith("-wal") for n in names), names
                bad = [p for p in Path("data").rglob("*") if p.stat().st_mode & 0o077]
                assert not bad, bad
        """,
    )
    assert {"raw", "output", "drop", "mailbox", "mailbox/new"} <= written(tmp_path / "data")
    assert seen_by_others(tmp_path / "data") == []


@pytest.mark.slow
def test_flows_run_by_hand_write_for_their_user_alone_and_tell_once_of_an_old_kernel(
    tmp_path: Path,
) -> None:
    said = played(
        tmp_path,
        f"""
        import atexit, contextlib, datetime as dt, shutil
        from pathlib import Path
        from config.settings import load_settings
        from flows.serving.orchestration import prepare_environment
        from flows.serving.temporary_server import some_server
        prepare_environment(load_settings().data_dir)
        served = contextlib.ExitStack()
        served.enter_context(some_server(Path("data"), print))
        atexit.register(served.close)
        Path("data", {DEMONSTRATION!r}).touch()  # only there it is told what time it is
        from flows.running import run_flow
        def do(name, at, cycle=""):
            done, said = run_flow(name, cycle, dt.datetime.fromisoformat(at))
            assert done, said
        do("open-cycle", {ASKED!r}, {PLAN!r})
        for name in ("syt.xlsx", "small.xlsx"):
            shutil.copyfile(name, "data/drop/" + name)
            do("collect-submissions", {ANSWERED!r})
        do("consolidate-cycle", {ANSWERED!r}, {PLAN!r})
        do("update-boards", {ANSWERED!r}, {PLAN!r})
        bad = [p for p in Path("data").rglob("*") if p.stat().st_mode & 0o077]
        assert not bad, bad
        """,
        lacking="landlock,seccomp",
        anew=True,
    )
    names = written(tmp_path / "data")
    assert {"raw", "output", "drop", "prefect", "prefect/prefect.db"} <= names
    assert seen_by_others(tmp_path / "data") == []
    assert said.count("| small.xlsx:") == said.count("| syt.xlsx:") == 1, said
    assert said.count("Hệ điều hành không có Landlock và seccomp") == 1, said


def test_the_doctor_names_what_others_can_read_and_what_to_type(tmp_path: Path) -> None:
    data, key = tmp_path / "data", tmp_path / "key.pem"
    data.mkdir(mode=0o755)
    data.chmod(0o750)
    (tmp_path / ".env").write_text("BAOCAO_OFFICE_NAME=Văn phòng\n")
    (tmp_path / ".env").chmod(0o644)
    key.write_text("")
    key.chmod(0o640)
    tls = {"BAOCAO_SERVE_KEY": str(key), "BAOCAO_SERVE_CERTIFICATE": str(key)}
    said = run(DOCTOR, tmp_path, **tls).stdout
    for path in (data, tmp_path / ".env", key):
        assert f"chmod go= {path}" in said
        subprocess.run(["chmod", "go=", str(path)], check=True)
    mended = run(DOCTOR, tmp_path, **tls)
    assert "chmod" not in mended.stdout
    assert "Không tệp bí mật nào" in mended.stdout
    assert seen_by_others(data) == []


def test_the_doctor_makes_a_data_folder_that_is_its_users_alone(tmp_path: Path) -> None:
    said = run(DOCTOR, tmp_path).stdout
    assert "Chỉ người chạy chương trình mở được thư mục dữ liệu." in said
    assert seen_by_others(tmp_path / "data") == []


def test_the_doctor_tries_the_store_that_machines_share(tmp_path: Path) -> None:
    shared = tmp_path / "kho-chung"
    url = {"BAOCAO_STORE_URL": f"file://{shared}"}
    lacking = run(DOCTOR, tmp_path, **url).stdout
    assert "SỬA Kho chung: " in lacking and "không có kho hoặc thư mục này" in lacking
    shared.mkdir(mode=0o700)
    whole = run(DOCTOR, tmp_path, **url).stdout
    assert f"ổn  Kho chung: «file://{shared}» trả lời, ghi được, đọc lại đúng, xóa được." in whole
    assert [path for path in shared.rglob("*") if path.is_file()] == []
    assert "Thư mục dùng chung" not in whole
    assert "NÊN Kho chung: " in whole and "có thể chưa được gắn" in whole, "it is no other disk"
    shared.chmod(0o755)
    assert f"chmod go= {shared}" in run(DOCTOR, tmp_path, **url).stdout
    key = "s3://AKIA:mat-khau@kho"
    refused = run(DOCTOR, tmp_path, BAOCAO_STORE_URL=key).stdout
    assert "SỬA Cài đặt: BAOCAO_STORE_URL" in refused and "mat-khau" not in refused


@pytest.mark.parametrize(
    "command", ["office list", "office out taken", "boards", "people list", "account list"]
)
def test_whichever_command_is_the_first_writes_for_its_user_alone(
    tmp_path: Path, command: str
) -> None:
    for_real = {"BAOCAO_ENVIRONMENT": "production", "BAOCAO_SECRET_KEY": "k" * 40}
    done = run(["-m", "flows.cli.command_line", *command.split()], tmp_path, **for_real)
    assert done.returncode == 0, done.stdout + done.stderr
    written_by_it = [path for path in (tmp_path / "data", tmp_path / "taken") if path.exists()]
    assert written_by_it
    assert [seen for path in written_by_it for seen in seen_by_others(path)] == []


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("", "Không mở được tệp khác, không nối mạng được (landlock và seccomp)."),
        ("landlock", "Không mở được tệp khác, không nối mạng được (seccomp)."),
        ("seccomp", "Hệ điều hành không cho dùng seccomp"),
        ("landlock,seccomp", "Hệ điều hành không có Landlock và seccomp"),
    ],
)
def test_the_doctor_says_what_holds_a_reader_under_this_kernel(
    tmp_path: Path, lacking: str, words: str
) -> None:
    done = run([*OLDER_KERNEL, lacking, *DOCTOR], tmp_path)
    (line,) = [line for line in done.stdout.splitlines() if "Trình đọc tệp" in line]
    assert words in line
    assert line.startswith("NÊN" if words.startswith("Hệ điều hành") else "ổn")
    # Of what works, however much better it might be, nothing must be mended.
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("mode", "ours", "advised"),
    [
        (0o600, True, ""),
        (0o640, True, "chmod go="),
        (0o640, False, ""),  # the administrator's, whom we read it from through our group
        (0o644, False, "chmod o="),
        (0o660, False, "chmod go="),  # whoever is in the group could write other settings
    ],
)
def test_a_secret_that_the_administrator_lends_stays_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, ours: bool, advised: str
) -> None:
    secret = tmp_path / "khoa.pem"
    secret.touch()
    secret.chmod(mode)
    owner = secret.stat()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: owner.st_uid + (not ours))
    monkeypatch.setattr("os.getegid", lambda: owner.st_gid)
    settings = load_settings(data_dir=tmp_path).model_copy(update={"serve_key": secret})
    said = " ".join(one.sentence for one in privacy_remarks(settings) if "Tệp" in one.subject)
    assert advised in said
    assert ("gõ: chmod" in said) is bool(advised)
