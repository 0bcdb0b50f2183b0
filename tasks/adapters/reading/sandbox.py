"""A process shuts itself in: from then on it computes, reads and writes what is open, no more.

Two barriers of the Linux kernel, each enough against a path that is opened: Landlock grants no
file, no TCP port, no signal to others; a seccomp filter lets through the system calls that
computing needs and refuses every other one with EPERM. Neither can be taken off again.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Collection, Iterator
from enum import StrEnum


class Barrier(StrEnum):
    """What a process can be shut in with."""

    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


_NO_NEW_PRIVILEGES = 38  # of prctl
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # Landlock's numbers, the same on all architectures
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many, by the ABI; 16 since the fifth
_BIND_AND_CONNECT, _SOCKETS_AND_SIGNALS = 0b11, 0b11

# What the filter needs to know of an architecture: how the kernel marks it, the number of its call
# seccomp, and those of the calls below, in their order.
# fmt: off
_CALLS = (
    "read", "write", "readv", "writev", "close", "lseek", "munmap", "brk", "mremap", "madvise",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "futex", "sched_yield",
    "clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom", "getpid",
    "gettid", "getrusage", "setitimer", "exit", "exit_group", "restart_syscall",
    "kill", "tgkill", "prlimit64", "mmap", "mprotect",
)
_ARCHITECTURES = {
    "x86_64": (0xC000003E, 317, (
        0, 1, 19, 20, 3, 8, 11, 12, 25, 28, 13, 14, 15, 131, 202, 24, 228, 230, 35, 96, 318, 39,
        186, 98, 38, 60, 231, 219, 62, 234, 302, 9, 10,
    )),
    "aarch64": (0xC00000B7, 277, (
        63, 64, 65, 66, 57, 62, 215, 214, 216, 233, 134, 135, 139, 132, 98, 124, 113, 115, 101,
        169, 278, 172, 178, 165, 103, 93, 94, 128, 129, 131, 261, 222, 226,
    )),
}
# fmt: on
_LOAD, _IS, _HAS, _ANSWER = 0x20, 0x15, 0x45, 0x06  # of the kernel's filter machine
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # the latter with EPERM
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_EXECUTABLE = 4  # PROT_EXEC


def shut_in() -> list[Barrier]:
    """Shuts the process in and says by what: the barriers that the kernel had, perhaps none.

    To be called when every module is imported and there is one thread; never raises.
    """
    barriers = [(Barrier.LANDLOCK, _no_files), (Barrier.SECCOMP, _few_calls)]
    return [barrier for barrier, raise_it in barriers if sys.platform == "linux" and raise_it()]


def what_is_open(barriers: Collection[Barrier]) -> str:
    """What a process that is shut in by these can still do, in Vietnamese; "" for nothing."""
    if Barrier.SECCOMP in barriers:
        return ""  # each call that Landlock judges is refused before it
    if Barrier.LANDLOCK in barriers:
        return (
            "Hệ điều hành không cho dùng seccomp (hoặc máy không phải x86_64, aarch64): tiến trình "
            "đọc tệp gửi đến không mở được tệp nào khác, nhưng còn gọi được những lệnh khác của hệ "
            "điều hành. Việc đọc vẫn chạy trong giới hạn về bộ nhớ và thời gian."
        )
    return (
        "Hệ điều hành không có Landlock và seccomp (nhân cũ, hoặc container cấm): tiến trình đọc "
        "tệp gửi đến chỉ có giới hạn về bộ nhớ và thời gian, chưa bị cấm mở tệp khác và nối mạng. "
        "Việc đọc vẫn chạy; đề nghị dùng nhân Linux từ 5.13, hoặc cho phép container dùng seccomp."
    )


def _no_files() -> bool:
    """No file, no TCP port; nobody outside is signalled or reached by a nameless socket."""
    libc = ctypes.CDLL(None)
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return False
    files = (1 << _FILE_RIGHTS.get(abi, 16)) - 1
    net, scope = _BIND_AND_CONNECT if abi >= 4 else 0, _SOCKETS_AND_SIGNALS if abi >= 6 else 0
    handled = struct.pack("QQQ", files, net, scope)
    rules = libc.syscall(_CREATE_RULESET, handled, ctypes.c_size_t(len(handled)), 0)
    if rules < 0:
        return False
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refused: int = libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return refused == 0


def _few_calls() -> bool:
    """Only the calls named above, none that makes memory executable or touches another process."""
    if platform.machine() not in _ARCHITECTURES:
        return False
    mark, seccomp, numbers = _ARCHITECTURES[platform.machine()]
    program = b"".join(_filter(mark, dict(zip(_CALLS, numbers, strict=True))))
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HP", len(program) // 8, ctypes.addressof(steps))
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refused: int = libc.syscall(seccomp, 1, 1, head)  # a filter, for all threads
    return refused == 0


def _filter(mark: int, numbers: dict[str, int]) -> Iterator[bytes]:
    """The filter's steps. Of an argument the lower half is looked at, where it stands first."""
    about_itself = {"kill": os.getpid(), "tgkill": os.getpid(), "prlimit64": 0}
    refuse, allow = _step(_ANSWER, _REFUSE), _step(_ANSWER, _ALLOW)
    yield from (_step(_LOAD, _ARCHITECTURE_AT), _step(_IS, mark, 1, 0), refuse)
    yield _step(_LOAD, _NUMBER_AT)
    for name, number in numbers.items():
        if name in about_itself:
            yield from (_step(_IS, number, 0, 4), _step(_LOAD, _ARGUMENTS_AT))
            yield from (_step(_IS, about_itself[name], 0, 1), allow, refuse)
        elif name in ("mmap", "mprotect"):
            yield from (_step(_IS, number, 0, 4), _step(_LOAD, _ARGUMENTS_AT + 2 * 8))
            yield from (_step(_HAS, _EXECUTABLE, 1, 0), allow, refuse)
        else:
            yield from (_step(_IS, number, 0, 1), allow)
    yield refuse


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)
