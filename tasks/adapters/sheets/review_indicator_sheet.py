"""The sheet of a review's indicators: what the year brought, against target and commitment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.consolidation import (
    Conflict,
    Consolidation,
    Figure,
    Members,
    MemberValue,
    Report,
)
from models.domain.consolidation.indicators import sheet_of
from models.domain.consolidation.member_wording import members_said, verdict_said
from models.domain.consolidation.wording import judged_by
from models.domain.reading.forms import Form, SheetForm
from models.domain.register.catalogue import Appendix, CatalogueRow
from models.domain.register.target_revisions import UNCONFIRMED, initials_said
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import NO_LEVEL
from models.domain.register.territories import TERRITORY_NAMES, TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_measures import AS_TO_DATE, places_in
from models.domain.results.report_text import target_said
from models.domain.review import Review, ReviewIndicator, TerritoryResult
from models.domain.review.answered import answered
from models.domain.review.pace_wording import kept_basis, pace_basis
from models.domain.review.wording import COMMITMENT_NAMES, OUTCOME_NAMES, PACE_NAMES, status_of
from tasks.adapters.sheets.consolidation_cells import (
    JUDGEMENT_TONES,
    NO_DATA,
    NOBODY,
    PACE_TONES,
    STATUS_NAMES,
    ResultNames,
    conflict_numbers,
    conflicts_by_row,
    target_cell,
    together_tone,
)
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    RIGHT,
    SIGNED,
    CellValue,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
    under_bands,
)
from tasks.adapters.sheets.shared_columns import (
    both_sources,
    name_column,
    place_column,
    unit_column,
)

INDICATOR_SHEET = "Chỉ tiêu"


@dataclass(frozen=True)
class JudgedRow:
    """An indicator and one report of it; None: the row says that nobody gave a value."""

    one: ReviewIndicator
    report: Report | None
    conflicts: Sequence[Conflict]
    stands: bool = False  # whether the report is the one whose value is judged
    member: MemberValue | None = None  # whose report it is, where each of many answers for itself

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.one.row

    @property
    def beside(self) -> Report | None:
        """Another's report, shown beside what stands: for comparison, or as one of many."""
        return None if self.stands else self.report

    @property
    def tells_pace(self) -> bool:
        """Whether the pace stands here: with the figure that counts, or where there is none."""
        return self.stands or (self.report is None and self.one.members is None)

    @property
    def together(self) -> Members | None:
        """All who lead it together, in the row that tells of all of them; else None."""
        return self.one.members if self.report is None and self.member is None else None

    @property
    def told(self) -> tuple[Territory, Figure | None]:
        """What the report says of the year, on the ground that counts where it tells that one."""
        own, result = self.one.territory, self.one.result
        if self.report is None:
            return own, None
        given = {own: self.report.value, **self.report.elsewhere}
        counted = result.territory if result else own
        order = (counted, own, *given)
        return next(((t, f) for t in order if (f := given.get(t)) is not None), (own, None))

    @property
    def ground(self) -> Territory:
        """Of which part of the city the row's value of the year and its target are."""
        if self.stands and self.one.result is not None:
            return self.one.result.territory
        return self.told[0] if self.beside and not self.member else self.one.territory

    @property
    def ground_named(self) -> str:
        """The same where it has to be said: it is another than the directive's, or than that of the
        value that counts."""
        own = self.ground is self.one.territory and (self.stands or not self.one.elsewhere)
        return "" if own or not (self.stands or self.beside) else TERRITORY_SHORT_NAMES[self.ground]

    @property
    def tone(self) -> Tone:
        """What is shown for comparison alone is set smaller."""
        return Tone.MUTED if self.beside and not self.member else Tone.PLAIN


