"""What a person judges: counted as judged, with name and reason, until value or measure changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

import pytest

from models.domain.consolidation import consolidate
from models.domain.consolidation.verdicts import (
    Against,
    JudgementQuestion,
    PersonAsked,
    VerdictBook,
    verdict_kept,
)
from models.domain.reading.office import Office
from models.domain.reading.submissions import EntryValue
from models.domain.register.target_revisions import TargetRevision
from models.domain.register.targets import Direction, Judgement
from models.domain.register.territories import Territory
from models.domain.results.previews.preview import preview_of
from models.domain.results.report import report_of
from models.domain.results.review_summary import review_matter
from models.domain.results.tidy_table import judged_review, tidy_rows
from models.domain.review import ReviewIndicator
from tasks.adapters.results.review_boards import review_boards, review_counts
from tests.fixtures.made_review import MadeReview
from tests.fixtures.printed_cells import parse_target
from tests.fixtures.small_office import entry, standing
from tests.fixtures.small_review import NOW, answered, cells, indicator, reports, review_made

WORDS, ABOUT, SEVERAL = "tourism", "iip", "budget"
LEADING = "thuộc nhóm dẫn đầu cả nước"
DONE = "Đứng thứ 5 cả nước"
CENTRE = "Dự toán Trung ương giao"
ON = dt.date(2025, 12, 5)
BY, WHY = "Nguyễn Thị Hà", "Đã đối chiếu với công bố của cơ quan thống kê."
OPINION = "ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025"
PLAN = [standing("sdl", [entry("indicators", WORDS, "committed", "Đứng trong 10 địa phương đầu")])]


def office_of(office: Office, **changed: Mapping[str, object]) -> Office:
    """The small office with a target in words, an approximate one, and one of two sponsors."""
    beside = parse_target("khoảng 148.000")
    assert beside is not None
    revision = TargetRevision(
        *(SEVERAL, Territory.EAST, dt.date(2025, 7, 1), "khoảng 148.000", beside),
        "Quyết định giao dự toán",
        baseline=CENTRE,
    )
    told: dict[str, dict[str, object]] = {
        WORDS: {
            "target": None,
            "target_words": LEADING,
            "target_printed": LEADING,
            "direction": Direction.NONE,
        },
        ABOUT: {"target": parse_target("khoảng 17"), "target_printed": "khoảng 17"},
        SEVERAL: {"revisions": (revision,)},
    }
    catalogue = office.catalogues[2025]
    rows = tuple(
        dataclasses.replace(r, **{**told.get(r.code, {}), **changed.get(r.code, {})})
        for r in catalogue.rows
    )
    return dataclasses.replace(office, catalogues={2025: dataclasses.replace(catalogue, rows=rows)})


@pytest.fixture(scope="module")
def printed(office: Office) -> Office:
    return office_of(office)


def made(
    office: Office,
    *verdicts: str,
    about: str = "16.8",
    done: EntryValue = DONE,
    several: str = "147900",
) -> MadeReview:
    """The review, with verdicts by their subjects, numbered from one."""
    given = [verdict_kept(s, BY, WHY, n, "ghi lúc 09:00", ON) for n, s in enumerate(verdicts, 1)]
    return review_made(
        office,
        PLAN,
        answered("sct", reports(ABOUT, about)),
        answered("sdl", cells("indicators", WORDS, estimate=done)),
        answered("stc", reports(SEVERAL, several)),
        verdicts=VerdictBook(given),
    )


def asked_of(of: MadeReview, code: str, against: Against = Against.TARGET) -> PersonAsked:
    [found] = [a for a in indicator(of, code).asked if a.question.against is against]
    return found


def question(of: MadeReview, code: str, against: Against = Against.TARGET) -> JudgementQuestion:
    return asked_of(of, code, against).question


def waits(one: ReviewIndicator) -> bool:
    return one.outcome is Judgement.AWAITING


def test_what_waits_is_asked_with_value_measure_and_why(printed: Office) -> None:
    found = made(printed)
    words, about = question(found, WORDS), question(found, ABOUT)
    assert (words.figure.text, words.shown) == (DONE, LEADING)
    assert (about.figure.text, about.shown) == ("16.8", "khoảng 17")
    assert "nêu bằng lời" in words.why
    assert "«khoảng»" in about.why
    promise = question(found, WORDS, Against.COMMITMENT)
    assert promise.shown == "Đứng trong 10 địa phương đầu"
    assert [f.reference[0] for f in promise.figures] == ["N", "K"]
    beside = question(found, SEVERAL, Against.BASELINE)
    assert (beside.baseline, beside.shown) == (CENTRE, "khoảng 148.000")
    codes = [q.code for q in (words, about, promise, beside)]
    assert len(set(codes)) == len(codes)
    assert found.review.headline.awaiting == 2


@pytest.mark.parametrize("code", [WORDS, ABOUT])
@pytest.mark.parametrize("answer", [Judgement.MET, Judgement.EXCEEDED, Judgement.NOT_MET])
def test_a_verdict_is_counted_in_its_bucket_with_name_and_reason(
    printed: Office, code: str, answer: Judgement
) -> None:
    before = made(printed)
    after = made(printed, question(before, code).subject(answer))
    one, h = indicator(after, code), after.review.headline
    assert (one.outcome, one.judgement) == (answer, answer)
    assert one.why_not_judged == ""
    assert BY in one.by_person and f"({OPINION}, ghi lúc" in one.by_person
    assert (h.awaiting, h.by_person) == (1, 1)
    assert h.outcomes[answer] == before.review.headline.outcomes[answer] + 1
    told = h.met + h.not_met + h.awaiting + h.cannot_be_judged
    assert told + h.no_data == h.indicators
    assert after.inputs_hash != before.inputs_hash


def test_other_measures_and_the_promise_are_judged_each_by_itself(printed: Office) -> None:
    before = made(printed)
    after = made(
        printed,
        question(before, SEVERAL, Against.BASELINE).subject(Judgement.MET),
        question(before, WORDS, Against.COMMITMENT).subject(Judgement.NOT_MET),
    )
    result = indicator(after, SEVERAL).result
    assert result is not None
    [beside] = result.baselines
    assert (beside.judgement, result.judgement) == (Judgement.MET, Judgement.EXCEEDED)
    assert BY in beside.by_person and not result.by_person
    words = indicator(after, WORDS)
    assert words.commitment_judgement is Judgement.NOT_MET
    assert BY in words.commitment_by_person
    assert waits(words), "the target is another question"


@pytest.mark.parametrize(
    ("code", "told", "rows", "said"),
    [
        (ABOUT, {"about": "16.7"}, {}, "số liệu đã thay đổi"),
        (WORDS, {"done": "Đứng thứ 9 cả nước"}, {}, "số liệu đã thay đổi"),
        (
            ABOUT,
            {},
            {ABOUT: {"target": parse_target("khoảng 17-18")}},
            "mức được so đã thay đổi",
        ),
        (ABOUT, {}, {ABOUT: {"unit": "‰"}}, "mức được so đã thay đổi"),
        (WORDS, {}, {WORDS: {"target_words": "trong 3 nơi đầu"}}, "mức được so đã thay đổi"),
    ],
)
def test_a_verdict_on_another_value_or_measure_waits_again_and_is_told(
    office: Office,
    printed: Office,
    code: str,
    told: dict[str, str],
    rows: dict[str, Mapping[str, object]],
    said: str,
) -> None:
    subject = question(made(printed), code).subject(Judgement.MET)
    changed = made(office_of(office, **rows), subject, **told)
    one = indicator(changed, code)
    assert waits(one)
    assert said in one.why_not_judged
    assert f"của {BY} ngày 05/12/2025 không còn hiệu lực" in one.why_not_judged
    assert one.by_person == ""


@pytest.mark.parametrize(
    ("code", "told", "rows"),
    [
        (ABOUT, {"about": "16.80"}, {}),
        (WORDS, {"done": f" {DONE.replace(' ', '  ')} "}, {}),
        (ABOUT, {}, {ABOUT: {"target_printed": "khoảng 17,0%"}}),
    ],
)
def test_another_spelling_of_value_or_measure_is_the_same_question(
    office: Office,
    printed: Office,
    code: str,
    told: dict[str, str],
    rows: dict[str, Mapping[str, object]],
) -> None:
    subject = question(made(printed), code).subject(Judgement.MET)
    assert indicator(made(office_of(office, **rows), subject, **told), code).by_person


def test_a_verdict_taken_back_waits_again_and_the_last_one_holds(printed: Office) -> None:
    asked = question(made(printed), ABOUT)
    met, missed, back = (
        asked.subject(answer) for answer in (Judgement.MET, Judgement.NOT_MET, None)
    )
    assert indicator(made(printed, met, missed), ABOUT).outcome is Judgement.NOT_MET
    taken = indicator(made(printed, met, back), ABOUT)
    assert waits(taken)
    assert "đã rút lại" in taken.why_not_judged
    assert indicator(made(printed, met, back, met), ABOUT).outcome is Judgement.MET


def test_nothing_is_asked_where_nothing_is_reported_or_a_rule_can_judge(printed: Office) -> None:
    found = made(printed, about="17", done=None)
    assert indicator(found, ABOUT).outcome is Judgement.MET
    assert list(indicator(found, WORDS).asked) == []
    assert indicator(found, WORDS).commitment_judgement is Judgement.UNKNOWN
    silent = made(printed, question(made(printed), ABOUT).subject(Judgement.NOT_MET), about="17")
    assert indicator(silent, ABOUT).outcome is Judgement.MET, "a rule needs no person"


def test_without_verdicts_the_fingerprint_is_what_it_was(printed: Office) -> None:
    assert made(printed).inputs_hash == made(printed).inputs_hash
    inputs = made(printed).consolidation.inputs
    assert not any("verdict" in part for part in inputs._parts())


def test_report_letter_preview_board_and_table_name_who_judged(printed: Office) -> None:
    before = made(printed)
    after = made(
        printed,
        question(before, WORDS).subject(Judgement.MET),
        question(before, ABOUT).subject(Judgement.NOT_MET),
    )
    content = report_of(printed, after.consolidation, after.review)
    assert "2 do người đánh giá" in " ".join(t.plain for t in content.overview)
    reached = [r for g in content.reached for r in g.rows if "Tên tourism" in r["name"].plain]
    [missed] = [r for r in content.not_met if "Tên iip" in r["name"].plain]
    for row, number in ((reached[0], 1), (missed, 2)):
        assert f"Do người đánh giá: {BY}: {WHY} [YK-{number}]" in row["name"].plain
    [annex] = [r for r in content.annex_indicators if "Tên tourism" in r["name"].plain]
    assert BY in annex["name"].plain
    assert annex["outcome"].plain == "Đạt\nngười đánh giá\n[YK-1]"
    cited = [s for s in content.sources if s.span.startswith("YK-")]
    assert [(s.span, BY in s.agency, WHY in s.cells) for s in cited] == [
        ("YK-1", True, True),
        ("YK-2", True, True),
    ]

    matter = review_matter(after.consolidation, after.review, printed)
    [point] = [p for p in matter.points if p.startswith("Chỉ tiêu do người đánh giá (2)")]
    assert BY in point
    lead = answered(indicator(after, WORDS).row.lead)  # who answers for the row by November
    shown = preview_of(printed, after.consolidation, after.review, lead, after.as_of)
    opinion = f"Ý kiến xử lý của Văn phòng UBND thành phố ngày 05/12/2025: {WHY}"
    assert any(opinion in r["name"].plain for r in shown.indicators)
    told = "".join(t.plain for r in shown.indicators for t in r.values())
    assert BY not in told and "YK-" not in told, "whose opinion it was is the office's own matter"
    assert not any(s.span.startswith("YK-") for s in shown.sources)
    board = review_boards(printed, after.cycle, after.review)[0]
    assert "2 do người đánh giá" in board.note
    assert any(BY in cell for row in board.rows for cell in row.values()), "of what was missed"
    assert review_counts(after.review.headline, 0)["by_person"] == 2

    rows = list(
        tidy_rows(
            printed,
            after.consolidation,
            judged_review(after.consolidation, after.review),
            lambda s: s.versions,
        )
    )
    judged = {r.row_code: (r.judgement, r.judged_by) for r in rows if r.judged_by}
    assert set(judged) == {WORDS, ABOUT}
    assert judged[WORDS][0] == "met" and WHY.rstrip(".") in judged[WORDS][1]


def test_what_waits_says_in_the_report_why_and_that_it_was_judged_before(printed: Office) -> None:
    subject = question(made(printed), ABOUT).subject(Judgement.MET)
    changed = made(printed, subject, about="16.7")
    content = report_of(printed, changed.consolidation, changed.review)
    [row] = [r for r in content.unjudged if "Tên iip" in r["name"].plain]
    assert "không còn hiệu lực vì số liệu đã thay đổi" in row["why"].plain


def test_a_plans_commitment_is_judged_likewise(printed: Office) -> None:
    cycle = printed.cycle("2025-plan")
    [line] = [i for i in consolidate(printed, cycle, PLAN, NOW).indicators if i.row.code == WORDS]
    assert line.asked is not None and line.judgement is Judgement.AWAITING
    book = VerdictBook([verdict_kept(line.asked.question.subject(Judgement.NOT_MET), BY, WHY, 1)])
    found = consolidate(printed, cycle, PLAN, NOW, verdicts=book)
    [judged] = [i for i in found.indicators if i.row.code == WORDS]
    assert judged.falls_short and BY in judged.by_person
    assert found.headline.falling_short == 1
    assert found.headline.judgements[Judgement.AWAITING] == 0
