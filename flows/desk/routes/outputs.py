"""What was put out for a cycle, to download; work that begins now, and how it goes on."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import Response

from flows.desk import ways
from flows.desk.desk import Desk, NotFound, Page, PageRequest, to, way_back
from flows.desk.downloads import download
from flows.desk.routes.cycles import WORKS, workplace_cycle
from models.domain.accounts.account import OPERATORS
from models.domain.desk.lists import page_asked
from models.domain.results.changes import change_points
from tasks.adapters.desk.cycle_page import PutOut, put_out, snapshots_sent
from tasks.adapters.raw_store import RawFileDamaged, RawFileMissing
from tasks.adapters.results.tidy_files import CSV_NAME
from tasks.adapters.sharing.store_failures import StoreAway

WORKBOOK, REPORT, CLEAN = "so", "bao-cao", "bao-cao-trinh-ky"


def outputs(desk: Desk, request: PageRequest) -> Response:
    """All workbooks, reports, tables and snapshots of a cycle, and what has changed since."""
    workplace, cycle = workplace_cycle(desk, request)
    with workplace.engine.begin() as connection:
        found = put_out(workplace, connection, cycle.code)
        sent = snapshots_sent(connection, cycle.code)
    changes, fault = None, ""
    try:
        shown, changes = desk.house.changes(cycle)
    except (RawFileMissing, RawFileDamaged, StoreAway) as error:
        shown, fault = desk.house.results(cycle), str(error)
    said = change_points(changes, workplace.office.register) if changes is not None else []
    return desk.page(
        "cycles/outputs.html",
        request,
        cycle=cycle,
        outputs=found,
        sent=sent,
        changes=said,
        fault=fault,
        at_moment=shown.at,
    )


def output_file(desk: Desk, request: PageRequest) -> Response:
    """A file of a consolidation. Its name comes from the record, never from who asks."""
    workplace, cycle = workplace_cycle(desk, request)
    with workplace.engine.begin() as connection:
        found = put_out(workplace, connection, cycle.code)
    number = page_asked(request.values["number"])
    one = next((one for one in found if one.row.id == number), None)
    if one is None:
        raise NotFound("Không có sổ tổng hợp nào mang số này.")
    wanted = request.values["what"]
    if wanted == WORKBOOK:
        return download(one.row.workbook_name, workplace.raw_store.get(one.row.workbook_sha256))
    name = _beside(one, wanted)
    path = workplace.outputs.path(name) if name else None
    if path is None:
        raise NotFound("Không có tệp này bên cạnh sổ tổng hợp.")
    kind = "text/csv" if wanted == CSV_NAME else ""
    return download(name.replace("/", "_"), path.read_bytes(), kind)


def _beside(one: PutOut, wanted: str) -> str:
    """The name of a file among the outputs; "" for none."""
    if wanted in (REPORT, CLEAN):
        return one.report if wanted == REPORT else one.clean
    return one.within_outputs(wanted) if wanted in one.table else ""


def snapshot_file(desk: Desk, request: PageRequest) -> Response:
    """A file as it was sent with a summary, or frozen beside it."""
    workplace, cycle = workplace_cycle(desk, request)
    with workplace.engine.begin() as connection:
        found = snapshots_sent(connection, cycle.code)
    number, place = page_asked(request.values["number"]), page_asked(request.values["place"])
    one = next((one for one in found if one.id == number), None)
    if one is None or place > len(one.files):
        raise NotFound("Không có tệp này trong các bản đã gửi.")
    file = one.files[place - 1]
    return download(file["name"], workplace.raw_store.get(file["sha256"]))


def begin_work(desk: Desk, request: PageRequest) -> Response:
    """Begins work that is due anyway; the page that follows it."""
    _, cycle = workplace_cycle(desk, request)
    flow = request.values["flow"]
    about = {name: of_cycle for name, _, of_cycle in WORKS}
    if flow not in about:
        raise NotFound("Không có việc nào mang tên này.")
    run = desk.runs.begin(flow, {"cycle": cycle.code} if about[flow] else {})
    return to(f"{ways.RUNS}/{run.rpartition('/')[2]}", ve=f"{ways.CYCLES}/{cycle.code}")


def run_followed(desk: Desk, request: PageRequest) -> Response:
    """How work that was begun goes on; the page asks again until it is over."""
    run = desk.runs.followed(request.values["run"])
    if run is None:
        raise NotFound("Không có lượt chạy nào mang mã này.")
    titles = {flow: title for flow, title, _ in WORKS}
    return desk.page(
        "run.html",
        request,
        run=run,
        title=titles.get(run.flow, run.flow),
        back=way_back(request.asked("ve"), ways.CYCLES),
        may_look=request.may(OPERATORS),
    )


PAGES: Mapping[str, Page] = {
    "outputs": outputs,
    "output_file": output_file,
    "snapshot_file": snapshot_file,
    "begin_work": begin_work,
    "run_followed": run_followed,
}
