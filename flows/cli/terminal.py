"""What every command says and how: in the locale's language, faults on the error output.

And the options that several commands have.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import unicodedata
from collections.abc import Callable
from getpass import getuser
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from flows.cli.command_words import ENGLISH as ENGLISH
from flows.cli.command_words import say as say

console = Console()
errors = Console(stderr=True)


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


_YES = ("c", "có", "co", "y", "yes")
_NO = ("", "k", "không", "khong", "n", "no")  # nothing typed: the safe answer


def confirmed(question: str, nobody: str) -> bool:
    """Whether whoever types says yes. Where nobody can answer (a script, a pipe that has ended) and
    where the question was broken off, `nobody` is said and the command ends with status 2."""
    asked = f"{question} {say('[c/K]', '[y/N]')}"
    while True:
        typed = _answered(lambda: typer.prompt(asked, default="", show_default=False), nobody)
        said = unicodedata.normalize("NFC", str(typed)).strip().casefold()
        if said in _YES or said in _NO:
            return said in _YES
        errors.print(say("Xin gõ «c» (có) hoặc «k» (không).", "Please type y or n."), markup=False)


def entered(question: str, nobody: str) -> str:
    """What whoever types enters; where nobody can, as `confirmed`."""
    return str(_answered(lambda: typer.prompt(question), nobody))


def _answered(ask: Callable[[], object], nobody: str) -> object:
    try:
        return ask()
    except typer.Abort:
        errors.print()  # the question stands at the beginning of this line
        fail(nobody)


def login_name() -> str:
    """Who types the command: with `sudo -u`, who logged in, not the service's own account."""
    return os.environ.get("SUDO_USER") or getuser()


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
