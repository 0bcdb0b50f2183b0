"""All that is known of one row of the directive in one cycle: its print, and every answer to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.domain.consolidation import Consolidation, Figure
from models.domain.desk.measure_lines import RowNames
from models.domain.notation.deadlines import format_date
from models.domain.reading.forms import ROLE_NAMES, Form
from models.domain.register.catalogue import (
    PERIOD_TITLES,
    PERIODS,
    Appendix,
    Catalogue,
    CatalogueRow,
)
from models.domain.register.target_revisions import UNCONFIRMED
from models.domain.register.targets import format_target
from models.domain.register.territories import TERRITORY_NAMES


@dataclass(frozen=True, slots=True)
class RowAnswerShown:
    """What one agency wrote in a row, column by column; None where it wrote nothing."""

    agency: str
    part: str  # its part in the row, "" for none
    figures: Sequence[Figure | None]


@dataclass(frozen=True)
class RowAnswers:
    """Every answer to a row in one cycle, whoever gave it, in all columns that anybody filled."""

    cycle: str  # code
    title: str  # of the cycle
    columns: Sequence[str]
    answers: Sequence[RowAnswerShown]


def answers_to(found: Consolidation, form: Form, row: CatalogueRow) -> RowAnswers:
    """The answers as they count, in the directive's order, then agencies it does not name."""
    given: dict[str, dict[tuple[str, str], Figure]] = {}
    for figure in found.lineage:
        if figure.row_key == row.code:
            # Of a cell filled twice the first counts.
            given.setdefault(figure.agency, {}).setdefault((figure.sheet, figure.column), figure)
    filled = {key for cells in given.values() for key in cells}
    columns = {
        (sheet.key, column.key): column.label or column.header
        for sheet in form.sheets
        for column in sheet.columns
        if (sheet.key, column.key) in filled
    }
    columns |= {key: key[1] for key in sorted(filled - columns.keys())}
    roles = {a.agency: ROLE_NAMES[a.role] for a in reversed(row.agencies)}
    named = [a.agency for a in row.agencies]
    order = dict.fromkeys([*(a for a in named if a in given), *given])
    return RowAnswers(
        found.cycle.code,
        found.cycle.title,
        list(columns.values()),
        [
            RowAnswerShown(agency, roles.get(agency, ""), [given[agency].get(k) for k in columns])
            for agency in order
        ],
    )


def printed_facts(
    row: CatalogueRow, catalogue: Catalogue, names: RowNames
) -> list[tuple[str, str]]:
    """What the directive prints of the row and how it is read, by name; what is empty left out."""
    return [(name, text) for name, text in _facts(row, catalogue, names) if text.strip()]


def _facts(row: CatalogueRow, catalogue: Catalogue, names: RowNames) -> Iterator[tuple[str, str]]:
    yield "Văn bản", catalogue.short_title
    yield "Vị trí", names.places[row.code]
    yield "Nhóm", row.group
    yield "Tên in trong văn bản", row.name_printed
    yield "Đọc là", row.name if row.name != row.name_printed else ""
    yield "Ghi chú", row.note
    yield "Đơn vị tính", row.unit or row.unit_printed
    yield "Đơn vị in trong văn bản", row.unit_printed if row.unit_printed != row.unit else ""
    yield "Mức giao in trong văn bản", row.target_printed
    yield "Mức giao được đọc là", _target_read(row)
    for revision in row.revisions:
        where = TERRITORY_NAMES[revision.territory]
        name = f"{revision.baseline or 'Mức giao'}, {where}"
        remark = f", {UNCONFIRMED}" if revision.assumed else ""
        since = format_date(revision.effective_on)
        yield name, f"{revision.printed} (từ {since}: {revision.basis}{remark})"
    if row.appendix is Appendix.II:
        for period, printed in zip(PERIODS, row.values_printed, strict=False):
            yield f"Kịch bản {PERIOD_TITLES[period].lower()}", printed
    yield "Thời hạn in trong văn bản", row.deadline_printed
    yield "Thời hạn được đọc là", format_date(row.deadline) if row.deadline else ""
    yield "Vì sao không có ngày", row.deadline_note
    yield "Thường xuyên", "làm quanh năm, không quá hạn" if row.deadline_standing else ""
    yield "Sản phẩm in trong văn bản", row.product_printed
    yield "Tổng mức đầu tư in trong văn bản", row.investment_printed
    yield "Văn bản phê duyệt", row.approval_printed
    yield "Cơ quan", _agencies(row, names)


def _target_read(row: CatalogueRow) -> str:
    if row.target is not None:
        read = format_target(row.target)
        return "" if read == row.target_printed else read
    return f"nêu bằng lời, do người đánh giá: {row.target_words}" if row.target_words else ""


def _agencies(row: CatalogueRow, names: RowNames) -> str:
    """Those named together are told once, by the name they have together."""
    named = dict.fromkeys((a.collective or a.agency, a.role) for a in row.agencies)
    return "; ".join(f"{names.agency(code)} ({ROLE_NAMES[role].lower()})" for code, role in named)
