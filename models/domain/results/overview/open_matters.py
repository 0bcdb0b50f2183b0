"""What a review leaves open: one list, of which report and letter tell each kind by one count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.wholes import WholeAndParts, in_scenario
from models.domain.cycle.letter_phrases import listed, number_text
from models.domain.reading.office import Office
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow
from models.domain.register.districts import ENDED_ON, works_on_districts
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.report_goals import goals_open
from models.domain.results.report_projects import foreseen_above, registered_apart
from models.domain.results.report_scenario import doubted_causes
from models.domain.results.report_text import shortened
from models.domain.results.report_work import (
    askers,
    asking_later,
    same_proposals,
    unfit_proofs,
)
from models.domain.review.headline import doings_of
from models.domain.review.lines import Proposal, ReviewIndicator
from models.domain.review.pace_wording import RowNamer
from models.domain.review.review import Review
from models.domain.review.spending import is_doubtful
from models.domain.review.states import TaskBucket

_QUOTED = 300  # letters of what most agencies ask for
_PLACES = 4  # rows named of one kind
_NAMED_BRIEFLY = 2  # kinds that the letter counts by name


class MatterKind(StrEnum):
    """What is left open, in the order of the report's end; the values are its words."""

    CONFLICT = "số liệu chưa thống nhất giữa các nguồn"
    WHOLE = "trường hợp số chung và số thành phần cần đối chiếu"
    LINK = "trường hợp số của hai chỉ tiêu liên quan chưa thống nhất"
    AWAITING = "chỉ tiêu chờ đánh giá"
    LEVEL = "chỉ tiêu có mức giao chờ xác nhận"
    NO_LEVEL = "chỉ tiêu chưa có mức giao cho địa bàn được đánh giá"
    NO_WHOLE = "chỉ tiêu chưa có số liệu toàn thành phố"
    LATER = "nhiệm vụ được giao cơ quan đề nghị lùi thời hạn"
    OVERDUE = "nhiệm vụ quá hạn chưa hoàn thành"
    UNHEARD = "nhiệm vụ đến hạn sau ngày báo cáo, chưa có số liệu mới"
    DISTRICTS = "nhiệm vụ, dự án về cấp huyện, cấp đã kết thúc hoạt động"
    PROOF = "nhiệm vụ có văn bản chứng minh cần làm rõ"
    CAUSE = "nguyên nhân cần làm rõ"
    GOAL = "dự án chưa rõ đã khởi công, khánh thành hay chưa"
    DOUBTFUL = "dự án có số vốn cần kiểm tra, đối chiếu hoặc làm rõ"
    MISSING = "cơ quan quá hạn, chưa gửi báo cáo"
    NOT_TAKEN = "cơ quan quá hạn, báo cáo chưa được tiếp nhận"
    HELD = "cơ quan có thư chờ Văn phòng xử lý"
    PROPOSAL = "nội dung kiến nghị, đề xuất của các cơ quan"


_PARTS = {
    MatterKind.CONFLICT: "phần IV",
    MatterKind.AWAITING: "phần II",
    MatterKind.LEVEL: "phần III",
    MatterKind.NO_LEVEL: "phần II",
    MatterKind.NO_WHOLE: "phần III",
    MatterKind.LATER: "phần VI",
    MatterKind.OVERDUE: "phần VI",
    MatterKind.UNHEARD: "phần VI",
    MatterKind.PROOF: "phần VI",
    MatterKind.CAUSE: "phần V",
    MatterKind.GOAL: "phần VII",
    MatterKind.DOUBTFUL: "phần VII, IX",
    MatterKind.MISSING: "phần VIII",
    MatterKind.NOT_TAKEN: "phần VIII",
    MatterKind.HELD: "phần VIII",
    MatterKind.PROPOSAL: "phần IX",
}
#: In the letter, of kinds that its other lines do not name already, the gravest first.
_BRIEFLY = {
    MatterKind.LATER: "đề nghị lùi thời hạn {} nhiệm vụ",
    MatterKind.LEVEL: "{} mức giao chờ xác nhận",
    MatterKind.NO_LEVEL: "{} chỉ tiêu chưa có mức giao",
    MatterKind.NO_WHOLE: "{} chưa có số toàn thành phố",
    MatterKind.DISTRICTS: "{} nhiệm vụ về cấp huyện",
    MatterKind.PROOF: "{} nhiệm vụ có văn bản cần làm rõ",
    MatterKind.CAUSE: "{} nguyên nhân cần làm rõ",
    MatterKind.GOAL: "{} dự án chưa rõ khởi công",
    MatterKind.DOUBTFUL: "{} dự án cần kiểm tra số",
    MatterKind.PROPOSAL: "{} kiến nghị",
}


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """So many of one kind; `named` are the first of them, or what else the report says of it."""

    kind: MatterKind
    count: int
    named: str = ""
    part: str = ""  # of the report, that has all of them; "" for the part that has all of the kind

    @property
    def said(self) -> str:
        """As the report's end tells it, with the part that has all of them."""
        beside = "; ".join(filter(None, (self.named, self.part or _PARTS[self.kind])))
        if self.kind is MatterKind.LATER:
            return f"đề nghị lùi thời hạn {number_text(self.count)} nhiệm vụ được giao ({beside})"
        return f"{number_text(self.count)} {self.kind.value} ({beside})"


