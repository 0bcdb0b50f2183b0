"""Progress of long work, as an artifact under a stable key that its newest run goes on writing.

Work tells how far it is by calling a `Progress`; a thread of its own tells the server every few
seconds, so that a server that is slow or away keeps no work waiting.
"""

from __future__ import annotations

import contextvars
import threading
from types import TracebackType
from typing import Self
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging import get_run_logger

from models.domain.notation.rounding import percent_of

WORTH_SHOWING = 10  # steps; shorter work is over before anybody looks
EVERY = 3.0  # seconds between two words to the server: it digests an event for each


class Progress:
    """Shows how many steps of a run are done. A context manager; call it with done and all."""

    def __init__(self, key: str, title: str) -> None:
        self._key, self._title = key, title
        self._steps = (0, 0)
        self._artifact: UUID | None = None
        self._shown = -1.0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        flow, task = FlowRunContext.get(), TaskRunContext.get()
        self._flow_run = flow.flow_run.id if flow and flow.flow_run else None
        if task:
            self._flow_run = self._flow_run or task.task_run.flow_run_id
        self._task_run = task.task_run.id if task else None
        self._logger = get_run_logger()  # the thread has no run of its own
        # Nor has it the run's server: asked for one without it, the orchestrator would start one.
        self._surroundings = contextvars.copy_context()

    def __call__(self, done: int, of: int) -> None:
        """So many steps of so many are done. Costs nothing; may be called from any thread."""
        self._steps = (done, of)
        if self._thread is None and of >= WORTH_SHOWING:
            self._thread = threading.Thread(
                target=self._surroundings.run, args=(self._tell,), name=self._key, daemon=True
            )
            self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _tell(self) -> None:
        try:
            # With settings of its own, be they empty, it is not the client of the run's thread.
            with get_client({}, sync_client=True) as client:
                last = False
                while not last:
                    last = self._over.wait(EVERY if self._artifact else 0)
                    done, of = self._steps
                    percent = float(percent_of(done, of) or 0)
                    if self._artifact is None:
                        self._artifact = client.create_artifact(self._new(percent, of)).id
                    elif percent != self._shown:
                        client.update_artifact(self._artifact, ArtifactUpdate(data=percent))
                    self._shown = percent
        except Exception as error:  # noqa: BLE001  whatever ails the picture, the work goes on
            self._logger.warning("Không ghi được tiến độ: %s", type(error).__name__)

    def _new(self, percent: float, of: int) -> ArtifactCreate:
        return ArtifactCreate(
            key=self._key,
            type="progress",
            description=f"{self._title} ({of})",
            data=percent,
            flow_run_id=self._flow_run,
            task_run_id=self._task_run,
        )
