"""send-summary: the office learns what matters first, with the workbook attached."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import DueCycleRequest
from flows.workplaces import WorkLeftUndone, cycles_in_view, open_workplace
from tasks.adapters.letters.letter_writer import TemplateFault
from tasks.adapters.results.report_document import ReportTemplateFault
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
    written = 0
    left: list[str] = []
    with open_workplace(request.moment()) as workplace:
        for cycle in cycles_in_view(workplace, request.cycle):
            if request.when_due and not summary_is_due(workplace, cycle):
                continue
            try:
                written += write_summary(workplace, cycle)
            except (TemplateFault, ReportTemplateFault) as fault:
                left.append(f"Kỳ {cycle.code}: chưa viết được thư tổng hợp. {fault}")
        if workplace.rules.approval is not None:
            ask_for_approval(workplace)
    if left:
        raise WorkLeftUndone(left)
    return written
