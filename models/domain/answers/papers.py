"""Papers: the signed PDF beside a workbook, the official document of which it holds the figures.

Of a paper nothing is taken into the figures. What its signature proves, and whether its number and
date are those that the workbook names, is told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.domain.cycle.letter_phrases import instant_text
from models.domain.notation.deadlines import format_date
from models.domain.notation.vietnamese_text import nfc, one_line
from models.domain.reading.forms import Form, SheetKind
from models.domain.reading.submissions import Entry


class SignatureState(StrEnum):
    """What was found of one signature, from what proves most to what proves nothing."""

    PROVEN = "proven"
    # Its certificate leads to a root that the office trusts; whether it was revoked stays open.
    REVOCATION_OPEN = "revocation_open"
    # Fits the document; who issued the certificate is not known to the office.
    ISSUER_UNKNOWN = "issuer_unknown"
    # Fits the document; the certificate was not good then, or not for signing, or is a forgery.
    CERTIFICATE_REFUSED = "certificate_refused"
    REVOKED = "revoked"
    # Made with means that are forged today.
    WEAK = "weak"
    # Fits what was signed; something was added to the document since.
    CHANGED = "changed"
    # Does not fit the document.
    BROKEN = "broken"
    # Of a kind that is not checked, or that the checker could not follow.
    UNREAD = "unread"

    @property
    def vietnamese(self) -> str:
        """In the words of letters and tables."""
        return _STATES[self]

    @property
    def fits(self) -> bool:
        """Whether the document is what was signed."""
        return self not in (self.WEAK, self.CHANGED, self.BROKEN, self.UNREAD)


_STATES = {
    SignatureState.PROVEN: "chữ ký số hợp lệ",
    SignatureState.REVOCATION_OPEN: (
        "chữ ký số khớp với văn bản, chứng thư số do tổ chức được tin cậy cấp; tệp không đủ dữ "
        "liệu để biết chứng thư số có bị thu hồi hay không"
    ),
    SignatureState.ISSUER_UNKNOWN: (
        "chữ ký số khớp với văn bản; tổ chức cấp chứng thư số chưa có trong danh sách tin cậy của "
        "Văn phòng"
    ),
    SignatureState.CERTIFICATE_REFUSED: (
        "chữ ký số khớp với văn bản, nhưng chứng thư số không có giá trị: hết hạn, không dùng để "
        "ký, hoặc không do tổ chức ghi trên đó cấp"
    ),
    SignatureState.WEAK: "chữ ký số dùng thuật toán không còn an toàn, không chứng minh được gì",
    SignatureState.REVOKED: "chữ ký số khớp với văn bản, nhưng chứng thư số đã bị thu hồi",
    SignatureState.CHANGED: "văn bản đã bị thay đổi sau khi ký số",
    SignatureState.BROKEN: "chữ ký số không khớp với văn bản",
    SignatureState.UNREAD: "chữ ký số chưa kiểm tra được",
}


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """One signature of a paper."""

    state: SignatureState
    # Who signed, as the certificate names him; "" where it names nobody.
    signer: str = ""
    # Whose certificate it is, as the certificate says.
    issuer: str = ""
    # UTC; by a time stamp that holds, else as the signer's own clock said.
    signed_at: dt.datetime | None = None
    stamped: bool = False


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """What a signed PDF says of itself."""

    name: str
    sha256: str
    signatures: Sequence[PaperSignature]
    # As its text has them; "" and None where it has no text, or names none.
    number: str = ""
    issued_on: dt.date | None = None

    @property
    def weakest(self) -> SignatureState:
        """The state of the signature that proves least: the paper is worth no more."""
        order = list(SignatureState)
        return max((s.state for s in self.signatures), key=order.index)


@dataclass(frozen=True, slots=True)
class PaperNumber:
    """Number and date of the official document, as a workbook names them; "" and None: neither."""

    number: str = ""
    issued_on: dt.date | None = None


_UNNAMED = PaperNumber()

# "Số: 215/BC-SYT", also "Số 215 /BC - SYT"; signs of numbers are letters, figures, "&" and dashes.
_NUMBER = re.compile(
    r"\bSố\s*[:.]?\s*(\d{1,6}\s*/\s*(?:\d{4}\s*/\s*)?[0-9A-ZĐ][0-9A-ZĐa-zđ&.]{0,39}"
    r"(?:\s?[-–]\s?[0-9A-ZĐ&.]{1,40}){0,4})(?![0-9A-ZĐa-zđ&])"
)
_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)


def number_in(text: str) -> str:
    """The first number of an official document in a text, without blanks; "" where there is none.

    >>> number_in("SỞ Y TẾ  Số: 215 /BC-SYT   Hải Phòng, ngày 14 tháng 11 năm 2025")
    '215/BC-SYT'
    """
    found = _NUMBER.search(nfc(text))
    return re.sub(r"\s+", "", found[1]).replace("–", "-").rstrip(".") if found else ""


def date_in(text: str) -> dt.date | None:
    """The first date written out in a text; None where there is none.

    >>> date_in("Hải Phòng, ngày 14 tháng 11 năm 2025")
    datetime.date(2025, 11, 14)
    """
    for found in _DATE.finditer(nfc(text)):
        day, month, year = (int(part) for part in found.groups())
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue
    return None


def named_paper(form: Form, entries: Iterable[Entry]) -> PaperNumber:
    """Number and date of the official document as a workbook's own fields name them."""
    fields = {
        (sheet.key, column.key): column.paper
        for sheet in form.sheets
        if sheet.kind is SheetKind.DETAILS
        for column in sheet.columns
        if column.paper and not column.office
    }
    said = {fields[e.sheet, e.column]: e.value for e in entries if (e.sheet, e.column) in fields}
    number, day = said.get("number"), said.get("date")
    return PaperNumber(str(number or ""), day if isinstance(day, dt.date) else None)


