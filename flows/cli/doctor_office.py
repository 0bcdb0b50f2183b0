"""The doctor's look at the office's files: the edition in force, and what lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from config import CONFIG_DIR
from config.settings import Settings
from flows.cli.remarks import Diagnosis
from flows.office.kept_editions import in_force, opened_editions
from flows.office.office_place import keeps_editions
from flows.office.shipped_updates import shipped_update, what_is_new
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError
from tasks.adapters.office_folders import hashes_of
from tasks.adapters.store import editions

_TITLE = "Bộ tệp của Văn phòng"


def edition_remarks(settings: Settings) -> Iterator[Diagnosis]:
    """Which edition is in force, and where files lie that differ and are not read."""
    if not keeps_editions(settings):
        return
    try:
        with opened_editions(settings) as connection:
            edition = in_force(connection, settings)
            known = editions.ever_held(connection)
            new_rows = what_is_new(shipped_update(connection, settings)[2])
    except (SQLAlchemyError, BaocaoError, OSError, ValueError) as error:
        yield Diagnosis(_TITLE, False, f"Không mở được: {str(error).splitlines()[0]}")
        return
    said = (
        f"Đang dùng bộ tệp số {edition.number}, do {edition.by} đưa vào lúc "
        f"{hanoi_minute(edition.at)}: {edition.note}"
    )
    yield Diagnosis(_TITLE, True, said)
    if new_rows:
        yield Diagnosis(
            _TITLE,
            True,
            f"Chương trình mang theo dòng mà bộ tệp chưa có: {new_rows}. Xem và lấy vào bằng "
            "«baocao office update»; chỗ Văn phòng đã sửa được giữ nguyên.",
            caution=True,
        )
    yield from _lying_elsewhere(settings.config_dir, known)


def _lying_elsewhere(folder: Path, known: set[tuple[str, str]]) -> Iterator[Diagnosis]:
    """Files in the folder that is set that were never in any edition: meant, and not in force?"""
    found = hashes_of(folder)
    changed = sorted(path for path in found if (path, found[path]) not in known)
    if not changed:
        return
    if folder == CONFIG_DIR:
        yield Diagnosis(
            _TITLE,
            True,
            f"Tệp đi kèm chương trình khác bộ tệp đang dùng: {', '.join(changed)}. Chương trình "
            "không tự thay tệp của Văn phòng; xem «baocao office diff --program».",
            caution=True,
        )
        return
    yield Diagnosis(
        _TITLE,
        False,
        f"{folder}: {', '.join(changed)} đã sửa nhưng chưa đưa vào dùng, vì khi chạy thật tệp ở "
        "đây không còn được đọc. Chạy «baocao office out THƯ-MỤC», chép tệp đã sửa vào đó, rồi "
        "«baocao office in THƯ-MỤC».",
    )
