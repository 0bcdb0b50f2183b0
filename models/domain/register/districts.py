"""Districts, which ended on 1 July 2025: measures that the directive counts in them.

Law 72/2025/QH15 on the organisation of local government knows provinces and communes alone. A
target printed in January that counts districts has no such unit to be
counted in by November, and only the office can say what its figure then means. A target that may be
met by another unit as well ("a district or a regional hospital") can still be counted.
"""

from __future__ import annotations

import datetime as dt
import re

from models.domain.register.catalogue import Appendix, CatalogueRow

ENDED_ON = dt.date(2025, 7, 1)
_COUNTED_IN = "huyện"  # the unit of a row that counts districts
_SPOKEN_OF = re.compile(r"\b(?:cấp|tuyến|số) huyện\b", re.IGNORECASE)
#: Another unit beside that of a district, before or behind it in the same part of the sentence.
_OR_ANOTHER = re.compile(
    r"\bhuyện\s+(?:hoặc|hay)\b|\b(?:hoặc|hay)\s(?:[^,;.]*\s)?(?:cấp|tuyến) huyện\b", re.IGNORECASE
)
VERDICT_OPEN = "cần ý kiến của Văn phòng"  # beside such a measure that nobody has judged
WHICH_FIGURE = (
    f"là số tính đến {ENDED_ON - dt.timedelta(days=1):%d/%m/%Y} hay số theo đơn vị nhận chuyển giao"
)
DISTRICTS_ENDED = f"cấp huyện đã kết thúc hoạt động từ ngày {ENDED_ON:%d/%m/%Y}"
DISTRICTS_NOTE = f"{DISTRICTS_ENDED}: cơ quan cần nêu rõ {WHICH_FIGURE}"
#: Why a person judges such a measure, and no comparison of numbers.
DISTRICTS_ASKED = (
    f"Cấp huyện đã kết thúc hoạt động từ ngày {ENDED_ON:%d/%m/%Y}, số theo cấp huyện {VERDICT_OPEN}"
)

_REARRANGED = re.compile(r"sắp xếp[^.;]*\bhuyện\b", re.IGNORECASE)
WORK_NOTE = f"{DISTRICTS_ENDED}: đề nghị cơ quan nêu rõ nay thực hiện theo cấp nào"


def works_on_districts(row: CatalogueRow, year: int) -> bool:
    """Whether what a task or project is about is of the districts that ended in that year or
    before.

    One that only names a district as a place is none, nor is that of rearranging them.
    """
    done = row.appendix in (Appendix.IV, Appendix.V)
    about = bool(_SPOKEN_OF.search(row.name)) and not _REARRANGED.search(row.name)
    return done and about and year >= ENDED_ON.year


def speaks_of_districts(row: CatalogueRow, year: int) -> bool:
    """Whether the row is a measure of the districts that ended in that year or before.

    A row that only names one district as a place, as projects do, is none; nor is one that counts
    something else of districts or of another unit: what the other unit has can still be counted.
    """
    measured = row.appendix in (Appendix.I, Appendix.III, Appendix.BODY)
    spoken_of = _SPOKEN_OF.search(row.name) and not _OR_ANOTHER.search(row.name)
    counted = row.unit.casefold() == _COUNTED_IN or bool(spoken_of)
    return measured and counted and year >= ENDED_ON.year
