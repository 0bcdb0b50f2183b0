"""Failures that an operator can mend, as a sentence instead of a traceback."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from models.domain.errors import BaocaoError

P = ParamSpec("P")
R = TypeVar("R")


def foreseen() -> tuple[type[Exception], ...]:
    """The exceptions `sentence` has words for: ours, the machine's and the database's.

    Looked up when something was raised, so that a command without a database does not import one.
    """
    database = sys.modules.get("sqlalchemy.exc")
    return (BaocaoError, OSError, *((database.SQLAlchemyError,) if database else ()))


def sentence(error: Exception) -> str:
    """What went wrong and which setting to look at, in Vietnamese.

    >>> sentence(OSError(28, "No space left", "/srv"))
    'Không đọc, ghi được «/srv»: No space left. Kiểm tra quyền, chỗ trống, BAOCAO_DATA_DIR.'
    """
    if isinstance(error, BaocaoError):
        return str(error)
    if isinstance(error, OSError):
        place = f" «{error.filename}»" if error.filename else ""
        return (
            f"Không đọc, ghi được{place}: {error.strerror or error}. "
            "Kiểm tra quyền, chỗ trống, BAOCAO_DATA_DIR."
        )
    reason = " ".join(str(getattr(error, "orig", None) or error).split())
    return f"Không dùng được cơ sở dữ liệu (BAOCAO_DATABASE_URL): {reason}"


def ends_in_a_sentence(work: Callable[P, R]) -> Callable[P, R]:
    """A flow's function whose foreseen failures fail the run with one message in its log.

    The caller still gets the exception; only the orchestrator's traceback, which names our lines
    instead of the agency's file, is spared.
    """

    @functools.wraps(work)
    def told(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return work(*args, **kwargs)
        except foreseen() as error:
            from prefect.logging import get_run_logger
            from prefect.states import Failed

            said = sentence(error)
            get_run_logger().error("%s", said)
            return Failed(message=said.partition("\n")[0], data=error)

    # Prefect looks annotations up where the function it is given was written: here, not there.
    told.__signature__ = inspect.signature(work, eval_str=True)  # type: ignore[attr-defined]
    return told
