"""What a mail server's answer means for a letter: one table, asked by stage, reply code and words.

Codes are those of RFC 5321 (4.2), extended codes those of RFC 3463. Three things follow from an
answer: what happens to the letter, whose doing it is, and what the office is told.

- An address is blamed, and its contact marked, only where the server speaks of the address itself.
- What holds for every letter alike (a refused login, a refused sender, a server that will not relay
  for us) is the operator's to mend: no letter is given up and no contact marked for it.
- Before the final dot the server cannot have a letter. After it, without an answer, nobody knows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.mail.mail import LetterState, ascii_address

#: A claim so old belongs to a run that died: no server lets a final dot wait that long.
CLAIM_LIFETIME = dt.timedelta(minutes=15)


class SmtpStage(StrEnum):
    """Where the conversation with the server stood."""

    CONNECT = "CONNECT"  # the connection itself, and the server's greeting
    TLS = "TLS"
    LOGIN = "LOGIN"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    CONTENT = "CONTENT"  # the letter's content, before the final dot
    DOT = "DOT"  # the final dot has left


class Fate(StrEnum):
    """What becomes of a letter, or of one of its recipients, after an answer."""

    TAKEN = "taken"
    AGAIN = "again"  # by the schedule of `next_attempt`
    FINAL = "final"
    UNCERTAIN = "uncertain"  # lost after the final dot
    STOP = "stop"  # holds for every letter: the run ends, nothing is marked


class Blame(StrEnum):
    """Whose doing an answer is."""

    NOBODY = "nobody"
    ADDRESS = "address"  # this recipient's: its contact is marked when the refusal is final
    LETTER = "letter"  # too large, refused for its content
    SERVER = "server"  # busy, away
    OPERATOR = "operator"  # our settings, our standing with the server


@dataclass(frozen=True, slots=True)
class DeliveryRuling:
    """What an answer means. `reason` is Vietnamese; `reply` the server's own words."""

    fate: Fate
    blame: Blame
    reason: str
    reply: str = ""

    @property
    def marks_contact(self) -> bool:
        """Whether the address itself was found bad for good."""
        return self.fate is Fate.FINAL and self.blame is Blame.ADDRESS

    @property
    def said(self) -> str:
        """The reason with the server's words.

        >>> DeliveryRuling(Fate.FINAL, Blame.ADDRESS, "không có hộp thư này", "550 5.1.1 no").said
        'không có hộp thư này (550 5.1.1 no)'
        """
        return f"{self.reason} ({self.reply})" if self.reply else self.reason


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """A row of the table: the first that fits decides."""

    stages: frozenset[SmtpStage]
    codes: str  # pattern for the reply code, "000" where there was no answer
    extended: str  # pattern for the extended code, "" for any or none
    words: str  # pattern for the words, "" for any
    fate: Fate
    blame: Blame
    reason: str  # Vietnamese

    def fits(self, stage: SmtpStage, code: int, extended: str, words: str) -> bool:
        """Whether the row speaks of such an answer."""
        return (
            stage in self.stages
            and re.fullmatch(self.codes, f"{code:03d}") is not None
            and (not self.extended or re.fullmatch(self.extended, extended) is not None)
            and (not self.words or re.search(self.words, words, re.IGNORECASE) is not None)
        )


def _rule(
    stages: str, codes: str, fate: Fate, blame: Blame, reason: str, *,
    extended: str = "", words: str = "",
) -> DeliveryRule:  # fmt: skip
    named = frozenset(SmtpStage(name) for name in stages.split())
    return DeliveryRule(named, codes, extended, words, fate, blame, reason)


_LOGIN_WANTED = "53[058]"  # RFC 4954: authentication required, weak, or needs TLS
_SENDER_REFUSED = r"sender address rejected|send ?as"
_TOO_LARGE = r"[245]\.3\.4|5\.2\.3"

