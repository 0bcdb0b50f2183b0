"""The report's table of projects: spent against each plan, milestones, what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from models.domain.consolidation import Figure
from models.domain.cycle.letter_phrases import number_text, part_said, shown_number
from models.domain.notation.rounding import percent_of
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.rule_settings import RuleSettings
from models.domain.register.catalogue import PERIODS, CatalogueRow, period_phrase
from models.domain.results.report_goals import days_told
from models.domain.results.report_text import (
    DOUBTED,
    Citations,
    ReportNames,
    Text,
    in_doubt,
    joined,
    number,
    places_of,
    same_words,
    shortened,
    under,
    words,
)
from models.domain.review.lines import Baseline, ReviewProject
from models.domain.review.spending import doubted_amounts, doubts_said, is_doubtful, off_budget

Row = Mapping[str, Text]
_SHORT = 300  # letters of a text in a narrow cell
_MILESTONE = 150
_NONE = "-"  # in a table of numbers
_CENTRAL, _CITY, _OWN = "plan_central", "plan_city", "own_plan"
REGISTERED = "đăng ký đầu năm"


def project_places(projects: Iterable[ReviewProject]) -> int:
    """With how many decimals the amounts of all projects of a table are printed."""
    amounts = [
        amount.normalize()
        for p in projects
        for amount in (
            _amount(p.disbursed),
            _amount(p.disbursed_estimate),
            *(_plan(p, name) for name in (_CENTRAL, _CITY)),
            _plan(p, _OWN) if off_budget(p.row) else None,
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
    disbursed = _marked(project.disbursed, project, cites, places)
    if disbursed and as_of is not None and as_of.is_given:
        disbursed = disbursed + words(f"\n(đến {one_line(as_of.text, 20)})")
    estimate = _marked(project.disbursed_estimate, project, cites, places)
    foreseen = words("ước năm: ") + estimate if estimate else Text()
    agency = project.standing.agency if project.standing else project.row.lead
    reported = project.standing is not None
    milestones = _milestones(project, cites)
    progress = joined(
        [
            cites.quoted(project.progress, _SHORT),
            under("Vướng mắc", cites.quoted(project.obstacles, _SHORT)),
            under("Nguyên nhân", cites.quoted(project.causes, _SHORT)),
        ],
        " ",
    )
    told = under("Tiến độ", progress) if milestones and project.progress else progress
    central, city = project.baseline(_CENTRAL), project.baseline(_CITY)
    registered = _registered(project)
    due = city or registered
    return {
        "no": words(str(count)),
        "place": words(names.place(project.row)),
        "name": words(names.of_work(project.row)),
        "agency": words(names.agency(agency) if agency else ""),
        "disbursed": disbursed if reported else words("chưa báo cáo"),
        "estimate": estimate,
        "spent": joined([disbursed, foreseen], "\n") if reported else words("chưa báo cáo"),
        "central": _baseline(central, cites, places),
        "city": _baseline(city, cites, places)
        or under(REGISTERED.capitalize(), _baseline(registered, cites, places)),
        "milestones": milestones,
        "progress": progress,
        "course": joined([days_told(project, cites), milestones, told], "\n"),
        "plan_central": _marked(central.plan, project, cites) if central else words(_NONE),
        "plan_city": _due_of(project, cites),
        "paid": _marked(project.disbursed, project, cites) if reported else words("chưa báo cáo"),
        "share_central": words(_percent(central.share_pct if central else None)),
        "share_city": words(_percent(due.share_pct if due else None)),
        "foreseen": _marked(project.disbursed_estimate, project, cites) or words(_NONE),
    }


def _registered(project: ReviewProject) -> Baseline | None:
    """What was registered for a project that investors pay for: it has no other yardstick."""
    return project.baseline(_OWN) if off_budget(project.row) else None


def _due_of(project: ReviewProject, cites: Citations) -> Text:
    """The city's plan; of a project that investors pay for what was registered, and that it was."""
    city, registered = project.baseline(_CITY), _registered(project)
    if city is not None:
        return _marked(city.plan, project, cites)
    if registered is None:
        return words(_NONE)
    return _marked(registered.plan, project, cites) + words(f"\n({REGISTERED})")


