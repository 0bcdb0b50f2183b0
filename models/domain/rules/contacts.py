"""LH: how the office reaches the focal person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from models.domain.reading.expectations import shortened
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import ValueType
from models.domain.reading.submissions import Entry
from models.domain.rules.registry import Case, Remark, rule

_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>.]{1,63}(?:\.[^@\s,;<>.]{1,63})+")
_PHONE_NOISE = re.compile(r"[\s.()\-–/]")
_PHONE = re.compile(r"(?:\+?84|0)\d{8,10}")
_EXTENSION = re.compile(r"(?:máy lẻ|ml|ext\.?|x)\s*:?\s*\d{1,5}$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;,]|\s+hoặc\s+|\s+-\s+|\n|\s/\s")
_EXAMPLE = Advised("0225 3123 456", "0225 3123 456")


@rule(
    "LH-01",
    Severity.WARNING,
    title="Địa chỉ thư điện tử không đúng dạng",
    explanation="Văn phòng trả lời và đôn đốc qua thư điện tử.",
    remedy="Ghi một địa chỉ thư, ví dụ ten@soyte.haiphong.example. Nếu đúng như đã ghi thì không "
    "phải sửa.",
)
def an_address_looks_like_one(case: Case) -> Iterator[Remark]:
    for entry, text in _of_type(case, ValueType.EMAIL):
        parts = [p.strip() for p in _SEPARATORS.split(text) if p.strip()]
        if not all(map(_EMAIL.fullmatch, parts)) or _of_other_script(text):
            yield case.at_entry(
                entry,
                f"«{shortened(text, 80)}» không đúng dạng địa chỉ thư điện tử. Đề nghị ghi "
                "lại; nếu đúng như đã ghi thì không phải sửa.",
            )


@rule(
    "LH-02",
    Severity.WARNING,
    title="Số điện thoại không đúng dạng",
    explanation="Số điện thoại có từ 9 đến 11 chữ số, bắt đầu bằng 0 hoặc +84.",
    remedy="Ghi đủ số, kể cả số 0 đầu, ví dụ 0225 3123 456. Nếu đúng như đã ghi thì không phải "
    "sửa.",
)
def a_phone_number_looks_like_one(case: Case) -> Iterator[Remark]:
    for entry, text in _of_type(case, ValueType.PHONE):
        numbers = [_EXTENSION.sub("", p.strip()) for p in _SEPARATORS.split(text) if p.strip()]
        if not numbers or not all(_PHONE.fullmatch(_PHONE_NOISE.sub("", n)) for n in numbers):
            yield case.at_entry(
                entry,
                f"«{shortened(text, 60)}» không đúng dạng số điện thoại. Đề nghị ghi đủ số, kể cả "
                f"số 0 đầu, ví dụ {_EXAMPLE.text}; nếu đúng như đã ghi thì không phải sửa.",
                advised=[_EXAMPLE],
            )


def _of_other_script(text: str) -> bool:
    """Whether letters of another script stand there: «а» of Cyrillic looks like «a» and is none."""
    return not text.isascii() and any(
        c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in text
    )


def _of_type(case: Case, kind: ValueType) -> Iterator[tuple[Entry, str]]:
    for key, sheet in case.expectations.sheets.items():
        columns = {c.key for c in sheet.inputs if c.type is kind}
        if columns:
            for entry in case.interpretation.entries:
                if entry.sheet == key and entry.column in columns and isinstance(entry.value, str):
                    yield entry, entry.value
