"""Which deployments there are, by their ids: what starts and wants runs need not import flows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from prefect.settings import PREFECT_HOME

FILE = "deployments.json"  # beside what is the orchestrator's own


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment that was made, as the orchestrator's runner takes one."""

    flow: str
    name: str
    id: UUID
    storage: None = None

    async def aapply(self) -> UUID:
        """Its id: it has been made already."""
        return self.id


def deployed() -> tuple[list[Deployed], UUID]:
    """What was made last, and the run that shows the boards."""
    kept = json.loads((Path(PREFECT_HOME.value()) / FILE).read_bytes())
    made = [Deployed(flow, name, UUID(key)) for flow, name, key in kept["made"]]
    return made, UUID(kept["boards"])


def remember(made: Iterable[Deployed], boards: UUID) -> None:
    """Keeps what has been made, and the run that shows the boards."""
    kept = {"made": [[one.flow, one.name, str(one.id)] for one in made], "boards": str(boards)}
    (Path(PREFECT_HOME.value()) / FILE).write_text(json.dumps(kept))
