"""The command line. Vietnamese help, English where the locale says so; heavy imports wait."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from flows.cli.account_commands import account_app
from flows.cli.backups.backup_commands import backup, restore
from flows.cli.backups.restored_letters import restored
from flows.cli.command_words import ABOUT, COMMANDS
from flows.cli.office.office_commands import office_app
from flows.cli.people_commands import people_app
from flows.cli.run_command import run
from flows.cli.terminal import (
    ENGLISH,
    AsOf,
    Json,
    console,
    errors,
    fail,
    moment,
    say,
    tell,
    tell_json,
)
from flows.cli.upkeep.boards_command import boards
from flows.cli.upkeep.cleanup_command import cleanup
from flows.cli.upkeep.doctor_command import doctor
from flows.cli.watching import watchdog, watcher
from flows.console_text import speak_readably
from flows.failures import foreseen, sentence
from models.domain.notation.usage_words import usage_words

app = typer.Typer(
    name="baocao",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=ABOUT,
)
catalogue_app = typer.Typer(no_args_is_help=True, help=COMMANDS["catalogue"])
app.add_typer(catalogue_app, name="catalogue")
snapshot_app = typer.Typer(no_args_is_help=True, help=COMMANDS["snapshot"])
app.add_typer(snapshot_app, name="snapshot")
app.add_typer(account_app, name="account")
app.add_typer(people_app, name="people")
app.add_typer(office_app, name="office")
app.command(help=COMMANDS["watchdog"])(watchdog)
app.command(help=COMMANDS["doctor"])(doctor)
app.command(help=COMMANDS["backup"])(backup)
app.command(help=COMMANDS["restore"])(restore)
app.command(help=COMMANDS["restored"])(restored)
app.command(help=COMMANDS["watcher"])(watcher)
app.command(help=COMMANDS["run"])(run)
app.command(help=COMMANDS["cleanup"])(cleanup)
app.command(help=COMMANDS["boards"])(boards)


@app.callback()
def begin() -> None:
    """Before every command: nobody else on this machine reads what it writes."""
    os.umask(0o077)


def main() -> None:
    """Entry point: failures that we foresee are a sentence and exit status 2, no traceback."""
    speak_readably()
    try:
        ended = app(standalone_mode=False)
    except foreseen() as error:
        fail(sentence(error))
    except typer.Abort:
        fail(say("Đã thôi giữa chừng.", "Given up."))
    except TyperException as error:
        _fail_as_mistyped(error)
    raise SystemExit(ended if isinstance(ended, int) else 0)


def _fail_as_mistyped(error: TyperException) -> NoReturn:
    """Says what is wrong with the command as it was written; a command alone shows its help."""
    context = getattr(error, "ctx", None)
    said = error.format_message()
    if not said.strip():  # there was no command at all: the help has been shown
        raise SystemExit(2)
    fail(said if ENGLISH else usage_words(said, context.command_path if context else "baocao"))


@app.command(help=COMMANDS["demo"])
def demo(
    data_dir: Annotated[
        Path,
        typer.Option(help=say("Nơi để kết quả; xóa và tạo lại.", "Where outputs go; made anew.")),
    ] = Path("data/demo"),
) -> None:
    """The year 2025, from the directive's day to the official figures of the next January."""
    from flows.demo.demonstration import run_demonstration  # start-up cost

    run_demonstration(data_dir, console)


@app.command(help=COMMANDS["serve"])
def serve(
    port: Annotated[
        int | None,
        typer.Option(help=say("Cổng trên 127.0.0.1; để trống: tự chọn.", "Port on 127.0.0.1.")),
    ] = None,
) -> None:
    """Runs until interrupted."""
    from config.settings import load_settings  # start-up cost
    from flows.serving.service import serve as run_service  # start-up cost

    run_service(load_settings(), port, tell)


@app.command(help=COMMANDS["door"])
def door(
    port: Annotated[
        int, typer.Option(help=say("Cổng trên BAOCAO_SERVE_HOST.", "Port on BAOCAO_SERVE_HOST."))
    ] = 4200,
    no_services: Annotated[
        bool,
        typer.Option(
            "--no-services",
            help=say("Không chạy dịch vụ nền của Prefect.", "Without Prefect's services."),
        ),
    ] = False,
) -> None:
    """Runs until interrupted."""
    from flows.serving.standing_door import stand  # start-up cost

    stand(port, tell, services=not no_services)


