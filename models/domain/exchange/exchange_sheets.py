"""The sheets of the workbook in which the office edits a year's catalogue.

A sheet shows one of the office's files. What stands in the file is "stored" ("higher",
"2026-02-20", "skhdt;stc"), what stands in a cell is "shown" ("Càng cao càng tốt", "20/02/2026",
two cells with a name and a code each). The two lead to each other without loss; a cell that cannot
be led back is a `CellFault`, never a guess.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from models.domain.cycle.cycles import HANOI
from models.domain.errors import BaocaoError
from models.domain.notation.near_texts import nearest_texts
from models.domain.notation.tone_marks import likest_with, without_marks
from models.domain.reading.workbook_content import NEVER_CALCULATED, CellValue, ErrorValue
from models.domain.register.agencies import marked_key, name_key
from models.domain.register.near_names import near_names

IMPORT_JOURNAL = ".nhap-danh-muc"  # stands in the configuration's folder while files change as one
CO_HEADER = "Cơ quan phối hợp"  # the columns behind the lead's: "Cơ quan phối hợp 1", ...


class CellKind(StrEnum):
    """What a column's cells hold."""

    VERBATIM = "verbatim"  # the directive's text to the letter: a number is no text
    TEXT = "text"
    CODE = "code"
    ORDINAL = "ordinal"  # "1", "a)", "II.2": a whole number is as good as its text
    WHOLE = "whole"
    DECIMAL = "decimal"  # shown with a decimal comma, stored with a point
    DAY = "day"
    DAY_OR_YEAR = "day_or_year"
    INSTANT = "instant"  # shown in Hanoi time, stored in ISO 8601 with its zone
    CHOICE = "choice"
    AGENCY = "agency"  # shown "Sở Y tế [syt]", stored "syt"
    MEMBERS = "members"  # kinds of agencies and agencies, apart by semicolons; stored "central;syt"
    AGENCIES = "agencies"  # as many cells as there are agencies, lead first; stored "stc;cuc_thue"


class RecordLayout(StrEnum):
    """How records lie on a sheet."""

    ROWS = "rows"  # a record a row
    FACTS = "facts"  # a record a column, the columns' headers down the left


@dataclass(frozen=True)
class ExchangeColumn:
    """A column of a file and how a sheet shows it."""

    key: str  # as the file calls it
    header: str  # as the sheet calls it
    kind: CellKind = CellKind.TEXT
    width: int = 20  # characters
    help: str = ""  # shown when the cell is entered
    advice: str = ""  # what to write there: continues "Xin ghi"
    choices: Mapping[str, str] = field(default_factory=dict)  # stored -> shown
    pick_from: str = ""  # name of a list of the workbook to pick from; typing is free
    required: bool = False
    corrected: bool = False  # the office's own reading, which stays empty where the print is right
    may_lack: bool = False  # a file, and so a sheet, without the column is in order


@dataclass(frozen=True)
class ExchangeSheet:
    """One sheet and the file behind it."""

    key: str
    title: str  # at most 31 characters
    file: str  # under the configuration's folder; "{year}" stands for the directive's
    columns: Sequence[ExchangeColumn]
    guidance: str
    layout: RecordLayout = RecordLayout.ROWS
    table: str = ""  # for a TOML file: which of its tables
    identified_by: Sequence[str] = ()  # of a file shared by all years: what tells records apart
    spare: int = 40  # empty rows, or record columns, to write on
    may_lack: bool = False  # a configuration without the file is in order

    @property
    def shared(self) -> bool:
        """Whether the file holds more than this year's decisions: records are merged into it."""
        return bool(self.identified_by)

    def column(self, key: str) -> ExchangeColumn | None:
        """The column of that key."""
        return next((c for c in self.columns if c.key == key), None)


class CellFault(BaocaoError):
    """Raised when a cell cannot be led back to what a file holds."""

    def __init__(self, text: str, advice: str = "") -> None:
        self.text = text
        self.advice = advice  # continues "Xin ghi"; "" for the column's own
        self.nth = 0  # which of the column's cells
        super().__init__(text)


# --- Agencies by name and code --------------------------------------------------------------------

_LABEL = re.compile(r"(?P<name>.*\S)\s*\[(?P<code>[^\[\]]+)\]")


