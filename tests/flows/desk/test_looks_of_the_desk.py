"""What the desk's pages load beside themselves: kept whole, from nowhere else."""

from __future__ import annotations

import hashlib
import re

from flows.desk.desk import LOOKS, PAGES


def test_the_script_is_the_one_that_was_taken_in() -> None:
    told, name = (LOOKS / "htmx.min.js.sha256").read_text().split()
    assert hashlib.sha256((LOOKS / name).read_bytes()).hexdigest() == told
    assert (LOOKS / "htmx-LICENSE.txt").read_text().startswith("Zero-Clause BSD")


def test_no_page_loads_anything_from_elsewhere_or_runs_a_script_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", re.IGNORECASE)
    elsewhere = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")
    templates = list(PAGES.rglob("*.html"))
    assert len(templates) > 40
    for page in templates:
        text = page.read_text("utf-8")
        assert not inline.search(text), page
        assert not elsewhere.search(text), page
    assert "http" not in (LOOKS / "desk.css").read_text()
