"""Tasks of keeping the record safe."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from tasks.adapters.backup import catching_up, making
from tasks.adapters.backup.catching_up import CaughtUp
from tasks.adapters.backup.making import BackedUpHouse, Made
from tasks.adapters.workplace import Workplace


@task(task_run_name="make-backup", cache_policy=NO_CACHE)
def back_up(house: BackedUpHouse, target: Path, keep: int, now: dt.datetime) -> Made:
    """Makes a backup, proven after writing."""
    made = making.make_backup(house, target, keep, now)
    logger = get_run_logger()
    logger.info(
        "Bản sao lưu %s: %d thư, thêm %d byte, bỏ %d bản cũ.",
        made.folder.name,
        made.messages,
        made.bytes_new,
        made.let_go,
    )
    for caution in made.cautions:
        logger.warning("%s", caution)
    return made


@task(task_run_name="catch-up", cache_policy=NO_CACHE)
def catch_up(workplace: Workplace) -> CaughtUp:
    """Takes in again what came between backup and restoration, where that has not been done."""
    done = catching_up.catch_up(workplace)
    if done.read_again or done.seen or done.held:
        get_run_logger().warning(
            "Sau khôi phục: đọc lại %d thư; %d thư đã rõ là đã gửi; %d thư chờ người quyết định.",
            done.read_again,
            done.seen,
            done.held,
        )
    return done
