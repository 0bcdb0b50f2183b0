"""Reading Authentication-Results (RFC 8601): the topmost of our own server, and no other.

Anybody can write such a header into the mail he sends. Our server puts its own above all that came
with the mail, and must remove those that bear its name (see the handbook for mail administrators).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from authres import AuthenticationResultsHeader, AuthResError

from models.domain.mail.authentication import MethodResult

MAX_HEADERS = 20
MAX_LENGTH = 8_000  # characters
_ERRORS = (AuthResError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def results_of(headers: Sequence[str], authserv_id: str) -> list[MethodResult] | None:
    """What our server found; None when it wrote nothing, or nothing that can be read.

    `headers`: values of Authentication-Results from the top. One that bears our server's name and
    cannot be read hides those below it: they are older, or another's. Our server begins with its
    name: one behind a comment, or in quotes, was written to slip past whatever removes forged ones.

    >>> found = results_of(["mx.vp.example; spf=pass smtp.mailfrom=a@so.example"], "mx.vp.example")
    >>> found[0].method, found[0].result, dict(found[0].properties)
    ('spf', 'pass', {'smtp.mailfrom': 'a@so.example'})
    """
    ours = re.compile(rf"[ \t\r\n]*{re.escape(authserv_id)}(?=[ \t\r\n;])", re.IGNORECASE)
    for value in headers[:MAX_HEADERS]:
        if not ours.match(value):
            continue
        try:
            header = AuthenticationResultsHeader.parse_value(value[:MAX_LENGTH])
            return [_result(found) for found in header.results]
        except _ERRORS:
            return None
    return None


def _result(found: object) -> MethodResult:
    properties = {
        f"{p.type}.{p.name}".lower(): str(p.value).strip().lower()
        for p in reversed(getattr(found, "properties", []))
    }
    method, result = getattr(found, "method", ""), getattr(found, "result", "")
    return MethodResult(str(method).lower(), str(result).lower(), properties)
