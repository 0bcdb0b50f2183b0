"""Delivery reports: what became of a letter on its way, recipient by recipient (RFC 3464).

A report changes something only when it proves that its writer has seen our letter: it returns our
Message-ID or the reply token, which nobody can guess. Anybody may write that a mail came back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.cycle.cycles import HANOI
from models.domain.mail.mail import LetterState


class DeliveryAction(StrEnum):
    """What a server did with a letter to one recipient (RFC 3464, 2.3.3)."""

    FAILED = "failed"  # given up for good, also after days of trying
    DELAYED = "delayed"  # still trying
    DELIVERED = "delivered"
    RELAYED = "relayed"  # handed on to a server that reports nothing
    EXPANDED = "expanded"  # delivered to a list


class AddressCondition(StrEnum):
    """Whether letters to an address arrive, as far as anybody has told."""

    OK = "ok"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a report says of one recipient. Addresses are lower case, "" where none is named."""

    final: str  # the address at the server that reports
    original: str  # the address that we wrote to, where the server kept it
    action: DeliveryAction
    status: str  # "5.1.1" (RFC 3463), "" where none is named
    reason: str  # the server's own words, one line

    @property
    def addresses(self) -> tuple[str, ...]:
        """Both addresses, ours first."""
        return tuple(dict.fromkeys(a for a in (self.original, self.final) if a))


@dataclass(frozen=True)
class DeliveryReport:
    """A report as read, and all in it that may name the letter it is about."""

    recipients: Sequence[RecipientReport]
    message_ids: Sequence[str]  # returned headers first, then the report's own references
    returned_to: Sequence[str]  # addresses in the returned headers: one may hold a reply token


@dataclass(frozen=True, slots=True)
class ReportedRecipient:
    """A recipient of the letter and the news of it; `recipient` is "" where nobody could tell."""

    recipient: str
    report: RecipientReport


@dataclass(frozen=True)
class ReturnedLetter:
    """A letter of ours that a report is about, and the news of its recipients.

    Without news the report is about our own copy of it alone.
    """

    agency: str
    cycle: str
    subject: str
    news: Sequence[ReportedRecipient]

    @property
    def said(self) -> str:
        """The news in one Vietnamese sentence."""
        if not self.news:
            return (
                f"Bản sao của thư «{self.subject}» không về được hộp thư của Văn phòng: kiểm tra "
                "BAOCAO_OWN_COPY và dung lượng hộp thư. Thư gửi cơ quan không bị ảnh hưởng."
            )
        told = "; ".join(
            f"{one.recipient or 'một người nhận'}: {_ACTIONS[one.report.action]}, "
            f"{said_of(one.report)}"
            if one.report.action in (DeliveryAction.FAILED, DeliveryAction.DELAYED)
            else f"{one.recipient or 'một người nhận'}: {_ACTIONS[one.report.action]}"
            for one in self.news
        )
        return f"Máy chủ thư báo về thư «{self.subject}»: {told}."


_ACTIONS: Mapping[DeliveryAction, str] = {
    DeliveryAction.FAILED: "không phát được",
    DeliveryAction.DELAYED: "chưa phát được, máy chủ còn thử tiếp",
    DeliveryAction.DELIVERED: "đã phát",
    DeliveryAction.RELAYED: "đã chuyển tiếp",
    DeliveryAction.EXPANDED: "đã phát tới danh sách",
}


def match_recipients(
    report: DeliveryReport, recipients: Sequence[str], own_copy: str = ""
) -> list[ReportedRecipient]:
    """The report's news by the letter's own recipients, each at most once.

    Where the server forwarded the letter and names an address of its own, a letter's only
    recipient is meant; so it is where none is named, unless it may be our own copy that came back.
    Else it is known that, but not for whom, the letter did not arrive. What is
    said of our own copy (`own_copy`, or the mailbox that it is a sub-address of) is said of nobody.
    """
    copies = {own_copy, _without_tag(own_copy)} - {"", *recipients}
    found: dict[str, ReportedRecipient] = {}
    for news in report.recipients:
        ours = next((a for a in news.addresses if a in recipients), "")
        if not ours and not copies.isdisjoint(news.addresses):
            continue
        if not ours and len(recipients) == 1 and (news.addresses or not own_copy):
            ours = recipients[0]
        known = found.get(ours)
        if known is None or news.action is DeliveryAction.FAILED:
            found[ours] = ReportedRecipient(ours, news)
    return list(found.values())


def _without_tag(address: str) -> str:
    """The mailbox behind a sub-address.

    >>> _without_tag("baocao+ban-sao@vp.example")
    'baocao@vp.example'
    """
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if domain else ""


