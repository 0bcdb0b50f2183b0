"""What a drafted workbook shows beside its values: colours, sources, the first sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.domain.drafting.draft import CatalogueDraft, DoubtKind, DraftCell, DraftDoubt
from models.domain.exchange.exchange_sheets import ExchangeSheet
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.template_canvas import GrowingSheet

DRAFT_TITLE = "Cần xem lại"
KIND_FILLS = {
    DoubtKind.OPEN: "F8B9B4",
    DoubtKind.LOOK: "FFDF99",
    DoubtKind.PROPOSED: "CFE5F7",
}
KIND_WORDS = {
    DoubtKind.OPEN: "Cần ghi: để trống hoặc không hiểu",
    DoubtKind.LOOK: "Xem lại: đã ghi nhưng chưa chắc",
    DoubtKind.PROPOSED: "Mã do chương trình đề xuất",
}
_WIDTHS = (5, 21, 24, 25, 33, 62)
_HEADS = ("TT", "Trang", "Ô", "Cột", "Đang ghi", "Vì sao, và xin làm gì")
_MOST_RUNS = 3  # of cells below one another that a line names
_LONGEST = 300
_FOUND_WORDS = "Đã đọc {count} hàng vào trang «{title}»"
_HOW = (
    "Bản dự thảo do chương trình đọc từ tệp «{document}» cho năm {year}. Mỗi ô lấy từ bản in có "
    "chú thích nói rõ chỗ lấy (đưa chuột vào góc ô); cột «Nguồn trong văn bản» ở cuối mỗi trang "
    "nói chỗ của cả hàng. Chương trình không đoán: chỗ không chắc được tô màu và liệt kê dưới đây. "
    "Xin đối chiếu với bản in, sửa ngay trên các trang, rồi nhập: baocao catalogue import TỆP.xlsx "
    "--check. Trang này và các màu không được nhập vào chương trình."
)
Placed = Callable[[str, int, str], str]  # address of a cell by sheet key, record, column key


@dataclass(frozen=True)
class DraftMarks:
    """A draft, and the sheets that it is written to."""

    draft: CatalogueDraft
    sheets: Mapping[str, ExchangeSheet]

    def cell(self, sheet: str, at: int, key: str) -> DraftCell | None:
        """What is known of a record's cell."""
        rows = self.draft.sheets.get(sheet, ())
        return rows[at].cells.get(key) if at < len(rows) else None

    def fill(self, sheet: str, at: int, key: str) -> str:
        """The colour of a cell, "" for that of any other."""
        cell = self.cell(sheet, at, key)
        return KIND_FILLS[cell.worst] if cell and cell.worst else ""

    def remark(self, sheet: str, at: int, key: str) -> str:
        """A cell's comment: where it came from, and what is not certain."""
        cell = self.cell(sheet, at, key)
        if cell is None:
            return ""
        source = f"{self.draft.document}: {cell.source}" if cell.source else ""
        return "\n".join([*([source] if source else []), *(f"• {d.text}" for d in cell.doubts)])

    def source(self, sheet: str, at: int) -> str:
        """Where a record came from as a whole, and what of it found no column."""
        rows = self.draft.sheets.get(sheet, ())
        if at >= len(rows):
            return ""
        unplaced = [f"{words or 'Chưa rõ cột'}: {text}" for words, text in rows[at].unplaced]
        return "\n".join(text for text in (rows[at].source, *unplaced) if text)


@dataclass(frozen=True)
class _Line:
    """One line of the list: what holds for one or several cells of a column."""

    sheet: str
    key: str
    doubt: DraftDoubt
    places: Sequence[int]


def _lines(draft: CatalogueDraft) -> Iterator[_Line]:
    """The doubts, those in the same words on the same column together, by what is to be done."""
    found: dict[tuple[str, str, DraftDoubt], list[int]] = {}
    for sheet, at, key, doubt in draft.doubts():
        found.setdefault((sheet, key, doubt), []).append(at)
    for kind in DoubtKind:
        for (sheet, key, doubt), places in found.items():
            if doubt.kind is kind:
                yield _Line(sheet, key, doubt, places)


