"""What a consolidation says of the agencies' answers, and the laws it keeps."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.answers.standing import AgencyStanding, HeldMail, Timeliness
from models.domain.consolidation import (
    Completeness,
    Conflict,
    ConflictKind,
    Consolidation,
    PlanState,
    StandsBecause,
    cited,
    consolidate,
)
from models.domain.reading.findings import Finding, Severity
from models.domain.reading.office import Office
from models.domain.reading.submissions import Entry, Verdict
from models.domain.register.catalogue import Appendix
from models.domain.register.targets import Judgement
from tests.fixtures.small_office import (
    AS_OF,
    GROUPS,
    commits,
    entry,
    missing,
    plans,
    record,
    standing,
)

ERROR = Finding("SO-02", Severity.ERROR, "Chỉ ghi số.", "Chỉ tiêu", "G7")
WARNING = Finding("CT-03", Severity.WARNING, "Thấp hơn.", "Chỉ tiêu", "G7", justification="Vì bão.")


def made(office: Office, *standings: AgencyStanding) -> Consolidation:
    return consolidate(office, office.cycle("2025-plan"), standings, AS_OF)


def line(consolidation: Consolidation, code: str):
    return next(i for i in consolidation.indicators if i.row.code == code)


def sides(conflict: Conflict) -> tuple[str, str, Decimal]:
    return conflict.left.agency, conflict.right.agency, conflict.difference


# --- Values that stand ----------------------------------------------------------------------------


def test_the_leads_value_stands_and_is_judged_against_the_assigned_target(office):
    grdp = line(
        made(
            office,
            standing("cuc_thong_ke", commits("grdp", "13")),
            standing("skhdt", commits("grdp", "11.8", q1="11", year="11.8")),
        ),
        "grdp",
    )

    assert grdp.standing.agency == "skhdt"
    assert grdp.judgement is Judgement.NOT_MET
    assert grdp.falls_short
    assert [r.agency for r in grdp.reports] == ["skhdt", "cuc_thong_ke"]
    assert {p: f.number for p, f in grdp.standing.milestones.items()} == {
        "quy_1": Decimal(11),
        "ca_nam": Decimal("11.8"),
    }


def test_without_the_leads_value_the_next_reporters_stands_in_and_says_so(office):
    grdp = line(made(office, standing("cuc_thong_ke", commits("grdp", "13"))), "grdp")

    assert grdp.standing.agency == "cuc_thong_ke"
    assert grdp.provisional
    assert grdp.silent == ["skhdt"]
    assert not grdp.uncommitted


def test_an_indicator_without_any_value_is_uncommitted_and_unjudged(office):
    grdp = line(made(office, missing("skhdt")), "grdp")

    assert grdp.uncommitted
    assert grdp.judgement is Judgement.UNKNOWN
    assert not grdp.falls_short


def test_a_target_that_is_better_low_falls_short_when_the_value_is_higher(office):
    debt = line(made(office, standing("cuc_thue", commits("debt", "9"))), "debt")

    assert debt.falls_short


def test_the_targets_own_words_promise_the_target_and_do_not_fall_short(office):
    copied = dataclasses.replace(entry("indicators", "debt", "committed", Decimal(8)), raw="< 8")
    own = entry("indicators", "debt", "committed", Decimal(8))

    assert line(made(office, standing("cuc_thue", [copied])), "debt").judgement is Judgement.MET
    assert line(made(office, standing("cuc_thue", [own])), "debt").falls_short


def test_every_indicator_of_the_directive_has_a_line_and_headings_have_none(office):
    codes = [i.row.code for i in made(office).indicators]

    assert codes == ["grdp", "iip", "budget", "debt", "iip_index", "tourism"]


def test_only_the_version_that_counts_is_consolidated(office):
    first = record("sct", commits("iip", "15"))
    second = record("sct", commits("iip", "17"), version=2)
    third = record("sct", commits("iip", "99"), version=3, verdict=Verdict.RETURNED)
    counted = AgencyStanding("sct", Timeliness.ON_TIME, (first, second, third), second)

    consolidation = made(office, counted)

    assert line(consolidation, "iip").standing.value.number == 17
    assert {f.source.version for f in consolidation.lineage} == {2}


def test_an_agency_no_row_names_is_still_heard(office):
    iip = line(made(office, standing("stc", commits("iip", "17"))), "iip")

    assert [(r.agency, r.role) for r in iip.reports] == [("stc", None)]


def test_a_cell_filled_twice_keeps_both_in_the_lineage_and_counts_the_first(office):
    again = entry("indicators", "iip", "committed", Decimal(18), at=90)

    consolidation = made(office, standing("sct", [*commits("iip", "17"), again]))

    assert line(consolidation, "iip").standing.value.number == 17
    assert [f.number for f in consolidation.lineage] == [17, 18]


# --- Conflicts ------------------------------------------------------------------------------------


def test_reporters_who_differ_are_shown_with_both_values_and_the_leads_stands(office):
    [conflict] = made(
        office,
        standing("stc", commits("budget", "118079")),
        standing("cuc_thue", commits("budget", "120000")),
        standing("cuc_hai_quan", commits("budget", "118079")),
    ).conflicts

    assert conflict.kind is ConflictKind.REPORTERS
    assert sides(conflict) == ("stc", "cuc_thue", Decimal(1921))
    assert conflict.stands is conflict.left
    assert conflict.because is StandsBecause.LEAD
    assert conflict.number == "MT-I.4"


def test_a_conflict_keeps_its_number_whatever_others_come_or_go(office):
    """A running number would be another conflict's in the next report."""
    growth = [standing("skhdt", commits("grdp", "12.5")),
              standing("cuc_thong_ke", commits("grdp", "12"))]  # fmt: skip
    revenue = [standing("stc", commits("budget", "118079")),
               standing("cuc_thue", commits("budget", "120000")),
               standing("cuc_hai_quan", commits("budget", "121000"))]  # fmt: skip
    twins = [standing("sct", commits("iip", "17") + commits("iip_index", "118"))]

    def numbers(*groups: list[AgencyStanding]) -> list[str]:
        return [c.number for c in made(office, *(s for group in groups for s in group)).conflicts]

    every = numbers(growth, revenue, twins)
    assert every == ["MT-I.1", "MT-I.4", "MT-I.4-3", "MT-I.3-III.9"]
    assert numbers(revenue) == ["MT-I.4", "MT-I.4-3"]
    assert numbers(revenue[::2]) == ["MT-I.4-3"]  # one of the two now agrees
    assert numbers(twins, growth) == ["MT-I.1", "MT-I.3-III.9"]


