"""Failures that an operator can mend, as a sentence instead of a traceback."""

from __future__ import annotations

import functools
import inspect
import logging
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from models.domain.answers.decisions import DecisionRefused
from models.domain.errors import BaocaoError
from models.domain.letters.run_words import done_in_words
from models.domain.mail.mail import masked
from models.domain.notation.system_words import database_fault, system_reason

P = ParamSpec("P")
R = TypeVar("R")
_SHOWN = 6  # lines of a failure in the state of its run, and so in the alarm letter
OVER = "baocao.flow-run.over"  # the event by which a run tells its end, to whoever seeks lost runs
REFUSED = "Refused"  # the state's name of a run whose entry was refused: no failure of the house
_RUN_LOGS = ("prefect.flow_runs", "prefect.task_runs")


def foreseen() -> tuple[type[Exception], ...]:
    """The exceptions `sentence` has words for: ours, the machine's, database's, orchestrator's.

    Looked up when something was raised, so that a command without a database does not import one.
    """
    libraries = (("sqlalchemy.exc", "SQLAlchemyError"), ("httpx", "HTTPError"))
    loaded = [(sys.modules[module], name) for module, name in libraries if module in sys.modules]
    return (BaocaoError, OSError, *(getattr(module, name) for module, name in loaded))


def _is_of(error: Exception, module: str, name: str) -> bool:
    return module in sys.modules and isinstance(error, getattr(sys.modules[module], name))


def sentence(error: Exception) -> str:
    """What went wrong and which setting to look at, in Vietnamese.

    >>> sentence(OSError(28, "No space left", "/srv"))
    'Không đọc, ghi được «/srv»: hết chỗ trên đĩa. Kiểm tra quyền, chỗ trống, BAOCAO_DATA_DIR.'
    """
    if isinstance(error, BaocaoError):
        return str(error)
    if isinstance(error, OSError):
        place = f" «{error.filename}»" if error.filename else ""
        if not error.filename and not error.errno:
            return f"Máy báo lỗi khi đọc, ghi hoặc nối mạng: {' '.join(str(error).split())}"
        return (
            f"Không đọc, ghi được{place}: {system_reason(error)}. "
            "Kiểm tra quyền, chỗ trống, BAOCAO_DATA_DIR."
        )
    if _is_of(error, "httpx", "HTTPError"):
        return (
            "Máy chủ Prefect không trả lời giữa chừng. Việc đã ghi không mất; xem dịch vụ hoặc "
            "PREFECT_API_URL, rồi chạy lại: chạy lại lúc nào cũng an toàn."
        )
    return f"Không dùng được cơ sở dữ liệu (BAOCAO_DATABASE_URL): {database_fault(error)}"


def shortened(said: str) -> str:
    """The first lines of a failure, and how many more its log holds.

    >>> shortened("Hai việc:\\n- một\\n- hai")
    'Hai việc:\\n- một\\n- hai'
    """
    lines = said.splitlines()
    more = len(lines) - _SHOWN
    if more <= 0:
        return said
    return "\n".join([*lines[:_SHOWN], f"- và {more} việc khác, xem Logs của lượt chạy"])


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keeps the orchestrator's tracebacks of our own failures out of a run's log.

    The task's line stays without its traceback; the engine's own, in the run's process, says
    nothing that the sentence before it has not said.
    """
    if not record.exc_info or not isinstance(record.exc_info[1], BaocaoError):
        return True
    record.exc_info = record.exc_text = None
    return not record.getMessage().startswith("Engine execution exited")


def _without_addresses(record: logging.LogRecord) -> bool:
    """Keeps the address book out of a run's log: agency and domain tell whose address it is."""
    said = record.getMessage()
    if "@" in said:
        record.msg, record.args = masked(said), ()
    return True


def _say_that_it_is_over() -> None:
    """Emits the run's own end after its heartbeats, in their channel, so that it arrives last.

    The orchestrator's word of the end takes another way and may overtake the heartbeat of a short
    run, which then looks like the last sign of life of a lost one.
    """
    from prefect.context import FlowRunContext  # start-up cost
    from prefect.events import emit_event  # start-up cost

    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        run = f"prefect.flow-run.{context.flow_run.id}"
        emit_event(OVER, resource={"prefect.resource.id": run})


def _with_its_sentence(result: R) -> Any:
    """The result, and for the run's page what it comes to; outside of a run it is left alone."""
    from prefect.context import FlowRunContext  # start-up cost
    from prefect.states import Completed  # start-up cost

    context = FlowRunContext.get()
    if context is None or context.flow is None:
        return result
    said = f"xong, {done_in_words(context.flow.name, result)}"
    return Completed(message=masked(said), data=result)


def ends_in_a_sentence(work: Callable[P, R]) -> Callable[P, R]:
    """A flow's function whose foreseen failures fail the run with one message in its log.

    The caller still gets the exception; only the orchestrator's traceback, which names our lines
    instead of the agency's file, is spared. A refused entry has a state of its own name, and so an
    event of its own: whoever typed it reads it on the run's page, and nobody is alarmed.
    """

    @functools.wraps(work)
    def told(*args: P.args, **kwargs: P.kwargs) -> Any:
        for name in _RUN_LOGS:
            logging.getLogger(name).addFilter(_without_traceback)
            logging.getLogger(name).addFilter(_without_addresses)
        try:
            return _with_its_sentence(work(*args, **kwargs))
        except foreseen() as error:
            from prefect.logging import get_run_logger  # start-up cost
            from prefect.states import Failed  # start-up cost

            said = masked(sentence(error))
            get_run_logger().error("%s", said)
            name = REFUSED if isinstance(error, DecisionRefused) else "Failed"
            return Failed(name=name, message=shortened(said), data=error)
        finally:
            _say_that_it_is_over()

    # Prefect looks annotations up where the function it is given was written: here, not there.
    told.__signature__ = inspect.signature(work, eval_str=True)  # type: ignore[attr-defined]
    return told
