"""Judging by a person, on both databases: kept once, offered, listed, lapsing, taken back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from flows.decisions.measure_forms import JudgementForm, PersonsChoice
from models.domain.answers.decisions import DecisionKind, DecisionRefused, Signature
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.judgement_deed import JudgeIndicator
from models.domain.letters.offers import Cases, chosen_key
from models.domain.register.targets import Judgement
from models.domain.results.waiting import WaitingKind
from tasks.adapters.boards.boards import boards
from tasks.adapters.boards.open_cases import open_cases
from tasks.adapters.boards.waiting_work import waiting_work
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.results import ruling
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.results.cycle_results import CycleResults
from tasks.adapters.store import decisions
from tasks.adapters.workplace import Workplace
from tests.fixtures.small_office import commits, entry, standing
from tests.fixtures.small_workplace import CYCLE, small_workplace
from tests.fixtures.worded_office import ABOUT, WORDS, with_words

HA = Signature("Nguyễn Thị Hà", "Đã đối chiếu với công bố của cơ quan thống kê.")
LAN = Signature("Phạm Thị Lan", HA.reason)
MONDAY = dt.datetime(2025, 2, 24, 9, tzinfo=HANOI)


@pytest.fixture
def workplace(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workplace]:
    with small_workplace(tmp_path, MONDAY, ("sct", "sdl"), database_url) as workplace:
        workplace.office = with_words(workplace.office)
        say(monkeypatch, "16.8")
        yield workplace


def say(monkeypatch: pytest.MonkeyPatch, about: str) -> None:
    """Trade commits to a number just short of its target, tourism answers in words."""
    said = [
        standing("sct", commits(ABOUT, about)),
        standing("sdl", [entry("indicators", WORDS, "committed", "=Đứng thứ 5 cả nước [2]")]),
    ]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)


def results(workplace: Workplace) -> CycleResults:
    with workplace.engine.begin() as connection:
        return results_of(workplace, connection, workplace.office.cycle(CYCLE))


def asked(workplace: Workplace, code: str) -> PersonAsked:
    [found] = [a for a in results(workplace).asked() if a.question.row.code == code]
    return found


def deed(
    workplace: Workplace, code: str, answer: Judgement | None, signed: Signature = HA
) -> JudgeIndicator:
    key = asked(workplace, code).question.code
    return JudgeIndicator(question=key, judgement=answer, signed=signed)


def kept(workplace: Workplace) -> list[tuple[str, str]]:
    with workplace.engine.begin() as connection:
        return [(d.kind, d.by) for d in decisions.book(connection).decisions]


def offered(workplace: Workplace) -> list[str]:
    cycles = [workplace.office.cycle(CYCLE)]
    return open_cases(workplace, [Cases.JUDGEMENTS], cycles)[Cases.JUDGEMENTS]


def test_a_verdict_is_kept_once_with_who_why_and_when(workplace: Workplace) -> None:
    judged = deed(workplace, WORDS, Judgement.EXCEEDED)
    assert [carry_out(workplace, judged).new for _ in range(3)] == [True, False, False]
    found = asked(workplace, WORDS)
    assert found.judgement is Judgement.EXCEEDED
    assert found.by_person == (
        "do người đánh giá, Nguyễn Thị Hà: Đã đối chiếu với công bố của cơ quan thống kê "
        "(ý kiến xử lý của Văn phòng UBND thành phố ngày 24/02/2025, ghi lúc 09 giờ 00 phút ngày "
        "24/02/2025)"
    )
    assert asked(workplace, ABOUT).waits
    # Another reason or another person is another decision: it is shown with the verdict.
    assert carry_out(workplace, dataclasses.replace(judged, signed=LAN)).new
    assert kept(workplace) == [
        (DecisionKind.JUDGE_INDICATOR, HA.by),
        (DecisionKind.JUDGE_INDICATOR, LAN.by),
    ]


def test_a_verdict_lapses_with_the_value_and_is_refused_by_its_old_code(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = deed(workplace, ABOUT, Judgement.MET)
    carry_out(workplace, judged)
    before = results(workplace).consolidation.inputs_hash
    say(monkeypatch, "16.7")
    found = asked(workplace, ABOUT)
    assert found.waits
    assert found.lapsed == (
        "Ý kiến đánh giá trước của Nguyễn Thị Hà ngày 24/02/2025 không còn hiệu lực vì số liệu "
        "đã thay đổi"
    )
    with pytest.raises(DecisionRefused, match="đã thay đổi"):
        carry_out(workplace, judged)
    say(monkeypatch, "16.8")
    assert not asked(workplace, ABOUT).waits
    assert results(workplace).consolidation.inputs_hash == before


def test_a_verdict_is_taken_back_once_and_waits_again(workplace: Workplace) -> None:
    back = deed(workplace, WORDS, None)
    assert not carry_out(workplace, back).new, "nothing to take back yet"
    carry_out(workplace, deed(workplace, WORDS, Judgement.MET))
    assert [carry_out(workplace, back).new for _ in range(3)] == [True, False, False]
    assert asked(workplace, WORDS).waits
    assert "đã rút lại" in asked(workplace, WORDS).lapsed
    assert carry_out(workplace, deed(workplace, WORDS, Judgement.MET)).new


@pytest.mark.parametrize(
    ("answer", "signed"),
    [
        (Judgement.MET, Signature("Nguyễn Thị Hà", "ok")),
        (Judgement.MET, Signature(" ", HA.reason)),
        (Judgement.UNKNOWN, HA),
        (Judgement.AWAITING, HA),
        (Judgement.FLOOR_MET, HA),
    ],
)
def test_what_a_person_cannot_say_so_is_refused_and_leaves_no_trace(
    workplace: Workplace, answer: Judgement, signed: Signature
) -> None:
    with pytest.raises(DecisionRefused):
        carry_out(workplace, deed(workplace, WORDS, answer, signed))
    with pytest.raises(DecisionRefused, match="cho-danh-gia-"):
        carry_out(workplace, JudgeIndicator(question="khongco1", judgement=None, signed=HA))
    assert kept(workplace) == []


def test_the_form_offers_what_waits_first_and_its_choice_makes_the_deed(
    workplace: Workplace,
) -> None:
    lines = offered(workplace)
    assert len(lines) == 2
    assert all("đã đánh giá" not in line for line in lines)
    [line] = [one for one in lines if "khoảng 17" in one]
    form = JudgementForm(question=line, judgement=PersonsChoice.NOT_MET, by=HA.by, reason=HA.reason)
    assert form.deed() == deed(workplace, ABOUT, Judgement.NOT_MET)
    assert carry_out(workplace, form.deed()).new
    first, second = offered(workplace)
    assert "đã đánh giá: không đạt" in second
    assert chosen_key(first) == asked(workplace, WORDS).question.code
    assert open_cases(workplace, [Cases.JUDGEMENTS]) == {}  # no cycle, no knowing
    back = form.model_copy(update={"judgement": PersonsChoice.WITHDRAWN})
    assert back.deed().judgement is None


def test_board_record_letter_and_workbook_tell_what_waits_and_who_judged(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle(CYCLE)

    def shown() -> dict[str, str]:
        return {b.key: b.markdown for b in boards(workplace, [cycle])}

    def waiting() -> list[str]:
        found = results(workplace)
        with workplace.engine.begin() as connection:
            told = waiting_work(
                *(workplace.office, connection, found.consolidation, found.asked()), workplace.now
            )
            return [one.said for one in told if one.kind is WaitingKind.JUDGEMENT]

    assert "2/2 chỉ tiêu chưa có ý kiến" in shown()[f"cho-danh-gia-{CYCLE}"].replace("\\", "")
    assert len(waiting()) == 2
    carry_out(workplace, deed(workplace, WORDS, Judgement.NOT_MET))
    code = asked(workplace, WORDS).question.code
    board = shown()[f"cho-danh-gia-{CYCLE}"].replace("\\", "")
    assert "1/2 chỉ tiêu chưa có ý kiến" in board
    assert HA.by in board
    record = shown()["so-quyet-dinh"].replace("\\", "")
    assert f"chỉ tiêu tourism, mã {code}: đánh giá không đạt" in record
    assert HA.by in shown()[f"chi-tieu-{CYCLE}"], "of a commitment below its target"
    [line] = waiting()
    assert asked(workplace, ABOUT).question.figure.text in line
    carry_out(workplace, deed(workplace, WORDS, None))
    assert any("đã rút lại" in line for line in waiting())
    carry_out(workplace, deed(workplace, WORDS, Judgement.NOT_MET))

    results_now = results(workplace)
    book = openpyxl.load_workbook(io.BytesIO(write_consolidation(results_now, workplace.now)))
    rows = [
        [str(c) for c in row if c] for row in book["Người đánh giá"].iter_rows(values_only=True)
    ]
    [judged] = [row for row in rows if code in row]
    assert {HA.by, HA.reason, "Không đạt"} <= set(judged)
    assert any(
        cell.startswith("Ý kiến xử lý của Văn phòng UBND thành phố ngày ") for cell in judged
    )
    assert results_now.asked()[1].question.figure.reference in judged
    told = [str(c) for row in book["Chỉ tiêu"].iter_rows(values_only=True) for c in row if c]
    assert any(HA.by in cell for cell in told)
    points = results_now.summary_matter().points
    assert any(p.startswith("Chỉ tiêu do người đánh giá (1)") and HA.by in p for p in points)
