"""What may go wrong on our side: with one message, or with the machine all of them need."""

from __future__ import annotations

import errno

from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

from models.domain.errors import BaocaoError
from models.domain.notation.system_words import database_fault, system_reason
from tasks.adapters.reading.parser_guard import is_of_the_machine
from tasks.adapters.reading.reader_process import ReaderUnavailable
from tasks.adapters.sharing.store_failures import StoreAway

#: None of these may stop the other messages. A database that is away is not among them: then
#: nothing can go on.
OUR_FAILURES = (
    ArithmeticError,
    AttributeError,
    BaocaoError,
    IntegrityError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)

#: The database cannot be reached, or cannot write.
DATABASE_AWAY = (OperationalError, InterfaceError, TimeoutError)

_FULL = {errno.ENOSPC, errno.EDQUOT}


def is_machines(error: BaseException) -> bool:
    """Whether disk, shared store, database or the start of a process let us down.

    Then nothing can go on, and no message is to blame.

    >>> is_machines(OSError(errno.ENOSPC, "full")), is_machines(FileNotFoundError(2, "gone"))
    (True, False)
    """
    return isinstance(error, (*DATABASE_AWAY, ReaderUnavailable)) or is_of_the_machine(error)


def machine_sentence(error: BaseException) -> str:
    """What to mend, in Vietnamese; without the statement that failed: its values are an agency's.

    >>> machine_sentence(OSError(errno.ENOSPC, "No space left on device", "/srv/raw/ab"))
    'Đĩa đã đầy («/srv/raw/ab»): giải phóng chỗ rồi chạy lại.'
    """
    if isinstance(error, ReaderUnavailable):
        return f"{error}. Máy không chạy được trình đọc: gõ baocao doctor, sửa rồi chạy lại."
    if isinstance(error, StoreAway):
        return f"{error} Sửa rồi chạy lại."
    if isinstance(error, OSError):
        place = f" («{error.filename}»)" if error.filename else ""
        if error.errno in _FULL:
            return f"Đĩa đã đầy{place}: giải phóng chỗ rồi chạy lại."
        return f"Không đọc, ghi được{place}: {system_reason(error)}. Sửa rồi chạy lại."
    return (
        f"Cơ sở dữ liệu không nhận ghi ({database_fault(error)}): kiểm tra BAOCAO_DATABASE_URL và "
        "máy chủ dữ liệu rồi chạy lại."
    )
