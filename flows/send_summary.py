"""send-summary: the office learns what matters first, with the workbook attached."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import DueCycleRequest
from flows.workplaces import cycles_in_view, open_workplace
from tasks.adapters.work.consolidating import summary_is_due
from tasks.approving import ask_for_approval
from tasks.consolidating import write_summary


@flow(name="send-summary", flow_run_name="send-summary-{request.which}")
@ends_in_a_sentence
def send_summary(request: DueCycleRequest) -> int:
    """Viết thư tổng hợp gửi Văn phòng; luồng deliver-outbox gửi đi, sau khi được duyệt nếu cần.

    Theo lịch: mỗi tuần một thư, tuần cuối mỗi ngày làm việc một thư, sau hạn một thư; bỏ lỡ thì
    viết bù một thư. Chạy lại (Retry) lúc nào cũng an toàn: mỗi ngày một kỳ chỉ có một thư. Trả về
    số thư vừa viết.
    """
    with open_workplace(request.moment()) as workplace:
        written = sum(
            write_summary(workplace, cycle)
            for cycle in cycles_in_view(workplace, request.cycle)
            if not request.when_due or summary_is_due(workplace, cycle)
        )
        if workplace.rules.approval is not None:
            ask_for_approval(workplace)
        return written
