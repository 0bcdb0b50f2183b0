"""Workbooks with one mistake, by the rule that must speak of it; and nearly wrong ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from models.domain.reading.cell_comments import AGENCYS_OWN, OFFICE_COMMENT
from models.domain.reading.findings import Severity
from models.domain.reading.rule_settings import SumLimit
from models.domain.reading.workbook_content import (
    Appearance,
    CellLetters,
    CellValue,
    Elsewhere,
    HiddenPlaces,
    LetterPosition,
    TextRun,
    WordsElsewhere,
    address,
)
from tests.fixtures.filled_workbook import HEADER_ROW

Spoil = Callable[[Any], Any]


@dataclass(frozen=True)
class Sample:
    """A workbook of `agency` after `spoil`, which returns the cell the finding must name."""

    rule: str
    agency: str
    spoil: Spoil
    says: str = ""  # words the message must hold
    severity: Severity | None = None


def put(sheet: str, row: str, column: str, value: CellValue) -> Spoil:
    return lambda book: book.put(sheet, row, column, value)


def commit(row: str, value: CellValue) -> Spoil:
    return lambda book: book.commit(row, value)


def committed(row: str, value: CellValue) -> Spoil:
    return put("indicators", row, "committed", value)


def shown(sheet: str, row: str, column: str, value: CellValue, look: Appearance) -> Spoil:
    """Writes a cell and gives it a look; with runs the text is theirs."""

    def spoil(book: Any) -> str:
        text = "".join(r.text for r in look.runs)
        book.put(sheet, row, column, text or value)
        return str(book.show(sheet, row, column, look))

    return spoil


def drawn(row: str, value: CellValue, number_format: str) -> Spoil:
    return shown("indicators", row, "committed", value, Appearance(number_format))


def in_runs(sheet: str, row: str, column: str, *runs: TextRun) -> Spoil:
    return shown(sheet, row, column, None, Appearance(runs=runs))


def beyond(value: CellValue) -> Spoil:
    """Writes into a cell far to the right of the table."""

    def spoil(book: Any) -> None:
        cells = book.grids["indicators"][9]
        cells.extend([None] * (150 - len(cells)))
        cells[149] = value

    return spoil


def narrowed(
    cell: tuple[str, str, str], value: CellValue, width: float, *letters: CellLetters
) -> Spoil:
    """Writes a cell in a column of that width."""

    def spoil(book: Any) -> str:
        book.put(*cell, value)
        return str(book.narrow(*cell, width, *letters))

    return spoil


def written(where: Elsewhere, text: str) -> Spoil:
    """Writes something where no cell is."""
    return lambda book: book.elsewhere.append(WordsElsewhere(where, text, "Chỉ tiêu"))


HOLDS, FAILS = (True,), (False,)
UP, DOWN = LetterPosition.RAISED, LetterPosition.LOWERED
EXPORT = ("indicators", "export_turnover", "committed")
RETAIL = ("indicators", "retail_sales", "committed")
DEADLINE = ("tasks", "task_2025_03", "five_deadline")
DAY = dt.date(2025, 3, 20)
DISBURSED = ("projects", "project_2025_01", "disbursement")
CO_UNITS = ("tasks", "task_2025_03", "co_units")
PRODUCT = ("tasks", "task_2025_03", "five_result")


def hidden(what: str, *cell: str) -> Spoil:
    """Hides the row or column of a cell, or its sheet, which is then named instead."""

    def spoil(book: Any) -> str | None:
        at = book.hide(*cell, what)
        return str(at) if what == "row" else None

    return spoil


def under(sheet: str, row: str, column: str, value: CellValue, **changes: Any) -> Spoil:
    """Writes a cell that stands under a condition."""

    def spoil(book: Any) -> str:
        book.put(sheet, row, column, value)
        return str(book.under(sheet, row, column, **changes))

    return spoil


def dated(sheet: str, *days: CellValue) -> Spoil:
    """The deadlines of the first free rows, and no others; the first one is to be named."""

    def spoil(book: Any) -> str:
        for number in range(1, 5):
            day = days[number - 1] if number <= len(days) else dt.date(2025, 8, 8)
            book.put(sheet, f"@{number}", "five_deadline", day)
        return str(book.at(sheet, "@1", "five_deadline"))

    return spoil


def calculated(sheet: str, row: str, column: str, formula: str, held: CellValue) -> Spoil:
    """A formula of which the file keeps that result."""
    return lambda book: book.calculate(sheet, row, column, formula, held)


def told_twice(sheet: str, *places: str) -> Spoil:
    """Cells, and rows by their numbers, of which the file tells two contents."""
    return lambda book: book.told_twice.update({sheet: list(places)})


def commented(sheet: str, row: str, column: str, text: str) -> Spoil:
    return lambda book: book.comment(sheet, row, column, text)


def covered(sheet: str, row: str, column: str, text: str, share: float = 1.0) -> Spoil:
    return lambda book: book.cover(sheet, row, column, text, share)


def headed(sheet: str, row: str, column: str, header: str) -> Spoil:
    """Another header above a column of the sheet that has that row."""

    def spoil(book: Any) -> str:
        place = book.places[sheet, row, column][1]
        book.grids[sheet][HEADER_ROW - 1][place - 1] = header
        return address(HEADER_ROW, place)

    return spoil


def printed(column: str, value: CellValue, look: Appearance) -> Spoil:
    """Another look of a cell that the office filled in, and its value where one is given."""

    def spoil(book: Any) -> str:
        if value is not None:
            book.put("indicators", EXPORT[1], column, value)
        return str(book.show("indicators", EXPORT[1], column, look))

    return spoil


def title(sheet: str, row: str, column: str, look: Appearance) -> Spoil:
    """Another look of the header above a column of the sheet that has that row."""

    def spoil(book: Any) -> str:
        place = (HEADER_ROW, book.places[sheet, row, column][1])
        book.looks.setdefault(sheet, {})[place] = look
        return address(*place)

    return spoil


def field_title(field: str, look: Appearance) -> Spoil:
    """Another look of the label beside a field."""

    def spoil(book: Any) -> str:
        place = (book.places["details", "", field][0], 1)
        book.looks.setdefault("details", {})[place] = look
        return address(*place)

    return spoil


def merged(sheet: str, row: str, column: str, down: int = 0, right: int = 0) -> Spoil:
    return lambda book: book.merge(sheet, row, column, down, right)


def elsewhere(spoil: Spoil) -> Spoil:
    """The same mistake, of which the finding names no cell."""

    def spoiled(book: Any) -> None:
        spoil(book)

    return spoiled


def named(sheet: str, name: str) -> Spoil:
    """Gives a sheet another name; no cell is named."""

    def spoil(book: Any) -> None:
        book.names[sheet] = name

    return spoil


def limit_sums(book: Any) -> None:
    """Makes the office hold two shares to their whole, which its rules only do where it says so."""
    rows = ("recurrent_spending_share", "development_spending_share")
    rules = replace(book.office.rules, sum_limits=(SumLimit(rows, Decimal(100)),))
    book.office = replace(book.office, rules=rules)


def titled(sheet: str, text: str) -> Spoil:
    """A line above the table."""

    def spoil(book: Any) -> str:
        book.grids[sheet][1] = [None, None, text]
        return "C2"

    return spoil


def footed(sheet: str, text: str) -> Spoil:
    """A line below the table, under the names."""

    def spoil(book: Any) -> str:
        book.grids[sheet] += [[], [None, None, text]]
        return f"C{len(book.grids[sheet])}"

    return spoil


def entitled(sheet: str, text: str) -> Spoil:
    """Another heading in the place of the office's."""

    def spoil(book: Any) -> str:
        book.grids[sheet][0] = [text]
        return "A1"

    return spoil


CONVERSATION = (  # what Excel writes for programs that know no conversations
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; "
    "however, any edits to it will get removed if the file is opened in a newer version of Excel. "
    "Learn more: https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:"
)


def both(*spoils: Spoil) -> Spoil:
    """All of them; the last one names the cell."""

    def spoil(book: Any) -> Any:
        cell = None
        for each in spoils:
            cell = each(book)
        return cell

    return spoil


def without_sheet(key: str) -> Spoil:
    return lambda book: book.grids.pop(key) and None


