"""end-lost-run: a run whose process died is ended, so that none stays "Running" for ever."""

from __future__ import annotations

from prefect import flow
from prefect.logging import get_run_logger

from flows.failed_runs import end_if_lost
from flows.failures import ends_in_a_sentence
from flows.report_failure import FailedRun

NAME = "end-lost-run"


@flow(name=NAME, flow_run_name=NAME)
@ends_in_a_sentence
def end_lost_run(request: FailedRun) -> bool:
    """Ghi Crashed cho một lượt chạy đã mất tiến trình, để không «Running» mãi.

    Tự chạy khi một lượt im tiếng 90 giây; lượt đã xong hoặc vừa được Retry thì để yên. Chạy lại lúc
    nào cũng an toàn. Trả về có phải ghi hay không.
    """
    lost = end_if_lost(request.flow_run_id, request.moment())
    said = "đã mất tiến trình: ghi Crashed." if lost else "vẫn chạy hoặc đã xong: để yên."
    get_run_logger().info("Lượt %s %s", request.flow_run_id, said)
    return lost
