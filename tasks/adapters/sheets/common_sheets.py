"""The sheets that plan and review share: agencies, conflicts, findings, sources of the figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from models.domain.answers.papers import paper_name
from models.domain.answers.standing import Timeliness
from models.domain.consolidation import (
    AgencyOverview,
    Conflict,
    ConflictKind,
    Consolidation,
    Figure,
    OpenFinding,
    StandsBecause,
)
from models.domain.consolidation.conflicts import NOT_TOLD, BothToDate, ToDate, to_date_said
from models.domain.consolidation.wording import (
    CONFLICT_NAMES,
    KIND_NAMES,
    REASON_NAMES,
    VERDICT_NAMES,
    each_for_now,
    timeliness_said,
    why_unreached,
    with_reach,
)
from models.domain.cycle.letter_phrases import shown_number
from models.domain.notation.rounding import like_decimals
from models.domain.reading.findings import SEVERITY_NAMES, Severity
from models.domain.reading.forms import Form
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import AgencyKind
from models.domain.register.catalogue import Appendix, period_phrase
from models.domain.register.territories import TERRITORY_NAMES
from models.domain.results.report_text import MOST_PLACES
from models.domain.review.assembling import is_review
from models.domain.review.pace_wording import INDEX_PLACES
from tasks.adapters.sheets.consolidation_cells import (
    ResultNames,
    appendix_name,
    citation_of,
    row_beyond,
    titled,
)
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    OF_ANOTHER_UNIT,
    RIGHT,
    SIGNED,
    CellLook,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
    at,
)

LINEAGE_SHEET = "Nguồn số liệu"
EARLIER_LINEAGE_SHEET = "Nguồn kỳ trước"

TIMELINESS_TONES = {
    Timeliness.ON_TIME: Tone.GOOD,
    Timeliness.CORRECTED: Tone.GOOD,
    Timeliness.LATE: Tone.WARN,
    Timeliness.WAITING: Tone.PLAIN,
    Timeliness.CORRECTING: Tone.PLAIN,
    Timeliness.OPEN: Tone.PLAIN,
    Timeliness.OVERDUE: Tone.BAD,
    Timeliness.MISSING: Tone.BAD,
    Timeliness.EXEMPT: Tone.PLAIN,
}
SEVERITY_TONES = {
    Severity.BLOCKER: Tone.BAD,
    Severity.ERROR: Tone.BAD,
    Severity.WARNING: Tone.WARN,
    Severity.INFO: Tone.PLAIN,
}


# --- Agencies -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency's answer at a glance, and its number in the list."""

    order: int
    one: AgencyOverview


