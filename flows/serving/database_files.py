"""The database files of an installation, ours and the orchestrator's; none of servers'."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from config.settings import Settings
from tasks.adapters.upkeep.data_folder import amount
from tasks.adapters.upkeep.sqlite_room import begin_shrinkable, compact, sqlite_file

_ORCHESTRATOR = "PREFECT_SERVER_DATABASE_CONNECTION_URL"


def database_files(settings: Settings) -> list[Path]:
    """Ours, then the orchestrator's, in an environment that was prepared for it."""
    told = os.environ.get(_ORCHESTRATOR, "")
    home = Path(os.environ.get("PREFECT_HOME", settings.data_dir / "prefect"))
    of_the_orchestrator = sqlite_file(told) if told else home / "prefect.db"
    files = (sqlite_file(settings.database), of_the_orchestrator)
    return [file for file in files if file is not None]


def make_room(settings: Settings, announce: Callable[[str], None]) -> None:
    """Before anything works with the files: each can shrink from now on; some do at once."""
    for file in database_files(settings):
        file.parent.mkdir(parents=True, exist_ok=True)
        begin_shrinkable(file)
        if (freed := compact(file)) >= 1_000_000:
            announce(f"Đã thu gọn {file.name}, trả lại đĩa {amount(freed)}.")
