"""Conditions of .xls that change how cells look ([MS-XLS] 2.4.42, 2.4.43, 2.4.56, 2.5.91)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.domain.reading.sight.colours import Rgb
from models.domain.reading.workbook_content import Area, ConditionalLook
from tasks.adapters.reading.binary.formula_tokens import formula_steps
from tasks.adapters.reading.looks.built_in_formats import BUILT_IN_FORMATS
from tasks.adapters.reading.looks.colours import Ground, rgb_of
from tasks.adapters.reading.looks.conditions import (
    IS_NUMBER,
    NO_DIFFERENCE,
    Difference,
    coloured,
    conditional_look,
    losing_ground,
    scaled,
)
from tasks.adapters.reading.looks.sheet_scans import SheetScan

CONDITIONAL, CONDITION, EXTENDED = 0x1B0, 0x1B1, 0x87B
CONDITIONAL_12, CONDITION_12 = 0x879, 0x87A  # of Excel 2007 and later
RECORDS = frozenset({CONDITIONAL, CONDITION, EXTENDED, CONDITIONAL_12, CONDITION_12})
_GRADIENT, _BAR, _ICONS = 3, 4, 6
_BEFORE_PAINT = 1 + 2 + 2 + 1 + 16  # bytes: flags, priority, template and its parameters
_ICONS_ONLY, _SHOWS_VALUE, _BY_VALUE = 0x01, 0x02, 2
_STOP = 24  # bytes of a stop of a scale: a number and a colour
_HEAD = 12  # bytes before what later versions add
_SIGNS = ("", "between", "notBetween", "=", "<>", ">", "<", ">=", "<=")
_OWN_NUMBER, _NUMBER, _FONT, _ALIGNED, _BORDER, _PATTERN = 0, 25, 26, 27, 28, 29
_FONT_SIZE, _STRUCK, _SOLID = 118, 0x80, 1
_WAYS, _LEFT_WAYS, _CROSSING = 0xC0000000, 16, 21  # of a line from corner to corner
_NO_FORE, _NO_BACK = 17, 18  # bits that say that a colour is left


@dataclass(slots=True)
class _Rule:
    areas: Sequence[Area]
    kind: str
    sign: str
    formulas: Sequence[bytes]
    difference: Difference
    priority: int
    stops: bool = True  # as of old: the first one that holds is the only one
    painted: ConditionalLook | None = None  # of one that paints scales, bars or icons


@dataclass(slots=True)
class BiffConditions:
    """The conditions of one sheet, record by record; `codes` are the workbook's formats."""

    codes: Mapping[int, str]
    ground: Ground = field(default_factory=Ground)
    rules: list[_Rule] = field(default_factory=list)
    by_number: dict[tuple[int, int], _Rule] = field(default_factory=dict)
    areas: Sequence[Area] = ()
    number: int = 0
    count: int = 0

    def take(self, record: int, data: bytes) -> None:
        """Takes a record of RECORDS; one that is cut off says nothing."""
        try:
            if record in (CONDITIONAL, CONDITIONAL_12):
                self._areas(data[_HEAD:] if record == CONDITIONAL_12 else data)
            elif record == CONDITION:
                self._condition(data, struct.unpack_from("<BBHH", data), 6)
            elif record == CONDITION_12:
                size = struct.unpack_from("<I", data, _HEAD + 6)[0]
                head = struct.unpack_from("<BBHH", data, _HEAD)
                self._condition(data, head, _HEAD + 10, size or 2, nothing=not size)
                if head[0] in (_GRADIENT, _BAR, _ICONS):
                    at = _HEAD + 10 + (size or 2) + head[2] + head[3]
                    at += 2 + struct.unpack_from("<H", data, at)[0] + _BEFORE_PAINT
                    self._paint(head[0], data[at:])
            else:
                self._extend(data)
        except (struct.error, IndexError):
            return

    def finish(self, scan: SheetScan) -> None:
        """Hands over what changes something."""
        for rule in self.rules:
            if rule.painted is not None:
                scan.under_condition(rule.priority, rule.painted)
            elif rule.difference.tells:
                steps = [formula_steps(f, long=False) for f in rule.formulas if f]
                look = conditional_look(
                    rule.areas, rule.kind, rule.sign, steps, rule.difference, stops=rule.stops
                )
                scan.under_condition(rule.priority, look)

    def _areas(self, data: bytes) -> None:
        self.number = struct.unpack_from("<H", data, 2)[0] >> 1
        count = struct.unpack_from("<H", data, 12)[0]
        places = [struct.unpack_from("<4H", data, 14 + 8 * n) for n in range(count)]
        self.areas = [(t + 1, e + 1, b + 1, r + 1) for t, b, e, r in places]
        self.count = 0

    def _condition(
        self,
        data: bytes,
        head: tuple[int, int, int, int],
        at: int,
        size: int = 0,
        *,
        nothing: bool = False,
    ) -> None:
        kind, sign, first, second = head
        difference, end = NO_DIFFERENCE, at
        if not nothing:
            difference, end = biff_difference(data, at, self.codes, self.ground)
        at = at + size if size else end
        formulas = (data[at : at + first], data[at + first : at + first + second])
        rule = _Rule(
            self.areas,
            "cellIs" if kind == 1 else "expression" if kind == 2 else "",
            _SIGNS[sign] if sign < len(_SIGNS) else "",
            formulas,
            difference,
            len(self.rules) + 1,
        )
        self.by_number[self.number, self.count] = rule
        self.count += 1
        self.rules.append(rule)

    def _paint(self, kind: int, data: bytes) -> None:
        """What the rule told last paints; a number may be hidden by it ([MS-XLS] 2.5.30 on)."""
        rule, grounds, hides = self.rules[-1], [], False
        if kind == _ICONS:
            hides = bool(data[5] & _ICONS_ONLY)
        elif kind == _BAR:
            hides = not data[3] & _SHOWS_VALUE
            grounds = [*scaled([self._colour(data[6:22])]), None]
        else:
            count = data[4]
            stops = data[len(data) - _STOP * count :] if count else b""
            grounds = [*scaled([self._colour(stops[_STOP * n + 8 :]) for n in range(count)])]
        if hides or grounds:
            rule.painted = ConditionalLook(
                rule.areas, IS_NUMBER, unseen=True if hides else None, grounds=grounds
            )

    def _colour(self, data: bytes) -> Rgb | None:
        kind, number, tint = struct.unpack_from("<IId", data)
        if kind == _BY_VALUE:
            return data[4], data[5], data[6]
        name = {1: "indexed", 3: "theme"}.get(kind)
        return rgb_of({name: str(number), "tint": f"{tint:.6f}"}, self.ground) if name else None

    def _extend(self, data: bytes) -> None:
        later, number = struct.unpack_from("<IH", data, _HEAD)
        if later:
            return  # of a condition that says all itself
        place, _, _, priority, flags, has_look = struct.unpack_from("<HBBHBB", data, _HEAD + 6)
        rule = self.by_number.get((number, place))
        if rule is None:
            return
        rule.priority, rule.stops = priority, bool(flags & 2)
        if has_look and struct.unpack_from("<I", data, _HEAD + 14)[0]:
            more, _ = biff_difference(data, _HEAD + 18, self.codes, self.ground)
            old = rule.difference
            rule.difference = Difference(
                old.number_format if more.number_format is None else more.number_format,
                old.struck if more.struck is None else more.struck,
                old.letters if more.letters is None else more.letters,
                old.ground if more.ground is None else more.ground,
                crossed=old.crossed if more.crossed is None else more.crossed,
            )


