"""consolidate-cycle: everything the agencies said, with its sources, in one workbook."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import CycleRequest
from flows.workplaces import cycles_at_work, open_workplace
from tasks.consolidating import consolidate


@flow(name="consolidate-cycle", flow_run_name="consolidate-cycle-{request.which}")
@ends_in_a_sentence
def consolidate_cycle(request: CycleRequest) -> list[str]:
    """Tổng hợp kỳ báo cáo thành một sổ, kèm nguồn của từng con số.

    Chạy lại lúc nào cũng an toàn: số liệu không đổi thì dùng lại sổ đã ghi. Trả về tên các sổ.
    """
    with open_workplace(request.moment()) as place:
        return [consolidate(place, cycle) for cycle in cycles_at_work(place, request.cycle)]
