"""Files that leave the desk: always as a download, under a name that was made safe."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi.responses import Response

from models.domain.notation.vietnamese_text import fold, whole_line

_LONGEST = 150
_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ODD = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')


def download(name: str, content: bytes, kind: str = "") -> Response:
    """The file as a download. Whatever it is, no browser shows it as a page of ours."""
    safe = safe_name(name)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", fold(safe)).strip("-") or "tep"
    wanted = kind or _KINDS.get(PurePosixPath(safe).suffix.lower(), "application/octet-stream")
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
    headers = {"content-disposition": told, "cache-control": "no-store"}
    return Response(content, media_type=wanted, headers=headers)


def safe_name(name: str) -> str:
    """A file's name as somebody else gave it, fit for a folder; never empty.

    >>> safe_name("../../etc/passwd"), safe_name(""), safe_name("Kế hoạch.xlsx")
    ('etc-passwd', 'tep', 'Kế hoạch.xlsx')
    """
    line = _ODD.sub("-", whole_line(name)).strip(" .-")
    if len(line) > _LONGEST:
        suffix = PurePosixPath(line).suffix[:10]
        line = line[: _LONGEST - len(suffix)] + suffix
    return line.encode("utf-8", "ignore").decode() or "tep"
