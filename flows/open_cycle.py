"""open-cycle: every agency gets its workbook and its letter, once."""

from __future__ import annotations

from prefect import flow
from prefect.logging import get_run_logger

from flows.failures import ends_in_a_sentence
from flows.requests import CycleRequest
from flows.workplaces import WorkLeftUndone, cycles_at_work, open_workplace
from tasks.adapters.work.opening import agencies_to_ask
from tasks.opening import ask_agencies


@flow(name="open-cycle", flow_run_name="open-cycle-{request.which}")
@ends_in_a_sentence
def open_cycle(request: CycleRequest) -> int:
    """Mở kỳ báo cáo: giao mỗi cơ quan một sổ điền sẵn kèm một thư.

    Chạy lại (Retry) lúc nào cũng an toàn: cơ quan đã được giao thì không giao lần nữa. Trả về số
    cơ quan vừa giao.
    """
    now = request.moment()
    asked, left = 0, []
    with open_workplace(now) as workplace:
        for cycle in cycles_at_work(workplace, request.cycle):
            if now < cycle.opens_at:
                get_run_logger().warning(
                    "Kỳ %s mở lúc %s; chưa đến giờ nên chưa gửi gì.", cycle.code, cycle.opens_at
                )
                continue
            agencies = agencies_to_ask(workplace, cycle)
            failures = ask_agencies(workplace, cycle, agencies)
            asked += len(agencies) - len(failures)
            left += failures
    if left:
        raise WorkLeftUndone(left)
    return asked
