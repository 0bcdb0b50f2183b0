"""Carrying a decision out: the one executor of each kind of deed, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from models.domain.deeds.cycle_deeds import (
    CloseCycle,
    ExemptAgency,
    ExemptSheet,
    ExtendDeadline,
    RuleOnConflict,
    WaiveRule,
)
from models.domain.deeds.deed import Deed
from models.domain.deeds.judgement_deed import JudgeIndicator
from models.domain.deeds.letter_deeds import CloseLetter, MarkContact, SendLetterAgain
from models.domain.deeds.message_deeds import (
    AssignMessage,
    CorrectArrival,
    RejectMessage,
    ReturnMessage,
)
from models.domain.deeds.planned_deeds import HoldLetterBack, SendLetterNow
from models.domain.deeds.summary_deed import ApproveSummary
from models.domain.deeds.version_deeds import WithdrawVersion
from tasks.adapters.decisions import (
    approving,
    cycle_decisions,
    letter_decisions,
    message_decisions,
    planned_decisions,
    withdrawing,
)
from tasks.adapters.decisions.decision_keeping import Done, deciding_alone
from tasks.adapters.workplace import Workplace

#: By kind of deed the function that carries it out; it bears the deed's name.
EXECUTORS: Mapping[type[Deed], Callable[[Connection, Workplace, Any], Done]] = {
    ExtendDeadline: cycle_decisions.extend_deadline,
    ExemptAgency: cycle_decisions.exempt_agency,
    ExemptSheet: cycle_decisions.exempt_sheet,
    WaiveRule: cycle_decisions.waive_rule,
    CloseCycle: cycle_decisions.close_cycle,
    RuleOnConflict: cycle_decisions.rule_on_conflict,
    JudgeIndicator: cycle_decisions.judge_indicator,
    AssignMessage: message_decisions.assign_message,
    RejectMessage: message_decisions.reject_message,
    ReturnMessage: message_decisions.return_message,
    CorrectArrival: message_decisions.correct_arrival,
    WithdrawVersion: withdrawing.withdraw_version,
    SendLetterAgain: letter_decisions.send_letter_again,
    CloseLetter: letter_decisions.close_letter,
    MarkContact: letter_decisions.mark_contact,
    HoldLetterBack: planned_decisions.hold_letter_back,
    SendLetterNow: planned_decisions.send_letter_now,
    ApproveSummary: approving.approve_summary,
}


def carry_out(workplace: Workplace, deed: Deed) -> Done:
    """Does what a person decided, and keeps the decision: both or neither.

    Raises DecisionRefused where it cannot stand as entered.
    """
    return carry_out_all(workplace, [deed])[0]


def carry_out_all(workplace: Workplace, deeds: Sequence[Deed]) -> list[Done]:
    """Does several things that a person decided with one word, and keeps them: all or none.

    Raises DecisionRefused where one of them cannot stand as entered.
    """
    with workplace.engine.begin() as connection:
        deciding_alone(connection)
        return [EXECUTORS[type(deed)](connection, workplace, deed) for deed in deeds]
