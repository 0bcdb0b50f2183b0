"""Whose a message and its files are: the evidence that they bear, and what comes of it.

And whom an answer may go to by that evidence: never to an address that the register does not know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from models.domain.answers.decisions import Decision
from models.domain.arrivals.attribution import (
    Attribution,
    AttributionState,
    Evidence,
    EvidenceKind,
    agree,
    answerable,
    attribute,
    sender_evidence,
)
from models.domain.arrivals.known import (
    REFERENCES,
    Became,
    CycleAgency,
    ExaminedFile,
    ExaminedMessage,
    KnownRecord,
)
from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import TRY_OUT_TAG, LetterKind
from models.domain.reading.identity import verify
from models.domain.reading.submissions import Examination
from models.domain.register.agencies import Contact, Register


@dataclass(frozen=True)
class AttributedFile:
    """A file and whose it is."""

    file: ExaminedFile
    evidence: Sequence[Evidence]
    # By its evidence alone; and what holds, where a person has said whose it is.
    own: Attribution
    attribution: Attribution
    # What it holds as the workbook of whom it is attributed to, once it was read as such.
    examination: Examination
    # Which form it is, where it is of no cycle that its agency is asked in; Vietnamese.
    old_form: str = ""
    # Others have been asked since in its agency's place: `old_form` says who.
    former: bool = False
    # Whether it is judged as the workbook of whom it is attributed to.
    is_judged: bool = False


@dataclass(frozen=True)
class AttributedMessage:
    """A message, whose it is by itself, and whose each of its files is."""

    message: ExaminedMessage
    # Of sender, token and thread alone, led to who was asked.
    evidence: Sequence[Evidence]
    files: Sequence[AttributedFile]
    # The decision of a person that says whose all of it is.
    assigned: Decision | None
    # Whose it is where nothing in it can be taken.
    answerable: Attribution

    @property
    def concerned(self) -> set[CycleAgency]:
        """Whose versions must be known to decide on the message."""
        whose = [
            attribution
            for one in self.files
            if one.is_judged or self.assigned
            for attribution in (one.own, one.attribution)
        ]
        # Whoever is answered is told where his agency stands.
        whose.append(self.answerable)
        return {(a.cycle, a.agency) for a in whose if a.state is AttributionState.TAKEN}

    def to_read_anew(self) -> list[CycleAgency | None]:
        """For each file, cycle and agency as whose workbook it has yet to be read, if any."""
        found: list[CycleAgency | None] = []
        for one in self.files:
            read, wanted = one.file.examination, one.attribution
            same = (read.cycle, read.agency) == (wanted.cycle, wanted.agency)
            anew = one.is_judged and not same
            found.append((wanted.cycle, wanted.agency) if anew else None)
        return found

    def with_examinations(self, read: Sequence[Examination | None]) -> AttributedMessage:
        """The message with files read anew, in order; None for one that needs no other reading."""
        files = [
            replace(one, examination=anew) if anew else one
            for one, anew in zip(self.files, read, strict=True)
        ]
        return replace(self, files=files)


def attribute_message(known: KnownRecord, message: ExaminedMessage) -> AttributedMessage:
    """Whose the message's files are, by all that it shows, or by a person's decision."""
    names = known.office.register.formal_names
    of_message = evidence_of_message(known, message)
    kinship = _kinship(known, message)
    assigned = known.decisions.assignment(message.key)
    files = []
    for file in message.files:
        evidence = kinship.lead([*_of_workbook(known.secret, file.examination), *of_message])
        own = attribute(evidence, names)
        # What a person has assigned is taken as such, whoever answers today; so is what is judged
        # anew, which was found to be theirs when it came.
        became = known.became.get((message.key, file.sha256))
        whose = attributed(assigned) if assigned else _judged_anew(became) if became else own
        taken, former, old_form = whose.taken, "", ""
        if taken:
            settled = assigned is not None or became is not None
            former = "" if settled else _former(known, kinship, whose)
            old_form = _never_asked(known, whose) or former
            if not old_form and not settled:
                old_form = _followed(known, whose)
        files.append(
            AttributedFile(
                file,
                tuple(evidence),
                own,
                whose,
                file.examination,
                old_form,
                former=bool(former),
                is_judged=taken and not old_form and file.examination.problem is None,
            )
        )
    led = tuple(kinship.lead(of_message))
    return AttributedMessage(message, led, tuple(files), assigned, answerable(led, names))


def attributed(assignment: Decision) -> Attribution:
    """Whose a message is once a person has said so: no evidence outweighs that."""
    said = f"{assignment.by} xác định ngày {assignment.decided_at.astimezone(HANOI):%d/%m/%Y}"
    return Attribution(
        AttributionState.TAKEN,
        assignment.agency,
        assignment.cycle,
        (f"{said}: {assignment.reason}",),
    )


def _judged_anew(became: Became) -> Attribution:
    """Whose a file is that was recorded before, and is judged once more."""
    said = (
        f"Đã ghi nhận là phiên bản {became.version}; kiểm tra lại vì một phiên bản ghi nhận trước "
        "đó đã được rút lại hoặc khôi phục."
    )
    return Attribution(AttributionState.TAKEN, became.agency, became.cycle, (said,))


def evidence_of_message(known: KnownRecord, message: ExaminedMessage) -> list[Evidence]:
    """What sender, reply address and thread say. A file handed in by the office says just that.

    A sender who names no cycle is taken to mean the current one.
    """
    mail = message.mail
    if mail is None:
        return [Evidence(EvidenceKind.HANDED_IN, detail="thư mục nhận tệp của Văn phòng")]
    found: list[Evidence] = []
    for token, (cycle, agency) in owners_of(known, mail.recipients):
        found.append(Evidence(EvidenceKind.REPLY_TOKEN, agency, cycle, token))
    for message_id, cycle, agency in _letters_answered(known, mail.references):
        if agency:
            found.append(Evidence(EvidenceKind.THREAD_REFERENCE, agency, cycle, message_id))
    said = sender_evidence(mail.sender, known.office.register, message.check, known.senders)
    found += [replace(piece, cycle=current_cycle(known)) for piece in said]
    return found


def current_cycle(known: KnownRecord) -> str:
    """The cycle people mean who name none: of those asked about, the newest that has opened."""
    codes = {cycle for cycle, _ in known.asked}
    cycles = [known.office.cycles[code] for code in codes if code in known.office.cycles]
    opened = [cycle for cycle in cycles if cycle.opens_at <= known.now]
    return max(opened, key=lambda c: (c.opens_at, c.code)).code if opened else ""


def owners_of(known: KnownRecord, addresses: Sequence[str]) -> list[tuple[str, CycleAgency]]:
    """The reply tokens among addresses that are ours, each with whose it is."""
    tokens = tokens_in_addresses(addresses, known.office_address)
    return [(token, known.tokens[token]) for token in tokens if token in known.tokens]


def tokens_in_addresses(recipients: Sequence[str], mailbox_address: str) -> list[str]:
    """The reply tokens among the recipients, each once: what follows `+` in our own address.

    >>> tokens_in_addresses(["x@y.example", "bao-cao+ab23@vp.example"], "bao-cao@vp.example")
    ['ab23']
    """
    local, _, domain = mailbox_address.lower().rpartition("@")
    found: dict[str, None] = {}
    for address in recipients:
        mailbox, _, host = address.lower().rpartition("@")
        name, plus, token = mailbox.partition("+")
        if plus and token and token != TRY_OUT_TAG and name == local and host == domain:
            found.setdefault(token)
    return list(found)


def _letters_answered(known: KnownRecord, references: Sequence[str]) -> list[tuple[str, str, str]]:
    """(Message-ID, cycle, agency) of our own letters among a message's references."""
    recent = references[-REFERENCES:]
    return [(r, *known.letters[r]) for r in recent if r in known.letters]


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
        message.received_at.astimezone(HANOI).date(),
        current_cycle(known),
        lambda cycle, agency: (cycle, agency) in known.asked,
    )


