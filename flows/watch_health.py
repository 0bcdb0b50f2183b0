"""watch-health: the operator is told of what no failed run tells."""

from __future__ import annotations

import datetime as dt

from prefect import flow
from prefect.logging import get_run_logger

from config.files.calendars import check_calendar
from flows.failed_runs import failing_flows, failure_alarms
from flows.failures import ends_in_a_sentence
from flows.requests import AsOf
from flows.workplaces import cycles_at_work, open_workplace
from models.domain.cycle.cycles import HANOI
from models.domain.letters.health import alarms
from tasks.adapters.work.alarming import measure, write_alarm


@flow(name="watch-health", flow_run_name="watch-health")
@ends_in_a_sentence
def watch_health(request: AsOf) -> int:
    """Xem hệ thống có gì bất thường: thư chưa nhận, thư đi bị kẹt, đĩa, lịch nghỉ, luồng hỏng liền.

    Mỗi việc viết một thư báo động một ngày cho người vận hành; luồng deliver-outbox gửi đi. Chạy
    lại (Retry) lúc nào cũng an toàn: việc đã báo trong ngày không báo lần nữa. Trả về số thư vừa
    viết.
    """
    now = request.moment()
    today = now.astimezone(HANOI).date()
    lately = now - dt.timedelta(hours=1)
    written = 0
    with open_workplace(now) as workplace:
        vitals = measure(
            workplace,
            cycles_at_work(workplace, ""),
            check_calendar(workplace.office, today),
            failing_flows(lately),
        )
        for alarm in alarms(vitals):
            get_run_logger().warning("%s. %s", alarm.title, " ".join(alarm.said))
            written += write_alarm(workplace, alarm, today.isoformat())
        for alarm, hour in failure_alarms(lately):
            written += write_alarm(workplace, alarm, hour)
    return written