def test_milestones_grounds_and_strangers_have_numbers_of_their_own(office):
    early = commits("grdp", "12.5", q1="11"), commits("grdp", "12.5", q1="10")
    [milestone] = made(
        office, *(standing(a, e) for a, e in zip(("skhdt", "cuc_thong_ke"), early, strict=True))
    ).conflicts
    stranger, *_ = made(
        office, standing("skhdt", commits("grdp", "12.5")), standing("sct", commits("grdp", "11"))
    ).conflicts

    assert milestone.number == "MT-I.1-Q1"
    assert stranger.number == "MT-I.1-SCT"


def test_a_rounded_figure_is_no_conflict(office):
    assert not made(
        office,
        standing("stc", commits("budget", "118079.279")),
        standing("cuc_thue", commits("budget", "118079.3")),
        standing("cuc_hai_quan", commits("budget", "118079")),
    ).conflicts


def test_without_the_lead_two_others_who_differ_are_a_conflict_all_the_same(office):
    [conflict] = made(
        office,
        standing("cuc_thue", commits("budget", "118079")),
        standing("cuc_hai_quan", commits("budget", "110000")),
    ).conflicts

    assert sides(conflict) == ("cuc_thue", "cuc_hai_quan", Decimal(-8079))
    assert conflict.because is StandsBecause.FIRST_NAMED


