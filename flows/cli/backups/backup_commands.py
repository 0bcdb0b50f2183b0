"""`baocao backup` and `baocao restore`, for whoever runs the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.terminal import fail, say, tell
from models.domain.cycle.letter_phrases import rounded


def backup(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help=say(
                "Thư mục sao lưu; để trống: BAOCAO_BACKUP_DIR.", "Default: BAOCAO_BACKUP_DIR."
            ),
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep",
            min=1,
            help=say("Giữ bao nhiêu bản mới nhất.", "How many of the newest to keep."),
        ),
    ] = None,
) -> None:
    """Exit status 1 when the backup was made and something that it should hold is gone."""
    from config.settings import load_settings  # start-up cost
    from flows import clock  # start-up cost
    from flows.workplaces import backed_up_house, open_workplace  # start-up cost
    from models.domain.letters.health import BACKUP  # start-up cost
    from tasks.adapters.backup.making import make_backup  # start-up cost

    settings = load_settings()
    target = to or settings.backup_dir
    if target is None:
        fail(
            say(
                "Chưa biết sao lưu vào đâu: --to THƯ-MỤC, hoặc đặt BAOCAO_BACKUP_DIR.",
                "Where to? --to FOLDER, or set BAOCAO_BACKUP_DIR.",
            )
        )
    with open_workplace(clock.now(), settings) as workplace:
        house = backed_up_house(settings, workplace)
        made = make_backup(house, target, keep or settings.backup_keep, workplace.now)
        if target == settings.backup_dir:
            workplace.done(BACKUP)
    tell(f"Bản sao lưu: {made.folder}")
    tell(
        f"{made.messages} thư; {_megabytes(made.bytes_all)} trong kho tệp gốc, thêm "
        f"{_megabytes(made.bytes_new)}; bỏ {made.let_go} bản cũ. Đã đọc lại, nguyên vẹn."
    )
    for caution in made.cautions:
        tell(f"NÊN  {caution}")
    for left in made.left:
        tell(f"SỬA  {left}")
    if made.left:
        tell("Chạy: baocao doctor --deep")
        raise SystemExit(1)


def restore(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help=say(
                "Thư mục sao lưu (lấy bản mới nhất) hoặc một bản trong đó.",
                "The folder of backups (the newest is taken), or one of them.",
            ),
        ),
    ],
) -> None:
    """Exit status 1 when the state was restored and the mail could not be read again yet."""
    from config.settings import load_settings  # start-up cost
    from flows.cli.backups.restoration import restore_house  # start-up cost

    done = restore_house(load_settings(), folder)
    for line in done.said:
        tell(line)
    if done.failures:
        raise SystemExit(1)


def _megabytes(size: int) -> str:
    """
    >>> _megabytes(2_340_000)
    '2,3 MB'
    """
    return f"{rounded(size / 1_000_000)} MB"
