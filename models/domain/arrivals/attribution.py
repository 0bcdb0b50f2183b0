"""Attribution: whose a file is, by evidence. Agreement is taken; a contradiction is for a person.

What comes out of a letter of ours (the signed identity in its workbook, its reply token, its
thread) is one witness, however many of them speak: whoever holds the letter holds them all. The
other is the sender's registered address. Both are needed, and nobody may contradict them. The
content of a workbook retyped from scratch, a mail domain and one of former days are heard and
prove nothing. Someone at the office who puts a signed workbook into the drop folder vouches for it.

Where the office's mail server checks senders, its word comes first: without it nothing is taken,
and an address that it confirms is a witness like any other registered one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from models.domain.mail.authentication import SenderCheck
from models.domain.register.agencies import Register


class EvidenceKind(StrEnum):
    """What speaks for an agency; declared strongest first."""

    SIGNED_IDENTITY = "signed_identity"  # verified by the caller
    BROKEN_IDENTITY = "broken_identity"  # present, but the signature is wrong or places differ
    REPLY_TOKEN = "reply_token"  # verified by the caller
    THREAD_REFERENCE = "thread_reference"  # In-Reply-To or References name a letter of ours
    REGISTERED_SENDER = "registered_sender"  # exact address
    GUESSED_CONTENT = "guessed_content"  # a retyped workbook, by sheet and row names
    REGISTERED_DOMAIN = "registered_domain"
    CLAIMED_SENDER = "claimed_sender"  # a registered address that our server could not confirm
    FORMER_DOMAIN = "former_domain"  # of a merged agency; evidence, never proof
    SENDER_PASS = "sender_pass"  # our mail server confirms the sender; names no agency
    SENDER_FAIL = "sender_fail"  # it checks senders, and could not confirm this one
    HANDED_IN = "handed_in"  # put into the drop folder by the office; names no agency


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence. An address of several agencies gives one piece for each of them."""

    kind: EvidenceKind
    agency: str = ""
    cycle: str = ""
    detail: str = ""  # the address, the file name: shown to the person who decides
    stands_for: str = ""  # the agency it bears, where it speaks for an heir or predecessor
    spoken: str = ""  # and how a sentence names the two


class AttributionState(StrEnum):
    """What came of the evidence."""

    TAKEN = "taken"
    HELD = "held"  # a person decides
    UNKNOWN = "unknown"  # nothing names an agency