def is_of(paper: SignedPaper, named: PaperNumber) -> bool:
    """Whether a paper bears the number that a workbook names."""
    return bool(paper.number) and _same_number(paper.number, named.number)


def _same_number(number: str, named: str) -> bool:
    """Whether a workbook names that number, alone or with more words around it."""
    signs = r"\s*".join(re.escape(sign) for sign in number)
    plain = named.replace("–", "-")
    return bool(re.search(rf"(?<!\d){signs}(?!\s?-|\w)", plain, re.IGNORECASE))


def paper_text(paper: SignedPaper, named: PaperNumber = _UNNAMED) -> str:
    """What is told of a paper: its name, its signatures, number and date beside the workbook's.

    Nothing is said of a number or date that its text does not have.
    """
    parts = [_signature_text(s) for s in paper.signatures]
    differs = []
    agrees = []
    if paper.number and named.number:
        same = _same_number(paper.number, named.number)
        own = one_line(named.number, 60)
        said = f"số {paper.number}"
        agrees += [said] if same else []
        differs += [] if same else [f"{said}, sổ ghi {own}"]
    if paper.issued_on and named.issued_on:
        said = f"ngày {format_date(paper.issued_on)}"
        if paper.issued_on == named.issued_on:
            agrees.append(said)
        else:
            differs.append(f"{said}, sổ ghi {format_date(named.issued_on)}")
    if agrees:
        parts.append(f"{', '.join(agrees)} như trong sổ")
    if differs:
        parts.append(f"văn bản ghi {'; '.join(differs)}: đề nghị kiểm tra lại")
    return f"{_quoted(paper.name, 120)}: {'; '.join(parts)}"


def paper_name(paper: SignedPaper) -> str:
    """A paper in a table: its file, its number where it is known, and what it proves."""
    number = f", số {paper.number}" if paper.number else ""
    return f"{_quoted(paper.name, 120)}{number} ({paper.weakest.vietnamese})"


def _quoted(text: str, limit: int) -> str:
    """A name that somebody chose, in quotes that it cannot leave: it is not read as our words."""
    return f"«{one_line(re.sub('[«»]', '', text), limit)}»"


def _signature_text(signature: PaperSignature) -> str:
    """One signature in words."""
    said = signature.state.vietnamese
    who = []
    if signature.signer:
        who.append(f"người ký theo chứng thư số: {_quoted(signature.signer, 80)}")
    if signature.signed_at and signature.state.fits:
        clock = "theo dấu thời gian" if signature.stamped else "theo máy người ký"
        who.append(f"ký lúc {instant_text(signature.signed_at)} {clock}")
    return f"{said} ({'; '.join(who)})" if who else said


def paper_to_json(paper: SignedPaper) -> dict[str, Any]:
    """A paper as it is recorded with the version that it lay beside."""
    return {
        "name": paper.name,
        "sha256": paper.sha256,
        "number": paper.number,
        "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
        "signatures": [signature_to_json(s) for s in paper.signatures],
    }


def paper_from_json(kept: Mapping[str, Any]) -> SignedPaper:
    """The recorded paper again."""
    return SignedPaper(
        name=kept["name"],
        sha256=kept["sha256"],
        signatures=tuple(signature_from_json(s) for s in kept["signatures"]),
        number=kept["number"],
        issued_on=dt.date.fromisoformat(kept["issued_on"]) if kept["issued_on"] else None,
    )


def signature_to_json(signature: PaperSignature) -> dict[str, object]:
    """A signature as the child says it, and as it is recorded."""
    return {
        "state": signature.state.value,
        "signer": signature.signer,
        "issuer": signature.issuer,
        "signed_at": signature.signed_at.isoformat() if signature.signed_at else None,
        "stamped": signature.stamped,
    }


def signature_from_json(kept: Mapping[str, Any]) -> PaperSignature:
    """The signature again. Raises KeyError, ValueError and TypeError for what is none."""
    at = kept["signed_at"]
    return PaperSignature(
        SignatureState(kept["state"]),
        str(kept["signer"]),
        str(kept["issuer"]),
        dt.datetime.fromisoformat(at) if at else None,
        bool(kept["stamped"]),
    )