@app.command(help=COMMANDS["rehearse"])
def rehearse(
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "Nơi để buổi diễn tập; để trống: «dien-tap» trong BAOCAO_DATA_DIR.",
                "Where the rehearsal lies; default: dien-tap in BAOCAO_DATA_DIR.",
            )
        ),
    ] = None,
    until: Annotated[
        str,
        typer.Option(
            help=say(
                "Thời điểm bắt đầu; để trống: sáng ngày cuối trước hạn.",
                "The moment to start at; empty: the morning of the last day.",
            )
        ),
    ] = "",
    review: Annotated[
        bool,
        typer.Option(
            "--review",
            help=say(
                "Diễn tập kỳ tổng kết; không có: kỳ kế hoạch.",
                "The review cycle instead of the plan.",
            ),
        ),
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help=say("Làm lại từ đầu.", "Make it anew."))
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(help=say("Cổng trên 127.0.0.1; để trống: tự chọn.", "Port on 127.0.0.1.")),
    ] = None,
) -> None:
    """Plays up to the moment, then serves until interrupted."""
    tell(say("Diễn tập: đang mở chương trình ...", "Rehearsal: starting ..."))
    from flows.demo.rehearsal import rehearse as run_rehearsal  # start-up cost

    start = moment(until, "--until")
    run_rehearsal(data_dir, start, port, tell, anew=anew, review=review)


@app.command(help=COMMANDS["templates"])
def templates(
    cycle: Annotated[str, typer.Argument(metavar="CYCLE")],
    out: Annotated[Path, typer.Option("--out", help=say("Thư mục nhận tệp.", "Target folder."))],
    agency: Annotated[str, typer.Option(help=say("Chỉ một cơ quan (mã).", "One agency."))] = "",
) -> None:
    """Workbooks as open-cycle would send them, without asking anybody."""
    from flows.cli.template_export import export_templates  # start-up cost

    for path in export_templates(cycle, out, agency):
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)


@app.command(help=COMMANDS["export"])
def export(
    cycle: Annotated[str, typer.Argument(metavar="CYCLE")],
    out: Annotated[Path, typer.Option("--out", help=say("Thư mục nhận tệp.", "Target folder."))],
    as_of: AsOf = "",
) -> None:
    """One row per cell an agency filled in, each with its source."""
    from flows.cli.cycle_export import export_cycle  # start-up cost

    for path in export_cycle(cycle, out, moment(as_of)):
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)


@app.command(help=COMMANDS["report"])
def report(
    cycle: Annotated[str, typer.Argument(metavar="CYCLE")],
    out: Annotated[Path, typer.Option("--out", help=say("Tệp .docx.", "Target .docx file."))],
    as_of: AsOf = "",
    clean: Annotated[
        bool,
        typer.Option(
            "--clean",
            help=say("Bản trình ký, không kèm mã nguồn.", "Without references, to be signed."),
        ),
    ] = False,
) -> None:
    """The report as of now; nothing is sent or recorded."""
    from flows.cli.cycle_export import report_cycle  # start-up cost

    if out.suffix.lower() != ".docx":
        fail(say(f"Tệp «{out.name}» phải có đuôi .docx.", f"{out.name!r} must end in .docx."))
    path = report_cycle(cycle, out, moment(as_of), references=not clean)
    console.print(str(path), markup=False, highlight=False, soft_wrap=True)


@app.command(help=COMMANDS["check"])
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    as_json: Json = False,
) -> None:
    """Exit status 0: all accepted, 1: some returned or held, 2: some unreadable."""
    from flows.cli.checking import check_files, exit_status, print_report  # start-up cost

    verdicts = []
    for verdict in check_files(files):
        verdicts.append(verdict.verdict)
        if as_json:
            tell_json(verdict.as_json())
        else:
            print_report(verdict, console)
    raise SystemExit(exit_status(verdicts))


@app.command(help=COMMANDS["status"])
def status(
    cycle: Annotated[str, typer.Argument(metavar="[CYCLE]")] = "",
    as_json: Json = False,
    as_of: AsOf = "",
) -> None:
    """How the cycles stand."""
    from flows.cli.status_report import print_status, status_of  # start-up cost

    found = status_of(cycle, moment(as_of))
    if as_json:
        tell_json(found, indent=1)
    else:
        print_status(found, console)


@app.command(help=COMMANDS["rules"])
def rules() -> None:
    """The rules, as handed to agencies."""
    from models.domain.rules.documentation import rules_as_markdown  # start-up cost

    sys.stdout.write(rules_as_markdown())


