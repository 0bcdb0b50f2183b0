"""What a review leaves open, counted once for report and letter; what page one says of its counts.

The rows are the small office's, of some the target is changed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation.rulings import ConflictRuling, Side, code_of
from models.domain.consolidation.wholes import WholeAndParts, WholeFault
from models.domain.cycle.cycles import HANOI
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.overview.open_matters import MatterKind, matters_briefly, open_matters
from models.domain.results.report import report_of
from models.domain.results.review_summary import review_matter
from models.domain.results.summary import summarise
from models.domain.results.summary_words import answers_figure
from models.domain.results.waiting import Waiting, WaitingKind, asked_of
from models.domain.review.states import Pace
from models.domain.review.wording import COMMITMENT_NAMES, PACE_NAMES
from tasks.adapters.sheets.common_sheets import agency_sheet
from tests.fixtures.made_review import MadeReview
from tests.fixtures.november import november
from tests.fixtures.printed_cells import parse_target
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.small_office import commits, missing, standing
from tests.fixtures.small_review import answered, cells, indicator, reports, review_made
from tests.fixtures.table_values import values_of

AFTER = dt.datetime(2026, 1, 16, 10, tzinfo=HANOI)


def page_one(office: Office, made: MadeReview) -> str:
    content = report_of(office, made.consolidation, made.review)
    return " ".join(p.without_references.plain for p in content.overview)


def changed(office: Office, **rows: dict[str, object]) -> Office:
    """The office with some of its rows changed."""
    catalogue = office.catalogues[2025]
    found = tuple(dataclasses.replace(r, **rows.get(r.code, {})) for r in catalogue.rows)
    return dataclasses.replace(
        office, catalogues={2025: dataclasses.replace(catalogue, rows=found)}
    )


# --- While a person has yet to judge --------------------------------------------------------------


@pytest.fixture(scope="module")
def about(office: Office) -> Office:
    """The office with targets of which a person judges what is just short of them, and with one of
    districts."""
    near = {"target": parse_target("khoảng 17"), "target_printed": "khoảng 17"}
    return changed(
        office,
        iip=near,
        tourism={"name": "Số huyện đạt chuẩn", "unit": "huyện", "target": parse_target("12")},
    )


@pytest.mark.parametrize(
    ("code", "lead", "value"), [("iip", "sct", "16.8"), ("tourism", "sdl", "9")]
)
@pytest.mark.parametrize("promised", ["8", "16.8", "20"])
def test_a_row_that_waits_is_neither_kept_nor_broken_nor_ahead_nor_behind(
    about: Office, code: str, lead: str, value: str, promised: str
) -> None:
    plan = [standing(lead, commits(code, promised, **{"9m": promised}))]
    told = reports(code, value, to_date=Decimal(value), as_of=dt.date(2025, 10, 31))
    made = review_made(about, plan, answered(lead, told))
    one, headline = indicator(made, code), made.review.headline

    assert one.outcome is Judgement.AWAITING
    assert one.commitment_judgement is Judgement.AWAITING
    assert COMMITMENT_NAMES[one.commitment_judgement] == PACE_NAMES[one.pace] == "Chờ đánh giá"
    assert {p.pace for p in one.track} <= {Pace.AWAITING, Pace.UNKNOWN}
    assert (headline.below_commitment, headline.pace_awaiting) == (0, 1)
    assert not headline.ahead + headline.on_track + headline.behind
    assert "chưa đạt mức cam kết" not in page_one(about, made)


def test_a_row_that_is_judged_is_compared_as_ever(about: Office) -> None:
    plan = [standing("sct", commits("iip", "18", **{"9m": "18"}))]
    told = reports("iip", "17.5", to_date=Decimal("17.5"), as_of=dt.date(2025, 9, 30))
    made = review_made(about, plan, answered("sct", told))

    assert indicator(made, "iip").commitment_judgement is Judgement.NOT_MET
    assert made.review.headline.behind == made.review.headline.below_commitment == 1


# --- On the way -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"), [(dt.date(2025, 9, 30), "30/09/2025"), (dt.date(2025, 10, 31), "31/10/2025")]
)
def test_counts_on_the_way_name_the_milestone_and_the_day_of_the_figures(
    office: Office, day: dt.date, said: str
) -> None:
    plan = [standing("sct", commits("iip", "17", **{"9m": "16"}))]
    told = reports("iip", "17.5", to_date=Decimal(15), as_of=day)
    page = page_one(office, review_made(office, plan, answered("sct", told)))

    assert f"So với mốc 9 tháng, theo số đến {said}, 1 chậm hơn" in page


def test_milestones_of_several_ends_are_told_with_how_many_each(office: Office) -> None:
    plan = [
        standing("sct", commits("iip", "17", **{"9m": "16"})),
        standing("stc", commits("budget", "118000", **{"6m": "50000"})),
    ]
    first = reports("iip", "17.5", to_date=Decimal(15), as_of=dt.date(2025, 10, 31))
    second = reports("budget", "119000", to_date=Decimal(60000), as_of=dt.date(2025, 6, 30))
    made = review_made(office, plan, answered("sct", first), answered("stc", second))

    assert (
        "So với mốc gần nhất đã qua của từng chỉ tiêu (6 tháng 1, 9 tháng 1), theo số từ "
        "30/06/2025 đến 31/10/2025, 1 chỉ tiêu nhanh hơn, 1 chậm hơn"
    ) in page_one(office, made)


def test_once_the_year_is_over_it_is_the_year_that_is_compared(office: Office) -> None:
    plan = [
        standing("sct", commits("iip", "17")),
        standing("stc", commits("budget", "120000")),
    ]
    said = (
        answered("sct", reports("iip", "17.5")),
        answered("stc", reports("budget", "119000")),
    )
    before, after = (
        page_one(office, review_made(office, plan, *said, now=now))
        for now in (AFTER - dt.timedelta(days=30), AFTER)
    )
    assert "1 chỉ tiêu chưa đạt mức cam kết đầu năm" in before
    assert "o với mức cam kết cả năm, 1 chỉ tiêu đạt và vượt, 1 chưa đạt" in after


# --- What a main figure needs beside it -----------------------------------------------------------


@pytest.mark.parametrize("areas", [(), (Territory.EAST, Territory.WEST)])
@pytest.mark.parametrize("period", ["", "9_thang"])
def test_page_one_says_of_a_figure_that_it_was_chosen_and_what_it_does_not_fit(
    office: Office, areas: tuple[Territory, ...], period: str
) -> None:
    """Of two agencies' growth of the east the second was chosen; what the whole does not fit is
    told of the ground that it is about, and of the year alone."""
    said = (
        answered("stc", reports("grdp", "12.1", estimate_whole=Decimal("12.6"))),
        answered("thong_ke", reports("grdp", "11.9")),
    )
    [conflict] = [c for c in review_made(office, [], *said).conflicts if c.row.code == "grdp"]
    rulings = {code_of(conflict): ConflictRuling(Side.RIGHT, "Bà Lan", "Số của thống kê")}
    made = review_made(office, [], *said, rulings=rulings)
    row, figure = conflict.row, conflict.right
    unfit = WholeAndParts(
        *(row, period, figure, (figure,) * (len(areas) or 1), WholeFault.RATE),
        *(Decimal(12), Decimal(11), Decimal(11), Decimal(0)),
        areas=areas,
    )
    told = dataclasses.replace(made.consolidation, wholes=[unfit])
    page = page_one(office, dataclasses.replace(made, consolidation=told))
    east = page.split("phía đông 11,90% (")[1].split(")")[0]
    city = page.split("toàn thành phố 12,60% (")[1].split(")")[0]

    assert "chọn thay số 12,10 của Sở Tài chính, MT-I.1" in east and "chọn thay" not in city
    assert ("chưa khớp số các địa bàn, xem phần" in city) is (bool(areas) and not period)
    assert ("chưa khớp số các thành phần, xem phần" in east) is (not areas and not period)


# --- Measures in two rows -------------------------------------------------------------------------


def test_measures_that_two_rows_state_are_counted_once_beside_the_rows() -> None:
    made, _ = november()
    office = real_office()
    pairs = [e for e in office.catalogue_of(made.cycle).equivalences if not e.period]
    rows = len(made.review.indicators)
    said = f"trong {rows} chỉ tiêu ({rows - len(pairs)} số đo; {len(pairs)} số đo nêu ở cả hai phụ"

    assert pairs and said in page_one(office, made)


def test_rows_that_are_each_a_measure_of_its_own_are_not_told_twice(office: Office) -> None:
    catalogue = dataclasses.replace(office.catalogues[2025], equivalences=())
    alone = dataclasses.replace(office, catalogues={2025: catalogue})
    assert "số đo" not in page_one(alone, review_made(alone, [], answered("sct")))


# --- Without a plan to be measured by -------------------------------------------------------------


@pytest.mark.parametrize("accepted", [False, True])
def test_of_whom_no_plan_was_accepted_is_told_beside_the_answers(
    office: Office, accepted: bool
) -> None:
    """A commune answers for its district, a department for itself."""
    commune, district = "xa_an_lao", "ubnd_an_lao"
    plan = [answered(code) if accepted else missing(code) for code in (district, "sct")]
    made = review_made(office, plan, answered(commune), answered("sct"), answered("stc"))
    page = page_one(office, made)
    table = agency_sheet(made.consolidation, made.review.without_plan)

    assert made.review.without_plan == ({"stc"} if accepted else {commune, "sct", "stc"})
    assert (
        "1 xã, phường, đặc khu không có kế hoạch đầu năm được tiếp nhận" in page
    ) is not accepted
    assert ("Sở Công Thương" in page.split("chưa có kế hoạch đầu năm")[0]) is not accepted
    if not accepted:
        told = dict(zip(values_of(table, "name"), values_of(table, "came_from"), strict=True))
        assert (
            told["UBND xã An Lão"]
            == "Kế hoạch đầu năm của quận, huyện trước đó chưa được tiếp nhận"
        )
        assert told["Sở Công Thương"] == "Chưa có kế hoạch đầu năm"
        assert told["Sở Tài chính"] == "Chưa có kế hoạch đầu năm", "nobody asked it"


# --- What is left open ----------------------------------------------------------------------------


def asks(code: str, text: str, state: str = "Đang thực hiện") -> list:
    return cells("tasks", code, state=state, proposals=text)


LATER = (
    "Đề nghị UBND thành phố cho lùi thời hạn trình sang quý I/2026.",
    "Xin gia hạn đến 31/03/2026",
    "Đề nghị điều chỉnh thời gian hoàn thành",
)


@pytest.mark.parametrize("text", LATER)
def test_a_task_of_which_a_later_deadline_is_asked_is_an_item_of_its_own(
    office: Office, text: str
) -> None:
    other = asks("task_b", "Đề nghị bố trí kinh phí.")
    made = review_made(office, [], answered("stc", asks("task_a", text)), answered("sct", other))
    content = report_of(office, made.consolidation, made.review)

    [asked] = [q.plain for q in content.questions if "lùi thời hạn 1 nhiệm vụ được giao" in q.plain]
    assert "(PL IV.1; phần VI)" in asked
    rows = [row for group in content.annex_tasks for row in group.rows]
    [at_the_task] = [r["obstacles"].plain for r in rows if r["place"].plain == "PL IV.1"]
    assert f"Đề xuất: {text}" in at_the_task
    assert not [r for r in rows if "kinh phí" in r["obstacles"].plain]
    assert any("đề nghị lùi thời hạn 1 nhiệm vụ" in p.plain for p in content.tasks_overview)


@pytest.mark.parametrize("text", LATER)
def test_of_a_task_that_is_done_no_later_deadline_is_asked(office: Office, text: str) -> None:
    done = asks("task_a", text, "Đã hoàn thành")
    made = review_made(office, [], answered("stc", done))
    kinds = {m.kind for m in open_matters(made.consolidation, made.review, str, str, office)}
    assert MatterKind.LATER not in kinds


def test_report_and_letter_count_the_same_matters() -> None:
    made, standings = november()
    office = real_office()
    content = report_of(office, made.consolidation, made.review, standings)
    letter = review_matter(made.consolidation, made.review, office)
    place, name = (lambda r: r.number), (lambda r: r.name)
    found = open_matters(made.consolidation, made.review, place, name, office)

    assert len({m.kind for m in found}) == len(found) == len(content.questions)
    assert letter.open_matters == matters_briefly(found)
    told = summarise(made.consolidation, office, letter)
    assert letter.open_matters in told.asked
    assert not [said for said in told.sentences if "kiến nghị" in said], "said once"
    kinds = {m.kind for m in found}
    assert {MatterKind.AWAITING, MatterKind.LEVEL, MatterKind.PROOF, MatterKind.PROPOSAL} <= kinds
    for one in found:
        assert any(
            q.plain.startswith((f"({n}) {one.count} ", f"({n}) đề nghị lùi thời hạn {one.count} "))
            for n, q in enumerate(content.questions, 1)
        )


def test_each_line_of_the_letter_names_the_sheet_that_has_its_cases() -> None:
    kinds = (WaitingKind.WHOLE, WaitingKind.LINK, WaitingKind.CONFLICT, WaitingKind.JUDGEMENT)
    lines = asked_of([Waiting(kind, "Du lịch", "") for kind in kinds])
    assert len(lines) == len(kinds) and sum("; trang «" in line for line in lines) == 3
    # Two kinds that stand on one sheet name it once, behind the second.
    assert [line.startswith("Số chung") for line in lines if "; trang «" not in line] == [True]


def test_the_letters_short_lists_show_the_longest_overdue_and_one_of_each_family() -> None:
    made, _ = november()
    tables = {
        t.title: t for t in review_matter(made.consolidation, made.review, real_office()).tables
    }
    [overdue] = [t for title, t in tables.items() if title.startswith("Nhiệm vụ quá hạn")]
    days = ["-".join(reversed(row[2].split("/"))) for row in overdue.rows]
    assert days == sorted(days) and days
    [missed] = [
        t for title, t in tables.items() if title.startswith("Chỉ tiêu không đạt (3 trong ")
    ]
    families = {row[0].split()[1].rstrip(".abcd") for row in missed.rows}
    assert len(families) == len(missed.rows)


# --- In time by an extension ----------------------------------------------------------------------


@pytest.mark.parametrize("extended", [0, 1, 2])
def test_who_is_in_time_by_an_extension_is_counted_beside(office: Office, extended: int) -> None:
    until = dt.datetime(2025, 11, 26, tzinfo=HANOI)
    said: list[AgencyStanding] = [
        dataclasses.replace(answered(code), extension_until=until if n < extended else None)
        for n, code in enumerate(("sct", "stc", "sdl"))
    ]
    late = dataclasses.replace(
        answered("thong_ke"), timeliness=Timeliness.LATE, extension_until=until
    )
    made = review_made(office, [], *said, late)
    own = f", trong đó {extended} được gia hạn; 1 quá hạn" if extended else ", 1 quá hạn"

    assert f"(3 đúng hạn{own})" in page_one(office, made)
    _, figure = answers_figure(made.consolidation)
    assert (f"(3 đúng hạn, trong đó {extended} được gia hạn; " in figure) == bool(extended)
