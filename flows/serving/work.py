"""What the service works on: deployments and automations are made, then due runs are run."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from enum import Enum, auto
from queue import SimpleQueue
from typing import TYPE_CHECKING, cast
from uuid import UUID

if TYPE_CHECKING:
    from prefect.runner import Runner

END_SECONDS = 20  # for runs, then for the server, to end in order
#: Runs at once, by the deployments' name; each run is a process of its own, and a small machine has
#: two cores. No person's decision waits behind the schedules, nor what ends a lost run.
AT_ONCE = {"lich": 3, "quyet-dinh": 2, "bao-dong": 1}


class End(Enum):
    """Why the service ends."""

    ASKED = auto()  # by a signal
    SERVER_GONE = auto()
    WORK_ENDED = auto()  # which it never does of itself


#: Reasons to end, from signals and threads. `put` is safe within a signal's handler, where an
#: Event's `set` may wait for ever, and nothing is ever interrupted at a place that is not made
#: for it: whoever waits, waits here.
Endings = SimpleQueue[End]


class Work:
    """Makes deployments and automations, then runs what falls due, in a thread of its own.

    Ends with the block. The main thread is left to the signals: the orchestrator sets handlers
    of its own there that end in a traceback.
    """

    def __init__(self, announce: Callable[[str], None], endings: Endings) -> None:
        self.error: BaseException | None = None
        self._announce = announce
        self._endings = endings
        self._asked = threading.Event()
        self._boards: UUID | None = None  # the run that makes the first
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Work:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._asked.set()
        if self._running:
            loop, task = self._running
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(task.cancel)
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        try:
            runners = self._prepared()
            if not self._asked.is_set():
                asyncio.run(self._all(runners))
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001  the main thread tells of it, whatever it is
            self.error = error
        finally:
            self._endings.put(End.WORK_ENDED)

    def _prepared(self) -> Sequence[Runner]:
        from flows.end_lost_run import NAME as END_LOST_RUN  # start-up cost
        from flows.failed_runs import end_orphans  # start-up cost
        from flows.report_failure import NAME as REPORT_FAILURE  # start-up cost
        from flows.serving.automations import ensure_automations  # start-up cost
        from flows.serving.deployments import deployments  # start-up cost
        from flows.serving.former_deployments import remove_former  # start-up cost
        from flows.update_boards import NAME as UPDATE_BOARDS  # start-up cost

        runners = {name: _runner(name, at_once) for name, at_once in AT_ONCE.items()}
        made = {}
        for deployment in deployments():
            if self._asked.is_set():
                return []
            added = runners[deployment.name].add_deployment(deployment)
            made[deployment.flow_name] = cast(UUID, added)  # outside of a loop: at once
        for entrypoint in remove_former(AT_ONCE, made.values()):
            self._announce(f"Đã gỡ luồng của bản trước, nay không còn: {entrypoint}")
        for name in ensure_automations(made[END_LOST_RUN], made[REPORT_FAILURE]):
            self._announce(f"Đã đặt tự động hóa: {name}")
        if orphans := end_orphans():
            self._announce(
                f"{orphans} lượt chạy dở của lần trước được ghi là Crashed; chạy lại là an toàn."
            )
        self._boards = _show_what_there_is(made[UPDATE_BOARDS])
        return list(runners.values())

    async def _all(self, runners: Sequence[Runner]) -> None:
        """Runs all of them; when one fails, none goes on."""
        task = asyncio.current_task()
        assert task is not None
        self._running = asyncio.get_running_loop(), task
        if self._asked.is_set():  # in the moment before there was something to cancel
            return
        async with asyncio.TaskGroup() as together:
            for runner in runners:
                together.create_task(runner.start())
            if self._boards is not None:
                from flows.serving.first_boards import first_boards  # start-up cost

                await first_boards(self._boards, self._announce)
            self._announce("Sẵn sàng. Nhấn Ctrl-C để dừng.")


def _runner(name: str, at_once: int) -> Runner:
    """What runs due runs of its deployments, so many at once."""
    from prefect.runner import Runner  # start-up cost

    from flows.serving.automations import HEARTBEAT_SECONDS  # start-up cost

    return Runner(
        name=name,
        limit=at_once,
        pause_on_shutdown=False,  # the next start goes on where this one ends
        heartbeat_seconds=HEARTBEAT_SECONDS,
    )


def _show_what_there_is(update_boards_id: UUID) -> UUID:
    """The run that does so: the forms have just been made anew, without the cases to choose from,
    and boards may be old.
    """
    from prefect.client.orchestration import get_client  # start-up cost

    with get_client(sync_client=True) as client:
        return client.create_flow_run_from_deployment(update_boards_id).id