@dataclass(frozen=True, slots=True)
class Strayed:
    """A workbook that one agency sent and the office made for another; codes."""

    sent_by: str
    workbook_of: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose it is. When held, `agency` and `cycle` are the best-founded guess, or empty."""

    state: AttributionState
    agency: str
    cycle: str
    reasons: Sequence[str]  # Vietnamese sentences
    # Codes of others whose it may as well be: what cannot be typed off a printed page names them.
    others: Sequence[str] = ()
    told: Sequence[str] = ()  # the reasons in words for the sender, where they differ
    strayed: Strayed | None = None  # where nothing else keeps it from being taken

    @property
    def taken(self) -> bool:
        """Whether it is settled whose it is."""
        return self.state is AttributionState.TAKEN


# Kinds of one voice are heard once: our letter's Reply-To and its thread travel together.
_VOICES: Mapping[EvidenceKind, str] = {  # strongest first
    EvidenceKind.SIGNED_IDENTITY: "identity",
    EvidenceKind.REPLY_TOKEN: "letter",
    EvidenceKind.THREAD_REFERENCE: "letter",
    EvidenceKind.REGISTERED_SENDER: "sender",
    EvidenceKind.GUESSED_CONTENT: "content",
    EvidenceKind.REGISTERED_DOMAIN: "domain",
    EvidenceKind.CLAIMED_SENDER: "claim",
    EvidenceKind.FORMER_DOMAIN: "former domain",
}
_CYCLE_SOURCES = (
    EvidenceKind.SIGNED_IDENTITY,
    EvidenceKind.REPLY_TOKEN,
    EvidenceKind.THREAD_REFERENCE,
    EvidenceKind.GUESSED_CONTENT,
    EvidenceKind.REGISTERED_SENDER,
    EvidenceKind.REGISTERED_DOMAIN,
    EvidenceKind.CLAIMED_SENDER,
    EvidenceKind.FORMER_DOMAIN,
)
_STRONG = ("identity", "letter", "sender")
#: What whoever got hold of one letter of ours, or of the directive, can show.
_OF_A_LETTER = ("identity", "letter", "content")
_WORDING: Mapping[EvidenceKind, str] = {
    EvidenceKind.SIGNED_IDENTITY: "sổ đính kèm là sổ Văn phòng lập cho {agency}",
    EvidenceKind.REPLY_TOKEN: "thư trả lời thư Văn phòng gửi {agency}",
    EvidenceKind.THREAD_REFERENCE: "thư trả lời thư Văn phòng gửi {agency}",
    EvidenceKind.REGISTERED_SENDER: "thư do {agency} gửi",
    EvidenceKind.GUESSED_CONTENT: "nội dung tệp giống sổ báo cáo của {agency}",
    EvidenceKind.REGISTERED_DOMAIN: "thư gửi từ tên miền của {agency}",
    EvidenceKind.CLAIMED_SENDER: "thư ghi người gửi là địa chỉ của {agency} trong danh bạ",
    EvidenceKind.FORMER_DOMAIN: "thư gửi từ tên miền cũ của {agency}",
}
_PUBLIC_MAIL = frozenset(
    (
        "gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.vn", "ymail.com", "outlook.com",
        "outlook.com.vn", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com",
        "zoho.com", "proton.me", "protonmail.com", "mail.com", "aol.com", "yandex.com",
    )
)  # fmt: skip


_BROKEN = (
    "Mã nhận dạng trong tệp không còn khớp với sổ Văn phòng đã gửi; cán bộ Văn phòng sẽ đối chiếu."
)
#: For the sender: what our mail server found stands in the reasons.
_UNCONFIRMED = (
    "Chưa xác nhận được thư đúng là do địa chỉ ghi ở dòng người gửi gửi đi; cán bộ Văn phòng sẽ "
    "kiểm tra."
)


@dataclass(frozen=True)
class _Voice:
    """What all evidence of one voice says: any of its agencies satisfies it."""

    name: str
    evidence: Sequence[Evidence]

    @property
    def agencies(self) -> frozenset[str]:
        return frozenset(piece.agency for piece in self.evidence)


def attribute(evidence: Sequence[Evidence], names: Mapping[str, str] | None = None) -> Attribution:
    """Whose a file is: taken, held with the reason, or unknown. `names`: of agencies, by code.

    >>> attribute([
    ...     Evidence(EvidenceKind.SIGNED_IDENTITY, "so_du_lich", "2025-plan"),
    ...     Evidence(EvidenceKind.REGISTERED_SENDER, "so_y_te"),
    ... ], {"so_du_lich": "Sở Du lịch", "so_y_te": "Sở Y tế"}).reasons[0]
    'Thư do Sở Y tế gửi, nhưng sổ đính kèm là sổ Văn phòng lập cho Sở Du lịch.'
    """
    names = names or {}
    voices = _voices(evidence)
    agency, supporters = _best_founded(voices)
    cycle = _cycle(evidence, agency)
    reasons: list[str] = []
    if any(piece.kind is EvidenceKind.BROKEN_IDENTITY for piece in evidence):
        reasons.append(_BROKEN)
    if not voices:
        reasons.append("Chưa biết tệp là báo cáo của cơ quan nào.")
        state = AttributionState.HELD if len(reasons) > 1 else AttributionState.UNKNOWN
        unknown = _unconfirmed(evidence)
        told = (*reasons, *(_UNCONFIRMED for _ in unknown[:1]))
        return Attribution(state, "", "", (*reasons, *unknown), told=told)

    reasons += _contradictions(voices, agency, supporters, names)
    reasons += _cycle_contradiction(evidence)
    unconfirmed = _unconfirmed(evidence)
    told = tuple(reasons)
    if not reasons and not unconfirmed and not _sufficient(supporters, evidence):
        lacking, in_short = _why_not_enough(voices, agency, names)
        reasons.append(lacking)
        told = (in_short,)
    if unconfirmed:
        told = (*reasons, _UNCONFIRMED)
        reasons += [*unconfirmed, _sentence(_all_said(voices, names))]
    if reasons:
        meant = dict.fromkeys(
            p.agency for v in voices if v.name in _STRONG for p in v.evidence if p.agency != agency
        )
        strayed = _strayed(voices, agency) if len(reasons) == 1 else None
        said = tuple(reasons)
        return Attribution(
            AttributionState.HELD, agency, cycle, said, tuple(meant), told, strayed=strayed
        )
    confirmed = [p.detail for p in evidence if p.kind is EvidenceKind.SENDER_PASS]
    agreed = (_agreement(supporters, agency, names), *confirmed)
    return Attribution(AttributionState.TAKEN, agency, cycle, agreed)


def answerable(evidence: Sequence[Evidence], names: Mapping[str, str] | None = None) -> Attribution:
    """Whose a message without a workbook is: taken when its sender may be told what to send.

    A registered address or our own reply token suffices here, since the answer holds nothing of
    anybody's; still nothing may contradict it. Everyone else gets no answer. Where our mail server
    checks senders, it must be an address that it confirms.
    """
    names = names or {}
    telling: tuple[EvidenceKind, ...] = (EvidenceKind.REGISTERED_SENDER, EvidenceKind.REPLY_TOKEN)
    if _is_checked(evidence):
        telling = (EvidenceKind.REGISTERED_SENDER,)
    told = [piece for piece in evidence if piece.kind in telling]
    judged = attribute(evidence, names)
    if judged.state is not AttributionState.HELD or not told or _unconfirmed(evidence):
        return judged
    voices = _voices(evidence)
    agency, supporters = _best_founded(voices)
    contradicted = any(agency not in v.agencies for v in voices if v.name in _STRONG)
    broken = any(piece.kind is EvidenceKind.BROKEN_IDENTITY for piece in evidence)
    if contradicted or broken or not agency:
        return judged
    return Attribution(
        AttributionState.TAKEN,
        agency,
        judged.cycle,
        (_agreement(supporters, agency, names),),
    )


def sender_evidence(
    sender: str,
    register: Register,
    check: SenderCheck | None = None,
    senders: Mapping[str, Sequence[str]] | None = None,
) -> list[Evidence]:
    """What a sender's address says: every agency that registered it, else those of its domain.

    A superior's address speaks for nobody: one superior watches over many agencies. Nor does the
    domain of a public mail service. `check`: what our mail server says of the sender, None where
    it checks none; an address that it does not confirm is a claim, a domain nothing. `senders`: for
    which agencies a person said that an address writes, beside those that registered it.
    """
    found = _of_address(sender, register, (senders or {}).get(sender, ()))
    if check is None:
        return found
    if check.passed:
        return [*found, Evidence(EvidenceKind.SENDER_PASS, detail=check.reason)]
    claims = [
        replace(piece, kind=EvidenceKind.CLAIMED_SENDER)
        for piece in found
        if piece.kind is EvidenceKind.REGISTERED_SENDER
    ]
    return [*claims, Evidence(EvidenceKind.SENDER_FAIL, detail=check.reason)]


def _of_address(sender: str, register: Register, known: Sequence[str]) -> list[Evidence]:
    contacts = register.contacts.values()
    registered = [c.agency for c in contacts if sender in (*c.to, *c.cc)]
    exact = list(dict.fromkeys((*registered, *known)))
    if exact:
        return [Evidence(EvidenceKind.REGISTERED_SENDER, code, detail=sender) for code in exact]
    domain = sender.rpartition("@")[2]
    if not domain or domain in _PUBLIC_MAIL:
        return []
    current = [c.agency for c in contacts if any(a.endswith(f"@{domain}") for a in c.to)]
    former = [c.agency for c in contacts if domain in c.domains and c.agency not in current]
    return [
        *(Evidence(EvidenceKind.REGISTERED_DOMAIN, code, detail=sender) for code in current),
        *(Evidence(EvidenceKind.FORMER_DOMAIN, code, detail=sender) for code in former),
    ]


def _voices(evidence: Sequence[Evidence]) -> list[_Voice]:
    """The voices that name an agency, strongest first.

    Two signed identities or tokens are two voices, since each claims to be the one; the agencies of
    one address or thread are one voice that means any of them.
    """
    heard: dict[tuple[EvidenceKind, str], list[Evidence]] = {}
    for kind in _VOICES:
        for piece in evidence:
            if piece.kind is kind and piece.agency:
                exclusive = kind in (EvidenceKind.SIGNED_IDENTITY, EvidenceKind.REPLY_TOKEN)
                one = piece.stands_for or piece.agency
                heard.setdefault((kind, one if exclusive else ""), []).append(piece)
    return [_Voice(_VOICES[kind], tuple(pieces)) for (kind, _), pieces in heard.items()]


def _best_founded(voices: Sequence[_Voice]) -> tuple[str, list[_Voice]]:
    """The agency most voices can mean, and those voices; "" when only shared ones speak."""
    scores: dict[str, tuple[int, int]] = {}
    for agency in dict.fromkeys(p.agency for voice in voices for p in voice.evidence):
        meaning = [voice for voice in voices if agency in voice.agencies]
        scores[agency] = (
            len({voice.name for voice in meaning}),
            -min(voices.index(voice) for voice in meaning),
        )
    if not scores:
        return "", []
    best = max(scores.values())
    leaders = [agency for agency, score in scores.items() if score == best]
    if len(leaders) > 1:
        return "", []
    return leaders[0], [voice for voice in voices if leaders[0] in voice.agencies]


def _is_checked(evidence: Sequence[Evidence]) -> bool:
    """Whether our mail server checks senders."""
    verdicts = (EvidenceKind.SENDER_PASS, EvidenceKind.SENDER_FAIL)
    return any(piece.kind in verdicts for piece in evidence)


def _unconfirmed(evidence: Sequence[Evidence]) -> list[str]:
    """Our mail server's sentence, where it could not confirm the sender."""
    return [piece.detail for piece in evidence if piece.kind is EvidenceKind.SENDER_FAIL]