def without_row(sheet: str, row: str) -> Spoil:
    def spoil(book: Any) -> None:
        del book.grids[sheet][book.places[sheet, row, "code"][0] - 1]

    return spoil


def without_its_code(row: str, other: str) -> Spoil:
    """The name, unit and target of two rows change places, as after sorting some columns only."""

    def spoil(book: Any) -> str:
        first, second = (book.places["indicators", r, "name"][0] - 1 for r in (row, other))
        cells = book.grids["indicators"]
        width = book.places["indicators", row, "committed"][1] - 1
        cells[first][1:width], cells[second][1:width] = (
            cells[second][1:width],
            cells[first][1:width],
        )
        return str(
            book.at(
                "indicators",
                min(row, other, key=lambda r: book.places["indicators", r, "name"]),
                "name",
            )
        )

    return spoil


def without_column(sheet: str, column: str) -> Spoil:
    def spoil(book: Any) -> None:
        place = [c.key for c in book.sheets[sheet].columns].index(column)
        for cells in book.grids[sheet][3:]:
            del cells[place]

    return spoil


def strange_header(sheet: str) -> Spoil:
    def spoil(book: Any) -> None:
        book.grids[sheet][3] = [f"Ô {n}" for n in range(13)]

    return spoil


def extra_row(sheet: str, cells: dict[str, CellValue]) -> Spoil:
    def spoil(book: Any) -> str:
        book.grids[sheet].append([cells.get(c.key) for c in book.sheets[sheet].columns])
        return ""

    return spoil


def copied_row(row: str, value: CellValue) -> Spoil:
    def spoil(book: Any) -> None:
        number, place = book.places["indicators", row, "committed"]
        cells = list(book.grids["indicators"][number - 1])
        cells[place - 1] = value
        book.grids["indicators"].append(cells)

    return spoil


def second_copy(sheet: str) -> Spoil:
    def spoil(book: Any) -> None:
        book.grids["copy"] = [list(r) for r in book.grids[sheet]]
        book.names["copy"] = f"{book.names[sheet]} (2)"

    return spoil


def emptied(sheet: str) -> Spoil:
    def spoil(book: Any) -> None:
        for key, row, column in list(book.places):
            if key == sheet and not book.sheets[sheet].column(column).office:
                book.put(key, row, column, None)

    return spoil


