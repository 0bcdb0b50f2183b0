"""What a document says of itself: number, day, who issued it, what it is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.domain.drafting.document import DocumentLine
from models.domain.notation.vietnamese_text import nfc, squeeze

_NUMBER = re.compile(r"\bSố\s*:\s*(?P<number>[0-9]+[a-z]?)\s*/\s*(?P<mark>[A-ZĐ0-9][A-ZĐ0-9/-]*)")
_DAY = re.compile(
    r"\bngày\s*([0-9]{1,2})\s*tháng\s*([0-9]{1,2})\s*năm\s*([0-9]{4})\s*$", re.IGNORECASE
)
_TYPES = (
    "CHỈ THỊ",
    "NGHỊ QUYẾT",
    "QUYẾT ĐỊNH",
    "KẾ HOẠCH",
    "CHƯƠNG TRÌNH",
    "CHƯƠNG TRÌNH HÀNH ĐỘNG",
)
_SUBJECT = re.compile(r"(Về|V/v|Ban hành|Triển khai|Thực hiện)\b.*")
_ISSUER_IN = re.compile(
    r"\((?:Ban hành k|K)èm theo (?P<kind>[^0-9]*?) ?số.*?\bcủa (?P<issuer>[^()]+)\)", re.IGNORECASE
)
_LONGEST = 400


@dataclass
class DirectiveFacts:
    """Each fact with its place; empty where the document does not say it plainly."""

    number: tuple[str, str] = ("", "")
    day: tuple[dt.date | None, str] = (None, "")
    kind: tuple[str, str] = ("", "")
    subject: tuple[str, str] = ("", "")
    issuer: tuple[str, str] = ("", "")

    @property
    def title(self) -> str:
        """The name in full for letters; "" where a part of it is not known.

        >>> DirectiveFacts(number=("03/CT-UBND", ""), kind=("Chỉ thị", "")).title
        ''
        """
        day = self.day[0]
        if not (self.kind[0] and self.number[0] and day and self.issuer[0]):
            return ""
        return f"{self.kind[0]} số {self.number[0]} ngày {day:%d/%m/%Y} của {self.issuer[0]}"


def facts_in(opening: Iterable[DocumentLine], enclosures: Iterable[DocumentLine]) -> DirectiveFacts:
    """The facts; `opening` are the lines before the appendices, `enclosures` those over their
    tables ("Kèm theo Chỉ thị số ... của ...")."""
    facts = DirectiveFacts()
    for line in opening:
        for part in re.split(r"[\t\n]", line.text):
            text = squeeze(part)
            if text and len(text) <= _LONGEST:
                _look(facts, text, line.place)
    for line in enclosures:
        found = _ISSUER_IN.search(squeeze(nfc(line.text)))
        if found and not facts.issuer[0]:
            facts.issuer = (squeeze(found["issuer"]), line.place)
    return facts


def _look(facts: DirectiveFacts, text: str, place: str) -> None:
    if not facts.number[0] and (found := _NUMBER.search(text)):
        facts.number = (f"{found['number']}/{found['mark']}", place)
    if facts.day[0] is None and (found := _DAY.search(text)) and len(text) < 80:
        try:
            facts.day = (dt.date(int(found[3]), int(found[2]), int(found[1])), place)
        except ValueError:
            return
    if not facts.kind[0] and text in _TYPES:
        facts.kind = (text.capitalize(), place)
    elif facts.kind[0] and not facts.subject[0] and _SUBJECT.match(text):
        facts.subject = (text, place)