def agency_sheet(
    consolidation: Consolidation, without_plan: Collection[str] = ()
) -> TableSheet[AgencyRow]:
    """One row per agency; what counts of each section where files have them.

    `without_plan`: codes of those of which no plan of the year's beginning was accepted.

    Under each appendix stands "complete/expected", nothing where no row of it is due.
    """
    by_section = any(a.sections for a in consolidation.agencies)
    signed = any(a.papers for a in consolidation.agencies)
    papers = [OutputColumn("papers", "Văn bản ký số", 34, _papers_of)]
    unreached = [OutputColumn("unreached", "Vì sao thư không tới", 30, _why_unreached)]
    sections = [OutputColumn("sections", "Từng phần", 30, _sections_of)]

    def told_before(shown: AgencyRow) -> str | None:
        return _before(shown, without_plan)

    before = [OutputColumn("came_from", "Kỳ trước", 22, told_before)]
    has_before = bool(without_plan) or any(a.came_from for a in consolidation.agencies)
    return TableSheet(
        "Cơ quan",
        "TÌNH TRẠNG BÁO CÁO CỦA TỪNG CƠ QUAN, ĐƠN VỊ",
        "Giờ nhận là giờ máy chủ thư của Văn phòng nhận được, theo giờ Việt Nam. "
        + (
            "Mỗi trang được tiếp nhận riêng: số liệu lấy từ bản được tiếp nhận sau cùng của trang."
            if by_section
            else "Chỉ bản được tiếp nhận sau cùng được đưa vào tổng hợp."
        ),
        [
            OutputColumn("order", "TT", 5, lambda r: r.order, CENTRE),
            OutputColumn("name", "Cơ quan, đơn vị", 37, lambda r: r.one.name),
            OutputColumn("kind", "Khối", 18, lambda r: KIND_NAMES[r.one.kind]),
            OutputColumn("timeliness", "Tình trạng", 22, _timeliness, CENTRE),
            OutputColumn(
                "first_received_at",
                "Nhận lần đầu",
                11,
                lambda r: r.one.first_received_at,
                CENTRE,
            ),
            OutputColumn(
                "received_at",
                "Nhận bản đang dùng hoặc chờ xem xét",
                11,
                lambda r: r.one.received_at,
                CENTRE,
            ),
            OutputColumn(
                "receipt", "Số tiếp nhận", 13.5, lambda r: r.one.receipt_number or None, CENTRE
            ),
            OutputColumn("version", "Phiên bản", 6, lambda r: r.one.version or None, CENTRE),
            OutputColumn("versions", "Số lần gửi", 6, lambda r: r.one.sendings, CENTRE),
            OutputColumn("verdict", "Kết quả lần cuối", 10, _verdict, CENTRE),
            *(papers if signed else ()),
            *(sections if by_section else ()),
            OutputColumn("held", "Thư chờ xem xét", 8, lambda r: r.one.held or None, CENTRE),
            OutputColumn("errors", "Lỗi còn mở", 7, lambda r: r.one.open_errors or None, CENTRE),
            OutputColumn("warnings", "Cảnh báo", 7, lambda r: r.one.open_warnings or None, CENTRE),
            *(
                OutputColumn(
                    f"share_{appendix.value}",
                    appendix_name(appendix),
                    8,
                    at(appendix, _share),
                    CENTRE,
                    "Dòng đã đủ/phải điền",
                )
                for appendix in consolidation.headline.completeness
            ),
            OutputColumn(
                "actions", "Việc tự đề ra", 8, lambda r: r.one.free_actions or None, CENTRE
            ),
            *(before if has_before else ()),
            *(unreached if consolidation.headline.unreached else ()),
        ],
        [AgencyRow(order, one) for order, one in enumerate(consolidation.agencies, start=1)],
    )


def _before(shown: AgencyRow, without_plan: Collection[str]) -> str | None:
    """Why there is no plan of the year's beginning to be measured by; None where there is one."""
    came_from = shown.one.came_from
    if shown.one.agency in without_plan:
        if shown.one.kind is AgencyKind.COMMUNE:
            return "Kế hoạch đầu năm của quận, huyện trước đó chưa được tiếp nhận"
        return "Chưa có kế hoạch đầu năm"
    return f"Chưa đề nghị báo cáo: khi đó thuộc {came_from}" if came_from else None


def _timeliness(shown: AgencyRow) -> Toned:
    one = shown.one
    said = timeliness_said(
        *(one.timeliness, one.extended_to),
        waits=one.waits,
        sent_back=one.sent_back,
        correct_by=one.correct_by,
        chooses=one.chooses,
        anothers=one.anothers,
    )
    said = with_reach(said, one.out_of_reach)
    return Toned(said, Tone.BAD if one.out_of_reach else TIMELINESS_TONES[one.timeliness])


def _why_unreached(shown: AgencyRow) -> str | None:
    return why_unreached(shown.one.out_of_reach) if shown.one.out_of_reach else None


def _verdict(shown: AgencyRow) -> str | None:
    verdict = Verdict.HELD if shown.one.waits else shown.one.verdict
    return VERDICT_NAMES[verdict] if verdict else None


def _papers_of(shown: AgencyRow) -> Toned | None:
    """The signed documents and what they prove; one that proves nothing stands out."""
    papers = shown.one.papers
    if not papers:
        return None
    sound = all(paper.weakest.fits for paper in papers)
    said = "; ".join(paper_name(paper) for paper in papers)
    return Toned(said, Tone.PLAIN if sound else Tone.BAD)


def _share(shown: AgencyRow, appendix: Appendix) -> Toned | None:
    share = shown.one.completeness.get(appendix)
    if share is None:
        return None
    whole = share.complete == share.expected
    tone = Tone.PLAIN if whole else Tone.BAD if not share.complete else Tone.WARN
    return Toned(f"{share.complete}/{share.expected}", tone)


