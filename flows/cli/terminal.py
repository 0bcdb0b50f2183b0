"""What every command says and how: in the locale's language, faults on the error output."""

from __future__ import annotations

import os
from typing import Annotated, NoReturn

import typer
from rich.console import Console

ENGLISH = os.environ.get(
    "LC_ALL", os.environ.get("LC_MESSAGES", os.environ.get("LANG", ""))
).startswith("en")

console = Console()
errors = Console(stderr=True)


def say(vietnamese: str, english: str) -> str:
    """The text in the language of the locale."""
    return english if ENGLISH else vietnamese


def tell(line: str) -> None:
    """A line as it is, however wide the terminal."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def fail(message: str) -> NoReturn:
    """Says what is wrong and ends with status 2."""
    errors.print(f"[bold red]{say('Lỗi', 'Error')}:[/] ", end="")
    errors.print(message, markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(2)


Json = Annotated[bool, typer.Option("--json", help=say("In dạng JSON.", "Print JSON."))]