#: Asked from the top. The last row of each stage fits whatever is left.
RULES: Sequence[DeliveryRule] = (
    # --- before a letter is begun: nothing here speaks of a letter
    _rule("TLS", r"\d{3}", Fate.STOP, Blame.OPERATOR, "không lập được kết nối mã hóa TLS"),
    _rule("LOGIN", r"4\d\d", Fate.STOP, Blame.SERVER, "máy chủ tạm thời không cho đăng nhập"),
    _rule("LOGIN", r"\d{3}", Fate.STOP, Blame.OPERATOR, "máy chủ không chấp nhận tên, mật khẩu"),
    _rule("CONNECT", "000", Fate.STOP, Blame.SERVER, "không kết nối được máy chủ gửi thư"),
    _rule("CONNECT", r"4\d\d", Fate.STOP, Blame.SERVER, "máy chủ tạm thời không tiếp nhận"),
    _rule("CONNECT", r"\d{3}", Fate.STOP, Blame.OPERATOR, "máy chủ không cho máy này gửi thư"),
    # --- the sender: the same for all letters
    _rule("MAIL DATA DOT", "552", Fate.FINAL, Blame.LETTER, "thư lớn hơn mức máy chủ nhận"),
    _rule("MAIL RCPT DATA DOT", r"5\d\d", Fate.FINAL, Blame.LETTER, "thư lớn hơn mức máy chủ nhận",
          extended=_TOO_LARGE),
    _rule("MAIL DATA DOT", _LOGIN_WANTED, Fate.STOP, Blame.OPERATOR,
          "máy chủ đòi đăng nhập hoặc mã hóa trước khi gửi"),
    _rule("MAIL", r"5\d\d", Fate.STOP, Blame.OPERATOR, "máy chủ từ chối địa chỉ người gửi"),
    _rule("MAIL", r"\d{3}", Fate.AGAIN, Blame.SERVER, "máy chủ chưa nhận thư lúc này"),
    # --- one recipient
    _rule("RCPT", _LOGIN_WANTED, Fate.AGAIN, Blame.OPERATOR,
          "máy chủ đòi đăng nhập trước khi gửi tới địa chỉ này"),
    _rule("RCPT", r"5\d\d", Fate.AGAIN, Blame.OPERATOR,
          "máy chủ không chuyển tiếp thư ra ngoài cho Văn phòng", words=r"\brelay"),
    # Postfix puts its word on the sender off until the first recipient, Exchange until the end.
    _rule("RCPT", r"5\d\d", Fate.AGAIN, Blame.OPERATOR, "máy chủ từ chối địa chỉ người gửi",
          words=_SENDER_REFUSED),
    _rule("RCPT", r"5\d\d", Fate.FINAL, Blame.ADDRESS, "không có hộp thư này",
          extended=r"5\.1\.[0-6]|5\.1\.10"),
    _rule("RCPT", r"5\d\d", Fate.FINAL, Blame.ADDRESS, "hộp thư đã khóa", extended=r"5\.2\.1"),
    _rule("RCPT", r"5\d\d", Fate.FINAL, Blame.ADDRESS, "hộp thư đã đầy", extended=r"5\.2\.2"),
    _rule("RCPT", "552", Fate.FINAL, Blame.ADDRESS, "hộp thư đã đầy"),
    _rule("RCPT", r"5\d\d", Fate.AGAIN, Blame.SERVER, "quá nhiều người nhận trong một lần gửi",
          extended=r"5\.5\.3"),
    _rule("RCPT", r"5\d\d", Fate.FINAL, Blame.LETTER, "máy chủ nơi nhận từ chối vì chính sách",
          extended=r"5\.7\.\d+"),
    _rule("RCPT", r"5\d\d", Fate.FINAL, Blame.ADDRESS, "máy chủ không nhận thư cho địa chỉ này"),
    _rule("RCPT", r"4\d\d", Fate.AGAIN, Blame.ADDRESS, "hộp thư đã đầy, có thể nhận lại sau",
          extended=r"4\.2\.2"),
    _rule("RCPT", "421", Fate.AGAIN, Blame.SERVER, "máy chủ đóng kết nối"),
    _rule("RCPT", r"4\d\d", Fate.AGAIN, Blame.ADDRESS, "máy chủ hẹn nhận sau"),
    _rule("RCPT", r"\d{3}", Fate.AGAIN, Blame.SERVER, "mất kết nối trước khi gửi nội dung"),
    # --- the content
    _rule("DATA DOT", r"5\d\d", Fate.STOP, Blame.OPERATOR, "máy chủ từ chối địa chỉ người gửi",
          words=_SENDER_REFUSED),
    _rule("DATA DOT", r"5\d\d", Fate.FINAL, Blame.ADDRESS, "không có hộp thư này",
          extended=r"5\.1\.[1236]|5\.2\.[12]"),
    _rule("DATA DOT", r"5\d\d", Fate.FINAL, Blame.LETTER, "máy chủ từ chối nội dung thư"),
    _rule("DATA DOT", r"4\d\d", Fate.AGAIN, Blame.SERVER, "máy chủ hẹn nhận sau"),
    _rule("DATA CONTENT", r"\d{3}", Fate.AGAIN, Blame.SERVER, "mất kết nối trước khi gửi xong"),
    # --- the final dot has left
    _rule("DOT", r"2\d\d", Fate.TAKEN, Blame.NOBODY, "máy chủ đã nhận"),
    _rule("DOT", r"\d{3}", Fate.UNCERTAIN, Blame.SERVER,
          "mất kết nối sau khi gửi xong, không rõ máy chủ đã nhận hay chưa"),
)  # fmt: skip

