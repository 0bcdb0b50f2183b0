"""What the machine says of a failure, in Vietnamese: by its number, never by its English words."""

from __future__ import annotations

import errno
import re
import socket
import ssl

_BY_NUMBER = {
    errno.ENOSPC: "hết chỗ trên đĩa",
    errno.EDQUOT: "hết hạn mức đĩa",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không được phép",
    errno.EROFS: "đĩa chỉ cho đọc",
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.ENOTDIR: "một phần của đường dẫn không phải là thư mục",
    errno.EISDIR: "là thư mục, không phải tệp",
    errno.EEXIST: "đã có tệp cùng tên",
    errno.EIO: "đĩa báo lỗi khi đọc, ghi",
    errno.EMFILE: "mở quá nhiều tệp cùng lúc",
    errno.ENFILE: "máy mở quá nhiều tệp cùng lúc",
    errno.ENOMEM: "hết bộ nhớ",
    errno.ENAMETOOLONG: "tên tệp quá dài",
    errno.EFBIG: "tệp quá lớn",
    errno.ELOOP: "đường dẫn tắt vòng quanh",
    errno.ESTALE: "thư mục mạng không còn gắn",
    errno.EADDRINUSE: "đã có chương trình khác dùng",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ ấy",
    errno.ECONNREFUSED: "không có chương trình nào nhận kết nối",
    errno.ECONNRESET: "kết nối bị ngắt giữa chừng",
    errno.ECONNABORTED: "kết nối bị ngắt giữa chừng",
    errno.EPIPE: "kết nối bị ngắt giữa chừng",
    errno.ETIMEDOUT: "hết thời gian chờ",
    errno.EHOSTUNREACH: "không tới được máy ấy",
    errno.ENETUNREACH: "không có đường mạng tới đó",
}


def system_reason(error: OSError) -> str:
    """Why it failed; for a number that no sentence is written for, the number to look up.

    >>> system_reason(OSError(28, "No space left on device"))
    'hết chỗ trên đĩa'
    >>> system_reason(TimeoutError("timed out"))
    'hết thời gian chờ'
    """
    if isinstance(error, ssl.SSLError):  # which counts its errors anew
        return "không mã hóa được đường truyền"
    if isinstance(error, socket.gaierror):
        return "không tìm được máy có tên ấy"
    if isinstance(error, TimeoutError):
        return _BY_NUMBER[errno.ETIMEDOUT]
    known = _BY_NUMBER.get(error.errno or 0)
    if known:
        return known
    if isinstance(error, ConnectionError):
        return _BY_NUMBER[errno.ECONNRESET]
    return f"lỗi hệ thống số {error.errno}" if error.errno else "lỗi hệ thống không rõ"


def system_reason_in_full(error: OSError) -> str:
    """The same for whoever reads it, and what the machine itself says for whoever mends it.

    >>> system_reason_in_full(OSError(28, "No space left on device"))
    'hết chỗ trên đĩa (ENOSPC: No space left on device)'
    >>> system_reason_in_full(TimeoutError("timed out"))
    'hết thời gian chờ (TimeoutError: timed out)'
    """
    name = errno.errorcode.get(error.errno or 0, "")
    if isinstance(error, ssl.SSLError | socket.gaierror) or not name:
        name = type(error).__name__
    said = " ".join(str(error.strerror or error).split())
    original = f"{name}: {said}" if said else name
    return f"{system_reason(error)} ({original})"


_SHOWN = 200  # characters of a driver's own words
#: By what the drivers of SQLite and PostgreSQL say.
_OF_DATABASES = (
    (r"database or disk is full|no space left", "hết chỗ trên đĩa"),
    (r"database is locked", "cơ sở dữ liệu đang bận, chạy lại sau ít phút"),
    (r"malformed|not a database|disk i/o error", "tệp cơ sở dữ liệu bị hỏng, lấy lại từ bản sao"),
    (r"readonly|read-only", "không có quyền ghi"),
    (r"unable to open database file", "không mở được tệp cơ sở dữ liệu"),
    (r"connection refused", "không có máy chủ cơ sở dữ liệu ở địa chỉ ấy"),
    (r"could not translate host|name or service not known|resolve", "không tìm được máy chủ"),
    (r"timeout|timed out", "máy chủ cơ sở dữ liệu không trả lời kịp"),
    (r"password authentication|no password supplied|pg_hba", "tên hoặc mật khẩu không đúng"),
    (r'database ".*" does not exist', "máy chủ không có cơ sở dữ liệu ấy"),
    (r'role ".*" does not exist', "máy chủ không có người dùng ấy"),
    (r"permission denied", "không có quyền"),
    (r"terminating connection|server closed|connection.*(?:lost|closed|reset)",
     "kết nối tới máy chủ cơ sở dữ liệu bị ngắt"),
    (r"too many (?:clients|connections)", "máy chủ cơ sở dữ liệu hết chỗ kết nối"),
    (r"no such table|undefinedtable|relation .* does not exist",
     "thiếu bảng: cơ sở dữ liệu không phải của chương trình này"),
    (r"could not parse|can't load plugin|nosuchmodule", "địa chỉ cơ sở dữ liệu viết sai"),
)  # fmt: skip


def database_fault(error: BaseException) -> str:
    """Why a database cannot be used, in Vietnamese, and what was noted when it failed.

    Without the statement that failed: its values are an agency's.

    >>> fault = Exception("database is locked")
    >>> fault.add_note("tiến trình 12 («sqlite3») đang giữ")
    >>> database_fault(fault)
    'cơ sở dữ liệu đang bận, chạy lại sau ít phút; tiến trình 12 («sqlite3») đang giữ'
    """
    cause = getattr(error, "orig", None) or error
    whole = " ".join(str(cause).split())
    reason = database_reason(whole)
    if reason == whole:  # no words for it: the driver's own, without what follows them
        reason = " ".join(str(cause).split("\n", 1)[0].split())[:_SHOWN]
    return "; ".join([reason, *getattr(cause, "__notes__", ())])


def database_reason(said: str) -> str:
    """Why a database cannot be used, by what its driver said; else the driver's own words.

    >>> database_reason("connection to server at 10.0.0.1 failed: Connection refused")
    'không có máy chủ cơ sở dữ liệu ở địa chỉ ấy'
    """
    for pattern, words in _OF_DATABASES:
        if re.search(pattern, said, re.IGNORECASE):
            return words
    return said
