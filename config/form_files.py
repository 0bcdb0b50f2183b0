"""Forms from `config/forms/*.toml`, checked field by field before anything is built from them."""

from __future__ import annotations

import dataclasses
import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config.toml_files import TomlFile, read_toml
from models.domain.catalogue import PERIODS, Appendix
from models.domain.errors import ConfigurationFault
from models.domain.forms import (
    CHOICE_SOURCES,
    DETAIL_SOURCES,
    EARLIER,
    FIVE_CLEAR_NAMES,
    FIXED_CHOICES,
    FREE_SOURCES,
    INSTRUCTION_FIELDS,
    MEANINGS,
    OFFICE_SOURCES,
    PREFILL_SOURCES,
    TERRITORIES,
    Column,
    Form,
    SheetForm,
    SheetKind,
    ValueType,
)

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
    faults: list[str] = []
    for path in sorted((config_dir / "forms").glob("*.toml")):
        try:
            form = load_form(path)
        except ConfigurationFault as fault:
            faults.extend(fault.faults)
            continue
        if form.code in forms:
            faults.append(f"{path.name}: code: mã mẫu «{form.code}» đã có ở tệp khác")
        forms[form.code] = form
    if faults:
        raise ConfigurationFault(faults)
    return forms


def load_form(path: Path) -> Form:
    """The form of one file. Raises ConfigurationFault, which names file, line and field."""
    file = read_toml(path)
    faults = check_form(file)
    if faults:
        raise ConfigurationFault(faults)
    return _form(file.content)


def check_form(file: TomlFile) -> list[str]:
    """Every fault of a form file, one sentence each; empty when it can be used.

    The line is that of the sheet or column with the fault.
    """
    faults: list[str] = []
    data, at = file.content, f"{file.name}:"
    _check_fields(data, Form, {"code", "version", "title", "sheets"}, at, faults)
    for name in ("code", "version"):
        value = data.get(name)
        if isinstance(value, str) and not (_CODE.fullmatch(value) and len(value) <= 64):
            faults.append(f"{at} {name}: «{value}» chỉ được gồm chữ không dấu, số, chấm và gạch")
    _check_instructions(data.get("instructions"), at, faults)
    sheets = data.get("sheets")
    if not isinstance(sheets, list) or not sheets:
        faults.append(f"{at} sheets: mẫu phải có ít nhất một trang")
        return faults
    _check_unique((s.get("key") for s in _tables(sheets)), f"{at} sheets.key", faults)
    _check_unique(
        (str(s.get("title")).casefold() for s in _tables(sheets)), f"{at} sheets.title", faults
    )
    for number, sheet in enumerate(sheets, 1):
        place = f"sheets[{number}]"
        if not isinstance(sheet, Mapping):
            faults.append(f"{at} {place}: phải là một bảng [[sheets]]")
            continue
        words = f"trang «{sheet.get('key', number)}»:"
        _check_sheet(sheet, f"{file.at(place)}: {words}", faults)
        for column_number, column in enumerate(_tables(sheet.get("columns")), 1):
            column_at = file.at(f"{place}.columns[{column_number}]")
            named = f"{column_at}: {words} cột «{column.get('key', '?')}»:"
            _check_column(column, _kind(sheet.get("kind")), named, faults)
    return faults


def _check_instructions(value: object, at: str, faults: list[str]) -> None:
    for number, paragraph in enumerate(value if isinstance(value, list) else [], 1):
        try:
            names = [n for _, n, _, _ in string.Formatter().parse(str(paragraph)) if n is not None]
        except ValueError as fault:
            faults.append(f"{at} instructions[{number}]: {fault}")
            continue
        faults.extend(
            f"{at} instructions[{number}]: không có chỗ thay thế {{{name}}}; "
            f"dùng được: {', '.join(INSTRUCTION_FIELDS)}"
            for name in names
            if name not in INSTRUCTION_FIELDS
        )


