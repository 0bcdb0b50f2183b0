"""What people say in mails that bring no file, as they and their programs write them."""

from __future__ import annotations

import pytest

from models.domain.mail.words import Said, own_words, said_in
from models.domain.notation.vietnamese_text import fold

NAMES = ("Sở Du lịch", "Nguyễn Thị Lan")

THANKS = [
    "Cảm ơn Văn phòng!",
    "Kính gửi Văn phòng,\nChân thành cảm ơn quý cơ quan đã hướng dẫn kịp thời.\nTrân trọng,\nLan",
    "Sở Du lịch đã nhận được thư. Xin cảm ơn ạ.",
    "Dạ vâng, em cảm ơn anh chị nhiều ạ",
    "Cảm ơn Văn phòng, chúng tôi đã nhận được thông báo tiếp nhận.",
    "Chúng tôi đã nhận được kết quả kiểm tra, xin cảm ơn.",
    "Đã nhận đầy đủ thông tin. Cảm ơn các cán bộ Văn phòng!",
    "Sở Du lịch đã nhận được giấy tiếp nhận của Văn phòng.",
    "OK, thanks!",
    "Noted.",
    "Cảm ơn.\n--\nNguyễn Thị Lan\nChuyên viên, 0912 345 678",
    "Cám ơn!\n\nSent from my iPhone",
    "Cảm ơn Uỷ ban. Kính chúc sức khoẻ!",
    "Cảm ơn Văn phòng.\nVào 08:00, 12 thg 2, 2025 <a@b.example> đã viết:\n> Cần sửa ô H5?",
    "\N{THUMBS UP SIGN}",
    "\N{PERSON WITH FOLDED HANDS}\N{PERSON WITH FOLDED HANDS}",
    "Nguyễn Thị Lan reacted to your message:",
    "Liked “[KH-2025] Đã tiếp nhận”",
]
RECALL = [
    "Xin rút lại sổ đã gửi sáng nay.",
    "Cơ quan gửi nhầm tệp, đề nghị Văn phòng không tính bản vừa gửi.",
    "Cảm ơn. Bản vừa rồi gửi nhầm ạ.",
    'Lan would like to recall the message, "Kế hoạch".',
    "Đề nghị thu hồi báo cáo số 12.",
    "Please ignore my previous e-mail.",
]
HANDING_IN = [
    "Kính gửi Văn phòng, cơ quan gửi kế hoạch hành động kèm thư này.",
    "Sở Du lịch xin gửi sổ báo cáo (file đính kèm). Trân trọng.",
    "Please find attached our report.",
]
MATTER = [
    "Cảm ơn. Cho hỏi mục 3 ghi thế nào?",
    "Đề nghị gia hạn đến 25/02.",
    "Cơ quan không mở được tệp đính kèm.",
    "Từ ngày mai đầu mối của Sở là anh Hùng.",
    "Vâng, nhưng số liệu chưa chốt.",
    "Cảm ơn Văn phòng, Sở sẽ gửi bổ sung vào thứ hai.",
    "Thư hỏi về chỉ tiêu du lịch, mong Văn phòng trả lời.",
    "Sở bận, cảm ơn.",
    "Cảm ơn. Xin tiếp nhận báo cáo giúp.",
    "Xin xác nhận đã nhận được báo cáo.",
    "Chúng tôi chưa nhận được thông báo tiếp nhận.",
    "Cảm ơn, không nhận được kết quả kiểm tra.",
    "Cảm ơn. " + "Nội dung. " * 1_000,
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *((t, Said.THANKS) for t in THANKS),
        *((t, Said.RECALL) for t in RECALL),
        *((t, Said.HANDING_IN) for t in HANDING_IN),
        *((t, Said.MATTER) for t in MATTER),
        ("", Said.NOTHING),
        ("Kính gửi Văn phòng.\nTrân trọng.", Said.NOTHING),
        ("> nội dung cũ\n> gửi nhầm", Said.NOTHING),
    ],
)
def test_what_a_mail_says(text: str, said: Said) -> None:
    assert said_in("Re: [KH-2025] Kết quả", text, NAMES) is said


@pytest.mark.parametrize("text", [*THANKS[:9], *RECALL, *HANDING_IN, *MATTER[:6]])
def test_who_types_without_tone_marks_is_understood_too(text: str) -> None:
    typed = "\n".join(_bare(line) for line in text.splitlines())
    assert said_in("Re: ket qua", typed, NAMES) is said_in("Re: Kết quả", text, NAMES)


def _bare(line: str) -> str:
    return "".join(fold(c) or c for c in line) if not line.isascii() else line


@pytest.mark.parametrize(
    "subject",
    ["Recall: Kế hoạch", "RE: Thu hồi: Kế hoạch", "Xin rút lại sổ", "Message Recall Failure"],
)
def test_a_recall_may_stand_in_the_subject_alone(subject: str) -> None:
    assert said_in(subject, "") is Said.RECALL


@pytest.mark.parametrize(
    "quoted",
    [
        "On Wed, 12 Feb 2025 at 08:00, Văn phòng <a@b.example> wrote:",
        "-----Original Message-----",
        "----- Thư gốc -----",
        "________________________________",
        "Từ: Văn phòng <baocao@ubnd.haiphong.example>",
        "[Thư kèm theo: Kết quả]",
        "Tải Outlook cho Android",
        "Được gửi từ iPhone của tôi",
    ],
)
def test_the_mail_that_is_answered_is_not_his_own_words(quoted: str) -> None:
    assert own_words(f"Cảm ơn.\n\n{quoted}\nXin rút lại") == "Cảm ơn."
