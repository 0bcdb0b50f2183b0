"""A letter that goes once more: what it says of the first, and how a sentence comes to head it."""

from __future__ import annotations

import datetime as dt
import html
import re

from models.domain.cycle.cycles import HANOI

_LOOK = "margin:16px 24px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5"


def sent_again_said(first: dt.datetime, *, arrived: bool) -> str:
    """Why a letter comes once more, a sentence; `first` is when it left before.

    >>> sent_again_said(dt.datetime(2025, 1, 20, 9, tzinfo=dt.UTC), arrived=True)
    'Thư này được gửi lại theo đề nghị của nơi nhận; nội dung như thư gửi ngày 20/01/2025.'
    """
    day = f"{first.astimezone(HANOI):%d/%m/%Y}"
    if arrived:
        return f"Thư này được gửi lại theo đề nghị của nơi nhận; nội dung như thư gửi ngày {day}."
    return f"Thư này được gửi lại vì thư gửi ngày {day} không tới nơi; nội dung không thay đổi."


def headed(text: str, page: str, said: str, shown: str = "") -> tuple[str, str]:
    """Text and HTML of a letter with a sentence on top; `shown` is its HTML where it has its own.

    The office may have changed the letters' frame, so the sentence stands before all of it.

    >>> headed("A", "<body>A</body>", "Gấp.")[0]
    'Gấp.\\n\\nA'
    """
    paragraph = f'<p style="{_LOOK}">{shown or html.escape(said)}</p>'
    put, found = re.subn(r"(<body[^>]*>)", lambda m: m[1] + paragraph, page, count=1)
    return f"{said}\n\n{text}", put if found else paragraph + page
