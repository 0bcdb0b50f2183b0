"""The report's tables about work: tasks by bucket, projects against their plans, proposals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from models.domain.consolidation import Figure
from models.domain.cycle.letter_phrases import ADD_UP, number_text, one_line, part_said
from models.domain.notation.rounding import percent_of, shares_of
from models.domain.register.catalogue import PERIODS, period_phrase
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    joined,
    number,
    places_of,
    same_words,
    shortened,
    words,
)
from models.domain.review.lines import (
    Baseline,
    Doing,
    Proposal,
    ReviewProject,
    ReviewTask,
)
from models.domain.review.member_wording import parts_said, urged_said
from models.domain.review.review import Review
from models.domain.review.spending import (
    beyond_investment,
    doubts_said,
    is_doubtful,
    off_budget,
    unlikely_shares,
)
from models.domain.review.states import DeadlineSource, TaskBucket
from models.domain.review.wording import STATE_NAMES, actions_overview, bucket_said, figures_said

Row = Mapping[str, Text]
_SHORT = 300  # letters of a text in a narrow cell
_MILESTONE = 150
_NONE = "-"  # in a table of numbers
_CENTRAL, _CITY = "plan_central", "plan_city"


def bucket_rows(review: Review) -> list[Row]:
    """How many tasks and own actions lie in each bucket; the shares add up to 100."""
    headline = review.headline
    counts = [headline.buckets[bucket] for bucket in headline.shown_buckets]
    shares = [f"{number(share)}%" if headline.tasks else "" for share in shares_of(counts)]
    rows: list[Row] = [
        {
            "name": words(bucket_said(bucket, headline.unheard_since)),
            "tasks": words(_counted(headline.buckets[bucket])),
            "share": words(share if headline.buckets[bucket] else _NONE),
            "actions": words(_counted(headline.action_buckets[bucket])),
        }
        for bucket, share in zip(headline.shown_buckets, shares, strict=True)
    ]
    total: Row = {
        "name": words("Cộng"),
        "tasks": words(_counted(headline.tasks)),
        "share": words(_share(headline.tasks, headline.tasks)),
        "actions": words(_counted(headline.actions)),
    }
    return [*rows, total]


def _counted(count: int) -> str:
    return number_text(count) if count else _NONE


def _share(part: int, whole: int) -> str:
    share = percent_of(part, whole)
    return "" if share is None else f"{number(share)}%"


_NOT_LATE = (
    " Việc đến hạn sau lần báo cáo gần nhất mà chưa có số liệu mới được xếp riêng, không tính là "
    "quá hạn."
)


def tasks_overview(review: Review) -> Iterator[Text]:
    """What the buckets mean for whoever reads them."""
    headline = review.headline
    notes = []
    if said := figures_said(headline.reported):
        notes = [f"Tình trạng {said}.{_NOT_LATE if headline.unheard_since else ''}"]
    if headline.tasks:
        notes.append(ADD_UP)
    if notes:
        yield words(" ".join(notes))
    done, late = headline.done, headline.buckets[TaskBucket.DONE_LATE]
    if done:
        parts = [
            f"{number_text(late)} nhiệm vụ hoàn thành quá hạn ({_share(late, done)})"
            if late
            else "không nhiệm vụ nào quá hạn",
            f"{number_text(headline.unproven)} nhiệm vụ chưa nêu đủ số, ngày của văn bản chứng minh"
            if headline.unproven
            else "nhiệm vụ nào cũng có số, ngày của văn bản chứng minh",
        ]
        yield words(f"Trong {number_text(done)} nhiệm vụ đã hoàn thành, {'; '.join(parts)}.")
    if headline.actions:
        yield words(actions_overview(headline))


def task_row(task: ReviewTask, count: int, names: ReportNames, cites: Citations) -> Row:
    """One task: who, by when, how far, by which document, what stands in the way."""
    named = {
        "no": words(str(count)),
        "place": words(names.place(task.row)),
        "name": words(names.row(task.row)),
        "agency": words(names.agency(task.led_by) if task.led_by else ""),
        "bucket": words(bucket_said(task.bucket, task.doing.reported_on)),
    }
    if not task.members:
        return {**named, **_told(task.doing, cites, names)}
    day = task.row.deadline
    return {
        **named,
        "deadline": words(f"{day:%d/%m/%Y}" if day else "không có"),
        "state": words(parts_said(task, names.agency, 0)),
        "document": Text(),
        "obstacles": words(urged_said(task, names.agency)),
    }


def own_task_row(
    task: ReviewTask, count: int, agency: str, names: ReportNames, cites: Citations
) -> Row:
    """The task as one agency sees it: its own part, where each of many has one, and the whole."""
    row = task_row(task, count, names, cites)
    own = next((m for m in task.members if m.agency == agency), None)
    if own is None:
        return row
    told = _told(own.doing, cites, names)
    state = joined([told["state"], words("Chung: ") + row["state"]], "\n")
    return {**row, **told, "state": state, "bucket": _bucket_of(own.doing)}


def _bucket_of(doing: Doing) -> Text:
    return words(bucket_said(doing.bucket, doing.reported_on))


def member_rows(task: ReviewTask, names: ReportNames, cites: Citations) -> Iterator[Row]:
    """One row of the annex for each who does its own part of the task, the silent ones too."""
    for member in task.members:
        yield {
            "no": Text(),
            "place": Text(),
            "name": words("–"),
            "agency": words(names.agency(member.agency)),
            "bucket": _bucket_of(member.doing),
            **_told(member.doing, cites, names),
        }


def _told(doing: Doing, cites: Citations, names: ReportNames) -> Row:
    return {
        "deadline": deadline_of(doing, cites, names),
        "state": state_of(doing, cites),
        "document": document_of(doing, cites),
        "obstacles": cites.quoted(doing.obstacles, _SHORT),
    }


def deadline_of(doing: Doing, cites: Citations, names: ReportNames) -> Text:
    """The last day in time; the agency's own, or one of whose plan it took over, says so and leads
    to its cell."""
    if doing.deadline is None:
        return words("không có")
    day = words(f"{doing.deadline:%d/%m/%Y}")
    if doing.deadline_source is DeadlineSource.OWN_PLAN:
        set_by, told_by = doing.deadline_figure, doing.state_figure
        other = set_by is not None and told_by is not None and set_by.agency != told_by.agency
        by = f"{names.agency(set_by.agency)} đặt" if set_by and other else "cơ quan tự đặt"
        return day + words(f"\n({by})") + cites.below(doing.deadline_figure)
    return day


def state_of(doing: Doing, cites: Citations) -> Text:
    """What the agency says, how far it is, when it was done, or that it is silent since."""
    state = words(STATE_NAMES[doing.state]) + cites.below(doing.state_figure)
    percent = cites.value(doing.percent, "%")
    finished = Text()
    if doing.finished_on is not None:
        figure = doing.finished_figure or doing.product_date
        finished = words(f"xong {doing.finished_on:%d/%m/%Y}") + cites.below(figure)
    elif not doing.finish.known and doing.finish.day is not None:
        finished = words(f"không ghi ngày xong, tính đến ngày báo cáo {doing.finish.day:%d/%m/%Y}")
    late = words(f"chậm {number_text(doing.days_late)} ngày") if doing.days_late else Text()
    unheard = doing.bucket is TaskBucket.UNHEARD
    silent = words(bucket_said(doing.bucket, doing.reported_on)) if unheard else Text()
    return joined([state, percent, finished, late, silent], "\n")


def document_of(doing: Doing, cites: Citations) -> Text:
    """The product and the document that proves it."""
    product = cites.quoted(doing.product, 200)
    number_and_sign = cites.quoted(doing.product_number, 80)
    date = cites.quoted(doing.product_date, 20)
    document = joined([number_and_sign, words("ngày ") + date if date else Text()], " ")
    return joined([product, document], "; ")


def project_places(projects: Iterable[ReviewProject]) -> int:
    """With how many decimals the amounts of all projects of a table are printed."""
    amounts = [
        amount.normalize()
        for p in projects
        for amount in (
            _amount(p.disbursed),
            _amount(p.disbursed_estimate),
            *(_plan(p, name) for name in (_CENTRAL, _CITY)),
        )
        if amount is not None
    ]
    return places_of(*amounts)


def project_row(
    project: ReviewProject, count: int, names: ReportNames, cites: Citations, places: int
) -> Row:
    """One project: disbursed so far and foreseen, against each plan by its name.

    `places` are the decimals of all amounts of its table.

    `plan_*`, `paid`, `share_*` and `foreseen` are whole millions and shares alone, for a table
    that adds them up.
    """
    as_of = project.disbursed_as_of
    disbursed = cites.stacked(project.disbursed, places)
    if disbursed and as_of is not None and as_of.is_given:
        disbursed = disbursed + words(f"\n(đến {one_line(as_of.text, 20)})")
    estimate = cites.stacked(project.disbursed_estimate, places)
    foreseen = words("ước năm: ") + estimate if estimate else Text()
    agency = project.standing.agency if project.standing else project.row.lead
    reported = project.standing is not None
    milestones = _milestones(project, cites)
    progress = joined(
        [
            cites.quoted(project.progress, _SHORT),
            _labelled("Vướng mắc: ", cites.quoted(project.obstacles, _SHORT)),
        ],
        " ",
    )
    told = _labelled("Tiến độ: ", progress) if milestones and project.progress else progress
    central, city = project.baseline(_CENTRAL), project.baseline(_CITY)
    return {
        "no": words(str(count)),
        "place": words(names.place(project.row)),
        "name": words(names.row(project.row)),
        "agency": words(names.agency(agency) if agency else ""),
        "disbursed": disbursed if reported else words("chưa báo cáo"),
        "estimate": estimate,
        "spent": joined([disbursed, foreseen], "\n") if reported else words("chưa báo cáo"),
        "central": _baseline(central, cites, places),
        "city": _baseline(city, cites, places),
        "milestones": milestones,
        "progress": progress,
        "course": joined([milestones, told], "\n"),
        "plan_central": _marked(central.plan, project, cites) if central else words(_NONE),
        "plan_city": _marked(city.plan, project, cites) if city else words(_NONE),
        "paid": _marked(project.disbursed, project, cites) if reported else words("chưa báo cáo"),
        "share_central": words(_percent(central.share_pct if central else None)),
        "share_city": words(_percent(city.share_pct if city else None)),
        "foreseen": _marked(project.disbursed_estimate, project, cites) or words(_NONE),
    }


def _marked(figure: Figure | None, project: ReviewProject, cites: Citations) -> Text:
    """The amount, with the mark of what is doubtful, which the notes under the table explain."""
    amount = cites.stacked(figure, 0)
    spent = [project.disbursed] if unlikely_shares(project) else []
    if figure is None or figure not in [*spent, *beyond_investment(project)]:
        return amount
    first, *others = amount.spans
    return words(first.text + _DOUBTED) + Text(tuple(others))


def _percent(share: Decimal | None) -> str:
    return f"{number(share, 1)}%" if share is not None else _NONE


def project_totals(
    projects: Sequence[ReviewProject], names: ReportNames
) -> tuple[list[Row], list[Text]]:
    """The sums of the projects' table, the last one of all of them, and what they are taken over;
    no notes for no projects.

    Where some are paid by the budget and others by investors, each have their own sum first. A
    share compares only what belongs together: the money spent on projects that have that plan with
    their plans.
    """
    public = [p for p in projects if not off_budget(p.row)]
    private = [p for p in projects if off_budget(p.row)]
    parts = [("Cộng dự án sử dụng ngân sách", public), ("Cộng dự án ngoài ngân sách", private)]
    rows = [_sums(name, part) for name, part in parts if public and private]
    notes = (*_notes_on_totals(projects), *_doubts(projects, names))
    return [*rows, _sums("Cộng", projects)], [words(note) for note in notes]


_SHARES = (
    ("share_central", _CENTRAL, "kế hoạch Thủ tướng Chính phủ giao"),
    ("share_city", _CITY, "kế hoạch thành phố giao"),
)


def _sums(name: str, projects: Sequence[ReviewProject]) -> Row:
    sums = {key: number(amount, 0) for key, amount in _amounts(projects).items()}
    sums = {key: sums.get(key, _NONE) for key in _SUMS_SAID}
    for key, plan, _ in _SHARES:
        known = _both(projects, plan)
        due = sum((due for _, due in known), Decimal(0))
        paid = sum((paid for paid, _ in known), Decimal(0))
        sums[key] = _percent(percent_of(paid, due))
    return {"name": words(name), **{key: words(said) for key, said in sums.items()}}


def _amounts(projects: Sequence[ReviewProject]) -> dict[str, Decimal]:
    """The sum of each column in which anything stands, million dong."""
    columns = {
        "plan_central": [_plan(p, _CENTRAL) for p in projects],
        "plan_city": [_plan(p, _CITY) for p in projects],
        "paid": [_amount(p.disbursed) for p in projects],
        "foreseen": [_amount(p.disbursed_estimate) for p in projects],
    }
    known = {key: [a for a in found if a is not None] for key, found in columns.items()}
    return {key: sum(found, Decimal(0)) for key, found in known.items() if found}


def _both(projects: Sequence[ReviewProject], plan: str) -> list[tuple[Decimal, Decimal]]:
    """What was spent and planned, of projects of which both are known."""
    pairs = [(_amount(p.disbursed), _plan(p, plan)) for p in projects]
    return [(paid, due) for paid, due in pairs if paid is not None and due is not None]


def _doubts(projects: Sequence[ReviewProject], names: ReportNames) -> Iterator[str]:
    """Amounts that have to be looked at, and the sums with and without these projects."""
    doubtful = [p for p in projects if is_doubtful(p)]
    if not doubtful:
        return
    found = [f"{names.place(p.row)} {'; '.join(doubts_said(p))}" for p in doubtful]
    every, sound = (
        _amounts(part) for part in (projects, [p for p in projects if not is_doubtful(p)])
    )
    sums = [
        f"{_SUMS_SAID[key]} {number(sound.get(key, Decimal(0)), 0)} thay vì {number(amount, 0)}"
        for key, amount in every.items()
        if amount != sound.get(key, Decimal(0))
    ]
    told = f" Dòng Cộng đã gồm các số ấy; nếu không tính, {', '.join(sums)}." if sums else ""
    yield f"{_DOUBTED} Số liệu cần kiểm tra: {'; '.join(found)}.{told}"


_DOUBTED = "*"
_SUMS_SAID = {
    "plan_central": "kế hoạch Thủ tướng Chính phủ giao cộng",
    "plan_city": "kế hoạch thành phố giao cộng",
    "paid": "vốn đã giải ngân, thực hiện cộng",
    "foreseen": "ước cả năm cộng",
}


def _notes_on_totals(projects: Sequence[ReviewProject]) -> Iterator[str]:
    if not projects:
        return
    every = number_text(len(projects))
    reported = sum(p.standing is not None for p in projects)
    said = f"Dòng Cộng: {part_said(reported, len(projects), 'dự án', 'đã có báo cáo')}"
    dated = (p.disbursed_as_of.date for p in projects if p.disbursed_as_of is not None)
    if days := sorted({day for day in dated if day is not None}):
        until = f"ngày {days[0]:%d/%m/%Y}"
        if days[1:]:
            until = f"những ngày từ {days[0]:%d/%m/%Y} đến {days[-1]:%d/%m/%Y}, tùy dự án"
        said += f"; số đã giải ngân, thực hiện tính đến {until}"
    yield said + "."
    over = [
        f"{number_text(len(known))} dự án có {named}"
        for _, plan, named in _SHARES
        if (known := _both(projects, plan))
    ]
    if over:
        yield (
            f"Trong {every} dự án, {' và '.join(over)}; tỷ lệ ở dòng Cộng chỉ tính trên các dự án "
            "có kế hoạch ấy."
        )


def _plan(project: ReviewProject, key: str) -> Decimal | None:
    baseline = project.baseline(key)
    return _amount(baseline.plan) if baseline else None


def _amount(figure: Figure | None) -> Decimal | None:
    return figure.number if figure is not None else None


def obstacle_notes(
    projects: Sequence[ReviewProject], names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """What stands in the way of projects, each wording once with the projects that meet it."""
    groups: dict[str, list[ReviewProject]] = {}
    for one in projects:
        if one.obstacles is not None and one.obstacles.is_given:
            groups.setdefault(same_words(one.obstacles.text), []).append(one)
    for found in sorted(groups.values(), key=len, reverse=True):
        first = found[0].obstacles
        said = shortened(first.text, _SHORT).rstrip(" .;") if first else ""
        told = [words(names.place(p.row)) + cites.cite(p.obstacles) for p in found]
        yield words(f"{said}: ") + joined(told, ", ") + words(".")


def _milestones(project: ReviewProject, cites: Citations) -> Text:
    """What was registered for the period last ended on the day of the figures, and for the year."""
    shown = [p for p in project.milestones if p in (project.due, PERIODS[-1])]
    said = [(p, cites.quoted(project.milestones[p], _MILESTONE)) for p in shown]
    return joined([words(f"Mốc {period_phrase(p)}: ") + text for p, text in said], "\n")


def _baseline(baseline: Baseline | None, cites: Citations, places: int) -> Text:
    """The plan, and how much of it was spent and will be."""
    if baseline is None:
        return Text()
    plan = cites.stacked(baseline.plan, places)
    share = f"đạt {_percent(baseline.share_pct)}" if baseline.share_pct is not None else ""
    foreseen = baseline.estimate_pct
    estimate = f"ước cả năm {_percent(foreseen)}" if foreseen is not None else ""
    return joined([plan, words(share), words(estimate)], "\n")


def _labelled(label: str, text: Text) -> Text:
    """The text with a label before it, where it does not begin with that word itself."""
    named = text.plain.casefold().startswith(label.rstrip(" :").casefold())
    return words("" if named else label) + text if text else Text()


def proposal_rows(
    proposals: Sequence[Proposal], names: ReportNames, cites: Citations
) -> Iterator[Row]:
    """What agencies ask for, each wording once with all who ask so; what most ask for first."""
    groups: dict[str, list[Proposal]] = {}
    for one in proposals:
        groups.setdefault(same_words(one.text), []).append(one)
    for count, found in enumerate(sorted(groups.values(), key=_askers, reverse=True), 1):
        asking: dict[str, list[Proposal]] = {}
        for one in found:
            asking.setdefault(one.agency, []).append(one)
        by = [_asked_by(agency, own, names, cites) for agency, own in asking.items()]
        abouts = dict.fromkeys(about for one in found for about in _abouts([one], names))
        yield {
            "no": words(str(count)),
            "text": words(shortened(found[0].text)),
            "agency": joined(by, "; "),
            "about": words(", ".join(abouts) or "Chung"),
            "count": words(number_text(len(asking))),
        }


def proposals_said(proposals: Sequence[Proposal]) -> str:
    """How often agencies ask for something, and for how many things; "" for nothing."""
    if not proposals:
        return ""
    agencies = number_text(len({one.agency for one in proposals}))
    matters = number_text(len({same_words(one.text) for one in proposals}))
    count = number_text(len(proposals))
    return f"{agencies} cơ quan nêu {count} lượt kiến nghị, đề xuất với {matters} nội dung"


def _askers(proposals: Sequence[Proposal]) -> int:
    return len({one.agency for one in proposals})


def _asked_by(
    agency: str, proposals: Sequence[Proposal], names: ReportNames, cites: Citations
) -> Text:
    """An agency, what it asks about where that is no general matter, and the cells."""
    abouts = _abouts(proposals, names)
    about = f" ({', '.join(abouts)})" if abouts else ""
    return words(names.agency(agency) + about) + cites.cite(*(one.figure for one in proposals))


def _abouts(proposals: Sequence[Proposal], names: ReportNames) -> list[str]:
    """The places of the directive's rows at which proposals stand."""
    return [*dict.fromkeys(filter(None, (names.about(one.row) for one in proposals)))]
