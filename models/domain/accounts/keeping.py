"""What is kept of people: how long, what may go, and how one person is found in a text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.domain.errors import BaocaoError

#: After which who wrote and who was written to no longer matters for the work of a cycle. A review
#: is measured by the plan before it, and is itself looked at for a year.
MAIL_KEPT = dt.timedelta(days=730)
NAMELESS = "(đã xóa)"  # stands where a name or an address stood
_SHORTEST = 3  # letters


class PersonNotNamed(BaocaoError):
    """Raised when a text is too short to mean one person."""


class Keeping(StrEnum):
    """What becomes of a column when a person shall be forgotten."""

    WITH_TIME = "with_time"  # goes once its cycle is closed and MAIL_KEPT has passed
    AT_ONCE = "at_once"  # goes whenever somebody asks
    WITH_ACCOUNT = "with_account"  # goes once the person has no open account
    ALWAYS = "always"  # the office must keep it


@dataclass(frozen=True, slots=True)
class Holding:
    """What a column holds of people, in Vietnamese, and why it must stay where it must."""

    title: str
    keeping: Keeping
    reason: str = ""

    @property
    def rule(self) -> str:
        """When it goes, or why it stays, as people are told."""
        if self.keeping is Keeping.ALWAYS:
            return f"giữ: {self.reason}"
        if self.keeping is Keeping.AT_ONCE:
            return "xóa được ngay"
        if self.keeping is Keeping.WITH_ACCOUNT:
            return "xóa được khi tài khoản đã đóng"
        return "xóa được khi kỳ báo cáo đã khép và đã qua hai năm"


class PersonPattern:
    """One person, by an address or a name: whole words, however the letters are composed.

    >>> lan = PersonPattern("Phạm  Thị Lan")
    >>> lan.is_in("Bà PHẠM THỊ LAN ký"), lan.is_in("Phạm Thị Lanh")
    (True, False)
    >>> PersonPattern("an@so.example").is_in("lan@so.example")
    False
    """

    def __init__(self, text: str) -> None:
        """Raises PersonNotNamed."""
        words = unicodedata.normalize("NFC", text).split()
        if len("".join(words)) < _SHORTEST:
            raise PersonNotNamed(
                "Cần địa chỉ thư, tên tài khoản hoặc họ và tên, từ ba ký tự trở lên."
            )
        self.text = " ".join(words)
        spelt = r"\s+".join(re.escape(word) for word in words)
        # A dot may end a sentence behind an address, yet within one it goes on.
        self._pattern = re.compile(rf"(?<![\w.+-]){spelt}(?![\w+-]|[.@]\w)", re.IGNORECASE)

    def is_in(self, value: object) -> bool:
        """Whether a text, or any text within a list or a mapping, names the person."""
        return any(self._pattern.search(text) for text in _texts(value))

    def is_whole(self, text: str) -> bool:
        """Whether the text is the person and nothing else."""
        plain = unicodedata.normalize("NFC", text).strip()
        return self._pattern.fullmatch(plain) is not None

    def without(self, value: object) -> object:
        """The value with NAMELESS in the person's place; what does not name anybody is the same."""
        if isinstance(value, str):
            if not self.is_in(value):
                return value
            return self._pattern.sub(NAMELESS, unicodedata.normalize("NFC", value))
        if isinstance(value, Mapping):
            return {str(self.without(key)): self.without(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.without(one) for one in value]
        return value


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield unicodedata.normalize("NFC", value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def may_go(at: dt.datetime, now: dt.datetime) -> bool:
    """Whether what arrived or left at that instant has been kept long enough."""
    return now - at >= MAIL_KEPT