def test_milestones_are_compared_only_where_the_year_agrees(office):
    agreeing = made(
        office,
        standing("skhdt", commits("grdp", "12.5", q1="11")),
        standing("cuc_thong_ke", commits("grdp", "12.5", q1="10")),
    ).conflicts
    differing = made(
        office,
        standing("skhdt", commits("grdp", "12.5", q1="11")),
        standing("cuc_thong_ke", commits("grdp", "12", q1="10")),
    ).conflicts

    assert [(c.kind, c.period) for c in agreeing] == [(ConflictKind.MILESTONES, "quy_1")]
    assert [(c.kind, c.period) for c in differing] == [(ConflictKind.REPORTERS, "")]


def test_one_measure_in_two_appendices_must_agree_after_conversion(office):
    assert not made(
        office, standing("sct", commits("iip", "17") + commits("iip_index", "117"))
    ).conflicts

    [conflict] = made(
        office, standing("sct", commits("iip", "17") + commits("iip_index", "118"))
    ).conflicts

    assert conflict.kind is ConflictKind.EQUIVALENT
    assert (conflict.row.code, conflict.other_row.code) == ("iip", "iip_index")
    assert (conflict.right.number, conflict.right_value, conflict.difference) == (118, 18, 1)
    assert conflict.stands is conflict.left
    assert conflict.because is StandsBecause.MAIN_APPENDIX


def test_growth_and_scenario_are_compared_across_agencies(office):
    updated = entry("scenario", "scenario", "updated_year", Decimal("111.9"))

    [conflict] = made(
        office,
        standing("skhdt", commits("grdp", "12.5")),
        standing("cuc_thong_ke", [updated]),
    ).conflicts

    assert sides(conflict) == ("skhdt", "cuc_thong_ke", Decimal("-0.6"))


def test_a_scenario_kept_as_printed_contradicts_nothing(office):
    assert not made(office, standing("skhdt", commits("grdp", "11"))).conflicts


# --- Scenario, tasks, projects, free plan ---------------------------------------------------------


def test_the_scenario_shows_printed_updated_and_difference(office):
    cells = [
        entry("scenario", "scenario", "updated_q1", Decimal("112.00")),
        entry("scenario", "scenario", "updated_year", Decimal("112.1")),
    ]

    [whole] = made(office, standing("skhdt", cells)).scenario

    assert {p: f.number for p, f in whole.updated.items()} == {
        "quy_1": Decimal("112.00"),
        "ca_nam": Decimal("112.1"),
    }
    assert whole.difference("quy_1") == Decimal("0.12")
    assert whole.difference("ca_nam") == Decimal("-0.4")
    assert whole.difference("6_thang") is None


def test_a_task_knows_whether_it_is_planned_by_whom_and_whether_too_late(office):
    tasks = made(
        office,
        standing("skhdt", plans("task_a", dt.date(2025, 7, 12))),
        standing("sct", plans("task_b", dt.date(2025, 5, 1), without=["five_result"])),
    ).tasks

    assert [t.state for t in tasks] == [PlanState.COMPLETE, PlanState.PARTIAL]
    assert [p.own_deadline for p in tasks[0].late_plans] == [dt.date(2025, 7, 12)]
    assert tasks[1].plans[0].missing == ["ket_qua"]


def test_a_task_nobody_planned_is_listed_as_such(office):
    assert [t.state for t in made(office).tasks] == [PlanState.NONE, PlanState.NONE]


def test_a_blank_answer_is_no_answer(office):
    blank = [entry("tasks", "task_b", "five_work", "   ")]

    assert made(office, standing("sct", blank)).tasks[1].state is PlanState.NONE


def test_a_project_keeps_what_its_agency_wrote(office):
    cells = [
        entry("projects", "project", "disbursement", 5000),
        entry("projects", "project", "obstacles", "Mặt bằng"),
    ]

    [project] = made(office, standing("sgtvt", cells)).projects

    assert project.answers[0].answers["disbursement"].number == 5000
    assert project.answers[0].answers["obstacles"].text == "Mặt bằng"


