"""A page of plain text as lines: emphasis taken off, columns still parted by their tabs."""

from __future__ import annotations

import re

from models.domain.drafting.document import DocumentLine, PrintedDocument, raised
from models.domain.reading.sight.old_fonts import looks_like_legacy_encoding
from tasks.adapters.reading.documents.docx_package import DocumentRefused

_MOST_LINES = 200_000
_RAISED = re.compile(r"<sup>([^<>]{1,12})</sup>", re.IGNORECASE)
_EMPHASIS = re.compile(r"</?(?:i|b|u|em|strong|sub)>|\*\*|__", re.IGNORECASE)


def read_text(content: bytes, name: str) -> PrintedDocument:
    """The document, a line each. Raises DocumentRefused for what is no text of today's letters."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as fault:
        raise DocumentRefused(
            f"Tệp «{name}» không phải chữ Unicode. Xin mở bằng Notepad, chọn Lưu thành (Save As), "
            "mã UTF-8."
        ) from fault
    lines = text.split("\n")
    if len(lines) > _MOST_LINES:
        raise DocumentRefused(f"Tệp «{name}» quá dài. Xin chỉ giữ các phụ lục.")
    legacy = looks_like_legacy_encoding(text[:200_000])
    remarks = (f"Chữ gõ bằng phông {legacy} cũ: xin đổi sang Unicode.",) if legacy else ()
    return PrintedDocument(
        name,
        tuple(DocumentLine(_plain(line), f"dòng {at}") for at, line in enumerate(lines, 1)),
        remarks,
    )


def _plain(line: str) -> str:
    """The line as it is read: marks of emphasis are no letters.

    >>> _plain("số **03** /CT-UBND\\t<i>1.100</i><sup>2</sup>\\r")
    'số 03 /CT-UBND\\t1.100²'
    """
    line = _RAISED.sub(lambda found: raised(found[1]), line.rstrip("\r"))
    return _EMPHASIS.sub("", line)