def _never_asked(known: KnownRecord, attribution: Attribution) -> str:
    """Which form it is, where a genuine workbook is of a cycle that the agency was not asked in."""
    if (attribution.cycle, attribution.agency) in known.asked:
        return ""
    return _form_of(known, attribution)


def _followed(known: KnownRecord, attribution: Attribution) -> str:
    """Which form it is, where a later cycle that builds on its answers is open by now.

    What February said is no longer changed in November by a file sent in mistake.
    """
    return _form_of(known, attribution) if _is_followed(known, attribution.cycle) else ""


def _is_followed(known: KnownRecord, cycle: str) -> bool:
    """Whether a later cycle has been opened that is measured by this one."""
    cycles = known.office.cycles
    return any(cycles[c].previous == cycle for c, _ in known.asked if c in cycles)


def _form_of(known: KnownRecord, attribution: Attribution) -> str:
    cycle = known.office.cycles.get(attribution.cycle)
    return f"sổ của kỳ «{cycle.title}»" if cycle else "sổ của một kỳ báo cáo trước"


def _former(known: KnownRecord, kinship: Kinship, attribution: Attribution) -> str:
    """Whose a workbook of an earlier cycle was and who answers today; "" where nothing changed.

    An agency that others have been asked for since sends its last cycle's workbook: whatever it
    wants to say belongs into theirs.
    """
    cycles, current = known.office.cycles, known.office.cycles.get(kinship.current)
    if current is None or attribution.cycle == current.code:
        return ""
    heirs = kinship.heirs_asked(attribution.agency, current.code)
    if not heirs or attribution.cycle not in cycles:
        return ""
    name_of = known.office.register.formal_name
    names = ", ".join(map(name_of, heirs))
    return (
        f"sổ của kỳ «{cycles[attribution.cycle].title}» cấp cho "
        f"{name_of(attribution.agency)}; trong kỳ «{current.title}», {names} báo cáo thay, "
        "theo sổ báo cáo Văn phòng đã gửi"
    )


