"""A deed: what a person decides to do, with name and reason, before anything is looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.domain.answers.decisions import Decision, Signature


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a person decides to do. What is kept of it in the record is a `Decision`."""

    signed: Signature

    @property
    def name(self) -> str:
        """What the deed is called, as `deed_name` says."""
        return deed_name(type(self))


def deed_name(kind: type[Deed]) -> str:
    """The one name of a kind of deed: its flow's function and its executor bear it.

    >>> from models.domain.deeds.letter_deeds import SendLetterAgain
    >>> deed_name(SendLetterAgain)
    'send_letter_again'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a deed comes to: a decision to keep, or none where it holds already."""

    sentence: str  # Vietnamese; what is decided, or that it holds already
    decision: Decision | None = None
