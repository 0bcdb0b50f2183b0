"""The door's certificate: whether it can be used, and until when."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from config.settings import Settings
from models.domain.errors import BaocaoError


class CertificateUnusable(BaocaoError):
    """Raised when the door cannot speak TLS with the files that are set."""


def check_certificate(settings: Settings) -> dt.datetime | None:
    """Until when the certificate holds; None where none is set. Raises CertificateUnusable."""
    if settings.serve_certificate is None or settings.serve_key is None:
        return None
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # A key with a password would have the service wait at a prompt that nobody sees.
        context.load_cert_chain(settings.serve_certificate, settings.serve_key, _no_password)
        return _ends_at(settings.serve_certificate)
    except (OSError, ValueError) as error:
        raise CertificateUnusable(
            "Không dùng được chứng thư TLS: BAOCAO_SERVE_CERTIFICATE phải là tệp PEM (chứng thư, "
            "rồi các chứng thư trung gian), BAOCAO_SERVE_KEY là khóa riêng của chính nó, không đặt "
            f"mật khẩu ({getattr(error, 'reason', None) or error})."
        ) from None


def _no_password() -> str:
    raise ValueError("khóa riêng có đặt mật khẩu")


def _ends_at(certificate: Path) -> dt.datetime:
    """The end of the first certificate of the file that ends: behind it nobody is believed."""
    return min(
        one.not_valid_after_utc for one in load_pem_x509_certificates(certificate.read_bytes())
    )
