"""Acts: what an agency does at a moment, and the few that recur."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.cycle.cycles import HANOI
from tasks.adapters.simulation.correspondence import USUAL, MailStyle
from tasks.adapters.simulation.parcels import Parcel, as_it_is
from tasks.adapters.simulation.slips import Slip


class Channel(StrEnum):
    """On which way an agency's act reaches the office."""

    MAIL = "mail"
    BOUNCE = "bounce"  # its mail server answers, nobody has read anything
    BY_HAND = "by_hand"  # a file on a memory stick, put into the drop folder by the office
    AGAIN = "again"  # the last files once more, in a new mail


class WorkbookOrigin(StrEnum):
    """Which workbook the agency fills in."""

    OPENING = "opening"  # the one that came with the opening letter
    RETURNED = "returned"  # the marked one that came back with the last verdict
    NEIGHBOUR = "neighbour"  # another agency's, by mistake
    FORMER = "former"  # the one that came in an earlier cycle, to the agency named `neighbour`


@dataclass(frozen=True, slots=True)
class Act:
    """Something an agency does at a moment. `tells` is for whoever follows the story."""

    at: dt.datetime
    tells: str
    slips: Sequence[Slip] = ()
    parcel: Parcel = as_it_is
    envelope: MailStyle = USUAL
    channel: Channel = Channel.MAIL
    basis: WorkbookOrigin = WorkbookOrigin.OPENING
    answers_last: bool = False  # answers the office's answer to its last mail, not the opening
    neighbour: str = ""  # code, for WorkbookOrigin.NEIGHBOUR and WorkbookOrigin.FORMER
    writes_as: str = ""  # code of an agency whose old address is still used


def at(text: str) -> dt.datetime:
    """A moment in Hanoi, of 2025 where no year is named.

    >>> at("14/02 09:15").isoformat(), at("20/01/2026 09:00").isoformat()
    ('2025-02-14T09:15:00+07:00', '2026-01-20T09:00:00+07:00')
    """
    day, _, time = text.partition(" ")
    full = day if day.count("/") == 2 else f"{day}/2025"
    return dt.datetime.strptime(f"{full} {time}", "%d/%m/%Y %H:%M").replace(tzinfo=HANOI)


def correction(moment: str, tells: str = "gửi bản chỉnh sửa") -> Act:
    """The agency's own workbook filled in right, in answer to the verdict."""
    return Act(at(moment), tells, answers_last=True)


def correction_on_returned(moment: str) -> Act:
    """The marked workbook that came back, corrected and sent again."""
    return Act(at(moment), "sửa ngay trên sổ được trả lại", basis=WorkbookOrigin.RETURNED)