SHARE = "manufacturing_share_of_grdp"
BAD = [
    Sample("CT-01", "sct", without_sheet("tasks"), "«Nhiệm vụ»"),
    Sample("CT-02", "sct", strange_header("indicators"), "dòng tiêu đề"),
    Sample("CT-02", "sct", strange_header("tasks"), "«Rõ người"),
    Sample("CT-03", "sct", without_column("indicators", "committed"), "«Mức cam kết (*)»"),
    Sample("CT-04", "sct", without_row("indicators", "retail_sales"), "Tổng mức bán lẻ"),
    Sample("CT-05", "sct", copied_row("retail_sales", 260_000.0), "cùng là «Tổng mức bán lẻ"),
    Sample(
        "CT-06",
        "sct",
        extra_row("indicators", {"code": "tax_arrears_ratio", "name": "Nợ", "committed": 7.0}),
        "không giao cho cơ quan",
    ),
    Sample(
        "CT-07",
        "sct",
        extra_row("indicators", {"name": "Số chợ được cải tạo", "committed": 7.0}),
        "«Số chợ được cải tạo»",
    ),
    Sample("CT-08", "sct", second_copy("tasks"), "(2)"),
    Sample("CT-09", "sct", extra_row("action_plan", {"five_person": "GIÁM ĐỐC"}), "ghi chú"),
    Sample("DD-05", "sct", put("details", "", "agency_name", "Sở Y tế"), "«Sở Y tế»"),
    Sample("KT-01", "sct", put("tasks", "task_2025_03", "five_work", "Chñ tÞch UBND"), "TCVN3"),
    Sample("KT-01", "sct", put("details", "", "signer", "UÛy ban nhaân daân"), "VNI"),
    Sample("SO-01", "sct", committed("retail_sales", "250.200"), "250200"),
    Sample("SO-01", "sct", put("indicators", "retail_sales", "milestone_q1", "62.550"), "62550"),
    Sample("SO-01", "sct", committed("iip_growth", "17% giảm"), "«17» hoặc «-17»"),
    Sample("SO-01", "sct", committed("export_turnover", "37 tỷ USD so với năm trước"), "«37»"),
    Sample("SO-01", "sct", committed("export_turnover", "37 tỷ USD (bỏ)"), "vì có «bỏ»"),
    Sample("SO-02", "sct", committed("export_turnover", "đạt kế hoạch"), "«đạt kế hoạch»"),
    Sample("SO-02", "sct", committed("export_turnover", True), "không đọc được thành số"),
    Sample("SO-03", "sct", committed("export_turnover", "36-38"), "một khoảng"),
    Sample("SO-03", "sct", committed("export_turnover", "37 (năm 2024: 35)"), "nhiều số"),
    Sample("SO-04", "sct", committed("export_turnover", "khoảng 37"), "được tính là 37; sổ"),
    Sample("SO-04", "sdl", committed("tourist_arrivals", "> 10"), "vào sổ tổng hợp là «"),
    Sample("SO-04", "syt", commit("hospital_beds_per_10000", "45-46"), "45-46"),
    Sample("SO-05", "sct", committed("export_turnover", "#REF!"), "#REF!"),
    Sample("SO-07", "sct", committed("export_turnover", dt.date(2025, 5, 12)), "12/05/2025"),
    Sample("VB-02", "sct", titled("indicators", "NĂM 2024"), "có thêm «NĂM 2024»"),
    Sample("VB-02", "sct", titled("indicators", "(x1.000)"), "có thêm «(x1.000)»"),
    Sample("VB-02", "sct", footed("indicators", "(*) Các số trên là số năm 2024"), "năm 2024"),
    Sample("DD-07", "sct", titled("indicators", "Sở Tài chính"), "ghi «Sở Tài chính»"),
    Sample("DD-07", "sct", titled("action_plan", "SỞ TÀI CHÍNH"), "cấp cho «Sở Công Thương»"),
    Sample("LH-01", "sct", put("details", "", "focal_email", "dau.m\u043ei@haiphong.example")),
    Sample("CT-15", "sct", merged(*EXPORT, right=1), "chỉ được ghi nhận cho ô"),
    Sample("CT-15", "sct", merged(*EXPORT[:2], "measures", down=2), "coi là để trống"),
    Sample("CT-15", "sct", merged("action_plan", "@1", "co_units", down=1), "bỏ gộp"),
    Sample("CT-14", "sct", told_twice("indicators", "G8", "9"), "ô G8 và dòng 9"),
    *(
        Sample("KT-03", "sct", put(*CO_UNITS, text), says)
        for text, says in (
            ("〃", "coi là để trống"),
            ("-//-", "coi là để trống"),
            ('"', "coi là để trống"),
            ("-nt-", "nguyên văn"),
            ("Nt", "nguyên văn"),
            ("N.t.", "nguyên văn"),
            ("như trên", "nguyên văn"),
        )
    ),
    Sample("KT-03", "sct", put("indicators", "export_turnover", "justification", "nt"), "nt"),
    *(
        Sample("KT-04", "sct", put("indicators", "export_turnover", "justification", text), text)
        for text in (
            "Đính chính: 38 tỷ USD",
            "Ghi nhầm",
            "Xin sửa thành 38",
            "Số đúng là 38",
            "Đúng phải là 38 tỷ USD",
            "Sửa lại: 38",
            "dinh chinh 38",
            "Ngày đúng 30/6",
        )
    ),
    Sample("KT-04", "sct", put("details", "plan_date", "justification", "Ngày đúng 5/2"), "5/2"),
    *(
        Sample("DV-01", "sct", commit("export_turnover", text), says)
        for text, says in (
            ("0,5 vạn tỷ", "«5000»"),
            ("5 trăm tỷ", "«500»"),
            ("3 chục tỷ", "«30»"),
            ("1 vạn", "«0,00001»"),
            ("5 van ty", "«50000»"),
            ("2 muôn tỷ", "«20000»"),
            ("37k", "«0,000037»"),
        )
    ),
    *(
        Sample("VB-02", "sct", entitled("indicators", text), text, Severity.INFO)
        for text in ("SỐ LIỆU ƯỚC TÍNH CHƯA CHÍNH THỨC", "KẾT QUẢ", "Bảng của phòng Tổng hợp")
    ),
    Sample("CG-01", "sct", calculated(*EXPORT, "1+1", 37.0), "«=1+1» tính ra «2»"),
    Sample("CG-01", "sct", calculated(*EXPORT, "1/0", 37.0), "«#DIV/0!»"),
    Sample("CG-01", "sct", calculated(*DEADLINE, "DATE(2025,6,30)", DAY), "«30/06/2025»"),
    Sample("CG-01", "sct", calculated(*PRODUCT, '"Kế hoạch"&" A"', "Đề án"), "«Kế hoạch A»"),
    Sample("CG-02", "sct", calculated(*EXPORT, "RAND()*40", 37.0), "«37» nếu đúng"),
    Sample("CG-02", "sct", calculated(*DEADLINE, "TODAY()+10", DAY), "«20/03/2025» nếu đúng"),
    Sample("CG-02", "sct", calculated(*DEADLINE, "OFFSET($A$1,0,NOW()*0)", DAY), "khi lưu là"),
    Sample("CG-02", "sct", calculated(*PRODUCT, 'TEXT(TODAY(),"dd")&" đợt"', "20 đợt"), "20 đợt"),
    Sample("CG-03", "sct", calculated(*EXPORT, "[1]Sheet1!$B$2", 37.0), "kết quả đã lưu «37»"),
    Sample("CG-03", "sct", calculated(*EXPORT, "'C:\\a\\[so.xlsx]T1'!B2*1", 37.0), "tệp khác"),
    *(
        Sample("CG-04", "sct", calculated(*EXPORT, formula, 37.0), "được ghi nhận", Severity.INFO)
        for formula in (
            "VLOOKUP(A1,B:C,2,0)",
            "OFFSET($A$1,0,0,2,2)",
            "_xlfn.LET(_xlpm.a,1,_xlpm.a+36)",
            "Tong_so",
            "SUM(Bang[Quy])",
            "_xlfn.ANCHORARRAY(B2)",
            "SUMIF(B:B,1)",
            "LAY(1)",
        )
    ),
    Sample("HT-01", "sct", drawn("export_turnover", 37.0, '0" triệu"'), "«37 triệu»"),
    Sample("HT-01", "sct", drawn("export_turnover", 37.0, '"-"0.00'), "«-37,00»"),
    Sample("HT-01", "sct", drawn("retail_sales", 250_200.0, "#,##0,"), "«250»"),
    Sample(
        "HT-01",
        "sct",
        shown(
            "tasks",
            "task_2025_03",
            "five_deadline",
            dt.date(2025, 6, 15),
            Appearance("mm/yyyy"),
        ),
        "«15/06/2025» hoặc «30/06/2025»",
    ),
    Sample(
        "HT-01",
        "sct",
        shown(*DEADLINE, dt.date(2025, 5, 6), Appearance("m/d/yyyy")),
        "«ngày 06 tháng 5 năm 2025» hoặc «ngày 05 tháng 6 năm 2025»",
    ),
    Sample("HT-01", "sct", shown(*DEADLINE, 45_800.0, Appearance('"số "0')), "23/05/2025"),
    Sample(
        "HT-01",
        "sct",
        shown(*DEADLINE, dt.date(2025, 6, 15), Appearance("[$-D07041E]dd/mm/yyyy")),
        "ô hiện «๑๕/๐๖/๒๕๖๘» nhưng ngày lưu trong ô là 15/06/2025",
    ),
    Sample("HT-01", "sct", shown(*DEADLINE, 45_823.0, Appearance("dd/mm/bbbb")), "«15/06/2568»"),
    Sample(
        "HT-01",
        "sct",
        shown(*DEADLINE, dt.date(2025, 6, 15), Appearance(shown="15/06/2568")),
        "«15/06/2568»",
    ),
    Sample("HT-02", "sct", in_runs(*EXPORT, TextRun("37"), TextRun("1", UP)), "«371»"),
    Sample("HT-02", "sct", in_runs(*EXPORT, TextRun("9", struck=True), TextRun("37")), "~~9~~37"),
    Sample("HT-02", "sct", in_runs(*EXPORT, TextRun("37"), TextRun(" (b)", UP)), "thường: «37»"),
    Sample(
        "HT-02",
        "sct",
        in_runs(*DEADLINE, TextRun("20/0"), TextRun("3", struck=True), TextRun("4/2025")),
        "thường: «20/04/2025»",
    ),
    Sample(
        "HT-03",
        "sct",
        in_runs(*PRODUCT, TextRun("Triển khai "), TextRun("không", struck=True), TextRun(" xong")),
        "«Triển khai ~~không~~ xong»",
    ),
    Sample("HT-04", "sct", shown(*EXPORT, 37.0, Appearance(struck=True)), "«37»"),
    Sample("HT-04", "sct", shown(*EXPORT, 37.0, Appearance(crossed=True)), "gạch chéo cả ô"),
    Sample("HT-10", "sct", shown(*EXPORT, 37.0, Appearance(repeated=True)), "«3737…»"),
    Sample("HT-10", "sct", shown(*EXPORT, "37", Appearance(repeated=True)), "«3737…»"),
    Sample(
        "HT-10", "sct", shown(*DEADLINE, dt.date(2025, 3, 20), Appearance(repeated=True)), "20/03"
    ),
    *(
        Sample("HT-11", "sct", narrowed(*told), "không hiện hết")
        for told in (
            (EXPORT, 37.0, 1.5),
            (RETAIL, 250_200.0, 5.5),
            (RETAIL, 250_200.0, 5.8, CellLetters("#,##0")),
            (RETAIL, 250_200.0, 6.5, CellLetters("#,##0.0")),
            (RETAIL, 250_200.0, 6.5, CellLetters('#,##0" tỷ"')),
            (RETAIL, "250200", 5.0),
            (RETAIL, "250 200", 5.0),
            (RETAIL, 250_200.0, 1.0, CellLetters("#,##0", made_to_fit=True)),
            (RETAIL, 250_200.0, 6.2, CellLetters("#,##0", indent=1)),
            (DEADLINE, dt.date(2025, 3, 20), 5.0),
            (DEADLINE, dt.date(2025, 3, 20), 8.0, CellLetters("dd/mm/yyyy")),
            (DEADLINE, "20/03/2025", 5.0),
        )
    ),
    *(
        Sample("CT-16", "sct", written(where, text), text)
        for where, text in (
            (Elsewhere.MESSAGE, "Đính chính: 38 tỷ USD"),
            (Elsewhere.MESSAGE, "38 tỷ USD"),
            (Elsewhere.PAGE, "ĐVT: triệu đồng"),
            (Elsewhere.PAGE, "Xuất khẩu 38 tỷ USD"),
            (Elsewhere.CHART, "Số đúng là 38"),
            (Elsewhere.NAME, "Sửa thành 38"),
            (Elsewhere.PROPERTY, "bỏ dòng 5"),
        )
    ),
    Sample("CT-16", "sct", written(Elsewhere.BACKGROUND, ""), "ảnh nền", Severity.INFO),
    Sample("CT-16", "sct", written(Elsewhere.PAGE_PICTURE, ""), "đầu trang", Severity.INFO),
    Sample("CT-16", "sct", beyond("Đính chính: 38"), "«Đính chính: 38»"),
    Sample("HT-12", "sct", lambda book: book.shows_formulas.add("indicators"), "Show Formulas"),
    Sample("HT-05", "sct", shown(*EXPORT, 37.0, Appearance(unseen=True)), "«37»"),
    Sample("HT-05", "sct", drawn("export_turnover", 37.0, ";;;"), "«37»"),
    Sample("HT-06", "sct", drawn("export_turnover", 37.4, "0"), "«37»"),
    Sample("HT-01", "sct", under(*EXPORT, 0.37, condition=HOLDS, number_format="0%"), "«37%»"),
    Sample("HT-01", "sct", under(*EXPORT, 37.0, number_format='0" triệu"'), "«37 triệu»"),
    Sample("HT-04", "sct", under(*EXPORT, 37.0, struck=True), "«37»"),
    Sample("HT-05", "sct", under(*EXPORT, 37.0, condition=HOLDS, unseen=True), "«37»"),
    Sample("HT-07", "sct", hidden("row", *EXPORT), "dòng bị ẩn"),
    Sample("HT-07", "sct", hidden("column", *EXPORT), "cột bị ẩn"),
    Sample("HT-07", "sct", hidden("sheet", *EXPORT), "trang này bị ẩn"),
    Sample("HT-08", "sct", commented(*EXPORT, "số 36,5"), "nêu «số 36,5», trong khi ô ghi «37»"),
    Sample("HT-08", "sct", commented(*EXPORT, "Nguyễn An:\nsố đúng là 36.500 triệu USD"), "36.500"),
    Sample("HT-08", "sct", commented(*EXPORT, "Sửa lại 38 tỷ USD theo Công văn 25/SCT"), "«37»"),
    Sample("HT-08", "sct", commented("indicators", "retail_sales", "committed", "251.000"), "nêu"),
    Sample("HT-08", "sct", commented(*EXPORT, f"{CONVERSATION}\n    36,5"), "36,5»"),
    Sample("HT-08", "sct", commented(*DEADLINE, "dời sang 30/05/2025"), "«20/03/2025»"),
    Sample("HT-08", "sct", commented(*PRODUCT, "không"), "nêu «không», trong khi ô ghi"),
    Sample("HT-08", "sct", commented(*PRODUCT, "Nguyễn An:\nBỏ"), "«Nguyễn An: Bỏ»"),
    Sample("HT-08", "sct", commented(*PRODUCT, f"{CONVERSATION}\n    bỏ việc này"), "bỏ việc này»"),
    Sample("HT-08", "sct", commented(*PRODUCT, "sửa thành Nghị quyết của HĐND"), "Nghị quyết"),
    Sample("HT-08", "sct", commented(*PRODUCT, "Đính chính: Quyết định, không phải Đề án"), "nêu"),
    Sample("HT-08", "sct", commented(*PRODUCT[:2], "five_person", "thay bằng Trần Văn B"), "Trần"),
    Sample("HT-08", "sct", commented("tasks", PRODUCT[1], "five_person", "SUA LAI: Tran B"), "SUA"),
    Sample(
        "HT-08",
        "sct",
        both(put(*PRODUCT, "Kế hoạch số 25/KH-SCT"), commented(*PRODUCT, "Kế hoạch 52/KH-SCT")),
        "trong khi ô ghi «Kế hoạch số 25/KH-SCT»",
    ),
    Sample("HT-08", "sct", both(put(*PRODUCT, None), commented(*PRODUCT, "25/KH-SCT")), "để trống"),
    Sample("HT-08", "sct", commented("tasks", PRODUCT[1], "name", "Xin rút nhiệm vụ này"), "rút"),
    Sample("HT-08", "sct", commented(*DEADLINE, "xong trong tháng 5/2025"), "«20/03/2025»"),
    Sample("HT-08", "sct", commented("details", "", "plan_date", "ngày 11/2/2025"), "11/2"),
    Sample(
        "HT-08",
        "sct",
        both(
            put("indicators", "retail_sales", "milestone_q1", None),
            commented("indicators", "retail_sales", "milestone_q1", "62550"),
        ),
        "ô để trống",
        Severity.WARNING,
    ),
    Sample("HT-09", "sct", covered(*EXPORT, "38"), "hộp chữ «38» đè lên ô này"),
    Sample("HT-09", "sct", covered(*EXPORT, "38", 0.5), "chỉ nội dung trong ô được ghi nhận: «37»"),
    Sample("HT-09", "sct", covered(*EXPORT, ""), "hình hoặc ảnh không có chữ đè lên ô này"),
    Sample("HT-09", "sct", covered(*DEADLINE, "30/05/2025"), "«20/03/2025»"),
    Sample(
        "HT-09", "sct", covered("details", "", "agency_name", "Sở khác"), "phần do Văn phòng ghi"
    ),
    Sample(
        "HT-09",
        "sct",
        lambda book: book.cover(*EXPORT, "38", 2.0),
        "đè lên ô này và các ô",
    ),
    Sample("HT-09", "sct", covered("details", "", "plan_date", "ngày 11/2/2025"), "11/2/2025"),
    Sample(
        "HT-09",
        "sct",
        covered("indicators", "export_turnover", "unit", "Triệu USD"),
        "phần do Văn phòng ghi",
    ),
    Sample(
        "HT-09",
        "sct",
        both(
            put("indicators", "retail_sales", "milestone_q1", None),
            covered("indicators", "retail_sales", "milestone_q1", "62.550"),
        ),
        "đè lên ô để trống",
    ),
    Sample(
        "HT-08",
        "sct",
        commented(
            *EXPORT, f"{OFFICE_COMMENT}\nLỗi phải sửa (DV-01): ghi 37\n{AGENCYS_OWN}\nước 35"
        ),
        "nêu «ước 35»",
    ),
    Sample(
        "HT-08",
        "sct",
        commented(*EXPORT, f"{OFFICE_COMMENT}\nLỗi (DV-01): ghi 37\nSở: số đúng là 35"),
        "nêu «Sở: số đúng là 35»",
    ),
    Sample("KT-02", "sct", put(*PRODUCT, dt.date(2025, 12, 5)), "«5/12» hoặc «12/5»"),
    Sample("KT-02", "sct", shown(*PRODUCT, dt.date(2025, 5, 1), Appearance("mmm-yy")), "«5/2025»"),
    Sample("KT-02", "sct", put("details", "", "plan_number", dt.date(2025, 12, 5)), "05/12/2025"),
    Sample("KT-02", "sct", put("tasks", "task_2025_03", "five_person", True), "đúng/sai"),
    Sample("KT-02", "sct", put("action_plan", "@1", "five_work", dt.time(12, 5)), "giờ"),
    Sample("KT-02", "sct", put("details", "", "focal_email", False), "đúng/sai"),
    Sample("KT-02", "sct", put("details", "", "focal_phone", dt.date(2025, 12, 5)), "Text"),
    Sample(
        "KT-02", "sct", put("details", "plan_date", "justification", dt.date(2025, 12, 5)), "Text"
    ),
    Sample(
        "NG-06",
        "sct",
        dated("action_plan", dt.date(2025, 5, 6), "25/06/2025"),
        "«ngày 06 tháng 5 năm 2025» hoặc «ngày 05 tháng 6 năm 2025»",
        Severity.ERROR,
    ),
    Sample(
        "NG-06",
        "sct",
        dated("action_plan", dt.date(2025, 5, 6), "25/06/2025", dt.date(2025, 7, 31)),
        "«25/06/2025» dạng chữ",
        Severity.WARNING,
    ),
    Sample(
        "NG-06",
        "sct",
        dated("action_plan", dt.date(2025, 6, 5), "06-25-2025", dt.date(2025, 7, 31)),
        "«06-25-2025» dạng chữ",
        Severity.ERROR,
    ),
    Sample(
        "NG-06",
        "sct",
        both(
            put("details", "", "signed_date", "13/02/2025"),
            put("details", "", "plan_date", dt.date(2025, 2, 1)),
        ),
        "«ngày 02 tháng 01 năm 2025»",
    ),
    Sample("NG-07", "sct", put("details", "", "plan_date", dt.date(2025, 3, 25)), "25/03/2025"),
    Sample(
        "NG-07",
        "sct",
        put("details", "", "plan_date", dt.date(2025, 12, 2)),
        "«ngày 12 tháng 02 năm 2025»",
    ),
    Sample("NG-07", "sct", put("details", "", "signed_date", "25/3/2025"), "25/03/2025"),
    Sample(
        "NG-07",
        "sct",
        put("details", "", "plan_number", "25/KH-SCT ngày 21/3/2025"),
        "ngày 21/03/2025 sau ngày gửi báo cáo",
    ),
    Sample("NG-01", "sct", put("tasks", "task_2025_03", "five_deadline", "31/6/2025"), "30/06"),
    Sample("NG-01", "sct", put("details", "", "plan_date", "tháng hai"), "«tháng hai»"),
    Sample("LC-01", "sct", put("action_plan", "@1", "group", "Nhóm khác"), "danh sách"),
    Sample("VB-01", "sct", put("indicators", "export_turnover", "unit", "Triệu USD"), "«Tỷ USD»"),
    Sample("NR-01", "sct", put("tasks", "task_2025_03", "five_person", 0.0), "mới ghi «0»"),
    Sample("NR-01", "sct", put("tasks", "task_2025_03", "five_result", "//"), "mới ghi «//»"),
    Sample("NR-01", "sct", put("tasks", "task_2025_03", "five_result", "100%"), "rõ kết quả"),
    Sample(
        "VB-02",
        "sct",
        put("indicators", "export_turnover", "target", "30"),
        "không phải sửa, không bắt buộc ghi thêm; có ý kiến về nội dung được giao thì ghi ở "
        "cột Giải trình.",
        Severity.INFO,
    ),
    Sample(
        "VB-03", "sct", without_its_code("export_turnover", "iip_growth"), "khôi phục mã và tên"
    ),
    Sample(
        "VB-02",
        "sct",
        put("indicators", "export_turnover", "target", 30.0),
        "«37»",
        Severity.INFO,
    ),
    Sample(
        "VB-02",
        "sct",
        put("indicators", "export_turnover", "name", "Nhập khẩu thép"),
        "đề nghị xem lại những gì đã ghi trong dòng",
        Severity.WARNING,
    ),
    Sample(
        "VB-02",
        "sct",
        put("tasks", "task_2025_03", "deadline", "Năm 2026"),
        "Tháng 6/2025",
        Severity.INFO,
    ),
    Sample("VB-02", "sct", printed("target", 37.0, Appearance('"30"')), "nay ô hiện «30»"),
    Sample("VB-02", "sct", printed("target", 37.0, Appearance('0"0"')), "nay ô hiện «370»"),
    Sample("VB-02", "sct", printed("target", "37", Appearance(';;;"30"')), "nay ô hiện «30»"),
    Sample("VB-02", "sct", printed("target", None, Appearance(unseen=True)), "không ai nhìn thấy"),
    Sample("VB-02", "sct", printed("target", None, Appearance(";;;")), "không ai nhìn thấy"),
    Sample("VB-02", "sct", printed("name", None, Appearance(struck=True)), "bị gạch ngang"),
    Sample(
        "VB-02",
        "sct",
        printed("target", "37", Appearance(runs=(TextRun("3"), TextRun("7", unseen=True)))),
        "nay ô hiện «3»",
    ),
    Sample(
        "VB-02", "sct", under(*EXPORT[:2], "target", "37", condition=HOLDS, unseen=True), "nhìn"
    ),
    Sample("VB-01", "sct", printed("unit", None, Appearance(';;;"Triệu USD"')), "«Triệu USD»"),
    Sample("VB-01", "sct", put("indicators", "iip_growth", "unit", "‰"), "trong tệp đã gửi là «‰»"),
    Sample("VB-02", "sct", headed(*EXPORT, "Mức cam kết năm 2024"), "«Mức cam kết năm 2024»"),
    Sample("VB-02", "sct", headed(*EXPORT, "Mức cam kết tăng thêm (*)"), "tăng thêm"),
    Sample("VB-02", "sct", headed(*EXPORT[:2], "milestone_9m", "9 tháng (ước)"), "«9 tháng (ước)»"),
    Sample("VB-02", "sct", headed(*EXPORT[:2], "milestone_6m", "6 tháng cuối năm"), "cuối năm"),
    Sample("VB-02", "sct", put("details", "", "cycle_title", "Kế hoạch năm 2026"), "«Kế hoạch năm"),
    Sample("VB-02", "sct", named("indicators", "Chỉ tiêu 2024"), "mang tên «Chỉ tiêu 2024»"),
    Sample("VB-02", "sct", named("indicators", "Chỉ tiêu (cũ)"), "mang tên «Chỉ tiêu (cũ)»"),
    Sample("VB-02", "sct", named("tasks", "Nháp"), "mang tên «Nháp»"),
    Sample("VB-02", "sct", put("indicators", "export_turnover", "number", "bỏ"), "cột «Vị trí»"),
    Sample(
        "VB-02",
        "sct",
        put("indicators", "export_turnover", "code", "export_turnover (bỏ)"),
        "cột «Mã»",
    ),
    Sample(
        "VB-02",
        "sct",
        put("indicators", "export_turnover", "name", "Kim ngạch xuất khẩu (số năm 2024)"),
        "năm 2024",
    ),
    Sample(
        "VB-02",
        "sct",
        titled("indicators", "CHỈ TIÊU: MỨC CHƯA CAM KẾT VÀ MỐC THỰC HIỆN NĂM 2025"),
        "CHƯA CAM KẾT",
    ),
    Sample(
        "VB-02",
        "sct",
        titled("indicators", "CHỈ TIÊU: MỨC CAM KẾT VÀ MỐC THỰC HIỆN NĂM 2024"),
        "NĂM 2024",
    ),
    Sample("CT-03", "sct", elsewhere(headed(*EXPORT[:2], "milestone_q1", "Quý II")), "«Quý I»"),
    Sample("CT-03", "sct", elsewhere(headed(*EXPORT[:2], "milestone_9m", "8 tháng")), "«9 tháng»"),
    Sample("VB-04", "sct", titled("indicators", "Các chỉ tiêu tính bằng triệu USD"), "phía trên"),
    Sample("VB-05", "sct", title(*EXPORT, Appearance(';;;"Mốc quý I"')), "nay hiện «Mốc quý I»"),
    Sample("VB-05", "sct", title(*EXPORT, Appearance(unseen=True)), "nay không ai nhìn thấy"),
    Sample("VB-05", "sct", title(*EXPORT, Appearance(struck=True)), "nay bị gạch ngang"),
    Sample("VB-05", "sct", title(*PRODUCT, Appearance(';;;"Ghi chú"')), "nay hiện «Ghi chú»"),
    Sample("VB-05", "sct", field_title("plan_date", Appearance(';;;"Ngày ký"')), "«Ngày ký»"),
    Sample("VB-04", "sct", headed(*EXPORT, "Mức cam kết (nghìn USD)"), "không phải «nghìn USD»"),
    Sample("VB-04", "sct", headed(*EXPORT, "Mức cam kết (*) (%)"), "của từng dòng"),
    Sample("VB-04", "sct", headed(*EXPORT, "Mức cam kết - tỷ đồng"), "«tỷ đồng»"),
    Sample("VB-04", "sct", headed(*EXPORT, "Mức cam kết\nĐVT: triệu tấn"), "«triệu tấn»"),
    Sample("VB-04", "sct", headed(*EXPORT, "Mức cam kết, tr.đ"), "«tr.đ»"),
    Sample(
        "VB-04",
        "sct",
        headed("indicators", "export_turnover", "unit", "Đơn vị tính: triệu đồng"),
        "«triệu đồng»",
    ),
    Sample(
        "VB-04",
        "bqlda_dan_dung",
        headed(*DISBURSED, "Vốn giải ngân dự kiến năm 2025 (tỷ đồng) (*)"),
        "cột này tính bằng «triệu đồng»",
    ),
    Sample("VB-04", "sct", titled("indicators", "Đơn vị tính: triệu đồng"), "phía trên bảng"),
    Sample("VB-04", "sct", titled("indicators", "(ĐVT: %)"), "phía trên bảng"),
    Sample("VB-04", "sct", footed("indicators", "Ghi chú: đơn vị tính: đồng"), "phía dưới"),
    Sample("VB-04", "sct", footed("indicators", "* ĐVT: triệu đồng"), "phía dưới"),
    Sample("BB-01", "sct", committed("export_turnover", None), "chưa điền"),
    Sample("BB-01", "sct", committed("export_turnover", "..."), "chỉ ghi «...»"),
    Sample("BB-01", "sct", committed("export_turnover", "chưa có số liệu"), "chưa có nội dung"),
    Sample("BB-01", "sct", put("action_plan", "@2", "group", None), "chọn một mục"),
    Sample("BB-02", "sct", put("details", "", "signer", None), "Người ký duyệt"),
    Sample("BB-02", "sct", put("details", "", "plan_date", "-"), "ngày/tháng/năm"),
    Sample("NR-01", "sct", put("tasks", "task_2025_03", "five_person", None), "rõ người"),
    Sample("NR-01", "sct", put("action_plan", "@3", "five_result", "x"), "rõ kết quả"),
    Sample("NR-02", "sct", put("tasks", "task_2025_03", "five_result", "theo quy định"), "cụ thể"),
    Sample("DV-01", "sct", committed("export_turnover", "37 triệu USD"), "«0,037»"),
    Sample("DV-01", "sct", committed("iip_growth", "17 tỷ đồng"), "%"),
    Sample(
        "DV-01",
        "bqlda_dan_dung",
        put("projects", "project_2025_01", "disbursement", "250 tỷ đồng"),
        "«250000» nếu đúng là 250 tỷ đồng",
    ),
    Sample("DV-01", "sdl", commit("tourist_arrivals_international", "1.100.000 lượt"), "«1100»"),
    Sample("DV-02", "sct", commit("retail_sales", 250.2), "250.200"),
    Sample("DV-02", "sct", commit("export_turnover", 37_000.0), "gọi Văn phòng, điện thoại 0"),
    Sample("DV-02", "sct", commit("iip_growth", 0.17), "ghi 17"),
    Sample("DV-02", "sldtbxh", commit("urban_unemployment_rate", 0.035), "100 lần"),
    Sample("DV-02", "sldtbxh", commit("workers_given_jobs", 58.5), "58.500"),
    Sample(
        "DV-02", "stc", commit("state_budget_revenue", 118_079_279_000_000.0), "1.000.000.000 lần"
    ),
    Sample("DV-03", "sct", commit("export_turnover", 1000.0), "khác xa"),
    Sample("DV-03", "sct", commit("iip_growth", "đạt 100%"), "đề nghị ghi 17"),
    Sample("DV-03", "sct", commit("retail_sales", 2_502_000.0), "một chữ số"),
    Sample("DV-03", "sct", commit("retail_sales", 25_020.0), "một chữ số", Severity.WARNING),
    Sample("DV-03", "sct", commit("export_turnover", 250_200.0), "ghi lại", Severity.ERROR),
    Sample(
        "DV-03",
        "sct",
        put("indicators", "export_turnover", "milestone_q1", 250_200.0),
        "ghi lại",
        Severity.ERROR,
    ),
    Sample("DV-04", "sct", commit(SHARE, 146.7), "từ 0 đến 100%"),
    Sample("DV-04", "syt", commit("infant_mortality_rate", -1.0), "1.000‰"),
    Sample("DV-05", "sct", commit("export_turnover", -37.0), "số âm"),
    Sample("DV-06", "sct", commit("iip_index", 17.0), "ghi 117"),
    Sample("DV-06", "sct", commit("iip_growth", 117.0), "ghi 17"),
    Sample("DV-06", "skhdt", put("scenario", "scenario_grdp", "updated_q1", 11.88), "111,88"),
    Sample("DV-07", "sgddt", commit("primary_universalisation_level_3", 100.0), "15"),
    Sample(
        "DV-08",
        "bqlda_dan_dung",
        put("projects", "project_2025_01", "disbursement", 3_000_000.0),
        "tổng mức đầu tư",
    ),
    Sample(  # of the row's own investment, not of the whole project's
        "DV-08",
        "sgtvt",
        put("projects", "project_2025_08", "disbursement", 4_693_080.0),
        "lớn hơn tổng mức đầu tư của phần việc ghi ở dòng này (2.300.000 triệu đồng; của cả dự "
        "án là 55.870.000 triệu đồng). Ô này tính bằng triệu đồng; đề nghị kiểm tra lại; nếu đã "
        "ghi số của cả dự án, đề nghị ghi số của riêng phần việc ở dòng này; nếu đúng, xin nêu "
        "lý do",
    ),
    Sample(
        "DV-08",
        "bqlda_dan_dung",
        put("projects", "project_2025_01", "disbursement", 2_513_243_000_000.0),
        "ghi lại",
        Severity.ERROR,
    ),
    Sample(
        "DV-08",
        "bqlda_dan_dung",
        put("projects", "project_2025_01", "disbursement", 250.0),
        "ghi 250000",
        Severity.WARNING,
    ),
    Sample("MT-01", "sct", put("indicators", "retail_sales", "milestone_year", 250_000.0), "ô G"),
    Sample(
        "MT-02",
        "sct",
        both(
            put("indicators", "retail_sales", "milestone_q1", 60_000.0),
            put("indicators", "retail_sales", "milestone_6m", 61_000.0),
            put("indicators", "retail_sales", "milestone_9m", 63_000.0),
        ),
        "riêng từng quý",
    ),
    Sample("MT-02", "sct", put("indicators", "retail_sales", "milestone_6m", 10.0), "cộng dồn"),
    Sample(
        "NG-02",
        "sct",
        put("tasks", "task_2025_03", "five_deadline", dt.date(2052, 6, 30)),
        "không thuộc năm 2025",
    ),
    Sample(
        "NG-02",
        "sct",
        put("action_plan", "@1", "five_deadline", dt.date(2026, 6, 30)),
        "2026",
        Severity.WARNING,
    ),
    Sample("NG-03", "sct", put("tasks", "task_2025_03", "five_deadline", "1/7/2025"), "Tháng 6"),
    Sample("NG-04", "sct", put("details", "", "plan_date", dt.date(2052, 2, 10)), "10/02/2052"),
    Sample(
        "NG-05",
        "bqlda_dan_dung",
        put("projects", "project_2025_01", "finish_date", dt.date(2026, 5, 1)),
        "khánh thành",
    ),
    Sample(
        "CK-01", "sct", commit("retail_sales", 240_000.0), "chưa đạt mức giao (250.200 tỷ đồng)"
    ),
    Sample("CK-01", "sldtbxh", commit("urban_unemployment_rate", 3.6), "hoặc hạ mức cam kết"),
    Sample(
        "CK-01",
        "sldtbxh",
        commit("urban_unemployment_rate", 3.6),
        "3,6 cao hơn mức giao (3,50%); chỉ tiêu này càng thấp càng tốt nên là chưa đạt",
    ),
    Sample("CK-02", "skhdt", put("scenario", "scenario_grdp", "updated_q1", 111.0), "111,88"),
    Sample("TD-01", "sct", commit("iip_index", 119.0), "tương ứng 117"),
    Sample("TD-01", "sdl", commit("tourist_arrivals_thousand", 12_500.0), "10.500"),
    Sample("TH-01", "sdl", commit("tourist_arrivals_international", 11_000.0), "lớn hơn tổng"),
    Sample(
        "TH-02",
        "stc",
        both(
            commit("state_budget_revenue_domestic", 55_000.0),
            commit("state_budget_revenue_trade", 70_000.0),
            lambda book: book.at("indicators", "state_budget_revenue", "committed"),
        ),
        "125.000",
    ),
    Sample("TH-03", "skhdt", commit("grdp_growth", 16.0), "không nằm giữa"),
    Sample(
        "TH-04",
        "stc",
        both(commit("development_spending_share", 59.0), commit("recurrent_spending_share", 42.0)),
        "101",
    ),
    Sample("KH-01", "syt", emptied("action_plan"), "ít nhất 3"),
    Sample(
        "KH-02",
        "sct",
        both(
            put("action_plan", "@1", "five_work", "Tổ chức hội chợ"),
            put("action_plan", "@3", "five_work", "tổ chức  hội chợ."),
        ),
        "trùng nội dung",
    ),
    Sample("LH-01", "sct", put("details", "", "focal_email", "an.so_ct.vn"), "thư điện tử"),
    Sample(  # a quotation is cut between words, and says so
        "LH-01",
        "sct",
        put("details", "", "focal_email", "văn thư của cơ quan " * 6),
        "văn thư của cơ quan …» không đúng dạng",
    ),
    Sample("LH-02", "sct", put("details", "", "focal_phone", "12345"), "số 0 đầu"),
]

