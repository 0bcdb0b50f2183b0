"""How a verdict by section is worded: what was taken, what to mend, what stands from before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.domain.letter_phrases import number_text
from models.domain.sections import Part, PartState

_EXEMPT = "Được miễn theo quyết định của Văn phòng"
_MISSING = "Còn phải gửi: tệp lần này không có trang này"


def part_text(part: Part) -> str:
    """What became of one section.

    >>> part_text(Part("tasks", "Nhiệm vụ", PartState.RETURNED, errors=3))
    'Cần sửa: 3 lỗi'
    >>> part_text(Part("tasks", "Nhiệm vụ", PartState.KEPT, version=1))
    'Giữ theo phiên bản 1 đã tiếp nhận (tệp lần này không có trang này)'
    """
    kept = f"Giữ theo phiên bản {part.version} đã tiếp nhận"
    errors = f"{number_text(part.errors)} lỗi" if part.errors else "lỗi của cả tệp"
    return {
        PartState.TAKEN: "Đã tiếp nhận ở phiên bản này",
        PartState.RETURNED: f"Cần sửa: {errors}",
        PartState.SPOILED: f"{kept}; trang gửi lần này có {errors} nên không dùng",
        PartState.SUPERSEDED: f"{kept}, đến Văn phòng sau tệp này",
        PartState.KEPT: f"{kept} (tệp lần này không có trang này)",
        PartState.MISSING: _MISSING,
        PartState.EXEMPT: _EXEMPT,
    }[part.state]


def part_lines(parts: Iterable[Part]) -> list[tuple[str, str]]:
    """Title and wording of each section, as letters and returned workbooks list them."""
    return [(part.title, part_text(part)) for part in parts]


def part_facts(parts: Sequence[Part]) -> dict[str, object]:
    """What the templates of verdicts may use; empty lists and texts where nothing is by section."""

    def named(*states: PartState) -> str:
        return ", ".join(p.title for p in parts if p.state in states)

    return {
        "parts": part_lines(parts),
        "taken": named(PartState.TAKEN),
        "owed": named(PartState.RETURNED, PartState.MISSING),
        "to_mend": named(PartState.RETURNED),
        "missing": named(PartState.MISSING),
        "spoiled": named(PartState.SPOILED),
        "superseded": named(PartState.SUPERSEDED),
    }
