"""What a clerk may leave empty in the appendices, filled in from what is printed and was there.

Codes, parents, groups, agencies, directions and notes follow from the printed row, from the row
above and from the year before. Nothing that is written is changed, and what follows from nothing is
asked for. Only a merged cell goes by the row above whatever is written in it, and that is said.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from config.exchange.exchange_tables import DIRECTIVE, OfficeFiles, Record, records_of
from config.files.catalogues import year_directories
from config.files.csv_files import day_of
from models.domain.errors import UnknownAgency
from models.domain.exchange.exchange_reading import (
    NAMING,
    PlacedRecord,
    SheetReading,
    agency_names,
)
from models.domain.exchange.exchange_sheets import AgencyLabels, CellFault, ExchangeSheet
from models.domain.notation.not_read import NotRead
from models.domain.notation.vietnamese_text import fold
from models.domain.register.agencies import Agency, AgencyKind, Collective, Register
from models.domain.register.catalogue import Basis
from models.domain.register.printed_names import code_meant, names_in
from models.domain.register.successions import Succession, Successions
from models.domain.register.target_reading import read_target
from models.domain.register.targets import Direction, carried_direction

_APPENDIX = {
    "appendix_1": "I",
    "appendix_2": "II",
    "appendix_3": "III",
    "appendix_4": "IV",
    "appendix_5": "V",
    "body_targets": "body",
}
_YEARLY = {"appendix_4": "task", "appendix_5": "project"}  # codes that bear the year
_READINGS = ("name", "unit", "target_reading", "deadline_reading", "investment_reading")
_DASH = re.compile(r"^([-+–*•])\s")
_LONGEST_CODE = 48
_COUNTED_BELOW = re.compile(r"\d+(?:\.\d+)+\.?")


@dataclass
class _Year:
    """What all sheets are completed by."""

    year: int
    register: Register
    day: dt.date
    labels: AgencyLabels
    headings: Mapping[str, Sequence[str]]  # numbers by appendix
    taken: set[str] = field(default_factory=set)  # codes of rows
    remarks: list[str] = field(default_factory=list)


def complete(
    readings: Mapping[str, SheetReading], files: OfficeFiles, labels: AgencyLabels
) -> list[str]:
    """Fills the appendices' records; complaints go to their sheets. Returns what is worth knowing.

    The agencies, successions and collectives are those of the workbook over those of the files.
    """
    for key in NAMING:
        labels = labels.joined(agency_names(r.values for r in readings[key].records))
    year = _Year(
        files.year,
        _register(readings, files),
        _day(readings[DIRECTIVE], files.year),
        labels,
        _headings(readings["headings"]),
    )
    for key in _APPENDIX:
        year.taken |= {r.values["code"] for r in readings[key].records if r.values["code"]}
    for key in _APPENDIX:
        if readings[key].present:
            _Sheet(readings[key], year, _before(readings[key].sheet, files)).complete()
    return year.remarks


# --- One sheet ------------------------------------------------------------------------------------


class _Sheet:
    def __init__(self, reading: SheetReading, year: _Year, before: Sequence[Record]) -> None:
        self.reading = reading
        self.sheet = reading.sheet
        self.year = year
        self.before = {r["code"]: r for r in before}
        self._by_name = {fold(_plain(r)): r["code"] for r in before}
        self.co_printed = any(r.values.get("co_agencies_printed") for r in reading.records)

    def complete(self) -> None:
        """Every record in its order: each may go by the one above."""
        done: list[PlacedRecord] = []
        for record in self.reading.records:
            values, doubtful = dict(record.values), set(record.doubtful)
            current = _Row(record, values, doubtful)
            self._code(current)
            self._parent(current, done)
            self._group(current, done)
            self._agencies(current, done[-1] if done else None)
            self._direction(current)
            self._note(current)
            done.append(replace(record, values=values, doubtful=frozenset(doubtful)))
        self.reading.records[:] = done

    def _open(self, row: _Row, key: str) -> bool:
        """Whether the sheet has the column and the row leaves it empty."""
        return bool(self.sheet.column(key)) and not row.values[key] and key not in row.doubtful

    def _ask(self, row: _Row, key: str, text: str = "", advice: str = "") -> None:
        column = self.sheet.column(key)
        row.doubtful.add(key)
        if column:
            said = text or f"“{column.header}” còn trống"
            self.reading.complain(row.record.cell(key), said, advice or column.advice)

    def _code(self, row: _Row) -> None:
        if not self._open(row, "code"):
            return
        code = self._by_name.get(fold(_plain(row.values)), "")
        if self.sheet.key in _YEARLY or not code or code in self.year.taken:
            code = self._new_code(row.values)
        row.values["code"] = code
        self.year.taken.add(code)

    def _new_code(self, values: Record) -> str:
        if prefix := _YEARLY.get(self.sheet.key):
            number = re.sub(r"[^a-z0-9]+", "_", fold(values["number"])).strip("_")
            number = f"{int(number):02}" if number.isdigit() else number
            stem = f"{prefix}_{self.year.year}_{number or 'x'}"
        else:
            words = re.findall(r"[a-z0-9]+", fold(_plain(values)))
            stem = "_".join(words) or "chi_tieu"
            stem = stem if stem[0].isalpha() else f"ct_{stem}"
            stem = stem[:_LONGEST_CODE].rstrip("_")
        nth, code = 1, stem
        while code in self.year.taken:
            nth += 1
            code = f"{stem}_{nth}"
        return code

    def _parent(self, row: _Row, done: Sequence[PlacedRecord]) -> None:
        depth = _depth(row.values)
        if depth and self._open(row, "parent"):
            above = (r for r in reversed(done) if _depth(r.values) < depth)
            if (found := next(above, None)) is not None:
                row.values["parent"] = found.values["code"]

    def _group(self, row: _Row, done: Sequence[PlacedRecord]) -> None:
        if not self._open(row, "group"):
            return
        known = self.year.headings.get(_APPENDIX[self.sheet.key], ())
        if done:
            row.values["group"] = done[-1].values["group"]
        elif len(known) == 1:
            row.values["group"] = known[0]
        elif known:
            self._ask(row, "group")

    def _direction(self, row: _Row) -> None:
        if not self._open(row, "direction"):
            return
        values = row.values
        reading = values.get("target_reading") or values.get("target_printed") or ""
        if not reading and self.sheet.column("target_printed"):
            values["direction"] = Direction.NONE
            return
        carried = _carried(reading)
        before = self.before.get(values["code"], {}).get("direction", "")
        unread = isinstance(read_target(reading), NotRead)
        if unread and not before:
            row.doubtful.add("direction")  # asked for once the target can be read
        elif carried:
            values["direction"] = carried
        elif before and before != Direction.NONE:
            values["direction"] = before
        else:
            self._ask(row, "direction")

    def _note(self, row: _Row) -> None:
        if not self._open(row, "note"):
            return
        told = []
        for key in _READINGS:
            printed = "target_printed" if key == "target_reading" else f"{key}_printed"
            printed = printed.replace("_reading_printed", "_printed")
            own, print_ = row.values.get(key, ""), row.values.get(printed, "")
            if own and own != print_ and not (key == "name" and own == _plain(row.values)):
                told.append(f"“{print_}”" if print_ else "để trống")
        if told:
            row.values["note"] = f"Bản in: {'; '.join(told)}."

    # Who answers

    def _agencies(self, row: _Row, above: PlacedRecord | None) -> None:
        if "agencies" in row.doubtful or "basis" in row.doubtful:
            return
        values = row.values
        printed = values.get("agencies_printed", ""), values.get("co_agencies_printed", "")
        merged = above is not None and not any(printed) and bool(self.sheet.column(PRINTED))
        if values["basis"] == Basis.CONTINUED and merged and above is not None:
            self._as_above(row, above)
        elif values["agencies"]:
            self._for_unknown(row, printed)
            self._basis(row, any(printed))
        elif any(printed):
            self._as_printed(row, printed)
        elif merged and not values["basis"] and above is not None:
            self._as_above(row, above)
        else:
            self._ask(row, "agencies")

    def _as_above(self, row: _Row, above: PlacedRecord) -> None:
        own = row.values["agencies"]
        row.values["basis"] = Basis.CONTINUED
        row.values["agencies"] = above.values["agencies"]
        if "leads" in row.values:
            row.values["leads"] = above.values.get("leads", "")
        if "agencies" in above.doubtful:
            row.doubtful.add("agencies")
        elif own and own != above.values["agencies"]:
            cell = row.record.cell("agencies")
            self.year.remarks.append(
                f"Trang «{self.sheet.title}», ô {cell}: ô gộp, lấy cơ quan theo dòng ngay trên."
            )

    def _for_unknown(self, row: _Row, printed: tuple[str, str]) -> None:
        """Where just the names that nobody bears were chosen for, the others follow the print."""
        code_of = code_meant(self.year.register, self.year.day)
        names = [found for cell in printed if cell for found in names_in(cell, code_of)]
        chosen = row.values["agencies"].split(";")
        unknown = sum(not code for _, code in names)
        if not 0 < unknown < len(names) or len(chosen) != unknown:
            return
        by_hand = iter(chosen)
        row.values["agencies"] = ";".join(dict.fromkeys(code or next(by_hand) for _, code in names))

    def _basis(self, row: _Row, printed: bool) -> None:
        if not row.values["basis"]:
            row.values["basis"] = Basis.PRINTED if printed else Basis.ASSIGNED

    def _on_another_day(self, name: str) -> str:
        """Why a known name is nobody's on the day of issue, and who answers in its place."""
        try:
            self.year.register.responsible_for(name, self.year.day)
        except UnknownAgency as error:
            return str(error).rstrip(".")
        return f"“{name}” không có vào ngày ban hành"

    def _as_printed(self, row: _Row, printed: tuple[str, str]) -> None:
        code_of = code_meant(self.year.register, self.year.day)
        lead, co = (names_in(cell, code_of) if cell else [] for cell in printed)
        unknown = [name for name, code in (*lead, *co) if not code]
        for name in unknown:
            try:
                self.year.labels.code(name)
            except CellFault as fault:
                text, advice = fault.text, fault.advice
            else:  # it exists on another day
                text, advice = self._on_another_day(name), ""
            self._ask(row, "agencies", f"bản in ghi “{name}”: {text}", advice)
        if unknown:
            return
        codes = dict.fromkeys(code for _, code in (*lead, *co))
        row.values["agencies"] = ";".join(codes)
        row.values["basis"] = row.values["basis"] or Basis.PRINTED
        leading = len(dict.fromkeys(code for _, code in lead))
        if self._open(row, "leads") and self.co_printed and leading > 1:
            row.values["leads"] = str(leading)


