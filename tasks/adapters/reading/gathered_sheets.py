"""How much of a workbook is read, why one is refused, and its sheets as they are gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.domain.errors import BaocaoError
from models.domain.reading.submissions import FileProblem
from models.domain.reading.workbook_content import (
    MOST_AREAS,
    NOTHING_HIDDEN,
    USUAL_ZOOM,
    Appearance,
    Area,
    CellFormula,
    CellLetters,
    CellValue,
    ColumnWidths,
    CoveringShape,
    HiddenPlaces,
    SheetContent,
    address,
)
from tasks.adapters.reading.archives import UnzipBudget
from tasks.adapters.reading.looks.conditions import MOST_CONDITIONS
from tasks.adapters.reading.looks.sheet_looks import NO_LOOKS, SheetLooks
from tasks.adapters.reading.reader_limits import MAX_FILE_BYTES

DAMAGED = "Tệp bị hỏng hoặc tải lên chưa trọn vẹn nên không mở được."
UNSAFE = "Tệp chứa khai báo mà không chương trình bảng tính nào tạo ra, nên không được đọc."
PASSWORD = "Tệp có đặt mật khẩu nên không mở được."
#: What is said of sheets that hold none of the cells that people fill in.
PASSED_OVER = {
    "macrosheet": "Trang «{name}» là trang macro, không phải trang số liệu: không đọc trang này.",
    "dialogsheet": "Trang «{name}» là hộp thoại, không phải trang số liệu: không đọc trang này.",
}

_MOST_COVERED = 1_000_000  # cells under merged ones that are looked at on one sheet


class WorkbookRefused(BaocaoError):
    """Raised when a file cannot be read as a workbook; `detail` says in Vietnamese why."""

    def __init__(self, problem: FileProblem, detail: str) -> None:
        self.problem = problem
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much of a workbook is read. `layout_cells` bounds the rectangle a parser may lay out."""

    file_bytes: int = MAX_FILE_BYTES
    sheets: int = 100
    rows: int = 20_000
    columns: int = 1_000
    cells: int = 500_000  # filled ones, over all sheets
    layout_cells: int = 8_000_000
    unzip: UnzipBudget = field(default=UnzipBudget())


def too_large(why: str) -> WorkbookRefused:
    """The refusal of what goes beyond the limits."""
    return WorkbookRefused(FileProblem.TOO_LARGE, f"Tệp vượt giới hạn đọc: {why}.")


def damaged(where: str = "") -> WorkbookRefused:
    """The refusal of what was found broken; `where` names the sheet, if one is concerned."""
    if not where:
        return WorkbookRefused(FileProblem.DAMAGED, DAMAGED)
    return WorkbookRefused(
        FileProblem.DAMAGED, f"Phần chứa trang «{where}» trong tệp bị hỏng hoặc thiếu."
    )


def damaged_texts() -> WorkbookRefused:
    """The refusal of a workbook whose texts, kept in one part for all sheets, are broken."""
    return WorkbookRefused(
        FileProblem.DAMAGED,
        "Phần chứa lời văn dùng chung cho các trang trong tệp bị hỏng hoặc thiếu.",
    )


def not_read(where: str = "", cells: int = 0) -> WorkbookRefused:
    """The refusal of what nothing is known to be wrong with, and we cannot read all the same."""
    if not where:
        said = "Chương trình của Văn phòng chưa đọc được tệp này, dù có thể Excel vẫn mở được."
    elif cells:
        said = (
            f"Trang «{where}» có {cells} ô mà chương trình của Văn phòng chưa đọc được, nên chưa "
            "lấy số liệu nào từ tệp."
        )
    else:
        said = f"Chương trình của Văn phòng chưa đọc được trang «{where}» trong tệp."
    return WorkbookRefused(FileProblem.NOT_READ, said)


def merged_note(name: str) -> str:
    """What is said when a sheet has more merged areas than are looked at."""
    return (
        f"Trang «{name}» có quá {MOST_AREAS} vùng ô gộp: chỉ xem {MOST_AREAS} vùng đầu, nên ô bị "
        "che ở các vùng khác có thể được đọc."
    )


def conditions_note(name: str) -> str:
    """What is said when a sheet has more areas under conditions than are looked at."""
    return (
        f"Trang «{name}» có quá {MOST_CONDITIONS} vùng định dạng có điều kiện: chỉ xem các vùng "
        "đầu, nên không biết hết ô hiện ra thế nào."
    )


def sheets_note(count: int, limits: ReadLimits) -> str:
    """What is said when only the first sheets are read."""
    return f"Tệp có {count} trang tính: chỉ đọc {limits.sheets} trang đầu."


