"""`baocao doctor`: what is wrong with machine and configuration, and with every kept byte."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.terminal import console, fail, say


def doctor(
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help=say(
                "Đọc lại từng byte đã lưu: kho tệp gốc, sổ tổng hợp, bản sao lưu.",
                "Read every kept byte again: raw store, outputs, backups.",
            ),
        ),
    ] = False,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help=say("Cùng --deep: sửa điều sửa được.", "With --deep: mend what can be mended."),
        ),
    ] = False,
) -> None:
    """Exit status 1 when something must be mended."""
    from flows.cli.doctor import examine_house, print_diagnosis  # start-up cost

    if repair and not deep:
        fail(say("--repair chỉ dùng cùng --deep.", "--repair goes with --deep."))
    if deep:
        from flows.cli.backups.deep_examination import examine_bytes  # start-up cost

        remarks = examine_bytes(repair=repair)
    else:
        remarks = examine_house()
    if not print_diagnosis(remarks, console):
        raise SystemExit(1)
