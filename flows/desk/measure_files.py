"""Lists of figures as CSV files that a spreadsheet opens, and runs nothing of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi.responses import Response

from flows.desk.downloads import download
from models.domain.consolidation import Figure
from models.domain.cycle.letter_phrases import shown_number
from models.domain.desk.measure_lines import MeasureLine, RowNames
from models.domain.desk.shown_tables import DeskRow, DeskTable
from tasks.adapters.desk.result_tables import figure_shown
from tasks.adapters.desk.tables_out import as_csv

_CSV = "text/csv; charset=utf-8"
_HEADERS = (
    *("Vị trí", "Chỉ tiêu", "Đơn vị tính", "Mức giao", "Cam kết", "Nguồn của cam kết"),
    *("Đến nay", "Số đến ngày", "Cả năm", "Nguồn của số cả năm", "Số của cơ quan khác"),
    *("Đánh giá", "Vì sao", "So với cam kết", "Chênh lệch", "Mâu thuẫn", "Cơ quan báo cáo"),
)


def line_file(cycle: str, lines: Iterable[MeasureLine], names: RowNames) -> Response:
    """Indicators, a line each."""
    return download(
        f"chi-tieu_{cycle}.csv", as_csv(_HEADERS, (_cells(line, names) for line in lines)), _CSV
    )


def _cells(line: MeasureLine, names: RowNames) -> list[str]:
    commitment = next(iter(line.commitments), None)
    value = next(iter(line.values), None)
    others = [*line.values[1:], *line.commitments[1:]]
    return [
        line.place,
        line.name,
        line.row.unit,
        line.target,
        *_with_reference(commitment),
        figure_shown(line.to_date) if line.to_date else "",
        line.as_of.text if line.as_of else "",
        *_with_reference(value),
        line.together
        or "; ".join(f"{names.agency(f.agency)} {figure_shown(f)} ({f.reference})" for f in others),
        line.said,
        line.why,
        line.kept,
        shown_number(line.distance) if line.distance is not None else "",
        "; ".join(conflict.number for conflict in line.conflicts),
        "; ".join(names.agency(code) for code in line.reporters),
    ]


def _with_reference(figure: Figure | None) -> tuple[str, str]:
    return (figure_shown(figure), figure.reference) if figure is not None else ("", "")


def table_file(name: str, table: DeskTable, rows: Sequence[DeskRow]) -> Response:
    """A table's rows, what stands under a common header under both."""
    headers = [f"{c.over}: {c.header}" if c.over else c.header for c in table.columns]
    bands = ["Nhóm"] if table.bands else []
    cells = ([*([row.band] if bands else []), *(cell.text for cell in row.cells)] for row in rows)
    return download(f"{name}.csv", as_csv([*bands, *headers], cells), _CSV)
