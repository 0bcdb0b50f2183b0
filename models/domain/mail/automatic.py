"""Machines' mail: recorded, never answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from models.domain.mail.subjects import without_gateway_tags
from models.domain.reading.identity import is_letter_id

HeaderFields = Mapping[str, Sequence[str]]  # names in lower case, values in the order they came

# Exchange writes these values into its own automatic mail; the others only spare us receipts.
SUPPRESSED_ANSWERS = ("all", "oof", "autoreply")
MASS_MAIL = ("bulk", "list", "junk", "auto_reply", "auto-reply")
LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "list-help")
VENDOR_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from")
MACHINE_SENDERS = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|autoreply|auto-reply)"
    r"([+._=-][^@]*)?@"
)
AWAY_SUBJECTS = re.compile(
    r"(thư )?(trả lời tự động|tự động trả lời|phản hồi tự động|tự động phản hồi|vắng mặt)\b"
    r"|(automatic|auto)[ -]?(reply|response)\b|out of (the )?office\b|ooo\b|on (annual )?leave\b"
    r"|.{1,80} is (currently )?(out of (the )?office|away from (the )?office|on leave)\b"
    r"|(tôi )?(hiện )?(đang )?(đi vắng|đi công tác|nghỉ phép)\b"
)


def why_automatic(
    headers: HeaderFields,
    *,
    sender: str,
    subject: str,
    content_type: str,
    hands_in_a_file: bool,
) -> str:
    """The sign by which a message is known as automatic, in Vietnamese; "" for a person's.

    `sender` is lower case, `content_type` is like "text/plain". A subject that merely sounds
    automatic counts only when no file comes with it: an official may well reply to such a mail.

    >>> why_automatic({"auto-submitted": ["auto-replied"]}, sender="a@so.example", subject="",
    ...     content_type="text/plain", hands_in_a_file=True)
    'Auto-Submitted: auto-replied'
    """
    if any(value.strip() in ("<>", "") for value in headers.get("return-path", ())):
        return "Return-Path rỗng (thư của hệ thống)"
    for value in headers.get("auto-submitted", ()):
        keyword = value.partition(";")[0].strip().lower()
        if keyword not in ("no", ""):
            return f"Auto-Submitted: {keyword[:40]}"
    if any(is_letter_id(value.strip()) for value in headers.get("message-id", ())):
        return "thư do chính hệ thống này, hoặc một hệ thống như thế, gửi"
    if content_type == "multipart/report":
        return "báo cáo chuyển thư (multipart/report)"
    for value in headers.get("precedence", ()):
        if value.strip().lower() in MASS_MAIL:
            return f"Precedence: {value.strip().lower()}"
    for value in headers.get("x-auto-response-suppress", ()):
        if any(word.strip() in SUPPRESSED_ANSWERS for word in value.lower().split(",")):
            return "X-Auto-Response-Suppress: " + value.strip()[:60]
    for name in (*LIST_HEADERS, *VENDOR_HEADERS):
        if name in headers:
            return f"tiêu đề thư {name.title()}"
    if MACHINE_SENDERS.match(sender):
        return f"người gửi là máy ({sender})"
    if not hands_in_a_file and AWAY_SUBJECTS.match(without_gateway_tags(subject)):
        return "tiêu đề là thư trả lời tự động và không kèm tệp"
    return ""
