"""What a process says on a console that may not know all letters, or not even names of files."""

from __future__ import annotations

import codecs
import io
import os
import sys

from models.domain.notation.plain_letters import plain_letters

_READABLY = "baocao-readably"  # how an encoding error is dealt with


def speak_readably() -> None:
    """From here on nothing that is said fails for letters that the console cannot write.

    Where names of files could not be Vietnamese either, the command begins anew so that they can.
    """
    _know_all_names()
    codecs.register_error(_READABLY, _in_plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_READABLY)


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain_letters(error.object[error.start : error.end]), error.end


def _know_all_names() -> None:
    """Python settles at its start what names of files may hold, by the locale."""
    if sys.getfilesystemencoding().lower() in ("utf-8", "utf8"):
        return
    os.environ["PYTHONIOENCODING"] = sys.stdout.encoding or "ascii"  # the console is as it is
    os.environ["PYTHONUTF8"] = "1"
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