def failed_for_all(recipients: Sequence[str], failed: Iterable[str]) -> bool:
    """Whether the letter has failed for good for each of its recipients."""
    return bool(recipients) and set(recipients) <= set(failed)


def state_after(
    state: LetterState, recipients: Sequence[str], failed: Iterable[str]
) -> LetterState:
    """Where a letter stands after all that was reported of it.

    Only a letter that has left can come back; one that is still tried stays as it is.
    """
    left = (LetterState.SENT, LetterState.UNCERTAIN)
    if state in left and failed_for_all(recipients, failed):
        return LetterState.BOUNCED
    return state


# RFC 3463: the second number says what kind of trouble, the third which; and what mends it.
_TROUBLE: Mapping[str, tuple[str, str]] = {
    "1.2": ("tên miền của địa chỉ không tồn tại", "sửa địa chỉ trong danh bạ"),
    "1.6": ("hộp thư đã chuyển đi, không để lại địa chỉ mới", "hỏi cơ quan địa chỉ mới"),
    "1": ("địa chỉ không tồn tại", "hỏi lại cơ quan và sửa địa chỉ trong danh bạ"),
    "2.1": ("hộp thư đã bị khóa", "hỏi lại cơ quan và sửa địa chỉ trong danh bạ"),
    "2.2": ("hộp thư đầy", "gọi cơ quan dọn hộp thư"),
    "2.3": ("thư lớn hơn mức hộp thư cho phép", "gọi cơ quan xin địa chỉ nhận được tệp lớn"),
    "2": ("hộp thư không nhận thư", "gọi cơ quan kiểm tra hộp thư"),
    "3.4": ("thư lớn hơn mức máy chủ cho phép", "gọi cơ quan xin địa chỉ nhận được tệp lớn"),
    "3": ("máy chủ thư của cơ quan trục trặc", "gọi cơ quan báo người quản trị thư"),
    "4": (
        "không liên lạc được với máy chủ thư của cơ quan",
        "kiểm tra tên miền trong danh bạ, rồi gọi cơ quan",
    ),
    "7": (
        "máy chủ thư của cơ quan từ chối người gửi",
        "báo người quản trị thư kiểm tra SPF, DKIM, danh sách chặn",
    ),
}
_UNKNOWN_TROUBLE = (
    "máy chủ thư báo không phát được",
    "gọi cơ quan, kiểm tra địa chỉ trong danh bạ",
)
_STATUS = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})")


def trouble(status: str) -> tuple[str, str]:
    """What a status says is wrong and what the office can do, both Vietnamese.

    >>> trouble("5.2.2")
    ('hộp thư đầy', 'gọi cơ quan dọn hộp thư')
    """
    match = _STATUS.fullmatch(status)
    if match is None:
        return _UNKNOWN_TROUBLE
    subject, detail = match[1], match[2]
    return _TROUBLE.get(f"{subject}.{detail}") or _TROUBLE.get(subject) or _UNKNOWN_TROUBLE


def said_of(news: RecipientReport) -> str:
    """A report's news in one Vietnamese sentence part, with the server's own words.

    >>> said_of(RecipientReport("", "", DeliveryAction.FAILED, "5.1.1", "User unknown"))
    'địa chỉ không tồn tại (5.1.1: User unknown)'
    """
    words = ": ".join(w for w in (news.status, news.reason) if w)
    return trouble(news.status)[0] + (f" ({words})" if words else "")


def unreached_sentence(
    owner: str, failing: Sequence[tuple[str, RecipientReport, dt.datetime]]
) -> str:
    """What the office is told of an agency whose addresses fail: address, news and since when.

    >>> news = RecipientReport("", "", DeliveryAction.FAILED, "5.1.1", "User unknown")
    >>> unreached_sentence("Sở A", [("a@a.example", news, dt.datetime(2025, 2, 3, tzinfo=dt.UTC))])
    'Sở A không nhận được thư từ ngày 03/02/2025 (a@a.example: địa chỉ không tồn tại); đề nghị hỏi \
lại cơ quan và sửa địa chỉ trong danh bạ.'
    """
    by_trouble: dict[tuple[str, str], list[str]] = {}
    for address, news, _ in failing:
        by_trouble.setdefault(trouble(news.status), []).append(address)
    since = min(at for _, _, at in failing).astimezone(HANOI)
    said = "; ".join(f"{', '.join(of)}: {what}" for (what, _), of in by_trouble.items())
    remedies = "; ".join(dict.fromkeys(remedy for _, remedy in by_trouble))
    return f"{owner} không nhận được thư từ ngày {since:%d/%m/%Y} ({said}); đề nghị {remedies}."
