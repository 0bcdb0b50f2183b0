"""send-previews: every agency sees its own page before the meeting sees it."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import PreviewRequest
from flows.workplaces import WorkLeftUndone, cycles_at_work, open_workplace
from models.domain.results.previews.preview_letters import previews_due
from tasks.previewing import write_previews


@flow(name="send-previews", flow_run_name="send-previews-{request.which}")
@ends_in_a_sentence
def send_previews(request: PreviewRequest) -> int:
    """Gửi từng cơ quan trang kết quả của chính cơ quan, như sẽ trình phiên họp.

    Theo lịch: mỗi sáng trong năm ngày làm việc trước phiên họp. Chạy lại (Retry) lúc nào cũng an
    toàn: nội dung không đổi thì cơ quan không nhận thư thứ hai. Trả về số thư vừa viết.
    """
    count = 0
    left: list[str] = []
    with open_workplace(request.moment()) as workplace:
        for cycle in cycles_at_work(workplace, request.cycle):
            calendar, now = workplace.office.calendar, workplace.now
            if request.when_due and not previews_due(cycle, calendar, now):
                continue
            written = write_previews(workplace, cycle, request.agency.strip())
            count += written.letters
            left += written.left
    if left:
        raise WorkLeftUndone(left)
    return count
