"""The sheets of a review about work: tasks by bucket, own actions, projects, proposals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.consolidation import Figure, RowAnswer
from models.domain.consolidation.indicators import sheet_of
from models.domain.cycle.letter_phrases import labelled, number_text
from models.domain.reading.forms import Form, SheetForm
from models.domain.register.catalogue import PERIOD_TITLES, Appendix, CatalogueRow
from models.domain.register.districts import WORK_NOTE
from models.domain.results.report_projects import heading_notes
from models.domain.review import (
    DeadlineSource,
    Doing,
    MemberDoing,
    Proposal,
    Review,
    ReviewAction,
    ReviewProject,
    ReviewTask,
    TaskBucket,
    TaskState,
)
from models.domain.review.answered import answered
from models.domain.review.member_wording import parts_said
from models.domain.review.reported_days import ReportedDays
from models.domain.review.spending import OFF_BUDGET_ASKED, doubts_said
from models.domain.review.wording import (
    BUCKET_NAMES,
    DEADLINE_SOURCE_NAMES,
    STATE_NAMES,
    bucket_said,
    figures_said,
    shared_said,
)
from tasks.adapters.sheets.consolidation_cells import NOBODY, ResultNames
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    RIGHT,
    SHARE,
    Band,
    CellValue,
    OutputColumn,
    Row,
    TableSheet,
    Tone,
    Toned,
    under_bands,
)
from tasks.adapters.sheets.shared_columns import (
    both_sources,
    name_column,
    place_column,
    source_column,
)

TASK_SHEET, ACTION_SHEET, PROJECT_SHEET = "Nhiệm vụ", "Kế hoạch hành động", "Dự án"
PROPOSAL_SHEET = "Kiến nghị"

GRAVEST_FIRST = (
    TaskBucket.OVERDUE,
    TaskBucket.UNHEARD,
    TaskBucket.UNREPORTED,
    TaskBucket.DONE_LATE,
    TaskBucket.IN_PROGRESS,
    TaskBucket.OPEN_NO_DEADLINE,
    TaskBucket.STANDING,
    TaskBucket.DONE_ON_TIME,
    TaskBucket.DONE_NO_DEADLINE,
)
BUCKET_TONES = {
    TaskBucket.DONE_ON_TIME: Tone.GOOD,
    TaskBucket.DONE_LATE: Tone.WARN,
    TaskBucket.DONE_NO_DEADLINE: Tone.GOOD,
    TaskBucket.IN_PROGRESS: Tone.PLAIN,
    TaskBucket.UNHEARD: Tone.WARN,
    TaskBucket.OVERDUE: Tone.BAD,
    TaskBucket.OPEN_NO_DEADLINE: Tone.PLAIN,
    TaskBucket.STANDING: Tone.PLAIN,
    TaskBucket.UNREPORTED: Tone.BAD,
}


# --- What tasks and actions share -----------------------------------------------------------------


@dataclass(frozen=True)
class DoingShown:
    """What is said of something to be done: by the report that stands, or by another beside it.

    `printed` is the directive's wording of the deadline; `beside` what another reporter says, by
    meaning.
    """

    doing: Doing | None
    printed: str = ""
    beside: Mapping[str, Figure | None] = field(default_factory=dict)


def _doing_columns(
    names: ResultNames, told_of: Callable[[Row], DoingShown]
) -> Iterator[OutputColumn[Row]]:
    def told(value: Callable[[Doing], CellValue], beside: str = "") -> Callable[[Row], CellValue]:
        def shown(row: Row) -> CellValue:
            said = told_of(row)
            return value(said.doing) if said.doing else said.beside.get(beside)

        return shown

    limit, result = "Thời hạn", "Kết quả"
    yield OutputColumn("deadline", "Thời hạn", 10.5, lambda r: _deadline(told_of(r)), CENTRE, limit)
    yield OutputColumn("whose", "Theo", 13, lambda r: _whose(told_of(r)), CENTRE, limit)
    yield OutputColumn("state", "Tình trạng", 11, told(_state, "state"), CENTRE, result)
    yield OutputColumn(
        "percent", "Mức độ (%)", 8, told(lambda d: d.percent, "percent"), SHARE, result
    )
    yield OutputColumn(
        "finished", "Ngày hoàn thành", 10.5, told(_finished, "finished_on"), CENTRE, result
    )
    yield OutputColumn("late", "Quá hạn (ngày)", 8, told(lambda d: d.days_late), CENTRE, result)
    yield OutputColumn("product", "Sản phẩm", 18, told(lambda d: d.product), over=result)
    document = told(lambda d: _document(d, names))
    yield OutputColumn("document", "Văn bản chứng minh", 16, document, over=result)


def _deadline(told: DoingShown) -> Figure | dt.date | str | None:
    doing = told.doing
    if doing is None:
        return None
    return doing.deadline_figure or doing.deadline or told.printed or None


def _whose(told: DoingShown) -> str | None:
    if told.doing is None:
        return None
    if told.doing.deadline_source is DeadlineSource.DIRECTIVE:
        return f"Chỉ thị: {told.printed}" if told.printed else "Chỉ thị"
    return DEADLINE_SOURCE_NAMES[told.doing.deadline_source] or "Không có thời hạn"


def _state(doing: Doing) -> Toned:
    tone = Tone.WARN if doing.state is TaskState.SUSPENDED else BUCKET_TONES[doing.bucket]
    return Toned(STATE_NAMES[doing.state], tone)


def _finished(doing: Doing) -> Figure | dt.date | None:
    return doing.finished_figure or doing.finished_on


def _document(doing: Doing, names: ResultNames) -> Toned | None:
    """Number and date of the document that proves it, or that there is none; who else names it."""
    number, date = doing.product_number, doing.product_date
    parts = [number.text if number else "", f"ngày {date.text}" if date else ""]
    said = " ".join(p for p in parts if p)
    if doing.state is not TaskState.DONE:
        return Toned(said, Tone.PLAIN) if said else None
    if shared := shared_said(doing, names.agency, lambda code: names.places[code]):
        return Toned(f"{said} ({shared})", Tone.WARN)
    if doing.proven:
        return Toned(said, Tone.GOOD)
    return Toned(f"{said} (thiếu số hoặc ngày)" if said else "Chưa có văn bản", Tone.WARN)


def _remarks(doing: Doing) -> str | None:
    """What is odd about its dates; then obstacles and proposals."""
    parts = []
    if doing.bucket is TaskBucket.UNHEARD:
        parts.append(f"{bucket_said(doing.bucket, doing.reported_on)}.")
    if not doing.finish.known:
        parts.append("Không ghi ngày hoàn thành: tính đến ngày nhận báo cáo.")
    if doing.moved_deadline is not None:
        parts.append(f"Cơ quan ghi lại thời hạn: {doing.moved_deadline.text}.")
    for label, figure in (("Vướng mắc", doing.obstacles), ("Đề xuất", doing.proposals)):
        if figure is not None:
            parts.append(labelled(label, figure.text))
    return "\n".join(parts) or None


# --- Assigned tasks -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewTaskRow:
    """A task as it stands; with `beside` another reporter's word on it, for comparison.

    Where many lead it together, the row without a `member` tells of all of them, and one for each
    follows.
    """

    task: ReviewTask
    beside: RowAnswer | None = None
    member: MemberDoing | None = None

    @property
    def row(self) -> CatalogueRow:
        """The catalogue row."""
        return self.task.row

    @property
    def doing(self) -> Doing | None:
        """What it shows of the work done; None for another's word."""
        if self.beside is not None:
            return None
        return self.member.doing if self.member else self.task.doing


