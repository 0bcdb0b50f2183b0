"""Whether a message really comes from the domain its From address names.

The only witness is our own mail server, which checked SPF, DKIM and DMARC when it took the message
and wrote down what it found (Authentication-Results, RFC 8601).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Second-level names under which anybody, or any office, gets a domain of its own: "gov.vn".
_SHARED = re.compile(r"(?:[a-z0-9-]+|(?:gov|com|edu|org|net|ac|co|info|name|health|int)\.[a-z]{2})")


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method's result. Properties by name: {"header.d": "so.example"}, lower case."""

    method: str  # "dmarc", "dkim", "spf", ...
    result: str  # "pass", "fail", "none", ...
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SenderCheck:
    """What our server says of the sender; `reason` is a Vietnamese sentence."""

    passed: bool
    reason: str


def check_sender(
    results: Sequence[MethodResult] | None, sender: str, *, doubt: str = ""
) -> SenderCheck:
    """Whether the results prove the sender's domain.

    DMARC must have passed, or DKIM or SPF passed for the very domain of the From address or one
    above it; a DMARC that failed settles it. None: our server wrote nothing. `doubt`: why the
    message does not say clearly who writes, so that nobody knows who was checked.

    >>> spf = MethodResult("spf", "pass", {"smtp.mailfrom": "x@syt.example"})
    >>> check_sender([spf], "vanthu@syt.example").reason
    'Máy chủ thư xác nhận thư đến từ syt.example (SPF đạt).'
    """
    domain = sender.rpartition("@")[2].lower()
    if doubt:
        return _unproven(sender, doubt)
    if results is None:
        return _unproven(sender, "máy chủ thư của Văn phòng không ghi kết quả xác thực")
    if not domain:
        return _unproven(sender, "thư không ghi người gửi")
    if any(r.method == "dmarc" and r.result == "fail" for r in results):
        return _unproven(sender, _listed(results))
    for found in results:
        if found.result == "pass" and _speaks_for(found, domain):
            said = f"Máy chủ thư xác nhận thư đến từ {domain} ({found.method.upper()} đạt)."
            return SenderCheck(True, said)
    return _unproven(sender, _listed(results))


def unclear_sender(doubt: str) -> SenderCheck:
    """What is said of a message that does not say clearly who writes, where nobody checks senders.

    >>> unclear_sender("thư ghi nhiều người gửi").reason
    'Chưa rõ ai gửi thư: thư ghi nhiều người gửi.'
    """
    return SenderCheck(False, f"Chưa rõ ai gửi thư: {doubt}.")


def _speaks_for(found: MethodResult, domain: str) -> bool:
    said = found.properties
    if found.method == "dmarc":
        # Without the property it speaks of the one From address that there is.
        return said.get("header.from", domain).rpartition("@")[2] == domain
    if found.method == "dkim":
        signer = said.get("header.d") or said.get("header.i", "")
        return _governs(signer.rpartition("@")[2], domain)
    if found.method == "spf":
        return _governs(said.get("smtp.mailfrom", "").rpartition("@")[2], domain)
    return False


def is_shared(domain: str) -> bool:
    """Whether anybody gets a domain of his own directly below it: a top-level one, "com.vn"."""
    return _SHARED.fullmatch(domain) is not None


def _governs(parent: str, domain: str) -> bool:
    """Whether a domain is the other or stands above it, shared ones aside.

    A neighbour below the same parent does not count, other than in DMARC's relaxed alignment:
    one department must not be able to write in the name of another.
    """
    if parent == domain:
        return bool(domain)
    return domain.endswith(f".{parent}") and not is_shared(parent) if parent else False


def _unproven(sender: str, why: str) -> SenderCheck:
    shown = sender or "không rõ"
    return SenderCheck(
        False, f"Máy chủ thư không xác nhận được thư đúng là của người gửi {shown}: {why}."
    )


def _listed(results: Sequence[MethodResult]) -> str:
    shown = [f"{r.method}={r.result}" for r in results if r.method in ("dmarc", "dkim", "spf")]
    return ", ".join(shown[:6]) or "không có kết quả SPF, DKIM, DMARC"
