"""The signed PDF beside a workbook, read in a process of its own that may die of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import orjson

from models.domain.answers.papers import (
    PaperSignature,
    SignatureState,
    SignedPaper,
    date_in,
    number_in,
    signature_from_json,
)
from models.domain.errors import ConfigurationFault
from models.domain.faults import Fault
from tasks.adapters.reading.one_job_child import ChildLost, ChildRefused, OneJob
from tasks.adapters.reading.reader_limits import JobLimits

MAX_BYTES = 64_000_000  # of a paper
MAX_ROOT_BYTES = 1_000_000  # of a file of roots
#: Where a signature says which bytes it is of; it cannot stand packed, or it would be of itself.
_SIGNED = b"/ByteRange"
#: Twenty seconds of processor time, for it is more often a scan of many pages than an attack.
READING = OneJob("tasks.adapters.reading.papers.paper_child", JobLimits.of(1024, 20), 200_000)
_ENDINGS = (".pem", ".crt", ".cer", ".der")


def unchecked_paper(path: Path, name: str, sha256: str) -> SignedPaper | None:
    """A signed PDF that is not looked into any more; None for one without a signature."""
    if path.stat().st_size <= MAX_BYTES and _SIGNED not in path.read_bytes():
        return None
    return SignedPaper(name, sha256, (PaperSignature(SignatureState.UNREAD),))


def paper_of(
    path: Path, name: str, sha256: str, roots: Sequence[bytes], moment: dt.datetime
) -> SignedPaper | None:
    """What a signed PDF says of itself; None for one without a signature.

    `roots`: certificates (DER) that the office trusts. `moment`: when it was surely there, UTC.
    Of one that cannot be followed only that is said. Raises OSError where the machine starts no
    child.
    """
    if path.stat().st_size > MAX_BYTES:
        return SignedPaper(name, sha256, (PaperSignature(SignatureState.UNREAD),))
    content = path.read_bytes()
    if _SIGNED not in content:
        return None
    heading = orjson.dumps({"moment": moment.isoformat(), "roots": [len(one) for one in roots]})
    try:
        answer = READING.answer_to(b"".join([heading, b"\n", *roots, content]))
        said = orjson.loads(answer)
        signatures = tuple(signature_from_json(one) for one in said["signatures"])
        text = str(said["text"])
    except (ChildRefused, ChildLost, ValueError, KeyError, TypeError):
        # No answer of ours, or none at all: the paper is kept, and a person looks at it.
        return SignedPaper(name, sha256, (PaperSignature(SignatureState.UNREAD),))
    if not signatures:  # it speaks of one, and none is found: torn, or not followed
        signatures = (PaperSignature(SignatureState.UNREAD),)
    return SignedPaper(name, sha256, signatures, number_in(text), date_in(text))


def trusted_roots(folder: Path) -> list[bytes]:
    """The certificates (DER) that the office trusts, from the files in its folder, by name.

    Empty where there is no such folder. Raises ConfigurationFault, naming each file that is none.
    """
    roots: list[bytes] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.suffix.lower() not in _ENDINGS or not path.is_file():
            continue
        try:
            roots += _certificates(path)
        except ValueError:
            faults.append(Fault("roots.no_certificate", path.name))
    if faults:
        raise ConfigurationFault(faults)
    return roots


def _certificates(path: Path) -> list[bytes]:
    """The certificates of one file, one in DER or any number in PEM. Raises ValueError."""
    # start-up cost: few offices have such a folder
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if path.stat().st_size > MAX_ROOT_BYTES:
        raise ValueError("a file of certificates is small")
    content = path.read_bytes()
    if b"-----BEGIN" in content:
        found = x509.load_pem_x509_certificates(content)
    else:
        found = [x509.load_der_x509_certificate(content)]
    return [one.public_bytes(Encoding.DER) for one in found]
