"""What a look at a mail server shows, whichever protocol it speaks: certificate and clock."""

from __future__ import annotations

import datetime as dt
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

CLOCK_TOLERANCE = dt.timedelta(minutes=5)
CERTIFICATE_SOON = dt.timedelta(days=14)

_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing seen; `sentence` is Vietnamese and says what to mend where `ok` is False."""

    subject: str
    ok: bool
    sentence: str


def of_certificate(certificate: Mapping[str, Any], now: dt.datetime, server: str) -> Sighting:
    """Until when a server's certificate is valid, as `getpeercert` gives it."""
    ends = dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), dt.UTC)
    soon = ends - now < CERTIFICATE_SOON
    return Sighting(
        "Chứng thư TLS",
        not soon,
        f"Chứng thư của {server} có hiệu lực đến {ends:%d/%m/%Y}"
        + (", sắp hết hạn: báo người quản trị thư." if soon else "."),
    )


def of_clock(greeting: str, now: dt.datetime, server: str) -> Sighting | None:
    """Our clock against the date in a server's greeting; None where it states none."""
    stated = _DATE.search(greeting)
    if stated is None:
        return None
    ahead = now - parsedate_to_datetime(stated[0])
    if abs(ahead) <= CLOCK_TOLERANCE:
        return Sighting("Đồng hồ", True, f"Khớp với {server}.")
    return clock_differs(ahead, server)


def clock_differs(ahead: dt.timedelta, server: str) -> Sighting:
    """Our clock is ahead of a server's by so much, behind where negative."""
    minutes = round(abs(ahead).total_seconds() / 60)
    return Sighting(
        "Đồng hồ",
        False,
        f"Máy này {'nhanh' if ahead > dt.timedelta(0) else 'chậm'} {minutes} phút so với {server}: "
        "hạn nộp và giờ nhắc sẽ sai; bật đồng bộ giờ (NTP).",
    )
