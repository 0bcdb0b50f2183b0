"""What the signatures of a PDF prove (ISO 32000-2, 12.8; PAdES), found offline.

Trust comes from the given roots alone, revocation from what the file itself carries. Runs where
nothing can be opened: whatever the library needs is imported with this module, and its event loop
waits for nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import re
import selectors
from collections.abc import Coroutine, Mapping, Sequence, Set
from dataclasses import replace
from importlib import import_module
from typing import Any, TypeVar, cast

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FieldMDPRule,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    PdfSignatureStatus,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from models.domain.answers.papers import PaperSignature
from models.domain.answers.papers import SignatureState as S

# What the library would load while it works, when nothing can be opened any more.
for _module in (
    "lxml.etree",
    "pyhanko.pdf_utils.crypt.pdfmac",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.font.api",
    "pyhanko.pdf_utils.metadata.xmp_xml",
):
    import_module(_module)

#: Of one kind; the library exports the one for signatures alone.
_fields_in = import_module("pyhanko.sign.fields").enumerate_fields_in

MAX_SIGNATURES = 10
#: Certificates of agencies bear either; the library by itself wants the second alone.
_FOR_SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_NAME_PARTS = ("common_name", "organization_name")
#: Who has a certificate for nothing but these signs servers, programs and stamps, no papers.
_OTHER_PURPOSES = frozenset(
    ("server_auth", "code_signing", "time_stamping", "ocsp_signing", "ipsec_end_system",
     "ipsec_tunnel", "ipsec_user")
)  # fmt: skip
#: What may be added to a signed document: signatures and what proves that they hold. The library
#: by itself lets the fields of a form be filled in as well, with other figures.
_SIGNING_RULES: list[FieldMDPRule] = [
    rule
    for rule in cast("FormUpdatingRule", DEFAULT_DIFF_POLICY.form_rule).field_rules
    if isinstance(rule, (SigFieldCreationRule, SigFieldModificationRule))
]
_ADDITIONS = StandardDiffPolicy(DEFAULT_DIFF_POLICY.global_rules, FormUpdatingRule(_SIGNING_RULES))
#: Where a form has other fields, how they are drawn may not change either.
_ADDITIONS_TO_A_FORM = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    FormUpdatingRule(_SIGNING_RULES, ignored_acroform_keys={"/Fields"}),
)
#: A stamp of time may be ahead of the mail server's clock by so much.
_CLOCKS_APART = dt.timedelta(days=1)
#: Of what has run out and speaks of revocations, so much is asked.
_MOST_OUTDATED = 5
_OBJECT = re.compile(rb"\d\s+obj\b|\bxref\b|\btrailer\b")
_END = b"%%EOF"

_BY_PROBLEM: Mapping[AdESSubIndic | None, S] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: S.ISSUER_UNKNOWN,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: S.WEAK,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: S.WEAK,
}

_T = TypeVar("_T")


def signatures_of(
    content: bytes, roots: Sequence[bytes], moment: dt.datetime
) -> list[PaperSignature]:
    """The signatures of a PDF, oldest first; empty where it has none.

    Of more than MAX_SIGNATURES, and of such as are of no known kind, one more says so.

    `roots`: certificates (DER) that the office trusts. `moment`: when the paper was surely there,
    UTC. Raises whatever the library raises for what is no PDF.
    """
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    signed = reader.embedded_regular_signatures
    names = {one.field_name for one in signed}
    trusted = [x509.Certificate.load(der) for der in roots]
    kept = _kept_proofs(reader)
    tail = _has_more_behind(reader, content)
    found = []
    for one in signed[:MAX_SIGNATURES]:
        judged = _judged(one, trusted, kept, moment, names)
        found.append(replace(judged, state=S.CHANGED) if tail and judged.state.fits else judged)
    # What else calls itself a signature is not checked, and is not passed over either.
    if len(signed) > MAX_SIGNATURES or _has_others(reader):
        found.append(PaperSignature(S.UNREAD))
    return found


def _has_more_behind(reader: PdfFileReader, content: bytes) -> bool:
    """Whether objects stand behind the end that its table of objects knows nothing of.

    A program that finds the table spoiled, or does not ask it, shows them instead of those signed.
    """
    tables = reader.xrefs
    known = [tables.get_xref_container_info(n) for n in range(tables.total_revisions)]
    end = content.find(_END, max(one.end_location for one in known))
    return _OBJECT.search(content, max(end, 0)) is not None


def _has_others(reader: PdfFileReader) -> bool:
    """Whether a field is signed in a way that the library passes over in silence."""
    known = {kind.value for kind in SigSeedSubFilter}
    stamp = SigSeedSubFilter.ETSI_RFC3161.value
    for _, value, _ in enumerate_sig_fields(reader, filled_status=True):
        signature = value.get_object()
        kind = str(signature.get("/SubFilter", ""))
        is_stamp = str(signature.get("/Type", "/Sig")) != "/Sig"
        if kind not in known or is_stamp != (kind == stamp):
            return True
    return False


_Proofs = tuple[list[bytes], list[bytes], list[x509.Certificate]]  # OCSP answers, CRLs, others


def _judged(
    signed: EmbeddedPdfSignature,
    roots: Sequence[x509.Certificate],
    kept: _Proofs,
    moment: dt.datetime,
    names: Set[str],
) -> PaperSignature:
    arrived = moment
    try:
        certificate = signed.signer_cert
        proofs = _with_own(signed, kept)
        status = _status(signed, roots, proofs, moment, revocation="require")
        stamp = status.timestamp_validity
        if stamp is not None and _holds(stamp, arrived):
            moment = stamp.timestamp
            status = _status(signed, roots, proofs, moment, revocation="require")
        else:
            stamp = None
        state = _state(status, names)
        if state.fits and not (status.trusted or status.revoked):
            state = _without_proof(signed, roots, proofs, moment, names)
        if state in (S.PROVEN, S.REVOCATION_OPEN) and _is_for_others(certificate):
            state = S.CERTIFICATE_REFUSED
    except Exception:  # noqa: BLE001  whatever the library raises on a signature it cannot follow
        return PaperSignature(S.UNREAD)
    at = stamp.timestamp if stamp else status.signer_reported_dt
    return PaperSignature(
        state,
        _name(certificate.subject),
        _name(certificate.issuer),
        _utc(at),
        stamp is not None,
    )


def _holds(stamp: TimestampSignatureStatus, arrived: dt.datetime) -> bool:
    """Whether a stamp of time proves when a paper was there: none is from after its arrival."""
    proven = stamp.valid and stamp.intact and stamp.trusted
    return proven and stamp.timestamp <= arrived + _CLOCKS_APART


def _without_proof(
    signed: EmbeddedPdfSignature,
    roots: Sequence[x509.Certificate],
    proofs: _Proofs,
    moment: dt.datetime,
    names: Set[str],
) -> S:
    """What is left to say where it is not proven that nothing was revoked.

    A list that has run out, or one that speaks of a part of the chain, proves a revocation still.
    """
    soft = _status(signed, roots, proofs, moment, revocation="soft-fail")
    if soft.revoked:
        return _state(soft, names)
    for old, day in _outdated(proofs, moment):
        then = _status(signed, roots, old, day, revocation="soft-fail")
        if then.revoked:
            return _state(then, names)
    without: _Proofs = ([], [], proofs[2])
    softer = _status(signed, roots, without, moment, revocation="soft-fail")
    return S.REVOCATION_OPEN if softer.trusted else _state(softer, names)


def _outdated(proofs: _Proofs, moment: dt.datetime) -> list[tuple[_Proofs, dt.datetime]]:
    """Each answer or list about revocations that has run out, newest first, with its day."""
    ocsps, crls, certificates = proofs
    found: list[tuple[_Proofs, Any, Any]] = []
    for content in crls:
        said = crl.CertificateList.load(content)["tbs_cert_list"]
        found.append((([], [content], certificates), said["this_update"], said["next_update"]))
    for content in ocsps:
        answer = ocsp.OCSPResponse.load(content).response_data["responses"]
        found += [
            (([content], [], certificates), one["this_update"], one["next_update"])
            for one in answer
        ]
    old = [(p, since.native) for p, since, until in found if until.native and until.native < moment]
    return sorted(old, key=lambda one: one[1], reverse=True)[:_MOST_OUTDATED]


def _is_for_others(certificate: x509.Certificate) -> bool:
    """Whether a certificate says that it is for purposes of which none is signing papers."""
    purposes = certificate.extended_key_usage_value
    return purposes is not None and set(purposes.native) <= _OTHER_PURPOSES


def _only_signed(difference: DiffResult | SuspiciousModification | None, names: Set[str]) -> bool:
    """Whether nothing was added since but signatures, each of which is judged by itself.

    A field that nobody signs, or that only stamps a time, can be drawn over a page.
    """
    if not isinstance(difference, DiffResult):
        return False
    level = difference.modification_level
    return level <= ModificationLevel.FORM_FILLING and difference.changed_form_fields <= names


def _state(status: PdfSignatureStatus, names: Set[str]) -> S:
    """What a status comes to. `names`: the fields of all signatures that are judged."""
    if not (status.intact and status.valid):
        return S.BROKEN
    added = not _only_signed(status.diff_result, names)
    if added or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION or not status.docmdp_ok:
        return S.CHANGED
    if status.revoked:
        return S.REVOKED
    if status.trusted:
        return S.PROVEN
    if status.signing_cert.self_issued:  # by nobody but himself, and no root of the office's
        return S.ISSUER_UNKNOWN
    return _BY_PROBLEM.get(status.trust_problem_indic, S.CERTIFICATE_REFUSED)


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
    return _run(
        async_validate_pdf_signature(
            signed,
            context,
            diff_policy=_ADDITIONS_TO_A_FORM if _is_form(signed.reader) else _ADDITIONS,
            key_usage_settings=_FOR_SIGNING,
        )
    )


def _is_form(reader: PdfFileReader) -> bool:
    """Whether a document has fields of which some are not for signatures."""
    fields = reader.root["/AcroForm"]["/Fields"]
    return any(
        True
        for kind in ("/Tx", "/Btn", "/Ch")
        for _ in _fields_in(fields, refs_seen=set(), target_field_type=kind)
    )


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
