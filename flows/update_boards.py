"""update-boards: what is going on, to be seen in the UI."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import CycleRequest
from flows.workplaces import cycles_at_work, open_workplace
from tasks.adapters.boards import boards
from tasks.boards import publish, tell_of_deadline


@flow(name="update-boards", flow_run_name="update-boards")
@ends_in_a_sentence
def update_boards(request: CycleRequest) -> int:
    """Cập nhật các bảng ở trang Artifacts: kỳ báo cáo, chỉ tiêu, thư chờ xem, thư đi, quyết định.

    Chạy lại (Retry) lúc nào cũng an toàn: bảng không đổi thì không ghi thêm. Trả về số bảng có
    thay đổi.
    """
    with open_workplace(request.moment()) as place:
        cycles = cycles_at_work(place, request.cycle)
        shown = boards(place, cycles)
        for cycle in cycles:
            if place.now >= cycle.due_at:
                tell_of_deadline(place, cycle)
    return sum(publish(board) for board in shown)
