"""What a directive wants each task to be clear in: "5 rõ" in one year, "6 rõ" in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.domain.notation.vietnamese_text import fold

#: What may be asked for, by key: the words that directives have for it, the office's first.
KNOWN_POINTS: Mapping[str, tuple[str, ...]] = {
    "nguoi": ("rõ người",),
    "viec": ("rõ việc", "rõ công việc", "rõ nhiệm vụ"),
    "thoi_han": ("rõ thời hạn", "rõ thời gian", "rõ tiến độ"),
    "trach_nhiem": ("rõ trách nhiệm",),
    "ket_qua": ("rõ kết quả", "rõ hiệu quả"),
    "san_pham": ("rõ sản phẩm",),
    "tham_quyen": ("rõ thẩm quyền",),
}
_RESULT, _PRODUCT = "ket_qua", "san_pham"
_KEYS = {fold(words): key for key, known in KNOWN_POINTS.items() for words in known}
_OF_OLD = ("nguoi", "viec", "thoi_han", "trach_nhiem", "ket_qua")


class UnknownPoint(ValueError):
    """Raised for words that name none of KNOWN_POINTS, or one that is named already."""


def _usual() -> Mapping[str, str]:
    return {key: KNOWN_POINTS[key][0] for key in _OF_OLD}


@dataclass(frozen=True)
class ClearPoints:
    """The points by key, each in the directive's own words, in its order."""

    names: Mapping[str, str] = field(default_factory=_usual)
    place: str = ""  # where the directive asks for them: "mục I.7"; "" where nobody said

    @property
    def title(self) -> str:
        """What they are called all together.

        >>> ClearPoints().title
        '5 rõ'
        """
        return f"{len(self.names)} rõ"

    @property
    def listed(self) -> str:
        """All of them: "rõ người, rõ việc, ...".

        >>> ClearPoints({"nguoi": "rõ người", "viec": "rõ việc"}).listed
        'rõ người, rõ việc'
        """
        return ", ".join(self.names.values())


def clear_points(text: str, place: str = "") -> ClearPoints:
    """The points that a text names, apart by semicolons or commas; the usual five for no text.

    Results and products are two points only where a directive names both. Raises UnknownPoint,
    whose text is what could not be told.

    >>> clear_points("rõ người, rõ việc, rõ thời gian, rõ sản phẩm, rõ thẩm quyền").names["ket_qua"]
    'rõ sản phẩm'
    >>> clear_points("Rõ người; rõ mây")
    Traceback (most recent call last):
    ...
    models.domain.register.clear_points.UnknownPoint: rõ mây
    """
    words = [part.strip() for part in text.replace(",", ";").split(";") if part.strip()]
    if not words:
        return ClearPoints(place=place)
    both = {_KEYS.get(fold(one)) for one in words} >= {_RESULT, _PRODUCT}
    names: dict[str, str] = {}
    for one in words:
        key = _KEYS.get(fold(one), "")
        key = _RESULT if key == _PRODUCT and not both else key
        if not key or key in names:
            raise UnknownPoint(one)
        names[key] = one[:1].lower() + one[1:]
    return ClearPoints(names, place)
