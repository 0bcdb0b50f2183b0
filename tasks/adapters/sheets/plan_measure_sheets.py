"""The sheets of a plan about measures: what was set, what the agencies commit to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from models.domain.consolidation import (
    Conflict,
    Consolidation,
    Figure,
    IndicatorLine,
    Members,
    MemberValue,
    Report,
    ScenarioLine,
)
from models.domain.consolidation.indicators import measure_columns, sheet_of
from models.domain.consolidation.member_wording import members_said, verdict_said
from models.domain.consolidation.wording import JUDGEMENT_NAMES, judged_by
from models.domain.reading.forms import Form, SheetForm
from models.domain.register.catalogue import PERIOD_TITLES, PERIODS, Appendix, CatalogueRow, Role
from models.domain.register.target_revisions import initials_said
from tasks.adapters.sheets.charts.scenario import (
    PRINTED,
    REACHED,
    SCENARIO_SHEET,
    ScenarioSeries,
    draw_scenario,
)
from tasks.adapters.sheets.consolidation_cells import (
    EXCUSED,
    JUDGEMENT_TONES,
    NOBODY,
    ResultNames,
    conflict_numbers,
    conflicts_by_row,
    texts_of,
    titled,
    together_tone,
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
    name_column,
    place_column,
    source_column,
    unit_column,
)


@dataclass(frozen=True)
class PlanIndicatorRow:
    """An indicator and one report of it; None: its lead gave none, and the gap is to be seen.

    Where many lead it together, each for itself, the row without a `member` tells of all of them,
    and one for each follows.
    """

    line: IndicatorLine
    report: Report | None
    conflicts: Sequence[Conflict]
    excused: bool  # its lead need not answer it, by a person's decision
    member: MemberValue | None = None

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.line.row

    @property
    def together(self) -> Members | None:
        """All who lead it together, in the row that tells of all of them; else None."""
        return self.line.members if self.report is None and self.member is None else None

    @property
    def tone(self) -> Tone:
        """The report that counts is set upright, others smaller."""
        counts = self.report is None or self.report is self.line.standing or self.member is not None
        return Tone.PLAIN if counts else Tone.MUTED


def indicator_sheet(
    consolidation: Consolidation, names: ResultNames, form: Form
) -> TableSheet[PlanIndicatorRow]:
    """One row per indicator and reporter, the one that counts first, under bands of the groups."""
    sheet = sheet_of(form, Appendix.I)
    value = measure_columns(sheet).value if sheet else ""
    involved = conflicts_by_row(consolidation.conflicts)
    groups = (
        (
            names.under_appendix(line.row),
            _indicator_rows(
                line,
                involved.get(line.row.code, ()),
                excused=line.row.code in consolidation.excused,
            ),
        )
        for line in consolidation.indicators
    )
    shown = [line.row for line in consolidation.indicators if isinstance(_target(line.row), str)]
    papers = initials_said(r for row in shown for r in row.revisions)
    return TableSheet(
        "Chỉ tiêu",
        "CHỈ TIÊU: MỨC GIAO, MỨC CAM KẾT VÀ SỐ LIỆU TỪNG CƠ QUAN BÁO CÁO",
        "Số của cơ quan chủ trì là số được dùng; số của cơ quan khác in nghiêng để đối chiếu. Bấm "
        "vào một số, hoặc mã ở cột Nguồn, để tới đúng ô trong tệp cơ quan gửi. "
        f"{papers}".rstrip(),
        [
            place_column(names, lambda r: r.row),
            name_column(names, lambda r: r.row, "Chỉ tiêu", 26),
            unit_column(lambda r: r.row, 8),
            OutputColumn("target", "Mức giao", 11, lambda r: _target(r.row), CENTRE),
            OutputColumn("agency", "Cơ quan báo cáo", 17, lambda r: _reporter(r, names)),
            OutputColumn(
                "committed",
                titled(sheet.column(value)) if sheet and value else "Giá trị",
                11,
                lambda r: r.report.value if r.report else None,
                RIGHT,
            ),
            *(
                OutputColumn(p, PERIOD_TITLES[p], 10.5, at(p, _milestone), RIGHT, "Mốc thực hiện")
                for p in PERIODS
            ),
            OutputColumn("judgement", "Đánh giá", 13, _judgement, CENTRE),
            OutputColumn(
                "conflicts",
                "Mâu thuẫn",
                8,
                lambda r: conflict_numbers(r.conflicts, r.report.agency) if r.report else None,
                CENTRE,
            ),
            OutputColumn(
                "texts",
                "Giải pháp, giải trình",
                32,
                lambda r: _texts(r, sheet, names),
            ),
            source_column(lambda r: r.report.figures if r.report else ()),
        ],
        list(under_bands(groups)),
        tone=lambda r: r.tone,
    )


def _indicator_rows(
    line: IndicatorLine, conflicts: Sequence[Conflict], *, excused: bool
) -> Iterator[PlanIndicatorRow]:
    if line.members is not None:
        yield from _rows_together(line, line.members, conflicts, excused=excused)
        return
    if line.row.lead not in {r.agency for r in line.reports}:
        yield PlanIndicatorRow(line, None, conflicts, excused)
    for report in line.reports:
        yield PlanIndicatorRow(line, report, conflicts, excused)


def _rows_together(
    line: IndicatorLine, members: Members, conflicts: Sequence[Conflict], *, excused: bool
) -> Iterator[PlanIndicatorRow]:
    """What all of them come to, then each of them, then whoever else reported."""
    reports = {r.agency: r for r in line.reports}
    yield PlanIndicatorRow(line, None, conflicts, excused)
    for one in members.values:
        yield PlanIndicatorRow(line, reports.pop(one.agency, None), conflicts, excused, one)
    for report in reports.values():
        yield PlanIndicatorRow(line, report, conflicts, excused)


def _target(row: CatalogueRow) -> Decimal | str:
    """A plain number as a number, in the reader's own notation; all else as printed."""
    if row.target is not None and row.target.is_plain:
        return row.target.value
    return row.target_shown


