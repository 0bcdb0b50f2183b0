"""Signed PDFs: what of each kind is found, where nothing but the child itself can be opened."""

from __future__ import annotations

import base64
import datetime as dt
import io
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from models.domain.answers.papers import PaperSignature, SignatureState, SignedPaper
from models.domain.errors import ConfigurationFault
from tasks.adapters.reading.one_job_child import TRIES, OneJob
from tasks.adapters.reading.papers import paper_reader
from tasks.adapters.reading.papers.paper_reader import paper_of, trusted_roots
from tests.fixtures.signed_instants import ARRIVED_AT, SIGNED_AT
from tests.fixtures.signed_papers import (
    Signing,
    authority,
    crl,
    holder,
    plain_pdf,
    sign,
    signer,
)

TEXT = "ỦY BAN NHÂN DÂN THÀNH PHỐ\nSỞ Y TẾ\nSố: 15/KH-SYT\nHải Phòng, ngày 14 tháng 02 năm 2025"
S = SignatureState


def by_trusted(**more: object) -> bytes:
    return sign(plain_pdf(TEXT), Signing(signer(), (authority(),), **more))  # type: ignore[arg-type]


def proven() -> bytes:
    return by_trusted(stamped=True, crls=(crl(authority()),))


def changed_byte() -> bytes:
    paper = by_trusted()
    at = paper.index(b"stream") + 40
    return paper[:at] + bytes([paper[at] ^ 1]) + paper[at + 1 :]