def task_sheet(
    review: Review, names: ResultNames, form: Form, day: dt.date
) -> TableSheet[ReviewTaskRow]:
    """One row per task and reporter under a band of its bucket, the gravest first.

    Reporters whose word does not stand follow for comparison.
    """
    sheet = sheet_of(form, Appendix.IV)
    until = _until(review.headline.tasks_reported, names)
    return TableSheet(
        TASK_SHEET,
        "NHIỆM VỤ ĐƯỢC GIAO TẠI PHỤ LỤC IV THEO TÌNH TRẠNG VÀ THỜI HẠN",
        f"Xếp theo nhóm tình trạng tính đến ngày {day:%d/%m/%Y}{until}. "
        "Thời hạn là thời hạn của Chỉ thị; Chỉ thị không ghi ngày thì là ngày cơ quan tự đặt trong "
        "kế hoạch đầu năm. Hoàn thành đúng ngày hạn là đúng hạn. Văn bản chứng minh phải có cả số "
        "và ngày.",
        [
            place_column(names, lambda r: r.task.row),
            name_column(names, lambda r: r.task.row, "Nhiệm vụ", 32),
            OutputColumn("agency", "Cơ quan", 18, lambda r: _reporter(r, names)),
            *_doing_columns(names, lambda r: _told_of_task(r, sheet)),
            OutputColumn(
                "texts",
                "Vướng mắc, đề xuất (theo báo cáo)",
                30,
                lambda r: _texts(r, names),
            ),
            *both_sources(_figures_of_task),
        ],
        list(_tasks_by_bucket(review, sheet)),
        tone=lambda r: Tone.MUTED if r.beside else Tone.PLAIN,
    )


