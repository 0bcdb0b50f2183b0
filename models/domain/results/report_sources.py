"""The annex of sources: from a printed reference to agency, file, sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.domain.consolidation import Figure
from models.domain.consolidation.verdicts import PersonsVerdict
from models.domain.cycle.letter_phrases import check_code
from models.domain.notation.vietnamese_text import one_line
from models.domain.results.report_text import ReportNames, decision_reference

_A_LINE = 6  # references
_A_RECORD = 9  # lines: a record is never so high that a page ends half empty before it
CONTINUED = " (tiếp theo)"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file and cells of it that the report cites, as printed.

    Where a file is cited much, more records of it follow the first.
    """

    agency: str
    receipt: str
    file_name: str
    sha256: str  # whole, for whoever traces it; "" of a decision
    check: str  # the code of it that papers print; "" of a decision
    span: str  # "N-0012 – N-0047": between which references its cells lie
    cells: str  # "Trang «Chỉ tiêu»:\\nN-0012 ô J9, N-0013 ô K9, ...", a few on each line


def source_files(
    figures: Sequence[Figure], names: ReportNames, verdicts: Sequence[PersonsVerdict] = ()
) -> list[SourceFile]:
    """The records of each file, in the order of its first reference; `figures` come in order.

    Then one for each decision by which a person judged.
    """
    by_file: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in figures:
        source = figure.source
        cycle = figure.reference.partition("-")[0]
        by_file.setdefault((cycle, source.receipt_number, source.file_sha256), []).append(figure)
    files = [record for found in by_file.values() for record in _records(found, names)]
    return [*files, *map(_decision, verdicts)]


def _decision(verdict: PersonsVerdict) -> SourceFile:
    """The office's own record as the source of a verdict: no file, hence no hash."""
    times = f"{verdict.times[:1].upper()}{verdict.times[1:]}"
    return SourceFile(
        agency=f"Người đánh giá: {one_line(verdict.by)}",
        receipt=f"{verdict.number} của Sổ quyết định",
        file_name="Sổ quyết định của Văn phòng",
        sha256="",
        check="",
        span=decision_reference(verdict),
        cells=f"Lý do: {one_line(verdict.reason, 2_000)}\n{times}",
    )


def _records(figures: Sequence[Figure], names: ReportNames) -> Iterator[SourceFile]:
    """A file's cells, sheet by sheet, as many lines of them on a record as a page takes well."""
    lines: list[tuple[str, list[Figure]]] = []
    by_sheet: dict[str, list[Figure]] = {}
    for figure in figures:
        by_sheet.setdefault(figure.source.sheet_name, []).append(figure)
    for sheet, found in by_sheet.items():
        lines += [(sheet, found[i : i + _A_LINE]) for i in range(0, len(found), _A_LINE)]
    source = figures[0].source
    for start in range(0, len(lines), _A_RECORD):
        told = lines[start : start + _A_RECORD]
        ordered = [figure.reference for _, found in told for figure in found]
        first, last = ordered[0], ordered[-1]
        yield SourceFile(
            agency=one_line(names.agency(source.agency)) + (CONTINUED if start else ""),
            receipt=source.receipt_number,
            file_name=one_line(source.file_name, 120) + _signed(source.paper_names),
            sha256=source.file_sha256,
            check=check_code(source.file_sha256),
            span=first if first == last else f"{first} – {last}",
            cells="\n".join(_told(told)),
        )


def _signed(papers: str) -> str:
    return f"; văn bản ký số: {papers}" if papers else ""


def _told(lines: Sequence[tuple[str, Sequence[Figure]]]) -> Iterator[str]:
    """Lines of their own, so that no reference is broken at its dash and none is missed."""
    before = None
    for sheet, figures in lines:
        if sheet != before:
            yield f"Trang «{one_line(sheet, 60)}»:"
        before = sheet
        yield ", ".join(f"{f.reference} ô {one_line(f.source.cell, 20)}" for f in figures)
