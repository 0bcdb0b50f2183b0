"""What an agency is asked before the meeting: all that the report says it has to clear up.

What the report calls open and an agency can settle is asked of that agency here, and nowhere else
for the first time: nobody learns from a report to the committee what was wanted of him.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from models.domain.consolidation import Conflict, Figure
from models.domain.consolidation.wholes import WholeAndParts, WholeFault
from models.domain.cycle.letter_phrases import counts_said, listed, measured, number_text, within
from models.domain.notation.number_notation import format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.reading.forms import role_of
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import Appendix, CatalogueRow, Goal, Role, period_phrase
from models.domain.register.districts import WHICH_FIGURE
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.overview.open_matters import works_of_districts
from models.domain.results.report_goals import goal_named, goals_open, volume_said
from models.domain.results.report_projects import foreseen_above, registered_apart
from models.domain.results.report_scenario import doubted_causes
from models.domain.results.report_text import ReportNames, Text, words
from models.domain.results.report_work import shared_proofs, unfit_proofs
from models.domain.review.lines import ReviewIndicator, ReviewTask
from models.domain.review.pace_wording import INDEX_PLACES
from models.domain.review.review import Review
from models.domain.review.spending import GOAL_DAYS
from models.domain.review.states import TaskBucket

_NAMED = 3  # other agencies, in one sentence
_JUSTIFICATION = "justification"  # column key, on every sheet of rows
_MEND = "ghi nhầm thì sửa, đúng thì ghi lý do ở cột Giải trình cùng dòng, rồi gửi lại sổ"


def work_asked(
    review: Review, agency: str, names: ReportNames, settings: RuleSettings
) -> Iterator[Text]:
    """What the report says the agency has to clear up of its tasks, projects and causes."""
    proofs = [
        f"{names.place(one.task.row)} giao {one.wanted}, văn bản nêu là {one.proof.text}"
        for one in unfit_proofs(review)
        if one.proof.agency == agency
    ]
    if proofs:
        yield words(
            f"Văn bản chứng minh khác loại văn bản được giao ({'; '.join(proofs)}): đề nghị nêu "
            "số, ngày của văn bản được giao, hoặc ghi lý do ở cột Giải trình, rồi gửi lại sổ."
        )
    shared = [
        f"{mark} của {place}, {others} cũng nêu"
        for mark, place, others in shared_proofs(review, agency, names)
    ]
    if shared:
        yield words(
            "Văn bản chứng minh cũng được cơ quan khác nêu cho việc khác "
            f"({listed(shared, 'văn bản', _NAMED)}): đề nghị kiểm tra số, ngày; {_MEND}."
        )
    districts = [
        row for row in works_of_districts(review, names.year) if role_of(row, agency) is Role.LEAD
    ]
    if districts:
        yield words(
            f"{_counted(districts, 'nhiệm vụ, dự án', names)} về cấp huyện, cấp đã kết thúc hoạt "
            "động: đề nghị nêu rõ nay thực hiện theo cấp nào, ghi ở cột Giải trình và gửi lại sổ."
        )
    for causes in doubted_causes(review.scenario, names.row):
        if causes.agency == agency:
            yield words(
                f"Nguyên nhân nêu tại kịch bản tăng trưởng «{causes.text}» chưa khớp với số liệu: "
                f"theo bảng của kịch bản, {causes.misfit}. Đề nghị làm rõ; {_MEND}."
            )
    yield from _projects_asked(review, agency, names, settings)


def _projects_asked(
    review: Review, agency: str, names: ReportNames, settings: RuleSettings
) -> Iterator[Text]:
    led = [
        p
        for p in review.projects
        if role_of(p.row, agency) is Role.LEAD and any(a.agency == agency for a in p.answers)
    ]
    for wanted in Goal:
        told = [
            ", ".join(filter(None, (names.place(p.row), volume_said(p.goal))))
            for p in goals_open(led)
            if p.goal is not None and p.goal.wanted is wanted
        ]
        if told:
            yield words(
                f"{number_text(len(told))} dự án chưa rõ đã {goal_named(wanted)} hay chưa "
                f"({'; '.join(told)}): đề nghị ghi ngày thực tế hoặc ngày dự kiến ở cột "
                f"«{names.column(GOAL_DAYS[wanted])}» và gửi lại sổ."
            )
    if apart := [p.row for p, _, _ in registered_apart(led, settings)]:
        yield words(
            f"{_counted(apart, 'dự án', names)} có vốn đăng ký đầu năm lệch nhiều so với kế hoạch "
            f"thành phố giao: đề nghị đối chiếu; {_MEND}."
        )
    if above := [p.row for p, _ in foreseen_above(led)]:
        yield words(
            f"{_counted(above, 'dự án', names)} có ước cả năm vượt 100% kế hoạch hoặc mức đăng ký: "
            f"đề nghị làm rõ; {_MEND}."
        )
    off = dict.fromkeys(
        names.about(one.row) for one in review.proposals if one.off_budget and one.agency == agency
    )
    if off:
        yield words(
            f"Kiến nghị bố trí vốn cho dự án vốn ngoài ngân sách ({', '.join(off)}): đề nghị làm "
            f"rõ nguồn vốn; {_MEND}."
        )


def _counted(rows: Sequence[CatalogueRow], what: str, names: ReportNames) -> str:
    """«2 dự án (PL V.2, PL V.6)»."""
    return f"{number_text(len(rows))} {what} ({', '.join(names.place(row) for row in rows)})"


def _led(tasks: Iterable[ReviewTask], agency: str, bucket: TaskBucket) -> list[CatalogueRow]:
    """The tasks that the agency leads and that lie in that bucket by what it reports."""
    return [
        one.row
        for one in tasks
        if role_of(one.row, agency) is Role.LEAD and one.bucket_of(agency) is bucket
    ]


def overdue_asked(tasks: Iterable[ReviewTask], agency: str, names: ReportNames) -> Iterator[Text]:
    """That the agency has to say how its overdue tasks stand by now, and until when."""
    if overdue := _led(tasks, agency, TaskBucket.OVERDUE):
        yield words(
            f"{_counted(overdue, 'nhiệm vụ', names)} quá hạn chưa hoàn thành: đề nghị cho biết "
            "tình trạng đến nay, nguyên nhân, ngày dự kiến hoàn thành, ghi ở trang "
            f"«{names.sheet('tasks')}» và gửi lại sổ."
        )


def of_districts(
    indicators: Sequence[ReviewIndicator], agency: str, names: ReportNames
) -> list[ReviewIndicator]:
    """Those the agency leads and has a value of whose verdict the office has yet to confirm."""
    return [
        i
        for i in indicators
        if role_of(i.row, agency) is Role.LEAD
        and i.has_value_of(agency)
        and names.waits_for_office(i)
    ]


def of_districts_named(found: Sequence[ReviewIndicator], names: ReportNames) -> str:
    """How many measures of districts, and where each stands in the directive."""
    return _counted([one.row for one in found], "chỉ tiêu tính theo cấp huyện", names)


def unheard_asked(tasks: Iterable[ReviewTask], agency: str, names: ReportNames) -> Iterator[Text]:
    """That the agency has to say how those of its tasks stand that fell due since it reported."""
    if due := _led(tasks, agency, TaskBucket.UNHEARD):
        what = "nhiệm vụ đã đến hạn sau ngày cơ quan báo cáo"
        yield words(
            f"{_counted(due, what, names)}: đề nghị cho biết tình trạng đến nay (đã hoàn thành thì "
            "ghi ngày, số văn bản; chưa hoàn thành "
            f"thì nêu nguyên nhân), ghi ở trang «{names.sheet('tasks')}» và gửi lại sổ."
        )


def of_districts_asked(
    found: Iterable[ReviewIndicator], agency: str, names: ReportNames
) -> Iterator[Text]:
    """That the agency has to say which figure its own is, where it explained nothing."""
    silent = [one for one in found if not _is_explained(one, agency)]
    if silent:
        yield words(
            f"{of_districts_named(silent, names)} chưa kết luận: đề nghị cơ quan nêu rõ số đã báo "
            f"cáo {WHICH_FIGURE}, ghi ở cột Giải trình và gửi lại sổ."
        )


def _is_explained(one: ReviewIndicator, agency: str) -> bool:
    own = (r.answers.get(_JUSTIFICATION) for r in one.line.reports if r.agency == agency)
    return any(figure is not None and figure.is_given for figure in own)


def checks_asked(
    projects: int,
    unfit: Sequence[WholeAndParts],
    conflicts: Sequence[Conflict],
    agency: str,
    names: ReportNames,
    part: str,
) -> Iterator[Text]:
    """What is asked about figures to be checked; `part` of the page tells of them.

    `projects`: how many have doubtful amounts; `unfit`: of the agency's figures, those that do not
    fit others.
    """
    own = [one for one in unfit if one.one_source]
    left = sum(one.fault is WholeFault.REMAINDER for one in own)
    links = sum(bool(one.link) for one in own)
    said = counts_said(
        ("{} dự án có số vốn cần kiểm tra (dấu *)", projects),
        ("{} số tổng không khớp với các số thành phần", len(own) - left - links),
        ("{} chỉ tiêu có phần còn lại của địa bàn chưa báo cáo ngoài khoảng thường gặp", left),
        ("{} cặp số liên quan nhau chưa thống nhất", links),
    )
    if said:
        yield words(
            f"Có {said} (phần {part}): đề nghị cơ quan kiểm tra; ghi nhầm thì sửa, số đã đúng thì "
            "ghi lý do ở cột Giải trình cùng dòng, rồi gửi lại sổ."
        )
    chosen: list[tuple[WholeAndParts, Conflict]] = []
    linked: list[WholeAndParts] = []
    beside: list[WholeAndParts] = []
    for one in unfit:
        if one.one_source:
            continue
        ruled = _chosen_over(one, conflicts, agency)
        if ruled is not None:
            chosen.append((one, ruled))
        else:
            (linked if one.link else beside).append(one)
    for one, ruled in chosen:
        yield words(_to_count_anew(one, ruled, agency, names, part))
    if beside:
        yield words(
            f"Có {number_text(len(beside))} chỗ số của cơ quan không khớp với số của "
            f"{_others(beside, agency, names)} (phần {part}): cơ quan không phải sửa sổ, nếu có ý "
            "kiến xin nêu trong thư trả lời."
        )
    if linked:
        yield words(
            f"Có {number_text(len(linked))} cặp số liên quan nhau chưa thống nhất, số kia là của "
            f"{_others(linked, agency, names)} (phần {part}): đề nghị cơ quan xem lại số của mình; "
            "nếu số đã đúng, xin nêu ý kiến trong thư trả lời."
        )


def _others(found: Sequence[WholeAndParts], agency: str, names: ReportNames) -> str:
    codes = dict.fromkeys(f.agency for one in found for f in one.figures if f.agency != agency)
    return listed([names.agency(code) for code in codes], "cơ quan", _NAMED)


def _chosen_over(one: WholeAndParts, conflicts: Sequence[Conflict], agency: str) -> Conflict | None:
    """The ruling by which another's figure stands there instead of the agency's own."""
    there = {figure.reference for figure in one.figures}
    return next(
        (
            c
            for c in conflicts
            if not c.is_open
            and agency in c.agencies
            and c.stands.agency != agency
            and c.stands.reference in there
        ),
        None,
    )


def _to_count_anew(
    one: WholeAndParts, ruled: Conflict, agency: str, names: ReportNames, part: str
) -> str:
    """That the office's choice makes another figure of the agency's stand out, and which."""
    stands, whole = ruled.stands, one.whole
    period = f", {period_phrase(one.period)}" if one.period else ""
    area = next(
        (t for t, f in zip(one.areas, one.parts, strict=False) if f.reference == stands.reference),
        one.territory,
    )
    at = f" {TERRITORY_SHORT_NAMES[area]}" if area else ""
    why = (
        f"{names.place(one.row)} {names.row(one.row)}{period}: vì phiên họp dùng số{at} "
        f"{_shown(one, stands)} của {names.agency(stands.agency)} theo {within(ruled.decision)}"
    )
    if whole.agency == agency:
        which = f"số {TERRITORY_SHORT_NAMES[Territory.WHOLE]}" if one.areas else "số chung"
        what = f"tính lại {which} (đang ghi {_shown(one, whole)}"
    else:
        what = "xem lại các số thành phần của cơ quan ("
    return f"{why}, đề nghị {what}{'; ' if whole.agency == agency else ''}phần {part})."


def _shown(one: WholeAndParts, figure: Figure) -> str:
    """The number as its row has it; an index without the unit of the growth that it tells."""
    target = one.row.target.value if one.row.target and one.row.target.is_plain else None
    places = like_decimals([figure.number, one.whole.number, target])
    if one.row.appendix is Appendix.II:
        return format_number(half_up(figure.number or Decimal(0), INDEX_PLACES), INDEX_PLACES)
    return measured(half_up(figure.number or Decimal(0), places), one.row.unit)