def yardstick_notes(
    projects: Sequence[ReviewProject], names: ReportNames, settings: RuleSettings
) -> Iterator[str]:
    """Whose registration is far from the city's plan, and whose year is foreseen above its plan or
    its registration."""
    apart = [
        f"{names.place(p.row)} (đăng ký {number(own, 0)}, kế hoạch thành phố giao {number(due, 0)})"
        for p, own, due in registered_apart(projects, settings)
    ]
    if apart:
        share = shown_number(settings.registration_gap)
        yield (
            f"Vốn đăng ký đầu năm lệch kế hoạch thành phố giao quá {share}%, đề nghị đối chiếu: "
            f"{'; '.join(apart)}."
        )
    above = [f"{names.place(p.row)} ({', '.join(said)})" for p, said in foreseen_above(projects)]
    if above:
        yield f"Ước cả năm vượt 100% kế hoạch hoặc mức đăng ký, đề nghị làm rõ: {'; '.join(above)}."


def registered_apart(
    projects: Iterable[ReviewProject], settings: RuleSettings
) -> list[tuple[ReviewProject, Decimal, Decimal]]:
    """Those whose registration is far from the city's plan, with both."""
    return [
        (p, own, due)
        for p in projects
        if (own := _plan(p, _OWN)) is not None and (due := _plan(p, _CITY))
        if abs(own - due) * 100 > settings.registration_gap * due
    ]


def foreseen_above(projects: Iterable[ReviewProject]) -> list[tuple[ReviewProject, list[str]]]:
    """Those whose year is foreseen above a plan or the registration, with by how much of which."""
    return [(project, said) for project in projects if (said := [*_above(project)])]


def _above(project: ReviewProject) -> Iterator[str]:
    for one in project.baselines:
        if one.estimate_pct is not None and one.estimate_pct > 100:
            named = f"{one.name[:1].lower()}{one.name[1:]}"
            yield f"{_percent(one.estimate_pct)} {named}"


def under_headings(
    projects: Sequence[ReviewProject], rows: Sequence[Row]
) -> Iterator[tuple[str, Sequence[Row]]]:
    """The projects' rows by the headings of the directive they stand under, with how many."""
    pairs = zip(projects, rows, strict=True)
    for title, found in groupby(pairs, key=lambda pair: one_line(pair[0].row.group)):
        of_group = [row for _, row in found]
        said = f"{title}: {number_text(len(of_group))} dự án"
        yield said if title else "", of_group


def _marked(
    figure: Figure | None, project: ReviewProject, cites: Citations, places: int | None = 0
) -> Text:
    """The amount, with the mark of what is doubtful, which the notes under the table explain."""
    amount = cites.stacked(figure, places)
    return in_doubt(amount) if figure in doubted_amounts(project) else amount


def _percent(share: Decimal | None) -> str:
    return f"{number(share, 1)}%" if share is not None else _NONE


def project_totals(
    projects: Sequence[ReviewProject], names: ReportNames
) -> tuple[list[Row], list[Text]]:
    """The sums of the projects' table, the last one of all of them, and what they are taken over;
    no notes for no projects.

    Where some are paid by the budget and others by investors, each have their own sum first, and
    the sum of both has no share: the money of investors has no plan. A share compares only what
    belongs together: the money spent on projects that have that plan with their plans.
    """
    lines = [*_lines(projects)]
    notes = (
        *_notes_on_totals(projects, both=len(lines) > 1),
        *heading_notes(p.row for p in projects),
        *_doubts(projects, names),
    )
    return [line for line, _ in lines], [words(note) for note in notes]


def heading_notes(rows: Iterable[CatalogueRow]) -> list[str]:
    """What is odd about the headings that rows stand under, with the heading to the letter."""
    odd = {row.group_number: row for row in rows if row.group_note}
    return [
        f"Mục {number} Phụ lục {row.appendix} của Chỉ thị in tiêu đề «{row.group_printed}». "
        f"{row.group_note.rstrip('.')}."
        for number, row in odd.items()
    ]


def _lines(
    projects: Sequence[ReviewProject],
) -> Iterator[tuple[dict[str, Text], Sequence[ReviewProject]]]:
    """The lines of sums, each with the projects it is taken over."""
    public = [p for p in projects if not off_budget(p.row)]
    private = [p for p in projects if off_budget(p.row)]
    both = bool(public and private)
    if both:
        yield _sums("Cộng dự án sử dụng ngân sách", public), public
        yield _sums_of_investors("Cộng dự án ngoài ngân sách", private), private
    total = _sums("Cộng", projects)
    if both:
        total |= {key: words(_NONE) for key, _, _ in _SHARES}
    yield total, projects