class DraftSheetWriter:
    """Writes the first sheet of a drafted workbook."""

    def __init__(self, marks: DraftMarks, boxed: Callable[..., object]) -> None:
        self.marks = marks
        self.boxed = boxed  # makes a format with borders

    def write(self, sheet: GrowingSheet, placed: Placed) -> int:
        """Writes all lines; the number of rows used."""
        draft = self.marks.draft
        for position, width in enumerate(_WIDTHS):
            sheet.set_column(position, position, width)
        sheet.write_string(0, 0, f"BẢN DỰ THẢO DANH MỤC NĂM {draft.year}", self._heading())
        how = _HOW.format(document=draft.document, year=draft.year)
        row = self._wide(sheet, 1, how)
        for text in draft.remarks:
            row = self._wide(sheet, row, text, KIND_FILLS[DoubtKind.LOOK])
        row = self._found(sheet, row)
        for kind in DoubtKind:
            style = self.boxed(bg_color=KIND_FILLS[kind])
            sheet.write_blank(row, 0, None, style)
            sheet.merge_range(row, 1, row, 3, KIND_WORDS[kind], self.boxed())
            row += 1
        row = self._list(sheet, row + 1, placed)
        row = self._unread(sheet, row + 1)
        sheet.freeze_panes(1, 0)
        return row

    def _heading(self) -> object:
        return self.boxed(
            bold=True, font_size=look.HEADING_SIZE, font_color=look.HEADING_INK, border=0,
            text_wrap=False,
        )  # fmt: skip

    def _wide(self, sheet: GrowingSheet, row: int, text: str, fill: str = "") -> int:
        colour = {"bg_color": fill} if fill else {}
        text = look.clean_text(text)
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, text, self.boxed(**colour))
        sheet.set_row(row, look.row_height([(text, sum(_WIDTHS) - 4)]) + 4)
        sheet.fixed_rows.add(row + 1)
        return row + 1

    def _head(self, sheet: GrowingSheet, row: int, title: str, heads: Sequence[str]) -> int:
        style = self.boxed(bold=True, border=0, text_wrap=False, font_size=look.BODY_SIZE)
        sheet.write_string(row, 0, title, style)
        header = self.boxed(bold=True, align="center", bg_color=look.HEADER_FILL)
        for position, text in enumerate(heads):
            sheet.write_string(row + 1, position, text, header)
        return row + 2

    def _row(self, sheet: GrowingSheet, row: int, cells: Sequence[str], fill: str = "") -> None:
        colour = {"bg_color": fill} if fill else {}
        shown = [look.clean_text(cell, _LONGEST * 4) for cell in cells]
        for position, text in enumerate(shown):
            style = self.boxed(num_format=look.TEXT_FORMAT, **(colour if position == 2 else {}))
            sheet.write_string(row, position, text, style)
        sheet.set_row(row, look.row_height(list(zip(shown, _WIDTHS, strict=False))))

    def _found(self, sheet: GrowingSheet, row: int) -> int:
        for name, key, count in self.marks.draft.found:
            title = self.marks.sheets[key].title
            row = self._wide(
                sheet, row, f"{_FOUND_WORDS.format(count=count, title=title)}: {name}."
            )
        return row

    def _list(self, sheet: GrowingSheet, row: int, placed: Placed) -> int:
        lines = list(_lines(self.marks.draft))
        row = self._head(sheet, row, "Các ô cần xem", _HEADS)
        for number, line in enumerate(lines, 1):
            shown = self.marks.sheets[line.sheet]
            column = shown.column(line.key)
            cell = self.marks.cell(line.sheet, line.places[0], line.key)
            first = placed(line.sheet, line.places[0], line.key)
            listed = _listed([placed(line.sheet, at, line.key) for at in line.places], line.places)
            value = _shown(cell, column.choices if column else {}) if len(line.places) == 1 else ""
            told = line.doubt.text[:1].upper() + line.doubt.text[1:]
            header = column.header if column else line.key
            self._row(
                sheet, row, (str(number), shown.title, listed, header, value, told),
                KIND_FILLS[line.doubt.kind],
            )  # fmt: skip
            link = self.boxed(
                font_color=look.HEADING_INK, underline=1, bg_color=KIND_FILLS[line.doubt.kind]
            )
            sheet.write_url(row, 2, f"internal:'{shown.title}'!{first}", link, listed)
            row += 1
        return row

    def _unread(self, sheet: GrowingSheet, row: int) -> int:
        unread = self.marks.draft.unread
        if not unread:
            return row
        heads = ("TT", "Trang", "", "Chỗ trong văn bản", "Văn bản ghi", "Vì sao chưa vào ô nào")
        row = self._head(sheet, row, "Phần của phụ lục chưa vào ô nào", heads)
        for number, one in enumerate(unread, 1):
            title = self.marks.sheets[one.sheet].title if one.sheet else ""
            self._row(sheet, row, (str(number), title, "", one.place, one.text[:_LONGEST], one.why))
            row += 1
        return row


def _listed(addresses: Sequence[str], places: Sequence[int]) -> str:
    """Cells below one another as a range.

    >>> _listed(["A4", "A5", "A6", "A9"], [0, 1, 2, 5])
    'A4:A6, A9'
    """
    runs: list[list[int]] = []
    for nth, at in enumerate(places):
        if runs and at == places[runs[-1][1]] + 1:
            runs[-1][1] = nth
        else:
            runs.append([nth, nth])
    told = [
        addresses[first] if first == last else f"{addresses[first]}:{addresses[last]}"
        for first, last in runs[:_MOST_RUNS]
    ]
    return ", ".join(told) + (f" … ({len(addresses)} ô)" if len(runs) > _MOST_RUNS else "")


def _shown(cell: DraftCell | None, choices: Mapping[str, str]) -> str:
    value = cell.value if cell else ""
    return choices.get(value, value)[:_LONGEST]
