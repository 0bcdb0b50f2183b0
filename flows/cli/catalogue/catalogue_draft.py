"""`baocao catalogue draft`: a directive's appendices from Word or plain text into the workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from config.exchange.drafted_records import complete_draft, former_rows, year_before
from config.exchange.exchange_tables import OfficeFiles, records_of, sheets_of
from config.files.office_files import load_office
from flows.cli.catalogue.catalogue_exchange import exchange_places
from flows.office.catalogue_import import ExchangeRefused, workbook_with
from models.domain.drafting.draft import CatalogueDraft, DoubtKind
from models.domain.drafting.drafting import DraftingOffice, draft_catalogue
from models.domain.drafting.naming import FormerRows
from tasks.adapters.reading.documents.document_reader import document_of
from tasks.adapters.workbooks.draft_marks import DRAFT_TITLE, DraftMarks


@dataclass(frozen=True)
class DraftResult:
    """What was read and where it was written."""

    draft: CatalogueDraft
    out: Path
    titles: dict[str, str]  # of the sheets, by their keys


def draft_workbook(
    document: Path, year: int, out: Path | None = None, config_dir: Path | None = None
) -> DraftResult:
    """Drafts the year's workbook from a document, by default to `danh-muc-<year>.xlsx`.

    Raises DocumentRefused for what is no document, ConfigurationFault where the office's files
    cannot be read, ExchangeRefused where the workbook is there already.
    """
    target = out or Path(f"danh-muc-{year}.xlsx")
    if target.exists():
        raise ExchangeRefused(f"Tệp {target} đã có, có thể đang được sửa; xin đặt tên khác.")
    printed = document_of(document.resolve(strict=True))
    base, contacts, _ = exchange_places(config_dir)
    files = OfficeFiles(base, contacts, year)
    sheets = sheets_of(files)
    before = year_before(files)
    office = DraftingOffice(
        register=load_office(base, contacts).register,
        former=FormerRows(former_rows(sheets, before) if before else ()),
        columns={sheet.key: frozenset(c.key for c in sheet.columns) for sheet in sheets},
    )
    draft = draft_catalogue(printed, year, office)
    complete_draft(draft, sheets, before)
    drafted = draft.records()
    records = {
        sheet.key: drafted[sheet.key] if sheet.key in drafted else records_of(sheet, files)
        for sheet in sheets
    }
    titles = {sheet.key: sheet.title for sheet in sheets}
    marks = DraftMarks(draft, {sheet.key: sheet for sheet in sheets})
    target.write_bytes(workbook_with(before or files, records, marks))
    return DraftResult(draft, target, titles)


def print_draft(result: DraftResult, console: Console) -> None:
    """Prints what was read, sheet by sheet, and how much of it is for a person to look at."""
    for line in _lines(result):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _lines(result: DraftResult) -> Iterator[str]:
    draft = result.draft
    yield from draft.remarks
    for name, key, count in draft.found:
        yield f"{name}: {count} hàng vào trang «{result.titles[key]}»."
    kinds = Counter(cell.worst for rows in draft.sheets.values() for r in rows
                    for cell in r.cells.values())  # fmt: skip
    yield (
        f"Cần ghi: {kinds[DoubtKind.OPEN]} ô; xem lại: {kinds[DoubtKind.LOOK]} ô; mã đề xuất: "
        f"{kinds[DoubtKind.PROPOSED]}; chưa vào ô nào: {len(draft.unread)} chỗ. Danh sách ở trang "
        f"«{DRAFT_TITLE}»."
    )
    yield f"Bản dự thảo danh mục năm {draft.year}: {result.out}"
