"""Restoring: the old state is set aside whole, and an interruption is finished."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from tasks.adapters.backup import restoring
from tasks.adapters.backup.changing_over import ASIDE, JOURNAL, change_over, finish_change_over
from tasks.adapters.backup.database_copies import CopyFailed
from tasks.adapters.backup.manifest import RAW, BackupDamaged, NoBackup, chosen_backup
from tasks.adapters.backup.restoring import KeyDiffers, RestoredTo, restore_backup
from tasks.adapters.raw_store import RawStore
from tasks.adapters.store import messages
from tasks.adapters.store.restored import restorations
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.shared_stores import FOLDER, store_url
from tests.restoring.conftest import NOW, said, take_in
from tests.restoring.ground import SECRET, OfficeAtWork

LATER = NOW + dt.timedelta(hours=1)


def keys(office: OfficeAtWork) -> list[str]:
    with office.workplace(LATER) as workplace, workplace.engine.begin() as connection:
        return [str(row["key"]) for row in messages.every_message(connection)]


def backed_up(office: OfficeAtWork, tmp_path: Path, number: int = 2) -> Path:
    with office.workplace(NOW) as workplace:
        for one in range(number):
            office.mail._deliver(said(f"thu-{one}"), NOW)
        take_in(workplace)
        return office.back_up(workplace, tmp_path / "backups").folder


def test_the_record_and_its_bytes_come_back_and_what_was_there_is_kept(
    office: OfficeAtWork, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    backup = backed_up(office, tmp_path)
    before = keys(office)
    with office.workplace(LATER) as workplace:
        office.mail._deliver(said("thu-sau"), LATER)
        take_in(workplace)
        workplace.raw_store.remove(before[0])
    assert len(keys(office)) == 3
    if not office.database_url.startswith("sqlite"):
        with pytest.raises(CopyFailed, match="không trống"):
            office.restore(backup, LATER)
        assert len(keys(office)) == 3, "nothing has changed"
        office.database_url = request.getfixturevalue("postgres_url")
    done = office.restore(backup, LATER)
    assert keys(office) == before
    with office.workplace(LATER) as workplace, workplace.engine.begin() as connection:
        assert all(workplace.raw_store.get(key) for key in before)
        restoration = restorations.last_restoration(connection)
    assert restoration == restorations.Restoration(NOW, LATER, mail_is_read_again=False)
    assert done.set_aside is not None and done.set_aside.name.startswith(ASIDE)
    assert len(list(RawStore(done.set_aside / "raw"))) == 2
    assert not (office.data_dir / JOURNAL).exists()
    assert {p.name for p in office.data_dir.iterdir() if p.name.startswith(".")} == set()


def test_two_restorations_within_a_second_set_two_states_aside(
    plain_office: OfficeAtWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(plain_office, tmp_path)
    before = keys(plain_office)
    monkeypatch.setattr(restoring, "backup_name", lambda moment: "20250210T060000Z")
    aside = {plain_office.restore(backup, LATER).set_aside for _ in range(2)}
    assert len(aside) == 2 and keys(plain_office) == before
    assert all(folder is not None and (folder / "raw").is_dir() for folder in aside)


def test_bytes_come_back_into_a_shared_store_an_old_one_or_a_new_one(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    plain_office.store_url = store_url(FOLDER, tmp_path)
    backup = backed_up(plain_office, tmp_path)
    before = keys(plain_office)
    for is_new in (False, True):
        if is_new:
            (tmp_path / "kho-moi").mkdir()
            plain_office.store_url = f"file://{tmp_path / 'kho-moi'}"
        else:
            with plain_office.workplace(LATER) as workplace:
                workplace.raw_store.remove(before[0])
                later = workplace.raw_store.put(b"sau luc sao luu")
        done = plain_office.restore(backup, LATER)
        assert done.remarks == [] and keys(plain_office) == before
        with plain_office.workplace(LATER) as workplace:
            held = set(workplace.raw_store)
            assert all(workplace.raw_store.in_store(key) for key in before)
        assert held == ({*before} if is_new else {*before, later})


def test_a_restoration_into_an_empty_place_sets_nothing_aside(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    backup = backed_up(plain_office, tmp_path)
    before = keys(plain_office)
    shutil.rmtree(plain_office.data_dir)
    assert plain_office.restore(backup, LATER).set_aside is None
    assert keys(plain_office) == before


def test_mailboxes_stay_where_they_are_and_mail_that_waited_comes_back(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    drop = plain_office.data_dir / "drop"
    drop.mkdir()
    (drop / "gone.xlsx").write_bytes(b"gone")
    (drop / "there.xlsx").write_bytes(b"there")
    backup = backed_up(plain_office, tmp_path)
    (drop / "gone.xlsx").unlink()
    (drop / "da-xu-ly").mkdir()
    (drop / "there.xlsx").rename(drop / "da-xu-ly" / "abc-there.xlsx")
    (drop / "new.xlsx").write_bytes(b"new")
    plain_office.restore(backup, LATER)
    lying = {str(p.relative_to(drop)) for p in drop.rglob("*") if p.is_file()}
    assert lying == {"gone.xlsx", "da-xu-ly/abc-there.xlsx", "new.xlsx"}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


@pytest.mark.parametrize("damaged", ["baocao.sqlite", "manifest.json", "config/agencies.csv"])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    plain_office: OfficeAtWork, tmp_path: Path, damaged: str
) -> None:
    backup = backed_up(plain_office, tmp_path)
    before = keys(plain_office)
    _flip(backup / damaged)
    with pytest.raises(BackupDamaged):
        plain_office.restore(backup, LATER)
    assert keys(plain_office) == before
    assert not [p for p in plain_office.data_dir.iterdir() if p.name.startswith(ASIDE)]


def test_a_raw_file_that_rotted_in_the_backup_is_named_and_the_rest_comes_back(
    plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    backup = backed_up(plain_office, tmp_path)
    first, *others = keys(plain_office)
    pool = RawStore(backup.parent / RAW)
    _flip(pool.path(first))
    done = plain_office.restore(backup, LATER)
    assert first in done.remarks[0] and "doctor --deep --repair" in done.remarks[0]
    assert set(RawStore(plain_office.data_dir / "raw")) == set(others)


def test_another_signing_key_is_refused(plain_office: OfficeAtWork, tmp_path: Path) -> None:
    backup = backed_up(plain_office, tmp_path)
    place = RestoredTo(
        plain_office.data_dir,
        plain_office.data_dir / "raw",
        plain_office.database_url,
        OFFICE_FILES,
        b"another key of thirty-two letters",
    )
    with pytest.raises(KeyDiffers):
        restore_backup(backup, place, LATER)
    assert SECRET not in (backup / "manifest.json").read_bytes()


def test_a_folder_without_a_whole_backup_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "20250210T050000Z").mkdir()
    with pytest.raises(NoBackup):
        chosen_backup(tmp_path)


@pytest.mark.parametrize("done", range(6))
def test_a_change_over_that_was_interrupted_anywhere_is_finished(tmp_path: Path, done: int) -> None:
    aside, building = tmp_path / f"{ASIDE}x", tmp_path / "building"
    building.mkdir()
    names = ("baocao.sqlite", "raw", "output")
    for name in names:
        (tmp_path / name).write_text(f"old {name}")
        (building / name).write_text(f"new {name}")
    old = [(tmp_path / name, aside / name) for name in names]
    new = [(building / name, tmp_path / name) for name in names]
    told = {k: [[str(a), str(b)] for a, b in v] for k, v in (("aside", old), ("new", new))}
    (tmp_path / JOURNAL).write_text(json.dumps(told))
    aside.mkdir()
    for source, target in [*old, *new][:done]:
        source.rename(target)
    assert finish_change_over(tmp_path)
    assert not finish_change_over(tmp_path)
    for name in names:
        assert (tmp_path / name).read_text() == f"new {name}"
        assert (aside / name).read_text() == f"old {name}"


def test_of_several_who_meet_a_change_half_done_one_finishes_it_and_the_others_wait(
    tmp_path: Path,
) -> None:
    (tmp_path / "building").mkdir()
    (tmp_path / "building" / "raw").write_text("new")
    (tmp_path / "raw").write_text("old")
    moves = [[str(tmp_path / "raw"), str(tmp_path / f"{ASIDE}x" / "raw")]]
    new = [[str(tmp_path / "building" / "raw"), str(tmp_path / "raw")]]
    (tmp_path / JOURNAL).write_text(json.dumps({"aside": moves, "new": new}))
    folder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # as one who is just finishing it
    with ThreadPoolExecutor(3) as others:
        finishing = [others.submit(finish_change_over, tmp_path) for _ in range(3)]
        assert not wait(finishing, 0.2).done
        os.close(folder)
        assert sorted(one.result(60) for one in finishing) == [False, False, True]
    assert (tmp_path / "raw").read_text() == "new"
    assert (tmp_path / f"{ASIDE}x" / "raw").read_text() == "old"


def test_a_change_over_moves_what_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "building").mkdir()
    (tmp_path / "building" / "raw").write_text("new")
    change_over(tmp_path, [], [(tmp_path / "building" / "raw", tmp_path / "raw")])
    assert (tmp_path / "raw").read_text() == "new" and not (tmp_path / JOURNAL).exists()
