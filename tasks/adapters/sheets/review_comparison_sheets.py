"""The sheets of a review that set measures side by side: by territory, period, branch, version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.consolidation import Figure
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.cycle.letter_phrases import shown_number
from models.domain.register.catalogue import (
    PERIOD_TITLES,
    PERIODS,
    CatalogueRow,
    period_phrase,
)
from models.domain.register.target_revisions import UNCONFIRMED
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_NAMES, TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_measures import places_in
from models.domain.review import (
    Pace,
    Review,
    ReviewIndicator,
    ReviewScenario,
    ScenarioPoint,
    TerritoryResult,
    TrackPoint,
)
from models.domain.review.lines import HistoryPoint
from models.domain.review.pace_wording import (
    INDEX_PLACES,
    contrary_said,
    ground_said,
    less_later_said,
    part_named,
)
from models.domain.review.wording import OUTCOME_NAMES, PACE_NAMES
from tasks.adapters.sheets.charts.scenario import (
    PRINTED,
    REACHED,
    SCENARIO_SHEET,
    UPDATED,
    ScenarioSeries,
    draw_scenario,
)
from tasks.adapters.sheets.consolidation_cells import (
    JUDGEMENT_TONES,
    NO_DATA,
    PACE_TONES,
    STATUS_NAMES,
    ResultNames,
    appendix_name,
    target_cell,
)
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    RIGHT,
    SIGNED,
    CellLook,
    CellValue,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
    at,
    under_bands,
)
from tasks.adapters.sheets.shared_columns import (
    both_sources,
    name_column,
    place_column,
    source_column,
    unit_column,
)

TERRITORY_SHEET, TRACK_SHEET = "Theo địa bàn", "Tiến độ trong năm"
HISTORY_SHEET = "Số qua các lần"


# --- By territory ---------------------------------------------------------------------------------


def territory_sheet(review: Review, names: ResultNames) -> TableSheet[ReviewIndicator]:
    """One row per indicator that is told for more than the directive's own territory.

    By territory: the target in force, the value that stands, the judgement.
    """
    return TableSheet(
        TERRITORY_SHEET,
        "CHỈ TIÊU THEO ĐỊA BÀN: TRƯỚC VÀ SAU KHI HỢP NHẤT THÀNH PHỐ",
        "Mỗi địa bàn được so với chỉ tiêu có hiệu lực cho chính địa bàn đó đến cuối năm. Địa bàn "
        "mà Văn phòng chưa có mức giao thì chỉ nêu số, không đánh giá.",
        [
            place_column(names, lambda one: one.row),
            name_column(names, lambda one: one.row, "Chỉ tiêu", 26),
            unit_column(lambda one: one.row, 9),
            *(column for t in Territory for column in _of_territory(t, names)),
            OutputColumn("basis", "Căn cứ của mức giao", 34, _basis),
            OutputColumn("agency", "Cơ quan", 20, lambda one: _agencies(one, names)),
            source_column(_values),
        ],
        [one for one in review.indicators if any(t is not one.territory for t in one.grounds)],
        empty="Không có chỉ tiêu nào được báo cáo hoặc giao cho địa bàn khác.",
        least_places=places_in,
    )


def _of_territory(
    territory: Territory, names: ResultNames
) -> Iterator[OutputColumn[ReviewIndicator]]:
    name = TERRITORY_NAMES[territory]
    over = name[:1].upper() + name[1:]

    def told(
        value: Callable[[TerritoryResult], CellValue],
    ) -> Callable[[ReviewIndicator], CellValue]:
        def shown(one: ReviewIndicator) -> CellValue:
            result = one.grounds.get(territory)
            return value(result) if result else None

        return shown

    key = territory.value
    yield OutputColumn(f"target_{key}", "Mức giao", 11, told(_target_there), CENTRE, over)
    yield OutputColumn(f"value_{key}", "Cả năm", 11, told(lambda r: r.value), RIGHT, over)
    judged = told(lambda result: _judged_there(result, names))
    yield OutputColumn(f"outcome_{key}", "Đánh giá", 14, judged, CENTRE, over)


def _target_there(result: TerritoryResult) -> Decimal | str | None:
    return target_cell(result.target) if result.target else None


def _judged_there(result: TerritoryResult, names: ResultNames) -> Toned | None:
    """What comes of it; of a value told in another row of the measure, in which."""
    if result.value is None:
        return Toned(NO_DATA, Tone.MUTED) if result.target else None
    told_in = result.told.told_in if result.told else None
    there = f"số tại {names.places[told_in.code]}" if told_in else ""
    if result.judgement is Judgement.UNKNOWN:
        return Toned(there or result.why_not_judged, Tone.MUTED)
    parts = (OUTCOME_NAMES[result.judgement], result.by_person, there)
    text = ", ".join(part for part in parts if part)
    return Toned(text, JUDGEMENT_TONES[result.judgement])


def _basis(one: ReviewIndicator) -> str | None:
    """The documents that the targets of other territories rest on."""
    bases = [
        f"{TERRITORY_SHORT_NAMES[t].capitalize()}: {r.target.basis}"
        + (f" ({UNCONFIRMED})" if r.target.assumed else "")
        for t, r in one.grounds.items()
        if r.target and t is not one.territory
    ]
    return "\n".join(bases) or None


def _values(one: ReviewIndicator) -> list[Figure]:
    return [r.value for r in one.grounds.values() if r.value is not None]


def _agencies(one: ReviewIndicator, names: ResultNames) -> str | None:
    agencies = dict.fromkeys(f.agency for f in _values(one))
    return "; ".join(map(names.agency, agencies)) or None


# --- On the way -----------------------------------------------------------------------------------


def track_sheet(review: Review, names: ResultNames) -> TableSheet[ReviewIndicator]:
    """One row per indicator for which a point of the way can be compared, under its appendix."""
    groups = (
        (appendix_name(one.row.appendix), [one])
        for one in review.indicators
        if any(p.pace is not Pace.UNKNOWN for p in one.track)
    )
    return TableSheet(
        TRACK_SHEET,
        "TIẾN ĐỘ TRONG NĂM: MỐC ĐÃ CAM KẾT HOẶC KỊCH BẢN VÀ SỐ THỰC HIỆN",
        f"{_ground(names)}Mốc là số cơ quan cam kết đầu năm; cam kết không có mốc quý nào thì cả "
        f"năm lấy theo kịch bản tại Phụ lục II. {_PACE_RULE} Nơi kịch bản cho kết luận "
        "khác mốc thì ghi cả hai; mốc sau kém mốc trước thì nêu để đối chiếu. Chỉ "
        "nêu chỉ tiêu có ít nhất một mốc so sánh được.",
        [
            place_column(names, lambda one: one.row),
            name_column(names, lambda one: one.row, "Chỉ tiêu", 28),
            unit_column(lambda one: one.row, 9),
            *(column for p in PERIODS for column in _of_period(p)),
            OutputColumn("agency", "Cơ quan", 18, lambda one: _who_on_the_way(one, names)),
            *both_sources(_figures_on_the_way),
        ],
        list(under_bands(groups)),
        empty="Chưa có mốc nào so sánh được.",
        least_places=places_in,
    )


#: As models.domain.review.pace applies it.
_PACE_RULE = (
    "Số đúng ngày của mốc và số cả năm: nhanh khi tốt hơn mốc, chậm khi chưa bằng mốc. Số đến một "
    "ngày sau mốc: chậm khi chưa bằng mốc đã qua; nhanh khi đã bằng hoặc tốt hơn mốc kế tiếp, mốc "
    "ấy cao hơn mốc đã qua (chỉ tiêu càng thấp càng tốt: thấp hơn), hoặc khi mốc kế tiếp bằng mốc "
    "đã qua mà số tốt hơn cả hai; còn lại là đúng tiến độ. Lệch trong mức sai số cho phép của chỉ "
    "tiêu được coi là bằng."
)


def _ground(names: ResultNames) -> str:
    said = ground_said(names.territory)
    return f"{said} " if said else ""


def _of_period(period: str) -> Iterator[OutputColumn[ReviewIndicator]]:
    over = PERIOD_TITLES[period]

    def told(value: Callable[[TrackPoint], CellValue]) -> Callable[[ReviewIndicator], CellValue]:
        def shown(one: ReviewIndicator) -> CellValue:
            point = next((p for p in one.track if p.period == period), None)
            return value(point) if point else None

        return shown

    promised = told(lambda p: _or_number(p.promise, p.promised))
    actual = told(lambda p: _or_number(p.report, p.actual))
    yield OutputColumn(f"promised_{period}", "Mốc", 10.5, promised, RIGHT, over)
    yield OutputColumn(f"actual_{period}", "Thực hiện", 10.5, actual, RIGHT, over)
    yield OutputColumn(f"pace_{period}", "So sánh", 11, told(_pace_of), CENTRE, over)


def _figures_on_the_way(one: ReviewIndicator) -> list[Figure | None]:
    return [figure for point in one.track for figure in (point.promise, point.report)]


def _or_number(figure: Figure | None, number: Decimal | None) -> Figure | Decimal | None:
    """The figure where it says just that number; a number that was converted by itself."""
    return figure if figure is not None and figure.number == number else number


def _pace_of(point: TrackPoint) -> Toned | None:
    text = PACE_NAMES[point.pace]
    if not text:
        return None
    if point.on is not None:
        text = f"{text} (số đến {point.on:%d/%m})"
    if point.contrary is not None:
        text += f", {contrary_said(point.contrary)}"
    if point.less_later is not None:
        text += f"; {less_later_said(point.less_later, shown_number)}"
    return Toned(text, PACE_TONES[point.pace])


def _who_on_the_way(one: ReviewIndicator, names: ResultNames) -> str:
    """The agency; then, point by point, others whose milestone or figure stands in the row."""
    lines = [names.agency(one.agency or next(iter(one.kin), ""))]
    sides: Sequence[tuple[str, Callable[[TrackPoint], Figure | None]]] = (
        ("Mốc", lambda p: p.promise),
        ("Thực hiện", lambda p: p.report),
    )
    for label, figure_of in sides:
        others: dict[str, list[str]] = {}
        for point in one.track:
            if other := one.other_agency(figure_of(point)):
                others.setdefault(other, []).append(period_phrase(point.period))
        lines += [
            f"{label} {', '.join(periods)}: {names.agency(other)}"
            for other, periods in others.items()
        ]
    return "\n".join(lines)


# --- The growth scenario --------------------------------------------------------------------------


def scenario_sheet(
    review: Review, names: ResultNames, year: int, wholes: Sequence[WholeAndParts] = ()
) -> TableSheet[ReviewScenario]:
    """One row per branch: printed, updated in the plan cycle, reached, difference to print.

    `wholes`: what does not fit its branches, or is another agency's than they are.
    """
    return TableSheet(
        SCENARIO_SHEET,
        f"KỊCH BẢN TĂNG TRƯỞNG GRDP NĂM {year} VÀ KẾT QUẢ (CÙNG KỲ NĂM TRƯỚC = 100, %)",
        f"{_ground(names)}Ô trống ở phần cập nhật: đầu năm cơ quan giữ nguyên kịch bản của "
        "Chỉ thị. Chênh lệch âm là chậm hơn kịch bản.",
        [
            place_column(names, lambda line: line.row),
            name_column(names, lambda line: line.row, "Ngành kinh tế", 28),
            *_by_period("printed", "Kịch bản tại Phụ lục II", lambda p: p.printed),
            *_by_period("updated", "Cơ quan cập nhật đầu năm", lambda p: p.updated),
            *_by_period("actual", "Thực hiện (cả năm: ước hoặc chính thức)", lambda p: p.actual),
            *_by_period(
                "difference",
                "Thực hiện so với kịch bản (điểm %)",
                lambda p: p.difference,
                SIGNED,
            ),
            OutputColumn("agency", "Cơ quan báo cáo", 15, lambda line: _reporters(line, names)),
            OutputColumn(
                "texts",
                "Đối chiếu, nguyên nhân",
                30,
                lambda line: _causes(line, names, wholes),
            ),
            *both_sources(_figures_of_branch),
        ],
        review.scenario,
        charted=True,
        one_unit=True,
    )


def _by_period(
    key: str,
    over: str,
    value: Callable[[ScenarioPoint], CellValue],
    cell_look: CellLook = RIGHT,
) -> Iterator[OutputColumn[ReviewScenario]]:
    def told(line: ReviewScenario, period: str) -> CellValue:
        point = line.point(period)
        return value(point) if point else None

    for period in PERIODS:
        title = PERIOD_TITLES[period]
        yield OutputColumn(f"{key}_{period}", title, 8, at(period, told), cell_look, over)


def _reporters(line: ReviewScenario, names: ResultNames) -> str | None:
    return "; ".join(names.agency(r.agency) for r in line.line.reports if r.milestones) or None


def _causes(
    line: ReviewScenario, names: ResultNames, wholes: Sequence[WholeAndParts]
) -> str | None:
    """Whether a value is in doubt, or does not fit its branches; then the causes, under their
    agency's name where another's.
    """
    unfit = [
        f"{whole_said(one, lambda row: names.places[row.code], names.agency)}."
        for one in wholes
        if one.row.code == line.row.code
    ]
    numbers = sorted({n for given in line.disputed.values() for n in given})
    doubt = f"Tạm dùng, chờ quyết định: {', '.join(numbers)}." if numbers else ""
    other = line.other_agency(line.causes)
    by = f"{names.agency(other)}: " if other else ""
    causes = by + line.causes.text if line.causes else ""
    return "\n".join(part for part in (doubt, *unfit, causes) if part) or None


def _figures_of_branch(line: ReviewScenario) -> list[Figure | None]:
    return [*(f for p in line.points for f in (p.updated, p.actual)), line.causes]


def scenario_chart(
    book: Workbook, sheet: Worksheet, table: TableSheet[ReviewScenario], review: Review
) -> None:
    """A line chart of the whole product under the table: printed, updated, reached."""
    if not review.scenario:
        return
    whole = review.scenario[0]
    shown = [
        number
        for p in whole.points
        for number in (
            p.printed,
            p.updated.number if p.updated else None,
            p.actual.number if p.actual else None,
        )
        if number is not None
    ]
    draw_scenario(
        *(book, sheet, table),
        f"Tổng sản phẩm trên địa bàn (GRDP){part_named(review.territory)}: kịch bản và thực hiện",
        (
            ScenarioSeries("Theo Chỉ thị", "printed", "printed", *PRINTED, "above"),
            ScenarioSeries("Cơ quan cập nhật đầu năm", "updated", "printed", *UPDATED, "right"),
            ScenarioSeries("Thực hiện", "actual", "printed", *REACHED, "below"),
        ),
        shown,
    )


# --- Over the versions ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A measure's value of the year on one ground, as one version gave it."""

    row: CatalogueRow
    ground: Territory
    point: HistoryPoint