def _reporter(shown: PlanIndicatorRow, names: ResultNames) -> str:
    if shown.together is not None:
        return names.agency(shown.row.led_by)
    if shown.member is not None:
        return names.agency(shown.member.agency)
    if shown.report is not None:
        return names.agency(shown.report.agency, shown.report.role)
    named = shown.row.agencies if shown.line.uncommitted else shown.row.agencies[:1]
    return names.listed(named) or NOBODY


def _milestone(shown: PlanIndicatorRow, period: str) -> Figure | None:
    return shown.report.milestones.get(period) if shown.report else None


def _judgement(shown: PlanIndicatorRow) -> Toned:
    line, report = shown.line, shown.report
    if (members := shown.together) is not None:
        text = verdict_said(members, JUDGEMENT_NAMES)
        return EXCUSED if shown.excused else Toned(text, together_tone(members))
    if (member := shown.member) is not None:
        return _judgement_of(member)
    if report is None:
        return EXCUSED if shown.excused else _UNCOMMITTED
    if report is not line.standing:
        if report.value is None:
            missing = report.role is Role.LEAD or line.uncommitted
            return _UNCOMMITTED if missing else Toned("Không ghi số", Tone.MUTED)
        return Toned("Số đối chiếu", Tone.MUTED)
    text = JUDGEMENT_NAMES[line.judgement]
    if line.asked is not None:
        said = line.asked.why_it_waits or line.by_person
        text = f"{text}: {said[:1].lower()}{said[1:]}"
    if line.judged_value is not None:
        text = f"{text} ({judged_by(line.judged_value)})"
    if line.provisional:
        return Toned(f"Tạm lấy, cơ quan chủ trì chưa cam kết. {text}", Tone.WARN)
    return Toned(text, JUDGEMENT_TONES[line.judgement])


