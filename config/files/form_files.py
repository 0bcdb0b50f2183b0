"""Forms from `config/forms/*.toml`, checked field by field before anything is built from them."""

from __future__ import annotations

import dataclasses
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from config.files.toml_files import TomlFile, toml_of, toml_text
from models.domain.answers.asked_cells import DISTRICTS, PREFILLED, sheets_of_line
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault
from models.domain.reading.form_words import FORM_WORDS, POINT, unknown_words
from models.domain.reading.forms import (
    CHOICE_SOURCES,
    DETAIL_SOURCES,
    EARLIER,
    FIXED_CHOICES,
    FREE_SOURCES,
    INSTRUCTION_FIELDS,
    MEANINGS,
    OFFICE_SOURCES,
    PAPER_PARTS,
    PREFILL_SOURCES,
    TERRITORIES,
    Column,
    Form,
    SheetForm,
    SheetKind,
    ValueType,
)
from models.domain.register.catalogue import PERIODS, Appendix
from models.domain.register.clear_points import KNOWN_POINTS

MAX_TITLE = 31  # characters Excel allows in a sheet's name
MAX_HELP = 255  # characters Excel allows in an input message
MAX_CHOICES = 255  # characters of a list written into the drop-down itself
REQUIRED_MARK = "(*)"

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BAD_IN_TITLE = re.compile(r"[\[\]:*?/\\]")


def load_forms(config_dir: Path) -> dict[str, Form]:
    """All forms under `config_dir`/forms by code. Raises ConfigurationFault with every fault."""
    forms: dict[str, Form] = {}
    faults: list[Fault] = []
    for path in sorted((config_dir / "forms").glob("*.toml")):
        try:
            form = load_form(path)
        except ConfigurationFault as fault:
            faults.extend(fault.found)
            continue
        if form.code in forms:
            faults.append(_At(path.name).fault("form.code_taken", "code", value=form.code))
        forms[form.code] = form
    if faults:
        raise ConfigurationFault(faults)
    return forms


def load_form(path: Path) -> Form:
    """The form of one file. Raises ConfigurationFault, which names file, line and field."""
    return _sound_form(path.name, toml_text(path))


@lru_cache(maxsize=16)
def _sound_form(name: str, text: str) -> Form:
    """The form of a file of that name and text: a form is frozen, so the same text gives it again.

    Forms are the longest of the office's files and change the least; every flow that opens the
    office would read and check them anew.
    """
    file = toml_of(name, text)
    faults = check_form(file)
    if faults:
        raise ConfigurationFault(faults)
    return _form(file.content)


@dataclass(frozen=True)
class _At:
    """A place of a form file that a fault speaks of: the whole, a sheet, or a sheet's column.

    On which line it stands is asked for a fault only: of a sound file nobody wants to know.
    """

    file: str
    line: Callable[[], int] | None = None
    sheet: object = None
    column: object = None

    def fault(self, code: str, field: str = "", /, **arguments: object) -> Fault:
        """A fault of a field there."""
        arguments = {"sheet": self.sheet, "of_column": self.column, **arguments}
        key = (field,) if field else ()
        line = self.line() if self.line else 0
        return Fault(code, self.file, line, key=key, arguments=arguments)


def check_form(file: TomlFile) -> list[Fault]:
    """Every fault of a form file; empty when it can be used.

    The line is that of the sheet or column with the fault.
    """
    faults: list[Fault] = []
    data, at = file.content, _At(file.name)
    _check_fields(data, Form, {"code", "version", "title", "sheets"}, at, faults)
    for name in ("code", "version"):
        value = data.get(name)
        if isinstance(value, str) and not (_CODE.fullmatch(value) and len(value) <= 64):
            faults.append(at.fault("form.identifier_form", name, value=value))
    _check_words(data.get("title", ""), at, "title", faults)
    _check_words(data.get("advice", ""), at, "advice", faults)
    _check_instructions(data.get("instructions"), at, faults)
    _check_abouts(data, at, faults)
    sheets = data.get("sheets")
    if not isinstance(sheets, list) or not sheets:
        faults.append(at.fault("form.no_sheets", "sheets"))
        return faults
    _check_unique((s.get("key") for s in _tables(sheets)), at, "sheets.key", faults)
    titles = (str(s.get("title")).casefold() for s in _tables(sheets))
    _check_unique(titles, at, "sheets.title", faults)
    for number, sheet in enumerate(sheets, 1):
        if not isinstance(sheet, Mapping):
            faults.append(at.fault("form.no_table", f"sheets[{number}]"))
            continue
        named = sheet.get("key", number)
        line = partial(file.line_of, ("sheets", number))
        _check_sheet(sheet, _At(file.name, line, named), faults)
        for column_number, column in enumerate(_tables(sheet.get("columns")), 1):
            line = partial(file.line_of, ("sheets", number, "columns", column_number))
            of_column = _At(file.name, line, named, column.get("key", "?"))
            _check_column(column, _kind(sheet.get("kind")), of_column, faults)
    return faults


