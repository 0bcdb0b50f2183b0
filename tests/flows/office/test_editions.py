"""The office's files served for real: editions in the database, changed by several people."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.settings import Settings, load_settings
from flows import clock
from flows.choices import _office
from flows.cli.catalogue.catalogue_exchange import export_catalogue, import_catalogue
from flows.cli.command_line import app
from flows.cli.doctor_office import edition_remarks
from flows.cli.office.office_editions import change_of
from flows.cli.terminal import console
from flows.office import kept_editions, office_checks, shipped_updates
from flows.office.kept_editions import in_force, opened_editions
from flows.office.office_place import placed
from flows.watch_health import _program_rows
from flows.workplaces import open_workplace
from models.domain.editions.edition import EditionOvertaken, NoSuchEdition
from models.domain.errors import ConfigurationFault
from tasks.adapters.backup.changing_over import JOURNAL
from tasks.adapters.office_folders import hashes_of, read_office_folder
from tasks.adapters.store import editions
from tasks.adapters.store.rows import open_engine
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.ready_made import sqlite_with_tables

NOW = dt.datetime(2025, 2, 10, 2, tzinfo=dt.UTC)
_PROGRAM = "CONFIG_DIR"  # where what comes with the program lies
WHOLE = ["--note", "Công văn 12/VP", "--yes"]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation served for real, its files first in a folder of the office's own."""
    own = tmp_path / "bo-tep"
    shutil.copytree(OFFICE_FILES, own, copy_function=shutil.copyfile)
    data = tmp_path / "du lieu"
    data.mkdir()
    sqlite_with_tables(data / "baocao.sqlite")
    for name, value in {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "k" * 40,
        "CONFIG_DIR": str(own),
        "DATA_DIR": str(data),
    }.items():
        monkeypatch.setenv(f"BAOCAO_{name}", value)
    monkeypatch.setattr(kept_editions, _PROGRAM, OFFICE_FILES)  # what comes with the program
    monkeypatch.setattr(office_checks, "_report_faults", reports_tried_once)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(console, "width", 1000)
    _office.cache_clear()
    yield tmp_path
    _office.cache_clear()


_try_reports = office_checks._report_faults
_found: dict[tuple[bytes, ...], list[str]] = {}


def reports_tried_once(folder: Path) -> list[str]:
    """The faults of Word templates; nobody changes one here, and to try one takes a while."""
    held = tuple(file.read_bytes() for file in sorted(folder.iterdir()))
    if held not in _found:
        _found[held] = _try_reports(folder)
    return _found[held]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["office", *arguments])


