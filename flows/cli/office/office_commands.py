"""`baocao office`: editions of the office's files, for whoever keeps them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.command_words import COMMANDS
from flows.cli.terminal import confirmed, entered, login_name, say, tell

if TYPE_CHECKING:
    from flows.office.office_changes import Change

office_app = typer.Typer(no_args_is_help=True, help=COMMANDS["office"])

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=say("Thư mục.", "Folder."))]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help=say("Bộ tệp số mấy.", "Edition."))]
Note = Annotated[
    str, typer.Option("--note", help=say("Đổi gì, theo văn bản nào.", "What changed, and why."))
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        help=say("Người đổi; để trống: tên đăng nhập trên máy.", "Who; default: the login name."),
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help=say("Không hỏi lại.", "Do not ask."))]


@office_app.command(
    help=say("Ghi bộ tệp đang dùng ra một thư mục để sửa.", "Write the files out to be changed.")
)
def out(
    folder: Folder,
    edition: Annotated[
        int | None, typer.Option(help=say("Bộ tệp số mấy.", "An earlier edition."))
    ] = None,
) -> None:
    """The folder may be copied elsewhere and back; `in` brings it in again."""
    from flows.cli.office.office_editions import take_out  # start-up cost

    taken = take_out(folder, edition)
    tell(f"Bộ tệp số {taken.number}, {len(taken.files)} tệp: {folder}")
    typed = shlex.quote(str(folder))
    tell(f'Sửa xong thì chạy: baocao office in {typed} --note "đổi gì, theo văn bản nào"')


@office_app.command(
    "in",
    help=say(
        "Kiểm tra thư mục đã sửa và đưa vào dùng thành bộ tệp mới.",
        "Check a changed folder and bring it in as a new edition.",
    ),
)
def bring(
    folder: Folder,
    note: Note = "",
    check_only: Annotated[
        bool, typer.Option("--check", help=say("Chỉ kiểm tra, không ghi gì.", "Write nothing."))
    ] = False,
    by: By = "",
    yes: Yes = False,
) -> None:
    """Nobody's change is overwritten: what others changed meanwhile is joined or laid beside."""
    from flows.cli.office.office_editions import bring_in, change_of  # start-up cost

    change = change_of(folder)
    if not change.changed:
        tell(f"Không có gì khác bộ tệp số {change.before.number} đang dùng.")
        return
    _show(change)
    if check_only:
        tell("Không có lỗi. Chưa đưa vào.")
        return
    note = _asked(note, yes)
    edition = bring_in(folder, change, by=by.strip() or login_name(), note=note)
    tell(f"Đã đưa vào: bộ tệp số {edition.number}. Có hiệu lực từ lượt chạy tới.")


@office_app.command("list", help=say("Các bộ tệp: lúc nào, ai, vì sao.", "The editions."))
def list_editions() -> None:
    """The newest first."""
    from flows.cli.office.office_editions import kept_settings  # start-up cost
    from flows.office.office_changes import history  # start-up cost
    from models.domain.cycle.letter_phrases import hanoi_minute  # start-up cost

    for edition, changed in history(kept_settings()):
        when = hanoi_minute(edition.at)
        tell(f"Bộ tệp số {edition.number}, {when}, {edition.by}: {edition.note}")
        if edition.number > 1:
            tell(f"  {'; '.join(map(str, changed)) or 'không đổi tệp nào'}")


@office_app.command(help=say("Hai bộ tệp khác nhau ở đâu.", "What two editions have otherwise."))
def diff(
    first: Annotated[
        int | None, typer.Argument(metavar="[FIRST]", help=say("Bộ tệp trước.", "The earlier one."))
    ] = None,
    second: Annotated[
        int | None, typer.Argument(metavar="[SECOND]", help=say("Bộ tệp sau.", "The later one."))
    ] = None,
    program: Annotated[
        bool,
        typer.Option(
            "--program",
            help=say("So với tệp mẫu đi kèm chương trình.", "Against the program's own files."),
        ),
    ] = False,
) -> None:
    """Without numbers: what the newest edition changed."""
    from flows.cli.office.office_editions import (  # start-up cost
        difference_with_program,
        kept_settings,
    )
    from flows.office.office_changes import difference  # start-up cost

    lines = difference_with_program() if program else difference(kept_settings(), first, second)
    for line in lines or ["Không khác nhau."]:
        tell(line)


