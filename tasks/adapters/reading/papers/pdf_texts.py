"""The text layer of a PDF's first page: where an official document bears its number and date."""

from __future__ import annotations

import io
from importlib import import_module

import pypdf

# What the library would load while it works, when nothing can be opened any more.
for _module in (
    "pypdf._codecs._codecs",
    "pypdf._codecs.core_font_metrics",
    "pypdf._configuration",
    "pypdf._text_extraction",
    "pypdf.filters",
    "pypdf.generic._image_inline",
    "pypdf.xmp",
):
    import_module(_module)

MAX_LETTERS = 20_000


def first_page(content: bytes) -> str:
    """Its text, at most MAX_LETTERS; "" where it has none, or where the library cannot follow.

    Pictures of text, as scanners make them, are none.
    """
    try:
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = pages[0].extract_text() if len(pages) else ""
    except Exception:  # noqa: BLE001  whatever the library raises on it, memory too
        return ""
    return text[:MAX_LETTERS].encode("utf-8", "replace").decode()
