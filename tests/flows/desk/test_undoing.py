"""Every kind of decision is taken at the desk and undone from the address that it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from models.domain.answers.decisions import Decision, DecisionBook, DecisionKind
from models.domain.answers.planned_letters import planned_decisions
from models.domain.consolidation import code_of
from models.domain.cycle.cycles import HANOI
from models.domain.deeds.undoing import Undoing, undoing_of
from models.domain.mail.mail import LetterState
from models.domain.register.targets import Judgement
from tasks.adapters.desk.undoings import undoings
from tasks.adapters.results import ruling
from tasks.adapters.results.choosing import results_of
from tasks.adapters.store import address_book, decisions, messages, outbox, submissions
from tests.fixtures.held_mail import held_message
from tests.fixtures.letters_written import every_letter
from tests.fixtures.office_desk import OfficeDesk, as_read, office_desk
from tests.fixtures.small_office import commits, standing
from tests.fixtures.small_workplace import CYCLE
from tests.fixtures.worded_office import ABOUT, with_words

NOW = dt.datetime(2025, 2, 10, 9, 0, tzinfo=HANOI)
WHY = "Cơ quan đã đề nghị bằng văn bản."
BACK = "Quyết định trước ghi nhầm cơ quan."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OfficeDesk]:
    with office_desk(tmp_path, NOW, ["syt", "sdl"]) as found:
        yield found


def what_holds(desk: OfficeDesk) -> dict[str, object]:
    """All that decisions bear on, as it is now; no more of their record than what it comes to."""
    now = desk.now
    with desk.workplace.engine.begin() as connection:
        book = decisions.book(connection)
        return {
            "extension": {a: book.extension(CYCLE, a) for a in ("syt", "sdl")},
            "exempt": sorted(book.exempted(CYCLE)),
            "sheets": book.all_exempted_sheets(CYCLE),
            "waived": {c: d.until for c, d in book.waivers(CYCLE, "syt", now).items()},
            "planned": [
                planned_decisions(book, CYCLE).holding("step/truoc_5", agency) is not None
                for agency in ("", "syt", "sdl")
            ],
            "closed": book.closing(CYCLE) is not None,
            "mail": [
                (m["key"], m["state"], m["received_at"]) for m in messages.every_message(connection)
            ],
            "failing": [x.address for x in address_book.failing_addresses(connection)],
            "senders": [x.address for x in address_book.every_known(connection)],
            "versions": {
                a: [v.receipt_number for v in found]
                for a, found in submissions.versions_of(connection, CYCLE, ["syt", "sdl"]).items()
            },
        }


def decide(desk: OfficeDesk, name: str, **entered: str | list[str]) -> None:
    answer = desk.post(f"/quyet-dinh/{name}", **({"reason": WHY} | entered))
    assert answer.status_code == 200, answer.text


def undo_of_last(desk: OfficeDesk, kind: DecisionKind) -> Undoing:
    with desk.workplace.engine.begin() as connection:
        book = decisions.book(connection)
        last = [d for d in book.decisions if d.kind is kind][-1]
        return undoings(desk.workplace.office.cycles, connection, book, [last])[last.number]


def undone(desk: OfficeDesk, kind: DecisionKind, asked: int = 1) -> None:
    """Takes the last decision of the kind back by what its undoing fills in, and a reason."""
    found = undo_of_last(desk, kind)
    assert found.decision and found.is_whole
    form = desk.get(f"/quyet-dinh/{found.decision}?{_query(found)}")
    said = as_read(form)
    # Whoever undoes reads what it is about, in words, and types a reason and nothing else.
    assert "2025-02-" not in said and f" {CYCLE} " not in said and " syt " not in said
    assert form.count('class="field"') == asked
    decide(desk, found.decision, **dict(found.case), reason=BACK)


def _query(found: Undoing) -> str:
    from urllib.parse import urlencode

    return urlencode(dict(found.case))


FORMS = {
    DecisionKind.EXTEND_DEADLINE: ("extend-deadline", {"last_day": "2025-02-25"}),
    DecisionKind.EXEMPT_AGENCY: ("exempt-agency", {"duty": "Miễn báo cáo"}),
    DecisionKind.EXEMPT_SHEET: ("exempt-sheet", {"duty": "Miễn báo cáo", "sheet": "indicators"}),
    DecisionKind.WAIVE_RULE: ("waive-rule", {"rule": "BB-01", "last_day": "2025-02-25"}),
}
ENDS = {
    DecisionKind.END_EXTENSION: ("extend-deadline", {"last_day": "2025-02-19"}),
    DecisionKind.OBLIGE_AGENCY: ("exempt-agency", {"duty": "Phải báo cáo"}),
    DecisionKind.OBLIGE_SHEET: ("exempt-sheet", {"duty": "Phải báo cáo", "sheet": "indicators"}),
}
OF_AGENCY = {"cycle": CYCLE, "agency": "syt"}


@pytest.mark.parametrize("kind", FORMS, ids=str)
def test_what_is_granted_to_an_agency_is_taken_back_and_granted_again(
    desk: OfficeDesk, kind: DecisionKind
) -> None:
    name, entered = FORMS[kind]
    before = what_holds(desk)

    decide(desk, name, **OF_AGENCY, **entered)
    granted = what_holds(desk)
    undone(desk, kind)
    assert granted != before
    assert what_holds(desk) == before

    ended = next((end for end, (form, _) in ENDS.items() if form == name), kind)
    undone(desk, ended)
    assert what_holds(desk) == granted


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("extend-deadline", {"last_day": "2025-02-24"}, {"last_day": "2025-02-26"}),
        (
            "waive-rule",
            {"rule": "BB-01", "last_day": "2025-02-24"},
            {"rule": "BB-01", "last_day": "2025-02-26"},
        ),
    ],
)
def test_what_a_former_decision_granted_holds_again(
    desk: OfficeDesk, name: str, first: dict[str, str], second: dict[str, str]
) -> None:
    decide(desk, name, **OF_AGENCY, **first)
    before = what_holds(desk)
    decide(desk, name, **OF_AGENCY, **second)

    kinds = {"extend-deadline": DecisionKind.EXTEND_DEADLINE, "waive-rule": DecisionKind.WAIVE_RULE}
    undone(desk, kinds[name])

    assert what_holds(desk) == before


def test_a_book_is_closed_and_opened_again(desk: OfficeDesk) -> None:
    before = what_holds(desk)
    decide(desk, "close-cycle", cycle=CYCLE, book="Khóa sổ")
    closed = what_holds(desk)
    undone(desk, DecisionKind.CLOSE_CYCLE)
    assert what_holds(desk) == before
    undone(desk, DecisionKind.REOPEN_CYCLE)
    assert what_holds(desk) == closed != before


@pytest.mark.parametrize("agency", ["", "syt"])
def test_a_planned_letter_is_held_back_and_released(desk: OfficeDesk, agency: str) -> None:
    planned = {"planned": f"{CYCLE}/step/truoc_5", "agency": agency}
    before = what_holds(desk)
    decide(desk, "hold-letter-back", **planned, hold="Giữ lại, không gửi")
    held = what_holds(desk)
    # What is about everybody may be narrowed to one agency; nothing has to be chosen.
    asked = 1 if agency else 2
    undone(desk, DecisionKind.HOLD_LETTER_BACK, asked)
    assert what_holds(desk) == before
    undone(desk, DecisionKind.RELEASE_LETTER, asked)
    assert what_holds(desk) == held != before


def test_an_address_is_marked_and_mended(desk: OfficeDesk) -> None:
    address = desk.workplace.office.register.contacts["syt"].to[0]
    before = what_holds(desk)
    decide(desk, "mark-contact", address=address, reach="Không nhận được thư")
    marked = what_holds(desk)
    undone(desk, DecisionKind.MARK_CONTACT_FAILING)
    assert what_holds(desk) == before
    undone(desk, DecisionKind.MARK_CONTACT_MENDED)
    assert what_holds(desk) == marked != before


def test_a_message_assigned_with_its_sender_waits_again_and_counts_again(desk: OfficeDesk) -> None:
    key = held_message(desk.workplace)
    before = what_holds(desk)
    known = "Có: thư sau từ địa chỉ này là của cơ quan"
    decide(desk, "assign-message", message=key, cycle=CYCLE, agency="syt", sender=known)
    assigned = what_holds(desk)
    assert assigned["versions"] and assigned["senders"]

    undone(desk, DecisionKind.REGISTER_SENDER)
    assert what_holds(desk) == assigned | {"senders": []}
    undone(desk, DecisionKind.ASSIGN_MESSAGE)
    assert what_holds(desk) == before | {"versions": {}}
    undone(desk, DecisionKind.WITHDRAW_VERSION)
    assert what_holds(desk) == assigned | {"senders": []}
    undone(desk, DecisionKind.REINSTATE_VERSION)
    assert what_holds(desk) == before | {"versions": {}}


def test_a_corrected_arrival_is_corrected_back_to_the_second(desk: OfficeDesk) -> None:
    key = held_message(desk.workplace)
    before = what_holds(desk)
    decide(desk, "correct-arrival", message=key, arrived_at="2025-02-03T17:05:09")
    first = what_holds(desk)
    decide(desk, "correct-arrival", message=key, arrived_at="2025-02-03T18:00")

    undone(desk, DecisionKind.CORRECT_ARRIVAL)
    assert what_holds(desk) == first != before


def test_what_was_ruled_and_judged_is_so_again(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace = desk.workplace
    workplace.office = with_words(workplace.office)
    said = [
        standing("stc", commits("budget", "118")),
        standing("cuc_thue", commits("budget", "2")),
        standing("sct", commits(ABOUT, "16.8")),
    ]
    monkeypatch.setattr(ruling, "standings_of_cycle", lambda *_, **__: said)
    cycle = workplace.office.cycle(CYCLE)
    with workplace.engine.begin() as connection:
        code = code_of(ruling.consolidated(workplace, connection, cycle).conflicts[0])
        asked = results_of(workplace, connection, cycle).asked()[0].question.code

    def ruled() -> tuple[object, ...]:
        with workplace.engine.begin() as connection:
            found = results_of(workplace, connection, cycle)
        [conflict] = [c for c in found.consolidation.conflicts if code_of(c) == code]
        judged = {one.question.code: one.judgement for one in found.asked()}
        return conflict.stands.agency, conflict.is_open, judged[asked]

    decide(desk, "rule-on-conflict", conflict=code, cycle=CYCLE, value="Số thứ nhất")
    # What nobody had ruled on stays ruled on, and the desk says so.
    assert not undo_of_last(desk, DecisionKind.RULE_ON_CONFLICT).is_whole
    first = ruled()
    decide(desk, "rule-on-conflict", conflict=code, cycle=CYCLE, value="Số thứ hai")
    assert ruled() != first
    undone(desk, DecisionKind.RULE_ON_CONFLICT)
    assert ruled() == first

    decide(desk, "judge-indicator", question=asked, cycle=CYCLE, judgement="Không đạt")
    judged = ruled()
    assert judged[-1] is Judgement.NOT_MET
    decide(desk, "judge-indicator", question=asked, cycle=CYCLE, judgement="Vượt")
    undone(desk, DecisionKind.JUDGE_INDICATOR)
    assert ruled() == judged
    decide(desk, "judge-indicator", question=asked, cycle=CYCLE, judgement="Rút ý kiến đánh giá")
    undone(desk, DecisionKind.WITHDRAW_JUDGEMENT)
    assert ruled() == judged


def test_a_first_judgement_waits_again(desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = "1f2e3d4c met aabbccdd 00112233 grdp"
    taken = [_decision(1, DecisionKind.JUDGE_INDICATOR, subject)]

    found = undoing_of(taken[0], DecisionBook(taken))

    assert dict(found.case)["judgement"] == "Rút ý kiến đánh giá"


def test_a_letter_that_was_closed_can_go_again(desk: OfficeDesk) -> None:
    with desk.workplace.engine.begin() as connection:
        of_agency = outbox.LETTER.c.agency == "syt"
        connection.execute(
            update(outbox.LETTER).where(of_agency).values(state=LetterState.FAILED.value)
        )
        [key] = [x.business_key for x in every_letter(connection) if x.agency == "syt"]
    decide(desk, "settle-letter", letter=key, outcome="Không gửi nữa, đã báo bằng cách khác")

    found = undo_of_last(desk, DecisionKind.CLOSE_LETTER)

    assert not found.is_whole
    decide(desk, found.decision, **dict(found.case), reason=BACK)
    with desk.workplace.engine.begin() as connection:
        assert {x.state for x in every_letter(connection)} == {LetterState.QUEUED}


#: What cannot be undone, and how it begins to say so.
ABSENT = {
    DecisionKind.RETURN_MESSAGE: "Thư đã giao cho luồng gửi",
    DecisionKind.APPROVE_SUMMARY: "Thư đã giao cho luồng gửi",
    DecisionKind.SEND_LETTER_AGAIN: "Thư đã giao cho luồng gửi",
    DecisionKind.SEND_LETTER_NOW: "Thư đã giao cho luồng gửi",
    DecisionKind.REJECT_MESSAGE: "Thư không tiếp nhận vẫn được giữ",
    DecisionKind.HOLD_SUMMARY_BACK: "Dự thảo đã giữ lại không gửi được nữa",
    DecisionKind.UNREGISTER_SENDER: "Đăng ký lại khi xác định thư sau",
}
TESTED = {
    *FORMS,
    *ENDS,
    DecisionKind.HOLD_LETTER_BACK,
    DecisionKind.RELEASE_LETTER,
    DecisionKind.CLOSE_CYCLE,
    DecisionKind.REOPEN_CYCLE,
    DecisionKind.MARK_CONTACT_FAILING,
    DecisionKind.MARK_CONTACT_MENDED,
    DecisionKind.ASSIGN_MESSAGE,
    DecisionKind.REGISTER_SENDER,
    DecisionKind.WITHDRAW_VERSION,
    DecisionKind.REINSTATE_VERSION,
    DecisionKind.CORRECT_ARRIVAL,
    DecisionKind.RULE_ON_CONFLICT,
    DecisionKind.JUDGE_INDICATOR,
    DecisionKind.WITHDRAW_JUDGEMENT,
    DecisionKind.CLOSE_LETTER,
}


def test_every_kind_is_undone_above_or_says_why_it_cannot_be() -> None:
    assert set(DecisionKind) == TESTED | set(ABSENT)
    for kind, said in ABSENT.items():
        one = _decision(1, kind, "x")
        found = undoing_of(one, DecisionBook([one]))
        assert found.decision == ""
        assert found.said.startswith(said)


def test_what_a_later_decision_replaced_is_undone_there(desk: OfficeDesk) -> None:
    decide(desk, "extend-deadline", **OF_AGENCY, last_day="2025-02-24")
    decide(desk, "extend-deadline", **OF_AGENCY, last_day="2025-02-26")
    with desk.workplace.engine.begin() as connection:
        book = decisions.book(connection)
        found = undoings(desk.workplace.office.cycles, connection, book, book.decisions)

    assert found[1] == Undoing("Quyết định số 2 đã thay quyết định này.")
    assert found[2].case["last_day"] == "2025-02-24"


def test_what_was_decided_on_several_at_once_is_undone_at_once(desk: OfficeDesk) -> None:
    before = what_holds(desk)
    page = desk.post(
        "/quyet-dinh/extend-deadline",
        cycle=CYCLE,
        agency=["syt", "sdl"],
        last_day="2025-02-25",
        reason=WHY,
        ve=f"/ky/{CYCLE}",
    ).text
    where = page.partition('Muốn làm ngược lại: <a href="')[2].partition('"')[0]
    parts = urlsplit(where.replace("&amp;", "&"))
    case = parse_qs(parts.query)
    assert case["agency"] == ["syt", "sdl"]
    assert case["ve"] == [f"/ky/{CYCLE}"]

    entered = {k: v if len(v) > 1 else v[0] for k, v in case.items()}
    assert desk.post(parts.path, **entered, reason=BACK).status_code == 200

    assert what_holds(desk) == before


def _decision(number: int, kind: DecisionKind, subject: str) -> Decision:
    return Decision(kind, "Hà", WHY, NOW, CYCLE, "syt", subject, number=number)
