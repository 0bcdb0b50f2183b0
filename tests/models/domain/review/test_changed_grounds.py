"""What a report says of a ground, a pace or a conflict that a later version changed or left out."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from models.domain.answers.standing import AgencyStanding
from models.domain.consolidation.rulings import ConflictRuling, Side, code_of
from models.domain.reading.office import Office
from models.domain.register.targets import Judgement
from models.domain.register.territories import Territory
from models.domain.results.report import ReportContent, report_of
from models.domain.results.report_measures import outcomes_of
from models.domain.results.report_text import Citations
from models.domain.results.snapshots import (
    Snapshot,
    changes_between,
    review_lines,
    snapshot_as_text,
    snapshot_from_text,
    snapshot_of,
)
from models.domain.review.states import Pace
from tasks.adapters.sheets.common_sheets import conflict_sheet
from tasks.adapters.sheets.consolidation_cells import ResultNames
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
    assert rows["11,3 (phía tây)"] == "nay cơ quan không báo cáo"
    # What the scenario still says of the directive's ground is no change.
    assert not [before for before in rows if "phía đông" in before]
    [said] = [t.plain for t in content.changes if "trước được đánh giá theo" in t.plain]
    assert said.startswith("1 chỉ tiêu trước được đánh giá theo số phía đông, nay theo số toàn")
    assert f"«{ONLY_THE_WHOLE.rstrip('.')}» [N-" in said


def test_every_changed_row_is_counted_once_by_what_became_of_it(office: Office) -> None:
    """The whole moves under its verdict, the west is told no more, two grounds are told anew."""
    ground = {"estimate_west": Decimal("9000"), "estimate_whole": Decimal("112000")}
    was = [_december(), answered("sct", reports("iip", "15"))]
    now = [
        _january(reports("budget", "118000", **ground)),
        answered("sct", reports("iip", "17.5")),
    ]
    _, content = _told(office, was, now)

    assert content.changes[0].plain.endswith(
        "; 1 dòng có đánh giá khác trước (mỗi địa bàn tính một dòng); 1 dòng có giá trị khác, đánh "
        "giá giữ nguyên; 1 dòng cơ quan không còn báo cáo; 3 dòng mới có số."
    )
    assert len(content.flipped) == 1 + 1 + 1 + 3


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


def test_conflicts_that_ended_since_the_last_report_are_told_with_both_sides(
    office: Office,
) -> None:
    other = answered("thong_ke", reports("grdp", "11.9"))
    _, content = _told(office, [_december(), other], [_january()])

    [said] = [t.plain for t in content.changes if "đã hết mâu thuẫn: MT-I.1" in t.plain]
    assert "12,1" in said and "11,9" in said
    assert "đã hết mâu thuẫn" in content.changes[0].plain


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