def _check_sheet(sheet: Mapping[str, Any], at: str, faults: list[str]) -> None:
    _check_fields(sheet, SheetForm, {"key", "title", "kind", "heading"}, at, faults)
    _check_key(sheet.get("key"), at, faults)
    title = sheet.get("title")
    if isinstance(title, str):
        if not 0 < len(title) <= MAX_TITLE:
            faults.append(f"{at} title: dài {len(title)} ký tự, phải từ 1 đến {MAX_TITLE}")
        if _BAD_IN_TITLE.search(title) or title[:1] in "'_" or title[-1:] == "'":
            faults.append(f"{at} title: «{title}» có ký tự Excel không cho dùng")
    kind = _member(SheetKind, sheet.get("kind"), f"{at} kind", faults)
    for value in sheet.get("appendices", ()):
        _member(Appendix, value, f"{at} appendices", faults)
    if kind is SheetKind.TABLE and not sheet.get("appendices"):
        faults.append(f"{at} appendices: trang bảng phải nói lấy dòng của phụ lục nào")
    if kind is SheetKind.FREE_TABLE and not sheet.get("free_rows", 0) > 0:
        faults.append(f"{at} free_rows: trang tự điền phải có ít nhất một dòng trống")
    columns = sheet.get("columns", [])
    if kind is not SheetKind.INSTRUCTIONS and not columns:
        faults.append(f"{at} columns: trang không có cột nào")
    _check_unique((c.get("key") for c in _tables(columns)), f"{at} columns.key", faults)
    _check_unique(
        (str(c.get("header")).casefold() for c in _tables(columns)), f"{at} columns.header", faults
    )
    if kind is SheetKind.TABLE and not any(
        c.get("office") and c.get("source") == "code" for c in _tables(columns)
    ):
        faults.append(f'{at} columns: thiếu cột mã (office = true, source = "code")')
    meant = Counter(
        (c.get("meaning"), c.get("territory", ""), c.get("period", ""))
        for c in _tables(columns)
        if c.get("meaning") and not c.get("office")
    )
    faults.extend(
        f"{at} columns.meaning: «{meaning}» có ở hai cột cùng địa bàn, cùng kỳ"
        for (meaning, _, _), times in meant.items()
        if times > 1
    )
    _check_alternatives(_tables(columns), at, faults)


def _check_alternatives(columns: Sequence[Mapping[str, Any]], at: str, faults: list[str]) -> None:
    """A column to be filled instead is one that the agency fills, of the same sheet."""
    inputs = {c.get("key") for c in columns if not c.get("office")}
    for column in columns:
        names = column.get("alternatives", [])
        words = f"{at} cột «{column.get('key', '?')}»: alternatives:"
        for name in names if isinstance(names, list) else []:
            if name not in inputs or name == column.get("key"):
                faults.append(f"{words} «{name}» không phải cột khác do cơ quan điền của trang")
        if names and not column.get("required"):
            faults.append(f"{words} chỉ có nghĩa khi required = true")


def _check_column(
    column: Mapping[str, Any], kind: SheetKind | None, at: str, faults: list[str]
) -> None:
    _check_fields(column, Column, {"key", "header", "type"}, at, faults)
    _check_key(column.get("key"), at, faults)
    value_type = _member(ValueType, column.get("type"), f"{at} type", faults)
    office, source = column.get("office", False), column.get("source", "")
    allowed = _sources(kind, office=bool(office))
    if (office or source) and source not in allowed:
        faults.append(
            f"{at} source: không có nguồn «{source}» ở đây; dùng được: {', '.join(allowed) or '-'}"
        )
    text = column.get("help", "")
    if isinstance(text, str) and len(text) > MAX_HELP:
        faults.append(f"{at} help: dài {len(text)} ký tự, nhiều nhất {MAX_HELP}")
    width = column.get("width", 14)
    if isinstance(width, int) and not 3 <= width <= 100:
        faults.append(f"{at} width: {width} nằm ngoài 3-100")
    if column.get("period", "") not in ("", *PERIODS):
        faults.append(
            f"{at} period: «{column['period']}» không phải một trong {', '.join(PERIODS)}"
        )
    if column.get("five_clear", "") not in ("", *FIVE_CLEAR_NAMES):
        faults.append(f"{at} five_clear: «{column['five_clear']}» không thuộc «5 rõ»")
    _check_choices(column, value_type, at, faults)
    header, required = column.get("header"), column.get("required", False)
    if isinstance(header, str) and not office and header.endswith(REQUIRED_MARK) != required:
        faults.append(f"{at} header: tiêu đề cột bắt buộc (và chỉ cột đó) kết thúc bằng «(*)»")
    if office and required:
        faults.append(f"{at} required: cột của Văn phòng không thể bắt buộc cơ quan điền")
    if column.get("lead_only") and not required:
        faults.append(f"{at} lead_only: chỉ có nghĩa khi required = true")
    _check_meaning(column, value_type, at, faults)