def _until(reported: ReportedDays | None, names: ResultNames) -> str:
    """As of when the figures of the sheet are; tasks and own actions have days of their own."""
    said = figures_said(reported, names.agency)
    return f", {said}" if said else ""


def _tasks_by_bucket(review: Review, sheet: SheetForm | None) -> Iterator[ReviewTaskRow | Band]:
    for bucket in GRAVEST_FIRST:
        tasks = review.tasks_in(bucket)
        if not tasks:
            continue
        yield Band(f"{BUCKET_NAMES[bucket]} ({len(tasks)} nhiệm vụ)")
        for task in tasks:
            yield ReviewTaskRow(task)
            for member in task.members:
                yield ReviewTaskRow(task, member=member)
            shown = {m.agency for m in task.members}
            for answer in task.answers:
                stands = answer is task.standing or answer.agency in shown
                if not stands and answered(sheet, answer.answers, "state"):
                    yield ReviewTaskRow(task, answer)


def _reporter(shown: ReviewTaskRow, names: ResultNames) -> str:
    task, who = shown.task, shown.task.standing
    if shown.beside is not None:
        return f"{names.agency(shown.beside.agency, shown.beside.role)} (đối chiếu)"
    if task.row.each_for_itself:
        return names.agency(shown.member.agency if shown.member else task.led_by)
    told = names.agency(who.agency, who.role) if who else names.listed(task.row.agencies) or NOBODY
    return f"{told}; cơ quan chủ trì chưa báo cáo" if task.provisional else told


def _told_of_task(shown: ReviewTaskRow, sheet: SheetForm | None) -> DoingShown:
    if shown.beside is None:
        return DoingShown(shown.doing, shown.task.row.deadline_printed)
    answers = shown.beside.answers
    meanings = ("state", "percent", "finished_on")
    return DoingShown(None, beside={m: answered(sheet, answers, m) for m in meanings})


def _figures_of_task(shown: ReviewTaskRow) -> list[Figure | None]:
    if shown.beside is not None:
        return [*shown.beside.figures]
    who = shown.member.answer if shown.member else shown.task.standing
    own = shown.doing.deadline_figure if shown.doing else None
    return [own, *(who.figures if who else ())]


def _texts(shown: ReviewTaskRow, names: ResultNames) -> str | None:
    """How far each of many is, and whose part is shown as the least advanced; else remarks."""
    task = shown.task
    if not task.members or shown.member is not None:
        return _noted(task.row, _remarks(shown.doing), names) if shown.doing else None
    least = f"\nChậm nhất: {names.agency(task.standing.agency)}." if task.standing else ""
    return _noted(task.row, f"{parts_said(task, names.agency)}.{least}", names)


def _noted(row: CatalogueRow, said: str | None, names: ResultNames) -> str | None:
    """Remarks, before them that what the row is about ended with the districts."""
    note = f"{WORK_NOTE[:1].upper()}{WORK_NOTE[1:]}." if row.code in names.on_districts else ""
    return "\n".join(part for part in (note, said) if part) or None


# --- The agencies' own actions --------------------------------------------------------------------


