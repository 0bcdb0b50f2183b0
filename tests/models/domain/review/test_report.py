"""The report's content: figures carry references, references lead to cells, counts agree."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.answers.standing import Timeliness
from models.domain.cycle.cycles import HANOI
from models.domain.mail.reach import OutOfReach
from models.domain.notation.number_notation import format_number
from models.domain.reading.forms import place_of
from models.domain.register.catalogue import Appendix, CatalogueRow
from models.domain.register.targets import REACHED, Judgement
from models.domain.register.territories import Territory
from models.domain.results.change_wording import texts_alike
from models.domain.results.report import ReportContent, report_of
from models.domain.results.report_measures import missed_row
from models.domain.results.report_text import (
    CUT_MARK,
    LONGEST,
    Citations,
    ReportNames,
    Text,
    same_words,
    shortened,
)
from models.domain.results.report_work import proposals_said
from models.domain.results.review_summary import review_matter
from models.domain.results.snapshots import (
    FrozenLine,
    LineChange,
    changes_between,
    review_lines,
    snapshot_of,
)
from models.domain.review.lines import ReviewIndicator
from models.domain.review.review import grown_elsewhere
from models.domain.review.spending import unlikely_shares
from models.domain.review.states import TaskBucket, ValueStatus
from tasks.adapters.sheets.common_sheets import agency_sheet
from tasks.adapters.sheets.output_columns import Toned
from tests.fixtures.made_review import make_review
from tests.fixtures.november import november
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.table_values import values_of

REFERENCE = re.compile(r"\b[NK]-[0-9]{4,}\b")


@pytest.fixture(scope="module")
def content() -> ReportContent:
    made, standings = november()
    return report_of(real_office(), made.consolidation, made.review, standings)


def texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def names_of_places(row: CatalogueRow) -> str:
    return place_of(row, real_office().catalogue_of(real_office().cycle("2025-review")))


def cited(content: ReportContent) -> set[str]:
    return {
        found
        for text in texts(content)
        for span in text.spans
        if span.is_reference
        for found in REFERENCE.findall(span.text)
    }


def test_every_reference_that_is_printed_leads_to_a_cell_and_no_others_do(content) -> None:
    listed = [found for s in content.sources for found in REFERENCE.findall(s.cells)]

    assert set(listed) == cited(content)
    assert len(listed) == len(set(listed)) == content.citations


def test_the_annex_names_the_very_cell_and_file_of_each_reference(content) -> None:
    made, _ = november()
    figures = {f.reference: f for f in (*made.lineage, *made.earlier.lineage)}

    for source in content.sources:
        sheet = ""
        for line in source.cells.splitlines():
            if line.startswith("Trang «"):
                sheet = line.removeprefix("Trang «").removesuffix("»:")
                continue
            for pair in line.split(", "):
                reference, _, cell = pair.partition(" ô ")
                figure = figures[reference].source
                assert (figure.sheet_name, figure.cell) == (sheet, cell)
                assert (figure.file_sha256, figure.receipt_number) == (
                    source.sha256,
                    source.receipt,
                )


def test_every_indicator_is_counted_once_and_stands_in_the_annex(content) -> None:
    made, _ = november()
    headline = made.review.headline
    *by_appendix, total = [
        {key: int(text.plain) if text.plain != "-" else 0 for key, text in row.items()}
        for row in ({k: t for k, t in row.items() if k != "name"} for row in content.outcomes)
    ]

    for key, count in total.items():
        assert count == sum(row[key] for row in by_appendix)
    assert total["total"] == headline.indicators == len(content.annex_indicators)
    assert total["exceeded"] + total["met"] + total["floor"] == headline.met
    assert total["not_met"] == headline.not_met == len(content.not_met)
    assert total["no_data"] == headline.no_data == len(content.no_data)
    assert total["open"] == headline.cannot_be_judged == len(content.unjudged)


def test_of_many_that_were_reached_the_report_lists_the_main_ones_and_counts_all(content) -> None:
    made, _ = november()
    reached = [i for i in made.review.indicators if i.has_value and i.outcome in REACHED]
    main = [i for i in reached if i.row.appendix is Appendix.I]
    counts = [int(re.findall(r": (\d+) chỉ tiêu", g.title)[0]) for g in content.reached]
    many = [g for g, count in zip(content.reached, counts, strict=True) if count > 12]

    assert sum(counts) == len(reached) > len(main)
    assert len(many) == 2 and len(content.reached) == 3
    for group in many:
        assert group.rows
        assert all(row["place"].plain.startswith("PL I.") for row in group.rows)
        assert group.title.endswith(f"trong đó {len(group.rows)} chỉ tiêu chủ yếu")
    few = [g for g in content.reached if g not in many]
    assert [len(g.rows) for g in few] == [count for count in counts if count <= 12] == [1]
    assert sum(len(g.rows) for g in many) + 1 == len(main)


def test_a_row_shows_its_figures_with_the_same_decimals(content) -> None:
    number = re.compile(r"[+-]?[0-9.]+(?:,([0-9]+))?")
    for row in content.annex_indicators:
        if row["place"].plain and not row["value"].plain.startswith(("thấp", "cao")):
            cells = [row[k].plain.split("\n")[0] for k in ("last_year", "to_date", "value")]
            found = [m for cell in cells if (m := number.fullmatch(cell))]
            assert len({len(m[1] or "") for m in found}) <= 1, cells


def test_every_row_with_a_target_for_the_whole_city_stands_among_the_territories(content) -> None:
    made, _ = november()
    set_for_all = [
        i
        for i in made.review.indicators
        if (whole := i.territories.get(Territory.WHOLE)) is not None and whole.target is not None
    ]
    by_place = {r["place"].plain: r for r in content.territories}

    assert len(by_place) == len(content.territories) >= len(set_for_all) == 10
    for row in by_place.values():
        assert "Nghị quyết số 42/NQ-HĐND" in row["whole"].plain
    for one in set_for_all:
        whole = one.territories[Territory.WHOLE]
        row = by_place[names_of_places(one.row)]["whole"].plain
        assert row.startswith("chưa có số") is (whole.value is None)
    revenue = by_place["PL I.4"]["whole"].plain
    assert "giao 165.011,600 (Nghị quyết số 42/NQ-HĐND, chờ xác nhận)" in revenue


def test_a_row_with_a_target_for_the_whole_city_that_nobody_reports_says_so() -> None:
    made, _ = november()
    one = made.review.indicator("state_budget_revenue")
    whole = dataclasses.replace(one.territories[Territory.WHOLE], value=None, reports=())
    silent = dataclasses.replace(
        one, territories={**one.territories, Territory.WHOLE: whole}
    )  # fmt: skip
    review = dataclasses.replace(made.review, indicators=[silent])

    content = report_of(real_office(), made.consolidation, review)

    [row] = content.territories
    assert row["whole"].plain.startswith("chưa có số\ngiao 165.011,6")
    overview = " ".join(p.plain for p in content.overview)
    assert "Trong 1 chỉ tiêu có mức giao cho toàn thành phố sau hợp nhất" in overview
    assert "1 chỉ tiêu chưa có số liệu toàn thành phố" in overview


def test_each_value_of_a_territory_names_who_reported_it(content) -> None:
    [grdp] = [r for r in content.territories if r["place"].plain == "PL I.1"]

    for cell in ("east", "west", "whole"):
        assert "(Sở Tài chính)" in grdp[cell].plain
    assert "Chỉ thị số 03/CT-UBND" in grdp["east"].plain
    assert "Hội nghị triển khai nhiệm vụ" in grdp["west"].plain
    assert not any("tạm tính" in t.plain or "giả định" in t.plain for t in texts(content))


def test_what_counts_nothing_drops_out_of_the_overview(content) -> None:
    overview = " ".join(p.plain for p in content.overview)

    assert not re.search(r"(?<![\d.,/])0 (chỉ tiêu|đang|đã|quá hạn|chưa|số|nhiệm vụ)", overview)
    assert not re.search(r"(đạt|vượt|đúng hạn|quá hạn|thời hạn|phấn đấu) 0[,)]", overview)
    assert "chỉ tiêu chưa đạt mức cam kết đầu năm" in overview


def test_every_task_stands_in_its_bucket_and_buckets_add_up(content) -> None:
    made, _ = november()
    review = made.review

    assert sum(len(g.rows) for g in content.annex_tasks) == len(review.tasks)
    assert len(content.overdue) == review.headline.buckets[TaskBucket.OVERDUE]
    *parts, total = [int(row["tasks"].plain) for row in content.buckets]
    assert sum(parts) == total == len(review.tasks)


def test_an_indicator_not_met_gives_the_causes_of_its_agency_with_their_source(content) -> None:
    made, _ = november()
    missed = [
        i for i in made.review.indicators
        if i.has_value and i.outcome is Judgement.NOT_MET
    ]  # fmt: skip

    for indicator, row in zip(missed, content.not_met, strict=True):
        if indicator.causes is not None:
            assert indicator.causes.text[:40] in row["causes"].plain
            assert f"[{indicator.causes.reference}]" in row["causes"].plain
        else:
            assert row["causes"].plain.startswith(("Cơ quan chưa nêu", "Giải pháp"))


def test_causes_of_an_agency_whose_value_does_not_stand_are_under_its_own_name() -> None:
    made, _ = november()
    office = real_office()
    cycle = made.cycle
    names = ReportNames(office.register, office.catalogue_of(cycle), office.form_of(cycle))
    told = next(i for i in made.review.indicators if i.causes and i.remedies)
    strange = dataclasses.replace(told, kin=("another",))
    assert told.causes is not None
    agency = names.agency(told.causes.agency)

    own, other = (missed_row(i, 1, names, Citations()) for i in (told, strange))

    assert agency not in own["causes"].plain
    assert other["causes"].plain.startswith(f"Nguyên nhân ({agency}): {told.causes.text[:20]}")
    assert f"Giải pháp ({agency}): " in other["causes"].plain


def test_west_and_whole_stand_beside_the_east_each_with_its_own_target(content) -> None:
    [grdp] = [r for r in content.territories if r["place"].plain == "PL I.1"]

    assert "giao 12,50" in grdp["east"].plain
    assert "giao 12,35" in grdp["whole"].plain


def test_a_conflict_of_another_territory_says_which(content) -> None:
    made, _ = november()

    for conflict, row in zip(made.conflicts, content.conflicts, strict=True):
        assert row["no"].plain == conflict.number
        assert row["name"].plain.endswith("toàn thành phố") == (conflict.territory == "whole")
        for figure in (conflict.left, conflict.right, conflict.stands):
            shown = row["left"].plain + row["right"].plain + row["stands"].plain
            assert f"[{figure.reference}]" in shown


def test_a_figure_in_an_open_conflict_carries_its_number_wherever_it_is_judged(content) -> None:
    made, _ = november()
    review = made.review
    rows = dict(zip((i.row.code for i in review.indicators), content.annex_indicators, strict=True))
    marked = {i.row.code for i in review.indicators if "(MT-" in rows[i.row.code]["value"].plain}
    doubtful = {
        f.reference: c.number for c in made.conflicts if c.is_open
        for f in (c.left, c.right)
    }  # fmt: skip

    assert marked == {
        i.row.code
        for i in review.indicators
        if i.result and i.result.value and i.result.value.reference in doubtful
    }
    assert marked
    for conflict, row in zip(made.conflicts, content.conflicts, strict=True):
        if conflict.each_stands:
            assert conflict.left.reference in row["stands"].plain
            assert conflict.right.reference in row["stands"].plain
            assert row["because"].plain.endswith("mỗi phụ lục tạm ghi số của mình")


def test_who_owes_is_named_with_the_sections_still_to_come(content) -> None:
    _, standings = november()
    owing = [s for s in standings if s.owes]

    assert len(content.owing) == len(owing)
    assert any(row["owed"].plain == "toàn bộ báo cáo" for row in content.owing)
    assert any("Nhiệm vụ" in row["owed"].plain for row in content.owing)


def test_the_same_words_are_told_once_with_all_who_ask_so(content) -> None:
    made, _ = november()
    said: dict[str, set[str]] = {}
    for one in made.review.proposals:
        said.setdefault(same_words(one.text), set()).add(one.agency)

    assert len(content.proposals) == len(said) < len(made.review.proposals)
    counts = [int(row["count"].plain) for row in content.proposals]
    assert sorted(counts, reverse=True) == counts == sorted(map(len, said.values()), reverse=True)
    for row in content.proposals:
        agencies = said[same_words(row["text"].plain)]
        assert all(real_office().register.agency_name(a) in row["agency"].plain for a in agencies)
    cells = "".join(row["agency"].plain for row in content.proposals)
    assert set(REFERENCE.findall(cells)) == {p.figure.reference for p in made.review.proposals}


def test_a_proposal_at_a_row_names_its_place_once(content) -> None:
    made, _ = november()
    cycle = made.cycle
    names = ReportNames(
        real_office().register, real_office().catalogue_of(cycle), real_office().form_of(cycle)
    )
    at_rows = [p for p in made.review.proposals if p.row]

    cells = "; ".join(row["agency"].plain for row in content.proposals)

    assert at_rows
    for one in at_rows:
        assert re.search(rf"{names.agency(one.agency)} \([^)]*\b{names.about(one.row)}\b", cells)


def test_what_stands_in_the_way_of_projects_is_told_once_a_wording(content) -> None:
    made, _ = november()
    told = [p for p in made.review.projects if p.obstacles is not None]

    assert len(content.obstacles) == len({same_words(p.obstacles.text) for p in told})
    cells = "".join(t.plain for t in content.obstacles)
    assert set(REFERENCE.findall(cells)) == {p.obstacles.reference for p in told}


def test_the_sums_of_projects_are_of_what_stands_above_and_shares_of_what_belongs_together(
    content,
) -> None:
    made, _ = november()
    projects = made.review.projects
    paid = {p.row.code: p.disbursed.number for p in projects if p.disbursed}
    plans = {p.row.code: b.plan.number for p in projects if (b := p.baseline("plan_central"))}
    both = paid.keys() & plans.keys()

    total = content.projects_total

    assert total["paid"].plain == format_number(sum(paid.values()), 0)
    assert total["plan_central"].plain == format_number(sum(plans.values()), 0)
    share = 100 * sum(paid[c] for c in both) / sum(plans[c] for c in both)
    assert total["share_central"].plain == format_number(share, 1) + "%"
    note, *doubtful = content.project_notes
    beyond = [p for p in projects if unlikely_shares(p)]
    assert [all(names_of_places(p.row) in n.plain for p in beyond) for n in doubtful] == [
        True for _ in doubtful
    ]
    assert bool(doubtful) == bool(beyond)
    assert f"{len(both)} dự án có kế hoạch Thủ tướng Chính phủ giao" in note.plain
    assert "số đã giải ngân tính đến ngày 31/10/2025" in note.plain


def test_growth_of_the_whole_city_is_told_beside_the_scenario_of_the_old_one(content) -> None:
    made, _ = november()
    office = real_office()
    assert grown_elsewhere(made.review, office.catalogues[2025]) is None
    growth = made.review.indicator("grdp_growth")
    own = growth.territories[Territory.EAST]
    whole = dataclasses.replace(own, territory=Territory.WHOLE, target=growth.target)
    final = dataclasses.replace(
        growth,
        status=ValueStatus.ACTUAL,
        territories={
            Territory.EAST: dataclasses.replace(own, value=None),
            Territory.WHOLE: whole,
        },
    )
    others = [final if i is growth else i for i in made.review.indicators]
    review = dataclasses.replace(made.review, indicators=others)

    notes = report_of(office, made.consolidation, review).scenario_notes
    matter = review_matter(made.consolidation, review, office)
    ahead = dict(matter.figures)["Chỉ số GRDP cả năm"]

    assert "là của Hải Phòng trước hợp nhất; PL I.1 của toàn thành phố" in notes[0].plain
    assert ", của phía đông; tốc độ tăng toàn thành phố " in ahead
    assert any(point.startswith("GRDP cả năm phía đông ") for point in matter.points)
    assert set(matter.in_figures) < set(matter.points)
    assert not any("trước hợp nhất" in note.plain for note in content.scenario_notes)


def test_how_often_something_is_asked_and_for_how_many_things(content) -> None:
    made, _ = november()
    counted = proposals_said(made.review.proposals)

    assert counted.endswith(f"với {len(content.proposals)} nội dung")
    assert any(counted in text.plain for text in content.overview)
    assert proposals_said([]) == ""


def test_numbers_that_are_compared_have_as_many_decimals() -> None:
    def change(*texts: str) -> LineChange:
        return LineChange("x", *(FrozenLine("x", "met", "stc", text, "") for text in texts))

    assert texts_alike(change("9,2", "10,21 (toàn thành phố)")) == (
        *("9,20", "10,21 (toàn thành phố)"),
    )
    assert texts_alike(change("1.250", "3,5")) == ("1.250,0", "3,5")
    assert texts_alike(change("Đang thực hiện", "3,5")) == ("Đang thực hiện", "3,5")
    assert texts_alike(change("", "3,5")) == ("", "3,5")


@pytest.mark.parametrize("end", ["", "."])
def test_a_deadline_of_its_own_is_told_with_who_granted_it_and_why(end: str) -> None:
    year, standings = november()
    office = real_office()
    on_time = next(s for s in standings if s.timeliness is Timeliness.ON_TIME)
    granted = dataclasses.replace(
        on_time,
        extension_until=dt.datetime(2025, 11, 26, tzinfo=HANOI),
        extension_said=f"Trần Thị Hà: Đang phục vụ đoàn kiểm toán{end}",
    )
    made = make_review(
        office,
        year.cycle,
        [granted if s is on_time else s for s in standings],
        year.as_of,
        None,
        year.earlier,
    )

    [told] = report_of(office, made.consolidation, made.review, standings).extended

    assert made.inputs_hash != year.inputs_hash
    assert told.plain == (
        f"{office.register.agencies[on_time.agency].name}: Đúng hạn (được gia hạn đến hết "
        "25/11/2025); quyết định của Trần Thị Hà: Đang phục vụ đoàn kiểm toán."
    )
    states = values_of(agency_sheet(made.consolidation), "timeliness")
    assert [t.text for t in states if isinstance(t, Toned)].count(
        "Đúng hạn (được gia hạn đến hết 25/11/2025)"
    ) == 1


def test_an_agency_that_no_letter_reaches_is_named_so_where_it_owes_and_counted() -> None:
    year, standings = november()
    office = real_office()
    owing = next(s for s in standings if s.owes)
    since = dt.datetime(2025, 10, 21, 9, tzinfo=HANOI)
    beyond = OutOfReach(("a@so.example",), since, "địa chỉ không tồn tại", for_good=True)
    unreached = dataclasses.replace(owing, out_of_reach=beyond)
    told = [unreached if s is owing else s for s in standings]
    made = make_review(office, year.cycle, told, year.as_of, None, year.earlier)

    content = report_of(office, made.consolidation, made.review, told)

    assert made.inputs_hash != year.inputs_hash
    states = [row["state"].plain for row in content.owing]
    assert [s.endswith("; thư không tới từ 21/10/2025") for s in states].count(True) == 1
    assert "; thư của Văn phòng không tới 1 cơ quan." in content.overview[0].plain


def test_it_says_what_changed_since_the_last_report() -> None:
    made, standings = november()
    now = snapshot_of(made.consolidation, review_lines(made.review))
    lines = [
        dataclasses.replace(line, judgement=Judgement.EXCEEDED.value)
        if line.row_key == "grdp_growth" else line
        for line in now.lines
    ]  # fmt: skip
    before = dataclasses.replace(now, lines=tuple(lines), as_of=now.as_of - dt.timedelta(days=7))

    content = report_of(
        real_office(),
        made.consolidation,
        made.review,
        standings,
        changes_between(before, now),
    )

    assert "1 dòng có đánh giá khác trước" in content.changes[0].plain
    [row] = content.flipped
    assert row["before"].plain.startswith("12,2: vượt")
    assert "không đạt" in row["after"].plain


def test_work_that_fell_due_after_the_last_report_is_told_with_the_day_and_not_overdue() -> None:
    made, standings = november()
    office = real_office()
    january = make_review(
        office,
        made.cycle,
        standings,
        dt.datetime(2026, 1, 16, 10, tzinfo=HANOI),
        None,
        made.earlier,
    )
    review = january.review
    silent = review.tasks_in(TaskBucket.UNHEARD)
    since = max(t.doing.reported_on for t in silent)
    changes = changes_between(
        *(snapshot_of(m.consolidation, review_lines(m.review)) for m in (made, january))
    )

    content = report_of(office, january.consolidation, review, standings, changes)

    was_due = {t.row.code for t in made.review.tasks_in(TaskBucket.OVERDUE)}
    assert {t.row.code for t in review.tasks_in(TaskBucket.OVERDUE)} == was_due
    assert all(t.deadline and t.deadline >= t.doing.reported_on for t in silent)
    day = f"{review.headline.unheard_since:%d/%m/%Y}"
    assert review.headline.unheard_since >= since
    said = f"; {len(silent)} đã đến hạn, chưa có số liệu sau ngày {day}"
    assert any(said in p.plain for p in content.overview)
    assert f"Đã đến hạn, chưa có số liệu sau ngày {day}" in [
        r["name"].plain for r in content.buckets
    ]
    assert not [r for r in content.flipped if "đã đến hạn" in r["after"].plain]
    told = content.changes[1].plain
    assert "đã đến hạn, chưa có số liệu mới, không tính là quá hạn: PL IV." in told
    count = int(re.findall(r"^(?:Trong số đó,|Cả) (\d+) dòng", told)[0])
    assert count >= len(silent) > 0
    assert told.startswith("Cả ") is (count == len(changes.flipped))


def test_a_report_serves_the_meeting_that_is_still_to_come_and_no_other() -> None:
    made, standings = november()
    office = real_office()

    def served(*day: int) -> str:
        at = dt.datetime(*day, 10, tzinfo=HANOI)  # type: ignore[misc]
        then = dataclasses.replace(made.consolidation, as_of=at)
        return report_of(office, then, made.review, standings).recipient

    expected = made.cycle.meeting_on
    assert expected == dt.date(2025, 12, 10)
    assert served(2025, 12, 10).startswith("phiên họp thường kỳ cuối năm 2025")
    assert served(2025, 12, 10).endswith("dự kiến ngày 10/12/2025")
    assert served(2025, 12, 10).count("dự kiến") == 1
    assert served(2025, 12, 11) == "công tác chỉ đạo, điều hành của Ủy ban nhân dân thành phố"


def test_nothing_new_since_the_last_report_is_said_and_is_no_first_report() -> None:
    made, standings = november()
    now = snapshot_of(made.consolidation, review_lines(made.review))

    content = report_of(
        real_office(), made.consolidation, made.review, standings, changes_between(now, now)
    )

    [said] = content.changes
    assert said.plain.endswith("không có số liệu nào thay đổi.")


def test_the_copy_to_be_signed_has_the_same_words_and_no_reference(content) -> None:
    clean = content.without_references()

    assert not cited(clean) and not clean.sources and content.sources
    assert not any(REFERENCE.search(t.plain) or "[" in t.plain for t in texts(clean))
    assert not any(t.plain != t.plain.rstrip() for t in texts(clean))
    with_marks, without = list(texts(content)), list(texts(clean))
    assert len(with_marks) == len(without)
    for text, bare in zip(with_marks, without, strict=True):
        said = "".join(span.text for span in text.spans if not span.is_reference)
        assert said.rstrip() == bare.plain


def test_all_figures_of_one_kind_are_said_to_be_so() -> None:
    made, _ = november()
    told = [i for i in made.review.indicators if i.has_value]

    def overview(*indicators: ReviewIndicator) -> str:
        review = dataclasses.replace(made.review, indicators=indicators)
        content = report_of(real_office(), made.consolidation, review)
        return " ".join(p.plain for p in content.overview)

    final = dataclasses.replace(told[0], status=ValueStatus.ACTUAL)
    assert f"Cả {len(told)} chỉ tiêu là số ước thực hiện" in overview(*told)
    assert "Số liệu gồm 1 số ước thực hiện và 1 số chính thức" in overview(final, told[1])


def test_a_long_text_is_cut_at_a_word_and_says_where_the_rest_is() -> None:
    cut = shortened("mười chữ cái " * 200)

    assert cut.endswith("…" + CUT_MARK)
    assert len(cut) <= LONGEST + len(CUT_MARK) + 1


@given(st.text(max_size=700))
def test_what_agencies_write_is_one_harmless_line(text: str) -> None:
    line = shortened(text)

    assert line.isprintable() or not line
    assert len(line) <= LONGEST + len(CUT_MARK) + 1


def test_nothing_is_cited_for_nothing() -> None:
    cites = Citations()

    assert not cites.cite(None)
    assert not cites.value(None)
    assert not cites.quoted(None)
    assert cites.figures == []
