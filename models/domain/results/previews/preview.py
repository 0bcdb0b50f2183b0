"""What one agency sees before the meeting: how the meeting will see it.

The same lines as the report's, but only the agency's own: indicators and tasks it is named for, its
projects and own actions, the conflicts it is part of with the other party named, what it still
owes. Every figure carries its reference, and the annex leads to its cell.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.domain.answers.standing import AgencyStanding, in_time_by_extension
from models.domain.consolidation import Consolidation, Figure
from models.domain.consolidation.conflicts import NOT_TOLD
from models.domain.consolidation.wording import timeliness_said
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import (
    by_extension,
    check_code,
    counts_said,
    instant_text,
    number_text,
)
from models.domain.cycle.meetings import meeting_named
from models.domain.letters.letters import unusable_said
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import ROLE_NAMES, role_of
from models.domain.reading.office import Office
from models.domain.register.catalogue import CatalogueRow, Role
from models.domain.register.targets import REACHED, Judgement
from models.domain.results import report_measures as measures
from models.domain.results import report_scenario as scenario_table
from models.domain.results import report_work as work
from models.domain.results.contradictions import conflict_row, whole_notes
from models.domain.results.previews.preview_asks import (
    checks_asked,
    of_districts,
    of_districts_asked,
    overdue_asked,
    unheard_asked,
    work_asked,
)
from models.domain.results.previews.preview_letters import ruled_said
from models.domain.results.report_members import own_outcomes, values_together
from models.domain.results.report_projects import doubts_noted, project_places, project_row
from models.domain.results.report_sources import SourceFile, source_files
from models.domain.results.report_text import (
    DOUBTED,
    Citations,
    ReportNames,
    Text,
    in_doubt,
    joined,
    papers_of,
    words,
)
from models.domain.review.lines import ReviewAction, ReviewIndicator, ReviewProject
from models.domain.review.pace_wording import ground_said
from models.domain.review.review import Review
from models.domain.review.spending import doubted_amounts, is_doubtful
from models.domain.review.states import Answer, TaskBucket
from models.domain.review.wording import bucket_said, buckets_named

Row = Mapping[str, Text]
PARTS = (
    *("indicators", "territories", "scenario", "tasks", "actions", "projects", "conflicts"),
    *("checks", "proposals"),
)
SOURCES = "sources"
#: How the letter calls what the meeting will see as the page has it, by its parts.
_NAMED = {
    "indicators": "chỉ tiêu",
    "territories": "số liệu theo địa bàn",
    "scenario": "kịch bản tăng trưởng",
    "tasks": "nhiệm vụ được giao",
    "projects": "dự án",
    "conflicts": "số liệu khác nhau giữa các nguồn",
    "checks": "số liệu cần kiểm tra, đối chiếu",
    "proposals": "kiến nghị, đề xuất",
}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
OWN_PROMISE = "Cơ quan tự cam kết"
NOT_ASKED = "(không phải báo cáo)"  # of a row the agency is named for beside its lead


@dataclass(frozen=True)
class Preview:
    """One agency's page, ready to be set."""

    agency: str
    agency_name: str
    title: str
    as_of: str
    meeting: str  # that is still to come; "" for none
    code: str
    answer: Answer
    parts: Mapping[str, str]  # number of each part that has rows: "indicators" -> "I"
    facts: Sequence[Text]
    asks: Sequence[Text]  # what is open and only the agency can settle
    indicators: Sequence[Row]
    territories: Sequence[Row]
    scenario: Sequence[Row]
    tasks: Sequence[Row]
    actions: Sequence[Row]
    projects: Sequence[Row]
    conflicts: Sequence[Row]
    checks: Sequence[Text]  # what the report says of figures that do not fit; "*" marks its amounts
    proposals: Sequence[Row]
    scenario_notes: Sequence[Text]  # the causes told, below the scenario
    legend: str  # what the marks on the page mean: those that stand on it
    sources: Sequence[SourceFile]
    cites_others: bool  # whether a reference leads to another agency's workbook
    by_sheet: bool  # whether sheets of several versions are in use
    unusable_mail: str  # that mail came which held no report; "" for none

    @property
    def has_page(self) -> bool:
        """Whether there is anything to look at beyond the letter's own sentences."""
        return any(key != SOURCES for key in self.parts)

    @property
    def shown(self) -> list[str]:
        """What stands on the page as the meeting will see it, named."""
        return [_NAMED[key] for key in self.parts if key in _NAMED]

    @property
    def lists_actions(self) -> bool:
        """Whether the page lists own works, of which the meeting sees but totals."""
        return "actions" in self.parts

    @property
    def told(self) -> list[Text]:
        """What stands at the head of the page."""
        return [*self.facts, *self.asks]

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of what the agency would read: the words, not the references.

        References move when anybody answers; that alone is no news.
        """
        digest = hashlib.sha256()
        for text in self._texts():
            said = "".join(s.text for s in text.spans if not s.is_reference)
            raw = said.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(raw))
            digest.update(raw)
        return digest.hexdigest()

    def _texts(self) -> Iterator[Text]:
        yield words(self.title)
        yield from self.told
        for key in PARTS:
            table = getattr(self, key)
            yield words(str(len(table)))
            for row in table:
                yield from [row] if isinstance(row, Text) else (row[k] for k in sorted(row))
        yield from self.scenario_notes


def preview_of(
    office: Office,
    consolidation: Consolidation,
    review: Review,
    standing: AgencyStanding,
    made_at: dt.datetime,
) -> Preview:
    """The page of the agency whose standing it is, as of `made_at`."""
    cycle, agency = consolidation.cycle, standing.agency
    catalogue = office.catalogue_of(cycle)
    names = ReportNames(office.register, catalogue, office.form_of(cycle))
    cites = Citations(for_agency=True)
    indicators = [i for i in review.indicators if _concerns(i.row, agency)]
    projects = [p for p in review.projects if _concerns(p.row, agency)]
    scenario = [
        s
        for s in review.scenario
        if _concerns(s.row, agency) or any(r.agency == agency for r in s.line.reports)
    ]
    doubtful = doubts_noted(projects, names)
    unfit = [w for w in consolidation.wholes if agency in {f.agency for f in w.figures}]
    content: dict[str, Sequence[Any]] = {
        "indicators": [
            _indicator_row(i, n, agency, names, cites) for n, i in enumerate(indicators, 1)
        ],
        "territories": list(
            measures.territory_rows(
                *(indicators, review.scenario, names, cites), consolidation.remainders
            )
        ),
        "scenario": [scenario_table.scenario_row(s, names, cites) for s in scenario],
        "scenario_notes": list(scenario_table.cause_notes(scenario, names, cites)),
        "tasks": [
            {**work.own_task_row(t, n, agency, names, cites), "role": _role(t.row, agency)}
            for n, t in enumerate((t for t in review.tasks if _concerns(t.row, agency)), 1)
        ],
        "actions": [
            _action_row(a, n, names, cites)
            for n, a in enumerate((a for a in review.actions if a.agency == agency), 1)
        ],
        "projects": [
            _project_row(p, project_row(p, n, names, cites, project_places(projects)))
            for n, p in enumerate(projects, 1)
        ],
        "checks": [
            *([words(doubtful)] if doubtful else []),
            *whole_notes(unfit, names, cites),
        ],
        "proposals": list(
            work.proposal_rows([p for p in review.proposals if p.agency == agency], names, cites)
        ),
    }
    # Whatever number stands beside a figure above is explained, though others are its parties.
    content["conflicts"] = [
        conflict_row(c, names, cites, consolidation.to_date.get(c.number, NOT_TOLD))
        for c in consolidation.conflicts
        if agency in c.agencies or c.number in cites.conflicts
    ]
    sources = source_files(cites.figures, names, cites.verdicts)
    shown = [key for key in PARTS if content[key]] + ([SOURCES] if sources else [])
    parts = dict(zip(shown, _ROMAN, strict=False))
    return Preview(
        agency=agency,
        agency_name=one_line(office.register.formal_name(agency)),
        title=one_line(cycle.title),
        as_of=instant_text(made_at),
        meeting=meeting_named(cycle, made_at.astimezone(HANOI).date()),
        code=check_code(consolidation.inputs_hash),
        answer=_answer(standing),
        parts=parts,
        facts=list(_facts(consolidation, review, standing, names, parts)),
        asks=[
            *unheard_asked(review.tasks, agency, names),
            *overdue_asked(review.tasks, agency, names),
            *of_districts_asked(of_districts(indicators, agency, names), agency, names),
            *work_asked(review, agency, names, office.rules),
            *checks_asked(
                sum(map(is_doubtful, projects)),
                [w for w in unfit if w.fault is not None],
                consolidation.conflicts,
                agency,
                names,
                parts.get("checks", ""),
            ),
        ],
        legend=_legend(content, parts, cites, papers_of(indicators)),
        sources=sources,
        cites_others=any(f.source.agency != agency for f in cites.figures),
        by_sheet=len(standing.counted) > 1,
        unusable_mail=unusable_said(standing),
        **content,
    )


def _answer(standing: AgencyStanding) -> Answer:
    if standing.counted or not standing.owes:
        return Answer.TAKEN
    if standing.waits_for_office:
        return Answer.CHOOSES if standing.chooses else Answer.HELD
    return Answer.NOT_TAKEN if standing.versions else Answer.NOTHING


def _concerns(row: CatalogueRow, agency: str) -> bool:
    return any(a.agency == agency for a in row.agencies)


def _role(row: CatalogueRow, agency: str) -> Text:
    role = role_of(row, agency)
    return words(ROLE_NAMES[role] if role else "")


def _facts(
    consolidation: Consolidation,
    review: Review,
    standing: AgencyStanding,
    names: ReportNames,
    parts: Mapping[str, str],
) -> Iterator[Text]:
    """How the agency stands, in sentences."""
    used = _used(standing, names)
    correct_by = {a.agency: a.correct_by for a in consolidation.agencies}.get(standing.agency)
    said = timeliness_said(
        *(standing.timeliness, None),
        sent_back=standing.awaiting_correction and not standing.waits_for_office,
        chooses=standing.chooses,
        correct_by=correct_by,
        anothers=standing.brought_anothers is not None,
    )
    state = f"{said[:1].lower()}{said[1:]}"
    if until := in_time_by_extension(consolidation.cycle, standing, standing.versions):
        state = state.replace("đúng hạn", f"đúng hạn {by_extension(until)}", 1)
    numbers = ", ".join(m.receipt_number for m in standing.held_mail if m.receipt_number)
    if numbers and standing.waits_for_office:
        state += f" (số tiếp nhận {numbers})"
    yield words(f"Tình trạng báo cáo: {state}" + (f"; đang dùng {used}." if used else "."))
    owed = ", ".join(names.sheet(key) for key in standing.owed_sections)
    if standing.owes and not standing.waits_for_office:
        whole = not standing.counted
        yield words(f"Còn phải gửi: {'toàn bộ báo cáo' if whole or not owed else owed}.")
    agency = standing.agency
    led = [i for i in review.indicators if role_of(i.row, agency) is Role.LEAD]
    if led:
        told = [i.outcome_of(agency) for i in led if i.has_value_of(agency)]
        missed = sum(outcome is Judgement.NOT_MET for outcome in told)
        reached = sum(outcome in REACHED for outcome in told)
        awaiting = sum(outcome is Judgement.AWAITING for outcome in told)
        unsettled = of_districts(led, agency, names)
        unjudged = len(told) - missed - reached - awaiting
        said = counts_said(
            ("{} đạt hoặc vượt", reached),
            ("{} không đạt", missed),
            (f"{{}} chờ đánh giá{_of_these(unsettled, awaiting, names)}", awaiting),
            ("{} chưa đánh giá được", unjudged),
            ("{} chưa có số liệu", len(led) - len(told)),
            between=", ",
        )
        yield words(f"Chủ trì {number_text(len(led))} chỉ tiêu: {said}.")
    buckets = review.buckets_of(agency)
    if any(buckets.values()):
        said = counts_said(*buckets_named(buckets))
        yield words(f"Chủ trì {number_text(sum(buckets.values()))} nhiệm vụ: {said}.")
    projects = [p for p in review.projects if role_of(p.row, agency) is Role.LEAD]
    if projects:
        heard = sum(any(a.agency == agency for a in p.answers) for p in projects)
        said = counts_said(
            ("{} đã báo cáo", heard), ("{} chưa có báo cáo", len(projects) - heard), between=", "
        )
        yield words(f"Chủ trì {number_text(len(projects))} dự án trọng điểm: {said}.")
    own = Counter(a.doing.bucket for a in review.actions if a.agency == agency)
    if own:
        said = counts_said(*buckets_named({bucket: own[bucket] for bucket in TaskBucket}))
        yield words(f"Kế hoạch hành động có {number_text(own.total())} việc: {said}.")
    ground = ground_said(names.territory)
    if ground and ("indicators" in parts or "scenario" in parts):
        yield words(ground)
    for conflict in consolidation.conflicts:
        if agency in conflict.agencies and not conflict.is_open:
            yield ruled_said(conflict, agency, names)
    conflicts = sum(agency in c.agencies and c.is_open for c in consolidation.conflicts)
    if conflicts:
        yield words(
            f"Có {number_text(conflicts)} số liệu khác với nguồn khác, đang chờ quyết định "
            f"(phần {parts['conflicts']})."
        )


def _of_these(unsettled: Sequence[ReviewIndicator], awaiting: int, names: ReportNames) -> str:
    """Which of those that await a verdict are measures of districts, in brackets."""
    if not unsettled:
        return ""
    places = ", ".join(names.place(one.row) for one in unsettled)
    if len(unsettled) == awaiting:
        return f" ({places}, tính theo cấp huyện)"
    return f" (trong đó {places} tính theo cấp huyện)"


def _used(standing: AgencyStanding, names: ReportNames) -> str:
    """The versions in use; where there are several, which sheets are from which."""
    told = []
    for v in standing.counted:
        sheets = [names.sheet(key) for key in standing.sections if standing.counting(key) is v]
        kind = "các trang" if len(sheets) > 1 else "trang"
        of = f", {kind}: {', '.join(sheets)}" if len(standing.counted) > 1 and sheets else ""
        told.append(f"phiên bản {v.version} (số {v.receipt_number}){of}")
    return "; ".join(told)


def _legend(
    content: Mapping[str, Sequence[Any]], parts: Mapping[str, str], cites: Citations, papers: str
) -> str:
    """What the marks on the page mean, in sentences; of none that does not stand on it.

    `papers` are the documents in full that the table by grounds shortens.
    """
    told = []
    if SOURCES in parts:
        told.append(f"Mã trong ngoặc vuông dẫn tới ô nêu ở phần {parts[SOURCES]}")
        if any(not f.reference.startswith("N") for f in cites.figures):
            told[0] += "; mã bắt đầu bằng K là số liệu của kỳ kế hoạch đầu năm"
    said = [
        text.plain
        for rows in content.values()
        for row in rows
        for text in ([row] if isinstance(row, Text) else row.values())
    ]
    marks = []
    if any("PL " in text for text in said):
        marks.append("PL là phụ lục của Chỉ thị")
    if content["conflicts"]:
        marks.append(f"MT là số hiệu mâu thuẫn số liệu, nêu ở phần {parts['conflicts']}")
    if any("(=)" in text for text in said):
        marks.append("(=) là số ước cả năm bằng đúng số thực hiện đến ngày số liệu")
    if any(text.startswith(DOUBTED) for text in said):
        marks.append(f"dấu * là số liệu cần kiểm tra, nêu ở phần {parts['checks']}")
    if marks:
        first, *others = marks
        told.append("; ".join([f"{first[0].upper()}{first[1:]}", *others]))
    if "territories" in parts and papers:
        told.append(papers.rstrip("."))
    return "".join(f"{sentence}. " for sentence in told).rstrip()


def _indicator_row(
    indicator: ReviewIndicator, count: int, agency: str, names: ReportNames, cites: Citations
) -> Row:
    """Target, promise, the agency's own figure beside the one that goes to the meeting."""
    own = next((r.value for r in indicator.line.reports if r.agency == agency), None)
    others = indicator.agency if indicator.agency not in ("", agency) else ""
    value = measures.value_of(indicator, cites) + words(
        f"\n({names.agency(others)})" if others else ""
    )
    member = indicator.members.of(agency) if indicator.members else None
    if indicator.members is not None:
        value = values_together(indicator.members, indicator.row.unit, names, cites)
    missing = "chưa có" if role_of(indicator.row, agency) is Role.LEAD else NOT_ASKED
    told = own_outcomes(member, cites) if member else measures.outcomes_of(indicator, cites)
    return {
        **told,
        "outcome": told["outcome"] + names.verdict_open(indicator),
        "before": _before(indicator, agency, names, cites),
        "no": words(str(count)),
        "place": words(names.place(indicator.row)),
        "name": words(names.of_measure(indicator.row))
        + cites.judged(indicator.result.asked if indicator.result else None),
        "target": measures.target_of(indicator),
        "commitment": _commitment(indicator, agency, names, cites),
        "role": _role(indicator.row, agency),
        "own": _own(indicator, own, cites) if own else words(missing),
        "value": value or words("chưa có"),
        "causes": joined(
            [
                measures.causes_of(indicator, names, cites, agency),
                measures.remedies_of(indicator, names, cites, agency),
            ],
            "\n",
        ),
    }


