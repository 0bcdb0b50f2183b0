"""The samples for whoever decides: each page says what it is, and the page about them names all."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

PAGE = Path("docs/mau/README.md")


@pytest.fixture(scope="module")
def printed() -> bytes:
    """Three pages of two sizes, with the clock and the maker in them."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    stream = io.BytesIO()
    with PdfPages(stream) as pages:
        for size in ((8.27, 11.69), (11.69, 8.27), (8.27, 11.69)):
            figure = Figure(figsize=size)
            figure.text(0.5, 0.5, "118.079,279")
            pages.savefig(figure)
    return stream.getvalue()


def test_every_page_says_that_its_figures_are_simulated_and_keeps_its_words(printed) -> None:
    from pypdf import PdfReader

    from tests.sample_papers import SAID, stamped

    pages = PdfReader(io.BytesIO(stamped(printed))).pages

    assert len(pages) == 3
    for page in pages:
        text = page.extract_text()
        assert SAID in text and "118.079,279" in text


def test_a_sample_tells_no_clock_and_no_program_and_is_the_same_each_time(printed) -> None:
    from pypdf import PdfReader

    from tests.sample_papers import stamped

    made = stamped(printed)

    assert stamped(printed) == made
    assert set(PdfReader(io.BytesIO(made)).metadata or {}) == {"/Title"}
    assert b"matplotlib" not in made.lower() and b"pypdf" not in made.lower()


def test_the_page_about_the_samples_names_each_and_says_what_they_are() -> None:
    from tests.sample_papers import SAMPLES

    said = PAGE.read_text()

    assert "dữ liệu mô phỏng" in said
    for name in SAMPLES:
        assert f"[{name}]({name})" in said
    for file in PAGE.parent.glob("*.pdf"):
        assert file.name in SAMPLES
