"""send-todays-work: each working morning a letter of what waits for a person, with links."""

from __future__ import annotations

import datetime as dt

from prefect import flow
from prefect.settings import PREFECT_UI_URL

from flows.desk.case_addresses import case_address
from flows.door.entrances import INTERFACE
from flows.failed_runs import failing_flows
from flows.failures import ends_in_a_sentence
from flows.requests import DueRequest
from flows.workplaces import cycles_at_work, cycles_in_view, open_workplace
from models.domain.desk.todays_work import morning_due
from models.domain.letters.morning_letter import DeskAddresses
from tasks.adapters.desk.morning_mail import write_todays_work

_LOOKED_BACK = dt.timedelta(days=7)


@flow(name="send-todays-work", flow_run_name="send-todays-work")
@ends_in_a_sentence
def send_todays_work(request: DueRequest) -> int:
    """Viết thư «Việc hôm nay»: việc chờ, cơ quan chưa hoàn thành, lượt chạy hỏng, thư sẽ đi.

    Theo lịch: 7 giờ 30 mỗi ngày làm việc; không có việc nào chờ và không có kỳ nào mở thì không
    viết. Chạy lại (Retry) lúc nào cũng an toàn: mỗi ngày chỉ có một thư. Trả về số thư vừa viết.
    """
    now = request.moment()
    with open_workplace(now) as workplace:
        if request.when_due and not morning_due(workplace.office.calendar, now):
            return 0
        written = write_todays_work(
            workplace,
            cycles_in_view(workplace, ""),
            cycles_at_work(workplace, ""),
            failing_flows(dt.datetime.now(dt.UTC) - _LOOKED_BACK),
            DeskAddresses(door_address(), case_address),
        )
    return int(written)


def door_address() -> str:
    """Where persons reach the desk, as runs know it; "" where they do not.

    The orchestrator's pages lie behind the same door.
    """
    pages = (PREFECT_UI_URL.value() or "").rstrip("/")
    return pages.removesuffix(INTERFACE) if pages.endswith(INTERFACE) else ""
