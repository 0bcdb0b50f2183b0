"""Runs a command under a kernel that lacks system calls: each one named steps ENOSYS, for good.

`python older_kernel.py landlock,seccomp command ...`: the kernel itself refuses, through a filter
that the command and all its children inherit. A command that begins with `-m`, or a script of
Python, runs in the interpreter that is there.
"""

from __future__ import annotations

import ctypes
import os
import platform
import runpy
import struct
import sys

_SECCOMP = {"x86_64": 317, "aarch64": 277}[platform.machine()]
_NUMBERS = {"landlock": (444, 445, 446), "seccomp": (_SECCOMP,), "": ()}
_ALLOW, _MISSING = 0x7FFF0000, 0x00050026


def main(lacking: str, command: list[str]) -> None:
    step = struct.Struct("HBBI")
    steps = [step.pack(0x20, 0, 0, 0)]
    for name in lacking.split(","):
        for number in _NUMBERS[name]:
            steps += [
                struct.pack("HBBI", 0x15, 0, 1, number),
                struct.pack("HBBI", 6, 0, 0, _MISSING),
            ]
    steps.append(struct.pack("HBBI", 6, 0, 0, _ALLOW))
    program = ctypes.create_string_buffer(b"".join(steps))
    libc = ctypes.CDLL(None)
    libc.prctl(38, 1, 0, 0, 0)
    head = struct.pack("HP", len(steps), ctypes.addressof(program))
    if libc.syscall(_SECCOMP, 1, 0, head) != 0:
        raise SystemExit("the kernel takes no filter")
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    elif command[0].endswith(".py"):
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
    else:
        os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
