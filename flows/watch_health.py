"""watch-health: the operator is told of what no failed run tells."""

from __future__ import annotations

import datetime as dt

from prefect import flow
from prefect.logging import get_run_logger

from config.files.calendars import check_calendar
from config.settings import load_settings
from flows.failed_runs import failing_flows, failure_alarms
from flows.failures import ends_in_a_sentence
from flows.office.office_place import keeps_editions
from flows.office.shipped_updates import shipped_update, what_is_new
from flows.requests import AsOf
from flows.workplaces import cycles_at_work, open_workplace
from models.domain.cycle.cycles import HANOI
from models.domain.letters.health import Alarm, alarms, program_rows_alarm
from tasks.adapters.work.alarming import measure, write_alarm
from tasks.adapters.workplace import Workplace


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
        rows = _program_rows(workplace)
        for alarm in [*alarms(vitals), *rows]:
            get_run_logger().warning("%s. %s", alarm.title, " ".join(alarm.said))
            written += write_alarm(workplace, alarm, today.isoformat())
        for alarm, hour in failure_alarms(lately):
            written += write_alarm(workplace, alarm, hour)
    return written


def _program_rows(workplace: Workplace) -> list[Alarm]:
    """What the program's tables have and the office's editions have not, where it keeps any."""
    settings = load_settings()
    if not keeps_editions(settings):
        return []
    with workplace.engine.begin() as connection:
        edition, _, update = shipped_update(connection, settings)
    alarm = program_rows_alarm(what_is_new(update), edition.at)
    return [alarm] if alarm else []
