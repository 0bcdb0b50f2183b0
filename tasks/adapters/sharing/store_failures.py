"""A shared store that does not do as it is asked, as a sentence that holds no key."""

from __future__ import annotations

import errno

from models.domain.errors import BaocaoError
from models.domain.notation.system_words import system_reason

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
#: By what the libraries of stores call their exceptions; the first that fits.
_BY_NAME = (
    ("Credential", "chưa có khóa truy cập trong môi trường của dịch vụ"),
    ("Token", "khóa truy cập đã hết hạn"),
    ("Timeout", "hết thời gian chờ"),
    ("SSL", "không mã hóa được đường truyền"),
    ("Connect", "không nối được tới kho"),
    ("Endpoint", "không nối được tới kho"),
)


class StoreAway(OSError, BaocaoError):
    """Raised when the shared store cannot be reached, refuses, or is not the one in use.

    The fault of the machine, whatever was asked for: its number is that of a disk that fails.
    """

    def __str__(self) -> str:
        return self.strerror or ""


def store_away(shown: str, why: BaseException | str) -> StoreAway:
    """The failure of a store known to people by `shown`; nothing of a library's own words.

    >>> str(store_away("s3://kho", TimeoutError("key AKIA...")))
    'Kho chung «s3://kho» (BAOCAO_STORE_URL) không dùng được: hết thời gian chờ (TimeoutError).'
    """
    said = why if isinstance(why, str) else f"{_reason(why)} ({type(why).__name__})"
    return StoreAway(
        errno.EIO, f"Kho chung «{shown}» (BAOCAO_STORE_URL) không dùng được: {said}.", shown
    )


def _reason(error: BaseException) -> str:
    if isinstance(error, ImportError):
        return "chưa cài gói cho loại kho này (docs/nhieu-may.md, mục Kho chung)"
    if isinstance(error, PermissionError):
        return "kho từ chối, khóa truy cập sai hoặc không đủ quyền"
    if isinstance(error, FileNotFoundError):
        return "không có kho hoặc thư mục này"
    if isinstance(error, TimeoutError):
        return system_reason(error)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return "kho hết chỗ"
    for part, words in _BY_NAME:
        if part in type(error).__name__:
            return words
    # EIO is what s3fs gives to whatever it has no name for: no disk has failed.
    known = isinstance(error, OSError) and error.errno not in (None, 0, errno.EIO)
    return system_reason(error) if known and isinstance(error, OSError) else "kho báo lỗi"