_WORKBOOK = (EvidenceKind.SIGNED_IDENTITY, EvidenceKind.GUESSED_CONTENT)
_LETTER = (EvidenceKind.REPLY_TOKEN, EvidenceKind.THREAD_REFERENCE)
_SENDER = (
    EvidenceKind.REGISTERED_SENDER,
    EvidenceKind.REGISTERED_DOMAIN,
    EvidenceKind.CLAIMED_SENDER,
    EvidenceKind.FORMER_DOMAIN,
)


@dataclass(frozen=True)
class Kinship:
    """Who was asked in which cycle, and who answers for whom on the day something arrived."""

    register: Register
    day: dt.date  # of receipt
    current: str  # the cycle that those mean who name none
    asked: Callable[[str, str], bool]  # cycle, agency

    def lead(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The evidence, each piece led to the agencies that were asked; itself where nobody is.

        A workbook names its agency, or those who were asked in its place. A letter of ours and a
        sender mean the agency they bear, or those asked in its place in the current cycle; where
        the workbook (for a sender: else the letter) names another of the same kin, that one too.
        """
        if not any(line.on <= self.day for line in self.register.successions.lines):
            return list(evidence)
        workbook = [led for p in evidence if p.kind in _WORKBOOK for led in self._of_workbook(p)]
        claimed = [p.agency for p in workbook]
        letters = [led for p in evidence if p.kind in _LETTER for led in self._of_letter(p)]
        meant = claimed or [p.agency for p in letters]
        found: list[Evidence] = []
        for piece in evidence:
            if piece.kind in _WORKBOOK:
                found += self._of_workbook(piece)
            elif piece.kind in _LETTER:
                found += self._with_kin(piece, self._of_letter(piece), claimed)
            elif piece.kind in _SENDER:
                found += self._with_kin(piece, self._of_sender(piece), meant)
            else:
                found.append(piece)
        return found

    def heirs_asked(self, agency: str, cycle: str) -> list[str]:
        """Who was asked in the cycle in the place of an agency that was not."""
        if self.asked(cycle, agency):
            return []
        heirs = self.register.successions.heirs_of(agency, self.day)
        return [heir for heir in heirs if heir != agency and self.asked(cycle, heir)]

    def _of_workbook(self, piece: Evidence) -> list[Evidence]:
        heirs = self.heirs_asked(piece.agency, piece.cycle)
        return [self._standing_in(piece, heir) for heir in heirs] or [piece]

    def _of_letter(self, piece: Evidence) -> list[Evidence]:
        """An old letter goes on meaning its agency, and those who were asked since in its place."""
        if not self.current or piece.cycle == self.current:
            return [piece]
        heirs = self.heirs_asked(piece.agency, self.current)
        later = (replace(self._standing_in(piece, heir), cycle=self.current) for heir in heirs)
        return [piece, *later]

    def _of_sender(self, piece: Evidence) -> list[Evidence]:
        cycle, agency = piece.cycle, piece.agency
        if self.asked(cycle, agency):
            return [piece]
        before = self.register.successions.predecessors_of(agency, self.day)
        stand_in = self.heirs_asked(agency, cycle) or [p for p in before if self.asked(cycle, p)]
        return [self._standing_in(piece, code) for code in stand_in] or [piece]

    def _with_kin(
        self, piece: Evidence, led: list[Evidence], named: Iterable[str]
    ) -> list[Evidence]:
        """With those of the agency's kin whom other evidence names, where it means none of them."""
        wanted = list(dict.fromkeys(named))
        if any(p.agency in wanted for p in led):
            return led
        kin = self.register.successions.kin_of(piece.agency, self.day)
        return [*led, *(self._standing_in(piece, code) for code in wanted if code in kin)]

    def _standing_in(self, piece: Evidence, agency: str) -> Evidence:
        """The piece as it speaks for another of the kin, and how a sentence says so."""
        if agency == piece.agency:
            return piece
        own, other = (self._name(code) for code in (piece.agency, agency))
        heirs = self.register.successions.heirs_of(piece.agency, self.day)
        link = "nay là" if agency in heirs else "kế thừa"
        spoken = f"{own} ({link} {other})"
        return replace(piece, agency=agency, stands_for=piece.agency, spoken=spoken)

    def _name(self, code: str) -> str:
        return self.register.agency_name(code)


@dataclass(frozen=True, slots=True)
class ReplyTargets:
    """Whom an answer goes to; nobody when `to` is empty, and `reason` says why."""

    to: Sequence[str]
    cc: Sequence[str] = ()
    reason: str = ""


def reply_targets(
    kind: LetterKind,
    attribution: Attribution,
    evidence: Sequence[Evidence],
    contacts: Mapping[str, Contact],
) -> ReplyTargets:
    """Whom an answer of that kind may go to. Never an address that the register does not know.

    A verdict goes to the contact of the agency it was taken for, and to its own sender where a
    person said that he writes for that agency. The verdict on a try-out goes to
    the registered sender; so does guidance, else to the contact of the agency whose reply token
    the mail bore. A receipt for what is held says only that something came: to the registered
    sender, else to the agency's contact when nothing contradicts. A sender whom our mail server
    does not confirm is no registered one.

    `contacts`: those of today, where letters to an agency that has ended go to its heirs. An
    address that is only an ended agency's gets no letter: its domain may be anybody's by now.
    """
    senders = registered_today(evidence, contacts)
    contact = contacts.get(attribution.agency)
    if attribution.taken and contact is not None:
        if kind in (LetterKind.GUIDANCE, LetterKind.TRY_OUT) and senders:
            return ReplyTargets(senders)
        return ReplyTargets(
            tuple(contact.to), (*contact.cc, *(a for a in senders if a in contact.senders))
        )
    if attribution.taken:
        return ReplyTargets((), reason="Cơ quan chưa có địa chỉ liên hệ trong danh bạ.")
    if kind is LetterKind.VERDICT:
        return ReplyTargets((), reason="Chưa xác định chắc chắn cơ quan nên chưa trả kết quả.")
    if senders:
        return ReplyTargets(senders)
    if kind is LetterKind.RECEIPT and contact is not None and agree(evidence, attribution.agency):
        return ReplyTargets(tuple(contact.to))
    return ReplyTargets((), reason="Người gửi không có trong danh bạ nên không trả lời tự động.")


def registered_today(
    evidence: Sequence[Evidence], contacts: Mapping[str, Contact]
) -> tuple[str, ...]:
    """The registered addresses a message came from that are still somebody's, in order.

    >>> came_from = [Evidence(EvidenceKind.REGISTERED_SENDER, "a", detail="a@old.example")]
    >>> registered_today(came_from, {"a": Contact("b", ("b@new.example",))})
    ()
    """
    today = {
        address
        for contact in contacts.values()
        for address in (*contact.to, *contact.cc, *contact.senders)
    }
    said = (p.detail for p in evidence if p.kind is EvidenceKind.REGISTERED_SENDER)
    return tuple(address for address in dict.fromkeys(said) if address in today)
