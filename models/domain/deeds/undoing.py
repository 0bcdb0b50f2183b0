"""How a decision can be undone: by which other decision, or why it cannot.

An undo is a decision like any other, with a person and a reason, and leaves the first in the
record. What a former decision on the same matter said holds again; where there was none, what holds
without any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.domain.answers.decisions import ON_VERSIONS, Decision, DecisionBook, DecisionKind
from models.domain.consolidation.verdicts import verdict_kept
from models.domain.consolidation.wording import PERSON_NAMES
from models.domain.cycle.cycles import HANOI


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoes a decision: the name of a decision flow with its case; or why nothing does."""

    said: str  # Vietnamese
    decision: str = ""  # "exempt-agency"; "" where it cannot be undone
    case: Mapping[str, str] = field(default_factory=dict)  # its form's fields that are known
    #: Whether what was so before is so again; else the decision only leads on from here.
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class AroundDecision:
    """What has to be known beside the decisions themselves; empty where it is not."""

    #: Of the version that the decision is about, or that an assigned message became.
    receipt: str = ""
    own_last_day: dt.date | None = None  # on which an answer is in time in the decision's cycle


def undoing_of(
    decision: Decision, book: DecisionBook, around: AroundDecision | None = None
) -> Undoing:
    """How that decision of the book can be undone."""
    if decision.kind in _SENT:
        return Undoing("Thư đã giao cho luồng gửi, không thu lại được.")
    later = _on_the_matter(decision, book, later=True)
    if later is not None:
        return Undoing(f"Quyết định số {later.number} đã thay quyết định này.")
    how = _HOW.get(decision.kind)
    if how is None:
        return Undoing(_WHY_NOT[decision.kind])
    former = _on_the_matter(decision, book, later=False)
    return how(decision, former, around or AroundDecision())


def _on_the_matter(decision: Decision, book: DecisionBook, *, later: bool) -> Decision | None:
    """The first decision on the same matter after it, or the last before it; None for none."""
    matter = _matter(decision)
    about = [d for d in book.decisions if _matter(d) == matter]
    if later:
        after = (d for d in about if d.number > decision.number)
        return next(after, None) or _ended(decision, book)
    return next((d for d in reversed(about) if d.number < decision.number), None)


def _ended(decision: Decision, book: DecisionBook) -> Decision | None:
    """The later decision that undid an assignment: its version was withdrawn; None for none."""
    if decision.kind is not DecisionKind.ASSIGN_MESSAGE:
        return None
    holds = book.assignment(decision.message)
    if holds is not None and holds.number == decision.number:
        return None
    after = (d for d in book.decisions if d.number > decision.number and d.kind in _ENDS)
    return next((d for d in after if d.message == decision.message), None)


def _matter(decision: Decision) -> tuple[str, ...]:
    """By which decisions on one matter are known."""
    kind, whose = decision.kind, (decision.cycle, decision.agency)
    group = _GROUPS.get(kind, kind.value)
    if kind in (DecisionKind.RULE_ON_CONFLICT, *_JUDGED):
        return group, decision.cycle, decision.subject.partition(" ")[0]
    if kind is DecisionKind.CORRECT_ARRIVAL:
        return group, decision.message
    if kind in (DecisionKind.REGISTER_SENDER, DecisionKind.UNREGISTER_SENDER):
        return group, decision.agency, decision.message
    return group, *whose, decision.subject


# --- what undoes each kind ------------------------------------------------------------------------


def _extension(decision: Decision, former: Decision | None, around: AroundDecision) -> Undoing:
    day = _last_day(former.until) if former and former.until else around.own_last_day
    if day is None:
        return Undoing("Ghi lại ngày cuối của hạn chung.", "extend-deadline", _about(decision))
    case = {**_about(decision), "last_day": day.isoformat()}
    if former is not None and former.until is not None:
        return Undoing(f"Gia hạn lại đến hết {day:%d/%m/%Y}.", "extend-deadline", case)
    return Undoing(f"Thôi gia hạn, hạn lại là hết {day:%d/%m/%Y}.", "extend-deadline", case)