def action_sheet(review: Review, names: ResultNames) -> TableSheet[ReviewAction]:
    """A band per group of solutions, then its actions in register order."""
    return TableSheet(
        ACTION_SHEET,
        "VIỆC CÁC CƠ QUAN TỰ ĐỀ RA: TÌNH HÌNH THỰC HIỆN",
        "Xếp theo nhóm nhiệm vụ, giải pháp tại phần II của Chỉ thị, rồi theo thứ tự cơ "
        f"quan{_until(review.headline.actions_reported, names)}. Thời "
        "hạn là ngày đăng ký trong kế hoạch đầu năm, kể cả của cơ quan trước khi sắp xếp.",
        [
            OutputColumn("group", "Nhóm", 6, lambda a: a.group or None, CENTRE),
            OutputColumn("agency", "Cơ quan", 20, lambda a: names.agency(a.agency)),
            OutputColumn("work", "Việc", 34, lambda a: a.work),
            OutputColumn("bucket", "Phân loại", 13, _bucket, CENTRE),
            *_doing_columns(names, lambda a: DoingShown(a.doing)),
            OutputColumn(
                "texts", "Vướng mắc, đề xuất (theo báo cáo)", 28, lambda a: _remarks(a.doing)
            ),
            *both_sources(lambda a: [a.planned, a.doing.deadline_figure, *a.answers.values()]),
        ],
        list(_actions_by_group(review)),
    )


def _actions_by_group(review: Review) -> Iterator[ReviewAction | Band]:
    groups: dict[tuple[int, str], list[ReviewAction]] = {}
    for action in review.actions:
        groups.setdefault((action.group, action.group_title), []).append(action)
    for (_, title), actions in groups.items():
        named = title or "Dòng không nêu nhóm, hoặc nêu nhóm không có trong Chỉ thị"
        yield Band(f"{named} ({number_text(len(actions))} dòng)")
        yield from actions


def _bucket(action: ReviewAction) -> Toned:
    said = bucket_said(action.bucket, action.doing.reported_on)
    return Toned(said, BUCKET_TONES[action.bucket])


# --- Projects -------------------------------------------------------------------------------------


_MONEY_NOTE = (
    "Số tiền tính bằng triệu đồng. Tỷ lệ là số đã giải ngân so với chính kế hoạch vốn ghi ở cột "
    "bên; cùng một số giải ngân có tỷ lệ khác nhau theo từng kế hoạch. Dự án ngoài ngân sách: số "
    "vốn nhà đầu tư đã thực hiện."
)


def project_sheet(review: Review, names: ResultNames) -> TableSheet[ReviewProject]:
    """One row per project under bands of its group, amounts in million dong.

    Shares are what was spent to date, in percent of the plan beside them; the milestones registered
    in the plan cycle stand a line each.
    """
    groups = ((names.groups[project.row.code], [project]) for project in review.projects)
    done = "Thực hiện"
    return TableSheet(
        PROJECT_SHEET,
        "DỰ ÁN TRỌNG ĐIỂM TẠI PHỤ LỤC V",
        " ".join([_MONEY_NOTE, *heading_notes(p.row for p in review.projects)]),
        [
            place_column(names, lambda p: p.row),
            name_column(names, lambda p: p.row, "Dự án", 26),
            OutputColumn("agency", "Cơ quan", 16, lambda p: _spender(p, names)),
            *_baseline("central", "plan_central", "Kế hoạch", "Thủ tướng Chính phủ giao"),
            *_baseline("city", "plan_city", "Kế hoạch", "Thành phố giao"),
            *_baseline("own", "own_plan", "Mức", "Cơ quan đăng ký đầu năm"),
            OutputColumn(
                "disbursed",
                "Đã giải ngân, thực hiện",
                12,
                _reported(lambda p: p.disbursed),
                RIGHT,
                done,
            ),
            OutputColumn(
                "as_of", "Số đến ngày", 10.5, _reported(lambda p: p.disbursed_as_of), CENTRE, done
            ),
            OutputColumn(
                "estimate", "Ước cả năm", 12, _reported(lambda p: p.disbursed_estimate), RIGHT, done
            ),
            OutputColumn("milestones", "Mốc đã đăng ký đầu năm", 24, _milestones),
            OutputColumn("progress", "Tiến độ", 20, _reported(lambda p: p.progress)),
            OutputColumn("texts", "Nguyên nhân, vướng mắc, đề xuất", 26, _reported(_remarks_on)),
            *both_sources(_figures_of_project),
        ],
        list(under_bands(groups)),
        one_unit=True,
        headed=("GIẢI NGÂN", "TIẾN ĐỘ", "VƯỚNG MẮC"),
    )


