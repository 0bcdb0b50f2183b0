"""What a library raises is told of the file, but for what the machine did."""

from __future__ import annotations

import errno
import struct

import pytest

from tasks.adapters.reading.parser_guard import ParserFailed, parsing

OF_THE_FILE = [
    ValueError("odd"),
    struct.error("short"),
    AssertionError(),
    RecursionError(),
    LookupError("unknown encoding"),
    OSError("not an OLE2 structured storage file"),
    FileNotFoundError(errno.ENOENT, "no such stream"),
]
OF_THE_MACHINE = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OSError(errno.EMFILE, "Too many open files"),
    OSError(errno.ENFILE, "Too many open files in system"),
    OSError(errno.EIO, "Input/output error"),
    BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
    PermissionError(errno.EPERM, "Operation not permitted"),
    PermissionError(errno.EACCES, "Permission denied"),
    ModuleNotFoundError("No module named 'late'"),
    MemoryError(),
]


@pytest.mark.parametrize("fault", OF_THE_FILE, ids=repr)
def test_what_a_library_makes_of_a_file_is_an_answer_about_it(fault: Exception) -> None:
    with pytest.raises(ParserFailed), parsing():
        raise fault


@pytest.mark.parametrize("fault", OF_THE_MACHINE, ids=repr)
def test_what_the_machine_or_the_sandbox_did_is_none(fault: Exception) -> None:
    with pytest.raises(type(fault)), parsing():
        raise fault


def test_no_memory_by_whatever_name_is_want_of_memory() -> None:
    with pytest.raises(MemoryError), parsing():
        raise OSError(errno.ENOMEM, "Cannot allocate memory")
