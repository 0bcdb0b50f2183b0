"""Whether the door answers, asked from outside of its process as any visitor would ask."""

from __future__ import annotations

import http.client
import ssl
import time
from pathlib import Path

from config.settings import Settings
from flows.door.application import public_address
from flows.door.entrances import HEALTH, INTERFACE
from flows.serving.orchestration import PORT_FILE
from models.domain.notation.system_words import system_reason

USUAL_DOOR = 4200  # the port of `baocao door`
_SECONDS = 10.0  # for connection and answer
_PAUSE = 5.0  # seconds before it is asked again
_MOST_BYTES = 1000


def port_of(data_dir: Path) -> int:
    """The port at which the folder's service was last served."""
    try:
        return int((data_dir / PORT_FILE).read_text())
    except (OSError, ValueError):
        return USUAL_DOOR


def usual_pages(settings: Settings) -> str:
    """Where the orchestrator's pages are to be found while the folder is served."""
    return f"{public_address(settings, port_of(settings.data_dir))}{INTERFACE}"


def why_dead(settings: Settings, port: int, patience: float) -> str:
    """Why the door counts as dead, in Vietnamese; "" where it lives.

    It is asked again for `patience` seconds: a service that starts anew is away for a while.
    """
    deadline = time.monotonic() + patience
    while True:
        why = _why_not(settings, port)
        remaining = deadline - time.monotonic()
        if not why or remaining <= 0:
            return why
        time.sleep(min(_PAUSE, remaining))


def _host(settings: Settings) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.serve_host, settings.serve_host)


def _why_not(settings: Settings, port: int) -> str:
    connection = _connection(settings, port)
    # A proxy on this machine that does the TLS says so of every request.
    headers = {"Host": f"localhost:{port}", "X-Forwarded-Proto": "https"}
    try:
        connection.request("GET", HEALTH, headers=headers)
        answer = connection.getresponse()
        body = answer.read(_MOST_BYTES)
    except ssl.SSLError as error:
        return f"không bắt tay TLS được: {_tls_reason(error)}"
    except TimeoutError:
        return f"không trả lời trong {_SECONDS:.0f} giây"
    except ConnectionRefusedError:
        return "không có chương trình nào nhận kết nối"
    except OSError as error:
        return system_reason(error)
    except http.client.HTTPException:
        return "có chương trình trả lời, nhưng không phải hệ thống này"
    finally:
        connection.close()
    if answer.status == 200 and body.strip() == b"ok":
        return ""
    if settings.serve_proxies and answer.status == 403:
        # The guard lives and wants TLS, which here is done by a machine in front of it.
        return ""
    if answer.status >= 500:
        return "có trả lời, nhưng báo đang có lỗi bên trong"
    return "có chương trình trả lời, nhưng không phải hệ thống này"


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        if "expired" in (error.verify_message or ""):
            return "chứng thư đã hết hạn"
        return "chứng thư đang dùng khác với chứng thư trong cài đặt"
    return "nơi trả lời không nói TLS hoặc chứng thư, khóa không dùng được"


def _connection(settings: Settings, port: int) -> http.client.HTTPConnection:
    host = _host(settings)
    if settings.serve_certificate is None:
        return http.client.HTTPConnection(host, port, timeout=_SECONDS)
    # Known by the certificate of the settings itself: whoever issued it need not be known here.
    # After a renewal the service speaks with the old one until it is started again.
    trust = ssl.create_default_context(cafile=str(settings.serve_certificate))
    trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trust.check_hostname = False  # asked by its address, not by its name
    return http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=trust)