def _sufficient(supporters: Sequence[_Voice], evidence: Sequence[Evidence]) -> bool:
    """Whether two who do not depend on each other mean the agency."""
    names = {voice.name for voice in supporters}
    if any(p.kind is EvidenceKind.HANDED_IN for p in evidence):
        return "identity" in names
    if "sender" not in names:
        return False
    # Anybody can write an address into the From line, and retype what the directive prints:
    # something that only a holder of our letter has must go with it.
    return bool(names & {"identity", "letter"})


def _contradictions(
    voices: Sequence[_Voice],
    agency: str,
    supporters: Sequence[_Voice],
    names: Mapping[str, str],
) -> list[str]:
    """One sentence per voice that cannot mean the agency, naming both sides."""
    if not agency:
        return []
    found = []
    for voice in voices:
        if agency in voice.agencies:
            continue
        # Who wrote is said first, then whose the workbook is: so it is read.
        ours = next((v for v in supporters if v.name == "sender"), supporters[0])
        both = (_said(ours, names, only=agency), _said(voice, names))
        first, second = both if voice.name != "sender" else both[::-1]
        found.append(_sentence(f"{first}, nhưng {second}"))
    return found


def _strayed(voices: Sequence[_Voice], agency: str) -> Strayed | None:
    """Who sent whose workbook, where the one voice that contradicts is the registered sender's or
    the signed identity's; None for another contradiction."""
    telling = {
        voice.evidence[0].kind: [p for p in voice.evidence if agency in (p.agency, "")]
        or voice.evidence
        for voice in voices
    }
    apart = [voice.evidence[0].kind for voice in voices if agency not in voice.agencies]
    sender = telling.get(EvidenceKind.REGISTERED_SENDER, ())
    identity = telling.get(EvidenceKind.SIGNED_IDENTITY, ())
    if len(sender) != 1 or len(identity) != 1 or len(apart) != 1:
        return None
    if apart[0] not in (EvidenceKind.REGISTERED_SENDER, EvidenceKind.SIGNED_IDENTITY):
        return None
    return Strayed(sender[0].agency, identity[0].stands_for or identity[0].agency)


