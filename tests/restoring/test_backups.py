"""A backup is of one moment, proven, shared with those before it, and for nobody else's eyes."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from models.tables import ConsolidationRow
from tasks.adapters.backup.deep_look import look_deep
from tasks.adapters.backup.kept_files import rows_by_table
from tasks.adapters.backup.making import BackedUpHouse, make_backup
from tasks.adapters.backup.manifest import RAW, backups_in, read_manifest
from tasks.adapters.backup.private_folders import FolderUnfit
from tasks.adapters.raw_store import RawStore
from tasks.adapters.sharing.store_failures import StoreAway
from tasks.adapters.store.rows import table_of
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.shared_stores import FOLDER, store_url
from tests.restoring.conftest import NOW, said, take_in
from tests.restoring.ground import SECRET, OfficeAtWork


def house(office: OfficeAtWork, workplace: object) -> BackedUpHouse:
    return BackedUpHouse(
        engine=workplace.engine,  # type: ignore[attr-defined]
        raw_store=workplace.raw_store,  # type: ignore[attr-defined]
        data_dir=office.data_dir,
        config_dir=OFFICE_FILES,
        contacts_file=None,
        secret=SECRET,
        settings=[],
        program="0",
    )


def test_a_backup_made_while_mail_is_taken_in_rests_on_bytes_that_it_has(
    office: OfficeAtWork, tmp_path: Path
) -> None:
    with office.workplace(NOW) as workplace:
        stop = threading.Event()
        number = 0

        def take_in_on_and_on() -> None:
            nonlocal number
            while not stop.is_set():
                number += 1
                office.mail._deliver(said(f"thu-{number}"), NOW)
                take_in(workplace)

        other = threading.Thread(target=take_in_on_and_on)
        other.start()
        try:
            made = [office.back_up(workplace, tmp_path / "backups") for _ in range(3)]
        finally:
            stop.set()
            other.join()
        for one in made:
            assert one.left == []
            manifest = read_manifest(one.folder)
            assert manifest.counts["message"] == one.messages
            assert manifest.lacking == []
        assert made[-1].messages > 0
        looked, findings = look_deep(workplace, tmp_path / "backups")
        assert findings == [] and looked.backups == 3


def test_backups_share_their_bytes_and_let_go_of_the_oldest(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    with plain_office.workplace(NOW) as workplace:
        ours = house(plain_office, workplace)
        workplace.raw_store.put(b"a" * 1000)
        first = make_backup(ours, target, 2, NOW)
        workplace.raw_store.put(b"b" * 10)
        second = make_backup(ours, target, 2, NOW + dt.timedelta(days=1))
        assert (first.bytes_new, second.bytes_new) == (1000, 10)
        only_in_the_first = next(iter(read_manifest(first.folder).raw))
        workplace.raw_store.remove(only_in_the_first)
        for path in (second.folder / "manifest.json", second.folder / "manifest.sha256"):
            assert path.stat().st_mode & 0o077 == 0
        third = make_backup(ours, target, 1, NOW + dt.timedelta(days=2))
        assert backups_in(target) == [third.folder] and third.let_go == 2
        assert set(RawStore(target / RAW)) == set(read_manifest(third.folder).raw)


def test_what_rotted_in_the_backups_is_written_anew_and_what_is_gone_is_told(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    with plain_office.workplace(NOW) as workplace:
        plain_office.mail._deliver(said("thu"), NOW)
        take_in(workplace)
        made = plain_office.back_up(workplace, target)
        (sha256,) = read_manifest(made.folder).raw
        pool = RawStore(target / RAW)
        pool.path(sha256).chmod(0o600)
        pool.path(sha256).write_bytes(b"rotten")
        again = plain_office.back_up(workplace, target)
        assert again.left == [] and pool.get(sha256)
        workplace.raw_store.remove(sha256)
        pool.remove(sha256)
        lacking = plain_office.back_up(workplace, target)
        assert sha256 in lacking.left[0]
        assert read_manifest(lacking.folder).lacking == [sha256]


def test_a_copy_of_sqlite_is_one_sound_file_with_every_row(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    with plain_office.workplace(NOW) as workplace:
        plain_office.mail._deliver(said("thu"), NOW)
        take_in(workplace)
        made = plain_office.back_up(workplace, tmp_path / "backups")
        with workplace.engine.begin() as connection:
            assert rows_by_table(connection) == read_manifest(made.folder).counts
    assert not list(made.folder.glob("*-wal"))
    with sqlite3.connect(made.folder / "baocao.sqlite") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM message").fetchone() == (1,)


def test_what_waits_in_a_mailbox_of_the_data_folder_is_in_the_backup(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    drop = plain_office.data_dir / "drop"
    drop.mkdir()
    (drop / "Kế hoạch.xlsx").write_bytes(b"workbook")
    os.utime(drop / "Kế hoạch.xlsx", (1.0, 1.0))
    with plain_office.workplace(NOW) as workplace:
        made = plain_office.back_up(workplace, tmp_path / "backups")
    kept = made.folder / "mail" / "drop" / "Kế hoạch.xlsx"
    assert kept.read_bytes() == b"workbook" and kept.stat().st_mtime == 1.0


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_that_others_can_look_into_is_refused(
    plain_office: OfficeAtWork, tmp_path: Path, mode: int
) -> None:
    target = tmp_path / "open"
    target.mkdir()
    target.chmod(mode)
    with (
        plain_office.workplace(NOW) as workplace,
        pytest.raises(FolderUnfit, match="chmod go="),
    ):
        plain_office.back_up(workplace, target)
    assert list(target.iterdir()) == []


def test_a_folder_within_the_data_folder_is_refused(plain_office: OfficeAtWork) -> None:
    with (
        plain_office.workplace(NOW) as workplace,
        pytest.raises(FolderUnfit, match="thư mục dữ liệu"),
    ):
        plain_office.back_up(workplace, plain_office.data_dir / "sao-luu")


def test_a_backup_that_was_killed_is_no_backup_and_is_cleared_by_the_next(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    (target / ".dang-ghi-20250210T050000Z").mkdir(parents=True)
    assert backups_in(target) == []
    with plain_office.workplace(NOW) as workplace:
        made = plain_office.back_up(workplace, target)
    assert backups_in(target) == [made.folder]
    assert {path.name for path in target.iterdir()} <= {made.folder.name, RAW}


def test_what_machines_share_is_copied_too_from_wherever_it_lies(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    plain_office.store_url = store_url(FOLDER, tmp_path)
    with plain_office.workplace(NOW) as workplace:
        at_hand, elsewhere = workplace.raw_store.put_many([b"a" * 1000, b"b" * 10])
        workplace.raw_store.path(elsewhere).unlink()
        only_here = RawStore(workplace.raw_store.root).put(b"truoc khi co kho chung")
        with workplace.engine.begin() as connection:
            connection.execute(
                table_of(ConsolidationRow).insert(),
                {"cycle": "x", "inputs_hash": "x", "as_of": NOW, "workbook_name": "x"}
                | {"workbook_sha256": only_here},
            )
        made = plain_office.back_up(workplace, tmp_path / "backups")
        pool = RawStore(tmp_path / "backups" / RAW)
        assert made.left == [] and set(pool) == {at_hand, elsewhere, only_here}
        workplace.raw_store.remove(elsewhere)
        again = plain_office.back_up(workplace, tmp_path / "backups")
        assert set(read_manifest(again.folder).raw) == {at_hand, only_here}


def test_a_store_that_is_away_gives_no_backup_instead_of_half_a_one(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    plain_office.store_url = store_url(FOLDER, tmp_path)
    target = tmp_path / "backups"
    with plain_office.workplace(NOW) as workplace:
        workplace.raw_store.put(b"a")
        plain_office.back_up(workplace, target)
        (tmp_path / "kho-chung").rename(tmp_path / "khac")
        with pytest.raises(StoreAway):
            plain_office.back_up(workplace, target)
        assert len(backups_in(target)) == 1