def test_free_actions_are_grouped_as_in_the_directive_and_strangers_come_last(office):
    def action(key: str, group: str) -> list[Entry]:
        return [
            entry("action_plan", key, "group", group),
            entry("action_plan", key, "five_work", f"Việc {key}"),
        ]

    groups = made(
        office,
        standing("syt", action("@10", GROUPS[1]) + action("@2", GROUPS[1])),
        standing("snv", action("@1", "Nhóm lạ")),
    ).action_plan

    assert [(g.number, len(g.items)) for g in groups] == [(1, 0), (2, 2), (0, 1)]
    assert [i.row_key for i in groups[1].items] == ["@2", "@10"]


# --- Overview, findings, headline -----------------------------------------------------------------


def test_completeness_counts_only_rows_the_agency_must_fill(office):
    agencies = made(
        office,
        standing("skhdt", commits("grdp", "12.5", year="12.5")),
        standing("cuc_thong_ke"),
    ).agencies

    # Planning leads grdp and task_a; the statistics office leads nothing.
    assert agencies[0].completeness == {
        Appendix.I: Completeness(1, 1),
        Appendix.IV: Completeness(1, 0),
    }
    assert agencies[1].completeness == {}


def test_the_overview_says_when_what_came_and_what_became_of_it(office):
    sent_back = record("sct", version=1, verdict=Verdict.RETURNED, findings=[ERROR])
    accepted = record("sct", version=2, findings=[WARNING])
    late = dataclasses.replace(accepted, received_at=AS_OF.astimezone(dt.UTC))
    waiting = [HeldMail(AS_OF, "KH-2025/0099")]
    answered = AgencyStanding(
        "sct", Timeliness.CORRECTED, (sent_back, late), late, held_mail=waiting
    )

    [agency] = made(office, answered).agencies

    assert (agency.name, agency.version, agency.versions) == ("Sở Công Thương", 2, 2)
    assert (agency.first_received_at, agency.received_at) == (
        sent_back.received_at,
        late.received_at,
    )
    assert (agency.open_errors, agency.open_warnings, agency.held) == (0, 1, 1)


def test_findings_of_superseded_versions_are_closed_and_those_of_a_later_return_open(office):
    first = record("sct", version=1, verdict=Verdict.RETURNED, findings=[ERROR])
    second = record("sct", version=2, findings=[WARNING])
    third = record("sct", version=3, verdict=Verdict.RETURNED, findings=[WARNING, ERROR])
    standing_ = AgencyStanding("sct", Timeliness.ON_TIME, (first, second, third), second)

    found = [(f.version, f.finding.severity) for f in made(office, standing_).findings]

    assert found == [(2, Severity.WARNING), (3, Severity.ERROR), (3, Severity.WARNING)]


def test_trial_findings_are_shown_and_not_counted(office):
    trial = dataclasses.replace(ERROR, trial=True)

    consolidation = made(office, standing("sct", findings=[trial]))

    assert consolidation.findings[0].finding.trial
    assert consolidation.agencies[0].open_errors == 0


def test_the_headline_counts_what_the_lines_say(office):
    headline = made(
        office, standing("sct", commits("iip", "17")), missing("stc"), missing("skhdt")
    ).headline

    assert (headline.asked, headline.answered) == (3, 1)
    assert headline.timeliness[Timeliness.MISSING] == 2
    assert (headline.indicators, headline.committed, headline.uncommitted) == (6, 1, 5)
    assert headline.judgements[Judgement.MET] == 1
    assert headline.plan_states[PlanState.NONE] == 2


def test_an_agency_the_register_does_not_know_is_shown_under_its_code(office):
    agencies = made(office, missing("so_da_giai_the"), missing("sct")).agencies

    assert [(a.agency, a.name) for a in agencies] == [
        ("sct", "Sở Công Thương"),
        ("so_da_giai_the", "so_da_giai_the"),
    ]


