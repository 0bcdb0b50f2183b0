"""What of a machine's surroundings reaches what we start: nothing unseen.

A shell may carry a proxy for the world outside, a profile of another Prefect, a folder somebody's
settings of Prefect, a locale without Vietnamese. What we start speaks with itself on loopback.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from models.domain.errors import BaocaoError
from models.domain.mail.server_address import is_this_machine

API_URL = "PREFECT_API_URL"
_PROXIES = frozenset(
    f"{scheme}_proxy" for scheme in ("http", "https", "all", "ws", "wss", "socks", "socks5")
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Which of a person's profiles counts, for his own Prefect in his own home.
_OF_ANOTHER_HOME = ("PREFECT_PROFILE", "PREFECT_PROFILES_PATH")


class StrangeSettings(BaocaoError):
    """Raised where a file in the working directory would change the orchestrator in silence."""


def keep_to_ourselves() -> None:
    """Settles this process's environment, and so that of all it starts.

    What the operator has set for Prefect in the environment or in `.env` stays. Raises
    StrangeSettings.
    """
    _take_no_stranger_s_settings()
    _read_env_file()
    if "PREFECT_HOME" not in os.environ:
        for name in _OF_ANOTHER_HOME:
            os.environ.pop(name, None)
    _speak_directly()
    # Names of files and what children say are Vietnamese whatever the locale can write.
    os.environ["PYTHONUTF8"] = "1"
    os.environ["PYTHONIOENCODING"] = "utf-8"


def _take_no_stranger_s_settings() -> None:
    for name, table in (("prefect.toml", ()), ("pyproject.toml", ("tool", "prefect"))):
        file = Path(name)
        if not file.is_file():
            continue
        found: object = None
        with contextlib.suppress(OSError, ValueError):
            found = tomllib.loads(file.read_text("utf-8"))
            for key in table:
                found = found.get(key) if isinstance(found, dict) else None
        # A file of Prefect's own that cannot be read would end it in a traceback.
        if found or (found is None and not table):
            raise StrangeSettings(
                f"Tệp «{file.resolve()}» có cài đặt riêng cho Prefect, sẽ làm máy chủ của chương "
                "trình chạy khác đi. Chạy lệnh ở thư mục khác hoặc dời tệp đi; cài đặt thật sự "
                "cần thì ghi thành biến môi trường PREFECT_... hoặc vào tệp .env."
            )


def _read_env_file() -> None:
    """What `.env` says of Prefect holds for all that is started, wherever it runs."""
    with contextlib.suppress(OSError, UnicodeDecodeError):  # the settings tell of it
        for name, value in dotenv_values(".env").items():
            if name.startswith("PREFECT_") and value is not None:
                os.environ.setdefault(name, value)


def _speak_directly() -> None:
    """Nothing for this machine goes through a proxy.

    Where only this machine is spoken with, the proxies go altogether: a client for one that it
    cannot use (SOCKS) fails before it looks for whom it is meant.
    """
    if is_elsewhere(os.environ.get(API_URL, "")):
        names = ("no_proxy", "NO_PROXY")  # the first hides the second from whoever reads both
        told = ",".join(os.environ.get(name, "") for name in names).split(",")
        direct = dict.fromkeys(part.strip() for part in (*told, *_LOOPBACK) if part.strip())
        os.environ.update(dict.fromkeys(names, ",".join(direct)))
        return
    for name in [name for name in os.environ if name.lower() in _PROXIES]:
        del os.environ[name]


def is_led_elsewhere() -> bool:
    """Whether the operator has set which orchestrator is to be used, here or on another machine."""
    return bool(os.environ.get(API_URL))


def is_elsewhere(url: str) -> bool:
    """Whether an address leads off this machine.

    >>> is_elsewhere(""), is_elsewhere("http://127.0.0.1:4200/api"), is_elsewhere("https://x.vn")
    (False, False, True)
    """
    with contextlib.suppress(ValueError):
        return bool(url) and not is_this_machine(urlsplit(url).hostname or "")
    return True
