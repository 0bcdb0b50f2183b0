"""`baocao restored`: the letters that may have left before a restoration, and a word on many."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from flows.cli.terminal import fail, say, tell


class Word(StrEnum):
    """What a person says of letters in doubt."""

    ARRIVED = "da-den"  # they had left
    AGAIN = "gui-lai"  # they had not, and shall go
    CLOSED = "khep-lai"  # they had not, and need not


def restored(
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEY...]",
            help=say(
                "Mã thư, hoặc phần đầu của mã; để trống: mọi thư.", "Keys, or how they begin."
            ),
        ),
    ] = None,
    word: Annotated[
        Word | None,
        typer.Option(
            "--word",
            help=say(
                "da-den: nơi nhận đã có; gui-lai: chưa có, gửi; khep-lai: chưa có, không cần gửi.",
                "da-den: they have it; gui-lai: send it; khep-lai: neither.",
            ),
        ),
    ] = None,
    by: Annotated[str, typer.Option("--by", help=say("Người quyết định.", "Who decides."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=say("Lý do.", "Why."))] = "",
) -> None:
    """Without --word only lists. Exit status 1 when a decision was refused."""
    from flows import clock  # start-up cost
    from flows.workplaces import open_workplace  # start-up cost
    from models.domain.answers.decisions import DecisionRefused, Signature  # start-up cost
    from models.domain.deeds.deed import Deed  # start-up cost
    from models.domain.deeds.letter_deeds import (  # start-up cost
        CloseLetter,
        Recipients,
        SendLetterAgain,
    )
    from tasks.adapters.decisions.carrying_out import carry_out  # start-up cost
    from tasks.adapters.store.restored import restorations  # start-up cost

    if word and not (by.strip() and reason.strip()):
        fail(say("Quyết định phải có --by và --reason.", "A decision needs --by and --reason."))
    refused = 0
    with open_workplace(clock.now()) as workplace:
        with workplace.engine.begin() as connection:
            held = restorations.held_letters(connection)
        for row in held:
            key = row.business_key
            if keys and not key.startswith(tuple(keys)):
                continue
            if word is None:
                tell(f"{key}: {row.subject} -> {', '.join(row.to)}")
                continue
            signed = Signature(by.strip(), reason.strip())
            deed: Deed = CloseLetter(signed=signed, letter=key, arrived=word is Word.ARRIVED)
            if word is Word.AGAIN:
                deed = SendLetterAgain(signed=signed, letter=key, recipients=Recipients.UNREACHED)
            try:
                tell(carry_out(workplace, deed).sentence)
            except DecisionRefused as error:
                refused += 1
                tell(f"SỬA  {error}")
    if not held:
        tell(say("Không có thư nào.", "There are none."))
    if refused:
        raise SystemExit(1)
