"""What the desk calls the states of messages and of the files they carry."""

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
