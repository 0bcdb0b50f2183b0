"""A restoration, step by step, and what is said of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from config.settings import Settings
from flows import clock
from flows.office.kept_editions import in_force, opened_editions
from flows.office.office_place import keeps_editions
from flows.serving.starting.service_lock import only_one
from flows.workplaces import open_workplace, write_privately
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.backup.catching_up import catch_up
from tasks.adapters.backup.manifest import DATA_FILES, chosen_backup
from tasks.adapters.backup.restoring import RestoredTo, restore_backup
from tasks.adapters.sharing.objects import ObjectStore
from tasks.adapters.store.restored import restorations
from tasks.adapters.store.restored.restorations import LetterWithoutRow
from tasks.adapters.store.rows import open_engine

_SHOWN = 20
#: What no backup and no mail can give back.
_LOST = (
    "Quyết định, duyệt thư, rút phiên bản, tài khoản, mật khẩu thay đổi sau lúc sao lưu không có "
    "trong dữ liệu này; người đã làm phải làm lại. Xem docs/sao-luu.md, mục «Sau khi khôi phục»."
)


class DatabaseInUse(BaocaoError):
    """Raised when others are connected to the database that is to be restored."""


@dataclass
class RestorationTold:
    """What was done, in sentences, and what is to be done again."""

    said: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def restore_house(settings: Settings, folder: Path) -> RestorationTold:
    """Restores a backup into this installation and catches up with what happened since.

    It is now what it will be in the folder afterwards: the clock of a rehearsal comes with its
    backup, and what is set aside takes its own along.

    Raises AlreadyServing while the folder is served, DatabaseInUse, ClockDamaged, and what
    `restore_backup` does.
    """
    write_privately()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = RestorationTold()
    with only_one(settings.data_dir):
        _alone_in_database(settings)
        place = RestoredTo(
            data_dir=settings.data_dir.resolve(),
            raw_dir=settings.raw_dir.resolve(),
            database_url=settings.database,
            config_dir=None if keeps_editions(settings) else settings.config_dir,
            secret=settings.secret,
            objects=ObjectStore(settings.store_url) if settings.store_url else None,
        )
        backup = chosen_backup(folder.resolve())
        now = clock.of_the_machine() + clock.ahead_of_the_machine(backup / DATA_FILES)
        done = restore_backup(backup, place, now)
        taken = hanoi_minute(done.manifest.taken_at, InstantStyle.LIST)
        told.said.append(f"Đã khôi phục bản sao lưu {backup.name}: dữ liệu đến {taken}.")
        if done.set_aside:
            told.said.append(f"Dữ liệu có trước đó để riêng ở «{done.set_aside}».")
        told.said += done.remarks
        told.said += _needed(settings, done.manifest.settings)
        told.said += _edition(settings)
        _catch_up(settings, now, told)
    return told


def _catch_up(settings: Settings, now: dt.datetime, told: RestorationTold) -> None:
    with open_workplace(now, settings) as workplace:
        caught = catch_up(workplace)
        with workplace.engine.begin() as connection:
            held = restorations.held_letters(connection)
            ours = workplace.rules.office_address
            unknown = restorations.own_letters_unknown(connection, ours)
    told.said.append(
        f"Đọc lại hộp thư đã xử lý: {caught.read_again} thư, tệp đến sau lúc sao lưu; "
        f"{caught.seen} thư đi đã rõ là đã gửi."
    )
    if caught.failures:
        told.failures = caught.failures
        told.said += [f"SỬA  {failure}" for failure in caught.failures]
        told.said.append(
            "Chưa thư nào đi cho tới khi đọc lại xong: sửa điều trên rồi chạy "
            "«baocao run collect-submissions», hoặc để «baocao serve» tự chạy luồng ấy."
        )
    if held:
        told.said.append(
            f"{len(held)} thư có thể đã gửi trước khi khôi phục, đang chờ người quyết định (bảng "
            "thu-di; «baocao restored»):"
        )
        told.said += [f"  {row.business_key}: {row.subject}" for row in held[:_SHOWN]]
        if len(held) > _SHOWN:
            told.said.append(f"  và {len(held) - _SHOWN} thư khác")
    told.said += _unknown(unknown)
    told.said.append(_LOST)


def _edition(settings: Settings) -> Iterator[str]:
    """Which edition of the office's files is in force now, where editions are kept."""
    if keeps_editions(settings):
        with opened_editions(settings) as connection:
            edition = in_force(connection, settings)
        entered = hanoi_minute(edition.at, InstantStyle.LIST)
        yield (
            f"Bộ tệp của Văn phòng đang dùng: số {edition.number}, {edition.by} đưa vào lúc "
            f"{entered} ({edition.note}). Bộ tệp đưa vào sau lúc sao lưu thì đưa vào lại."
        )


def _needed(settings: Settings, wanted: Sequence[str]) -> Iterator[str]:
    """The secret settings that were set when the backup was made and are not now."""
    lacking = [name for name in wanted if name not in settings.secrets_set]
    if lacking:
        yield f"Bản sao lưu không chứa bí mật; lúc sao lưu còn đặt: {', '.join(lacking)}."


def _unknown(letters: Sequence[LetterWithoutRow]) -> Iterator[str]:
    """What the office is known to have sent that follows from nothing in the record."""
    if letters:
        yield (
            f"{len(letters)} thư Văn phòng đã gửi sau lúc sao lưu mà dữ liệu không còn biết vì sao "
            "(bản sao trong hộp thư): xem lại quyết định, bước nhắc nào đã có."
        )
        for one in letters[:_SHOWN]:
            yield f"  {hanoi_minute(one.received_at, InstantStyle.LIST)}: {one.subject}"
        if len(letters) > _SHOWN:
            yield f"  và {len(letters) - _SHOWN} thư khác"


def _alone_in_database(settings: Settings) -> None:
    """On a server of its own, others may work on it whose data folder is not ours."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    engine = open_engine(settings.database)
    try:
        with engine.connect() as connection:
            others = connection.exec_driver_sql(asked).scalar_one()
    finally:
        engine.dispose()
    if others:
        raise DatabaseInUse(
            f"{others} kết nối khác đang dùng cơ sở dữ liệu. Dừng mọi worker và cửa vào trước."
        )