_EXTENDED = re.compile(r"\s*(?:[245]\d\d[ -]+)?([245]\.\d{1,3}\.\d{1,3})\b")


def extended_code(words: str) -> str:
    """The extended code that a reply's words begin with, "" where there is none (RFC 3463).

    >>> extended_code("550 5.1.1 no such user"), extended_code("550 no")
    ('5.1.1', '')
    """
    found = _EXTENDED.match(words)
    return found.group(1) if found else ""


def rule_for(stage: SmtpStage, code: int, words: str) -> DeliveryRule:
    """The row of the table that decides."""
    return next(r for r in RULES if r.fits(stage, code, extended_code(words), words))


def ruling(stage: SmtpStage, code: int = 0, words: str = "") -> DeliveryRuling:
    """What an answer at a stage means; `code` is 0 where none came, or none that is SMTP.

    >>> ruling(SmtpStage.RCPT, 550, "5.1.1 User unknown").marks_contact
    True
    >>> ruling(SmtpStage.RCPT, 450, "4.2.0 Greylisted").fate.value
    'again'
    >>> ruling(SmtpStage.DOT).fate.value
    'uncertain'
    """
    code = code if 200 <= code < 600 else 0
    rule = rule_for(stage, code, words)
    reply = f"{code} {words}".strip() if code else words
    return DeliveryRuling(rule.fate, rule.blame, rule.reason, reply)


# --- when to try again ----------------------------------------------------------------------------

#: After the first refusal and the second: two more attempts within the first hour.
FIRST_PAUSES = (dt.timedelta(minutes=20), dt.timedelta(minutes=35))
PAUSE = dt.timedelta(minutes=150)
#: RFC 5321 (4.5.4.1): at least four to five days.
TRIED_FOR = dt.timedelta(days=4)


