"""Subjects as people and gateways write them: what stands before what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.domain.notation.vietnamese_text import nfc

TAG = "thu"  # of the sub-address: baocao+thu@...
_TRY_OUT = re.compile(r"\s*[\[(«]\s*(?:thử|thu)\s*[\])»]")
_MOST_TAGS = 6
#: What a gateway or a list writes before a subject: [EXTERNAL], ***SPAM***, «Thư ngoài:».
_GATEWAY_TAG = re.compile(
    r"\s*(?:\[[^\[\]]{0,60}\]|\([^()]{0,60}\)|\{[^{}]{0,60}\}|<[^<>]{0,60}>|«[^«»]{0,60}»"
    r"|\*{1,5}[^*]{1,60}\*{1,5}|#[^#]{1,60}#"
    r"|(?:ext(?:ernal)?|outside|(?:suspected |possible |potential )?(?:spam|phishing)|junk|bulk"
    r"|caution|warning|untrusted|cảnh báo|thư (?:ngoài|rác|bên ngoài)|bên ngoài|nghi ngờ[^:]{0,20})"
    r"(?: (?:e-?mail|mail|sender|message))?\s*[:|-])\s*[:|-]?\s*"
)


def without_gateway_tags(subject: str) -> str:
    """The subject as it was written, in small letters, behind what gateways put before it.

    A mark of a try-out is nobody's tag and stays; neither is «Re:» one.

    >>> without_gateway_tags("[EXTERNAL] ***SPAM*** [Thử] Kế hoạch")
    '[thử] kế hoạch'
    >>> without_gateway_tags("Re: [EXTERNAL] Kế hoạch")
    're: [external] kế hoạch'
    """
    rest = nfc(subject).casefold().strip()
    for _ in range(_MOST_TAGS):
        tag = _GATEWAY_TAG.match(rest)
        if tag is None or _TRY_OUT.match(rest):
            break
        rest = rest[tag.end() :]
    return rest


def try_out_address(office_address: str) -> str:
    """The address at which workbooks are tried out.

    >>> try_out_address("baocao@vp.example")
    'baocao+thu@vp.example'
    """
    local, _, domain = office_address.rpartition("@")
    return f"{local}+{TAG}@{domain}"


def is_try_out(recipients: Sequence[str], subject: str, office_address: str) -> bool:
    """Whether a message only tries: sent to that address, or so marked where its subject begins.

    A gateway's tags before the mark are stepped over. A mark behind "Re:" is quoted from another
    mail, and does not count: what is meant in earnest shall not be taken for a try.

    >>> is_try_out([], "[Thử] Kế hoạch", ""), is_try_out([], "Re: [THỬ] Kế hoạch", "")
    (True, False)
    >>> is_try_out([], "[EXTERNAL] [THỬ] Kế hoạch", "")
    True
    """
    wanted = try_out_address(office_address.lower())
    if any(address.lower() == wanted for address in recipients):
        return True
    return _TRY_OUT.match(without_gateway_tags(subject)) is not None