PRINTED = "agencies_printed"


@dataclass(frozen=True)
class _Row:
    """A record under way."""

    record: PlacedRecord
    values: dict[str, str]
    doubtful: set[str]


def _plain(values: Record) -> str:
    """The row's name as it is read, without the dash before it."""
    return _DASH.sub("", values.get("name") or values.get("name_printed", ""))


def _depth(values: Record) -> int:
    """How deep a row stands by its number: 1 above 1.1, that above a), that above a dash."""
    number = values.get("number", "").strip()
    if _COUNTED_BELOW.fullmatch(number):
        return number.rstrip(".").count(".")
    if number.rstrip(".").isdigit() or re.fullmatch(r"[IVXLC]+\.?", number):
        return 0
    dash = number[:1] if number[:1] in "-+–*•" and number else ""
    dash = dash or ("" if number else (m[1] if (m := _DASH.match(values["name_printed"])) else ""))
    if dash:
        return 12 if dash == "+" else 11
    return 10 if re.fullmatch(r"[a-zđ][).]?", number) else 0


def _carried(reading: str) -> str:
    """The direction that a target says itself: "> 10" is better high, "≤ 3,5" low."""
    said = read_target(reading)
    if said is None or isinstance(said, NotRead):
        return ""
    if said.target is None:
        return Direction.NONE  # it is reported in words
    found = carried_direction(said.target)
    return found.value if found else ""


