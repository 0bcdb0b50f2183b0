"""What every command says and how: in the locale's language, faults on the error output.

And the options that several commands have.
"""

from __future__ import annotations

import codecs
import datetime as dt
import io
import json
import os
import sys
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from models.domain.notation.plain_letters import plain_letters

ENGLISH = os.environ.get(
    "LC_ALL", os.environ.get("LC_MESSAGES", os.environ.get("LANG", ""))
).startswith("en")

console = Console()
errors = Console(stderr=True)


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


def say(vietnamese: str, english: str) -> str:
    """The text in the language of the locale."""
    return english if ENGLISH else vietnamese


def tell(line: str) -> None:
    """A line as it is, however wide the terminal."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def tell_json(found: object, indent: int | None = None) -> None:
    """For machines: as it is where the output takes it, escaped where it would lose letters."""
    escaped = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(found, ensure_ascii=escaped, indent=indent) + "\n")
    sys.stdout.flush()


def fail(message: str) -> NoReturn:
    """Says what is wrong and ends with status 2."""
    errors.print(f"[bold red]{say('Lỗi', 'Error')}:[/] ", end="")
    errors.print(message, markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(2)


Json = Annotated[bool, typer.Option("--json", help=say("In dạng JSON.", "Print JSON."))]

AsOf = Annotated[
    str,
    typer.Option(
        "--as-of",
        hidden=True,  # refused but where time is simulated
        help=say(
            "Khi diễn tập, coi như đang ở thời điểm này: 2025-02-19T08:00 (giờ Hà Nội nếu thiếu "
            "múi giờ).",
            "In a rehearsal, pretend to run at this instant; Hanoi time where no zone is given.",
        ),
    ),
]


def moment(text: str, option: str = "--as-of") -> dt.datetime | None:
    """The instant an option names; None when it is empty."""
    if not text:
        return None
    from flows import clock  # start-up cost
    from models.domain.cycle.cycles import HANOI  # start-up cost

    if option == "--as-of" and not clock.may_be_told():
        fail(
            say(
                clock.NOT_TOLD,
                "--as-of is for rehearsals, demonstrations and the development key: else the time "
                "is the machine's.",
            )
        )
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        fail(
            say(
                f"{option} «{text}» không phải thời điểm ISO 8601.",
                f"{option} {text!r} is no ISO 8601 instant.",
            )
        )
    return instant if instant.tzinfo else instant.replace(tzinfo=HANOI)