def agree(evidence: Sequence[Evidence], agency: str) -> bool:
    """Whether a strong voice, or a registered address claimed, means the agency; none another."""
    voices = _voices(evidence)
    strong = [voice for voice in voices if voice.name in (*_STRONG, "claim")]
    return bool(agency and strong) and all(agency in voice.agencies for voice in voices)


def _cycle(evidence: Sequence[Evidence], agency: str) -> str:
    """The cycle the evidence for the agency names: a signature first, an address last; "" where
    the first to name one names several.

    Nobody writes a cycle into an address: what stands there is the caller's assumption.
    """
    for kind in _CYCLE_SOURCES:
        cycles = {p.cycle for p in evidence if p.kind is kind and p.cycle and p.agency == agency}
        if cycles:
            return cycles.pop() if len(cycles) == 1 else ""
    return ""


def _cycle_contradiction(evidence: Sequence[Evidence]) -> list[str]:
    """A sentence when an unsigned workbook looks like one cycle's and answers another's letter.

    A signed workbook says itself which cycle it is for, whichever letter it answers.
    """
    cycles = {p.cycle for p in evidence if p.kind is EvidenceKind.SIGNED_IDENTITY and p.cycle}
    if len(cycles) == 1:
        return []
    if cycles:
        return ["Sổ đính kèm mang mã nhận dạng của nhiều kỳ báo cáo."]
    guessed = {p.cycle for p in evidence if p.kind is EvidenceKind.GUESSED_CONTENT and p.cycle}
    answered = {p.cycle for p in evidence if _VOICES.get(p.kind) == "letter" and p.cycle}
    if not guessed or not answered or guessed & answered:
        return []
    return ["Nội dung tệp giống sổ của một kỳ báo cáo khác với kỳ của thư Văn phòng đã gửi."]