def _check_abouts(data: Mapping[str, Any], at: _At, faults: list[Fault]) -> None:
    """Lines that are about some sheets name sheets that there are."""
    sheets = data.get("sheets")
    keys = {s.get("key") for s in _tables(sheets if isinstance(sheets, list) else [])}
    for field in ("advice", "instructions"):
        lines = data.get(field)
        for number, line in enumerate(lines if isinstance(lines, list) else [], 1):
            for key in sheets_of_line(str(line))[0]:
                if key not in keys and key not in (PREFILLED, DISTRICTS):
                    faults.append(
                        at.fault("form.unknown_sheet_of_line", f"{field}[{number}]", value=key)
                    )


def _check_instructions(value: object, at: _At, faults: list[Fault]) -> None:
    """Paragraphs are filled with the agency's facts, too: they must be sound as templates."""
    for number, paragraph in enumerate(value if isinstance(value, list) else [], 1):
        try:
            list(string.Formatter().parse(str(paragraph)))
        except ValueError as fault:
            faults.append(
                at.fault("form.bad_template", f"instructions[{number}]", reason=str(fault))
            )
            continue
        _check_words(paragraph, at, f"instructions[{number}]", faults, INSTRUCTION_FIELDS)


def _check_words(
    value: object,
    at: _At,
    field: str,
    faults: list[Fault],
    further: tuple[str, ...] = (),
) -> None:
    """Placeholders that nothing stands for."""
    of_point = POINT in further
    further = tuple(name for name in further if name != POINT)
    faults.extend(
        at.fault(
            "form.placeholder_unknown",
            field,
            name=name,
            known=(*FORM_WORDS, *further, *((POINT,) if of_point else ())),
        )
        for name in unknown_words(str(value), of_point=of_point, further=further)
    )


def _check_sheet(sheet: Mapping[str, Any], at: _At, faults: list[Fault]) -> None:
    _check_fields(sheet, SheetForm, {"key", "title", "kind", "heading"}, at, faults)
    _check_key(sheet.get("key"), at, faults)
    for field in ("title", "heading", "guidance"):
        _check_words(sheet.get(field, ""), at, field, faults)
    title = sheet.get("title")
    if isinstance(title, str):
        if not 0 < len(title) <= MAX_TITLE:
            faults.append(at.fault("form.title_length", "title", length=len(title), most=MAX_TITLE))
        if _BAD_IN_TITLE.search(title) or title[:1] in "'_" or title[-1:] == "'":
            faults.append(at.fault("form.title_characters", "title", value=title))
    kind = _member(SheetKind, sheet.get("kind"), at, "kind", faults)
    for value in sheet.get("appendices", ()):
        _member(Appendix, value, at, "appendices", faults)
    if kind is SheetKind.TABLE and not sheet.get("appendices"):
        faults.append(at.fault("form.no_appendices", "appendices"))
    if kind is SheetKind.FREE_TABLE and not sheet.get("free_rows", 0) > 0:
        faults.append(at.fault("form.no_free_rows", "free_rows"))
    columns = sheet.get("columns", [])
    if kind is not SheetKind.INSTRUCTIONS and not columns:
        faults.append(at.fault("form.no_columns", "columns"))
    _check_unique((c.get("key") for c in _tables(columns)), at, "columns.key", faults)
    headers = [
        # A column of a point is headed by its words, which are the directive's.
        str(c.get("header")).replace(f"{{{POINT}}}", str(c.get("five_clear"))).casefold()
        for c in _tables(columns)
    ]
    headers += [str(old).casefold() for c in _tables(columns) for old in c.get("formerly", ())]
    _check_unique(headers, at, "columns.header", faults)
    if kind is SheetKind.TABLE and not any(
        c.get("office") and c.get("source") == "code" for c in _tables(columns)
    ):
        faults.append(at.fault("form.no_code_column", "columns"))
    meant = Counter(
        (c.get("meaning"), c.get("territory", ""), c.get("period", ""))
        for c in _tables(columns)
        if c.get("meaning") and not c.get("office")
    )
    faults.extend(
        at.fault("form.meaning_twice", "columns.meaning", value=meaning)
        for (meaning, _, _), times in meant.items()
        if times > 1
    )
    _check_alternatives(_tables(columns), at, faults)


