"""Words beside a number that keep it from being exact: every paper says them with the number.

What an agency foresees («ước đạt 95») is no such word: that a figure is an estimate is asked in a
column of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from models.domain.notation.vietnamese_text import fold

_BEFORE = {
    "khoảng": r"khoang|xap xi|[~≈≃]",
    "gần": r"gan",
    "hơn": r"hon",
    "trên": r"tren|>",
    "dưới": r"duoi|<",
    "tối thiểu": r"toi thieu|it nhat|tu|khong (?:duoi|thap hon)|> ?=|=>|[≥⩾≧]",
    "tối đa": r"toi da|nhieu nhat|den|khong (?:qua|vuot qua)|< ?=|=<|[≤⩽≦]",
    "phấn đấu": r"phan dau(?: dat| tren)?",
}
_BEHIND = {
    "khoảng": r"\(?khoang\)?",
    "tối thiểu": r"\(?(?:tro len|toi thieu)\)?|\+",
    "tối đa": r"\(?(?:tro xuong|toi da)\)?",
}
_WORDS_BEFORE = {
    said: re.compile(rf"(?:co |dat )?(?:{pattern})[ :]*") for said, pattern in _BEFORE.items()
}
_WORDS_BEHIND = {
    said: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for said, pattern in _BEHIND.items()
}
_FIGURES = re.compile(r"[0-9]+(?:[., ][0-9]+)*")
_LONGEST = 120  # letters of a text in which one number is looked for


@lru_cache(maxsize=2_000)
def hedge_of(text: str) -> str:
    """The word that keeps the one number of a text from being exact, as a paper says it before the
    number; "" for an exact one.

    >>> [hedge_of(t) for t in ("khoảng 12.000", "~ 95%", ">10", "60 trở lên", "ước đạt 95", "95")]
    ['khoảng', 'khoảng', 'trên', 'tối thiểu', '', '']
    """
    found = _FIGURES.search(text) if len(text) <= _LONGEST else None
    if found is None:
        return ""
    before, behind = fold(text[: found.start()]).strip(), fold(text[found.end() :])
    told = (said for said, words in _WORDS_BEFORE.items() if words.fullmatch(before))
    later = (said for said, words in _WORDS_BEHIND.items() if words.search(behind))
    return next(told, "") or next(later, "")