def next_attempt(first: dt.datetime, attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When a letter is tried again that was refused for now; None when it has been long enough.

    `first` is the first attempt, `attempts` how many there were, this one included. Time in which
    nobody tried, our server being away, does not count: it begins with the first attempt.

    >>> noon = dt.datetime(2025, 1, 20, 12, tzinfo=dt.UTC)
    >>> [f"{next_attempt(noon, n, noon):%H:%M}" for n in (1, 2, 3, 4)]
    ['12:20', '12:35', '14:30', '14:30']
    """
    if now - first >= TRIED_FOR:
        return None
    return now + (FIRST_PAUSES[attempts - 1] if attempts <= len(FIRST_PAUSES) else PAUSE)


# --- the recipients of one letter -----------------------------------------------------------------


class RecipientState(StrEnum):
    """Where one recipient of a letter stands."""

    WAITING = "waiting"
    IN_FLIGHT = "in_flight"  # in the envelope of a claimed letter: the outcome tells
    ACCEPTED = "accepted"  # our server took the letter for this address: never again
    REFUSED = "refused"  # for good
    WITHHELD = "withheld"  # never to be sent there: no address, or not on the guest list


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient of a letter: its state, and in Vietnamese why."""

    state: RecipientState
    said: str = ""


Deliveries = Mapping[str, Delivery]  # by address; one that is missing waits


def waiting(addresses: Iterable[str], known: Deliveries) -> list[str]:
    """The addresses that the letter has still to reach, each once, in order.

    >>> waiting(["a@b.vn", "c@d.vn", "a@b.vn"], {"c@d.vn": Delivery(RecipientState.ACCEPTED)})
    ['a@b.vn']
    """
    return [
        address
        for address in dict.fromkeys(addresses)
        if address not in known or known[address].state is RecipientState.WAITING
    ]


def after_claim(
    known: Deliveries, envelope: Iterable[str], refused: Mapping[str, DeliveryRuling]
) -> dict[str, Delivery]:
    """The recipients at the moment of the claim: who is about to have it, who was refused."""
    flying = Delivery(RecipientState.IN_FLIGHT)
    ruled = {a: _of(refused[a]) if a in refused else flying for a in envelope}
    return {**known, **ruled}


def after_answer(
    known: Deliveries,
    envelope: Iterable[str],
    refused: Mapping[str, DeliveryRuling],
    last: DeliveryRuling,
) -> dict[str, Delivery]:
    """The recipients after an attempt; `last` is the word on all who were not refused before."""
    return {**known, **{a: _of(refused.get(a, last)) for a in envelope}}


def _of(found: DeliveryRuling) -> Delivery:
    state = {
        Fate.TAKEN: RecipientState.ACCEPTED,
        Fate.FINAL: RecipientState.REFUSED,
        Fate.UNCERTAIN: RecipientState.IN_FLIGHT,
    }.get(found.fate, RecipientState.WAITING)
    return Delivery(state, "" if state is RecipientState.ACCEPTED else found.said)


def given_up(known: Deliveries, addresses: Iterable[str], why: str) -> dict[str, Delivery]:
    """The recipients when nobody tries any longer."""
    ended = {
        address: Delivery(
            RecipientState.REFUSED, f"{why}: {known[address].said}" if address in known else why
        )
        for address in waiting(addresses, known)
    }
    return {**known, **ended}


def letter_state(to: Sequence[str], cc: Sequence[str], known: Deliveries) -> LetterState:
    """Where a letter stands, by its recipients; copies alone do not make it a letter sent.

    >>> letter_state(["a@b.vn"], ["c@d.vn"], {"a@b.vn": Delivery(RecipientState.ACCEPTED)}).value
    'queued'
    """
    if is_in_flight(known):
        return LetterState.UNCERTAIN
    if waiting([*to, *cc], known):
        return LetterState.QUEUED
    arrived = any(a in known and known[a].state is RecipientState.ACCEPTED for a in to)
    return LetterState.SENT if arrived else LetterState.FAILED


def is_in_flight(known: Deliveries) -> bool:
    """Whether nobody knows of some recipient whether the letter left for him."""
    return any(d.state is RecipientState.IN_FLIGHT for d in known.values())


def arrived_anywhere(known: Deliveries) -> bool:
    """Whether anybody has the letter, or may have it."""
    held = (RecipientState.ACCEPTED, RecipientState.IN_FLIGHT)
    return any(d.state in held for d in known.values())


def unreached(known: Deliveries) -> list[str]:
    """Who did not get the letter and why, for the office.

    >>> unreached({"a@b.vn": Delivery(RecipientState.REFUSED, "không có hộp thư này")})
    ['a@b.vn: không có hộp thư này']
    """
    left = (RecipientState.REFUSED, RecipientState.WITHHELD)
    return [f"{a}: {d.said}" for a, d in known.items() if d.state in left]


# --- who may be written to ------------------------------------------------------------------------


def permitted(address: str, guests: Sequence[str]) -> bool:
    """Whether an address is on the guest list: itself, or its domain as `@domain`.

    `b%elsewhere@domain` and `elsewhere!b@domain` are routes: a server of the domain may hand such
    mail on, so the domain's being listed is not enough. Domains are compared in ASCII.

    >>> permitted("A@so.vn", ["a@so.vn"]), permitted("b@x.vn", ["@x.vn"]), permitted("b@y.x.vn", [])
    (True, True, False)
    >>> permitted("b%elsewhere.example@x.vn", ["@x.vn"])
    False
    """
    local, _, domain = ascii_address(address.lower()).rpartition("@")
    listed = {ascii_address(guest.lower()) for guest in guests}
    if f"{local}@{domain}" in listed:
        return bool(local)
    return bool(local) and _ROUTE.isdisjoint(local) and f"@{domain}" in listed


_ROUTE = frozenset("%!@")
