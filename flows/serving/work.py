"""What the service works on: deployments and automations are made, then due runs are run, and a
watcher begins those that there is something to do for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from enum import Enum, auto
from queue import SimpleQueue
from typing import TYPE_CHECKING, cast
from uuid import UUID

from flows.serving.orchestration import HEARTBEAT_SECONDS
from flows.serving.starting.patience import telling_what_for
from models.domain.errors import BaocaoError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner

    from flows.serving.runs.warm_runs import WarmRuns

END_SECONDS = 20  # for runs, then for the server, to end in order


class NotDeployed(BaocaoError):
    """Raised when the deployments could not be made."""


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
        from flows.serving.runs.warm_runs import runs_are_forked  # start-up cost

        try:
            with contextlib.ExitStack() as stack:
                with telling_what_for(self._announce, "nạp chương trình chạy luồng"):
                    warm = stack.enter_context(runs_are_forked())
                asyncio.run(self._work(warm, stack))
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001  the main thread tells of it, whatever it is
            self.error = error
        finally:
            self._endings.put(End.WORK_ENDED)

    async def _work(self, warm: WarmRuns, stack: contextlib.ExitStack) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running = asyncio.get_running_loop(), task
        if self._asked.is_set():  # in the moment before there was something to cancel
            return
        runner = await self._prepared(warm)
        async with asyncio.TaskGroup() as together:
            together.create_task(runner.start())
            together.create_task(warm.keep(self._announce))
            stack.enter_context(self._watching())
            if self._boards is not None:
                from flows.serving.first_boards import first_boards  # start-up cost

                await first_boards(self._boards, self._announce)
            self._announce("Sẵn sàng. Nhấn Ctrl-C để dừng.")

    async def _prepared(self, warm: WarmRuns) -> Runner:
        from flows.serving.runs.deployed import deployed  # start-up cost
        from flows.serving.runs.run_forker import DEPLOYING  # start-up cost

        with telling_what_for(self._announce, "đặt luồng, lịch chạy và biểu mẫu quyết định"):
            code = await warm.finished(DEPLOYING)
        if code:
            raise NotDeployed(
                f"Không tạo được các lịch chạy trên máy chủ Prefect (mã {code}); lý do ở các dòng "
                "trên."
            )
        runner = _runner()
        made, self._boards = deployed()
        for one in made:
            await runner.aadd_deployment(cast("RunnerDeployment", one))
        return runner

    def _watching(self) -> contextlib.AbstractContextManager[None]:
        from config.settings import load_settings  # start-up cost
        from flows.serving.runs.watcher import of_the_folder, watching  # start-up cost

        settings = load_settings()  # as the runs read them: what serves has put in its own words
        return watching(settings, of_the_folder(settings), self._announce)


def _runner() -> Runner:
    """What starts due runs. How many of a flow run at once, its deployment says: nobody waits for
    the place of another flow, least of all a person's decision."""
    from prefect.runner import Runner  # start-up cost

    from flows.door.told_settings import settings_are_told_once  # start-up cost
    from flows.serving.runs.crash_words import crashes_in_our_words  # start-up cost

    crashes_in_our_words()
    settings_are_told_once()
    return Runner(
        name="baocao",
        limit=None,
        pause_on_shutdown=False,  # the next start goes on where this one ends
        heartbeat_seconds=HEARTBEAT_SECONDS,
    )