def biff_difference(
    data: bytes, at: int, codes: Mapping[int, str], ground: Ground
) -> tuple[Difference, int]:
    """What a differential format changes, and where it ends. Raises struct.error, IndexError."""
    bits, more = struct.unpack_from("<IH", data, at)
    at += 6
    code = struck = letters = None
    fill: Mapping[str, str] | None = None
    if bits >> _NUMBER & 1:
        if more >> _OWN_NUMBER & 1:
            size, count, wide = struct.unpack_from("<HHB", data, at)
            width = 2 if wide & 1 else 1
            raw = data[at + 5 : at + 5 + width * count]
            code = raw.decode("utf-16-le" if width == 2 else "latin-1", "replace")
            at += size
        else:
            code = codes.get(data[at + 1], BUILT_IN_FORMATS.get(data[at + 1]))
            at += 2
    if bits >> _FONT & 1:
        lines, colour = struct.unpack_from("<I", data, at + 68)[0], data[at + 80 : at + 84]
        left = struct.unpack_from("<I", data, at + 88)[0]
        struck = None if left & _STRUCK else bool(lines & _STRUCK)
        place = int.from_bytes(colour, "little", signed=True)
        letters = {"indexed": str(place)} if 0 <= place < 64 else None
        at += _FONT_SIZE
    at += 8 * (bits >> _ALIGNED & 1)
    crossed = None
    if bits >> _BORDER & 1:
        ways, line = struct.unpack_from("<2I", data, at)
        ways &= ~bits << _LEFT_WAYS & _WAYS
        crossed = (bool(ways) and bool(line >> _CROSSING & 0xF)) or None
        at += 8
    if bits >> _PATTERN & 1:
        pattern, colours = struct.unpack_from("<HH", data, at)
        behind, fore = colours >> 7 & 0x7F, colours & 0x7F
        stated = [
            {"indexed": str(colour)}
            for colour, left in ((behind, _NO_BACK), (fore, _NO_FORE))
            if not bits >> left & 1
        ]
        if pattern >> 10 in (0, _SOLID):
            fill = next(iter(stated), None)
        else:
            fill = losing_ground(stated, letters, ground)
        at += 4
    at += 2 * (bits >> 30 & 1)
    made = Difference(code or None, struck, *coloured(letters, fill, ground), crossed=crossed)
    return made, at
