"""What a later report counts as changed: own works and values of every ground, each once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pytest

from models.domain.answers.standing import AgencyStanding
from models.domain.cycle.cycles import HANOI
from models.domain.reading.office import Office
from models.domain.results.changes import change_points, changed_groups, changes_in_short
from models.domain.results.snapshots import (
    Changes,
    Snapshot,
    changes_between,
    review_lines,
    snapshot_as_text,
    snapshot_from_text,
    snapshot_of,
)
from models.domain.review.states import TaskBucket
from models.domain.review.wording import OUTCOME_NAMES
from tasks.adapters.sheets.change_sheet import Change, change_sheet
from tasks.adapters.sheets.consolidation_cells import ResultNames
from tasks.adapters.sheets.output_columns import Band, TableSheet
from tasks.adapters.sheets.review_comparison_sheets import history_sheet
from tests.fixtures.made_review import MadeReview
from tests.fixtures.small_review import (
    NOW,
    action,
    answered,
    cells,
    reports,
    review_made,
    reviewed,
    version,
)

DECEMBER, JANUARY = NOW, dt.datetime(2026, 1, 16, 9, tzinfo=HANOI)
NEW_YEAR, JUNE = dt.date(2025, 12, 31), dt.date(2025, 6, 30)
DOING, DONE = "Đang thực hiện", "Đã hoàn thành"


def _frozen(made: MadeReview) -> Snapshot:
    return snapshot_of(made.consolidation, review_lines(made.review), made.review)


def _changes(
    office: Office, before: Sequence[AgencyStanding], after: Sequence[AgencyStanding]
) -> tuple[Changes, Snapshot, Snapshot, MadeReview]:
    was, now = (
        review_made(office, [], *said, now=at)
        for said, at in ((before, DECEMBER), (after, JANUARY))
    )
    kept = snapshot_from_text(snapshot_as_text(_frozen(was)))
    assert kept == _frozen(was)
    return changes_between(kept, _frozen(now)), kept, _frozen(now), now


def _sheet(changes: Changes, office: Office, made: MadeReview) -> TableSheet[Change]:
    names = ResultNames.of(office, office.catalogue_of(made.cycle))
    return change_sheet(changes, names, office.form_of(made.cycle), OUTCOME_NAMES)


def _works(*works: tuple[str, str, dt.date]) -> list:
    return [
        entry
        for number, (work, state, day) in enumerate(works, 1)
        for entry in action(f"@{number}", work, state=state, five_deadline=day)
    ]


def test_own_works_that_fell_due_moved_came_or_went_are_each_counted_once(office: Office) -> None:
    """A row that is put in above moves the others; an agency that had not answered is new whole."""
    silent = answered("sct", _works(("Mở chợ", DOING, NEW_YEAR), ("Trồng cây", DOING, NEW_YEAR)))
    first = version(
        "stc",
        _works(("Số hóa hồ sơ", DOING, NEW_YEAR), ("Xây trạm", DOING, JUNE), ("Bỏ", DONE, JUNE)),
    )
    second = version(
        "stc",
        _works(
            *(("Việc mới", DOING, NEW_YEAR), ("Số hóa  hồ sơ", "Tạm dừng", NEW_YEAR)),
            ("Xây trạm", DONE, JUNE),
        ),
        2,
        day=dt.date(2026, 1, 15),
    )
    newly = answered("thue", _works(("Thu nợ", DOING, NEW_YEAR)))

    changes, before, after, made = _changes(
        office, [silent, reviewed("stc", first)], [silent, reviewed("stc", first, second), newly]
    )

    became = {(c.agency, " ".join(c.name.split())): c.line for c in changes.works}
    assert {key for key, line in became.items() if line.flipped} == {
        *(("sct", "Mở chợ"), ("sct", "Trồng cây"), ("stc", "Số hóa hồ sơ"), ("stc", "Xây trạm")),
    }
    assert [key for key, line in became.items() if line.gone] == [("stc", "Bỏ")]
    assert [key for key, line in became.items() if line.appeared] == [("stc", "Việc mới")]
    # The counts of both reports differ by just these, and by the works of who newly answered.
    counts = Counter(w.line.judgement for w in after.works or () if w.agency != "thue")
    counts.subtract(w.line.judgement for w in before.works or ())
    moved: Counter[str] = Counter(c.line.after.judgement for c in changes.works if c.line.after)
    moved.subtract(c.line.before.judgement for c in changes.works if c.line.before)
    assert {k: n for k, n in counts.items() if n} == {k: n for k, n in moved.items() if n}
    said = change_points(changes, office.register)[0]
    assert "; 4 việc tự đề ra khác tình trạng so với thời hạn (nay " in said
    assert "2 đến hạn sau ngày báo cáo, chưa có số liệu mới" in said
    assert said.endswith(
        "; 1 việc tự đề ra cơ quan không còn báo cáo; 1 việc tự đề ra mới có báo cáo."
    )
    bands = [row.title for row in _sheet(changes, office, made).rows if isinstance(row, Band)]
    assert [g.said for g in changed_groups(changes)] == bands[1:-1]


def test_a_work_whose_state_alone_is_another_one_is_told_too(office: Office) -> None:
    day = dt.date(2026, 12, 31)
    first, second = (
        version("stc", _works(("Xây trạm", state, day)), number)
        for number, state in ((1, DOING), (2, "Chưa thực hiện"))
    )

    changes, *_ = _changes(office, [reviewed("stc", first)], [reviewed("stc", first, second)])

    assert [c.line.moved for c in changes.works] == [True]
    assert "1 việc tự đề ra ghi tình trạng khác trước" in change_points(changes, office.register)[0]


def test_own_works_are_not_compared_with_a_report_that_kept_none(office: Office) -> None:
    said = [answered("stc", _works(("Xây trạm", DOING, NEW_YEAR)))]
    changes, before, after, _ = _changes(office, said, said)
    earlier = dataclasses.replace(before, works=None)

    assert [c.line.after.judgement for c in changes.works if c.line.after] == [
        TaskBucket.UNHEARD.value
    ]
    assert snapshot_from_text(snapshot_as_text(earlier)) == earlier
    assert not changes_between(earlier, after).works


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_ground_that_its_row_lost_is_counted_also_where_another_row_tells_it(
    office: Office, elsewhere: bool
) -> None:
    index = cells("scenario", "scenario", estimate_year=Decimal("112.1"))
    grounds = {"estimate_west": Decimal("11.3"), "estimate_whole": Decimal(12)}
    there = index if elsewhere else []
    first = version("stc", [*reports("grdp", "12.1", **grounds), *there])
    whole = reports("grdp", estimate_whole=Decimal(12), status="Chính thức")
    second = version("stc", [*whole, *there], 2)

    changes, _, _, made = _changes(
        office, [reviewed("stc", first)], [reviewed("stc", first, second)]
    )

    gone = {c.ground: c.told_in for c in changes.lines if c.gone}
    assert gone == {"east": "scenario" if elsewhere else "", "west": ""}
    said = change_points(changes, office.register)[0]
    beside = ", trong đó 1 nay chỉ còn ở dòng khác của cùng chỉ tiêu" if elsewhere else ""
    assert f"2 giá trị cơ quan không còn báo cáo{beside} (1 số phía đông, 1 số phía tây)" in said
    sheet = _sheet(changes, office, made)
    after = {c.key: c.value for c in sheet.columns}["after"]
    shown = [getattr(after(row), "text", "") for row in sheet.rows if not isinstance(row, Band)]
    told = "nay cơ quan không báo cáo tại dòng này; PL II nêu 12,10 (phía đông)"
    assert (told in shown) is elsewhere


def test_verdicts_are_counted_in_one_wording_in_report_letter_and_sheet(office: Office) -> None:
    """By another ground, and otherwise by the same one."""
    scenario = cells("scenario", "scenario", estimate_year=Decimal("112.1"))
    task = cells("tasks", "task_b", state=DOING)
    first = version("stc", [*reports("grdp", "12.5", estimate_whole=Decimal(12)), *scenario])
    second = version("stc", [*reports("grdp", estimate_whole=Decimal("11.8")), *scenario], 2)
    was, now = (answered("sct", reports("iip", value), task) for value in ("15", "17.5"))

    changes, _, _, made = _changes(
        office, [reviewed("stc", first), was], [reviewed("stc", first, second), now]
    )

    verdicts = [g.said for g in changed_groups(changes)][:2]
    assert verdicts[0].startswith("1 chỉ tiêu được đánh giá theo địa bàn khác trước")
    assert verdicts[1] == "1 chỉ tiêu có kết quả đánh giá khác trước"
    report = change_points(changes, office.register)[0]
    letter = changes_in_short(changes, office.register.agency_name)
    bands = [row.title for row in _sheet(changes, office, made).rows if isinstance(row, Band)]
    assert all(said in report and said in bands for said in verdicts)
    # What is judged by another ground has a sentence of its own in the letter.
    assert verdicts[1] in letter and verdicts[0] not in letter
    every = [one for group in changed_groups(changes) for one in group.changed]
    assert len(every) == len(changes.grounds) + len(changes.lines) + len(changes.works)


_ESTIMATE, _ACTUAL = "Ước thực hiện", "Chính thức"
_NAMED = {
    (_ESTIMATE, _ESTIMATE): ("Ước cả năm", "Ước cả năm, toàn thành phố"),
    (_ACTUAL, _ACTUAL): ("Số chính thức cả năm", "Số chính thức cả năm, toàn thành phố"),
    (_ESTIMATE, _ACTUAL): (
        "Số cả năm (trước: ước thực hiện; nay: chính thức)",
        "Số cả năm, toàn thành phố (trước: ước thực hiện; nay: chính thức)",
    ),
}


@pytest.mark.parametrize("statuses", _NAMED)
def test_a_figure_of_the_year_is_named_by_what_it_is(
    office: Office, statuses: tuple[str, str]
) -> None:
    first, second = (
        version("stc", reports("grdp", east, estimate_whole=Decimal(whole), status=status), number)
        for number, (east, whole, status) in enumerate(
            (("12.1", "11", statuses[0]), ("12.2", "11.5", statuses[1])), 1
        )
    )

    changes, _, _, made = _changes(
        office, [reviewed("stc", first)], [reviewed("stc", first, second)]
    )

    sheet = _sheet(changes, office, made)
    cell = {c.key: c.value for c in sheet.columns}
    named = [cell["what"](c) for c in changes.figures if c.figure.column.startswith("estimate")]
    assert tuple(named) == _NAMED[statuses]


def test_a_ground_told_for_the_first_time_stands_in_the_history(office: Office) -> None:
    first = version("stc", reports("grdp", "12.1"))
    second = version("stc", reports("grdp", "12.1", estimate_whole=Decimal("11.8")), 2)
    made = review_made(office, [], reviewed("stc", first, second), now=NOW)
    alone = review_made(office, [], reviewed("stc", first), now=NOW)

    from_second = _history(office, made)
    assert from_second == [("Toàn thành phố", Decimal("11.8"))]
    assert _history(office, alone) == []


def _history(office: Office, made: MadeReview) -> list[tuple[object, object]]:
    sheet = history_sheet(made.review, ResultNames.of(office, office.catalogue_of(made.cycle)))
    cell = {c.key: c.value for c in sheet.columns}
    assert "«Thay đổi»" not in sheet.note
    return [(cell["territory"](row), cell["value"](row)) for row in sheet.rows]
