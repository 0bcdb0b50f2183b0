"""Loads and checks a year's target_revisions.csv: targets set anew or for other ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from config.csv_files import Line, day_of, read_lines
from models.domain.catalogue import CatalogueRow
from models.domain.target_revisions import TargetRevision
from models.domain.targets import (
    Direction,
    Target,
    TargetNotUnderstood,
    carried_direction,
    magnitude_reference,
    parse_target,
)
from models.domain.territories import Territory

FILE = "target_revisions.csv"
COLUMNS = ("row", "territory", "effective_on", "target", "basis", "assumed", "note")

_YES = "có"
_CHECKED = "đã kiểm tra đơn vị"
_TOO_FAR = Decimal(20)  # times: "5.500 USD" was printed for 5.500 million


def read_target_revisions(path: Path, faults: list[str]) -> list[tuple[TargetRevision, Line]]:
    """What the file says, each with its line; nothing where there is no such file."""
    if not path.exists():
        return []
    read = [(_revision(line, faults), line) for line in read_lines(path, COLUMNS, faults)]
    return [(revision, line) for revision, line in read if revision is not None]


def with_revisions(
    row: CatalogueRow, revisions: Iterable[TargetRevision]
) -> tuple[TargetRevision, ...]:
    """Those of the row, by date and then as the file has them."""
    return tuple(sorted((r for r in revisions if r.row == row.code), key=lambda r: r.effective_on))


def revision_faults(
    revisions: Sequence[tuple[TargetRevision, Line]],
    rows: Mapping[str, CatalogueRow],
    territory: Territory,
    issued_on: dt.date,
) -> Iterable[str]:
    """What does not fit the directive: its rows, its date, its units."""
    begun: set[tuple[str, Territory, dt.date]] = set()
    for revision, line in revisions:
        key = (revision.row, revision.territory, revision.effective_on)
        if key in begun:
            day = f"{revision.effective_on:%d/%m/%Y}"
            yield line.fault(f"“{revision.row}” đã có chỉ tiêu của địa bàn này từ ngày {day}")
        begun.add(key)
        if revision.territory is territory and revision.effective_on <= issued_on:
            yield line.fault(
                f"có hiệu lực không sau ngày ban hành Chỉ thị ({issued_on:%d/%m/%Y}): "
                "chỉ tiêu của chính Chỉ thị đứng trong tệp của phụ lục"
            )
        row = rows.get(revision.row)
        text = f"không có dòng mang mã “{revision.row}”" if row is None else _unfit(revision, row)
        if text:
            yield line.fault(text)


def _unfit(revision: TargetRevision, row: CatalogueRow) -> str:
    if row.target is None:
        return f"“{row.code}” không phải dòng có chỉ tiêu"
    carried = carried_direction(revision.target)
    if carried and row.direction not in (carried, Direction.EXACT):
        return f"chỉ tiêu “{revision.printed}” ngược với chiều “{row.direction}” của dòng"
    ours, theirs = magnitude_reference(revision.target), magnitude_reference(row.target)
    too_far = ours and theirs and max(ours, theirs) > _TOO_FAR * min(ours, theirs)
    if too_far and _CHECKED not in revision.note.lower():
        return (
            f"chỉ tiêu “{revision.printed}” quá xa “{row.target_reading}” của Chỉ thị (đơn vị: "
            f"{row.unit}): xem lại đơn vị; nếu đúng thì cột “note” ghi “{_CHECKED}”"
        )
    return ""


def _revision(line: Line, faults: list[str]) -> TargetRevision | None:
    """The line, None where what it says cannot be told."""
    told: list[str] = []
    territory = _territory(line, told)
    effective_on = day_of(line["effective_on"])
    if effective_on is None:
        told.append(f"ô “effective_on”: “{line['effective_on']}” không phải ngày dạng 2025-07-25")
    target = _target(line, told)
    if not line["basis"]:
        told.append("thiếu căn cứ (cột “basis”): văn bản nào giao chỉ tiêu này")
    if line["assumed"].lower() not in ("", _YES):
        told.append(f"ô “assumed”: “{line['assumed']}” phải là “{_YES}” hoặc để trống")
    assumed = line["assumed"].lower() == _YES
    if assumed and not line["note"]:
        told.append("là giả định thì cột “note” phải nói Văn phòng cần xác nhận điều gì")
    faults += line.root_cause([line.fault(text) for text in told])
    if territory is None or effective_on is None or target is None:
        return None
    return TargetRevision(
        row=line["row"],
        territory=territory,
        effective_on=effective_on,
        printed=line["target"],
        target=target,
        basis=line["basis"],
        assumed=assumed,
        note=line["note"],
    )


def _territory(line: Line, told: list[str]) -> Territory | None:
    try:
        return Territory(line["territory"])
    except ValueError:
        known = ", ".join(Territory)
        told.append(f"địa bàn “{line['territory']}” không có; chỉ nhận {known}")
        return None


def _target(line: Line, told: list[str]) -> Target | None:
    try:
        target = parse_target(line["target"])
    except TargetNotUnderstood as error:
        told.append(str(error))
        return None
    if target is None:
        told.append("thiếu chỉ tiêu (cột “target”)")
    return target
