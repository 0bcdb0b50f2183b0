"""consolidate-cycle: everything the agencies said, with its sources, in one workbook."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import DueCycleRequest
from flows.workplaces import WorkLeftUndone, cycles_in_view, open_workplace
from models.domain.cycle.summary_schedule import consolidation_due
from tasks.adapters.results.report_document import ReportTemplateFault
from tasks.consolidating import consolidate


@flow(name="consolidate-cycle", flow_run_name="consolidate-cycle-{request.which}")
@ends_in_a_sentence
def consolidate_cycle(request: DueCycleRequest) -> list[str]:
    """Tổng hợp kỳ báo cáo thành một sổ, kèm nguồn của từng con số; mỗi đêm và ngay khi hết hạn.

    Chạy lại (Retry) lúc nào cũng an toàn: số liệu không đổi thì dùng lại sổ đã ghi. Trả về tên các
    sổ.
    """
    names: list[str] = []
    left: list[str] = []
    with open_workplace(request.moment()) as workplace:
        for cycle in cycles_in_view(workplace, request.cycle):
            work = f"consolidate-cycle:{cycle.code}"
            if request.when_due and not consolidation_due(
                cycle, workplace.last_done(work), workplace.now
            ):
                continue
            try:
                names.append(consolidate(workplace, cycle))
            except ReportTemplateFault as fault:
                left.append(f"Kỳ {cycle.code}: {fault}")
                continue
            workplace.done(work)
    if left:
        raise WorkLeftUndone(left)
    return names