def _sections_of(shown: AgencyRow) -> Toned | None:
    """What counts of each section and what is owed; None where files count as a whole."""
    sections = shown.one.sections
    if not sections:
        return None
    owed = [s.title for s in sections if s.is_owed]
    counted: dict[int, list[str]] = {}
    for section in sections:
        if section.version is not None:
            counted.setdefault(section.version, []).append(section.title)
    exempt = [s.title for s in sections if s.exempt and s.version is None]
    lines = [f"Còn thiếu: {', '.join(owed)}"] if owed else []
    lines += [f"Phiên bản {used}: {', '.join(titles)}" for used, titles in sorted(counted.items())]
    lines += [f"Miễn: {', '.join(exempt)}"] if exempt else []
    tone = Tone.PLAIN if not owed else Tone.WARN if counted else Tone.BAD
    return Toned("; ".join(lines), tone)


# --- Conflicts ------------------------------------------------------------------------------------


def conflict_sheet(consolidation: Consolidation, names: ResultNames) -> TableSheet[Conflict]:
    """One row per conflict, both sides with their sources.

    What was converted and the difference are in the unit of the first side; the decision says who
    ruled and why, and is empty for the person who has still to decide. Where the form asks for
    values to date, each side's stands beside its value of the year.
    """
    asked = is_review(consolidation.inputs.form)

    def now(conflict: Conflict) -> BothToDate:
        return consolidation.to_date.get(conflict.number, NOT_TOLD)

    return TableSheet(
        "Mâu thuẫn",
        "SỐ LIỆU MÂU THUẪN VÀ QUYẾT ĐỊNH",
        "Văn phòng không lấy bình quân, không lược bỏ số liệu của cơ quan nào. Cột «Số đang dùng» "
        "là số theo quyết định, hoặc số tạm dùng khi chưa có quyết định như cột «Lý do» nêu; "
        "chênh lệch là số thứ hai trừ số thứ nhất, tính theo đơn vị của số thứ nhất. Số hiệu theo "
        "vị trí của chỉ tiêu trong Chỉ thị, giữ nguyên qua các lần tổng hợp.",
        [
            OutputColumn("number", "Số hiệu", 11, lambda c: c.number, CENTRE),
            OutputColumn("kind", "Loại", 13, lambda c: CONFLICT_NAMES[c.kind]),
            OutputColumn("measure", "Chỉ tiêu", 28, lambda c: _measure(c, names)),
            OutputColumn("unit", "Đơn vị tính", 9, _units, CENTRE),
            *_side("left", "Số thứ nhất", lambda c: c.left, names),
            *_to_date("left", "Số thứ nhất", lambda c: now(c)[0], asked),
            *_side("right", "Số thứ hai", lambda c: c.right, names),
            *_to_date("right", "Số thứ hai", lambda c: now(c)[1], asked),
            OutputColumn(
                "right_converted",
                "Đã quy đổi",
                11,
                lambda c: c.right_value if c.is_converted else None,
                RIGHT,
                "Số thứ hai",
            ),
            OutputColumn("difference", "Chênh lệch", 11, lambda c: c.difference, SIGNED),
            OutputColumn(
                "stands",
                "Số đang dùng",
                14,
                lambda c: each_for_now(c) if c.each_stands else c.stands,
                RIGHT,
            ),
            OutputColumn("because", "Lý do", 18, lambda c: _because(c, now(c))),
            OutputColumn("decision", "Ý kiến quyết định", 18, lambda c: c.ruling),
        ],
        consolidation.conflicts,
        empty="Không có số liệu mâu thuẫn.",
        least_places=_places_of,
    )


def _places_of(conflict: Conflict) -> int:
    """The decimals of its targets; of the scenario those that its indices are printed with."""
    row = conflict.row
    targets = [row.target, *(revision.target for revision in row.revisions)]
    levels = [level for target in targets if target for level in target.levels]
    index = INDEX_PLACES if row.appendix is Appendix.II else 0
    return max(index, min(MOST_PLACES, like_decimals(levels)))


