"""Every kept byte is looked at; what is gone comes back from where it still lies, if asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from models.tables import ConsolidationRow
from tasks.adapters.backup.deep_look import ByteFinding, look_deep
from tasks.adapters.backup.manifest import RAW, backups_in
from tasks.adapters.raw_store import RawStore
from tasks.adapters.store import consolidations
from tasks.adapters.store.messages import FILE, MESSAGE
from tests.fixtures.lent_readers import Workplace
from tests.restoring.conftest import NOW, take_in
from tests.restoring.ground import OFFICE, OfficeAtWork

WORKBOOK = (Path(__file__).parents[1] / "fixtures" / "small.xlsx").read_bytes()


@pytest.fixture
def workplace(plain_office: OfficeAtWork) -> Iterator[Workplace]:
    """A message with a workbook was taken in."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ai.do@example.com", OFFICE, "Ke hoach"
    mail["Message-ID"] = "<1@example.com>"
    mail.set_content("Kinh gui.")
    mail.add_attachment(WORKBOOK, maintype="application", subtype="octet-stream", filename="a.xlsx")
    with plain_office.workplace(NOW) as workplace:
        plain_office.mail._deliver(mail.as_bytes(), NOW)
        take_in(workplace)
        yield workplace


def keys(workplace: Workplace) -> tuple[str, str]:
    """The hashes of the message and of its file."""
    with workplace.engine.begin() as connection:
        message = connection.execute(select(MESSAGE.c.key)).scalar_one()
        return message, connection.execute(select(FILE.c.sha256)).scalar_one()


def rot(store: RawStore, sha256: str) -> None:
    store.path(sha256).chmod(0o600)
    store.path(sha256).write_bytes(b"rotten")


def looked(workplace: Workplace, backup_dir: Path | None = None) -> list[ByteFinding]:
    return look_deep(workplace, backup_dir)[1]


def mended(found: list[ByteFinding]) -> None:
    for one in found:
        assert one.mend is not None and "doctor --deep --repair" in one.to_do
        one.mend()


def test_a_sound_house_has_no_findings(workplace: Workplace) -> None:
    seen, found = look_deep(workplace, None)
    assert (seen.files, seen.backups, found) == (2, 0, [])


@pytest.mark.parametrize("gone", [True, False])
def test_a_message_comes_back_from_the_processed_folder_only_when_asked(
    workplace: Workplace, gone: bool
) -> None:
    message, _ = keys(workplace)
    if gone:
        workplace.raw_store.remove(message)
    else:
        rot(workplace.raw_store, message)
    (found,) = looked(workplace)
    assert message in found.said and "thư mục đã xử lý" in found.to_do
    assert looked(workplace), "looking mends nothing"
    mended([found])
    assert looked(workplace) == []


def test_a_file_comes_back_from_the_message_that_carried_it(workplace: Workplace) -> None:
    message, file = keys(workplace)
    workplace.raw_store.remove(message)
    rot(workplace.raw_store, file)
    found = looked(workplace)
    assert [one.said.split(":")[0] for one in found] == ["Thư", "Tệp kèm thư"]
    mended(found)
    assert looked(workplace) == [] and workplace.raw_store.get(file) == WORKBOOK


def test_everything_comes_back_from_a_backup(
    workplace: Workplace, plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    plain_office.back_up(workplace, backups)
    shutil.rmtree(plain_office.mail.folder / "mailbox" / ".Da-xu-ly")
    for sha256 in keys(workplace):
        workplace.raw_store.remove(sha256)
    assert all(one.mend is None for one in looked(workplace))
    mended(looked(workplace, backups))
    assert looked(workplace, backups) == []


def test_a_backup_that_is_not_what_was_written_is_told_of(
    workplace: Workplace, plain_office: OfficeAtWork, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    plain_office.back_up(workplace, backups)
    message, _ = keys(workplace)
    rot(RawStore(backups / RAW), message)
    mended(looked(workplace, backups))
    assert looked(workplace, backups) == []
    (whole,) = backups_in(backups)
    (whole / "config" / "agencies.csv").unlink()
    (found,) = looked(workplace, backups)
    assert "agencies.csv" in found.said and "baocao backup" in found.to_do


def test_a_consolidated_workbook_that_somebody_changed_is_kept_beside_the_right_one(
    workplace: Workplace,
) -> None:
    file = workplace.outputs.folder / "tong-hop.xlsx"
    file.parent.mkdir()
    file.write_bytes(b"changed")
    row = ConsolidationRow(
        cycle="2025-plan",
        inputs_hash="x",
        as_of=NOW,
        workbook_sha256=workplace.raw_store.put(b"as written"),
        workbook_name=file.name,
    )
    with workplace.engine.begin() as connection:
        consolidations.add(connection, row)
    mended(looked(workplace))
    assert looked(workplace) == [] and file.read_bytes() == b"as written"
    assert file.with_name(f"{file.name}.da-thay-doi").read_bytes() == b"changed"
