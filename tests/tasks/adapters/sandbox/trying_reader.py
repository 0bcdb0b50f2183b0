"""A reader process that tries what it must not, and says what came of each; run by the tests.

The name of a file is a folder in which «secret» lies. The answer's detail is JSON: by attempt the
name of the error, or "done".
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from tasks.adapters.reading import reader_child
from tasks.adapters.reading.reader_jobs import ExamineJob

_LIBC = ctypes.CDLL(None, use_errno=True)
_EXAMINE = reader_child.ANSWERERS[ExamineJob]
_house = _parent = os.getppid()  # who wants the answers; forked, it has another parent
_ON_X86 = platform.machine() == "x86_64"
#: System calls without a function in Python, by their numbers: x86_64, others.
_CALLS = {
    "ptrace": (101, 117), "mount": (165, 40), "setns": (308, 268), "unshare": (272, 97),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "bpf": (321, 280),
    "perf_event_open": (298, 241), "keyctl": (250, 219), "init_module": (175, 105),
    "execveat": (322, 281), "rt_sigqueueinfo": (129, 138), "tkill": (200, 130),
    "io_uring_setup": (425, 425), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438), "openat2": (437, 437), "clone3": (435, 435), "statx": (332, 291),
    "open_by_handle_at": (304, 265), "fsopen": (430, 430), "landlock_create_ruleset": (444, 444),
    "seccomp": (317, 277), "pkey_mprotect": (329, 288), "remap_file_pages": (216, 234),
    "chroot": (161, 51), "acct": (163, 89), "ioctl": (16, 29), "fcntl": (72, 25),
    "sendmsg": (46, 211),
}  # fmt: skip


def by_number(name: str) -> None:
    """The call with arguments that no kernel takes: refused before they are looked at, or not."""
    number = _CALLS[name][0 if _ON_X86 else 1]
    ctypes.set_errno(0)
    given = [ctypes.c_long(-1)] * 6
    if _LIBC.syscall(number, *given) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def executable() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def made_executable() -> None:
    """A page that was written becomes a program."""
    page = mmap.mmap(-1, 4096)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if _LIBC.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(4096), 7) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def fork() -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def start_a_thread() -> None:
    try:
        threading.Thread(target=int).start()
    except RuntimeError as refused:
        raise PermissionError(errno.EPERM, str(refused)) from refused


def listen_at(family: int, address: Any) -> None:
    with socket.socket(family) as at:
        at.bind(address)


def knock_at(family: int, address: Any) -> None:
    with socket.socket(family) as to:
        to.connect(address)


def send_to(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as to:
        to.sendto(b"x", address)


def attempts(folder: Path) -> dict[str, Callable[[], object]]:
    """What to try, in a folder in which a file called «secret» lies."""
    secret, other = folder / "secret", folder / "other"
    numbered: dict[str, Callable[[], object]] = {n: lambda n=n: by_number(n) for n in _CALLS}
    return numbered | {
        "read the data folder": secret.read_bytes,
        "read /etc/passwd": Path("/etc/passwd").read_bytes,
        "read its own program": Path(__file__).read_bytes,
        "list the data folder": lambda: [*folder.iterdir()],
        "look at a file": secret.stat,
        "ask for access": lambda: 1 / os.access(secret, os.R_OK),
        "read the parent's environment": Path(f"/proc/{_parent}/environ").read_bytes,
        "read the parent's memory": lambda: os.open(f"/proc/{_parent}/mem", os.O_RDONLY),
        "read the house's environment": Path(f"/proc/{_house}/environ").read_bytes,
        "read the house's memory": lambda: os.open(f"/proc/{_house}/mem", os.O_RDONLY),
        "read its own descriptors": lambda: [*Path("/proc/self/fd").iterdir()],
        "write a file": lambda: other.write_bytes(b"x"),
        "write into the secret": lambda: secret.open("ab").close(),
        "cut the secret": lambda: os.truncate(secret, 0),
        "write into /tmp": lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR),
        "a nameless file": lambda: os.open(folder, os.O_TMPFILE | os.O_RDWR),
        "make a folder": (folder / "made").mkdir,
        "make a link": lambda: other.symlink_to(secret),
        "make a second name": lambda: other.hardlink_to(secret),
        "make a pipe": lambda: os.mkfifo(other),
        "rename": lambda: secret.rename(other),
        "delete": secret.unlink,
        "change the mode": lambda: secret.chmod(0o777),
        "change the owner": lambda: os.chown(secret, os.getuid(), os.getgid()),
        "change the time": lambda: os.utime(secret),
        "change the folder": lambda: os.chdir(folder),
        "knock at a TCP port": lambda: knock_at(socket.AF_INET, ("127.0.0.1", 9)),
        "listen at a TCP port": lambda: listen_at(socket.AF_INET, ("127.0.0.1", 0)),
        "listen at a local socket": lambda: listen_at(socket.AF_UNIX, str(other)),
        "listen at a nameless socket": lambda: listen_at(socket.AF_UNIX, "\0baocao-sandbox"),
        "send a datagram": lambda: send_to(("127.0.0.1", 9)),
        "a pair of sockets": socket.socketpair,
        "fork": fork,
        "start a thread": start_a_thread,
        "run a program": lambda: subprocess.run(["/bin/true"], check=True),
        "become a program": lambda: os.execv("/nowhere", ["nowhere"]),
        "a program in memory": lambda: os.memfd_create("x"),
        "executable memory": executable,
        "memory made executable": made_executable,
        "signal the parent": lambda: os.kill(_parent, 0),
        "signal the house": lambda: os.kill(_house, 0),
        "kill everybody": lambda: os.kill(-(1 << 30), signal.SIGKILL),
        "kill its group": lambda: os.killpg(1 << 30, signal.SIGKILL),
        "limit the parent": lambda: resource.prlimit(
            _parent, resource.RLIMIT_CORE, resource.prlimit(_parent, resource.RLIMIT_CORE)
        ),
        "slow the parent down": lambda: os.setpriority(os.PRIO_PROCESS, _parent, 19),
        "become another user": lambda: os.setuid(os.getuid()),
        "leave the session": lambda: os.setpgid(0, 0),
    }


def outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, repr(error))
    except ZeroDivisionError:
        return "EPERM"
    return "done"


def answer(job: Any, content: bytes, office: Any) -> dict[str, Any]:
    said = _EXAMINE(job, content, office)
    if job.name.startswith("/"):
        said["examination"]["detail"] = orjson.dumps(
            {name: outcome(attempt) for name, attempt in attempts(Path(job.name)).items()}
        ).decode()
    elif job.name == "pid":
        said["examination"]["detail"] = str(os.getpid())
    return said


def main(arguments: list[str]) -> None:
    global _parent
    _parent = os.getppid()
    reader_child.ANSWERERS[ExamineJob] = answer
    reader_child.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