@catalogue_app.command(help=say("In danh mục.", "Print the catalogue."))
def show(
    year: Annotated[
        int | None,
        typer.Option(
            help=say("Năm của chỉ thị; không nêu: năm mới nhất.", "The directive's year.")
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Every row of the directive."""
    from flows.cli.catalogue.catalogue_view import (
        catalogue_rows,
        print_catalogue,
        print_successions,
        register_of_office,
    )  # start-up cost

    rows = catalogue_rows(year)
    if as_json:
        tell_json(rows, indent=1)
    else:
        print_catalogue(rows, console)
        print_successions(register_of_office(), console)


@catalogue_app.command(
    "check", help=say("Kiểm tra các tệp cấu hình.", "Check the configuration files.")
)
def check_catalogue_files() -> None:
    """Exit status 1 when a file has a fault; each names file and line."""
    from flows.cli.catalogue.catalogue_view import what_is_assumed  # start-up cost
    from flows.office.office_checks import configuration_faults  # start-up cost

    faults = configuration_faults()
    for fault in faults:
        errors.print(fault, markup=False, highlight=False, soft_wrap=True)
    if faults:
        raise SystemExit(1)
    console.print(say("Cấu hình không có lỗi.", "No faults."))
    for remark in what_is_assumed():
        console.print(remark, markup=False, highlight=False, soft_wrap=True)


ConfigDir = Annotated[
    Path | None,
    typer.Option(
        "--config-dir",
        help=say("Thư mục cấu hình; để trống: như cài đặt.", "Configuration; default as set."),
    ),
]


@catalogue_app.command(
    "export",
    help=say("Ghi danh mục một năm ra một sổ Excel.", "Write a year's catalogue to a workbook."),
)
def export_workbook(
    out: Annotated[Path, typer.Option("--out", help=say("Sổ sẽ ghi (.xlsx).", "Target .xlsx."))],
    year: Annotated[
        int | None, typer.Option(help=say("Năm; để trống: năm mới nhất.", "Default: the newest."))
    ] = None,
    config_dir: ConfigDir = None,
) -> None:
    """One workbook to edit: directive, indicators, tasks, projects, agencies, cycles, holidays."""
    from flows.cli.catalogue.catalogue_exchange import export_catalogue  # start-up cost

    chosen = export_catalogue(year, out, config_dir)
    console.print(say(f"Danh mục năm {chosen}: {out}", f"Catalogue of {chosen}: {out}"))


@catalogue_app.command(
    "draft",
    help=say(
        "Đọc các phụ lục của một văn bản (.docx, .txt) thành sổ Excel dự thảo.",
        "Draft a year's workbook from a directive (.docx, .txt).",
    ),
)
def draft_from_document(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    year: Annotated[int, typer.Option(help=say("Năm của danh mục.", "The catalogue's year."))],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help=say("Sổ sẽ ghi; để trống: danh-muc-NĂM.xlsx.", "Default: danh-muc-YEAR.xlsx."),
        ),
    ] = None,
    config_dir: ConfigDir = None,
) -> None:
    """Every cell with its place in the document; what was not understood is marked and listed."""
    from flows.cli.catalogue.catalogue_draft import draft_workbook, print_draft  # start-up cost

    print_draft(draft_workbook(file, year, out, config_dir), console)


@catalogue_app.command(
    "import",
    help=say(
        "Kiểm tra sổ Excel và nhập thành danh mục một năm.",
        "Check a workbook and import it as a year's catalogue.",
    ),
)
def import_workbook(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    config_dir: ConfigDir = None,
    check_only: Annotated[
        bool, typer.Option("--check", help=say("Chỉ kiểm tra, không ghi gì.", "Write nothing."))
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help=say("Thay năm đã có.", "Replace an existing year."))
    ] = False,
    while_open: Annotated[
        bool,
        typer.Option(
            "--while-open",
            help=say("Đổi cả khi một kỳ của năm đang mở.", "Even while a cycle is open."),
        ),
    ] = False,
) -> None:
    """Exit status 1 when the workbook has faults; then nothing is written."""
    from flows.cli.catalogue.catalogue_exchange import (  # start-up cost
        import_catalogue,
        print_result,
    )

    result = import_catalogue(
        file, config_dir, check_only=check_only, replace_year=replace, while_open=while_open
    )
    print_result(result, console, errors)
    if result.complaints:
        raise SystemExit(1)


@snapshot_app.command(
    "verify",
    help=say(
        "Liệt kê bản lưu và kiểm tra từng tệp còn đúng mã băm đã ghi.",
        "List snapshots and check that every kept file still has its recorded hash.",
    ),
)
def verify_snapshots(cycle: Annotated[str, typer.Argument(metavar="[CYCLE]")] = "") -> None:
    """Exit status 1 when a file is missing or damaged."""
    from flows.cli.cycle_export import verify_kept  # start-up cost

    faults = 0
    for line, fault in verify_kept(cycle):
        (errors if fault else console).print(line, markup=False, highlight=False, soft_wrap=True)
        faults += fault
    if faults:
        raise SystemExit(1)


@snapshot_app.command(
    "restore",
    help=say("Lấy lại các tệp của một bản lưu.", "Write the files of a snapshot to a folder."),
)
def restore_snapshot(
    number: Annotated[int, typer.Argument(metavar="NUMBER")],
    out: Annotated[Path, typer.Option("--out", help=say("Thư mục nhận tệp.", "Target folder."))],
) -> None:
    """The very bytes that were sent and kept."""
    from flows.cli.cycle_export import restore_kept  # start-up cost

    for path in restore_kept(number, out):
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