def _check_alternatives(columns: Sequence[Mapping[str, Any]], at: _At, faults: list[Fault]) -> None:
    """A column to be filled instead is one that the agency fills, of the same sheet."""
    inputs = {c.get("key") for c in columns if not c.get("office")}
    for column in columns:
        names = column.get("alternatives", [])
        of_column = dataclasses.replace(at, column=column.get("key", "?"))
        for name in names if isinstance(names, list) else []:
            if name not in inputs or name == column.get("key"):
                faults.append(
                    of_column.fault("form.alternative_unknown", "alternatives", value=name)
                )
        if names and not column.get("required"):
            faults.append(of_column.fault("form.only_if_required", "alternatives"))


def _check_column(
    column: Mapping[str, Any], kind: SheetKind | None, at: _At, faults: list[Fault]
) -> None:
    _check_fields(column, Column, {"key", "header", "type"}, at, faults)
    _check_key(column.get("key"), at, faults)
    point = (POINT,) if column.get("five_clear") else ()
    for field in ("header", "label", "help"):
        _check_words(column.get(field, ""), at, field, faults, point)
    value_type = _member(ValueType, column.get("type"), at, "type", faults)
    office, source = column.get("office", False), column.get("source", "")
    allowed = _sources(kind, office=bool(office))
    if (office or source) and source not in allowed:
        faults.append(
            at.fault("form.source_unknown", "source", value=source, known=tuple(allowed) or ("-",))
        )
    text = column.get("help", "")
    if isinstance(text, str) and len(text) > MAX_HELP:
        faults.append(at.fault("form.too_long", "help", length=len(text), most=MAX_HELP))
    width = column.get("width", 14)
    if isinstance(width, int) and not 3 <= width <= 100:
        faults.append(at.fault("form.width", "width", value=width))
    if column.get("period", "") not in ("", *PERIODS):
        faults.append(
            at.fault("form.period_unknown", "period", value=column["period"], known=PERIODS)
        )
    if column.get("paper", "") not in ("", *PAPER_PARTS):
        faults.append(
            at.fault("form.paper_unknown", "paper", value=column["paper"], known=PAPER_PARTS)
        )
    if column.get("five_clear", "") not in ("", *KNOWN_POINTS):
        faults.append(at.fault("form.five_clear_unknown", "five_clear", value=column["five_clear"]))
    _check_choices(column, value_type, at, faults)
    header, required = column.get("header"), column.get("required", False)
    if isinstance(header, str) and not office and header.endswith(REQUIRED_MARK) != required:
        faults.append(at.fault("form.required_mark", "header"))
    if office and required:
        faults.append(at.fault("form.office_required", "required"))
    if column.get("lead_only") and not required:
        faults.append(at.fault("form.only_if_required", "lead_only"))
    _check_meaning(column, value_type, at, faults)


def _check_meaning(
    column: Mapping[str, Any], value_type: ValueType | None, at: _At, faults: list[Fault]
) -> None:
    """What a column says, of which territory, and whose earlier answer stands in it."""
    meaning, territory = column.get("meaning", ""), column.get("territory", "")
    if meaning not in ("", *MEANINGS):
        faults.append(
            at.fault("form.meaning_unknown", "meaning", value=meaning, known=tuple(MEANINGS))
        )
    if territory not in ("", *TERRITORIES):
        faults.append(
            at.fault(
                "form.territory_unknown", "territory", value=territory, known=tuple(TERRITORIES)
            )
        )
    fixed = FIXED_CHOICES.get(meaning)
    if fixed and (value_type is not ValueType.CHOICE or tuple(column.get("choices", ())) != fixed):
        faults.append(
            at.fault("form.fixed_choices", "choices", meaning=meaning, choices=tuple(fixed))
        )
    carry, earlier = column.get("carry", ""), column.get("source") == EARLIER
    if isinstance(carry, str) and carry and not _KEY.fullmatch(carry):
        faults.append(at.fault("form.carry_form", "carry", value=carry))
    if earlier and not carry:
        faults.append(at.fault("form.carry_lacking", "carry"))
    if column.get("office") and carry and not earlier:
        faults.append(at.fault("form.carry_of_office", "carry"))