# Nearly the same, and right: the rule of that code must say nothing.
GOOD = [
    Sample("CT-01", "sct", lambda book: book.names.update(tasks="  nhiệm VỤ ")),
    Sample("CT-01", "sct", lambda book: book.names.update(tasks="Sheet 9")),
    Sample("CT-02", "sct", lambda book: book.grids["tasks"].insert(0, ["Kính gửi"])),
    Sample("CT-03", "sct", without_column("indicators", "measures")),
    Sample("CT-05", "sct", copied_row("retail_sales", 250_200.0)),
    Sample("CT-07", "sct", extra_row("indicators", {"name": "Ghi chú: số liệu sơ bộ"})),
    Sample("CT-09", "sct", extra_row("action_plan", {"number": 99.0})),
    Sample("DD-05", "sct", put("details", "", "agency_name", "SỞ CÔNG THƯƠNG HẢI PHÒNG")),
    Sample("SO-01", "sct", committed("retail_sales", "250.200,0")),
    Sample("SO-02", "sct", committed("export_turnover", " 37,0 ")),
    Sample("SO-03", "sgddt", commit("primary_universalisation_level_3", "15/15")),
    Sample("SO-04", "sct", committed("export_turnover", "37 tỷ USD")),
    Sample("CG-01", "sct", calculated(*EXPORT, "30+7", 37.0)),
    *(
        Sample("KT-03", "sct", put(*CO_UNITS, text))
        for text in ("-", "…", "x", "NT Hải Phòng", "Như trên đã nêu, Sở Tài chính")
    ),
    Sample("KT-03", "sct", put("tasks", "task_2025_03", "five_person", "〃")),
    *(
        Sample("KT-04", "sct", put("indicators", "export_turnover", "justification", text))
        for text in (
            "Do Nghị quyết điều chỉnh mức giao",
            "Không thực hiện trong năm 2025",
            "bỏ, chuyển sang năm 2026",
            "Sở đề nghị sửa đổi Nghị định",
            "Đã rà soát lại theo hướng dẫn, đúng với kế hoạch",
            "Sửa lại đường dây 110 kV",
        )
    ),
    Sample("DV-01", "sct", commit("export_turnover", "37 tỷ")),
    Sample("VB-02", "sct", entitled("indicators", "CHỈ TIÊU CAM KẾT, MỐC THỰC HIỆN 2025")),
    Sample("HT-05", "sct", shown(*DEADLINE, dt.date(2025, 3, 20), Appearance("[$-F800]"))),
    Sample("HT-01", "sct", shown(*DEADLINE, dt.date(2025, 3, 20), Appearance("[$-F800]"))),
    Sample("HT-05", "sct", shown(*DEADLINE, dt.date(2025, 3, 20), Appearance("[$-x-sysdate];@"))),
    Sample("CG-01", "sct", calculated(*EXPORT, "111/3", 37.0)),
    Sample("CG-04", "sct", calculated(*EXPORT, "111/3", 37.0)),
    Sample("CG-01", "sct", calculated(*EXPORT, "VLOOKUP(A1,B:C,2,0)", 37.0)),
    Sample("CG-01", "sct", calculated(*DEADLINE, "DATE(2025,3,20)", DAY)),
    Sample("CG-02", "sct", calculated(*PRODUCT, '"TODAY()"', "TODAY()")),
    Sample("CG-03", "sct", calculated(*PRODUCT, '"Kế hoạch [1]"', "Kế hoạch [1]")),
    Sample("HT-01", "sct", drawn("export_turnover", 37.0, '0.0" tỷ USD"')),
    Sample("HT-01", "sct", drawn("retail_sales", 250_200.0, '#"."##0')),
    Sample("HT-02", "sct", in_runs(*EXPORT, TextRun("37"), TextRun(" ", UP), TextRun(" tỷ USD"))),
    Sample("HT-03", "sct", in_runs(*PRODUCT, TextRun("Sàn 100 m"), TextRun("2", UP))),
    Sample("HT-04", "sct", in_runs(*EXPORT, TextRun("37"), TextRun(" ", struck=True))),
    Sample("HT-05", "sct", drawn("export_turnover", 37.0, "0;;;")),
    Sample("HT-06", "sct", drawn("export_turnover", 37.04, "0.0")),
    Sample("HT-01", "sct", under(*EXPORT, 37.0, condition=FAILS, number_format='0" triệu"')),
    Sample("HT-04", "sct", under(*EXPORT, 37.0, condition=FAILS, struck=True)),
    Sample("HT-05", "sct", under(*EXPORT, 37.0, condition=FAILS, unseen=True)),
    Sample("HT-07", "sct", lambda book: book.hidden.update(indicators=HiddenPlaces({1, 2}))),
    Sample("HT-01", "sct", shown(*DEADLINE, dt.date(2025, 6, 1), Appearance("mmm-yy"))),
    Sample("HT-01", "sct", shown(*DEADLINE, dt.date(2025, 6, 1), Appearance('"Quý II/"yyyy'))),
    Sample("NG-03", "sct", shown(*DEADLINE, dt.date(2025, 6, 1), Appearance("mm/yyyy"))),
    Sample("HT-09", "sct", covered(*EXPORT, "ghi chú bên cạnh", 0.2)),
    Sample("HT-09", "sct", covered("indicators", "export_turnover", "justification", "")),
    Sample("HT-10", "sct", shown(*PRODUCT, "Quyết định", Appearance(repeated=True))),
    *(
        Sample("CT-16", "sct", written(where, text))
        for where, text in (
            (Elsewhere.MESSAGE, "Ô này chỉ ghi số, theo đúng đơn vị tính, không kèm chữ."),
            (Elsewhere.MESSAGE, "Mức cơ quan cam kết đạt trong năm 2025: chỉ ghi số."),
            (Elsewhere.PAGE, "Sở Công Thương - Kế hoạch hành động thực hiện Chỉ thị số 03/CT-UBND"),
            (Elsewhere.PAGE, "Trang 1/5"),
            (Elsewhere.CHART, "Kim ngạch xuất khẩu theo quý"),
            (Elsewhere.PROPERTY, "2025-plan - Sở Công Thương"),
        )
    ),
    Sample("CT-16", "sct", beyond("tính thử")),
    *(
        Sample("HT-11", "sct", narrowed(*told))
        for told in (
            (RETAIL, 250_200.0, 6.0, CellLetters("#,##0")),
            (RETAIL, 250_200.00012, 6.5),
            (RETAIL, 250_200.0, 4.0, CellLetters("#,##0", made_to_fit=True)),
            (DEADLINE, dt.date(2025, 3, 20), 6.5, CellLetters("d/m/yy")),
            (PRODUCT, "Quyết định của Ủy ban nhân dân thành phố", 3.0),
        )
    ),
    Sample("HT-08", "sct", commented(*EXPORT, "37 tỷ USD")),
    Sample("HT-08", "sct", commented(*EXPORT, f"{CONVERSATION}\n    Đã rà soát")),
    Sample("HT-08", "sct", commented(*EXPORT, "Xem https://haiphong.example/tin?id=870924")),
    Sample("HT-08", "sct", commented(*EXPORT, "37.000 triệu USD")),
    Sample("HT-08", "sct", commented(*EXPORT, "Năm trước 35, nay cam kết 37")),
    Sample("HT-08", "sct", commented(*EXPORT, "tăng 12,1% so với cùng kỳ năm 2024")),
    Sample("HT-08", "sct", commented(*EXPORT, "Theo Kế hoạch số 25/KH-SCT ngày 14/02/2025")),
    Sample("HT-08", "sct", commented(*EXPORT, "Đã rà soát với Cục Hải quan")),
    Sample("HT-08", "sct", commented(*EXPORT, f"{OFFICE_COMMENT}\nLỗi (DV-01): ghi 0,037 hay 38")),
    Sample("HT-08", "sct", commented(*DEADLINE, "20/3/2025")),
    Sample("HT-08", "sct", commented(*PRODUCT, "12 đợt")),
    Sample("HT-08", "sct", commented(*PRODUCT, "Đã thống nhất, không có vướng mắc gì với các sở")),
    Sample("HT-08", "sct", commented(*PRODUCT, "Theo Kế hoạch số 25/KH-SCT")),
    Sample("HT-08", "sct", commented(*PRODUCT, "nhằm huy động nguồn lực")),
    Sample("HT-08", "sct", commented("tasks", PRODUCT[1], "name", "Việc trọng tâm quý I")),
    Sample("KT-02", "sct", put(*PRODUCT, "12/5")),
    Sample("KT-02", "sct", put(*PRODUCT, 12.5)),
    Sample("KT-02", "sct", put("details", "", "plan_number", "12/5")),
    # Texts that either notation reads: the cells were made for texts.
    Sample(
        "NG-06",
        "sct",
        dated("action_plan", dt.date(2025, 5, 6), "25/06/2025", "05/06/2025"),
    ),
    Sample("NG-06", "sct", dated("action_plan", dt.date(2025, 5, 5), "25/06/2025")),
    Sample("NG-06", "sct", dated("action_plan", dt.date(2025, 5, 20), "25/06/2025")),
    Sample("NG-06", "sct", dated("action_plan", dt.date(2025, 5, 6), "Tháng 6/2025")),
    Sample("NG-07", "sct", put("details", "", "plan_date", dt.date(2025, 2, 19))),
    Sample("NG-07", "sct", put("details", "", "plan_number", "25/KH-SCT ngày 14/02/2025")),
    Sample("NG-01", "sct", put("tasks", "task_2025_03", "five_deadline", "30-6-2025")),
    Sample("NG-01", "sct", put("tasks", "task_2025_03", "five_deadline", 45_800.0)),
    Sample("NG-01", "sct", put("tasks", "task_2025_03", "five_deadline", "Tháng 6/2025")),
    Sample("LC-01", "sct", put("action_plan", "@1", "group", "2")),
    Sample("VB-01", "sct", put("indicators", "export_turnover", "unit", "tỷ usd")),
    Sample("VB-01", "sct", put("indicators", "export_turnover", "unit", "Tỷ USD\nví dụ: 9512")),
    Sample("VB-02", "sct", titled("indicators", "Kèm theo Kế hoạch năm 2024 số 25/KH-SCT")),
    Sample("VB-02", "sct", titled("indicators", "Năm 2025")),
    # As the office had it before it reworded its form.
    Sample(
        "VB-02",
        "sct",
        titled("indicators", "CHỈ TIÊU: CAM KẾT VÀ CÁC MỐC THỰC HIỆN TRONG NĂM 2025"),
    ),
    Sample("VB-02", "sct", footed("indicators", "(1) So với thực hiện năm 2024, tăng 5%")),
    Sample("VB-02", "sct", footed("indicators", "Hải Phòng, ngày 20 tháng 12 năm 2024")),
    Sample("DD-07", "sct", titled("indicators", "SỞ CÔNG THƯƠNG")),
    Sample("DD-07", "sct", titled("indicators", "ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG")),
    Sample("LH-01", "sct", put("details", "", "focal_email", "đầu.mối@haiphong.example")),
    Sample("CT-15", "sct", merged(*EXPORT[:2], "name", right=1)),
    Sample("CT-15", "sct", merged("tasks", "task_2025_03", "five_person", down=1)),
    Sample("VB-01", "sct", put("indicators", "export_turnover", "unit", "…")),
    Sample("VB-02", "sct", headed(*EXPORT, "Mức cam kết năm 2025 (bắt buộc)")),
    Sample("VB-02", "sct", headed(*EXPORT, "MUC CAM KÊT")),
    Sample("VB-02", "sct", headed(*EXPORT[:2], "milestone_q1", "Quý 1")),
    Sample("VB-02", "sct", named("indicators", "Chi tieu")),
    Sample("VB-02", "sct", named("indicators", "Chỉ tiêu 2025 (SCT)")),
    Sample("VB-02", "sct", put("indicators", "export_turnover", "number", "1")),
    Sample("VB-02", "sct", put("indicators", "export_turnover", "target", 37.0)),
    Sample("VB-02", "sct", put("indicators", "iip_growth", "target", 17.0)),
    Sample("VB-02", "sct", put("indicators", "export_turnover", "name", "kim ngạch  xuất khẩu")),
    Sample("VB-02", "sct", printed("target", 37.0, Appearance("0.0"))),
    Sample("VB-02", "sct", printed("target", 37.0, Appearance('0" tỷ USD"'))),
    Sample("VB-05", "sct", title(*EXPORT, Appearance(runs=(TextRun("MỨC CAM KẾT (*)"),)))),
    Sample("VB-04", "sct", headed(*EXPORT, "Mức cam kết năm 2025 (bắt buộc)")),
    Sample("VB-04", "sct", headed(*EXPORT, "MỨC CAM KẾT (*) (theo đơn vị tính)")),
    Sample("VB-04", "sct", headed(*DEADLINE[:2], "five_result", "Rõ kết quả: sản phẩm (tấn)")),
    Sample(
        "VB-04",
        "bqlda_dan_dung",
        headed(*DISBURSED, "Vốn giải ngân năm 2025 (ĐVT: Triệu đồng)"),
    ),
    Sample("VB-04", "sct", titled("indicators", "Kèm theo Kế hoạch số 25/KH-SCT")),
    Sample("VB-04", "bqlda_dan_dung", titled("projects", "Đơn vị tính: triệu đồng")),
    Sample("BB-01", "cuc_hai_quan", committed("export_turnover", None)),
    Sample("BB-01", "sct", put("indicators", "export_turnover", "milestone_q1", None)),
    Sample("NR-02", "sct", put("tasks", "task_2025_03", "five_result", "Hoàn thành Đề án")),
    Sample("DV-01", "sct", committed("iip_growth", "17%")),
    Sample("DV-02", "cuc_thue", commit("tax_arrears_ratio", 0.15)),
    Sample("DV-02", "sxd", put("indicators", "social_housing_units", "milestone_q1", 100.0)),
    Sample("DV-02", "sldtbxh", commit("poverty_rate", 0.01)),
    Sample("DV-04", "skhdt", commit("grdp_growth_agriculture", -0.5)),
    Sample("DV-05", "skhdt", commit("grdp_growth_agriculture", -0.5)),
    Sample("DV-05", "sct", commit("iip_growth", -1.0)),
    Sample("DV-06", "sct", commit("iip_index", 116.0)),
    Sample("DV-08", "bqlda_dan_dung", put("projects", "project_2025_01", "disbursement", 0.0)),
    Sample("MT-02", "sct", put("indicators", "iip_growth", "milestone_6m", 16.0)),
    Sample("MT-02", "sdl", commit("tourist_arrivals", "> 10")),
    Sample(
        "MT-02",
        "sct",
        both(
            put("indicators", "retail_sales", "milestone_q1", 25_000.0),
            put("indicators", "retail_sales", "milestone_6m", 60_000.0),
            put("indicators", "retail_sales", "milestone_9m", 110_000.0),
        ),
    ),
    Sample("DV-03", "sct", commit("iip_growth", 1.7)),
    Sample("DV-03", "sldtbxh", commit("trained_labour_share", 100.0)),
    Sample(
        "DV-01",
        "bqlda_dan_dung",
        put("projects", "project_2025_01", "disbursement", "250000,5 triệu đồng"),
    ),
    Sample("NG-03", "sct", put("tasks", "task_2025_03", "five_deadline", dt.date(2025, 6, 30))),
    Sample("NG-04", "sct", put("details", "", "plan_date", dt.date(2024, 12, 31))),
    Sample("CK-01", "stc", commit("state_budget_revenue_domestic", 51_000.0)),
    Sample("CK-01", "sdl", commit("tourist_arrivals", "> 10")),
    Sample("CK-01", "sldtbxh", commit("urban_unemployment_rate", 3.0)),
    Sample("CK-02", "skhdt", put("scenario", "scenario_grdp", "updated_q1", 112.0)),
    Sample("TD-01", "sdl", commit("tourist_arrivals_thousand", 10_520.0)),
    Sample("TD-01", "sdl", commit("tourist_arrivals", ">10")),
    Sample("KH-01", "sct", emptied("action_plan")),
    Sample("LH-01", "sct", put("details", "", "focal_email", "a@b.example; c@d.example")),
    Sample("LH-02", "sct", put("details", "", "focal_phone", 912_345_678.0)),
    Sample("LH-02", "sct", put("details", "", "focal_phone", "(0225) 3.123.456 - 0912 345 678")),
]