def _check_meaning(
    column: Mapping[str, Any], value_type: ValueType | None, at: str, faults: list[str]
) -> None:
    """What a column says, of which territory, and whose earlier answer stands in it."""
    meaning, territory = column.get("meaning", ""), column.get("territory", "")
    if meaning not in ("", *MEANINGS):
        faults.append(
            f"{at} meaning: không có ý nghĩa «{meaning}»; dùng được: {', '.join(MEANINGS)}"
        )
    if territory not in ("", *TERRITORIES):
        faults.append(
            f"{at} territory: không có địa bàn «{territory}»; dùng được: {', '.join(TERRITORIES)}"
        )
    fixed = FIXED_CHOICES.get(meaning)
    if fixed and (value_type is not ValueType.CHOICE or tuple(column.get("choices", ())) != fixed):
        faults.append(
            f"{at} choices: cột có ý nghĩa «{meaning}» là ô chọn với đúng các mục: "
            f"{', '.join(fixed)}"
        )
    carry, earlier = column.get("carry", ""), column.get("source") == EARLIER
    if isinstance(carry, str) and carry and not _KEY.fullmatch(carry):
        faults.append(f"{at} carry: «{carry}» phải là mã của một cột")
    if earlier and not carry:
        faults.append(f"{at} carry: cột ghi lại nội dung kỳ trước phải nói lấy cột nào")
    if column.get("office") and carry and not earlier:
        faults.append(f'{at} carry: cột của Văn phòng chỉ lấy lại kỳ trước khi source = "earlier"')


def _check_choices(
    column: Mapping[str, Any], value_type: ValueType | None, at: str, faults: list[str]
) -> None:
    choices, choices_from = column.get("choices", []), column.get("choices_from", "")
    if choices_from and choices_from not in CHOICE_SOURCES:
        faults.append(f"{at} choices_from: không có danh mục «{choices_from}»")
    if value_type is ValueType.CHOICE and bool(choices) == bool(choices_from):
        faults.append(f"{at} choices: ô chọn cần đúng một trong hai: choices, choices_from")
    if value_type is not ValueType.CHOICE and (choices or choices_from):
        faults.append(f'{at} choices: chỉ dùng khi type = "choice"')
    if isinstance(choices, list):
        if len(",".join(map(str, choices))) > MAX_CHOICES:
            faults.append(f"{at} choices: danh sách dài quá {MAX_CHOICES} ký tự")
        if any("," in str(c) for c in choices):
            faults.append(f"{at} choices: lựa chọn không được có dấu phẩy")


def _sources(kind: SheetKind | None, *, office: bool) -> Sequence[str]:
    if kind is SheetKind.TABLE:
        return OFFICE_SOURCES if office else ()
    if kind is SheetKind.FREE_TABLE:
        return FREE_SOURCES if office else ()
    return DETAIL_SOURCES if office else PREFILL_SOURCES


_PLAIN_TYPES = {"str": str, "bool": bool, "int": int}


def _check_fields(
    data: Mapping[str, Any], record: type, needed: set[str], at: str, faults: list[str]
) -> None:
    """Unknown and missing fields, and values of the wrong TOML type."""
    fields = {f.name: str(f.type) for f in dataclasses.fields(record)}
    for name, value in data.items():
        declared = fields.get(name)
        if declared is None:
            faults.append(f"{at} {name}: không có trường này")
        elif declared.startswith("Sequence"):
            if not isinstance(value, list):
                faults.append(f"{at} {name}: phải là một danh sách")
        elif type(value) is not _PLAIN_TYPES.get(declared, str):
            faults.append(f"{at} {name}: sai kiểu giá trị «{value}»")
    faults.extend(f"{at} {name}: còn thiếu" for name in sorted(needed - data.keys()))


def _check_key(value: object, at: str, faults: list[str]) -> None:
    if isinstance(value, str) and not _KEY.fullmatch(value):
        faults.append(f"{at} key: «{value}» phải là chữ thường không dấu, số và gạch dưới")


def _check_unique(values: Iterable[object], at: str, faults: list[str]) -> None:
    seen: set[object] = set()
    for value in values:
        if not isinstance(value, str):
            continue
        if value in seen:
            faults.append(f"{at}: «{value}» có hai lần")
        seen.add(value)


def _kind(value: object) -> SheetKind | None:
    """The sheet's kind, None for what is none."""
    return next((kind for kind in SheetKind if kind.value == value), None)


def _member(kind: type[Any], value: object, at: str, faults: list[str]) -> Any:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(m.value for m in kind)
        if value is not None:
            faults.append(f"{at}: không có «{value}»; dùng được: {known}")
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
    plain = {k: v for k, v in data.items() if k not in ("kind", "appendices", "columns")}
    return SheetForm(
        **plain,
        kind=SheetKind(data["kind"]),
        appendices=tuple(Appendix(a) for a in data.get("appendices", ())),
        columns=tuple(_column(c) for c in data.get("columns", ())),
    )


def _column(data: Mapping[str, Any]) -> Column:
    plain = {k: v for k, v in data.items() if k not in ("type", "choices", "alternatives")}
    return Column(
        **plain,
        type=ValueType(data["type"]),
        choices=tuple(data.get("choices", ())),
        alternatives=tuple(data.get("alternatives", ())),
    )
