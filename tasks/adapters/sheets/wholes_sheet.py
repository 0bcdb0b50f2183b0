"""The sheet of wholes that their parts do not fit, or that another agency reports than they."""

from __future__ import annotations

from models.domain.consolidation import Consolidation
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.register.catalogue import PERIOD_TITLES
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    RIGHT,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
)
from tasks.adapters.sheets.overview_parts import OverviewLine
from tasks.adapters.sheets.shared_columns import (
    name_column,
    place_column,
    source_column,
    unit_column,
)

WHOLES_SHEET = "Tổng và thành phần"


def wholes_sheet(consolidation: Consolidation, names: ResultNames) -> TableSheet[WholeAndParts]:
    """One row per whole and period, what does not fit first."""
    rows = sorted(consolidation.wholes, key=lambda one: one.fault is None)
    return TableSheet(
        WHOLES_SHEET,
        "SỐ CHUNG VÀ SỐ CÁC THÀNH PHẦN: CHƯA THỐNG NHẤT HOẶC KHÔNG CÙNG NGUỒN",
        "Tốc độ tăng chung phải nằm giữa tốc độ của các thành phần, cả khi so với mức đã đặt; số "
        "tuyệt đối không nhỏ hơn tổng các thành phần. Số toàn thành phố so với các địa bàn trước "
        "hợp nhất cũng vậy; số tuyệt đối bằng tổng các địa bàn. Hai chỉ tiêu Văn phòng đã khai là "
        "liên quan nhau phải cùng đúng. Mức cho phép lệch là mức của chỉ tiêu. Văn "
        "phòng không sửa số nào.",
        [
            place_column(names, lambda one: one.row),
            name_column(names, lambda one: one.row, "Chỉ tiêu", 30),
            unit_column(lambda one: one.row, 9),
            OutputColumn("period", "Kỳ", 9, _period, CENTRE),
            OutputColumn("whole", "Số chung", 12, lambda one: one.whole, RIGHT),
            OutputColumn(
                "agency", "Cơ quan báo số chung", 20, lambda one: names.agency(one.whole.agency)
            ),
            OutputColumn(
                "part_agencies",
                "Cơ quan báo số thành phần",
                22,
                lambda one: "; ".join(map(names.agency, one.part_agencies)),
            ),
            OutputColumn("tolerance", "Cho phép lệch", 9, lambda one: one.tolerance, RIGHT),
            OutputColumn("said", "Nhận xét", 60, lambda one: _said(one, names)),
            source_column(lambda one: one.figures),
        ],
        rows,
        empty="Số chung và số thành phần thống nhất, cùng nguồn.",
    )


def unfit_line(unfit: int) -> list[OverviewLine]:
    """How many wholes do not fit their parts, for the first page; nothing where all do."""
    title = "Số chung và số thành phần, số liên quan nhau chưa thống nhất"
    return [OverviewLine(title, unfit, None, WHOLES_SHEET, True)] if unfit else []


def _period(one: WholeAndParts) -> str:
    return PERIOD_TITLES[one.period or "ca_nam"]


def _said(one: WholeAndParts, names: ResultNames) -> Toned:
    said = whole_said(one, lambda row: names.places[row.code], names.agency)
    return Toned(f"{said}.", Tone.PLAIN if one.fault is None else Tone.BAD)
