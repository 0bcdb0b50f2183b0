"""What `baocao cleanup` would remove, and its doing, beside a service or without one.

While a service runs it does all that itself, by a run of its flow `clean-up` that is waited for.
Without one, a server is started for this alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings, load_settings
from flows import clock
from flows.cli.orchestrator_traces import orchestrator_engine
from flows.cli.terminal import tell
from flows.serving.beside_service import run_beside, service_beside
from flows.serving.database_files import database_files
from flows.serving.orchestration import prepare_environment
from flows.serving.retention import DECIDING, QUIET_RUNS_KEPT, RUNS_KEPT
from flows.serving.starting.surroundings import is_led_elsewhere
from flows.serving.temporary_server import some_server
from flows.workplaces import open_workplace
from models.domain.errors import BaocaoError
from tasks.adapters.backup.handing_over import hand_over
from tasks.adapters.upkeep.data_folder import amount, parts, removable, remove, size_of
from tasks.adapters.upkeep.sqlite_room import compact, give_back, room_of

CLEAN_UP = "clean-up"  # the flow
_TOLD = 1_000_000  # bytes of free pages that are worth a line
_SECONDS = 600.0  # for runs, and for each file


class NotCleaned(BaocaoError):
    """Raised when the service beside us could not remove what may go."""


@dataclass(frozen=True, slots=True)
class CleaningPlan:
    """Lines in Vietnamese: what may go, and what lies in the folder in all, each with its size."""

    goes: list[str]
    lies: list[str]


def planned() -> CleaningPlan:
    """What is there to be removed now; nothing is changed."""
    settings = _prepared()
    found = removable(settings.data_dir, clock.of_the_machine())
    goes = [f"{one.title}: {amount(one.size)}" for one in found]
    for file in database_files(settings):
        room = room_of(file)
        if room is not None and room.free >= _TOLD:
            goes.append(f"phần trống trong {file.name}: {amount(room.free)}")
    if history := _old_history():
        goes.append(history)
    return CleaningPlan(goes, [f"{p.title}: {amount(p.size)}" for p in parts(settings.data_dir)])


def cleaned() -> Iterator[str]:
    """Removes it; lines on what was done, as it is done.

    Raises NotCleaned where a service beside us could not, EntranceUnsafe, ServiceGone.
    """
    settings = _prepared()
    service = None if is_led_elsewhere() else service_beside(settings.data_dir, tell)
    if service is not None:
        run = run_beside(service, CLEAN_UP, "", None, tell)
        end = service.ended(run, tell)
        if not end.ok:
            raise NotCleaned(f"Chưa dọn xong: {end.said} Xem {run.page}")
        yield f"{CLEAN_UP}: {end.said}"
        return
    freed = sum(remove(one) for one in removable(settings.data_dir, clock.of_the_machine()))
    before = sum(map(_bytes_of, database_files(settings)))
    yield f"Lượt chạy cũ đã dọn: {_remove_history(settings.data_dir)}."
    for file in database_files(settings):
        give_back(file, _SECONDS)
        compact(file)
    freed += max(0, before - sum(map(_bytes_of, database_files(settings))))
    if settings.store_url:
        with open_workplace(clock.now(), settings) as workplace:
            done = hand_over(workplace, clock.of_the_machine())
        yield f"Đã đưa vào kho chung {done.handed_over} tệp gốc mà chỉ máy này có."
        freed += done.freed
    yield f"Đã trả lại đĩa {amount(freed)}."


def _prepared() -> Settings:
    settings = load_settings()
    prepare_environment(settings.data_dir)
    return settings


def _old_history() -> str:
    """How many runs are old enough to go; "" for none, and where that cannot be seen from here."""
    engine = orchestrator_engine()
    if engine is None:
        return ""
    now = clock.of_the_machine()
    if engine.dialect.name == "sqlite":  # which knows no zones
        now = now.replace(tzinfo=None)
    statement = text(
        "SELECT count(*) FROM flow_run WHERE end_time < :kept OR (end_time < :quiet AND "
        "state_type = 'COMPLETED' AND deployment_id IN (SELECT id FROM deployment WHERE "
        "name <> :deciding))"
    ).bindparams(*(bindparam(name, type_=DateTime(timezone=True)) for name in ("kept", "quiet")))
    values = {"kept": now - RUNS_KEPT, "quiet": now - QUIET_RUNS_KEPT, "deciding": DECIDING}
    try:
        with engine.connect() as record:
            old = record.execute(statement, values).scalar_one()
    except SQLAlchemyError:  # another version of the orchestrator, or none yet
        return ""
    finally:
        engine.dispose()
    return (
        f"lượt chạy của Prefect đã xong quá {QUIET_RUNS_KEPT.days} ngày, hoặc kết thúc quá "
        f"{RUNS_KEPT.days} ngày: {old} lượt"
        if old
        else ""
    )


def _remove_history(data_dir: Path) -> int:
    """Removes old runs and what is left of runs removed before; how many runs."""
    embedded = not is_led_elsewhere()
    with some_server(data_dir, tell):
        from flows.serving.old_runs import remove_old_runs  # start-up cost

        removed = remove_old_runs(clock.of_the_machine(), _SECONDS)
        if embedded:  # a server for this alone has not the services that would do the rest
            asyncio.run(_remove_rest())
        return removed


async def _remove_rest() -> None:
    """What the orchestrator's own clean-up removes, by its own functions."""
    from prefect.server.database import provide_database_interface  # start-up cost
    from prefect.server.services import db_vacuum  # start-up cost

    db = provide_database_interface()
    await db_vacuum.vacuum_orphaned_logs(db=db)
    await db_vacuum.vacuum_orphaned_artifacts(db=db)
    await db_vacuum.vacuum_stale_artifact_collections(db=db)
    await db_vacuum.vacuum_old_events(db=db)


def _bytes_of(file: Path) -> int:
    return sum(size_of(part) for part in file.parent.glob(f"{file.name}*"))