def indicator_sheet(
    consolidation: Consolidation, review: Review, names: ResultNames, form: Form
) -> TableSheet[JudgedRow]:
    """One row per indicator and reporter, the one that stands first, under bands of the groups.

    Others' values stand below for comparison; an indicator nobody reported has a row that says so.
    The distance is in the row's unit, positive when better.
    """
    sheet = sheet_of(form, Appendix.I)
    involved = conflicts_by_row(consolidation.conflicts)
    groups = [
        (names.under_appendix(one.row), list(_judged_rows(one, involved.get(one.row.code, ()))))
        for one in review.indicators
    ]
    own = review.indicators[0].territory if review.indicators else Territory.WHOLE
    others = _other_grounds(own, [row for _, rows in groups for row in rows])
    done, compared = "Thực hiện", "Đánh giá"
    without = [one.row for one in review.indicators if one.target is None]
    papers = initials_said(r for row in without for r in row.revisions)
    return TableSheet(
        INDICATOR_SHEET,
        "CHỈ TIÊU: KẾT QUẢ CẢ NĂM SO VỚI MỨC GIAO VÀ MỨC CAM KẾT ĐẦU NĂM",
        f"Số của {TERRITORY_NAMES[own]}, địa bàn mà Chỉ thị giao{others}. Chênh lệch là số cả năm "
        "so với mức giao, dấu cộng là tốt hơn. Số của cơ quan chủ trì được dùng; số của cơ quan "
        "khác in nghiêng để đối chiếu. Tiến độ là số của chính mốc gần nhất đã đến hạn khi có, ghi "
        "cùng ô, không có thì số đến ngày số liệu, so với mốc ấy; khi có số chính thức của "
        "cùng địa bàn thì so với mốc cả năm; nơi kịch bản cho kết luận khác thì ghi cả hai. Nguồn "
        "N- là báo cáo kỳ này, K- là kế hoạch đầu năm; bấm vào một số hoặc mã nguồn để tới đúng ô "
        f"trong tệp cơ quan gửi. {papers}".rstrip(),
        [
            place_column(names, lambda r: r.row),
            name_column(names, lambda r: r.row, "Chỉ tiêu", 25),
            unit_column(lambda r: r.row, 8),
            OutputColumn("target", "Mức giao", 11, _target_of, CENTRE),
            OutputColumn(
                "last_year", "Thực hiện năm trước", 10, _judged(lambda one: one.last_year), RIGHT
            ),
            OutputColumn("commitment", "Cam kết đầu năm", 10, _commitment, RIGHT),
            OutputColumn(
                "to_date",
                "Đến nay",
                10,
                _judged(lambda one: one.to_date, lambda r: answered(sheet, r.answers, "to_date")),
                RIGHT,
                done,
            ),
            OutputColumn(
                "as_of",
                "Số đến ngày",
                10,
                _judged(lambda one: one.as_of, lambda r: answered(sheet, r.answers, "as_of")),
                CENTRE,
                done,
            ),
            OutputColumn(
                "value",
                "Cả năm",
                10,
                _value,
                RIGHT,
                done,
            ),
            OutputColumn(
                "status",
                "Ước/ chính thức",
                11,
                lambda r: _status_shown(r, sheet),
                CENTRE,
                done,
            ),
            OutputColumn("outcome", "So với mức giao", 13, _outcome, CENTRE, compared),
            OutputColumn(
                "distance",
                "Chênh lệch",
                9.5,
                _judged(_distance, member=lambda m: m.distance),
                SIGNED,
                compared,
            ),
            OutputColumn(
                "kept",
                "So với cam kết",
                10,
                _judged(lambda one: _kept(one, names), member=_kept_by),
                CENTRE,
                compared,
            ),
            OutputColumn(
                "pace",
                "Tiến độ đến ngày số liệu",
                21,
                _pace,
                CENTRE,
                compared,
            ),
            OutputColumn(
                "self_judgement",
                "Cơ quan tự đánh giá",
                10,
                _judged(_self_judgement),
                CENTRE,
                compared,
            ),
            OutputColumn("agency", "Cơ quan", 17, lambda r: _reporter(r, names)),
            OutputColumn(
                "conflicts",
                "Mâu thuẫn",
                8,
                lambda r: conflict_numbers(r.conflicts, r.report.agency) if r.report else None,
                CENTRE,
            ),
            OutputColumn(
                "texts",
                "Nguyên nhân, giải pháp (theo báo cáo)",
                34,
                lambda r: _texts(r, names, sheet),
            ),
            *both_sources(_figures_shown),
        ],
        list(under_bands(groups)),
        tone=lambda r: r.tone,
        least_places=lambda r: places_in(r.one),
    )


def _other_grounds(own: Territory, rows: Sequence[JudgedRow]) -> str:
    """What the note says of figures of other ground than the directive's; "" where there are
    none."""
    found = {row.ground for row in rows if row.ground_named} - {own}
    if not found:
        return ""
    quoted = ", ".join(f"«{name}»" for t, name in TERRITORY_SHORT_NAMES.items() if t in found)
    whose = "số sau hợp nhất" if found == {Territory.WHOLE} else "số của địa bàn ấy"
    return (
        f"; dòng ghi {quoted} có số cả năm và chênh lệch là {whose}, mức giao ghi rõ địa bàn, các "
        f"số khác vẫn của {TERRITORY_SHORT_NAMES[own]}"
    )


