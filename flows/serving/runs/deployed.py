"""Which deployments there are, by their ids: what starts and wants runs need not import flows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from prefect.settings import PREFECT_HOME

FILE = "deployments.json"  # beside what is the orchestrator's own


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment that was made, as the orchestrator's runner takes one.

    `asked` and `shown` are digests: of what the code asked for, and of what the orchestrator then
    showed of it.
    """

    flow: str
    name: str
    id: UUID
    asked: str = ""
    shown: str = ""
    storage: None = None

    async def aapply(self) -> UUID:
        """Its id: it has been made already."""
        return self.id


def deployed() -> tuple[list[Deployed], UUID]:
    """What was made last, and the run that shows the boards."""
    kept = json.loads(_file().read_bytes())
    made = [Deployed(**{**one, "id": UUID(one["id"])}) for one in kept["made"]]
    return made, UUID(kept["boards"])


def made_before() -> list[Deployed]:
    """What was made last; nothing where that is not known, or was written by another version."""
    try:
        return deployed()[0]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def remember(made: Iterable[Deployed], boards: UUID) -> None:
    """Keeps what has been made, and the run that shows the boards."""
    kept = {"made": [{**asdict(one), "id": str(one.id)} for one in made], "boards": str(boards)}
    unfinished = _file().with_suffix(".new")
    unfinished.write_text(json.dumps(kept))
    unfinished.replace(_file())


def _file() -> Path:
    return Path(PREFECT_HOME.value()) / FILE
