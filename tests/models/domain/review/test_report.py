"""The report's content: figures carry references, references lead to cells, counts agree."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.answers.standing import Timeliness
from models.domain.consolidation.wholes import WholeAndParts, WholeFault
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import rounding_said
from models.domain.mail.reach import OutOfReach
from models.domain.notation.rounding import percent_of, shares_of
from models.domain.register.targets import Judgement
from models.domain.results.overview.open_matters import open_matters
from models.domain.results.report import ReportContent, report_of
from models.domain.results.report_text import (
    CUT_MARK,
    LONGEST,
    Citations,
    ReportNames,
    same_words,
    shortened,
)
from models.domain.results.report_work import bucket_rows, proposals_said, questions_asked
from models.domain.results.review_summary import review_matter
from models.domain.results.snapshots import (
    changes_between,
    review_lines,
    snapshot_of,
)
from models.domain.results.summary_words import TABLE_ROWS, counted_points, cut_table
from models.domain.review.headline import doings_of
from models.domain.review.lines import ReviewTask
from models.domain.review.reported_days import heard_days
from models.domain.review.states import DeadlineSource, TaskBucket
from models.domain.review.wording import BUCKET_NAMES, fell_due_said
from tasks.adapters.sheets.common_sheets import agency_sheet
from tasks.adapters.sheets.output_columns import Toned
from tests.fixtures.made_review import make_review
from tests.fixtures.november import november
from tests.fixtures.report_texts import REFERENCE, texts
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.table_values import values_of


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
    *parts, total = [int(row["tasks"].plain.replace("-", "0")) for row in content.buckets]
    assert sum(parts) == total == len(review.tasks)


def test_nothing_is_counted_as_a_zero_in_tables_of_tasks(content) -> None:
    made, _ = november()
    headline = made.review.headline
    assert not any(t.plain == "0" for row in content.buckets for t in row.values())
    none = [b for b in headline.shown_buckets if not headline.buckets[b]]
    dashes = [row for row in content.buckets if row["tasks"].plain == "-"]
    assert none and len(dashes) == len(none)
    assert all(row["share"].plain == "-" for row in dashes)
    counts = [headline.buckets[b] for b in headline.shown_buckets]
    whole = [(count, headline.tasks) for count in counts]
    assert rounding_said(shares_of(counts), whole) in content.tasks_overview[0].plain
    assert ("cộng đúng 100%" in content.tasks_overview[0].plain) == any(
        share != percent_of(count, headline.tasks)
        for share, count in zip(shares_of(counts), counts, strict=True)
    )


def test_done_in_time_by_a_day_the_agency_set_itself_is_told_apart() -> None:
    made, _ = november()
    first, *others = made.review.tasks_in(TaskBucket.DONE_ON_TIME)
    rest = [t for t in made.review.tasks if t is not first]
    by_own = dataclasses.replace(
        first,
        doing=dataclasses.replace(
            first.doing,
            due=dataclasses.replace(first.doing.due, source=DeadlineSource.OWN_PLAN),
        ),
    )

    def named(tasks: list[ReviewTask]) -> str:
        rows = bucket_rows(dataclasses.replace(made.review, tasks=tasks))
        return next(n for row in rows if (n := row["name"].plain).startswith("Hoàn thành đúng hạn"))

    assert others and first.doing.deadline_source is DeadlineSource.DIRECTIVE
    told = "Hoàn thành đúng hạn (trong đó 1 nhiệm vụ theo thời hạn cơ quan tự đặt)"
    assert named([by_own, *rest]) == told
    assert named([first, *rest]) == "Hoàn thành đúng hạn"


def test_how_many_were_not_asked_before_is_told_of_all_who_must_report() -> None:
    made, _ = november()
    first, *others = made.consolidation.agencies
    agencies = [dataclasses.replace(first, came_from="tỉnh Hải Dương"), *others]
    consolidation = dataclasses.replace(made.consolidation, agencies=agencies)

    content = report_of(real_office(), consolidation, made.review)

    said = f"Trong {len(agencies)} cơ quan, đơn vị phải báo cáo, 1 cơ quan chưa được đề nghị"
    assert any(p.plain.startswith(said) for p in content.overview)
    assert not any("trong số đó" in p.plain for p in content.overview)


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


def test_how_often_something_is_asked_and_for_how_many_things(content) -> None:
    made, _ = november()
    counted = proposals_said(made.review.proposals)

    assert counted.endswith(f"với {len(content.proposals)} nội dung")
    assert any(counted in text.plain for text in content.overview)
    assert proposals_said([]) == ""


@pytest.mark.parametrize("end", ["", "."])
def test_a_deadline_of_its_own_is_told_with_why_and_names_no_clerk(end: str) -> None:
    year, standings = november()
    office = real_office()
    on_time = next(s for s in standings if s.timeliness is Timeliness.ON_TIME)
    granted = dataclasses.replace(
        on_time,
        extension_until=dt.datetime(2025, 11, 26, tzinfo=HANOI),
        extension_said=f"Trần Thị Hà: Đang phục vụ đoàn kiểm toán{end}",
        extension_reason=f"Đang phục vụ đoàn kiểm toán{end}",
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
        "25/11/2025); lý do gia hạn: Đang phục vụ đoàn kiểm toán."
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

    assert "1 chỉ tiêu có kết quả đánh giá khác trước" in content.changes[0].plain
    [row] = content.flipped
    assert row["before"].plain.startswith("12,20: vượt")
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
    since = [d.reported_on for d in doings_of(silent) if d.bucket is TaskBucket.UNHEARD]
    changes = changes_between(
        *(snapshot_of(m.consolidation, review_lines(m.review)) for m in (made, january))
    )

    content = report_of(office, january.consolidation, review, standings, changes)

    was_due = {t.row.code for t in made.review.tasks_in(TaskBucket.OVERDUE)}
    assert {t.row.code for t in review.tasks_in(TaskBucket.OVERDUE)} == was_due
    assert all(t.deadline and t.deadline >= t.doing.reported_on for t in silent)
    days = review.headline.tasks_unheard_since
    assert days == heard_days(since)
    name = BUCKET_NAMES[TaskBucket.UNHEARD]
    said = f"; {len(silent)} {name.lower()}"
    assert any(said in p.plain.lower() for p in content.overview)
    assert name in [r["name"].plain for r in content.buckets]
    told_since = fell_due_said(days, review.headline.actions_unheard_since)
    assert any(told_since in p.plain for p in content.tasks_overview)
    counts, sentences = counted_points(review_matter(january.consolidation, review, office).points)
    assert (f"Nhiệm vụ {name}".lower(), str(len(silent))) in [
        (label.lower(), count) for label, count in counts
    ]
    assert not any("đến hạn sau" in sentence for sentence in sentences)
    # What stands over many says the first and the last day, and no later than any of them.
    for task in silent:
        assert days.first <= task.doing.reported_on <= days.last
    assert not [r for r in content.flipped if "đến hạn sau" in r["after"].plain]
    told = content.changes[1].plain
    assert "đến hạn sau ngày báo cáo, chưa có số liệu mới, không tính là quá hạn: PL IV." in told
    count = int(re.findall(r"thêm (\d+) nhiệm vụ đến hạn", told)[0])
    assert count >= len(silent) > 0
    matter = "nhiệm vụ được giao đổi tình trạng (nay "
    [_, became] = content.changes[0].plain.split(matter)
    assert f"{count} đến hạn sau ngày báo cáo, chưa có số liệu mới" in became


@pytest.mark.parametrize(
    ("previews", "expected"),
    [
        ([], ""),
        (["2025-11-01"], ""),  # before anything had fallen due
        (["2025-12-03"], "{} đã đề nghị ngày 03/12/2025, chưa trả lời; {} chưa đề nghị"),
        (["2025-12-03", "2026-01-15"], "đều đã đề nghị ngày 15/01/2026, chưa trả lời"),
    ],
)
def test_of_work_that_fell_due_without_news_it_is_told_who_was_asked_about_it(
    previews: list[str], expected: str
) -> None:
    made, standings = november()
    days = [dt.date.fromisoformat(day) for day in previews]
    asked = [dataclasses.replace(s, previewed_on=days) for s in standings]
    at = dt.datetime(2026, 1, 16, 10, tzinfo=HANOI)
    office = real_office()
    january = make_review(office, made.cycle, asked, at, None, made.earlier)
    due = [t.deadline for t in january.review.tasks_in(TaskBucket.UNHEARD)]
    of_first = sum(day < dt.date(2025, 12, 3) for day in due)
    said = expected.format(of_first, len(due) - of_first)
    assert 0 < of_first < len(due)

    content = report_of(office, january.consolidation, january.review, asked)
    figures = dict(review_matter(january.consolidation, january.review, office).figures)

    overview = " ".join(p.plain for p in content.overview)
    ending = " ".join(q.plain for q in content.questions)
    places = (overview, ending, figures["Nhiệm vụ đã hoàn thành"])
    assert all(("đề nghị ngày" in place) is bool(said) for place in places)
    assert all(said in place for place in places)
    of_work = " ".join(p.plain for p in content.tasks_overview)
    assert (f"Về {len(due)} nhiệm vụ được giao ấy: {said}." in of_work) is bool(said)
    assert (said in january.review.by_day()) is bool(said)


def test_a_value_is_written_one_way_wherever_it_stands() -> None:
    made, standings = november()
    content = report_of(real_office(), made.consolidation, made.review, standings)
    written: dict[str, set[str]] = {}
    for row in (*content.annex_indicators, *content.territories):
        for text in row.values():
            for number, reference in re.findall(r"([\d.,]+)\s+\[(N-\d+)\]", text.plain):
                written.setdefault(reference, set()).add(number)

    assert len(written) > 100
    assert not {ref: numbers for ref, numbers in written.items() if len(numbers) > 1}


def test_one_row_more_than_a_letters_table_shows_is_shown_too() -> None:
    tables = [
        cut_table("Việc", ("TT",), [(str(n),) for n in range(count)], ())
        for count in (TABLE_ROWS + 1, TABLE_ROWS + 2)
    ]

    assert [(t.title, len(t.rows)) for t in tables] == [
        ("Việc", TABLE_ROWS + 1),
        (f"Việc ({TABLE_ROWS} trong {TABLE_ROWS + 2})", TABLE_ROWS),
    ]


def test_what_does_not_fit_stands_with_the_scenario_only_where_it_is_about_it() -> None:
    made, standings = november()
    office = real_office()
    of_growth = office.catalogue_of(made.cycle).row("grdp_growth")
    of_trade, increase = (
        next(i for i in made.consolidation.indicators if i.row.code == code)
        for code in ("state_budget_revenue_trade", "trade_revenue_above_central_estimate")
    )
    assert of_trade.standing and of_trade.standing.value
    assert increase.standing and increase.standing.value
    [link] = [one for one in office.rules.links if one.first == of_trade.row.code]
    linked = WholeAndParts(
        of_trade.row,
        "",
        of_trade.standing.value,
        (increase.standing.value,),
        WholeFault.ABOVE,
        *(Decimal(0), Decimal(7300), Decimal(7300), Decimal(50)),
        link=link,
        other_row=increase.row,
    )
    growth = dataclasses.replace(
        linked, row=of_growth, fault=WholeFault.RATE, link=None, other_row=None
    )
    consolidation = dataclasses.replace(made.consolidation, wholes=[growth, linked])

    content = report_of(office, consolidation, made.review, standings)

    [told] = content.unfit
    assert told.plain.startswith("PL I.4.b ") and "trong khi PL III.3 " in told.plain
    for figure in linked.figures:
        assert figure.reference in told.plain
    notes = " ".join(note.plain for note in content.scenario_notes)
    assert "PL I.1 " in notes and "PL III.3" not in notes


def test_the_report_ends_with_what_it_asks_for_and_where_each_is_told(content) -> None:
    made, _ = november()
    asked = " ".join(one.plain for one in content.questions)
    conflicts = [c.number for c in made.consolidation.conflicts if c.is_open]
    overdue = made.review.headline.buckets[TaskBucket.OVERDUE]

    assert conflicts and overdue and content.proposals
    assert f"{len(conflicts)} số liệu chưa thống nhất" in asked and ", ".join(conflicts) in asked
    assert f"{overdue} nhiệm vụ quá hạn chưa hoàn thành (phần VI)" in asked
    assert f"{len(content.proposals)} nội dung kiến nghị" in asked
    awaiting = made.review.headline.awaiting
    assert awaiting and f"{awaiting} chỉ tiêu chờ đánh giá (PL III.26, " in asked
    most = content.proposals[0]
    assert f"«{most['text'].plain.rstrip('.')}», {most['count'].plain} cơ quan; phần IX)" in asked
    assert [one.plain.split(" ")[0] for one in content.questions] == [
        f"({n})" for n in range(1, len(content.questions) + 1)
    ]
    assert content.questions[-1].plain.endswith("./.") and asked.count("./.") == 1


def test_a_report_of_nothing_open_asks_for_nothing() -> None:
    made, _ = november()
    consolidation = dataclasses.replace(made.consolidation, conflicts=[], wholes=[], agencies=[])
    review = dataclasses.replace(made.review, indicators=[], tasks=[], projects=[], proposals=[])
    office = real_office()
    names = ReportNames(
        office.register, office.catalogue_of(made.cycle), office.form_of(made.cycle)
    )
    assert not open_matters(consolidation, review, names.place, names.row, real_office())
    assert not questions_asked([])


def test_mail_that_waits_for_the_office_stands_in_the_report() -> None:
    made, standings = november()
    content = report_of(real_office(), made.consolidation, made.review, standings)
    waiting = [a for a in made.consolidation.agencies if a.held]

    assert [text.plain.split(":")[0] for text in content.held] == [a.name for a in waiting]
    assert all("chờ Văn phòng xử lý" in text.plain for text in content.held)


def test_who_was_asked_which_workbook_counts_is_not_said_to_wait_for_the_office() -> None:
    made, standings = november()
    first, *others = made.consolidation.agencies
    waiting = dataclasses.replace(
        first, timeliness=Timeliness.WAITING, waits=True, held=1, chooses=True
    )
    agencies = [waiting, *others]
    consolidation = dataclasses.replace(made.consolidation, agencies=agencies)
    content = report_of(real_office(), consolidation, made.review, standings)

    [held] = [text.plain for text in content.held if text.plain.startswith(waiting.name)]
    assert "chờ cơ quan xác định bản chính" in held and "chờ Văn phòng" not in held
    [row] = [row for row in content.owing if row["name"].plain == waiting.name]
    assert row["owed"].plain == "xác định bản chính"
    assert "chờ Văn phòng" not in row["state"].plain


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