def open_matters(
    consolidation: Consolidation,
    review: Review,
    place: RowNamer,
    name: RowNamer,
    office: Office,
) -> list[OpenMatter]:
    """Every kind of which anything is open, each counted once for report and letter.

    `place` says where a row stands, `name` what it is called. What is held of an agency that has
    since been accepted is only to be filed, and asks for no decision.
    """

    def placed(kind: MatterKind, rows: Iterable[CatalogueRow], part: str = "") -> OpenMatter:
        places = [place(row) for row in rows]
        named = listed(places, "dòng", _PLACES).replace("; ", ", ")
        return OpenMatter(kind, len(places), named, part)

    timeliness = consolidation.headline.timeliness
    conflicts = [c.number for c in consolidation.conflicts if c.is_open]
    unfit = [one for one in consolidation.wholes if one.fault is not None]
    links = [one for one in unfit if one.link is not None]
    wholes = [one for one in unfit if one.link is None]
    catalogue = office.catalogue_of(consolidation.cycle)
    districts = list(works_of_districts(review, catalogue.year))
    indicators, buckets = review.indicators, review.headline.buckets
    unclear = goals_open(review.projects)
    judged = [one for one in indicators if one.has_value]
    matters = [
        OpenMatter(MatterKind.CONFLICT, len(conflicts), ", ".join(conflicts)),
        OpenMatter(MatterKind.WHOLE, len(wholes), part=_where_unfit(wholes, catalogue)),
        OpenMatter(MatterKind.LINK, len(links), part=_where_unfit(links, catalogue)),
        placed(MatterKind.AWAITING, (i.row for i in judged if i.outcome is Judgement.AWAITING)),
        placed(MatterKind.LEVEL, (i.row for i in indicators if _is_assumed(i))),
        placed(MatterKind.NO_LEVEL, (i.row for i in judged if _has_no_level(i))),
        OpenMatter(MatterKind.NO_WHOLE, len(whole_city_targets(review)[1])),
        placed(MatterKind.LATER, (task.row for task, _ in asking_later(review.tasks))),
        OpenMatter(MatterKind.OVERDUE, buckets[TaskBucket.OVERDUE]),
        OpenMatter(
            *(MatterKind.UNHEARD, buckets[TaskBucket.UNHEARD], review.headline.tasks_asked.said)
        ),
        placed(MatterKind.DISTRICTS, districts, _where_told(districts)),
        placed(MatterKind.PROOF, _proofs_asked(review)),
        OpenMatter(MatterKind.CAUSE, len(doubted_causes(review.scenario, name))),
        OpenMatter(MatterKind.GOAL, len(unclear), ", ".join(place(p.row) for p in unclear)),
        placed(MatterKind.DOUBTFUL, _money_asked(review, office)),
        OpenMatter(MatterKind.MISSING, timeliness[Timeliness.MISSING]),
        OpenMatter(MatterKind.NOT_TAKEN, timeliness[Timeliness.OVERDUE]),
        OpenMatter(
            MatterKind.HELD, sum(bool(a.held) and not a.answered for a in consolidation.agencies)
        ),
        _most_proposed(review.proposals),
    ]
    return [one for one in matters if one.count]


