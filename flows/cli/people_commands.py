"""`baocao people`: where somebody is named, and the removal of what may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.command_words import COMMANDS
from flows.cli.terminal import Json, confirmed, console, say, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tasks.adapters.store.people import Occurrence

people_app = typer.Typer(no_args_is_help=True, help=COMMANDS["people"])


@people_app.command(
    "list",
    help=say(
        "Một người, một địa chỉ có ở những đâu; không nêu ai: mọi nơi có dữ liệu cá nhân.",
        "Where a person or an address occurs; without one: every place that names anybody.",
    ),
)
def list_people(
    name: Annotated[str, typer.Option(help=say("Họ và tên.", "Full name."))] = "",
    address: Annotated[
        str, typer.Option(help=say("Địa chỉ thư, tên tài khoản, địa chỉ máy.", "Address."))
    ] = "",
    as_json: Json = False,
) -> None:
    """By place and count, with what becomes of each."""
    from flows.cli.orchestrator_traces import orchestrator_occurrences  # start-up cost
    from flows.cli.person_removal import occurrences, opened  # start-up cost
    from models.domain.accounts.keeping import PersonPattern  # start-up cost

    found, unseen = {}, False
    with opened() as house:
        for text in [given for given in (name, address) if given] or [""]:
            person = PersonPattern(text) if text else None
            of_the_orchestrator = orchestrator_occurrences(person)
            unseen = of_the_orchestrator is None
            found[text] = [*occurrences(house, person), *(of_the_orchestrator or ())]
    if as_json:
        rows = [
            {"text": text, "place": one.place, "count": one.count, "rule": one.holding.rule}
            for text, some in found.items()
            for one in some
        ]
        tell_json(rows, indent=1)
        return
    for text, some in found.items():
        tell(f"«{text}»" if text else "Mọi người")
        _show(some)
    if unseen:
        tell("Cơ sở dữ liệu của Prefect: không thấy từ đây, chưa xem.")
    tell("Thư gốc: của ai thì theo dòng message.sender; xem docs/du-lieu-ca-nhan.md.")


@people_app.command(
    help=say(
        "Xóa, hoặc bỏ tên, một người ở những nơi được phép; nơi phải giữ thì nói lý do.",
        "Remove a person, or make nameless, where that may be; says why not elsewhere.",
    )
)
def remove(
    who: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS|NAME",
            help=say("Địa chỉ thư, tên tài khoản, họ và tên.", "Address, account, full name."),
        ),
    ],
    raw: Annotated[
        bool,
        typer.Option(
            "--raw",
            help=say(
                "Xóa cả thư gốc đã bỏ tên mà không số liệu nào dựa vào.",
                "Also raw mails made nameless on which no figure rests.",
            ),
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại.", "Do not ask."))] = False,
) -> None:
    """Safe to repeat: a second time there is nothing left to remove."""
    from flows.cli.person_removal import opened, planned, removed  # start-up cost
    from models.domain.accounts.keeping import PersonPattern  # start-up cost

    person = PersonPattern(who)
    with opened() as house:
        plan = planned(house, person, with_raw=raw)
        if plan.removed:
            tell(f"Sẽ xóa, hoặc bỏ tên, «{person.text}»:")
            for title, count in plan.removed.items():
                tell(f"- {title}: {count}")
            if not yes and not confirmed(say("Xóa?", "Remove?"), _nobody()):
                tell(say("Chưa xóa gì.", "Nothing was removed."))
                raise SystemExit(1)
            plan = removed(house, person, with_raw=raw)
            tell("Đã xóa, có ghi trong nhật ký ra vào.")
        else:
            tell(f"Không có gì của «{person.text}» để xóa lúc này.")
    if plan.left:
        tell("Còn lại:")
        _show(plan.left)


def _nobody() -> str:
    return say(
        "Không có ai trả lời ở đây, nên chưa xóa gì. Chạy lại trong cửa sổ lệnh, hoặc thêm --yes.",
        "Nobody answers here, so nothing was removed. Run it in a terminal, or add --yes.",
    )


def _show(found: Iterable[Occurrence]) -> None:
    from rich.table import Table  # start-up cost

    table = Table("Nơi lưu", "Là", "Số lần", "Xử lý")
    for one in found:
        table.add_row(one.place, one.holding.title, str(one.count), one.holding.rule)
    if table.rows:
        console.print(table)
    else:
        tell(say("Không thấy ở đâu.", "Nowhere."))
