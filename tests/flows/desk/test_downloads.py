"""Names of files that leave the desk: whatever somebody called them, they break no header."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from flows.desk.downloads import download
from tests.fixtures.hostile_texts import HOSTILE_TEXTS

NAMES = (
    *("a\r\nSet-Cookie: x=1.xlsx", "..\\..\\x", "../../etc/passwd", 'a"b;c.xlsx', "a%0d%0ab.xlsx"),
    *(
        "\u202excod.exe",
        "a\u2028b.docx",
        "x" * 5000 + ".xlsx",
        "\ud800.xlsx",
        "",
        "\x00",
        "é" * 200,
    ),
    *("a.html", "a.svg", ".htaccess", "😀.xlsx"),
)


@pytest.mark.parametrize("name", [*NAMES, *HOSTILE_TEXTS], ids=lambda name: ascii(name)[:40])
def test_a_download_is_saved_under_one_plain_name(name: str) -> None:
    answer = download(name, b"x")
    told = answer.headers["content-disposition"]

    found = re.fullmatch(r"attachment; filename=\"([\w.-]+)\"; filename\*=UTF-8''(\S+)", told)
    assert found is not None and told.isascii()
    saved = unquote(found[2])
    assert saved.isprintable() and not set(saved) & set('/\\:*?"<>|') and len(saved) <= 150
    assert not saved.startswith(".")
    # Nothing that a browser would show as a page.
    assert re.match(r"application/(octet-stream|vnd\.)", answer.headers["content-type"])