def matters_briefly(matters: Iterable[OpenMatter]) -> str:
    """For the letter, in one line, the kinds that no other line of it counts; "" for none.

    The gravest are named, the others counted: a reader on a telephone has two minutes.
    """
    counts = {m.kind: number_text(m.count) for m in matters}
    told = [said.format(counts[kind]) for kind, said in _BRIEFLY.items() if kind in counts]
    named, rest = "; ".join(told[:_NAMED_BRIEFLY]), len(told) - _NAMED_BRIEFLY
    beside = f" và {number_text(rest)} loại việc khác" if rest > 0 else ""
    return f"Việc khác (cuối báo cáo): {named}{beside}" if told else ""


def whole_city_targets(
    review: Review,
) -> tuple[Sequence[ReviewIndicator], Sequence[ReviewIndicator]]:
    """The indicators of another ground with a target for the whole city, too, and those of them of
    which nobody tells the whole city's value."""
    held, silent = [], []
    for one in review.indicators:
        whole = one.grounds.get(Territory.WHOLE)
        if one.territory is Territory.WHOLE or whole is None:
            continue
        if whole.target is not None or whole.baselines:
            held.append(one)
            silent += [one] if whole.value is None else []
    return held, silent


def _is_assumed(one: ReviewIndicator) -> bool:
    """Whether the office has yet to confirm what was set for any of its grounds."""
    targets = [
        t for r in one.grounds.values() for t in (r.target, *(b.target for b in r.baselines))
    ]
    return any(target is not None and target.assumed for target in targets)


def _has_no_level(one: ReviewIndicator) -> bool:
    """Whether it cannot be judged since nothing is set for the ground that counts."""
    unknown = one.outcome is Judgement.UNKNOWN
    return unknown and one.result is not None and one.result.target is None


def _where_unfit(found: Sequence[WholeAndParts], catalogue: Catalogue) -> str:
    """The parts of the report that tell them: the scenario's stand beside its table."""
    there = {in_scenario(one, catalogue) for one in found}
    return "phần " + ", ".join(said for own, said in ((False, "IV"), (True, "V")) if own in there)


def _where_told(rows: Sequence[CatalogueRow]) -> str:
    """Where the remark stands that such a row is about districts: tasks have it in their annex."""
    told = {Appendix.IV: "Phụ lục II", Appendix.V: "phần VII"}
    return ", ".join(said for which, said in told.items() if any(r.appendix is which for r in rows))


def _proofs_asked(review: Review) -> list[CatalogueRow]:
    """The tasks whose proof is of another kind, or another agency's for another work."""
    unfit = {one.task.row.code for one in unfit_proofs(review)}
    return [
        task.row
        for task in review.tasks
        if task.row.code in unfit or any(doing.shared for doing in doings_of([task]))
    ]


def _money_asked(review: Review, office: Office) -> list[CatalogueRow]:
    """The projects of which an amount is doubtful, a registration is far from the plan, the year is
    foreseen above it, or the budget is asked for money though investors pay."""
    projects = review.projects
    asked = {p.row.code for p in projects if is_doubtful(p)}
    asked |= {p.row.code for p, *_ in registered_apart(projects, office.rules)}
    asked |= {p.row.code for p, _ in foreseen_above(projects)}
    asked |= {one.row for one in review.proposals if one.off_budget}
    return [p.row for p in projects if p.row.code in asked]


def works_of_districts(review: Review, year: int) -> Iterator[CatalogueRow]:
    """Rows of works on the districts that ended, but for what was done while there were any."""
    for task in review.tasks:
        finished = task.finished_on
        in_time = task.bucket.is_done and finished is not None and finished < ENDED_ON
        if works_on_districts(task.row, year) and not in_time:
            yield task.row
    yield from (p.row for p in review.projects if works_on_districts(p.row, year))


def _most_proposed(proposals: Sequence[Proposal]) -> OpenMatter:
    """For how many things agencies ask, and what most of them do."""
    groups = list(same_proposals(proposals).values())
    if not groups:
        return OpenMatter(MatterKind.PROPOSAL, 0)
    most = max(groups, key=askers)
    text = shortened(most[0].text, _QUOTED).rstrip(" .;")
    said = f"nhiều nhất là «{text}», {number_text(askers(most))} cơ quan"
    return OpenMatter(MatterKind.PROPOSAL, len(groups), said)
