"""Trying out: an agency sends its workbook to see the verdict, before it hands it in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

TAG = "thu"  # of the sub-address: baocao+thu@...
_SUBJECT = re.compile(r"\s*[\[(«]\s*(?:thử|thu)\s*[\])»]")


def try_out_address(office_address: str) -> str:
    """The address at which workbooks are tried out.

    >>> try_out_address("baocao@vp.example")
    'baocao+thu@vp.example'
    """
    local, _, domain = office_address.rpartition("@")
    return f"{local}+{TAG}@{domain}"


def is_try_out(recipients: Sequence[str], subject: str, office_address: str) -> bool:
    """Whether a message only tries: sent to that address, or so marked where its subject begins.

    A mark behind "Re:" is quoted from another mail, and does not count: what is meant in earnest
    shall not be taken for a try.

    >>> is_try_out([], "[Thử] Kế hoạch", ""), is_try_out([], "Re: [THỬ] Kế hoạch", "")
    (True, False)
    """
    wanted = try_out_address(office_address.lower())
    if any(address.lower() == wanted for address in recipients):
        return True
    return _SUBJECT.match(unicodedata.normalize("NFC", subject).casefold()) is not None