def history_sheet(review: Review, names: ResultNames) -> TableSheet[HistoryRow]:
    """One row per version that gave another value or status than the one before; oldest first.

    Only of what has changed: every ground of an indicator, one that only a later version told too,
    the year's index of a branch of the scenario. The version that counts is set upright; of what it
    leaves out there are others alone.
    """
    places = {one.row.code: places_in(one) for one in review.indicators}
    return TableSheet(
        HISTORY_SHEET,
        "SỐ CẢ NĂM QUA CÁC LẦN BÁO CÁO: TỪ SỐ ƯỚC ĐẾN SỐ CHÍNH THỨC",
        "Nêu số cả năm mà cùng một cơ quan đã báo cáo khác nhau qua các lần, theo từng địa bàn, "
        "gồm cả số lần sau mới báo cáo cho một địa bàn và chỉ số của kịch bản (PL II). Phiên bản "
        "đang dùng in đứng, các phiên bản trước in nghiêng; địa bàn chỉ có dòng in nghiêng là địa "
        "bàn mà phiên bản đang dùng không còn báo cáo.",
        [
            place_column(names, lambda r: r.row),
            name_column(names, lambda r: r.row, "Chỉ tiêu", 34),
            unit_column(lambda r: r.row, 9),
            OutputColumn("territory", "Địa bàn", 15, _ground_of, CENTRE),
            OutputColumn("agency", "Cơ quan", 28, lambda r: names.agency(r.point.source.agency)),
            OutputColumn("value", "Cả năm", 12, lambda r: r.point.value, RIGHT),
            OutputColumn(
                "status",
                "Ước/ chính thức",
                11,
                lambda r: STATUS_NAMES.get(r.point.status.value),
                CENTRE,
            ),
            OutputColumn("received_at", "Nhận lúc", 15, lambda r: r.point.received_at, CENTRE),
            OutputColumn(
                "receipt", "Số tiếp nhận", 16, lambda r: r.point.source.receipt_number, CENTRE
            ),
            OutputColumn("version", "Phiên bản", 7, lambda r: r.point.source.version, CENTRE),
            OutputColumn("file_name", "Tên tệp", 30, lambda r: r.point.source.file_name),
            OutputColumn(
                "cell",
                "Trang, ô",
                14,
                lambda r: f"{r.point.source.sheet_name}!{r.point.source.cell}",
                CENTRE,
            ),
        ],
        [
            HistoryRow(row, ground, point)
            for row, ground, history in _histories(review)
            if len(history) > 1 or not all(p.counts and not p.added for p in history)
            for point in history
        ],
        tone=lambda r: Tone.PLAIN if r.point.counts else Tone.MUTED,
        least_places=lambda r: places.get(r.row.code, INDEX_PLACES),
    )


def _histories(
    review: Review,
) -> Iterator[tuple[CatalogueRow, Territory, Sequence[HistoryPoint]]]:
    for one in review.indicators:
        for ground, history in one.histories.items():
            yield one.row, ground, history
    for branch in review.scenario:
        yield branch.row, review.territory, branch.history


def _ground_of(shown: HistoryRow) -> str:
    name = TERRITORY_SHORT_NAMES[shown.ground]
    return f"{name[:1].upper()}{name[1:]}"
