"""Samples of what the program writes, as PDF for whoever decides whether to use it.

    python -m tests.sample_papers DATA [INTO]

DATA is a folder that `baocao demo --data-dir` filled; INTO is `docs/mau` where none is named. Made
by LibreOffice and Chromium. Every page says that its figures are simulated. The same folder gives
the same files on one machine; they carry neither a clock nor the names of programs.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

from matplotlib import rc_context
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, NameObject
from sqlalchemy import Connection, create_engine, select

from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterKind
from tasks.adapters.results.output_names import clean_report_beside, report_beside
from tasks.adapters.store.consolidations import CONSOLIDATION
from tasks.adapters.store.outbox import LETTER
from tests.browser.office_operator import ARGUMENTS, CHROMIUM

SAID = "DỮ LIỆU MÔ PHỎNG, không phải số liệu thật"
INTO = Path("docs/mau")
#: What each sample is called and what it is; `docs/mau/README.md` says so to its readers.
SAMPLES: Mapping[str, str] = {
    "bao-cao-2025-12-09.pdf": "the report to the meeting, each figure with its reference",
    "bao-cao-2025-12-09-ban-trinh-ky.pdf": "the same report as it is signed",
    "bao-cao-2026-01-16.pdf": "the report after final figures have come",
    "thu-de-nghi-bao-cao.pdf": "the letter with which a cycle is opened",
    "so-bao-cao-tra-lai.pdf": "a workbook returned to its agency, its faults marked",
    "so-tong-hop.pdf": "the consolidated workbook of the plan cycle",
}
#: Numbers are printed as on the machines they are read on: a comma before the decimals.
_VIETNAMESE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" '
    'oor:op="fuse"><value>vi-VN</value></prop></item></oor:items>'
)
_POINTS = 72  # an inch
_FOOT = 14  # points from the lower edge to the words


def main(arguments: list[str]) -> int:
    """Writes the samples and says how large each is; 1 where the folder lacks what one needs."""
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    data, into = Path(arguments[0]), Path(arguments[1] if arguments[1:] else INTO)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, pdf in _made(data, Path(folder)):
            (into / name).write_bytes(stamped(pdf))
            pages = len(PdfReader(into / name).pages)
            print(f"{name}: {pages} pages, {(into / name).stat().st_size / 1e6:.2f} MB")
    missing = sorted(name for name in SAMPLES if not (into / name).is_file())
    for name in missing:
        print(f"{name}: nothing in {data} to make it of", file=sys.stderr)
    return 1 if missing else 0


def _made(data: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    engine = create_engine(f"sqlite:///file:{data / 'baocao.sqlite'}?mode=ro&uri=true")
    with engine.connect() as connection:
        plan, *_, december, january = _workbooks(connection)
        opening = (
            connection.execute(
                select(LETTER.c.html)
                .where(LETTER.c.kind == LetterKind.OPENING, LETTER.c.agency == "sct")
                .order_by(LETTER.c.id.desc())
            )
            .scalars()
            .first()
        )
        answers = connection.execute(
            select(LETTER.c.message_id, LETTER.c.subject, LETTER.c.text).where(
                LETTER.c.kind == LetterKind.VERDICT
            )
        ).all()
    answers.sort(key=lambda row: (_faults(row.subject), len(row.text)), reverse=True)
    returned = _first_workbook(data / "sent", [row.message_id for row in answers])
    output = data / "output"
    sources = {
        "bao-cao-2025-12-09.pdf": output / report_beside(december),
        "bao-cao-2025-12-09-ban-trinh-ky.pdf": output / clean_report_beside(december),
        "bao-cao-2026-01-16.pdf": output / report_beside(january),
        "so-tong-hop.pdf": output / plan,
    }
    for name, source in sources.items():
        copy = folder / f"{Path(name).stem}{source.suffix}"
        if source.is_file():
            shutil.copyfile(source, copy)
            yield name, _by_office(copy)
    if returned is not None:
        (folder / "so-bao-cao-tra-lai.xlsx").write_bytes(returned)
        yield "so-bao-cao-tra-lai.pdf", _by_office(folder / "so-bao-cao-tra-lai.xlsx")
    if opening is not None:
        yield "thu-de-nghi-bao-cao.pdf", _by_browser(opening)


def _faults(subject: str) -> int:
    """How many faults a letter asks to mend: the sample is of who has most."""
    found = re.search(r"sửa (\d+) lỗi", subject)
    return int(found[1]) if found else 0


def _workbooks(connection: Connection) -> list[str]:
    """The last consolidated workbook of each day, the plan's last one first, then the review's."""
    rows = connection.execute(select(CONSOLIDATION).order_by(CONSOLIDATION.c.as_of)).all()
    plans = [row for row in rows if row.cycle.endswith("-plan")]
    reviews = {row.as_of.astimezone(HANOI).date(): row for row in rows if row not in plans}
    return [plans[-1].workbook_name, *(row.workbook_name for row in reviews.values())]


def _first_workbook(sent: Path, message_ids: Iterable[str]) -> bytes | None:
    """The workbook in the first of these letters that brought one back."""
    wanted = {one: place for place, one in enumerate(message_ids)}
    found: list[tuple[int, bytes]] = []
    for file in sorted((sent / "new").iterdir()):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        place = wanted.get(str(mail["Message-ID"]))
        if place is None or not isinstance(mail, EmailMessage):
            continue
        for part in mail.iter_attachments():
            if (part.get_filename() or "").endswith(".xlsx"):
                found.append((place, part.get_content()))
    return min(found)[1] if found else None


def _by_office(source: Path) -> bytes:
    """The document as LibreOffice prints it."""
    profile = source.parent / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_VIETNAMESE, encoding="utf-8")
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}"]
    subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(source.parent), str(source)],
        check=True,
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
    )
    return source.with_suffix(".pdf").read_bytes()


def _by_browser(html: str) -> bytes:
    """The letter as a browser prints it, as a mail program shows it."""
    from playwright.sync_api import sync_playwright  # of the development tools only

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        page = browser.new_page()
        page.set_content(html)
        edges = dict.fromkeys(("top", "bottom", "left", "right"), "18mm")
        pdf = page.pdf(format="A4", margin=edges, print_background=True)
        browser.close()
    return pdf


def stamped(pdf: bytes) -> bytes:
    """The document with the words on every page that its figures are simulated.

    Neither its maker nor its day is told, and it is known by its content.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    layers: dict[tuple[float, float], PageObject] = {}
    for page in writer.pages:
        page.transfer_rotation_to_content()
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if size not in layers:
            layers[size] = PdfReader(io.BytesIO(_words(*size))).pages[0]
        page.merge_page(layers[size])
    for page in writer.pages:
        page.compress_content_streams()
    writer.metadata = {"/Title": SAID}
    writer.root_object.pop(NameObject("/Metadata"), None)
    writer.compress_identical_objects()
    drawn = b"".join(page.get_contents().get_data() for page in writer.pages)
    key = ByteStringObject(hashlib.sha256(drawn).digest()[:16])
    writer._ID = ArrayObject([key, key])
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _words(width: float, height: float) -> bytes:
    """A page of that size, in points, with nothing on it but the words."""
    with rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(width / _POINTS, height / _POINTS))
        figure.patch.set_alpha(0)
        figure.text(0.5, _FOOT / height, SAID, ha="center", fontsize=8, weight="bold")
        stream = io.BytesIO()
        nobody = dict.fromkeys(("Creator", "Producer", "CreationDate"))
        FigureCanvasPdf(figure).print_pdf(stream, metadata=nobody)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
