"""The sheet of a review that judges a measure by each of its official measures, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from models.domain.register.target_revisions import UNCONFIRMED, named_basis
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import TargetInForce
from models.domain.register.territories import TERRITORY_NAMES
from models.domain.results.report_measures import places_in
from models.domain.review import Review, ReviewIndicator, TerritoryResult
from models.domain.review.judging import reached_pct
from models.domain.review.pace_wording import judged_ground_said
from models.domain.review.wording import OUTCOME_NAMES
from tasks.adapters.sheets.consolidation_cells import (
    JUDGEMENT_TONES,
    NO_DATA,
    ResultNames,
    target_cell,
)
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    RIGHT,
    SHARE,
    SIGNED,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
)
from tasks.adapters.sheets.shared_columns import (
    name_column,
    place_column,
    source_column,
    unit_column,
)

BASELINE_SHEET = "So với từng mức giao"
_JUDGES = "mức dùng để đánh giá"


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One measure on one ground against one official measure; what judges it comes first."""

    one: ReviewIndicator
    result: TerritoryResult
    target: TargetInForce
    judgement: Judgement
    distance: Decimal | None
    reached_pct: Decimal | None
    by_person: str  # who judged and why; "" where nobody did
    judges: bool = False  # whether the row's verdict follows from this one


def baseline_sheet(review: Review, names: ResultNames) -> TableSheet[BaselineRow]:
    """One row per official measure of an indicator that has more than the target in force on any
    ground; the one that the indicator's verdict follows from first, whatever ground it is of.
    """
    rule = judged_ground_said(names.territory)
    return TableSheet(
        BASELINE_SHEET,
        "SO VỚI TỪNG MỨC GIAO: CHỈ TIÊU CÓ NHIỀU MỨC CHÍNH THỨC",
        "Một chỉ tiêu có thể được nhiều cấp giao mức khác nhau. Mỗi mức được so riêng, theo tên; "
        f"đánh giá ở trang «Chỉ tiêu» theo dòng ghi «{_JUDGES}», là dòng đầu của chỉ tiêu. "
        f"{rule}".rstrip(),
        [
            place_column(names, lambda r: r.one.row),
            name_column(names, lambda r: r.one.row, "Chỉ tiêu", 28),
            unit_column(lambda r: r.one.row, 9),
            OutputColumn("territory", "Địa bàn", 17, _territory),
            OutputColumn("baseline", "Mức giao của", 24, baseline_name),
            OutputColumn("target", "Mức giao", 12, lambda r: target_cell(r.target), CENTRE),
            OutputColumn("value", "Cả năm", 12, lambda r: r.result.value, RIGHT),
            OutputColumn("outcome", "Đánh giá", 13, _outcome, CENTRE),
            OutputColumn("distance", "Chênh lệch", 11, lambda r: r.distance, SIGNED),
            OutputColumn("reached", "Đạt so với mức giao (%)", 11, lambda r: r.reached_pct, SHARE),
            OutputColumn("basis", "Căn cứ", 40, _basis),
            OutputColumn("agency", "Cơ quan", 20, lambda r: _agency(r, names)),
            source_column(lambda r: [r.result.value] if r.result.value else []),
        ],
        [row for one in review.indicators for row in _rows(one)],
        empty="Không có chỉ tiêu nào có nhiều mức giao.",
        least_places=lambda r: places_in(r.one),
    )


def _rows(one: ReviewIndicator) -> Iterator[BaselineRow]:
    counted, grounds = one.result, list(one.grounds.values())
    if not any(result.baselines for result in grounds):
        return
    for result in sorted(grounds, key=lambda result: result is not counted):
        if not result.baselines and result is not counted:
            continue
        if (own := result.target) is not None:
            value = one.judged_value if result is counted else None
            if value is None and result.value is not None:
                value = result.value.number
            reached = reached_pct(one.row, value, own)
            yield BaselineRow(
                *(one, result, own, result.judgement, result.distance, reached),
                by_person=result.by_person,
                judges=result is counted,
            )
        for beside in result.baselines:
            yield BaselineRow(
                *(one, result, beside.target, beside.judgement),
                *(beside.distance, beside.reached_pct, beside.by_person),
            )


def baseline_name(row: BaselineRow) -> str:
    """The measure by its name; the target in force by the document that sets it, and whether the
    indicator is judged by it."""
    mark = _JUDGES if row.judges else "đang áp dụng"
    return row.target.baseline or f"{named_basis(row.target.basis)} ({mark})"


def _territory(row: BaselineRow) -> str:
    name = TERRITORY_NAMES[row.result.territory]
    return f"{name[:1].upper()}{name[1:]}"


def _outcome(row: BaselineRow) -> Toned:
    if row.result.value is None:
        return Toned(NO_DATA, Tone.MUTED)
    text = ", ".join(part for part in (OUTCOME_NAMES[row.judgement], row.by_person) if part)
    return Toned(text, JUDGEMENT_TONES[row.judgement])


def _basis(row: BaselineRow) -> str:
    return row.target.basis + (f" ({UNCONFIRMED})" if row.target.assumed else "")


def _agency(row: BaselineRow, names: ResultNames) -> str | None:
    return names.agency(row.result.value.agency) if row.result.value else None