# --- What all go by -------------------------------------------------------------------------------


def _day(reading: SheetReading, year: int) -> dt.date:
    """The directive's day; of the year where that could not be read."""
    written = reading.records[0].values["date"] if reading.records else ""
    return dt.date.fromisoformat(written) if written else dt.date(year, 1, 1)


def _headings(reading: SheetReading) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in reading.records:
        found.setdefault(record.values["appendix"], []).append(record.values["number"])
    return found


def _before(sheet: ExchangeSheet, files: OfficeFiles) -> list[dict[str, str]]:
    """The sheet's records of the newest year before; none where there is no such year."""
    years = [int(d.name) for d in year_directories(files.config_dir)]
    earlier = replace(files, year=max((y for y in years if y < files.year), default=0))
    return records_of(sheet, earlier) if earlier.path(sheet).is_file() else []


def _register(readings: Mapping[str, SheetReading], files: OfficeFiles) -> Register:
    """The register as the import would leave it, as far as its lines can be read."""
    agencies = {
        code: agency
        for values in _merged(readings["agencies"], files)
        if (code := values["code"]) and (agency := _agency(values)) is not None
    }
    collectives = {
        values["code"]: Collective(
            values["code"],
            values["name"],
            members=_items(values["members"]),
            aliases=_items(values["aliases"]),
        )
        for values in _merged(readings["collectives"], files)
    }
    lines = tuple(filter(None, map(_succession, _merged(readings["successions"], files))))
    return Register(agencies, {}, Successions(lines), collectives)


def _merged(reading: SheetReading, files: OfficeFiles) -> Iterator[Record]:
    """The file's records, the workbook's in the place of those that they are."""
    own = {_identity(reading.sheet, r.values): r.values for r in reading.records}
    path = files.path(reading.sheet)
    for values in records_of(reading.sheet, files) if path.is_file() else ():
        if _identity(reading.sheet, values) not in own:
            yield values
    yield from own.values()


def _identity(sheet: ExchangeSheet, values: Record) -> tuple[str, ...]:
    return tuple(values.get(key, "") for key in sheet.identified_by)


def _agency(values: Record) -> Agency | None:
    try:
        kind = AgencyKind(values["kind"])
    except ValueError:
        return None
    begins = day_of(values["valid_from"])
    return Agency(
        values["code"],
        values["name"],
        kind,
        aliases=_items(values["aliases"]),
        valid_from=begins or dt.date(1900, 1, 1),
        valid_to=day_of(values["valid_to"]),
        province=values.get("province", ""),
    )


def _succession(values: Record) -> Succession | None:
    on = day_of(values["on"])
    if on is None or not values["predecessor"] or not values["successor"]:
        return None
    return Succession(values["predecessor"], values["successor"], on, _items(values["duties"]))


def _items(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