def _judged_rows(one: ReviewIndicator, conflicts: Sequence[Conflict]) -> Iterator[JudgedRow]:
    if one.members is not None:
        yield from _rows_together(one, one.members, conflicts)
        return
    speaking = _speaking(one)
    if speaking is None or not one.has_value:
        yield JudgedRow(one, None, conflicts)
    for report in one.line.reports:
        if report is speaking and one.has_value:
            yield JudgedRow(one, report, conflicts, stands=True)
    for report in one.line.reports:
        if report is not speaking and (report.value or report.elsewhere):
            yield JudgedRow(one, report, conflicts)


def _rows_together(
    one: ReviewIndicator, members: Members, conflicts: Sequence[Conflict]
) -> Iterator[JudgedRow]:
    """What all of them come to, then each of them, then whoever else reported a value."""
    reports = {r.agency: r for r in one.line.reports}
    yield JudgedRow(one, None, conflicts)
    for value in members.values:
        yield JudgedRow(one, reports.pop(value.agency, None), conflicts, member=value)
    for report in reports.values():
        if report.told is not None:
            yield JudgedRow(one, report, conflicts)


def _speaking(one: ReviewIndicator) -> Report | None:
    """The report whose value the line shows."""
    value = one.result.value if one.result else None
    agency = one.agency or (value.agency if value else "")
    return next((r for r in one.line.reports if r.agency == agency), None)


def _judged(
    value: Callable[[ReviewIndicator], CellValue],
    beside: Callable[[Report], CellValue] = lambda _: None,
    member: Callable[[MemberValue], CellValue] | None = None,
) -> Callable[[JudgedRow], CellValue]:
    """What the row whose report stands shows; `beside`: what another's, for comparison.

    `member`: what the row of one of many who answer for themselves shows instead.
    """

    def shown(row: JudgedRow) -> CellValue:
        if row.stands:
            return value(row.one)
        if row.member is not None and member is not None:
            return member(row.member)
        return beside(row.beside) if row.beside else None

    return shown


def _value(shown: JudgedRow) -> Figure | None:
    """The value of the year on the ground that the row is about."""
    if shown.member is not None:
        return shown.member.figure
    if shown.stands:
        one = shown.one
        return one.result.value if one.elsewhere and one.result else one.value
    return shown.told[1] if shown.beside else None


def _distance(one: ReviewIndicator) -> Decimal | None:
    return one.result.distance if one.elsewhere and one.result else one.distance


def _commitment(shown: JudgedRow) -> Figure | None:
    return shown.member.promised if shown.member else shown.one.commitment


def _figures_shown(shown: JudgedRow) -> Sequence[Figure | None]:
    given = shown.report.figures if shown.report else []
    point = shown.one.pace_point if shown.tells_pace else None
    behind = [point.measure, point.report] if point else []
    if shown.stands or shown.member:
        return [_commitment(shown), *given, *behind]
    return [*given, *behind]


def _reporter(shown: JudgedRow, names: ResultNames) -> str:
    if shown.together is not None:
        return names.agency(shown.row.led_by)
    if shown.member is not None:
        return names.agency(shown.member.agency)
    if shown.report is not None:
        return names.agency(shown.report.agency, shown.report.role)
    return names.listed(shown.row.agencies) or NOBODY


def _outcome(shown: JudgedRow) -> Toned:
    """The judgement; said of which territory where it is not the directive's own."""
    if (members := shown.together) is not None:
        return Toned(verdict_said(members, OUTCOME_NAMES), together_tone(members))
    if shown.member is not None and shown.member.figure is not None:
        return _outcome_of(shown.member)
    if shown.report is None or shown.member is not None:
        return Toned(NO_DATA, Tone.BAD)
    if not shown.stands:
        return Toned("Số đối chiếu", Tone.MUTED)
    one, result = shown.one, shown.one.result
    text = OUTCOME_NAMES[one.outcome]
    if result is not None and result.territory is not one.territory:
        text = f"{text} ({_elsewhere(result)})"
    elif one.outcome in (Judgement.AWAITING, Judgement.UNKNOWN) and one.why_not_judged:
        text = f"{text}: {one.why_not_judged[:1].lower()}{one.why_not_judged[1:]}"
    if one.judged_value is not None:
        text = f"{text} ({judged_by(one.judged_value)})"
    if one.by_person:
        text = f"{text}, {one.by_person}"
    if one.line.provisional:
        text = f"Tạm lấy, cơ quan chủ trì chưa có số. {text}"
        return Toned(text, Tone.WARN)
    return Toned(text, JUDGEMENT_TONES[one.outcome])


def _status_of(one: ReviewIndicator) -> str | None:
    """Estimate or final; of an estimate that is the value to date once more, that it is."""
    named = STATUS_NAMES.get(one.status.value)
    return f"{named or 'Số cả năm'}, {AS_TO_DATE}" if one.repeats_to_date else named


