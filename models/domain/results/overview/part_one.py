"""Part I of the report: its counts, most important first, and what has to be known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from models.domain.consolidation import Consolidation
from models.domain.consolidation.wording import came_said, without_answer_said
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import counts_said, listed, number_text, part_said
from models.domain.notation.vietnamese_text import one_line
from models.domain.register.agencies import AgencyKind
from models.domain.register.catalogue import Catalogue
from models.domain.register.target_revisions import UNCONFIRMED
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results import report_work as work
from models.domain.results.overview.caveats import caveats_of
from models.domain.results.overview.main_results import main_results
from models.domain.results.overview.on_the_way import commitments_said, milestones_said
from models.domain.results.overview.open_matters import whole_city_targets
from models.domain.results.overview.two_sided import (
    judged_elsewhere,
    judged_twice,
    measures_said,
)
from models.domain.results.report_goals import goals_briefly
from models.domain.results.report_projects import days_of, days_said
from models.domain.results.report_text import Citations, ReportNames, Text, words
from models.domain.review.pace_wording import judged_ground_said
from models.domain.review.review import Review
from models.domain.review.states import TaskBucket
from models.domain.review.wording import figures_said, open_tasks


def overview(
    consolidation: Consolidation,
    review: Review,
    catalogue: Catalogue,
    names: ReportNames,
    cites: Citations,
) -> Iterator[Text]:
    """The main results, then the counts, most important first. Counts lead to the tables, not to
    one cell."""
    h, r = consolidation.headline, review.headline
    t = h.timeliness
    came = came_said(h.timeliness, h.extended)
    rest = f"; {left}" if (left := without_answer_said(t, h.apart)) else ""
    if h.unreached:
        rest += f"; thư của Văn phòng không tới {number_text(h.unreached)} cơ quan"
    accepted = part_said(h.answered, h.asked, "cơ quan, đơn vị", "có báo cáo được tiếp nhận")
    yield words(f"Về việc gửi báo cáo: {accepted}{f' ({came})' if came else ''}{rest}.")
    yield from _without_plan(consolidation, review)
    caveats = caveats_of(consolidation, catalogue, names.agency)
    yield from main_results(review, caveats, names, cites)
    o = r.outcomes
    reached = counts_said(
        ("vượt {}", o[Judgement.EXCEEDED]),
        ("đạt {}", o[Judgement.MET]),
        ("đạt mức giao nhưng chưa đạt mức phấn đấu {}", o[Judgement.FLOOR_MET]),
        between=", ",
    )
    outcomes = counts_said(
        (f"{{}} chỉ tiêu đạt và vượt ({reached})", r.met),
        ("{} chỉ tiêu không đạt", r.not_met),
        ("{} chỉ tiêu chưa có số liệu", r.no_data),
        ("{} chỉ tiêu chờ đánh giá", r.awaiting),
        ("{} chỉ tiêu chưa đánh giá được", r.cannot_be_judged),
    )
    if outcomes:
        judged = f"; trong đó {number_text(r.by_person)} do người đánh giá" if r.by_person else ""
        days = days_said([i.as_of for i in review.indicators], "chỉ tiêu")
        rows = [one.row for one in review.indicators]
        beside = (
            measures_said(rows, catalogue, doubled=True),
            f"số thực hiện đến {days}" if days else "",
        )
        remarks = "; ".join(filter(None, beside))
        counted = f"{number_text(r.indicators)} chỉ tiêu{f' ({remarks})' if remarks else ''}"
        yield words(f"Về chỉ tiêu: trong {counted}, {outcomes}{judged}.")
    yield from judged_twice(consolidation.conflicts, review, names, cites)
    yield from _whole_city(review, catalogue)
    yield from judged_elsewhere(review, names)
    yield from _several_measures(review)
    day = consolidation.as_of.astimezone(HANOI).date()
    kept = commitments_said(review, names, day)
    parts = ["; ".join(filter(None, (_kinds(review), kept))), milestones_said(review, names)]
    if said := " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part):
        yield words(said)
    b = r.buckets
    until = f" ({told})" if (told := figures_said(r.tasks_reported, names.agency)) else ""
    own = work.by_own_deadlines(review)
    done = counts_said(
        ("đúng hạn {}", b[TaskBucket.DONE_ON_TIME]),
        ("quá hạn {}", b[TaskBucket.DONE_LATE]),
        ("không có thời hạn {}", b[TaskBucket.DONE_NO_DEADLINE]),
        between=", ",
    )
    how = f" ({done})" if b[TaskBucket.DONE_ON_TIME] != r.done else ", đều đúng hạn"
    tasks = counts_said(
        (f"{{}} đã hoàn thành{how}{own}", r.done),
        *open_tasks(r),
    )
    if r.tasks:
        given = f"trong {number_text(r.tasks)} nhiệm vụ được giao{until}"
        yield words(f"Về nhiệm vụ: {given}, {tasks}.")
    conflicts = (
        f"có {number_text(h.conflicts)} số liệu mâu thuẫn giữa các nguồn đang chờ quyết định"
        if h.conflicts
        else "không có số liệu mâu thuẫn nào chờ quyết định"
    )
    reported = part_said(r.projects_reported, r.projects, "dự án", "đã được báo cáo")
    days = days_of(review.projects)
    projects = f"{reported}{f', số liệu đến {days}' if days else ''}"
    if goals := goals_briefly(review.projects, catalogue.year):
        projects = f"{goals} (phần VII); {projects}"
    projects = f"Về dự án trọng điểm: {projects}. "
    proposals = f"; {asked}" if (asked := work.proposals_said(review.proposals)) else ""
    yield words(f"{projects if r.projects else ''}Về số liệu: {conflicts}{proposals}.")


def _kinds(review: Review) -> str:
    """Whether the figures are estimates or final; "" where nobody says."""
    r = review.headline
    told = r.indicators - r.no_data
    same = sum(i.repeats_to_date for i in review.indicators)
    again = (
        f", trong đó {number_text(same)} số bằng đúng số thực hiện đến ngày số liệu" if same else ""
    )
    for count, said in ((r.estimates, "số ước thực hiện"), (r.actuals, "số chính thức")):
        if told and count == told:
            which = "" if told == r.indicators else " có số liệu"
            return f"cả {number_text(told)} chỉ tiêu{which} là {said}{again}"
    kinds = counts_said(
        (f"{{}} số ước thực hiện{again}", r.estimates),
        ("{} số chính thức", r.actuals),
        between="; ",
    )
    return f"số liệu gồm {kinds}" if kinds else ""


def _without_plan(consolidation: Consolidation, review: Review) -> Iterator[Text]:
    """How many have no plan of the year's beginning to be measured by, and why: who could not be
    asked in the cycle before, then of whom none was accepted."""
    came = Counter(a.came_from for a in consolidation.agencies if a.came_from)
    told = [
        f"Trong {number_text(consolidation.headline.asked)} cơ quan, đơn vị phải báo cáo, "
        f"{number_text(count)} cơ quan chưa được đề nghị báo cáo ở kỳ trước vì khi đó địa bàn "
        f"thuộc {province}; vì vậy không có mức cam kết, kế hoạch đầu năm để so sánh."
        for province, count in sorted(came.items())
    ]
    lacking = [a for a in consolidation.agencies if a.agency in review.without_plan]
    communes = sum(a.kind is AgencyKind.COMMUNE for a in lacking)
    others = [one_line(a.name) for a in lacking if a.kind is not AgencyKind.COMMUNE]
    parts = (
        counts_said(
            (
                "{} xã, phường, đặc khu không có kế hoạch đầu năm được tiếp nhận (kế hoạch của "
                "quận, huyện trước đó chưa được tiếp nhận)",
                communes,
            )
        ),
        f"{listed(others, 'cơ quan').replace('; ', ', ')} chưa có kế hoạch đầu năm"
        if others
        else "",
    )
    if said := "; ".join(filter(None, parts)):
        told.append(f"Ngoài ra, {said}." if told else f"{said[0].upper()}{said[1:]}.")
    if told:
        yield words(" ".join(told))


def _whole_city(review: Review, catalogue: Catalogue) -> Iterator[Text]:
    """How many targets for the whole city nobody reported against."""
    held, silent = whole_city_targets(review)
    if held:
        others = sum(one.grounds[Territory.WHOLE].target is None for one in held)
        targets = [one.grounds[Territory.WHOLE].target for one in held]
        assumed = sum(target.assumed for target in targets if target is not None)
        doubled = measures_said([one.row for one in held], catalogue)
        counted = counts_said(
            ("{} chỉ tiêu chỉ có mức giao khác", others), (f"{{}} mức {UNCONFIRMED}", assumed)
        )
        remarks = "; ".join(filter(None, (doubled, counted)))
        lacking = measures_said([one.row for one in silent], catalogue)
        without = f"{number_text(len(silent))} chỉ tiêu{f' ({lacking})' if lacking else ''} chưa có"
        yield words(
            f"Trong {number_text(len(held))} chỉ tiêu Văn phòng đã ghi nhận mức giao cho toàn "
            f"thành phố sau hợp nhất{f' ({remarks})' if remarks else ''}, "
            f"{without if silent else 'chỉ tiêu nào cũng có'} số liệu toàn thành phố (phần III). "
            f"{judged_ground_said(review.territory)}".rstrip()
        )


def _several_measures(review: Review) -> Iterator[Text]:
    """That some measures have several official targets, and where each is judged by name."""
    names: dict[str, None] = {}
    count = told = 0
    for one in review.indicators:
        beside = [b for r in one.grounds.values() for b in r.baselines]
        names |= {b.target.baseline: None for b in beside}
        count += bool(beside)
        told += any(r.baselines and r.value is not None for r in one.grounds.values())
    compared = "chưa chỉ tiêu nào có số của địa bàn ấy để so với từng mức"
    if told:
        which = "số cả năm" if told == count else f"{number_text(told)} chỉ tiêu đã có số,"
        compared = f"{which} được so với từng mức theo tên"
    if count:
        yield words(
            f"{number_text(count)} chỉ tiêu có thêm mức giao khác ({'; '.join(names)}); {compared} "
            "(phần III), đánh giá chung theo mức đang áp dụng cho địa bàn được đánh giá."
        )