_SHARES = (
    ("share_central", _CENTRAL, "kế hoạch Thủ tướng Chính phủ giao"),
    ("share_city", _CITY, "kế hoạch thành phố giao"),
)


def _sums(name: str, projects: Sequence[ReviewProject]) -> dict[str, Text]:
    sums = {key: number(amount, 0) for key, amount in _amounts(projects).items()}
    sums = {key: sums.get(key, _NONE) for key in _COLUMNS}
    for key, plan, _ in _SHARES:
        known = _both(projects, plan)
        due = sum((due for _, due in known), Decimal(0))
        paid = sum((paid for paid, _ in known), Decimal(0))
        sums[key] = _percent(percent_of(paid, due))
    return {"name": words(name), **{key: words(said) for key, said in sums.items()}}


def _sums_of_investors(name: str, projects: Sequence[ReviewProject]) -> dict[str, Text]:
    """The same of projects of investors: of what was registered for them, and what share of it was
    carried out by those that have both figures."""
    sums = _sums(name, projects)
    registered = [r for p in projects if (r := _registered(p))]
    if not registered:
        return sums
    due = sum((one.plan.number or Decimal(0) for one in registered), Decimal(0))
    known = [
        (paid, one.plan.number)
        for p in projects
        if (one := _registered(p)) and (paid := _amount(p.disbursed)) is not None
    ]
    paid = sum((paid for paid, _ in known), Decimal(0))
    of_known = sum((plan or Decimal(0) for _, plan in known), Decimal(0))
    return sums | {
        "plan_city": words(f"{number(due, 0)}\n({REGISTERED})"),
        "share_city": words(_percent(percent_of(paid, of_known))),
    }


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
    told = [f"dòng {said}" for line in _lines(projects) if (said := _without_doubtful(*line))]
    beside = (
        f" Các dòng cộng đã gồm các số ấy; nếu không tính các dự án này: {'; '.join(told)}."
        if told
        else ""
    )
    yield f"{doubts_noted(projects, names)}{beside}"


def _without_doubtful(line: dict[str, Text], projects: Sequence[ReviewProject]) -> str:
    """What a line of sums would come to without its doubtful projects; "" where it has none."""
    sound = [p for p in projects if not is_doubtful(p)]
    if len(sound) == len(projects):
        return ""
    name = line["name"].plain
    make = _sums_of_investors if projects and all(off_budget(p.row) for p in projects) else _sums
    without = make(name, sound)
    changed = [
        f"{said} {_on_one_line(without[key])} thay vì {_on_one_line(line[key])}"
        for key, said in _SUMS_SAID.items()
        if line[key].plain not in (_NONE, without[key].plain)
    ]
    return f"{name}: {', '.join(changed)}" if changed else ""


def _on_one_line(cell: Text) -> str:
    return cell.plain.partition("\n")[0]


def doubts_noted(projects: Sequence[ReviewProject], names: ReportNames) -> str:
    """What the mark of doubt beside amounts means, project by project; "" where none is marked."""
    doubtful = [p for p in projects if is_doubtful(p)]
    found = [f"{names.place(p.row)} {'; '.join(doubts_said(p))}" for p in doubtful]
    return f"{DOUBTED} Số liệu cần kiểm tra: {'; '.join(found)}." if found else ""


_COLUMNS = ("plan_central", "plan_city", "paid", "foreseen")
_SUMS_SAID = {
    "plan_central": "kế hoạch Thủ tướng Chính phủ giao",
    "plan_city": "kế hoạch thành phố giao hoặc mức đăng ký",
    "paid": "vốn đã giải ngân, thực hiện",
    "share_central": "tỷ lệ so với kế hoạch Thủ tướng Chính phủ giao",
    "share_city": "tỷ lệ so với kế hoạch thành phố giao hoặc mức đăng ký",
    "foreseen": "ước cả năm",
}


