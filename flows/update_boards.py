"""update-boards: what is going on, to be seen in the UI."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import CycleRequest
from flows.workplaces import cycles_in_view, open_workplace
from models.domain.letters.offers import Cases
from tasks.adapters.boards.boards import boards, keep_of_today
from tasks.boards import publish, tell_of_deadline
from tasks.offering import offer_choices

NAME = "update-boards"


@flow(name=NAME, flow_run_name="update-boards")
@ends_in_a_sentence
def update_boards(request: CycleRequest) -> int:
    """Cập nhật các bảng ở trang Artifacts: kỳ báo cáo, chỉ tiêu, thư chờ xem, thư đi, quyết định.

    Các biểu mẫu quyết định cũng được cập nhật danh sách để chọn: thư chờ xem, thư đi, mâu thuẫn.
    Chạy lại (Retry) lúc nào cũng an toàn: bảng không đổi thì không ghi thêm. Trả về số bảng có
    thay đổi.
    """
    with open_workplace(request.moment()) as workplace:
        cycles = cycles_in_view(workplace, request.cycle)
        shown = boards(workplace, cycles)
        keep_of_today(workplace.engine, shown, cycles, workplace.now)
        for cycle in cycles:
            if workplace.now >= cycle.due_at:
                tell_of_deadline(workplace, cycle)
        offer_choices(workplace, Cases, cycles)
    return sum(publish(board) for board in shown)