def _judgement_of(member: MemberValue) -> Toned:
    if member.figure is None:
        return _UNCOMMITTED
    text = JUDGEMENT_NAMES[member.judgement]
    if member.asked is not None:
        said = member.asked.why_it_waits or member.asked.by_person
        text = f"{text}: {said[:1].lower()}{said[1:]}"
    return Toned(text, JUDGEMENT_TONES[member.judgement])


_UNCOMMITTED = Toned("Chưa cam kết", Tone.BAD)


def _texts(shown: PlanIndicatorRow, sheet: SheetForm | None, names: ResultNames) -> str | None:
    if shown.together is not None:
        return members_said(shown.together, shown.row.unit, names.agency)
    return _said_beside(shown.report, sheet) if shown.report else None


def _said_beside(report: Report, sheet: SheetForm | None) -> str | None:
    """What the reporter wrote beside its figures, each text under the label of its column."""
    texts = [key for key, figure in report.answers.items() if figure.number is None]
    return texts_of(report.answers, sheet, texts)


def scenario_sheet(
    consolidation: Consolidation, names: ResultNames, form: Form
) -> TableSheet[ScenarioLine]:
    """One row per branch: printed, updated, difference in points.

    A period nobody updated is empty under "updated": the printed index goes on.
    """
    sheet = sheet_of(form, Appendix.II)
    return TableSheet(
        SCENARIO_SHEET,
        f"KỊCH BẢN TĂNG TRƯỞNG GRDP NĂM {consolidation.cycle.catalogue_year} "
        "(CÙNG KỲ NĂM TRƯỚC = 100, %)",
        "Ô trống ở phần cập nhật: cơ quan giữ nguyên kịch bản của Chỉ thị.",
        [
            place_column(names, lambda line: line.row),
            name_column(names, lambda line: line.row, "Ngành kinh tế", 30),
            *_by_period("printed", "Kịch bản tại Phụ lục II", lambda line, p: line.printed.get(p)),
            *_by_period("updated", "Cơ quan cập nhật", lambda line, p: line.updated.get(p)),
            *_by_period("difference", "Chênh lệch (điểm %)", ScenarioLine.difference, SIGNED),
            OutputColumn("agency", "Cơ quan cập nhật", 15, lambda line: _updaters(line, names)),
            OutputColumn(
                "texts",
                "Cơ sở, giải trình",
                28,
                lambda line: (
                    "\n".join(text for r in line.reports if (text := _said_beside(r, sheet)))
                    or None
                ),
            ),
            source_column(lambda line: [f for r in line.reports for f in r.figures]),
        ],
        consolidation.scenario,
        charted=True,
        one_unit=True,
    )


def _by_period(
    key: str,
    over: str,
    value: Callable[[ScenarioLine, str], CellValue],
    cell_look: CellLook = RIGHT,
) -> Iterator[OutputColumn[ScenarioLine]]:
    for period in PERIODS:
        title = PERIOD_TITLES[period]
        yield OutputColumn(f"{key}_{period}", title, 8, at(period, value), cell_look, over)


def _updaters(line: ScenarioLine, names: ResultNames) -> str | None:
    return "; ".join(names.agency(r.agency) for r in line.reports if r.milestones) or None


_CHART_HEIGHT = 215  # pixels: what a page of A4 has left below the table


def scenario_chart(
    book: Workbook, sheet: Worksheet, table: TableSheet[ScenarioLine], consolidation: Consolidation
) -> None:
    """A line chart of the whole product under the table: printed against updated."""
    if not consolidation.scenario:
        return
    whole = consolidation.scenario[0]
    series = [ScenarioSeries("Theo Chỉ thị", "printed", "printed", *PRINTED, "above")]
    title = "Tổng sản phẩm trên địa bàn (GRDP): kịch bản"
    if any(figure.number is not None for figure in whole.updated.values()):
        title += " và cập nhật"
        series.append(ScenarioSeries("Cơ quan cập nhật", "updated", "updated", *REACHED, "below"))
    draw_scenario(
        *(book, sheet, table),
        title,
        series,
        [*whole.printed.values(), *(f.number for f in whole.updated.values() if f.number)],
        _CHART_HEIGHT,
    )