def _duty(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    is_exempt = decision.kind is DecisionKind.EXEMPT_AGENCY
    said = "Bỏ miễn: cơ quan phải báo cáo." if is_exempt else "Miễn báo cáo cho cơ quan."
    duty = _OBLIGE if is_exempt else _EXEMPT
    return Undoing(said, "exempt-agency", {**_about(decision), **duty})


def _sheet(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    is_exempt = decision.kind is DecisionKind.EXEMPT_SHEET
    said = "Bỏ miễn trang này." if is_exempt else "Miễn trang này."
    duty = _OBLIGE if is_exempt else _EXEMPT
    return Undoing(said, "exempt-sheet", {**_about(decision), "sheet": decision.subject, **duty})


def _waiver(decision: Decision, former: Decision | None, _: AroundDecision) -> Undoing:
    case = {**_about(decision), "rule": decision.subject}
    held = former is not None and former.until is not None and former.until > decision.decided_at
    if former is not None and former.until is not None and held:
        day = _last_day(former.until)
        return Undoing(
            f"Miễn đến hết {day:%d/%m/%Y} như trước.",
            "waive-rule",
            {**case, "last_day": day.isoformat()},
        )
    # A day that was over when it was decided ends the waiver.
    over = decision.decided_at.astimezone(HANOI).date() - dt.timedelta(days=1)
    return Undoing(
        "Thôi miễn: quy tắc lại được áp dụng.",
        "waive-rule",
        {**case, "last_day": over.isoformat()},
    )


def _book(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    book = "Mở lại" if decision.kind is DecisionKind.CLOSE_CYCLE else "Khóa sổ"
    return Undoing(f"{book} kỳ này.", "close-cycle", {"cycle": decision.cycle, "book": book})


def _version(decision: Decision, _: Decision | None, around: AroundDecision) -> Undoing:
    if not around.receipt:
        return Undoing(_NO_VERSION)
    back = decision.kind is DecisionKind.WITHDRAW_VERSION
    word = "Khôi phục" if back else "Rút lại"
    case = {"receipt": around.receipt, "counting": word}
    return Undoing(f"{word} phiên bản {around.receipt}.", "withdraw-version", case)


def _contact(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    mended = decision.kind is DecisionKind.MARK_CONTACT_FAILING
    reach = "Đã sửa, nhận được thư" if mended else "Không nhận được thư"
    case = {"address": decision.subject, "reach": reach}
    return Undoing("Ghi lại tình trạng trước của địa chỉ.", "mark-contact", case)


def _sender(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    # By the message with which it came: an address may be removed, and stands in no decision.
    reach = "Không còn là địa chỉ gửi của cơ quan"
    case = {"address": decision.message, "reach": reach}
    return Undoing("Bỏ đăng ký địa chỉ.", "mark-contact", case)


def _arrival(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    before = decision.arrived_before
    if before is None:
        said = "Ghi lại thời điểm trước đó, nêu trong lý do của quyết định."
        return Undoing(said, "correct-arrival", {"message": decision.message})
    local = before.astimezone(HANOI).replace(tzinfo=None)
    case = {"message": decision.message, "arrived_at": local.isoformat()}
    return Undoing("Ghi lại thời điểm nhận trước đó.", "correct-arrival", case)


def _ruling(decision: Decision, former: Decision | None, _: AroundDecision) -> Undoing:
    case = {"conflict": decision.subject.partition(" ")[0], "cycle": decision.cycle}
    if former is None:
        value = _OTHER_SIDE.get(decision.subject.rpartition(" ")[2], "")
        return Undoing(
            "Không trở lại được trạng thái chưa quyết định; có thể quyết định lại, chọn số kia.",
            "rule-on-conflict",
            {**case, "value": value},
            is_whole=False,
        )
    value = _SIDES.get(former.subject.rpartition(" ")[2], "")
    return Undoing(
        "Dùng lại số của quyết định trước.", "rule-on-conflict", {**case, "value": value}
    )


def _judgement(decision: Decision, former: Decision | None, _: AroundDecision) -> Undoing:
    case = {"question": decision.subject.partition(" ")[0], "cycle": decision.cycle}
    kept = verdict_kept(former.subject, former.by, former.reason) if former else None
    if kept is None or kept.judgement is None:
        take_back = {**case, "judgement": "Rút ý kiến đánh giá"}
        return Undoing("Rút ý kiến đánh giá, chờ đánh giá lại.", "judge-indicator", take_back)
    name = PERSON_NAMES[kept.judgement]
    said = f"Đánh giá lại như trước: {name.lower()}."
    return Undoing(said, "judge-indicator", {**case, "judgement": name})


def _letter(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    return Undoing(
        "Không trở lại được trạng thái trước; nếu thư chưa tới, gửi lại thư.",
        "send-letter-again",
        {"letter": decision.subject},
        is_whole=False,
    )


def _planned(decision: Decision, _: Decision | None, __: AroundDecision) -> Undoing:
    held = decision.kind is DecisionKind.HOLD_LETTER_BACK
    said = "Thôi giữ lại: thư lại đi theo lịch." if held else "Giữ lại thư này."
    case = {
        "planned": f"{decision.cycle}/{decision.subject}",
        "hold": "Thôi giữ lại" if held else "Giữ lại, không gửi",
    }
    own = {"agency": decision.agency} if decision.agency else {}
    return Undoing(said, "hold-letter-back", {**case, **own})


def _about(decision: Decision) -> dict[str, str]:
    return {"cycle": decision.cycle, "agency": decision.agency}


def _last_day(until: dt.datetime) -> dt.date:
    return (until.astimezone(HANOI) - dt.timedelta(microseconds=1)).date()


_SENT = (
    DecisionKind.RETURN_MESSAGE,
    DecisionKind.APPROVE_SUMMARY,
    DecisionKind.SEND_LETTER_AGAIN,
    DecisionKind.SEND_LETTER_NOW,
)
#: What ends an assignment.
_ENDS = (
    DecisionKind.ASSIGN_MESSAGE,
    DecisionKind.WITHDRAW_VERSION,
    DecisionKind.REJECT_MESSAGE,
    DecisionKind.RETURN_MESSAGE,
)
_JUDGED = (DecisionKind.JUDGE_INDICATOR, DecisionKind.WITHDRAW_JUDGEMENT)
#: Kinds that are about one matter, by the name of the matter.
_GROUPS = {
    kind: name
    for name, kinds in {
        "deadline": (DecisionKind.EXTEND_DEADLINE, DecisionKind.END_EXTENSION),
        "duty": (DecisionKind.EXEMPT_AGENCY, DecisionKind.OBLIGE_AGENCY),
        "sheet": (DecisionKind.EXEMPT_SHEET, DecisionKind.OBLIGE_SHEET),
        "book": (DecisionKind.CLOSE_CYCLE, DecisionKind.REOPEN_CYCLE),
        "version": ON_VERSIONS,
        "contact": (DecisionKind.MARK_CONTACT_FAILING, DecisionKind.MARK_CONTACT_MENDED),
        "sender": (DecisionKind.REGISTER_SENDER, DecisionKind.UNREGISTER_SENDER),
        "judgement": _JUDGED,
        "planned": (DecisionKind.HOLD_LETTER_BACK, DecisionKind.RELEASE_LETTER),
    }.items()
    for kind in kinds
}
_EXEMPT, _OBLIGE = {"duty": "Miễn báo cáo"}, {"duty": "Phải báo cáo"}
_SIDES = {"left": "Số thứ nhất", "right": "Số thứ hai"}
_OTHER_SIDE = {"left": _SIDES["right"], "right": _SIDES["left"]}
_HOW: Mapping[DecisionKind, Callable[[Decision, Decision | None, AroundDecision], Undoing]] = {
    DecisionKind.EXTEND_DEADLINE: _extension,
    DecisionKind.END_EXTENSION: _extension,
    DecisionKind.EXEMPT_AGENCY: _duty,
    DecisionKind.OBLIGE_AGENCY: _duty,
    DecisionKind.EXEMPT_SHEET: _sheet,
    DecisionKind.OBLIGE_SHEET: _sheet,
    DecisionKind.WAIVE_RULE: _waiver,
    DecisionKind.CLOSE_CYCLE: _book,
    DecisionKind.REOPEN_CYCLE: _book,
    DecisionKind.ASSIGN_MESSAGE: _version,
    DecisionKind.WITHDRAW_VERSION: _version,
    DecisionKind.REINSTATE_VERSION: _version,
    DecisionKind.MARK_CONTACT_FAILING: _contact,
    DecisionKind.MARK_CONTACT_MENDED: _contact,
    DecisionKind.REGISTER_SENDER: _sender,
    DecisionKind.CORRECT_ARRIVAL: _arrival,
    DecisionKind.RULE_ON_CONFLICT: _ruling,
    DecisionKind.JUDGE_INDICATOR: _judgement,
    DecisionKind.WITHDRAW_JUDGEMENT: _judgement,
    DecisionKind.CLOSE_LETTER: _letter,
    DecisionKind.HOLD_LETTER_BACK: _planned,
    DecisionKind.RELEASE_LETTER: _planned,
}
_NO_VERSION = "Thư chưa thành phiên bản nào, nên không có gì để rút lại."
_WHY_NOT = {
    DecisionKind.REJECT_MESSAGE: "Thư không tiếp nhận vẫn được giữ nguyên trong kho; muốn dùng, "
    "xin đề nghị cơ quan gửi lại.",
    DecisionKind.HOLD_SUMMARY_BACK: "Dự thảo đã giữ lại không gửi được nữa; thư tổng hợp mới được "
    "lập khi đến lịch, hoặc khi bấm «Lập thư tổng hợp» ở trang của kỳ.",
    DecisionKind.UNREGISTER_SENDER: "Đăng ký lại khi xác định thư sau của người gửi ấy.",
}