def told(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code != 0
    return str(result.exception or result.output)


def replace(file: Path, before: str, after: str) -> None:
    text = file.read_bytes().decode()
    assert before in text
    file.write_bytes(text.replace(before, after, 1).encode())


def contacts_line(file: Path, number: int) -> str:
    return file.read_text("utf-8").splitlines()[number]


def test_a_program_that_is_tried_reads_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert placed(settings) is settings
    assert "BAOCAO_ENVIRONMENT" in refused("list")


def test_the_first_run_for_real_keeps_what_the_folder_holds(served: Path) -> None:
    with open_workplace(NOW) as workplace:
        folder = workplace.letters_dir.parent
    assert folder.is_relative_to(served / "du lieu" / "office")
    assert read_office_folder(folder) == read_office_folder(served / "bo-tep")
    assert "Bộ tệp số 1" in told("list")
    # What becomes of the folder afterwards is of no effect, and the doctor says so.
    shutil.rmtree(served / "bo-tep" / "letters")
    replace(served / "bo-tep" / "contacts.csv", ".example", ".invalid")
    with open_workplace(NOW) as workplace:
        assert workplace.letters_dir.parent == folder
    said = [remark for remark in edition_remarks(load_settings()) if not remark.ok]
    assert len(said) == 1
    assert "contacts.csv đã sửa nhưng chưa đưa vào dùng" in said[0].sentence


def test_a_contacts_file_of_its_own_becomes_part_of_the_first_edition(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = served / "danh-ba.csv"
    own.write_bytes((served / "bo-tep" / "contacts.csv").read_bytes() + b"")
    replace(own, ".example", ".vn")
    monkeypatch.setenv("BAOCAO_CONTACTS_FILE", str(own))
    settings = placed(load_settings())
    assert (settings.config_dir / "contacts.csv").read_bytes() == own.read_bytes()
    assert settings.contacts_file is None


def test_a_change_is_brought_in_with_who_when_and_why_and_there_is_a_way_back(
    served: Path,
) -> None:
    told("out", "sua")
    replace(served / "sua" / "letters" / "reminder.j2", "\n", "\n{# nhắc #}\n")
    assert "Không có lỗi. Chưa đưa vào." in told("in", "sua", "--check")
    said = told("in", "sua", *WHOLE)
    assert "+{# nhắc #}" in said
    assert "bộ tệp số 2" in said
    listed = told("list")
    assert "Công văn 12/VP" in listed
    assert "đổi letters/reminder.j2" in listed
    assert "+{# nhắc #}" in told("diff")
    assert "-{# nhắc #}" in told("diff", "2", "1")
    assert "Không có gì khác" in told("in", "sua", *WHOLE)
    with open_workplace(NOW) as workplace:
        assert "{# nhắc #}" in (workplace.letters_dir / "reminder.j2").read_text()
    assert "bộ tệp số 3" in told("back", "1", "--yes").lower()
    with open_workplace(NOW) as workplace:
        assert "{# nhắc #}" not in (workplace.letters_dir / "reminder.j2").read_text()
    assert told("list").count("Bộ tệp số ") == 3
    assert "giống hệt" in told("back", "1", "--yes")


def test_a_folder_of_an_edition_that_a_restoration_lost_brings_nobody_s_change_back(
    served: Path,
) -> None:
    told("list")
    database = served / "du lieu" / "baocao.sqlite"
    backup = database.read_bytes()
    told("out", "lan")
    replace(served / "lan" / "letters" / "alarm.j2", "\n", "\n{# mất #}\n")
    told("in", "lan", *WHOLE)
    database.write_bytes(backup)
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    replace(served / "lan" / "letters" / "alarm.j2", "mất", "mất rồi")
    assert "không còn trong cơ sở dữ liệu" in refused("in", "lan", *WHOLE)
    # Another edition bears the number now: joined with that, its change would be taken back.
    told("out", "minh")
    replace(served / "minh" / "contacts.csv", ".example", ".invalid")
    told("in", "minh", *WHOLE)
    assert "không còn trong cơ sở dữ liệu" in refused("in", "lan", *WHOLE)
    assert "Không có gì khác" in told("in", "minh", *WHOLE)
    # What a former version took out names no instant.
    (served / "minh" / ".bo-tep").write_text("2\n")
    assert "Không có gì khác" in told("in", "minh", *WHOLE)


def test_who_changed_is_who_logged_in_or_whom_he_names(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "baocao")  # the service's account, by which the command is typed
    monkeypatch.setenv("SUDO_USER", "lan.pham")
    said = told("out", "sua danh ba")
    assert "baocao office in 'sua danh ba' --note" in said
    replace(served / "sua danh ba" / "letters" / "alarm.j2", "\n", "\n{# một #}\n")
    told("in", "sua danh ba", *WHOLE)
    assert "lan.pham: Công văn 12/VP" in told("list")
    told("back", "1", "--by", "Phạm Thị Lan", "--yes")
    assert "Phạm Thị Lan: Dùng lại bộ tệp số 1" in told("list")


def test_a_file_with_a_fault_is_not_brought_in_and_every_fault_is_told(served: Path) -> None:
    told("out", "sua")
    replace(served / "sua" / "cycles.toml", "[cycles", "[[cycles")
    (served / "sua" / "letters" / "alarm.j2").write_text("{% if %}")
    said = refused("in", "sua", *WHOLE)
    assert "cycles.toml" in said
    assert "alarm.j2" in said
    assert str(served) not in said
    assert "Bộ tệp số 2" not in told("list")
    with pytest.raises(ConfigurationFault):
        change_of(Path("sua"))


def test_two_people_change_other_lines_of_one_file_and_both_changes_stand(served: Path) -> None:
    told("out", "lan")
    told("out", "minh")
    for who, number, mark in (("lan", 2, "0111"), ("minh", 5, "0222")):
        file = served / who / "contacts.csv"
        line = contacts_line(file, number)
        replace(file, line, line.replace(".example", f"-{mark}.example"))
    told("in", "lan", *WHOLE)
    said = told("in", "minh", *WHOLE)
    assert "Ghép với thay đổi của người khác: contacts.csv" in said
    held = (placed(load_settings()).config_dir / "contacts.csv").read_text("utf-8")
    assert "-0111.example" in held
    assert "-0222.example" in held
    # His folder now holds hers too, so that the next change begins where this one ended.
    assert "-0111.example" in (served / "minh" / "contacts.csv").read_text("utf-8")
    assert "Không có gì khác" in told("in", "minh", *WHOLE)


def test_two_people_change_the_same_line_and_neither_loses_it(served: Path) -> None:
    told("out", "lan")
    told("out", "minh")
    for who, mark in (("lan", "0111"), ("minh", "0222")):
        file = served / who / "contacts.csv"
        line = contacts_line(file, 2)
        replace(file, line, line.replace(".example", f"-{mark}.example"))
    replace(served / "lan" / "letters" / "receipt.j2", "\n", "\n{# của Lan #}\n")
    told("in", "lan", "--note", "Theo thư của sở", "--yes")
    said = refused("in", "minh", *WHOLE)
    assert "contacts.csv" in said
    assert "Theo thư của sở" in said
    beside = served / "minh" / "contacts.csv.bo-tep-2"
    assert "-0111.example" in beside.read_text("utf-8")
    assert "-0222.example" in (served / "minh" / "contacts.csv").read_text("utf-8")
    assert "của Lan" in (served / "minh" / "letters" / "receipt.j2").read_text("utf-8")
    assert "contacts.csv.bo-tep-2" in refused("in", "minh", *WHOLE)  # not before he has looked
    replace(served / "minh" / "contacts.csv", "-0222.example", "-0111-0222.example")
    beside.unlink()
    told("in", "minh", *WHOLE)
    folder = placed(load_settings()).config_dir
    assert "-0111-0222.example" in (folder / "contacts.csv").read_text("utf-8")
    assert "của Lan" in (folder / "letters" / "receipt.j2").read_text("utf-8")


def test_an_update_of_the_program_changes_no_file_and_adds_what_it_needs(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(load_settings())
    told("out", "sua")
    (served / "sua" / "letters" / "alarm.j2").unlink()
    # The office took a file out that the program needs: that is refused where it is brought in.
    assert "alarm.j2" in refused("in", "sua", *WHOLE)
    program = tmp_path / "program"
    shutil.copytree(OFFICE_FILES, program, copy_function=shutil.copyfile)
    (program / "letters" / "brand_new.j2").write_text("mới")
    (program / "directives" / "2025" / "not_ours.csv").write_text("a\n")
    (program / "letters" / "alarm.j2").write_text("bản mới của chương trình")
    monkeypatch.setattr(kept_editions, _PROGRAM, program)
    before = hashes_of(served / "bo-tep")
    after = hashes_of(placed(load_settings()).config_dir)
    assert {path for path in after if after[path] != before.get(path)} == {"letters/brand_new.j2"}
    assert set(before) <= set(after)
    listed = told("list")
    assert "baocao: Tệp mà bản mới của chương trình cần thêm: letters/brand_new.j2" in listed
    # Taken out again by the office, it stays away.
    told("out", "bo")
    (served / "bo" / "letters" / "brand_new.j2").unlink()
    told("in", "bo", *WHOLE)
    assert "letters/brand_new.j2" not in hashes_of(placed(load_settings()).config_dir)


_NEW_AGENCY = "xa_h,UBND xã H,commune,,2025-07-01,,\n"


@pytest.fixture
def newer(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newer program: one agency more, and a day off under another name."""
    program = tmp_path / "program"
    shutil.copytree(OFFICE_FILES, program, copy_function=shutil.copyfile)
    shutil.copytree(OFFICE_FILES, program / "formerly" / "1", copy_function=shutil.copyfile)
    with (program / "agencies.csv").open("a", encoding="utf-8") as file:
        file.write(_NEW_AGENCY)
    with (program / "contacts.csv").open("a", encoding="utf-8") as file:
        file.write("xa_h,vanthu@xa-h.haiphong.example,,,,\n")
    replace(program / "holidays.csv", "2025-09-01,off,Nghỉ Quốc khánh", "2025-09-01,off,Quốc khánh")
    for module in (kept_editions, shipped_updates):
        monkeypatch.setattr(module, _PROGRAM, program)
    return program


def test_the_rows_of_a_newer_program_are_taken_over_beside_the_offices_edits(
    served: Path, newer: Path
) -> None:
    placed(load_settings())
    told("out", "sua")
    line = contacts_line(served / "sua" / "contacts.csv", 3)
    replace(served / "sua" / "contacts.csv", line, line.replace(".example", ".gov.vn", 1))
    replace(
        served / "sua" / "agencies.csv", "Sở Y tế,department,Sở YT", "Sở Y tế,department,Y tế HP"
    )
    told("in", "sua", *WHOLE)
    said = [r.sentence for r in edition_remarks(load_settings()) if r.caution]
    assert any("«baocao office update»" in sentence for sentence in said)
    checked = told("update", "--check")
    assert "agencies.csv: thêm 1 dòng; contacts.csv: thêm 1 dòng; holidays.csv: sửa 1" in checked
    assert "Chưa đưa vào" in checked
    assert "1 địa chỉ thư mới chỉ là chỗ trống" in told("update", "--yes")
    folder = placed(load_settings()).config_dir
    agencies = (folder / "agencies.csv").read_text("utf-8")
    assert _NEW_AGENCY in agencies and "Sở Y tế,department,Y tế HP" in agencies
    assert line.replace(".example", ".gov.vn", 1) in (folder / "contacts.csv").read_text("utf-8")
    assert "2025-09-01,off,Quốc khánh" in (folder / "holidays.csv").read_text("utf-8")
    assert "đã có mọi dòng" in told("update", "--yes")
    # Taken out again by the office, it stays away, and nobody is told of it any more.
    told("out", "bo")
    replace(served / "bo" / "agencies.csv", _NEW_AGENCY, "")
    replace(served / "bo" / "contacts.csv", "xa_h,vanthu@xa-h.haiphong.example,,,,\n", "")
    told("in", "bo", *WHOLE)
    assert "đã có mọi dòng" in told("update", "--yes")
    assert not any("office update" in r.sentence for r in edition_remarks(load_settings()))


def test_an_alarm_tells_of_them_once_and_no_more_when_they_are_taken_over(
    served: Path, newer: Path
) -> None:
    placed(load_settings())
    with open_workplace(NOW) as workplace:
        [alarm] = _program_rows(workplace)
    assert "agencies.csv: thêm 1 dòng" in alarm.said[0]
    assert alarm.once is not None
    told("update", "--yes")
    with open_workplace(NOW) as workplace:
        assert _program_rows(workplace) == []


def test_rows_that_would_make_a_fault_are_not_taken_over(served: Path, newer: Path) -> None:
    with (newer / "agencies.csv").open("a", encoding="utf-8") as file:
        file.write("xa_k,UBND xã K,commune,,2025-07-01,,\n")
    before = hashes_of(placed(load_settings()).config_dir)
    assert "xa_k" in refused("update", "--yes")
    assert hashes_of(placed(load_settings()).config_dir) == before


def test_who_writes_in_the_laid_out_folder_loses_nothing_and_changes_nothing(served: Path) -> None:
    folder = placed(load_settings()).config_dir
    file = folder / "letters" / "alarm.j2"
    assert file.stat().st_mode & 0o777 == 0o400
    file.chmod(0o600)
    file.write_text("sửa tay")
    assert placed(load_settings()).config_dir == folder
    assert file.read_text() != "sửa tay"
    aside = [f for f in folder.parent.iterdir() if "-sua-tay-" in f.name]
    assert [(f / "letters" / "alarm.j2").read_text() for f in aside] == ["sửa tay"]


def test_only_what_runs_may_still_read_is_left_laid_out(served: Path) -> None:
    for number in range(4):
        changed = {"letters/alarm.j2": b"{# %d #}\n" % number}
        kept_editions.enter_changed(placed(load_settings()), changed, by="lan", note="")
    placed(load_settings())
    names = sorted(f.name.partition("-")[0] for f in (served / "du lieu" / "office").iterdir())
    assert names == ["4", "5"]


def test_many_processes_at_once_enter_one_first_edition(served: Path) -> None:
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(placed(load_settings()).config_dir))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert len(set(found)) == 1
    assert told("list").count("Bộ tệp số ") == 1


def test_a_person_is_taken_out_of_the_contacts_of_every_earlier_edition(served: Path) -> None:
    told("out", "sua")
    file = served / "sua" / "contacts.csv"
    address = contacts_line(file, 2).split(",")[1]
    assert "@" in address
    replace(file, address, "moi@so.example")
    told("in", "sua", *WHOLE)
    people = CliRunner().invoke(app, ["people", "list", "--address", address])
    assert "office_content.content" in people.output
    gone = CliRunner().invoke(app, ["people", "remove", address, "--yes"])
    assert "danh bạ trong các bộ tệp đã dùng: 1" in gone.output
    with opened_editions(load_settings()) as connection:
        for edition in editions.history(connection):
            held = editions.contents(connection, edition)["contacts.csv"]
            assert address.encode() not in held
            assert held.count(b"\n") == file.read_bytes().count(b"\n")
    room = served / "du lieu" / "office"
    placed(load_settings())
    left = [f for f in room.rglob("contacts.csv") if address in f.read_text("utf-8")]
    assert left == []
    assert "moi@so.example" in told("diff", "1", "2")
    again = CliRunner().invoke(app, ["people", "list", "--address", address])
    assert "office_content.content" not in again.output


def test_an_import_of_a_catalogue_is_an_edition(served: Path) -> None:
    workbook = served / "danh-muc.xlsx"
    year = export_catalogue(None, workbook)
    result = import_catalogue(workbook, replace_year=True, while_open=True)
    assert not result.complaints
    if result.files:
        assert f"Nhập danh mục năm {year} từ danh-muc.xlsx" in told("list")
    else:
        assert "Bộ tệp số 2" not in told("list")


def test_an_import_never_overwrites_what_was_brought_in_since_it_began(served: Path) -> None:
    settings = placed(load_settings())
    told("out", "sua")
    replace(served / "sua" / "letters" / "alarm.j2", "\n", "\n{# x #}\n")
    told("in", "sua", *WHOLE)
    with pytest.raises(EditionOvertaken):
        kept_editions.enter_changed(settings, {"letters/alarm.j2": b"y"}, by="lan", note="z")


def test_taken_out_never_over_what_lies_there_and_never_from_nowhere(served: Path) -> None:
    (served / "sua").mkdir()
    (served / "sua" / "ghi-chu.txt").write_text("của tôi")
    assert "không trống" in refused("out", "sua")
    assert "office out" in refused("in", "sua", *WHOLE)
    with pytest.raises(NoSuchEdition), opened_editions(load_settings()) as connection:
        editions.read(connection, 7)
    for number in ("0", "7", str(1 << 70)):
        assert "Không có bộ tệp số" in refused("back", number, "--yes")
    told("out", "nua", "--edition", "1")
    replace(served / "nua" / "letters" / "alarm.j2", "\n", "\n{# x #}\n")
    assert "--note" in refused("in", "nua", "--yes")


def test_what_an_editor_leaves_is_no_file_of_the_office(served: Path) -> None:
    told("out", "sua")
    for name in ("letters/~alarm.j2", "letters/alarm.j2.bak", ".contacts.csv.swp", "forms/x.tmp"):
        (served / "sua" / name).write_text("thừa")
    assert "Không có gì khác" in told("in", "sua", *WHOLE)
    os.mkfifo(served / "sua" / "letters" / "pipe.j2")
    assert "không phải tệp thường" in refused("in", "sua", *WHOLE)


@pytest.mark.skipif(
    not os.environ.get("BAOCAO_TEST_POSTGRES_URL"), reason="BAOCAO_TEST_POSTGRES_URL is not set"
)
def test_on_postgresql_two_workers_see_one_state(
    served: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATABASE_URL", postgres_url)
    here = placed(load_settings())
    told("out", "sua")
    replace(served / "sua" / "letters" / "alarm.j2", "\n", "\n{# x #}\n")
    told("in", "sua", *WHOLE)
    monkeypatch.setenv("BAOCAO_DATA_DIR", str(served / "other"))
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(OFFICE_FILES))
    there = placed(load_settings())
    assert there.config_dir != here.config_dir
    assert "{# x #}" in (there.config_dir / "letters" / "alarm.j2").read_text()
    assert there.config_dir.name == placed(load_settings()).config_dir.name


@pytest.mark.parametrize("options", [(), ("--note", "Đổi địa chỉ.")])
def test_where_nobody_answers_nothing_is_changed_and_one_sentence_says_so(
    served: Path, options: tuple[str, ...]
) -> None:
    told("out", "sua")
    replace(served / "sua" / "contacts.csv", ".example", ".invalid")
    result = run("in", "sua", *options)
    assert result.exit_code == 2
    assert "Không có ai trả lời ở đây, nên chưa đổi gì." in result.stderr
    assert "Aborted" not in result.output
    assert "Bộ tệp số 2" not in told("list")


def test_the_moment_of_an_edition_is_the_machines(served: Path) -> None:
    before = clock.of_the_machine()
    settings: Settings = load_settings()
    with opened_editions(settings) as connection:
        edition = in_force(connection, settings)
    assert before <= edition.at <= clock.of_the_machine()
    engine = open_engine(settings.database)
    with engine.begin() as connection, pytest.raises(EditionOvertaken):
        editions.enter(connection, {}, after=5, at=before, by="lan", note="")
    engine.dispose()


def test_a_backup_holds_the_edition_in_force_and_a_restoration_names_it(served: Path) -> None:
    told("out", "sua")
    replace(served / "sua" / "contacts.csv", ".example", ".invalid")
    told("in", "sua", *WHOLE)
    made = CliRunner().invoke(app, ["backup", "--to", "sao luu"])
    assert made.exit_code == 0, (made.output, made.exception)
    [copied] = (served / "sao luu").glob("*/config/contacts.csv")
    assert copied.read_bytes() == (served / "sua" / "contacts.csv").read_bytes()
    told("back", "1", "--yes")
    back = CliRunner().invoke(app, ["restore", "sao luu"])
    assert back.exit_code == 0, (back.output, back.exception)
    assert "Bộ tệp của Văn phòng đang dùng: số 2" in back.output
    assert "không tự ghi đè" not in back.output
    assert ".invalid" in (placed(load_settings()).config_dir / "contacts.csv").read_text("utf-8")


def test_editions_are_read_only_when_an_interrupted_restoration_is_finished(served: Path) -> None:
    told("list")
    data = served / "du lieu"
    shutil.copyfile(data / "baocao.sqlite", data / "restored.sqlite")
    told("out", "sua")
    replace(served / "sua" / "letters" / "alarm.j2", "\n", "\n{# mất #}\n")
    told("in", "sua", *WHOLE)
    old, new = data / "baocao.sqlite", data / "restored.sqlite"
    moves = {"aside": [[str(old), str(data / "aside" / old.name)]], "new": [[str(new), str(old)]]}
    (data / JOURNAL).write_text(json.dumps(moves))
    assert "Bộ tệp số 2" not in told("list")
    assert not (data / JOURNAL).exists()
