"""Signed messages whose content lies within the signature (CMS, RFC 5652; S/MIME, RFC 8551).

Only whether the signature fits the content is looked at. Whose it is and whether its certificate
holds is not: nothing is believed of a message because of its signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.adapters.reading.parser_guard import ParserFailed, parsing

if TYPE_CHECKING:
    from asn1crypto import cms

MAX_BYTES = 64 * 1024 * 1024
MAX_SIGNERS = 5
#: A workbook of 60 MB in pieces of a thousand bytes; whoever sends more means to keep us busy.
MAX_ELEMENTS = 80_000
_DIGESTS = ("sha1", "sha224", "sha256", "sha384", "sha512")
_OCTETS, _CONSTRUCTED, _OPEN_LENGTH = 0x04, 0x20, 0x80


@dataclass(frozen=True, slots=True)
class SignedContent:
    """What lay within a signature. `fits` is False only where that is certain."""

    content: bytes
    fits: bool


def opened(data: bytes) -> SignedContent | None:
    """The content within a signature; None where the bytes hold none, whatever they are."""
    # The first bytes of the message's own structure, of definite or open length.
    if not data.startswith(b"\x30") or len(data) > MAX_BYTES:
        return None
    from asn1crypto import cms  # start-up cost: few messages are signed so

    try:
        with parsing():
            if sum(1 for _ in _elements(data)) > MAX_ELEMENTS:
                return None
            info = cms.ContentInfo.load(data)
            if info["content_type"].native != "signed_data":
                return None
            signed = info["content"]
            # Pieces are put together here: the library takes time by the square of their number.
            inside = signed["encap_content_info"]["content"].dump()
            pieces = [piece for tag, piece in _elements(inside) if tag == _OCTETS]
            content = b"".join(pieces)
    except ParserFailed:
        return None
    return SignedContent(content, _fits(signed, content)) if content else None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags and contents of a structure's elements, one after the other, at most MAX_ELEMENTS + 1.

    Of those that hold others, and of the marks that end them, the content is empty. Raises
    IndexError where one says that it is longer than all.
    """
    position = 0
    for _ in range(MAX_ELEMENTS + 1):
        if position >= len(data):
            return
        tag, length = data[position], data[position + 1]
        position += 2
        if length > _OPEN_LENGTH:
            size = length - _OPEN_LENGTH
            length = int.from_bytes(data[position : position + size], "big")
            position += size
        if tag & _CONSTRUCTED:
            yield tag, b""
            continue
        if (length == _OPEN_LENGTH and tag) or position + length > len(data):
            raise IndexError("an element is longer than all")
        yield tag, data[position : position + length]
        position += length


def _fits(signed: cms.SignedData, content: bytes) -> bool:
    """Whether no signer's signature is proven to be about something else."""
    try:
        with parsing():
            certificates = [
                c.chosen for c in signed["certificates"] or () if c.name == "certificate"
            ]
            signers = list(signed["signer_infos"])[:MAX_SIGNERS]
            return all(_signature_fits(one, content, certificates) for one in signers)
    except ParserFailed:
        return True  # of a kind that we cannot check


def _signature_fits(signer: cms.SignerInfo, content: bytes, certificates: list[Any]) -> bool:
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in _DIGESTS:
        return True
    attributes = signer["signed_attrs"]
    about = content
    if attributes:
        digests = [
            a["values"][0].native for a in attributes if a["type"].native == "message_digest"
        ]
        if hashlib.new(name, content).digest() not in digests:
            return False
        about = attributes.untag().dump()
    certificate = next((c for c in certificates if _is_signers(signer, c)), None)
    return certificate is None or _is_signed(signer, about, certificate.dump(), name)


def _is_signers(signer: cms.SignerInfo, certificate: Any) -> bool:
    identifier = signer["sid"]
    if identifier.name == "issuer_and_serial_number":
        serial = identifier.chosen["serial_number"].native
        same = identifier.chosen["issuer"].dump() == certificate.issuer.dump()
        return bool(same and serial == certificate.serial_number)
    return bool(identifier.chosen.native == certificate.key_identifier)


def _is_signed(signer: cms.SignerInfo, about: bytes, certificate: bytes, digest: str) -> bool:
    """Whether the signature was made over the bytes with the certificate's key."""
    # start-up cost: few messages are signed so
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.x509 import load_der_x509_certificate

    signature = signer["signature"].native
    algorithm = getattr(hashes, digest.upper())()
    try:
        key = load_der_x509_certificate(certificate).public_key()
        if isinstance(key, rsa.RSAPublicKey):
            if signer["signature_algorithm"]["algorithm"].native == "rsassa_pss":
                pss = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
                key.verify(signature, about, pss, algorithm)
            else:
                key.verify(signature, about, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, about, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return True
    return True