class AgencyLabels:
    """The agencies as drop-down lists show them: name and code."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        """`names` holds for each code the name, then the aliases."""
        self._names = names
        self._codes: dict[str, list[tuple[str, str]]] = {}
        for code, known in names.items():
            for key in dict.fromkeys(marked_key(name) for name in known):
                self._codes.setdefault(without_marks(key), []).append((key, code))
        # A label stands in hundreds of cells, and to fold the names costs the most of reading one.
        self._led_to: dict[str, str] = {}

    def joined(self, names: Mapping[str, Sequence[str]]) -> AgencyLabels:
        """These and further agencies; of a code in both the further one's names."""
        return AgencyLabels({**self._names, **names})

    def label(self, code: str) -> str:
        """The label of a code; a code nobody bears is its own.

        >>> AgencyLabels({"syt": ["Sở Y tế"]}).label("syt")
        'Sở Y tế [syt]'
        """
        known = self._names.get(code)
        return f"{known[0]} [{code}]" if known else code

    def code(self, written: str) -> str:
        """The code that a label, a code or a name leads to. Raises CellFault.

        >>> labels = AgencyLabels({"syt": ["Sở Y tế", "Sở YT"], "stp": ["Sở Tư pháp"]})
        >>> labels.code("Sở Y tế [syt]"), labels.code("stp"), labels.code("sở yt")
        ('syt', 'stp', 'syt')
        >>> labels.code("Sở YT [stp]")
        Traceback (most recent call last):
        ...
        models.domain.exchange.exchange_sheets.CellFault: “Sở YT [stp]”: mã stp là của “Sở Tư pháp”
        """
        if written not in self._led_to:
            self._led_to[written] = self._code(written)
        return self._led_to[written]

    def _code(self, written: str) -> str:
        found = _LABEL.fullmatch(written)
        if found and (code := found["code"].strip()):
            known = self._names.get(code)
            if known is None:
                raise self._unknown(written, found["name"])
            if code not in self._bearers(found["name"]):
                raise CellFault(f"“{written}”: mã {code} là của “{known[0]}”", self.label(code))
            return code
        if written in self._names:
            return written
        codes = self._bearers(written)
        if len(codes) > 1:
            named = " hoặc ".join(self.label(c) for c in codes)
            raise CellFault(f"“{written}” là tên của nhiều cơ quan", f"một trong: {named}")
        if not codes:
            raise self._unknown(written, written)
        return codes[0]

    def _bearers(self, name: str) -> list[str]:
        """Codes of those who bear the name, with its very marks first; none for other marks."""
        written = marked_key(name)
        like, codes = likest_with(written, self._codes.get(without_marks(written), ()))
        return codes if like else []

    def _unknown(self, written: str, name: str) -> CellFault:
        near = near_names(name_key(name[:200]), self._codes)
        near = near or nearest_texts(name[:60], self._names, 2, 0.75)
        codes = [c for key in near for _, c in self._codes.get(key, [(key, key)])]
        hint = " hoặc ".join(self.label(c) for c in dict.fromkeys(codes))
        advice = "tên chọn trong danh sách; cơ quan mới thì trước hết thêm vào trang «Cơ quan»"
        shown = f"{hint} nếu là cơ quan đó; nếu không thì {advice}" if hint else advice
        return CellFault(f"không có cơ quan “{written}”", shown)


# --- Stored and shown -----------------------------------------------------------------------------

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_WHOLE = re.compile(r"-?\d{1,9}")
_YEAR = re.compile(r"\d{4}")
_SHOWN_DECIMAL = re.compile(r"-?\d{1,12}(,\d{1,12})?")
# What nobody sees is no part of the print: blanks of every kind at the ends and in a row, marks.
_SHORT = 500  # letters of a cell that is remembered
_BLANKS = re.compile(r"[^\S\n]+")
_UNSEEN = re.compile(
    r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u061c\u202a-\u202e\x00-\x08\x0e-\x1f\x7f]"
)
_EXACT_FLOAT = 10**15  # beyond it a spreadsheet has lost digits


def shown_cells(column: ExchangeColumn, stored: str, labels: AgencyLabels) -> list[str]:
    """The cells that show a stored value: one, but for agencies one each.

    >>> shown_cells(ExchangeColumn("d", "Ngày", CellKind.DAY), "2026-02-20", AgencyLabels({}))
    ['20/02/2026']
    """
    if column.kind is CellKind.AGENCIES:
        return [labels.label(code.strip()) for code in stored.split(";") if code.strip()] or [""]
    return [_shown(column, stored, labels)]


