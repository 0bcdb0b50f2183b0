"""What a report says of a ground, a pace or a conflict that a later version changed or left out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.consolidation.rulings import ConflictRuling, Side, code_of
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.changes import change_points
from models.domain.results.changes.change_notes import values_of
from models.domain.results.report import ReportContent, report_of
from models.domain.results.report_measures import outcomes_of
from models.domain.results.report_text import Citations
from models.domain.results.snapshots import (
    AgencyChange,
    Changes,
    FrozenConflict,
    Snapshot,
    changes_between,
    review_lines,
    snapshot_as_text,
    snapshot_from_text,
    snapshot_of,
)
from models.domain.review.states import Pace
from models.domain.review.wording import OUTCOME_NAMES
from tasks.adapters.sheets.change_sheet import change_sheet
from tasks.adapters.sheets.common_sheets import conflict_sheet
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.output_columns import Band, without_empty
from tests.fixtures.made_review import MadeReview
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_review import answered, cells, indicator, reports, review_made

OCTOBER = dt.date(2025, 10, 31)
ONLY_THE_WHOLE = "Số chính thức chỉ công bố cho toàn thành phố."
FEBRUARY = standing("skhdt", commits("grdp", "12.3", **{"6m": "11", "9m": "12"}))


def _frozen(made: MadeReview) -> Snapshot:
    return snapshot_of(made.consolidation, review_lines(made.review), made.review)


def _told(
    office: Office, before: Sequence[AgencyStanding], after: Sequence[AgencyStanding]
) -> tuple[MadeReview, ReportContent]:
    was, now = (review_made(office, [FEBRUARY], *said) for said in (before, after))
    kept = snapshot_from_text(snapshot_as_text(_frozen(was)))
    assert kept == _frozen(was)
    changes = changes_between(kept, _frozen(now))
    return now, report_of(office, now.consolidation, now.review, (), changes)


def _december() -> AgencyStanding:
    way = {"to_date": Decimal("12.4"), "as_of": OCTOBER}
    grounds = {"estimate_west": Decimal("11.3"), "estimate_whole": Decimal("12")}
    return answered("stc", reports("grdp", "12.1", **grounds, **way))


def _january(*more: Sequence) -> AgencyStanding:
    indices = cells(
        "scenario", "scenario", actual_6m=Decimal("110.5"), estimate_year=Decimal("112.1")
    )
    whole = reports(
        "grdp", estimate_whole=Decimal("11.81"), justification=ONLY_THE_WHOLE, status="Chính thức"
    )
    return answered("stc", whole, indices, *more)


def test_a_ground_is_compared_with_itself_and_one_that_is_left_out_is_told(office: Office) -> None:
    made, content = _told(office, [_december()], [_january()])
    rows = {
        row["before"].plain.split(":")[0]: row["after"].plain.split("\n")[0]
        for row in content.flipped
        if row["place"].plain == "PL I.1"
    }

    assert indicator(made, "grdp").result.territory is Territory.WHOLE
    assert rows["12,00 (toàn thành phố)"].startswith("11,81 (toàn thành phố): ")
    assert rows["11,30 (phía tây)"] == "nay cơ quan không báo cáo"
    # The row itself tells the directive's ground no more; the scenario still does.
    there = "nay cơ quan không báo cáo tại dòng này; PL II nêu 12,10 (phía đông) [N-"
    assert rows["12,10 (phía đông)"].startswith(there)
    [said] = [t.plain for t in content.changes if "trước được đánh giá theo" in t.plain]
    assert said.startswith("1 chỉ tiêu trước được đánh giá theo số phía đông, nay theo số toàn")
    assert f"«{ONLY_THE_WHOLE.rstrip('.')}» [N-" in said


def test_every_changed_row_is_counted_once_by_what_became_of_it(office: Office) -> None:
    """The whole moves under its verdict, the west is told no more, the east by the scenario alone,
    three values are told anew."""
    ground = {"estimate_west": Decimal("9000"), "estimate_whole": Decimal("112000")}
    was = [_december(), answered("sct", reports("iip", "15"))]
    now = [
        _january(reports("budget", "118000", **ground)),
        answered("sct", reports("iip", "17.5")),
    ]
    _, content = _told(office, was, now)

    said = content.changes[0].plain
    assert "; 1 chỉ tiêu có kết quả đánh giá khác trước; " in said
    assert said.endswith(
        "; riêng về giá trị cả năm: 1 giá trị khác trước, đánh giá giữ nguyên (1 số toàn thành "
        "phố); 2 giá trị cơ quan "
        "không còn báo cáo, trong đó 1 nay chỉ còn ở dòng khác của cùng chỉ tiêu (1 số phía đông, "
        "1 số phía tây); 3 giá trị mới có (1 số phía đông, 1 số phía tây, 1 số toàn thành phố)."
    )
    assert len(content.flipped) == 1 + 1 + 2 + 3
    named = [row["name"].plain for row in content.flipped if row["place"].plain == "PL I.1"]
    assert len(named) > 1 and named[0] and not any(named[1:]), "one row bears its name once"


def test_a_pace_that_changed_since_its_data_are_older_says_both_days(office: Office) -> None:
    made, content = _told(office, [_december()], [_january()])

    assert indicator(made, "grdp").pace is Pace.BEHIND
    [said] = [t.plain for t in content.changes if "đánh giá tiến độ khác trước vì" in t.plain]
    assert "số đang dùng nay của ngày cũ hơn" in said
    assert f"số đến {OCTOBER:%d/%m/%Y}; nay chậm hơn, số đến 30/06/2025" in said


def test_the_promise_is_held_against_what_the_scenario_says_of_a_silent_ground(
    office: Office,
) -> None:
    made = review_made(office, [FEBRUARY], _january())
    one = indicator(made, "grdp")
    said = outcomes_of(one, Citations())["against"].plain

    assert one.value is None and one.commitment_judgement is Judgement.NOT_MET
    assert one.commitment_distance == Decimal("-0.2")
    assert said.startswith("Chưa đạt cam kết\n(phía đông: 12,10 theo PL II)")
    silent = answered("stc", reports("grdp", estimate_whole=Decimal("11.8")))
    alone = indicator(review_made(office, [FEBRUARY], silent), "grdp")
    assert alone.commitment_judgement is Judgement.UNKNOWN


_TOLD_NO_MORE = reports("grdp", estimate_whole=Decimal("11.81"), justification=ONLY_THE_WHOLE)
_ENDED_BECAUSE = {
    "both tell it no more": (
        *([_january()], [_TOLD_NO_MORE]),
        "do Sở Tài chính và Thống kê thành phố Hải Phòng không còn báo cáo số phía đông",
    ),
    "one tells it no more": (
        *([_december()], [_TOLD_NO_MORE]),
        "do Thống kê thành phố Hải Phòng không còn báo cáo số phía đông",
    ),
    "one corrected it": (
        *([_december()], [reports("grdp", "12.1")]),
        "do Thống kê thành phố Hải Phòng sửa 11,90 thành 12,10",
    ),
    "one corrected it, the other tells it no more": (
        *([_january()], [reports("grdp", "12")]),
        "do Thống kê thành phố Hải Phòng sửa 11,90 thành 12,00 và Sở Tài chính không còn báo cáo "
        "số phía đông",
    ),
}


@pytest.mark.parametrize("case", _ENDED_BECAUSE)
@pytest.mark.parametrize("kept_by_an_earlier_program", [False, True])
def test_conflicts_that_ended_are_told_with_both_sides_and_why(
    office: Office, case: str, kept_by_an_earlier_program: bool
) -> None:
    now, others, why = _ENDED_BECAUSE[case]
    other = answered("thong_ke", reports("grdp", "11.9", to_date=Decimal("11.8"), as_of=OCTOBER))
    later = answered("thong_ke", *others)
    was, then = (
        review_made(office, [FEBRUARY], *said) for said in ([_december(), other], [*now, later])
    )
    kept = _frozen(was)
    if kept_by_an_earlier_program:
        older = [dataclasses.replace(c, references=(), other_row="") for c in kept.conflicts]
        kept = dataclasses.replace(kept, conflicts=tuple(older))
    changes = changes_between(snapshot_from_text(snapshot_as_text(kept)), _frozen(then))
    content = report_of(office, then.consolidation, then.review, (), changes)

    [said] = [t.plain for t in content.changes if "đã hết mâu thuẫn: MT-I.1" in t.plain]
    sides = "(PL I.1: Sở Tài chính 12,10, Thống kê thành phố Hải Phòng 11,90)"
    assert f"MT-I.1 {sides}, {why}" in said
    assert "đã hết mâu thuẫn" in content.changes[0].plain


def test_the_sides_of_a_conflict_have_the_decimals_of_their_own_rows() -> None:
    one = FrozenConflict("MT-I.6-III.12", "a", "", "", (("x", "7.300"), ("y", "7,3")), True, "b")

    assert values_of(one, {"b": 2}) == ["7.300", "7,30"]
    assert values_of(one, {"a": 1}) == ["7.300,0", "7,3"]
    assert values_of(dataclasses.replace(one, other_row=""), {"a": 1}) == ["7.300,0", "7,3"]


def test_a_reference_of_the_report_before_names_that_report(office: Office) -> None:
    """The same number means another cell in this one."""
    _, content = _told(office, [_december()], [_january()])

    def marks(side: str) -> list[str]:
        spans = [s for row in content.flipped for s in row[side].spans if s.is_reference]
        return [span.text.strip() for span in spans]

    assert marks("before") and marks("after")
    assert all(re.fullmatch(r"\[N-\d{4}, báo cáo \d\d/\d\d\]", mark) for mark in marks("before"))
    assert all(re.fullmatch(r"\[N-\d{4}\]", mark) for mark in marks("after"))


def test_a_row_has_one_number_of_decimals_in_the_report_and_on_the_sheet(office: Office) -> None:
    other = answered("thong_ke", reports("grdp", "11.9"))
    was = review_made(office, [FEBRUARY], _december(), other)
    now = review_made(office, [FEBRUARY], _january())
    changes = changes_between(_frozen(was), _frozen(now))
    report = report_of(office, now.consolidation, now.review, (), changes)
    names = ResultNames.of(office, office.catalogue_of(now.cycle))
    sheet = change_sheet(changes, names, office.form_of(now.cycle), OUTCOME_NAMES)
    rows = [row for row in sheet.rows if not isinstance(row, Band)]
    cells = {c.key: [c.value(row) for row in rows] for c in sheet.columns}

    said = [row[side].plain for row in report.flipped for side in ("before", "after")]
    said += [getattr(v, "text", v) or "" for key in ("before", "after") for v in cells[key]]
    said += [text.plain for text in report.changes if "mâu thuẫn:" in text.plain]
    found = [number for text in said for number in re.findall(r"\b1?\d{2},\d+\b", text)]
    assert {"12,10", "11,90", "11,30", "12,00", "11,81"} <= set(found)
    assert {len(number.partition(",")[2]) for number in found} == {2}


_COUNTED_CASES = {
    (): "1 cơ quan không còn báo cáo được sử dụng (Sở Công Thương)",
    (1, 2): "1 cơ quan có báo cáo sửa đổi (Sở Công Thương)",
}


@pytest.mark.parametrize("counted", _COUNTED_CASES)
def test_a_report_that_was_corrected_is_told_apart_from_one_that_counts_no_more(
    office: Office, counted: tuple[int, ...]
) -> None:
    one = AgencyChange("sct", None, None, (1,), counted)
    changes = Changes(dt.datetime(2025, 12, 9, tzinfo=dt.UTC), [one], [], [])

    assert _COUNTED_CASES[counted] in change_points(changes, office.register)[0]


@pytest.mark.parametrize("with_old", [False, True])
def test_the_sheet_of_changes_explains_only_the_sources_that_it_shows(
    office: Office, with_old: bool
) -> None:
    answer = answered("stc", reports("grdp", "12.1"))
    sides = ([answer] if with_old else [], [_january()])
    was, now = (review_made(office, [FEBRUARY], *said) for said in sides)
    changes = changes_between(_frozen(was), _frozen(now))
    names = ResultNames.of(office, office.catalogue_of(now.cycle))

    shown = without_empty(change_sheet(changes, names, office.form_of(now.cycle), OUTCOME_NAMES))

    assert ("before_source" in [c.key for c in shown.columns]) is with_old
    assert ("Mã nguồn cũ" in shown.note) is with_old


def test_a_snapshot_of_an_earlier_program_is_compared_row_by_row(office: Office) -> None:
    was, now = (review_made(office, [FEBRUARY], said) for said in (_december(), _january()))
    earlier = dataclasses.replace(_frozen(was), grounds=(), paces=(), conflicts=(), follows=False)

    changes = changes_between(earlier, _frozen(now))

    assert not (changes.grounds or changes.paces or changes.conflicts)
    assert [c.ground for c in changes.lines if c.row_key == "grdp"] == [""]


def test_the_sheet_of_conflicts_says_what_was_decided_and_what_waits(office: Office) -> None:
    said = [_december(), answered("thong_ke", reports("grdp", "11.9"))]
    waits = review_made(office, [FEBRUARY], *said)
    names = ResultNames.of(office, office.catalogue_of(waits.cycle))
    [conflict] = [c for c in waits.conflicts if c.number == "MT-I.1"]
    ruling = ConflictRuling(
        *(Side.RIGHT, "Bà Lan", "Số đã công bố", 4, "ghi lúc 16 giờ"), on=dt.date(2025, 11, 19)
    )
    decided = review_made(office, [FEBRUARY], *said, rulings={code_of(conflict): ruling})

    def reasons(made: MadeReview) -> list[object]:
        sheet = conflict_sheet(made.consolidation, names)
        assert "CẦN" not in sheet.heading
        titles = [column.header for column in sheet.columns]
        assert "Số đang dùng" in titles and "Tạm dùng" not in titles
        said = [str(c.value(one)) for c in sheet.columns for one in sheet.rows]
        assert not any("quyết định số" in text.casefold() for text in said)
        [because] = [c for c in sheet.columns if c.key == "because"]
        return [because.value(one) for one in sheet.rows]

    assert reasons(decided) == ["Ý kiến xử lý của Văn phòng UBND thành phố ngày 19/11/2025"]
    assert reasons(waits) == ["Số của cơ quan chủ trì (tạm dùng, chờ quyết định)"]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "Gửi đúng hạn, chờ Văn phòng xem xét"),
        ({"chooses": True}, "Gửi đúng hạn, chờ cơ quan xác định bản chính"),
        ({"chooses": None}, "Gửi đúng hạn, chờ Văn phòng xem xét"),  # an earlier program's
    ],
)
def test_the_sheet_of_changes_says_for_what_an_agency_waits(
    office: Office, known: dict[str, bool | None], said: str
) -> None:
    made = review_made(office, [FEBRUARY], _january())
    before, kept = _frozen(made), _frozen(made).agencies[0]
    waits = dataclasses.replace(kept, timeliness=Timeliness.WAITING, chooses=False)
    others = before.agencies[1:]
    later = dataclasses.replace(
        before, agencies=(dataclasses.replace(waits, **known), *others), inputs=()
    )
    names = ResultNames.of(office, office.catalogue_of(made.cycle))
    changes = changes_between(before, later)
    sheet = change_sheet(changes, names, office.form_of(made.cycle), OUTCOME_NAMES)
    [after] = [column for column in sheet.columns if column.key == "after"]
    [row] = [r for r in changes.agencies if r.agency == kept.agency]
    assert getattr(after.value(row), "text", "") == said