def _notes_on_totals(projects: Sequence[ReviewProject], *, both: bool) -> Iterator[str]:
    if not projects:
        return
    every = number_text(len(projects))
    reported = sum(p.standing is not None for p in projects)
    said = f"Dòng Cộng: {part_said(reported, len(projects), 'dự án', 'đã có báo cáo')}"
    if days := days_of(projects):
        said += f"; số đã giải ngân, thực hiện tính đến {days}"
    yield said + "."
    over = [
        f"{number_text(len(known))} dự án có {named}"
        for _, plan, named in _SHARES
        if (known := _both(projects, plan))
    ]
    if over:
        said = f"Trong {every} dự án, {' và '.join(over)}"
        if both:
            yield (
                f"{said}; tỷ lệ ở các dòng cộng chỉ tính trên các dự án có kế hoạch ấy, dòng Cộng "
                "sau cùng gồm cả vốn của nhà đầu tư nên không ghi tỷ lệ."
            )
        else:
            yield f"{said}; tỷ lệ ở dòng Cộng chỉ tính trên các dự án có kế hoạch ấy."


def days_of(projects: Sequence[ReviewProject]) -> str:
    """As of when the projects' figures are, behind "đến"; "" where none says."""
    return days_said([p.disbursed_as_of for p in projects], "dự án")


def days_said(as_of: Iterable[Figure | None], kind: str) -> str:
    """As of which days figures are, behind "đến"; "" where none says. `kind`: whose they are."""
    days = sorted({one.date for one in as_of if one is not None and one.date is not None})
    if not days[1:]:
        return f"ngày {days[0]:%d/%m/%Y}" if days else ""
    return f"những ngày từ {days[0]:%d/%m/%Y} đến {days[-1]:%d/%m/%Y}, tùy {kind}"


def _plan(project: ReviewProject, key: str) -> Decimal | None:
    baseline = project.baseline(key)
    return _amount(baseline.plan) if baseline else None


def _amount(figure: Figure | None) -> Decimal | None:
    return figure.number if figure is not None else None


def obstacle_notes(
    projects: Sequence[ReviewProject], names: ReportNames, cites: Citations
) -> Iterator[Text]:
    """What stands in the way of projects, then the causes agencies name, each wording once with the
    projects it is told of.
    """
    obstacles = [(p, p.obstacles) for p in projects]
    told = ("Vướng mắc", obstacles), ("Nguyên nhân", _causes(projects))
    for label, figures in told:
        groups: dict[str, list[tuple[ReviewProject, Figure]]] = {}
        for project, figure in figures:
            if figure is not None and figure.is_given:
                groups.setdefault(same_words(figure.text), []).append((project, figure))
        for found in sorted(groups.values(), key=len, reverse=True):
            said = shortened(found[0][1].text, _SHORT).rstrip(" .;")
            where = [words(names.place(p.row)) + cites.cite(figure) for p, figure in found]
            yield under(label, words(f"{said}: ")) + joined(where, ", ") + words(".")


def _causes(projects: Iterable[ReviewProject]) -> list[tuple[ReviewProject, Figure | None]]:
    """Whose causes are not once more what stands in the way."""

    def told(figure: Figure | None) -> str:
        return same_words(figure.text) if figure is not None else ""

    return [(p, p.causes) for p in projects if told(p.causes) != told(p.obstacles)]


def milestones_said(projects: Sequence[ReviewProject]) -> str:
    """Which milestones the table holds: the year's, those that had fallen due, and how many
    projects have none.

    >>> milestones_said([])
    'Mốc: cơ quan đăng ký đầu năm; không dự án nào có mốc đã đăng ký.'
    """
    shown = [{*p.milestones} & {p.due, PERIODS[-1]} for p in projects]
    year = sum(PERIODS[-1] in found for found in shown)
    due = sum(bool(found - {PERIODS[-1]}) for found in shown)
    none = sum(not found for found in shown)
    doubted = any(map(is_doubtful, projects))
    marked = f" Dấu «{DOUBTED}»: số liệu cần kiểm tra, xem phần VII." if doubted else ""
    if not year and not due:
        return f"Mốc: cơ quan đăng ký đầu năm; không dự án nào có mốc đã đăng ký.{marked}"
    parts = [f"mốc cả năm ({number_text(year)} dự án)"] if year else []
    if due:
        parts.append(f"mốc gần nhất đã đến hạn theo ngày số liệu ({number_text(due)} dự án)")
    rest = "" if due else "; không dự án nào đăng ký mốc trong năm đã đến hạn theo ngày số liệu"
    rest += f"; {number_text(none)} dự án chưa đăng ký mốc" if none else ""
    return f"Mốc: cơ quan đăng ký đầu năm, gồm {' và '.join(parts)}{rest}.{marked}"


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
