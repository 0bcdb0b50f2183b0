"""report-failure: a run that failed or crashed is told to the operator, once a flow and hour."""

from __future__ import annotations

from uuid import UUID

from prefect import flow
from prefect.logging import get_run_logger
from pydantic import Field

from flows.failed_runs import ended_badly, failure_alarm
from flows.failures import ends_in_a_sentence
from flows.requests import AsOf
from flows.workplaces import open_workplace
from tasks.adapters.work.alarming import write_alarm

NAME = "report-failure"


class FailedRun(AsOf):
    """Which run it is about."""

    flow_run_id: UUID = Field(
        title="Lượt chạy", description="Mã của lượt chạy hỏng, ở cuối địa chỉ trang của nó."
    )


@flow(name=NAME, flow_run_name=NAME)
@ends_in_a_sentence
def report_failure(request: FailedRun) -> bool:
    """Viết thư báo cho người vận hành biết một lượt chạy đã hỏng, vì sao và phải nhấn gì.

    Tự chạy khi có lượt hỏng; mỗi luồng mỗi giờ nhiều nhất một thư. Chạy lại (Retry) lúc nào cũng
    an toàn. Trả về có viết thư mới hay không.
    """
    found = ended_badly(request.flow_run_id)
    if found is None or found[0] == NAME:
        get_run_logger().info("Lượt %s nay không còn hỏng.", request.flow_run_id)
        return False
    alarm, hour = failure_alarm(*found)
    with open_workplace(request.moment()) as workplace:
        return write_alarm(workplace, alarm, hour)
