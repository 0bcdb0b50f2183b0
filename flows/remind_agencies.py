"""remind-agencies: those who owe are reminded, on working days, each step once."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import CycleRequest
from flows.workplaces import WorkLeftUndone, cycles_at_work, open_workplace
from tasks.adapters.letters.letter_writer import LettersLeft
from tasks.reminding import write_reminders


@flow(name="remind-agencies", flow_run_name="remind-agencies-{request.which}")
@ends_in_a_sentence
def remind_agencies(request: CycleRequest) -> int:
    """Nhắc các cơ quan chưa hoàn thành, theo các bước của kỳ báo cáo và lịch làm việc.

    Chạy lại (Retry) lúc nào cũng an toàn: mỗi bước chỉ có một thư; bỏ lỡ nhiều bước thì chỉ gửi
    bước mới nhất. Trả về số thư vừa viết.
    """
    left = LettersLeft()
    with open_workplace(request.moment()) as workplace:
        written = sum(
            write_reminders(workplace, cycle, left)
            for cycle in cycles_at_work(workplace, request.cycle)
        )
    if said := left.said():
        raise WorkLeftUndone(said)
    return written