BASELINES = ("plan_central", "plan_city", "own_plan")


def _baseline(
    key: str, baseline: str, header: str, over: str
) -> Iterator[OutputColumn[ReviewProject]]:
    """A plan that money spent is measured by, and the share of it."""

    def plan(project: ReviewProject) -> Figure | None:
        found = project.baseline(baseline)
        return found.plan if found else None

    def share(project: ReviewProject) -> CellValue:
        found = project.baseline(baseline)
        return found.share_pct if found else None

    yield OutputColumn(key, header, 12, plan, RIGHT, over)
    yield OutputColumn(f"{key}_pct", "Tỷ lệ (%)", 9, share, SHARE, over)


def _reported(
    value: Callable[[ReviewProject], CellValue],
) -> Callable[[ReviewProject], CellValue]:
    """What somebody reported of the project; empty where nobody did."""
    return lambda project: value(project) if project.standing else None


def _spender(project: ReviewProject, names: ResultNames) -> str | Toned:
    who = project.standing
    if who is None:
        return Toned(f"{names.listed(project.row.agencies)}: chưa báo cáo", Tone.BAD)
    return names.agency(who.agency, who.role)


def _milestones(project: ReviewProject) -> str | None:
    registered = project.milestones.items()
    return "\n".join(f"{PERIOD_TITLES[p]}: {f.text.strip()}" for p, f in registered) or None


def _remarks_on(project: ReviewProject) -> str | Toned | None:
    """What the agency says of it; before that what has to be looked at."""
    texts = (
        ("Nguyên nhân", project.causes),
        ("Vướng mắc", project.obstacles),
        ("Đề xuất", project.proposals),
    )
    told = [labelled(label, figure.text) for label, figure in texts if figure is not None]
    doubts = [f"Cần kiểm tra: {said}." for said in doubts_said(project)]
    said = "\n".join([*doubts, *told])
    return Toned(said, Tone.WARN) if doubts else said or None


def _figures_of_project(project: ReviewProject) -> list[Figure]:
    who = project.standing
    plans = [b.plan for key in BASELINES if (b := project.baseline(key)) is not None]
    return [*(who.figures if who else ()), *plans, *project.milestones.values()]


# --- Proposals ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal and its number in the list."""

    order: int
    one: Proposal


def proposal_sheet(proposals: Sequence[Proposal], names: ResultNames) -> TableSheet[ProposalRow]:
    """One row per proposal, agency by agency, and the row or action it stands at."""
    return TableSheet(
        PROPOSAL_SHEET,
        "KIẾN NGHỊ, ĐỀ XUẤT CỦA CÁC CƠ QUAN, ĐƠN VỊ",
        "Nguyên văn trong báo cáo, theo thứ tự cơ quan.",
        [
            OutputColumn("order", "TT", 5, lambda r: r.order, CENTRE),
            OutputColumn("agency", "Cơ quan", 34, lambda r: names.agency(r.one.agency)),
            OutputColumn("about", "Liên quan đến", 50, lambda r: _about(r.one, names)),
            OutputColumn("text", "Nội dung kiến nghị, đề xuất", 80, lambda r: r.one.figure),
            source_column(lambda r: [r.one.figure]),
        ],
        [ProposalRow(order, one) for order, one in enumerate(proposals, start=1)],
        empty="Không có kiến nghị, đề xuất.",
    )


def _about(proposal: Proposal, names: ResultNames) -> str:
    if proposal.row:
        asked = f" ({OFF_BUDGET_ASKED})" if proposal.off_budget else ""
        return f"{names.places[proposal.row]}: {names.rows[proposal.row]}{asked}"
    return proposal.about_work or "Kiến nghị chung"
