"""Identity: whose workbook this is, signed, so that nobody has to guess and nobody can pretend.

The same secret also makes the reply address of a letter and its Message-ID, each under a label of
its own, so that no signature can be used in another's place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from models.domain.reading.submissions import IdentityClaim
from models.domain.reading.workbook_content import SheetContent, WorkbookContent

PROPERTY_NAME = "baocao.dinh_danh"  # custom document property
SHEET_NAME = "_dinh_danh"  # very hidden sheet, the same token in one of its cells
RESULT_SHEET_NAME = "Kết quả kiểm tra"  # the office's findings, first in a returned workbook
RESULT_JUSTIFICATION = "Giải trình của cơ quan"  # a column there: what was given as a reason
MARKS_SHEET_NAME = "_danh_dau"  # very hidden: fills of the agency's own that marks stand upon
LISTS_SHEET_NAME = "_danh_muc"  # very hidden sheet that holds the drop-down lists
OFFICE_SHEET_NAMES = (SHEET_NAME, LISTS_SHEET_NAME, MARKS_SHEET_NAME, RESULT_SHEET_NAME)
"""Sheets of the office beside the form's own; some programs show what was hidden."""

_PREFIX = "bc1"  # the token's own version
_BEGINS = f"{_PREFIX}:"
_PART = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SIGNATURE_BYTES = 16
_LETTER = "baocao."  # how the Message-ID of a letter begins
_LETTER_ID = re.compile(r"<baocao\.[a-z2-7]{32}@[A-Za-z0-9.-]+>")
_LETTER_ID_BYTES = re.compile(_LETTER_ID.pattern.encode())
_SEARCHED_ROWS, _SEARCHED_COLUMNS = 50, 20  # of a hidden sheet
_MAX_TOKEN = 300


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified identity."""

    cycle: str
    agency: str
    form_version: str


def _digest(secret: bytes, label: str, parts: tuple[str, ...], size: int) -> str:
    message = "\0".join((label, *parts)).encode("utf-8", "surrogatepass")
    mac = hmac.new(secret, message, hashlib.sha256).digest()[:size]
    return base64.b32encode(mac).decode("ascii").rstrip("=").lower()


def sign(secret: bytes, cycle: str, agency: str, form_version: str) -> str:
    """A token that names cycle, agency and form version in clear and ends in their signature.

    Raises ValueError for an empty secret, or a part with other than ASCII letters, digits, `._-`.

    >>> sign(b"key", "2025-plan", "so_y_te", "plan-1").rsplit(":", 1)[0]
    'bc1:2025-plan:so_y_te:plan-1'
    """
    if not secret:
        raise ValueError("the secret is empty")
    parts = (cycle, agency, form_version)
    for part in parts:
        if not _PART.fullmatch(part):
            raise ValueError(f"cannot stand in a token: {part!r}")
    return ":".join((_PREFIX, *parts, _digest(secret, "workbook", parts, _SIGNATURE_BYTES)))


def verify(secret: bytes, token: str) -> Identity | None:
    """The identity a token proves, None when it was not made with this secret. Never raises.

    >>> verify(b"key", sign(b"key", "2025-plan", "so_y_te", "plan-1"))
    Identity(cycle='2025-plan', agency='so_y_te', form_version='plan-1')
    >>> verify(b"other", sign(b"key", "2025-plan", "so_y_te", "plan-1")) is None
    True
    """
    claimed = read_token(token)
    if claimed is None or not secret:
        return None
    parts = (claimed.cycle, claimed.agency, claimed.form_version)
    right = _digest(secret, "workbook", parts, _SIGNATURE_BYTES)
    given = token.strip().rsplit(":", 1)[1]
    return claimed if hmac.compare_digest(right.encode(), given.encode()) else None


def read_token(token: str) -> Identity | None:
    """What a token says in clear, unproven; None when it has not the form of one."""
    parts = token.strip().split(":") if len(token) <= _MAX_TOKEN else []
    if len(parts) != 5 or parts[0] != _PREFIX or not all(map(_PART.fullmatch, parts[1:])):
        return None
    return Identity(*parts[1:4])


def find_claim(content: WorkbookContent) -> IdentityClaim | None:
    """The identity a workbook claims, from the document property and the hidden sheets.

    None when there is neither. A damaged token is a claim that names nobody (empty cycle, agency
    and version); tokens that differ make the claim contradictory. Never raises.
    """
    found: list[tuple[str, str]] = []  # (place, token)
    for name, value in content.properties.items():
        if _same_name(name, PROPERTY_NAME) and isinstance(value, str) and value.strip():
            found.append(("property", value.strip()))
    for sheet in content.sheets:
        if sheet.hidden or _same_name(sheet.name, SHEET_NAME):
            found.extend(("sheet", token) for token in _tokens(sheet))
    if not found:
        return None
    readable = [token for _, token in found if read_token(token)]
    token = readable[0] if readable else found[0][1]
    named = read_token(token) or Identity("", "", "")
    return IdentityClaim(
        cycle=named.cycle,
        agency=named.agency,
        form_version=named.form_version,
        token=token[:_MAX_TOKEN],
        places=tuple(dict.fromkeys(place for place, _ in found)),
        contradictory=len({token for _, token in found}) > 1,
    )


def _tokens(sheet: SheetContent) -> Iterator[str]:
    for row in sheet.rows[:_SEARCHED_ROWS]:
        for cell in row[:_SEARCHED_COLUMNS]:
            if isinstance(cell, str) and _BEGINS in cell and cell.strip().startswith(_BEGINS):
                yield cell.strip()


def _same_name(left: str, right: str) -> bool:
    return unicodedata.normalize("NFC", left).strip().casefold() == right


def reply_token(secret: bytes, cycle: str, agency: str) -> str:
    """16 letters and digits for the reply address (`bao-cao+TOKEN@...`): nobody can invent one.

    >>> len(reply_token(b"key", "2025-plan", "so_y_te"))
    16
    """
    return _digest(secret, "reply", (cycle, agency), 10)


def message_id(secret: bytes, business_key: str, domain: str) -> str:
    """The Message-ID of a letter: always the same for its key, which it does not reveal.

    Raises ValueError for a domain that cannot stand in a header.
    """
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", domain):
        raise ValueError(f"no mail domain: {domain!r}")
    return f"<{_LETTER}{_digest(secret, 'message', (business_key,), 20)}@{domain}>"


def is_letter_id(value: str) -> bool:
    """Whether a Message-ID is one that this system writes, here or in another office's copy.

    >>> is_letter_id(message_id(b"secret", "2025-plan|syt|opening", "vp.example"))
    True
    """
    return _LETTER_ID.fullmatch(value) is not None


def letter_ids_in(content: bytes) -> frozenset[str]:
    """Every Message-ID of ours that a message shows: its own, in its thread, in what it returns.

    >>> letter_ids_in(b"References: <a@b> " + message_id(b"key", "a|b", "vp.example").encode())
    frozenset({'<baocao.qujvkh4cgwgn3xeq3ighv2eklznk6of6@vp.example>'})
    """
    whole = content.replace(b"=\r\n", b"").replace(b"=\n", b"")  # soft breaks (RFC 2045, 6.7)
    return frozenset(found.decode("ascii") for found in _LETTER_ID_BYTES.findall(whole))