@dataclass
class SheetLook:
    """What goes with a sheet's rows: cells a reader got wrong, merged areas, looks, comments, what
    lies over them."""

    hidden: bool = False
    cells: Iterable[tuple[int, int, CellValue]] = ()
    merged: Sequence[Area] = ()
    looks: SheetLooks = field(default_factory=lambda: NO_LOOKS)
    hidden_places: HiddenPlaces = NOTHING_HIDDEN
    merged_cut: bool = False  # there are more merged areas than are looked at
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    shapes: Sequence[CoveringShape] = ()
    formulas: Mapping[tuple[int, int], CellFormula] = field(default_factory=dict)
    told_twice: Sequence[str] = ()
    widths: ColumnWidths | None = None
    shows_formulas: bool = False
    letters: Callable[[int, int], CellLetters] | None = None
    from_the_right: bool = False  # the sheet begins at the right, and so do figures in texts
    zoom: int = USUAL_ZOOM


class GatheredSheets:
    """The sheets read so far, their notes, and how many cells may still be taken."""

    def __init__(self, limits: ReadLimits) -> None:
        self.limits = limits
        self.sheets: list[SheetContent] = []
        self.notes: list[str] = []
        self.cells_left = limits.cells

    def pass_over(self, name: str, kind: str) -> None:
        """Notes that a sheet is not read because it holds no cells to be filled in.

        A sheet that is one chart is not worth a word.
        """
        if kind in PASSED_OVER:
            self.notes.append(PASSED_OVER[kind].format(name=name))

    def note_cut(self, name: str, rows: int, columns: int) -> None:
        """Adds a note when the sheet reaches beyond the limits."""
        if rows > self.limits.rows or columns > self.limits.columns:
            self.notes.append(
                f"Trang «{name}» trải tới ô {address(rows, columns)}: chỉ đọc "
                f"{self.limits.rows} hàng và {self.limits.columns} cột đầu."
            )

    def add(self, name: str, rows: Iterable[Sequence[CellValue]], look: SheetLook) -> None:
        """Takes a sheet, puts its cells where the reader left a gap, trims it."""
        laid_out: list[list[CellValue]] = []
        for row in rows:
            cells: list[CellValue] = [None if v == "" else v for v in row]
            filled = len(cells) - cells.count(None)
            if filled > self.cells_left:
                self.notes.append(
                    f"Trang «{name}»: bảng tính có quá {self.limits.cells} ô, "
                    f"chỉ đọc đến hàng {len(laid_out)}."
                )
                break
            self.cells_left -= filled
            laid_out.append(cells)
        for row_number, column, value in look.cells:
            if row_number > self.limits.rows or column > self.limits.columns:
                continue
            laid_out.extend([] for _ in range(row_number - len(laid_out)))
            target = laid_out[row_number - 1]
            target.extend([None] * (column - len(target)))
            target[column - 1] = value
        looked_at_all = uncover(laid_out, look.merged)
        if look.merged_cut or not looked_at_all:
            self.notes.append(merged_note(name))
        if look.looks.cut:
            self.notes.append(conditions_note(name))
        for cells in laid_out:
            while cells and cells[-1] is None:
                cells.pop()
        while laid_out and not laid_out[-1]:
            laid_out.pop()
        looks = look.looks
        if look.from_the_right:
            looks = replace(looks, looks=mirrored(looks.looks, laid_out))
        self.sheets.append(
            SheetContent(
                name,
                laid_out,
                look.hidden,
                look.merged,
                looks.percent,
                looks.looks,
                looks.conditional,
                look.hidden_places,
                look.comments,
                shapes=look.shapes,
                formulas=look.formulas,
                told_twice=look.told_twice,
                widths=look.widths,
                shows_formulas=look.shows_formulas,
                letters=look.letters,
                zoom=look.zoom,
            )
        )


def mirrored(
    looks: Mapping[tuple[int, int], Appearance], rows: Sequence[Sequence[CellValue]]
) -> Mapping[tuple[int, int], Appearance]:
    """The looks of a sheet that begins at the right: a text begins there that holds no letters."""
    found = dict(looks)
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            if isinstance(value, str) and not any(map(str.isalpha, value)):
                found[row, column] = replace(found.get((row, column), Appearance()), mirrored=True)
    return found


def uncover(rows: list[list[CellValue]], merged: Sequence[Area]) -> bool:
    """Empties what merged cells cover: some programs keep it in the file, nobody sees it.

    False when there are too many to look at all of them.
    """
    steps = _MOST_COVERED
    for top, left, bottom, right in merged:
        for number in range(top, min(bottom, len(rows)) + 1):
            cells = rows[number - 1]
            covered = range(left - (number != top), min(right, len(cells)))
            steps -= 1 + len(covered)
            if steps < 0:
                return False
            for place in covered:
                cells[place] = None
    return True