def _side(
    key: str, over: str, figure_of: Callable[[Conflict], Figure], names: ResultNames
) -> Iterator[OutputColumn[Conflict]]:
    yield OutputColumn(
        f"{key}_agency", "Cơ quan", 15, lambda c: names.agency(figure_of(c).agency), over=over
    )
    measured = RIGHT if key == "left" else OF_ANOTHER_UNIT
    yield OutputColumn(f"{key}_value", "Giá trị", 11, figure_of, measured, over, _of_one_unit)
    yield OutputColumn(
        f"{key}_source", "Nguồn", 8, lambda c: citation_of([figure_of(c)]), CENTRE, over
    )


def _to_date(
    key: str, over: str, told: Callable[[Conflict], ToDate | None], asked: bool
) -> Iterator[OutputColumn[Conflict]]:
    """What the side says to date, and as of which day, where that is asked for."""

    def shown(conflict: Conflict) -> str | None:
        found = told(conflict)
        if found is None:
            return None
        day = f"\n(đến {found.day.text})" if found.day else ""
        return f"{found.value.text if found.value.bound else shown_number(found.number)}{day}"

    if asked:
        yield OutputColumn(f"{key}_to_date", "Đến nay", 12, shown, CENTRE, over)


def _of_one_unit(conflict: Conflict) -> bool:
    return conflict.row.unit == conflict.other_row.unit


def _measure(conflict: Conflict, names: ResultNames) -> str:
    row, other = conflict.row, conflict.other_row
    said = f"{names.places[row.code]}: {names.rows[row.code]}"
    if conflict.period:
        said += f", mốc {period_phrase(conflict.period)}"
    if conflict.territory is not None:
        said += f" ({TERRITORY_NAMES[conflict.territory]})"
    if conflict.kind is ConflictKind.EQUIVALENT:
        said += f"\n{names.places[other.code]}: {names.rows[other.code]}"
    return said


def _units(conflict: Conflict) -> str:
    unit, other = conflict.row.unit, conflict.other_row.unit
    return unit if unit == other else f"{unit}\n{other}"


def _because(conflict: Conflict, now: BothToDate) -> str:
    """Why what stands does, and that both are farther apart to date than for the year."""
    apart = to_date_said(conflict, now)
    return "\n".join(part for part in (_why_stands(conflict), f"{apart}." if apart else "") if part)


def _why_stands(conflict: Conflict) -> str:
    because = REASON_NAMES[conflict.because]
    if not conflict.is_open:
        return conflict.decision or because
    if not conflict.each_stands:
        return f"{because} (tạm dùng, chờ quyết định)"
    noted = conflict.because is StandsBecause.MAIN_APPENDIX and conflict.note
    return f"{because}. {conflict.note}" if noted else because


# --- Findings -------------------------------------------------------------------------------------


def shown_findings(consolidation: Consolidation) -> list[OpenFinding]:
    """The findings that papers tell: what a rule on trial found is the office's own."""
    return [found for found in consolidation.findings if not found.finding.trial]


def finding_sheet(consolidation: Consolidation, names: ResultNames) -> TableSheet[OpenFinding]:
    """One row per open finding, agency by agency, the worst first."""
    return TableSheet(
        "Phát hiện",
        "PHÁT HIỆN CÒN MỞ KHI KIỂM TRA BÁO CÁO",
        "Gồm phát hiện ở bản đang dùng và ở bản gửi sau bị trả lại.",
        [
            OutputColumn("agency", "Cơ quan", 24, lambda f: names.agency(f.agency)),
            OutputColumn("receipt", "Số tiếp nhận", 13, lambda f: f.receipt_number, CENTRE),
            OutputColumn("version", "Phiên bản", 6, lambda f: f.version, CENTRE),
            OutputColumn("verdict", "Kết quả", 11, lambda f: VERDICT_NAMES[f.verdict], CENTRE),
            OutputColumn("severity", "Mức độ", 14, _severity, CENTRE),
            OutputColumn("rule", "Quy tắc", 8, lambda f: f.finding.rule, CENTRE),
            OutputColumn("place", "Trang, ô", 16, _cell_of),
            OutputColumn("seen", "Giá trị thấy", 16, lambda f: f.finding.value or None),
            OutputColumn("message", "Nội dung", 52, lambda f: f.finding.at_office),
            OutputColumn(
                "justification",
                "Giải trình của cơ quan",
                34,
                lambda f: f.finding.justification or None,
            ),
        ],
        shown_findings(consolidation),
        frozen=1,
        empty="Không còn phát hiện nào.",
    )