def _before(indicator: ReviewIndicator, agency: str, names: ReportNames, cites: Citations) -> Text:
    """The year before and this year to date, a line each; whose they are, if not the agency's."""
    known = measures.known_before(indicator, names, cites, agency)
    said = {"Năm trước: ": known["last_year"], "Đến nay: ": known["to_date"]}
    return joined([words(label) + text for label, text in said.items() if text], "\n")


def _own(indicator: ReviewIndicator, own: Figure, cites: Citations) -> Text:
    shown = cites.stacked(own, measures.places_in(indicator))
    return measures.of_own_ground(shown, indicator)


def _commitment(
    indicator: ReviewIndicator, agency: str, names: ReportNames, cites: Citations
) -> Text:
    """What the row is judged by; below it the agency's own promise, where that is another."""
    counted = measures.commitment_of(indicator, names, cites, agency)
    own = indicator.own_promises.get(agency)
    if own is None or own is indicator.commitment:
        return counted
    return joined([counted, words(f"{OWN_PROMISE}: ") + _own(indicator, own, cites)], "\n")


def _action_row(action: ReviewAction, count: int, names: ReportNames, cites: Citations) -> Row:
    """One work; who registered it, where that was another whose plan the agency took over."""
    doing, before = action.doing, action.planned
    by = ""
    if before is not None and before.agency != action.agency:
        by = f"\n{names.agency(before.agency)} đăng ký ({before.source.receipt_number})"
    return {
        "no": words(str(count)),
        "name": cites.quoted(action.work, 300) + words(by),
        "deadline": work.deadline_of(doing, cites, names),
        "state": work.state_of(doing, cites),
        "bucket": words(bucket_said(doing.bucket, doing.reported_on)),
        "document": work.document_of(doing, cites, names),
    }


def _project_row(project: ReviewProject, row: Row) -> Row:
    """The project's row in which amounts that have to be looked at are marked, as in the report."""
    central, city = (project.baseline(key) for key in ("plan_central", "plan_city"))
    amounts = {
        "disbursed": project.disbursed,
        "estimate": project.disbursed_estimate,
        "central": central.plan if central else None,
        "city": city.plan if city else None,
    }
    doubted = doubted_amounts(project)
    return {**row, **{key: in_doubt(row[key]) for key, f in amounts.items() if f in doubted}}