def _added(change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(by_trusted()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def drawn_over() -> bytes:
    """Another figure painted over the page after it was signed."""

    def paint(writer: IncrementalPdfFileWriter) -> None:
        stream = generic.StreamObject(stream_data=b"0 0 500 500 re f")
        writer.add_stream_to_page(0, writer.add_object(stream))

    return _added(paint)


def noted() -> bytes:
    """A note stuck on the page after it was signed."""

    def stick(writer: IncrementalPdfFileWriter) -> None:
        name, numbers = generic.pdf_name, [generic.NumberObject(n) for n in (0, 0, 90, 90)]
        note = {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Text"),
            name("/Rect"): generic.ArrayObject(numbers),
            name("/Contents"): generic.pdf_string("7,5 %"),
        }
        page = writer.root["/Pages"]["/Kids"].raw_get(0)
        writer.register_annotation(page, writer.add_object(generic.DictionaryObject(note)))

    return _added(stick)


def twice() -> bytes:
    return sign(proven(), Signing(signer(), (authority(),), field="Signature2"))


def expired_before() -> bytes:
    """By a certificate that had run out when the paper came, without a stamp of time."""
    return sign(plain_pdf(TEXT), Signing(holder("Hết hạn", authority(), days=45), (authority(),)))


def expired_since() -> bytes:
    """By one that ran out between the stamp of time and the arrival."""
    short = holder("Sắp hết hạn", authority(), days=46)
    how = Signing(short, (authority(),), stamped=True, crls=(crl(authority()),))
    return sign(plain_pdf(TEXT), how)


KINDS: dict[str, tuple[Callable[[], bytes], list[SignatureState]]] = {
    "stamped, with proof that nothing was revoked": (proven, [S.PROVEN]),
    "proof alone": (lambda: by_trusted(crls=(crl(authority()),)), [S.PROVEN]),
    "no proof": (by_trusted, [S.REVOCATION_OPEN]),
    "proof that has run out": (
        lambda: by_trusted(crls=(crl(authority(), days=1),)),
        [S.REVOCATION_OPEN],
    ),
    "revoked": (lambda: by_trusted(crls=(crl(authority(), signer().certificate),)), [S.REVOKED]),
    "by himself": (lambda: sign(plain_pdf(TEXT), Signing(holder("Kẻ lạ"))), [S.ISSUER_UNKNOWN]),
    "by a stranger's authority of the same name": (
        lambda: sign(
            plain_pdf(TEXT),
            Signing(
                holder(
                    "SỞ Y TẾ", other := holder("Co quan chung thuc so thu nghiem", authority=True)
                ),
                (other,),
            ),
        ),
        [S.CERTIFICATE_REFUSED],
    ),
    "by somebody who may sign nobody's certificate": (
        lambda: sign(
            plain_pdf(TEXT), Signing(holder("SỞ Y TẾ", signer()), (signer(), authority()))
        ),
        [S.CERTIFICATE_REFUSED],
    ),
    "for signatures alone": (
        lambda: sign(
            plain_pdf(TEXT), Signing(holder("A", authority(), usage="digital"), (authority(),))
        ),
        [S.REVOCATION_OPEN],
    ),
    "not for signing": (
        lambda: sign(
            plain_pdf(TEXT), Signing(holder("A", authority(), usage="agree"), (authority(),))
        ),
        [S.CERTIFICATE_REFUSED],
    ),
    "run out": (expired_before, [S.CERTIFICATE_REFUSED]),
    "run out since": (expired_since, [S.PROVEN]),
    "SHA-1": (lambda: by_trusted(digest="sha1"), [S.WEAK]),
    "a byte changed": (changed_byte, [S.BROKEN]),
    "drawn over": (drawn_over, [S.CHANGED]),
    "a note added": (noted, [S.CHANGED]),
    "two signatures": (twice, [S.PROVEN, S.PROVEN]),
    "bytes behind its end": (lambda: by_trusted() + b"\n% more\n", [S.REVOCATION_OPEN]),
    "torn": (lambda: by_trusted()[:-300], []),
    "rubbish": (lambda: b"%PDF-1.7 /ByteRange [0 1 2 3]" + b"\x00\xff" * 5000, []),
}


def read(tmp_path: Path, content: bytes, roots: list[bytes] | None = None) -> SignedPaper | None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    trusted = [authority().der] if roots is None else roots
    return paper_of(path, "Kế hoạch.pdf", "0" * 64, trusted, ARRIVED_AT)


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """What is found of each kind by one process that is shut in before it sees the first."""
    papers = {kind: base64.b64encode(make()).decode() for kind, (make, _) in KINDS.items()}
    job = {"root": base64.b64encode(authority().der).decode(), "papers": papers}
    command = [sys.executable, "-m", "tests.tasks.adapters.sandbox.papers_reader"]
    done = subprocess.run(command, input=orjson.dumps(job), capture_output=True, check=True)
    said: dict[str, list[str]] = orjson.loads(done.stdout)
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_signature_proves(found: dict[str, list[str]], kind: str) -> None:
    assert found[kind] == [state.value for state in KINDS[kind][1]]


@pytest.mark.parametrize("kind", ["torn", "rubbish"])
def test_one_that_cannot_be_followed_is_kept_unread(tmp_path: Path, kind: str) -> None:
    paper = read(tmp_path, KINDS[kind][0]())
    assert paper is not None
    assert paper.weakest is S.UNREAD


def test_a_paper_is_worth_what_its_weakest_signature_is() -> None:
    signatures = [PaperSignature(state) for state in (S.PROVEN, S.REVOKED, S.REVOCATION_OPEN)]
    assert SignedPaper("a.pdf", "0" * 64, signatures).weakest is S.REVOKED


def test_who_when_and_which_paper_is_told(tmp_path: Path) -> None:
    paper = read(tmp_path, proven())
    assert paper is not None
    [signature] = paper.signatures
    assert (signature.signer, signature.issuer) == ("SỞ Y TẾ", "Co quan chung thuc so thu nghiem")
    assert (signature.signed_at, signature.stamped) == (SIGNED_AT, True)
    assert (paper.number, paper.issued_on) == ("15/KH-SYT", dt.date(2025, 2, 14))


def test_without_roots_nobody_is_trusted_whom_the_system_trusts(tmp_path: Path) -> None:
    paper = read(tmp_path, proven(), [])
    assert paper is not None
    assert paper.weakest is S.ISSUER_UNKNOWN


def test_a_paper_without_a_signature_starts_no_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OneJob, "asked", lambda *_: pytest.fail("a child was started"))
    assert read(tmp_path, plain_pdf(TEXT)) is None


def test_a_scan_has_no_number_and_none_is_guessed(tmp_path: Path) -> None:
    paper = read(tmp_path, sign(plain_pdf(), Signing(signer(), (authority(),))))
    assert paper is not None
    assert (paper.number, paper.issued_on) == ("", None)


@pytest.mark.parametrize("status", [-signal.SIGKILL, -signal.SIGSEGV, -signal.SIGPROF, 1])
def test_a_child_that_was_lost_leaves_the_paper_unread_and_says_nothing_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(OneJob, "asked", lambda *_: (asked.append(1), (status, b""))[1])
    paper = read(tmp_path, by_trusted())
    assert paper is not None
    assert paper.weakest is S.UNREAD
    assert len(asked) <= TRIES


def test_an_answer_that_is_none_of_ours_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in (b"", b"{}", b"[]", b'{"signatures": [{"state": "best"}], "text": ""}', b"\xff"):
        monkeypatch.setattr(OneJob, "asked", lambda *_, said=answer: (0, said))
        paper = read(tmp_path, by_trusted())
        assert paper is not None
        assert paper.weakest is S.UNREAD


def test_one_that_is_too_large_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_reader, "MAX_BYTES", 100)
    paper = read(tmp_path, by_trusted())
    assert paper is not None
    assert paper.weakest is S.UNREAD


def test_roots_are_read_from_the_files_of_the_offices_folder(tmp_path: Path) -> None:
    one, two = authority(), signer()
    pem = b"".join(h.certificate.public_bytes(Encoding.PEM) for h in (one, two))
    (tmp_path / "b.pem").write_bytes(b"Some words before\n" + pem)
    (tmp_path / "a.cer").write_bytes(two.der)
    (tmp_path / "README.txt").write_text("không phải chứng thư")
    assert trusted_roots(tmp_path) == [two.der, one.der, two.der]
    assert trusted_roots(tmp_path / "none") == []


def test_a_root_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "hỏng.crt").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n")
    (tmp_path / "lạ.der").write_bytes(b"\x30\x00")
    with pytest.raises(ConfigurationFault) as caught:
        trusted_roots(tmp_path)
    assert "hỏng.crt" in str(caught.value)
    assert "lạ.der" in str(caught.value)