def _severity(found: OpenFinding) -> Toned:
    finding = found.finding
    name = SEVERITY_NAMES[finding.severity]
    return Toned(name, SEVERITY_TONES[finding.severity])


def _cell_of(found: OpenFinding) -> str:
    where = (found.finding.sheet, found.finding.cell)
    return ", ".join(part for part in where if part) or "cả tệp"


# --- Lineage --------------------------------------------------------------------------------------


_QUIET, _QUIET_CENTRE = CellLook(nowrap=True), CellLook("center", nowrap=True)


def lineage_sheet(
    consolidation: Consolidation, names: ResultNames, form: Form
) -> TableSheet[Figure]:
    """One row per figure, row n holding reference n; the value is the cell's text as it stood."""
    labels = {(s.key, c.key): titled(c) for s in form.sheets for c in s.columns}
    titles = {s.key: s.title for s in form.sheets}
    papers: list[OutputColumn[Figure]] = [
        OutputColumn("papers", "Văn bản ký số", 34, lambda f: f.source.paper_names or None, _QUIET)
    ]

    def row_of(figure: Figure) -> str:
        known = names.places.get(figure.row_key)
        return known or row_beyond(titles.get(figure.sheet, figure.sheet), figure.row_key)

    return TableSheet(
        LINEAGE_SHEET,
        "NGUỒN CỦA TỪNG SỐ LIỆU",
        "Trang này để tra cứu trên máy, không cần in: bấm một số hoặc mã nguồn ở trang khác để "
        "tới dòng của nó; bấm vào ô để đọc hết nội dung dài hơn ô. Mã nguồn có giá trị trong bản "
        f"tổng hợp này, mã tổng hợp {consolidation.inputs_hash[:12]}. Mã SHA-256 là dấu vân tay "
        "của tệp gốc Văn phòng lưu giữ.",
        [
            OutputColumn("reference", "Mã nguồn", 9, lambda f: f.reference, _QUIET),
            OutputColumn("agency", "Cơ quan", 30, lambda f: names.agency(f.agency), _QUIET),
            OutputColumn("place", "Dòng", 22, row_of, _QUIET),
            OutputColumn(
                "column", "Cột", 18, lambda f: labels.get((f.sheet, f.column), f.column), _QUIET
            ),
            OutputColumn("value", "Nguyên văn trong ô", 34, lambda f: f.raw or f.text, _QUIET),
            OutputColumn("receipt", "Số tiếp nhận", 15, lambda f: f.source.receipt_number, _QUIET),
            OutputColumn("version", "Phiên bản", 6, lambda f: f.source.version, _QUIET_CENTRE),
            OutputColumn("file_name", "Tên tệp", 30, lambda f: f.source.file_name, _QUIET),
            *(papers if any(f.source.papers for f in consolidation.lineage) else ()),
            OutputColumn("sheet_name", "Trang tính", 15, lambda f: f.source.sheet_name, _QUIET),
            OutputColumn("cell", "Ô", 6, lambda f: f.source.cell, _QUIET_CENTRE),
            OutputColumn(
                "file_sha256",
                "SHA-256 của tệp",
                57,
                lambda f: f.source.file_sha256,
                _QUIET,
            ),
        ],
        consolidation.lineage,
        frozen=1,
        empty="Chưa có số liệu nào.",
        quick=True,
    )


def earlier_lineage_sheet(
    earlier: Consolidation, names: ResultNames, form: Form
) -> TableSheet[Figure]:
    """The same of the cycle that another one is measured by; `form` is that cycle's."""
    return replace(
        lineage_sheet(earlier, names, form),
        name=EARLIER_LINEAGE_SHEET,
        heading=f"NGUỒN CỦA TỪNG SỐ LIỆU KỲ TRƯỚC: {earlier.cycle.title.upper()}",
    )