def _all_said(voices: Sequence[_Voice], names: Mapping[str, str]) -> str:
    said = [_said(voice, names) for voice in voices]
    return ", ".join(said)


def _why_not_enough(
    voices: Sequence[_Voice], agency: str, names: Mapping[str, str]
) -> tuple[str, str]:
    """What is lacking and what the office has to confirm, with all evidence; and for the sender."""
    words, whose = _all_said(voices, names), names.get(agency, agency)
    confirm = f"xác nhận đây đúng là báo cáo của {whose}"
    if not whose or (len(voices) == 1 and len(voices[0].agencies) > 1):
        confirm = "xác định đây là báo cáo của cơ quan nào"
    short = words
    # Whoever got hold of a letter of ours has all of this, so that it counts as one.
    if all(voice.name in _OF_A_LETTER for voice in voices):
        short = "địa chỉ gửi chưa có trong danh bạ của Văn phòng"
        words = f"{short}; {words}"
    elif not {voice.name for voice in voices} & {"identity", "letter"}:
        words += ", nhưng không trả lời thư của Văn phòng và sổ không mang mã nhận dạng"
        short = words
    return (
        _sentence(f"{words}. Văn phòng cần {confirm}"),
        _sentence(f"{short}. Văn phòng cần {confirm}"),
    )


def _agreement(supporters: Sequence[_Voice], agency: str, names: Mapping[str, str]) -> str:
    said = [_said(voice, names, only=agency) for voice in supporters]
    return _sentence("; ".join(said))


def _said(voice: _Voice, names: Mapping[str, str], only: str = "") -> str:
    """What a voice says, in words: "thư gửi từ địa chỉ đã đăng ký của Sở Y tế"."""
    said = [p for p in voice.evidence if only in ("", p.agency)]
    spoken = dict.fromkeys(p.spoken or names.get(p.agency, p.agency) for p in said)
    return _WORDING[voice.evidence[0].kind].format(agency=" / ".join(spoken))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