@office_app.command(
    help=say(
        "Dùng lại một bộ tệp trước (thành bộ tệp mới, không xóa gì).",
        "Go back to an earlier edition, as a new one.",
    )
)
def back(number: Number, note: Note = "", by: By = "", yes: Yes = False) -> None:
    """What came in between stays in the history."""
    from flows.cli.office.office_editions import back_to  # start-up cost

    change = back_to(number)
    if not change.changed:
        tell(f"Bộ tệp số {change.before.number} đang dùng giống hệt bộ tệp số {number}.")
        return
    _show(change)
    made = _edition_of(change, note or f"Dùng lại bộ tệp số {number}", by, yes)
    tell(f"Bộ tệp số {made} nay có nội dung của bộ tệp số {number}.")


@office_app.command(
    help=say(
        "Lấy các dòng mới đi kèm chương trình vào bộ tệp, giữ nguyên chỗ Văn phòng đã sửa.",
        "Take over the program's new rows beside the office's own edits.",
    )
)
def update(
    note: Note = "Lấy các dòng mới đi kèm chương trình",
    check_only: Annotated[
        bool, typer.Option("--check", help=say("Chỉ kiểm tra, không ghi gì.", "Write nothing."))
    ] = False,
    by: By = "",
    yes: Yes = False,
) -> None:
    """Agencies, contacts, successions, days off, targets set anew; nothing is removed."""
    from flows.cli.office.office_updates import change_with_program  # start-up cost

    change, told = change_with_program()
    if change is not None:
        _show(change)
    for line in told:
        tell(line)
    if change is None:
        tell("Bộ tệp đang dùng đã có mọi dòng đi kèm chương trình.")
        return
    if check_only:
        tell("Không có lỗi. Chưa đưa vào.")
        return
    made = _edition_of(change, note, by, yes)
    tell(f"Đã đưa vào: bộ tệp số {made}. Có hiệu lực từ lượt chạy tới.")


def _show(change: Change) -> None:
    from flows.office.office_changes import difference_lines  # start-up cost

    for line in difference_lines(change.old, change.files):
        tell(line)
    if change.joined:
        tell(f"Ghép với thay đổi của người khác: {', '.join(change.joined)}; xin xem lại.")
    for remark in change.remarks:
        tell(remark)


def _nobody() -> str:
    return say(
        "Không có ai trả lời ở đây, nên chưa đổi gì. Chạy lại trong cửa sổ lệnh, hoặc thêm --yes "
        "và --note.",
        "Nobody answers here, so nothing was changed. Run it in a terminal, or add --yes and "
        "--note.",
    )


def _asked(note: str, yes: bool) -> str:
    """The note, which every change bears; ends where the person does not want it after all."""
    from flows.office.office_changes import ChangeRefused  # start-up cost

    if not note.strip():
        if yes:
            raise ChangeRefused("Cần --note: đổi gì, theo văn bản nào.")
        note = entered(say("Đổi gì, theo văn bản nào", "What changed, and why"), _nobody())
    if not yes and not confirmed(say("Đưa vào dùng?", "Bring in?"), _nobody()):
        tell(say("Chưa đổi gì.", "Nothing was changed."))
        raise SystemExit(1)
    return note.strip()


def _edition_of(change: Change, note: str, by: str, yes: bool) -> int:
    """The number of the edition that the change has become, where the person wants it."""
    from config.settings import load_settings  # start-up cost
    from flows.office import office_changes  # start-up cost

    note = _asked(note, yes)
    who, before = by.strip() or login_name(), change.before.number
    made = office_changes.entered(load_settings(), change.files, after=before, by=who, note=note)
    return made.number
