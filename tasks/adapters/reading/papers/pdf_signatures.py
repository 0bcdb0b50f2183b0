"""What the signatures of a PDF prove (ISO 32000-2, 12.8; PAdES), found offline.

Trust comes from the given roots alone, revocation from what the file itself carries. Runs where
nothing can be opened: whatever the library needs is imported with this module, and its event loop
waits for nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import selectors
from collections.abc import Coroutine, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    PdfSignatureStatus,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from models.domain.answers.papers import PaperSignature, SignatureState

# What the library would load while it works, when nothing can be opened any more.
for _module in (
    "lxml.etree",
    "pyhanko.pdf_utils.crypt.pdfmac",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.font.api",
    "pyhanko.pdf_utils.metadata.xmp_xml",
    "pyhanko.sign.fields",
):
    import_module(_module)

MAX_SIGNATURES = 10
#: Certificates of agencies bear either; the library by itself wants the second alone.
_FOR_SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_NAME_PARTS = ("common_name", "organization_name")

_BY_PROBLEM: Mapping[AdESSubIndic | None, SignatureState] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: SignatureState.ISSUER_UNKNOWN,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: SignatureState.WEAK,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: SignatureState.WEAK,
}

_T = TypeVar("_T")


def signatures_of(
    content: bytes, roots: Sequence[bytes], moment: dt.datetime
) -> list[PaperSignature]:
    """The signatures of a PDF, oldest first, at most MAX_SIGNATURES; empty where it has none.

    `roots`: certificates (DER) that the office trusts. `moment`: when the paper was surely there,
    UTC. Raises whatever the library raises for what is no PDF.
    """
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    signed = reader.embedded_regular_signatures[:MAX_SIGNATURES]
    trusted = [x509.Certificate.load(der) for der in roots]
    kept = _kept_proofs(reader)
    return [_judged(one, trusted, kept, moment) for one in signed]


_Proofs = tuple[list[bytes], list[bytes], list[x509.Certificate]]  # OCSP answers, CRLs, others


def _judged(
    signed: EmbeddedPdfSignature,
    roots: Sequence[x509.Certificate],
    kept: _Proofs,
    moment: dt.datetime,
) -> PaperSignature:
    try:
        certificate = signed.signer_cert
        proofs = _with_own(signed, kept)
        status = _status(signed, roots, proofs, moment, revocation="require")
        stamp = status.timestamp_validity
        if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
            moment = stamp.timestamp
            status = _status(signed, roots, proofs, moment, revocation="require")
        else:
            stamp = None
        state = _state(status)
        if state.fits and not (status.trusted or status.revoked):
            # Perhaps all that is missing is a proof, not too old, that nothing was revoked.
            without: _Proofs = ([], [], proofs[2])
            softer = _status(signed, roots, without, moment, revocation="soft-fail")
            state = SignatureState.REVOCATION_OPEN if softer.trusted else _state(softer)
    except Exception:  # noqa: BLE001  whatever the library raises on a signature it cannot follow
        return PaperSignature(SignatureState.UNREAD)
    at = stamp.timestamp if stamp else status.signer_reported_dt
    return PaperSignature(
        state,
        _name(certificate.subject),
        _name(certificate.issuer),
        _utc(at),
        stamp is not None,
    )


def _state(status: PdfSignatureStatus) -> SignatureState:
    """What a status comes to."""
    if not (status.intact and status.valid):
        return SignatureState.BROKEN
    level = status.modification_level
    added = level is None or level > ModificationLevel.FORM_FILLING
    if added or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION or not status.docmdp_ok:
        return SignatureState.CHANGED
    if status.revoked:
        return SignatureState.REVOKED
    if status.trusted:
        return SignatureState.PROVEN
    if status.signing_cert.self_issued:  # by nobody but himself, and no root of the office's
        return SignatureState.ISSUER_UNKNOWN
    return _BY_PROBLEM.get(status.trust_problem_indic, SignatureState.CERTIFICATE_REFUSED)


def _status(
    signed: EmbeddedPdfSignature,
    roots: Sequence[x509.Certificate],
    proofs: _Proofs,
    moment: dt.datetime,
    *,
    revocation: str,
) -> PdfSignatureStatus:
    ocsps, crls, certificates = proofs
    context = ValidationContext(
        # Never the operating system's roots, also where the office has none.
        trust_manager=SimpleTrustManager.build(trust_roots=list(roots)),
        other_certs=certificates,
        ocsps=ocsps,
        crls=crls,
        moment=moment,
        allow_fetching=False,
        revocation_mode=revocation,
        retroactive_revinfo=True,
    )
    return _run(async_validate_pdf_signature(signed, context, key_usage_settings=_FOR_SIGNING))


def _kept_proofs(reader: PdfFileReader) -> _Proofs:
    """What a document keeps beside its signatures to prove that they held."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return [], [], []
    return (
        [one.get_object().data for one in store.ocsps],
        [one.get_object().data for one in store.crls],
        list(store.load_certs()),
    )


def _with_own(signed: EmbeddedPdfSignature, kept: _Proofs) -> _Proofs:
    """With what the signature itself carries of the kind, as some programs put it there."""
    ocsps, crls, certificates = kept
    for attribute in signed.signer_info["signed_attrs"] or ():
        if attribute["type"].native == "adobe_revocation_info_archival":
            for archive in attribute["values"]:
                ocsps = [*ocsps, *(one.dump() for one in archive["ocsp"] or ())]
                crls = [*crls, *(one.dump() for one in archive["crl"] or ())]
    return ocsps, crls, [*certificates, *signed.other_embedded_certs]


def _name(name: x509.Name) -> str:
    """Whom a certificate names."""
    parts = name.native
    found = (parts.get(key) for key in _NAME_PARTS)
    return next((str(p[0] if isinstance(p, list) else p) for p in found if p), "")


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)


class _NoEvents(selectors.BaseSelector):
    """A selector under which nothing ever happens: what runs waits for no file and no clock."""

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, -1, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, -1, 0, None)

    def select(self, timeout: float | None = None) -> list[Any]:
        return []

    def get_map(self) -> dict[Any, selectors.SelectorKey]:
        return {}


#: Made while sockets still can be.
_LOOP = asyncio.SelectorEventLoop(_NoEvents())


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    return _LOOP.run_until_complete(work)
