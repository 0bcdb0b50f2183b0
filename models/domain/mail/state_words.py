"""What the office calls the states of messages, wherever a sentence or a page names one."""

from __future__ import annotations

from collections.abc import Mapping

from models.domain.mail.mail import MessageState

MESSAGE_STATES: Mapping[str, str] = {
    MessageState.HELD: "Chờ người xem",
    MessageState.RECEIVED: "Chưa xử lý",
    MessageState.ACCEPTED: "Đã tiếp nhận",
    MessageState.RETURNED: "Đã trả lại để sửa",
    MessageState.DUPLICATE: "Trùng thư đã nhận",
    MessageState.GUIDED: "Đã hướng dẫn gửi lại",
    MessageState.REJECTED: "Không tiếp nhận",
    MessageState.TRIED: "Gửi thử",
    MessageState.NOTED: "Đã ghi nhận lời nhắn",
    MessageState.AUTOMATIC: "Thư tự động",
}


def state_said(state: str) -> str:
    """A message's state within a sentence.

    >>> state_said("automatic")
    'thư tự động'
    """
    words = MESSAGE_STATES[MessageState(state)]
    return words[:1].lower() + words[1:]