def _status_shown(shown: JudgedRow, sheet: SheetForm | None) -> str | None:
    """Estimate or final, and of which ground where that has to be said."""
    if shown.stands:
        said = _status_of(shown.one)
    else:
        given = shown.beside.answers if shown.beside else {}
        said = _status(answered(sheet, given, "value_status"))
    where = shown.ground_named if _value(shown) else ""
    return f"{said or 'Số cả năm'} ({where})" if where else said


def _status(figure: Figure | None) -> str | None:
    return STATUS_NAMES.get(status_of(figure.text).value) if figure else None


def _elsewhere(result: TerritoryResult) -> str:
    """Of which territory the verdict is; that it has no target there, so that none is possible."""
    said = TERRITORY_SHORT_NAMES[result.territory]
    return f"{said}: {NO_LEVEL}" if result.target is None else said


def _outcome_of(member: MemberValue) -> Toned:
    text, why = OUTCOME_NAMES[member.judgement], member.why_not_judged
    if member.judgement in (Judgement.AWAITING, Judgement.UNKNOWN) and why:
        text = f"{text}: {why[:1].lower()}{why[1:]}"
    if member.asked is not None and member.asked.by_person:
        text = f"{text}, {member.asked.by_person}"
    return Toned(text, JUDGEMENT_TONES[member.judgement])


def _kept_by(member: MemberValue) -> Toned | None:
    if member.figure is None:
        return None
    text = COMMITMENT_NAMES[member.kept]
    if not text:
        return Toned("Không cam kết", Tone.MUTED) if member.promised is None else None
    return Toned(text, _KEPT_TONES.get(member.kept, Tone.GOOD))


_KEPT_TONES = {Judgement.NOT_MET: Tone.BAD, Judgement.AWAITING: Tone.WARN}


def _kept(one: ReviewIndicator, names: ResultNames) -> Toned | None:
    text = COMMITMENT_NAMES[one.commitment_judgement]
    if not text:
        return Toned("Không cam kết", Tone.MUTED) if one.commitment is None else None
    tone = _KEPT_TONES.get(one.commitment_judgement, Tone.GOOD)
    if other := one.other_agency(one.commitment):
        text = f"{text} (của {names.agency(other)})"
    if told := kept_basis(one):
        text = f"{text} ({told})"
    if one.commitment_by_person:
        text = f"{text}, {one.commitment_by_person}"
    return Toned(text, tone)


def _self_judgement(one: ReviewIndicator) -> Figure | Toned | None:
    if one.self_judgement is not None and one.self_judgement_differs:
        return Toned(f"{one.self_judgement.text} (khác số liệu)", Tone.WARN)
    return one.self_judgement


def _pace(shown: JudgedRow) -> Toned | None:
    """Ahead or behind, coloured, with what that follows from; None where nothing compares."""
    one = shown.one
    if not shown.tells_pace or not (name := PACE_NAMES[one.pace]):
        return None
    basis = pace_basis(one, None if shown.stands else ())
    return Toned(f"{name} ({basis})" if basis else name, PACE_TONES[one.pace])


def _texts(shown: JudgedRow, names: ResultNames, sheet: SheetForm | None) -> str | None:
    one = shown.one
    if shown.together is not None:
        return members_said(shown.together, one.row.unit, names.agency)
    if shown.member is not None:
        said = shown.report.answers if shown.report else {}
        own = [answered(sheet, said, meaning) for meaning in ("causes", "remedies")]
        return _causes_and_remedies(one, names, *own)
    return None if shown.beside else _causes_and_remedies(one, names, one.causes, one.remedies)


def _causes_and_remedies(
    one: ReviewIndicator, names: ResultNames, causes: Figure | None, remedies: Figure | None
) -> str | None:
    """Under their agency's name where another one's value stands."""
    parts = []
    for label, figure in (("Nguyên nhân", causes), ("Giải pháp", remedies)):
        if figure is not None:
            other = "" if one.members else one.other_agency(figure)
            by = f" ({names.agency(other)})" if other else ""
            parts.append(f"{label}{by}: {figure.text.strip()}")
    return "\n".join(parts) or None


def _target_of(shown: JudgedRow) -> Decimal | str:
    """The target of the ground that the row's value is of, which it names where it is not the
    directive's own; where that ground has none, the directive's."""
    one = shown.one
    if not shown.ground_named:
        return target_cell(one.target) if one.target else one.row.target_shown
    known = one.grounds.get(shown.ground)
    target = (known.target if known else None) or one.target
    if target is None:
        return one.row.target_shown
    said = f"{target_said(target, places_in(one))} ({TERRITORY_SHORT_NAMES[target.territory]})"
    return f"{said} ({UNCONFIRMED})" if target.assumed else said