def test_an_agency_given_twice_is_refused(office):
    with pytest.raises(ValueError, match="mỗi cơ quan"):
        made(office, missing("sct"), missing("sct"))


def test_a_moment_without_a_zone_is_refused(office):
    with pytest.raises(ValueError, match="múi giờ"):
        consolidate(office, office.cycle("2025-plan"), [], AS_OF.replace(tzinfo=None))


# --- Lineage --------------------------------------------------------------------------------------


def test_every_figure_leads_to_the_cell_it_was_read_from(office):
    consolidation = made(office, standing("sct", commits("iip", "17")))
    figure = line(consolidation, "iip").standing.value

    assert figure in consolidation.lineage
    assert figure.source.file_sha256 == record("sct").file_sha256
    assert figure.source.cell == commits("iip", "17")[0].cell


def test_neighbouring_references_are_cited_as_a_range_and_gaps_are_not_bridged(office):
    figures = made(
        office, standing("sct", commits("iip", "17", q1="16") + commits("iip_index", "117"))
    ).lineage

    assert cited(figures) == "N-0001 – N-0003"
    assert cited([figures[0], figures[2]]) == "N-0001, N-0003"
    assert cited([]) == ""


# --- Laws -----------------------------------------------------------------------------------------

AGENCIES = ("skhdt", "cuc_thong_ke", "sct", "stc", "cuc_thue", "cuc_hai_quan", "sgtvt")
CODES = ("grdp", "iip", "budget", "debt", "iip_index", "tourism")
values = st.decimals(min_value=0, max_value=200_000, places=2)
answers = st.dictionaries(st.sampled_from(CODES), values, max_size=4).map(
    lambda given: [e for code, value in given.items() for e in commits(code, str(value))]
)
all_standings = st.dictionaries(st.sampled_from(AGENCIES), st.none() | answers).map(
    lambda given: [missing(a) if e is None else standing(a, e) for a, e in given.items()]
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), standings=all_standings)
def test_the_order_of_submissions_never_changes_a_consolidation(office, data, standings):
    shuffled = data.draw(st.permutations(standings))

    assert made(office, *shuffled) == made(office, *standings)


@settings(max_examples=60, deadline=None)
@given(standings=all_standings)
def test_nothing_is_dropped_and_every_shown_figure_is_in_the_lineage(office, standings):
    consolidation = made(office, *standings)
    sent = [e for s in standings if s.effective for e in s.effective.entries]
    shown = [f for i in consolidation.indicators for r in i.reports for f in r.figures]

    assert len(consolidation.lineage) == len(sent)
    assert len({f.reference for f in consolidation.lineage}) == len(sent)
    assert {f.reference for f in shown} == {f.reference for f in consolidation.lineage}


@settings(max_examples=60, deadline=None)
@given(standings=all_standings)
def test_every_value_that_deviates_from_the_one_that_stands_is_a_conflict(office, standings):
    consolidation = made(office, *standings)
    named = {
        (c.row.code, c.right.agency)
        for c in consolidation.conflicts
        if c.kind is ConflictKind.REPORTERS
    }
    far = {
        (i.row.code, r.agency)
        for i in consolidation.indicators
        for r in i.reports
        if r.value and abs(r.value.number - i.standing.value.number) > 1000
    }

    assert far <= named


@settings(max_examples=40, deadline=None)
@given(one=all_standings, other=all_standings)
def test_consolidations_have_one_fingerprint_exactly_when_their_inputs_are_the_same(
    office, one, other
):
    def key(standings):
        return sorted(map(repr, standings))

    same = made(office, *one).inputs_hash == made(office, *other).inputs_hash

    assert same is (key(one) == key(other))


def test_the_fingerprint_does_not_know_the_hour(office):
    cycle = office.cycle("2025-plan")
    later = AS_OF + dt.timedelta(hours=5)

    one = consolidate(office, cycle, [missing("sct")], AS_OF)
    other = consolidate(office, cycle, [missing("sct")], later)

    assert one.inputs_hash == other.inputs_hash
