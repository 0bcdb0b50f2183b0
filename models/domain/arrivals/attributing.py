"""Whose a message and its files are: the evidence that they bear, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.domain.arrivals.known import CycleAgency, ExaminedFile, ExaminedMessage, KnownRecord
from models.domain.attribution import (
    Attribution,
    Evidence,
    EvidenceKind,
    attribute,
    sender_evidence,
)
from models.domain.decisions import Decision, attributed
from models.domain.identity import verify
from models.domain.kinship import Kinship
from models.domain.submissions import Examination


@dataclass(frozen=True)
class AttributedFile:
    """A file and whose it is."""

    file: ExaminedFile
    evidence: Sequence[Evidence]
    # By its evidence alone; and what holds, where a person has said whose it is.
    own: Attribution
    attribution: Attribution
    # Which form it is, where it is of no cycle that its agency is asked in; Vietnamese.
    old_form: str = ""
    # Others have been asked since in its agency's place: `old_form` says who.
    former: bool = False
    # What it holds as the workbook of whom it is attributed to, where it was first read as another.
    read_anew: Examination | None = None

    @property
    def examination(self) -> Examination:
        """What the reader found in it."""
        return self.read_anew or self.file.examination

    @property
    def is_judged(self) -> bool:
        """Whether it is read and judged as the workbook of the agency that it is attributed to."""
        read = self.file.examination.problem is None
        return read and self.attribution.taken and not self.old_form

    @property
    def to_read_as(self) -> CycleAgency | None:
        """Cycle and agency as whose workbook it has yet to be read; None where it has been."""
        examination, attribution = self.file.examination, self.attribution
        wanted = (attribution.cycle, attribution.agency)
        read_as = (examination.cycle, examination.agency)
        return wanted if self.is_judged and wanted != read_as else None

    @property
    def concerns(self) -> set[CycleAgency]:
        """Whose versions must be known to decide on it."""
        found = {(a.cycle, a.agency) for a in (self.own, self.attribution) if a.taken}
        return found if self.is_judged or self.own != self.attribution else set()


@dataclass(frozen=True)
class AttributedMessage:
    """A message, whose it is by itself, and whose each of its files is."""

    message: ExaminedMessage
    # Of sender, token and thread alone, led to who was asked.
    evidence: Sequence[Evidence]
    files: Sequence[AttributedFile]
    # The decision of a person that says whose all of it is.
    assigned: Decision | None

    def with_examinations(self, read: Sequence[Examination | None]) -> AttributedMessage:
        """The message with files read anew, in order; None for one that needs no other reading."""
        files = [replace(one, read_anew=anew) for one, anew in zip(self.files, read, strict=True)]
        return replace(self, files=files)


def attribute_message(known: KnownRecord, message: ExaminedMessage) -> AttributedMessage:
    """Whose the message's files are, by all that it shows, or by a person's decision."""
    names = {agency.code: agency.name for agency in known.office.register}
    of_message = evidence_of_message(known, message)
    kinship = _kinship(known, message)
    assigned = known.decisions.assignment(message.key)
    files = []
    for file in message.files:
        evidence = kinship.lead([*_of_workbook(known.secret, file.examination), *of_message])
        own = attribute(evidence, names)
        if assigned:
            # What a person has assigned is taken as such, whoever answers today.
            whose = attributed(assigned)
            files.append(
                AttributedFile(file, tuple(evidence), own, whose, _never_asked(known, whose))
            )
            continue
        former = _former(known, kinship, own)
        old_form = _never_asked(known, own) or former or _followed(known, own)
        files.append(AttributedFile(file, tuple(evidence), own, own, old_form, former=bool(former)))
    return AttributedMessage(message, tuple(kinship.lead(of_message)), tuple(files), assigned)


def evidence_of_message(known: KnownRecord, message: ExaminedMessage) -> list[Evidence]:
    """What sender, reply address and thread say. A file handed in by the office says just that.

    A sender who names no cycle is taken to mean the current one.
    """
    mail = message.mail
    if mail is None:
        return [Evidence(EvidenceKind.HANDED_IN, detail="thư mục nhận tệp của Văn phòng")]
    found: list[Evidence] = []
    for token, (cycle, agency) in known.owners_of(mail.recipients):
        found.append(Evidence(EvidenceKind.REPLY_TOKEN, agency, cycle, token))
    for message_id, cycle, agency in known.letters_answered(mail.references):
        if agency:
            found.append(Evidence(EvidenceKind.THREAD_REFERENCE, agency, cycle, message_id))
    said = sender_evidence(mail.sender, known.office.register, message.check)
    found += [replace(piece, cycle=known.current_cycle) for piece in said]
    return found


def _of_workbook(secret: bytes, examination: Examination) -> list[Evidence]:
    """What the workbook says of itself: its signed identity, or else its contents."""
    claim = examination.claim
    if claim is not None:
        proven = None if claim.contradictory else verify(secret, claim.token)
        if proven is None:
            return [Evidence(EvidenceKind.BROKEN_IDENTITY, claim.agency, claim.cycle, claim.token)]
        return [
            Evidence(EvidenceKind.SIGNED_IDENTITY, proven.agency, proven.cycle, proven.form_version)
        ]
    if examination.guessed and examination.agency:
        return [
            Evidence(
                EvidenceKind.GUESSED_CONTENT,
                examination.agency,
                examination.cycle,
                "tên trang, tên dòng",
            )
        ]
    return []


def _kinship(known: KnownRecord, message: ExaminedMessage) -> Kinship:
    return Kinship(
        known.office.register,
        message.received_on,
        known.current_cycle,
        lambda cycle, agency: (cycle, agency) in known.asked,
    )


def _never_asked(known: KnownRecord, attribution: Attribution) -> str:
    """Which form it is, where a genuine workbook is of a cycle that the agency was not asked in."""
    if not attribution.taken or (attribution.cycle, attribution.agency) in known.asked:
        return ""
    return _form_of(known, attribution)


def _followed(known: KnownRecord, attribution: Attribution) -> str:
    """Which form it is, where a later cycle that builds on its answers is open by now.

    What February said is no longer changed in November by a file sent in mistake.
    """
    followed = attribution.taken and known.is_followed(attribution.cycle)
    return _form_of(known, attribution) if followed else ""


def _form_of(known: KnownRecord, attribution: Attribution) -> str:
    cycle = known.office.cycles.get(attribution.cycle)
    return f"sổ của kỳ «{cycle.title if cycle else attribution.cycle}»"


def _former(known: KnownRecord, kinship: Kinship, attribution: Attribution) -> str:
    """Whose a workbook of an earlier cycle was and who answers today; "" where nothing changed.

    An agency that others have been asked for since sends its last cycle's workbook: whatever it
    wants to say belongs into theirs.
    """
    cycles, current = known.office.cycles, known.office.cycles.get(kinship.current)
    if not attribution.taken or current is None or attribution.cycle == current.code:
        return ""
    heirs = kinship.heirs_asked(attribution.agency, current.code)
    if not heirs or attribution.cycle not in cycles:
        return ""
    agencies = known.office.register.agencies
    names = ", ".join(agencies[code].name for code in heirs)
    return (
        f"sổ của kỳ «{cycles[attribution.cycle].title}» cấp cho "
        f"{agencies[attribution.agency].name}; trong kỳ «{current.title}», {names} trả lời thay, "
        "theo sổ báo cáo Văn phòng đã gửi"
    )