def _check_choices(
    column: Mapping[str, Any], value_type: ValueType | None, at: _At, faults: list[Fault]
) -> None:
    choices, choices_from = column.get("choices", []), column.get("choices_from", "")
    if choices_from and choices_from not in CHOICE_SOURCES:
        faults.append(at.fault("form.choices_from_unknown", "choices_from", value=choices_from))
    if value_type is ValueType.CHOICE and bool(choices) == bool(choices_from):
        faults.append(at.fault("form.choices_one_of", "choices"))
    if value_type is not ValueType.CHOICE and (choices or choices_from):
        faults.append(at.fault("form.choices_only", "choices"))
    if isinstance(choices, list):
        if len(",".join(map(str, choices))) > MAX_CHOICES:
            faults.append(at.fault("form.choices_too_long", "choices", most=MAX_CHOICES))
        if any("," in str(c) for c in choices):
            faults.append(at.fault("form.choices_comma", "choices"))


def _sources(kind: SheetKind | None, *, office: bool) -> Sequence[str]:
    if kind is SheetKind.TABLE:
        return OFFICE_SOURCES if office else ()
    if kind is SheetKind.FREE_TABLE:
        return FREE_SOURCES if office else ()
    return DETAIL_SOURCES if office else PREFILL_SOURCES


_PLAIN_TYPES = {"str": str, "bool": bool, "int": int}


def _check_fields(
    data: Mapping[str, Any], record: type, needed: set[str], at: _At, faults: list[Fault]
) -> None:
    """Unknown and missing fields, and values of the wrong TOML type."""
    fields = {f.name: str(f.type) for f in dataclasses.fields(record)}
    for name, value in data.items():
        declared = fields.get(name)
        if declared is None:
            faults.append(at.fault("form.field_unknown", name))
        elif declared.startswith("Sequence"):
            if not isinstance(value, list):
                faults.append(at.fault("form.no_list", name))
        elif type(value) is not _PLAIN_TYPES.get(declared, str):
            faults.append(at.fault("form.wrong_type", name, value=value))
    faults.extend(at.fault("form.lacking", name) for name in sorted(needed - data.keys()))


def _check_key(value: object, at: _At, faults: list[Fault]) -> None:
    if isinstance(value, str) and not _KEY.fullmatch(value):
        faults.append(at.fault("form.key_form", "key", value=value))


def _check_unique(values: Iterable[object], at: _At, field: str, faults: list[Fault]) -> None:
    seen: set[object] = set()
    for value in values:
        if not isinstance(value, str):
            continue
        if value in seen:
            faults.append(at.fault("form.twice", field, value=value))
        seen.add(value)


def _kind(value: object) -> SheetKind | None:
    """The sheet's kind, None for what is none."""
    return next((kind for kind in SheetKind if kind.value == value), None)


def _member(kind: type[Any], value: object, at: _At, field: str, faults: list[Fault]) -> Any:
    try:
        return kind(value)
    except ValueError:
        if value is not None:
            known = tuple(m.value for m in kind)
            faults.append(at.fault("form.member_unknown", field, value=value, known=known))
        return None


def _tables(values: object) -> list[Mapping[str, Any]]:
    return [v for v in values if isinstance(v, Mapping)] if isinstance(values, list) else []


def _form(data: Mapping[str, Any]) -> Form:
    lists = ("sheets", "accepts", "instructions", "advice")
    plain = {k: v for k, v in data.items() if k not in lists}
    return Form(
        **plain,
        sheets=tuple(_sheet(s) for s in data["sheets"]),
        accepts=tuple(data.get("accepts", ())),
        instructions=tuple(data.get("instructions", ())),
        advice=tuple(data.get("advice", ())),
    )


def _sheet(data: Mapping[str, Any]) -> SheetForm:
    apart = ("kind", "appendices", "columns", "formerly")
    plain = {k: v for k, v in data.items() if k not in apart}
    return SheetForm(
        **plain,
        formerly=tuple(data.get("formerly", ())),
        kind=SheetKind(data["kind"]),
        appendices=tuple(Appendix(a) for a in data.get("appendices", ())),
        columns=tuple(_column(c) for c in data.get("columns", ())),
    )


def _column(data: Mapping[str, Any]) -> Column:
    apart = ("type", "choices", "alternatives", "formerly")
    plain = {k: v for k, v in data.items() if k not in apart}
    return Column(
        **plain,
        formerly=tuple(data.get("formerly", ())),
        type=ValueType(data["type"]),
        choices=tuple(data.get("choices", ())),
        alternatives=tuple(data.get("alternatives", ())),
    )
