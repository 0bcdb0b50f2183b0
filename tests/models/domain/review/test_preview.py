"""An agency's page: its own lines, the other party of its conflicts, and nothing twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import pytest

from models.domain.answers.standing import HeldMail, Timeliness
from models.domain.consolidation import (
    Conflict,
    ConflictKind,
    ConflictRuling,
    Figure,
    Side,
    StandsBecause,
    code_of,
)
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.cycle.cycles import HANOI
from models.domain.reading.forms import role_of
from models.domain.reading.office import Office
from models.domain.reading.submissions import Verdict
from models.domain.register.catalogue import Role
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.previews.preview import PARTS, Preview, preview_of
from models.domain.results.previews.preview_asks import checks_asked, unheard_asked
from models.domain.results.previews.preview_letters import (
    PreviewNotes,
    compose_preview,
    previews_due,
)
from models.domain.results.report import report_of
from models.domain.results.report_text import ReportNames, Text
from models.domain.review.spending import is_doubtful
from models.domain.review.states import Answer, TaskBucket
from tests.fixtures.made_review import make_review
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_review import answered, reports, review_made


def page(agency: str) -> Preview:
    made, standings = november()
    standing = next(s for s in standings if s.agency == agency)
    return preview_of(real_office(), made.consolidation, made.review, standing, made.as_of)


def test_it_holds_the_indicators_and_tasks_the_agency_is_named_for() -> None:
    made, _ = november()
    shown = page("stc")
    named = [
        i for i in made.review.indicators
        if any(a.agency == "stc" for a in i.row.agencies)
    ]  # fmt: skip

    assert len(shown.indicators) == len(named) > 0
    assert {row["role"].plain for row in shown.indicators} <= {"Chủ trì", "Phối hợp"}


def test_a_conflict_names_the_other_party_and_its_value() -> None:
    made, _ = november()
    shown = page("stc")

    mine = [c for c in made.conflicts if "stc" in c.agencies]
    assert len(shown.conflicts) == len(mine) > 0
    parties = {row["right"].plain.partition(":")[0] for row in shown.conflicts}
    assert parties - {"Sở Tài chính"}


def test_a_co_reporter_sees_whose_value_goes_to_the_meeting() -> None:
    [row] = [r for r in page("stc").indicators if r["role"].plain == "Phối hợp"]

    assert row["own"].plain == "(không phải báo cáo)"
    assert "Sở Giáo dục và Đào tạo" in row["value"].plain


def test_its_own_promise_stands_below_the_one_the_row_is_judged_by(office: Office) -> None:
    plan = [
        standing("skhdt", commits("grdp", "12.5")),
        standing("cuc_thong_ke", commits("grdp", "11.9")),
    ]
    told = [answered(a, reports("grdp", "12")) for a in ("stc", "thong_ke")]
    made = review_made(office, plan, *told)

    led, beside = (
        preview_of(office, made.consolidation, made.review, who, made.as_of).indicators
        for who in told
    )

    assert led[0]["commitment"].plain == "12,50\n[K-0001]"
    assert beside[0]["commitment"].plain == (
        "12,50\n[K-0001]\n(Sở Kế hoạch và Đầu tư)\nCơ quan tự cam kết: 11,90\n[K-0002]"
    )


def test_whose_figures_and_words_another_agency_reads_on_its_page_is_named(office: Office) -> None:
    more = {"to_date": Decimal("9.8"), "last_year": Decimal("10.3")}
    words = {"causes": "Giải ngân chậm.", "remedies": "Đẩy nhanh giải ngân."}
    told = [answered(a, reports("grdp", "12", **more, **words)) for a in ("stc", "thong_ke")]
    made = review_made(office, [standing("skhdt", commits("grdp", "12.5"))], *told)

    lead, beside = (
        preview_of(office, made.consolidation, made.review, who, made.as_of).indicators[0]
        for who in told
    )

    for cell in ("before", "causes", "commitment", "value"):
        assert "Sở Tài chính" not in lead[cell].plain
    assert beside["before"].plain.count("(Sở Tài chính)") == 2
    assert beside["causes"].plain.count("Sở Tài chính") == 2
    assert "Sở Kế hoạch và Đầu tư" in beside["commitment"].plain


def test_what_the_meeting_sees_of_its_scenario_and_territories_stands_in_its_page() -> None:
    made, _ = november()
    told = [s for s in made.review.scenario if any(r.agency == "stc" for r in s.line.reports)]

    shown = page("stc")

    assert len(shown.scenario) >= len(told) > 0
    assert shown.scenario[0]["actual_ca_nam"].plain
    [grdp] = [r for r in shown.territories if "GRDP" in r["name"].plain]
    assert "Sở Tài chính" in grdp["west"].plain and "Sở Tài chính" in grdp["whole"].plain


def test_its_parts_are_numbered_without_a_gap_and_the_facts_name_the_right_one() -> None:
    for agency in ("stc", "thong_ke", "bo_chqs"):
        shown = page(agency)
        there = [key for key in (*PARTS, "sources") if getattr(shown, key)]

        assert list(shown.parts) == there
        assert (
            list(shown.parts.values())
            == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"][: len(there)]
        )
        if shown.conflicts:
            facts = " ".join(f.plain for f in shown.facts)
            assert "chờ quyết định" not in facts or f"(phần {shown.parts['conflicts']})" in facts


def _said(rows) -> str:
    return "\n".join(
        text.plain for row in rows for text in ([row] if isinstance(row, Text) else row.values())
    )


def _everything(shown: Preview) -> str:
    told = [*shown.told, *shown.scenario_notes]
    return "\n".join([_said(told), *(_said(getattr(shown, key)) for key in PARTS)])


def _pages() -> list[Preview]:
    made, standings = november()
    office = real_office()
    return [preview_of(office, made.consolidation, made.review, s, made.as_of) for s in standings]


def test_what_the_report_prints_in_an_agencys_name_stands_in_its_page() -> None:
    made, _ = november()
    asked = causes = remedies = last_year = 0
    for shown in _pages():
        said = _everything(shown)
        for one in made.review.proposals:
            if one.agency == shown.agency:
                asked += 1
                assert one.figure.reference in said
        for line in made.review.indicators:
            whose = {f.agency for f in (line.remedies, line.causes, line.last_year) if f}
            if shown.agency in whose and line.has_value and line.outcome is Judgement.NOT_MET:
                remedies += bool(line.remedies and line.remedies.is_given)
                for figure in (line.remedies, line.causes, line.last_year):
                    assert figure is None or not figure.is_given or figure.reference in said
            if line.last_year and line.last_year.is_given and line.last_year.agency == shown.agency:
                last_year += 1
                assert line.last_year.reference in said
        for branch in made.review.scenario:
            if branch.causes and branch.causes.is_given and branch.causes.agency == shown.agency:
                causes += 1
                assert branch.causes.reference in said
    assert min(asked, causes, remedies, last_year) > 0


def test_a_page_says_whether_its_references_lead_to_anothers_workbook() -> None:
    pages = {p.agency: p for p in _pages()}
    register = real_office().register
    for shown in pages.values():
        named = {s.agency.removesuffix(" (tiếp theo)") for s in shown.sources}
        assert shown.cites_others is bool(named - {register.agency_name(shown.agency)})
        assert ("dẫn tới ô nêu ở phần" in shown.legend) is bool(shown.sources)
    assert pages["thong_ke"].cites_others and not all(p.cites_others for p in pages.values())


def test_every_number_of_a_conflict_on_a_page_is_explained_on_it() -> None:
    seen = 0
    for shown in _pages():
        printed = {said.rstrip(".") for said in re.findall(r"MT-[\w.\-]+", _everything(shown))}
        explained = {row["no"].plain for row in shown.conflicts}
        seen += len(printed)
        assert printed <= explained, shown.agency
        assert ("MT là" in shown.legend) is bool(printed)
        assert ("PL là" in shown.legend) is ("PL " in _everything(shown))
        assert ("dấu * là" in shown.legend) is ("*" in _said(shown.projects))
    assert seen


def test_the_lead_of_work_that_fell_due_since_it_reported_is_asked_how_it_stands() -> None:
    made, standings = november()
    office, later = real_office(), dt.datetime(2026, 1, 16, 10, tzinfo=HANOI)
    january = make_review(office, made.cycle, standings, later, None, made.earlier)
    catalogue, form = office.catalogue_of(made.cycle), office.form_of(made.cycle)
    names = ReportNames(office.register, catalogue, form)
    asked = 0
    for one in standings:
        due = [
            task
            for task in january.review.tasks
            if role_of(task.row, one.agency) is Role.LEAD
            and task.bucket_of(one.agency) is TaskBucket.UNHEARD
        ]
        told = [t.plain for t in unheard_asked(january.review.tasks, one.agency, names)]
        assert len(told) == bool(due)
        for words in told:
            asked += 1
            assert words.startswith(f"{len(due)} nhiệm vụ đã đến hạn sau ngày cơ quan báo cáo (")
            assert all(names.place(task.row) in words for task in due)
            shown = preview_of(office, january.consolidation, january.review, one, later)
            assert words in [a.plain for a in shown.asks]
    assert asked > 1


def test_a_figure_that_the_report_marks_is_marked_in_its_agencys_page_with_the_same_note() -> None:
    made, standings = november()
    doubtful = [p for p in made.review.projects if is_doubtful(p)]
    named = {a.agency for p in doubtful for a in p.row.agencies}
    report = report_of(real_office(), made.consolidation, made.review, standings)
    [note] = [n.plain for n in report.project_notes if n.plain.startswith("*")]
    assert doubtful
    for shown in _pages():
        marked = [row["name"].plain for row in shown.projects if "*" in _said([row])]
        assert bool(marked) is (shown.agency in named)
        if marked:
            [told] = [c.plain for c in shown.checks if c.plain.startswith("*")]
            assert told.removesuffix(".") in note or len(doubtful) > len(marked)
            asks = _said(shown.asks)
            assert "cần kiểm tra (dấu *)" in asks
            assert f"(phần {shown.parts['checks']})" in asks
        wholes = [w for w in made.consolidation.wholes if shown.agency in
                  {f.agency for f in w.figures}]  # fmt: skip
        assert len(shown.checks) == len(wholes) + bool(marked)


def test_a_page_names_no_person_of_the_office_and_no_number_of_its_book() -> None:
    made, standings = november()
    office = real_office()
    conflict = next(c for c in made.conflicts if c.is_open and "stc" in c.agencies)
    ruling = ConflictRuling(
        *(Side.LEFT, "Trần Thị Hà, Trưởng phòng", "Số mới hơn.", 4, "ghi lúc 09 giờ"),
        on=dt.date(2025, 12, 5),
    )
    ruled = make_review(
        office, made.cycle, standings, made.as_of, {code_of(conflict): ruling}, made.earlier
    )
    said = ""
    for mine in standings:
        shown = preview_of(office, ruled.consolidation, ruled.review, mine, made.as_of)
        said += _everything(shown) + "\n".join(f"{s.agency} {s.span}" for s in shown.sources)

    assert "Ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025: Số mới hơn" in said
    for own in ("Trần Thị Hà", "quyết định số", "Quyết định của Trần"):
        assert own not in said
    report = report_of(office, ruled.consolidation, ruled.review, standings)
    told = _said(report.conflicts)
    assert "Ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025: Số mới hơn" in told
    assert "quyết định số" not in told.casefold()


def test_each_figure_that_was_ruled_on_stands_in_the_letter_of_both_parties() -> None:
    made, standings = november()
    office = real_office()
    day = dt.date(2025, 12, 5)
    rulings = {
        code_of(c): ConflictRuling(Side.RIGHT, "Trần Thị Hà", "Số mới hơn.", n, on=day)
        for n, c in enumerate(made.conflicts, 1)
        if c.is_open
    }
    ruled = make_review(office, made.cycle, standings, made.as_of, rulings, made.earlier)
    settled = [c for c in ruled.conflicts if not c.is_open]
    told = 0
    for mine in standings:
        concerned = [c for c in settled if mine.agency in c.agencies]
        facts = [
            f.plain
            for f in preview_of(office, ruled.consolidation, ruled.review, mine, made.as_of).facts
            if "(ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025)" in f.plain
        ]
        assert len(facts) == len(concerned)
        for conflict, said in zip(concerned, facts, strict=True):
            told += 1
            name = office.register.agency_name(conflict.stands.agency)
            own = conflict.stands.agency == mine.agency
            if conflict.kind is ConflictKind.EQUIVALENT:
                assert ("của cơ quan (" if own else f"của {name} (") in said
            elif own:
                assert "trình phiên họp số của cơ quan " in said and "không dùng số " in said
            else:
                assert ": số của cơ quan " in said and f"theo số của {name} (" in said
    assert told > len(settled) > 0


def test_own_works_are_counted_and_not_said_to_be_shown_to_the_meeting() -> None:
    made, _ = november()
    counted = 0
    for shown in _pages():
        own = [a for a in made.review.actions if a.agency == shown.agency]
        said = [f.plain for f in shown.facts if f.plain.startswith("Kế hoạch hành động có ")]
        assert shown.lists_actions is bool(own)
        assert not any("kế hoạch hành động" in name for name in shown.shown)
        assert len(said) == bool(own)
        if own:
            counted += 1
            [whole, *parts] = map(int, re.findall(r"\b\d+(?= )(?! tháng)", said[0]))
            assert whole == len(own) == sum(parts)
    assert counted


@pytest.mark.parametrize(
    ("held", "sent", "answer"),
    [
        (0, False, Answer.NOTHING),
        (1, False, Answer.HELD),
        (-1, False, Answer.CHOOSES),  # asked which of its workbooks counts
        (0, True, Answer.NOT_TAKEN),
    ],
)
def test_who_has_nothing_that_counts_is_told_so(held: int, sent: bool, answer: Answer) -> None:
    year, standings = november()
    mine = next(s for s in standings if s.agency == "bo_chqs")
    back = [dataclasses.replace(v, verdict=Verdict.RETURNED, sections={}) for v in mine.versions]
    silent = dataclasses.replace(
        mine,
        versions=back if sent else (),
        effective=None,
        held_mail=[HeldMail(year.as_of, asked=held < 0)] * abs(held),
        timeliness=Timeliness.MISSING,
    )
    office, made = real_office(), year.as_of

    assert preview_of(office, year.consolidation, year.review, mine, made).answer is (Answer.TAKEN)
    shown = preview_of(office, year.consolidation, year.review, silent, made)
    assert shown.answer is answer


def test_it_says_which_sections_are_owed_and_which_version_is_used() -> None:
    facts = " ".join(f.plain for f in page("skhcn").facts)

    assert "đang dùng phiên bản 1 (số 2025-review/" in facts
    assert "Còn phải gửi: Nhiệm vụ, Kế hoạch hành động." in facts


def test_its_digest_is_of_the_words_not_of_references_or_the_moment() -> None:
    made, standings = november()
    office = real_office()
    first = next(s for s in standings if s.versions and s.agency != "stc")
    fewer = [s for s in standings if s.agency != first.agency]  # moves every reference behind it
    other = make_review(office, made.cycle, fewer, made.as_of, None, made.earlier)
    mine = next(s for s in standings if s.agency == "bo_chqs")
    later = made.as_of + dt.timedelta(days=1)

    moved = preview_of(office, other.consolidation, other.review, mine, later)

    assert moved.sources != page("bo_chqs").sources
    assert moved.digest == page("bo_chqs").digest
    assert moved.digest != dataclasses.replace(moved, facts=moved.facts[1:]).digest


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2025-12-02T09:00", False),
        ("2025-12-03T09:00", True),
        ("2025-12-09T16:30", True),
        ("2025-12-06T09:00", False),  # Saturday
        ("2025-12-09T18:00", False),  # after hours
        ("2025-12-10T09:00", False),  # the meeting itself
    ],
)
def test_it_is_due_in_working_time_of_the_last_five_working_days(moment: str, due: bool) -> None:
    office = real_office()
    now = dt.datetime.fromisoformat(moment).replace(tzinfo=HANOI)

    assert previews_due(office.cycle("2025-review"), office.calendar, now) is due


def _fit_not() -> tuple[list[WholeAndParts], WholeAndParts, ReportNames]:
    """All wholes of the review that do not fit; of them one of two agencies; names."""
    made, _ = november()
    unfit = [w for w in made.consolidation.wholes if w.fault is not None]
    two = next(w for w in unfit if not w.link and w.whole.agency == "stc" and not w.one_source)
    office = real_office()
    cycle = made.consolidation.cycle
    catalogue = office.catalogue_of(cycle)
    return unfit, two, ReportNames(office.register, catalogue, office.form_of(cycle))


def _ruled(one: WholeAndParts, stands: Figure, other: Figure) -> Conflict:
    made, _ = november()
    return dataclasses.replace(
        made.consolidation.conflicts[0],
        left=other,
        right=stands,
        stands=stands,
        because=StandsBecause.RULING,
        decision="Ý kiến xử lý của Văn phòng ngày 19/11/2025",
    )


def test_only_who_reported_whole_and_parts_is_asked_to_mend_a_mismatch() -> None:
    unfit, two, names = _fit_not()
    own = [w for w in unfit if w.one_source]
    linked = [w for w in unfit if w.link and not w.one_source]
    assert own and linked
    mends = "ghi nhầm thì sửa, số đã đúng thì ghi lý do ở cột Giải trình cùng dòng, rồi gửi lại sổ"
    for one in own:
        [said] = checks_asked(0, [one], (), one.whole.agency, names, "VI")
        assert mends in said.plain
    for agency, other in (("stc", "Thống kê"), ("thong_ke", "Sở Tài chính")):
        [said] = checks_asked(0, [two], (), agency, names, "VI")
        assert mends not in said.plain
        assert f"Có 1 chỗ số của cơ quan không khớp với số của {other}" in said.plain
        assert "cơ quan không phải sửa sổ, nếu có ý kiến xin nêu trong thư trả lời" in said.plain
    for one in linked:
        for agency in {f.agency for f in one.figures}:
            [said] = checks_asked(0, [one], (), agency, names, "VI")
            assert mends not in said.plain and "số kia là của" in said.plain


def test_doubtful_amounts_of_projects_have_a_way_if_they_are_right() -> None:
    _, _, names = _fit_not()
    [said] = checks_asked(2, [], (), "sxd", names, "VII")
    assert said.plain == (
        "Có 2 dự án có số vốn cần kiểm tra (dấu *) (phần VII): đề nghị cơ quan kiểm tra; ghi nhầm "
        "thì sửa, số đã đúng thì ghi lý do ở cột Giải trình cùng dòng, rồi gửi lại sổ."
    )


def test_the_projects_that_an_agency_leads_are_counted_beside_its_tasks() -> None:
    made, standings = november()
    counted = 0
    for mine in standings:
        led = [p for p in made.review.projects if role_of(p.row, mine.agency) is Role.LEAD]
        heard = [p for p in led if any(a.agency == mine.agency for a in p.answers)]
        facts = preview_of(real_office(), made.consolidation, made.review, mine, made.as_of).facts
        told = [f.plain for f in facts if "dự án trọng điểm" in f.plain]
        if not led:
            assert told == []
            continue
        counted += 1
        parts = [f"{len(heard)} đã báo cáo"] if heard else []
        parts += [f"{len(led) - len(heard)} chưa có báo cáo"] if len(led) > len(heard) else []
        assert told == [f"Chủ trì {len(led)} dự án trọng điểm: {', '.join(parts)}."], mine.agency
    assert counted > 1


def test_who_loses_by_the_offices_choice_is_told_what_to_count_anew_and_the_other_nothing() -> None:
    _, two, names = _fit_not()
    theirs = next(f for f in two.parts if f.agency == "thong_ke")
    mine = dataclasses.replace(theirs, source=two.whole.source, reference="N-9999")
    ruled = _ruled(two, theirs, mine)

    [told] = checks_asked(0, [two], [ruled], "stc", names, "VIII")
    [beside] = checks_asked(0, [two], [ruled], "thong_ke", names, "VI")

    assert "vì phiên họp dùng số 115,80 của Thống kê thành phố Hải Phòng theo ý kiến" in told.plain
    assert "đề nghị tính lại số chung (đang ghi 111,59; phần VIII)." in told.plain
    assert "%" not in told.plain  # an index is no percentage
    assert "không phải sửa sổ" in beside.plain

    whole = dataclasses.replace(two.whole, reference="N-9998")
    turned = dataclasses.replace(two, whole=theirs, parts=[two.whole])
    [told] = checks_asked(0, [turned], [_ruled(turned, theirs, whole)], "stc", names, "VIII")
    assert "đề nghị xem lại các số thành phần của cơ quan (phần VIII)." in told.plain

    areas = [Territory.EAST, Territory.WEST]
    city = dataclasses.replace(two, areas=areas, parts=[theirs, two.parts[1]])
    [told] = checks_asked(0, [city], [_ruled(city, theirs, mine)], "stc", names, "VIII")
    assert "dùng số phía đông 115,80 của Thống kê" in told.plain
    assert "tính lại số toàn thành phố (đang ghi 111,59" in told.plain


def test_what_awaits_a_verdict_by_districts_is_named_in_brackets() -> None:
    told = [fact.plain for shown in _pages() for fact in shown.facts if "huyện" in fact.plain]
    assert told
    for fact in told:
        assert re.search(r"chờ đánh giá \((trong đó )?[^;]+tính theo cấp huyện\)", fact), fact
        assert "; trong đó" not in fact


def test_of_several_versions_in_use_each_sheet_has_its_own() -> None:
    made, standings = november()
    one = next(s for s in standings if s.counted and len(s.sections) > 1)
    [first] = one.counted
    head, *rest = one.sections
    sections = {head: Verdict.ACCEPTED, **dict.fromkeys(rest, Verdict.RETURNED)}
    second = {head: Verdict.RETURNED, **dict.fromkeys(rest, Verdict.ACCEPTED)}
    both = [
        dataclasses.replace(first, sections=sections),
        dataclasses.replace(
            first,
            version=2,
            receipt_number="TK-2025/0999",
            received_at=first.received_at + dt.timedelta(days=1),
            sections=second,
        ),
    ]
    standing = dataclasses.replace(one, versions=both, effective=both[1])
    shown = preview_of(real_office(), made.consolidation, made.review, standing, made.as_of)
    [said] = [f.plain for f in shown.facts if "đang dùng" in f.plain]
    assert shown.by_sheet
    assert re.search(r"phiên bản 1 \([^)]+\), (?:các )?trang: [^;]+; phiên bản 2 \(", said), said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((), ""),
        ((dt.date(2025, 11, 20),), "thư ngày 20/11/2025"),
        ((dt.date(2025, 11, 20), dt.date(2025, 11, 24)), "các thư ngày 20/11 và 24/11/2025"),
        ((dt.date(2025, 12, 30), dt.date(2026, 1, 5)), "các thư ngày 30/12/2025 và 05/01/2026"),
        ((dt.date(2025, 11, 20),) * 2, "thư ngày 20/11/2025"),
    ],
)
def test_earlier_letters_are_cited_by_their_days(days: tuple[dt.date, ...], said: str) -> None:
    made, _ = november()
    agency = real_office().register.agencies["stc"]
    notes = PreviewNotes(earlier=days)
    letter = compose_preview(made.consolidation.cycle, agency, "", [], Answer.NOTHING, notes)
    assert letter.context["earlier"] == said
