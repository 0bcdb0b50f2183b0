"""What a mail server says and shows of itself, put into words for an operator."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from enum import Enum

from models.domain.notation.vietnamese_text import whole_line

SHOWN = 300  # characters of a server's words


class CertificateFlaw(Enum):
    """Why a server's certificate is not trusted."""

    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"
    WRONG_NAME = "wrong name"
    UNKNOWN_AUTHORITY = "unknown authority"
    OTHER = "other"


#: By OpenSSL's numbers (x509_vfy.h); 64 is the wrong name of a server named by its IP address.
_FLAWS: Mapping[int, CertificateFlaw] = {
    9: CertificateFlaw.NOT_YET_VALID,
    10: CertificateFlaw.EXPIRED,
    62: CertificateFlaw.WRONG_NAME,
    64: CertificateFlaw.WRONG_NAME,
    **dict.fromkeys((18, 19, 20, 21), CertificateFlaw.UNKNOWN_AUTHORITY),
}


def flaw_of(error: ssl.SSLCertVerificationError) -> CertificateFlaw:
    """What is wrong with the certificate that was refused."""
    return _FLAWS.get(error.verify_code, CertificateFlaw.OTHER)


def certificate_advice(flaw: CertificateFlaw, address_setting: str, trusting: str) -> str:
    """What mends it, in Vietnamese, to stand after a colon.

    `address_setting` names the setting that holds the server's address; `trusting` says how to make
    this machine trust another authority.

    >>> certificate_advice(CertificateFlaw.NOT_YET_VALID, "BAOCAO_SMTP_URL", "")
    'kiểm tra đồng hồ'
    """
    return {
        CertificateFlaw.NOT_YET_VALID: "kiểm tra đồng hồ",
        CertificateFlaw.EXPIRED: "người quản trị máy chủ thư phải gia hạn",
        CertificateFlaw.WRONG_NAME: f"viết vào {address_setting} đúng tên ghi trong chứng thư",
    }.get(flaw, trusting)


def server_words(words: str) -> str:
    """A server's words fit for a log: one line, at most 300 characters, no control characters.

    >>> server_words("5.1.1 no\\r\\nsuch user")
    '5.1.1 no such user'
    """
    return whole_line(words)[:SHOWN]