def _shown(column: ExchangeColumn, stored: str, labels: AgencyLabels) -> str:
    if column.kind is CellKind.AGENCY:
        return labels.label(stored) if stored else ""
    if column.kind is CellKind.CHOICE:
        return column.choices.get(stored, stored)
    if column.kind is CellKind.MEMBERS:
        words = [part.strip() for part in stored.split(";") if part.strip()]
        return "; ".join(column.choices.get(word) or labels.label(word) for word in words)
    if column.kind is CellKind.DECIMAL:
        return stored.replace(".", ",")
    if column.kind in (CellKind.DAY, CellKind.DAY_OR_YEAR) and (
        found := _ISO_DAY.fullmatch(stored)
    ):
        return f"{int(found[3]):02}/{int(found[2]):02}/{found[1]}"
    if column.kind is CellKind.INSTANT and stored:
        instant = dt.datetime.fromisoformat(stored).astimezone(HANOI)
        return f"{instant:%d/%m/%Y %H:%M}" + (f":{instant:%S}" if instant.second else "")
    return stored


def stored_value(column: ExchangeColumn, cells: Sequence[CellValue], labels: AgencyLabels) -> str:
    """What the cells of one column in one record mean to the file. Raises CellFault.

    Text is taken as it stands, composed (NFC) and without blanks around it. What a spreadsheet made
    of it is a fault wherever something may be lost: "12,50" that became the number 12.5.

    >>> target = ExchangeColumn("target_printed", "Chỉ tiêu như in", CellKind.VERBATIM)
    >>> stored_value(target, ["12,50"], AgencyLabels({}))
    '12,50'
    >>> stored_value(target, [12.5], AgencyLabels({}))
    Traceback (most recent call last):
    ...
    models.domain.exchange.exchange_sheets.CellFault: ô đang chứa số 12,5 chứ không phải chữ \
như bản in...
    """
    values = []
    for nth, cell in enumerate(cells):
        try:
            values.append(_stored(column, cell, labels))
        except CellFault as fault:
            fault.nth = nth
            raise
    return ";".join(value for value in values if value)


