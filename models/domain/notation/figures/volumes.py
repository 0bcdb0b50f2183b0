"""How much of a work is done, as the words beside it tell: «đạt 54% khối lượng»."""

from __future__ import annotations

import re
from decimal import Decimal

_WHOLE = Decimal(100)
_NUMBER = r"(?P<share>\d{1,3}(?:[.,]\d+)?) ?%"
_OF_ALL = r"(?:tổng )?(?:khối lượng|công việc|công trình|dự án|toàn bộ)"
#: A share of the works as a whole; one of the money, of the land or of a part is none.
_TOLD = (
    re.compile(rf"(?<!\d){_NUMBER} {_OF_ALL}", re.IGNORECASE),
    re.compile(rf"(?:khối lượng|tiến độ)(?: [^\d\s.;,%]+){{0,6}}? {_NUMBER}", re.IGNORECASE),
    re.compile(
        rf"^(?:đã )?(?:đạt|hoàn thành|thực hiện)(?: được)?(?: khoảng)? {_NUMBER}", re.IGNORECASE
    ),
)
_OF_ANOTHER = re.compile(r"giải ngân|mặt bằng|vốn|kinh phí|kế hoạch", re.IGNORECASE)


def volume_told(text: str) -> Decimal | None:
    """The percent of the whole that is done, the least where several are told; None for none.

    >>> volume_told("Đạt 54% khối lượng; còn 1,2 km mặt bằng chưa bàn giao")
    Decimal('54')
    >>> volume_told("Khối lượng xây lắp ước đạt 66,5%"), volume_told("Đã hoàn thành 100%")
    (Decimal('66.5'), Decimal('100'))
    >>> volume_told("Giải ngân 54% kế hoạch vốn"), volume_told("Bàn giao mặt bằng đạt 80%")
    (None, None)
    """
    found = []
    for clause in re.split(r"[;.](?!\d)|,(?!\d)", text):
        told = next((m for pattern in _TOLD if (m := pattern.search(clause.strip()))), None)
        if told is not None and not _OF_ANOTHER.search(told.group()):
            found.append(Decimal(told["share"].replace(",", ".")))
    return min((share for share in found if share <= _WHOLE), default=None)
