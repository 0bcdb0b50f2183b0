"""A decision carried out with all that it brings about at once: its message worked on, answered;
its letters written.

Whoever decides, at the desk or by a flow, learns what came of it.
"""

from __future__ import annotations

from collections.abc import Callable

from models.domain.answers.decisions import DecisionRefused
from models.domain.deeds.deed import Deed
from models.domain.deeds.message_deeds import AssignMessage
from models.domain.deeds.planned_deeds import SendLetterNow
from models.domain.deeds.version_deeds import WithdrawVersion
from models.domain.errors import BaocaoError, UnknownAgency, UnknownCycle
from tasks.adapters.decisions.carrying_out import carry_out
from tasks.adapters.decisions.message_decisions import still_held
from tasks.adapters.decisions.planned_decisions import write_decided
from tasks.adapters.decisions.refused_assignments import as_it_waits, take_back
from tasks.adapters.intake.working import WorkDone, work_through
from tasks.adapters.workplace import Workplace

_MESSAGES = 200  # worked on with a decision, at most; the next intake does the rest
#: Decisions whose message is worked on with them.
WORKED_ON = (AssignMessage, WithdrawVersion)


class DecidedWorkLeft(BaocaoError):
    """Raised when a decision stands and some of what it brings about has to be done again."""

    who_goes_on = "Còn lại, lần nhận thư sau làm tiếp:"

    def __init__(self, said: str, left: list[str]) -> None:
        self.said, self.left = said, left
        super().__init__(f"{said} {self.who_goes_on} {' '.join(left)}")


class DecidedLetterLeft(DecidedWorkLeft):
    """Raised when a decision to send letters now stands and they could not all be written."""

    who_goes_on = "Thư chưa viết được; sửa điều sau rồi quyết định lại như cũ:"


#: Carries a deed out; what was decided, a sentence.
Carries = Callable[[Workplace, Deed], str]


def _carried(workplace: Workplace, deed: Deed) -> str:
    return carry_out(workplace, deed).sentence


def write_after(workplace: Workplace, deed: SendLetterNow, said: str) -> None:
    """Writes the letters of a decision to send now that take longer than the decision itself.

    Raises DecidedLetterLeft where some could not be written: the decision stands.
    """
    try:
        left = write_decided(workplace, deed)
    except BaocaoError as error:
        left = [str(error)]
    if left:
        raise DecidedLetterLeft(said, left)


def _worked(workplace: Workplace) -> WorkDone:
    return work_through(workplace, _MESSAGES)


def decide_wholly(
    workplace: Workplace,
    deed: Deed,
    carry: Carries = _carried,
    work: Callable[[Workplace], WorkDone] = _worked,
) -> str:
    """Decides, and works on the message that is about; what was decided, a sentence.

    A cycle or an agency that nobody knows was mistyped: refused like any other entry. An assignment
    after which its message waits all the same is taken back. Raises DecisionRefused, and
    DecidedWorkLeft where the decision stands.
    """
    try:
        before = None
        if isinstance(deed, AssignMessage):
            before = as_it_waits(workplace.engine, deed.message)
        said = carry(workplace, deed)
    except (UnknownAgency, UnknownCycle) as error:
        raise DecisionRefused(str(error)) from None
    if isinstance(deed, SendLetterNow):
        write_after(workplace, deed, said)
    if not isinstance(deed, WORKED_ON):
        return said
    try:
        done = work(workplace)
    except BaocaoError as error:  # as where the shared store is away: the decision stands
        raise DecidedWorkLeft(said, [str(error)]) from None
    if done.failures:
        raise DecidedWorkLeft(said, done.failures)
    if isinstance(deed, AssignMessage) and (waits := still_held(workplace.engine, deed.message)):
        # A fault of the program is not of the entry: somebody is to be told.
        if waits.is_own_fault:
            raise DecidedWorkLeft(said, [waits.sentence])
        take_back(workplace.engine, deed, before)
        raise DecisionRefused(f"{waits.sentence} Quyết định này không ghi vào sổ.")
    return said