def _stored(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    if cell == NEVER_CALCULATED:
        raise CellFault("ô chứa công thức chưa có kết quả; xin mở sổ bằng Excel rồi lưu lại")
    if isinstance(cell, ErrorValue):
        raise CellFault(f"ô báo lỗi {cell.code} của bảng tính")
    return "" if cell is None else _STORED[column.kind](column, cell, labels)


def _stored_text(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    if isinstance(cell, str):
        return _text(cell)
    if isinstance(cell, bool):
        raise CellFault(f"ô đang chứa giá trị {'TRUE' if cell else 'FALSE'}, không phải chữ")
    if isinstance(cell, (dt.date, dt.datetime, dt.time, dt.timedelta)):
        raise CellFault(
            f"bảng tính đã đổi nội dung thành ngày giờ ({_seen(cell)}), không còn chữ đã gõ",
            "lại đúng chữ; trước khi gõ, đặt định dạng của ô là Văn bản (Text)",
        )
    if column.kind in (CellKind.ORDINAL, CellKind.TEXT) and isinstance(cell, (int, float)):
        whole = _whole(cell)
        if whole is not None:
            return str(whole)
    raise CellFault(
        f"ô đang chứa số {_seen(cell)} chứ không phải chữ như bản in: số 0, dấu chấm, dấu phẩy "
        "của bản in có thể đã mất",
        "lại đúng như bản in; trước khi gõ, đặt định dạng của ô là Văn bản (Text)",
    )


def _stored_whole(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        whole = _whole(cell)
        if whole is not None:
            return str(whole)
    elif not (text := _text(cell)):
        return ""
    elif _WHOLE.fullmatch(text):
        return str(int(text))
    raise CellFault(f"“{_seen(cell)}” không phải số nguyên")


def _stored_decimal(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    if isinstance(cell, str):
        text = _text(cell)
        if not text or _SHOWN_DECIMAL.fullmatch(text):
            return text.replace(",", ".")
        raise CellFault(
            f"“{text}” không đọc được là số", "số có dấu phẩy thập phân, không dấu chấm: 0,05; 1000"
        )
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < _EXACT_FLOAT:
        return str(int(cell)) if float(cell).is_integer() else f"{cell:.12f}".rstrip("0")
    raise CellFault(f"“{_seen(cell)}” không phải số")


def _stored_day(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    if isinstance(cell, dt.datetime):
        if cell.time() != dt.time():
            raise CellFault(f"“{_seen(cell)}” có cả giờ, ô này chỉ ghi ngày")
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, str):
        text = _text(cell)
        if not text or (column.kind is CellKind.DAY_OR_YEAR and _YEAR.fullmatch(text)):
            return text
        return _day(text).isoformat()
    whole = _whole(cell) if isinstance(cell, (int, float)) else None
    if column.kind is CellKind.DAY_OR_YEAR and whole is not None and 1900 <= whole <= 2200:
        return str(whole)
    raise CellFault(f"“{_seen(cell)}” không phải ngày")


def _stored_instant(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    if isinstance(cell, dt.datetime):
        local = cell.replace(tzinfo=None)
    elif isinstance(cell, dt.date):
        local = dt.datetime.combine(cell, dt.time())
    elif isinstance(cell, str):
        text = _text(cell)
        if not text:
            return ""
        day, _, clock = text.partition(" ")
        found = _TIME.fullmatch(clock.strip())
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise CellFault(f"“{text}” không phải ngày và giờ")
        local = dt.datetime.combine(_day(day), dt.time(int(found[1]), int(found[2])))
    else:
        raise CellFault(f"“{_seen(cell)}” không phải ngày và giờ")
    # A spreadsheet keeps time as a fraction of a day: 08:00 may come back as 07:59:59.999.
    return (
        (local + dt.timedelta(seconds=0.5))
        .replace(microsecond=0, tzinfo=HANOI)
        .isoformat(timespec="seconds")
    )


def _stored_choice(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    text = _text(cell)
    if not text or text in column.choices:
        return text
    folded = {shown.casefold(): stored for stored, shown in column.choices.items()}
    if text.casefold() in folded:
        return folded[text.casefold()]
    near = nearest_texts(text.casefold(), folded, 1, 0.7)
    listed = "; ".join(column.choices.values())
    meant = f"“{column.choices[folded[near[0]]]}” nếu ý là vậy, nếu không thì " if near else ""
    raise CellFault(f"“{text}” không có trong danh sách", f"{meant}một trong: {listed}")


def _stored_agency(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    text = _text(cell)
    return labels.code(text) if text else ""


def _stored_members(column: ExchangeColumn, cell: CellValue, labels: AgencyLabels) -> str:
    kinds = {shown.casefold(): stored for stored, shown in column.choices.items()}
    words = [part.strip() for part in _text(cell).split(";") if part.strip()]
    return ";".join(
        kinds.get(word.casefold()) or (word if word in column.choices else labels.code(word))
        for word in words
    )


_STORED = {
    CellKind.VERBATIM: _stored_text,
    CellKind.TEXT: _stored_text,
    CellKind.CODE: _stored_text,
    CellKind.ORDINAL: _stored_text,
    CellKind.WHOLE: _stored_whole,
    CellKind.DECIMAL: _stored_decimal,
    CellKind.DAY: _stored_day,
    CellKind.DAY_OR_YEAR: _stored_day,
    CellKind.INSTANT: _stored_instant,
    CellKind.CHOICE: _stored_choice,
    CellKind.MEMBERS: _stored_members,
    CellKind.AGENCY: _stored_agency,
    CellKind.AGENCIES: _stored_agency,
}


def _text(cell: CellValue) -> str:
    """The cell's text, composed; of anything else its text as seen."""
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else _seen(cell)
    return _composed(text) if len(text) > _SHORT else _composed_before(text)


@lru_cache(maxsize=8192)
def _composed_before(text: str) -> str:
    """A cell is asked for its text wherever it is looked at, and is mostly as it went out."""
    return _composed(text)


def _composed(text: str) -> str:
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("_x000D_", ""))
    lines = (" ".join(_BLANKS.split(line)).strip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines)).strip()


def _whole(number: float) -> int | None:
    return int(number) if abs(number) < _EXACT_FLOAT and float(number).is_integer() else None


def _day(text: str) -> dt.date:
    found, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    parts = found.groups()[::-1] if found else iso.groups() if iso else None
    if parts is None:
        raise CellFault(f"“{text}” không phải ngày")
    try:
        return dt.date(*(int(part) for part in parts))
    except ValueError:
        raise CellFault(f"“{text}”: không có ngày này trong lịch") from None


def _seen(cell: CellValue) -> str:
    """A cell's value as the office sees it, for messages."""
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y}" + (f" {cell:%H:%M}" if cell.time() != dt.time() else "")
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", ",")
    return cell.code if isinstance(cell, ErrorValue) else str(cell)
