"""Machines' mail is known for what it is, and no person's is taken for it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from models.domain.mail.bounces import (
    AddressCondition,
    DeliveryAction,
    DeliveryReport,
    match_recipients,
    state_after,
    trouble,
)
from models.domain.mail.mail import LetterState
from models.domain.mail.words import Said, said_in
from tasks.adapters.messages.bounce_reader import read_delivery_report
from tasks.adapters.messages.message_reader import read_message
from tests.fixtures.machine_mail import BOUNCES, DELAYS, EVERY, OTHERS, Ours
from tests.fixtures.machine_words import BY_WORDS

OURS = Ours()
WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 4


def test_the_table_holds_more_than_a_hundred() -> None:
    assert len(EVERY) > 100


@pytest.mark.parametrize("name", EVERY)
def test_it_is_known_as_a_machines(name: str) -> None:
    assert read_message(EVERY[name](OURS)).automatic


@pytest.mark.parametrize("name", BY_WORDS)
def test_it_is_known_by_its_words_where_no_header_tells(name: str) -> None:
    assert read_message(BY_WORDS[name](OURS)).automatic


def report_of(raw: bytes) -> DeliveryReport:
    found = read_delivery_report(raw)
    assert found is not None
    assert OURS.message_id in found.message_ids
    return found


def state(found: DeliveryReport) -> LetterState:
    news = match_recipients(found, [OURS.to])
    failed = [one.recipient for one in news if one.report.action is DeliveryAction.FAILED]
    return state_after(LetterState.SENT, [OURS.to], failed)


@pytest.mark.parametrize("name", BOUNCES)
def test_a_report_names_our_letter_and_whom_it_did_not_reach(name: str) -> None:
    found = report_of(BOUNCES[name](OURS))
    assert [one.addresses for one in found.recipients] == [(OURS.to,)]
    assert state(found) is LetterState.BOUNCED


@pytest.mark.parametrize("name", DELAYS)
def test_a_letter_that_is_still_tried_stays_sent(name: str) -> None:
    found = report_of(DELAYS[name](OURS))
    assert [one.addresses for one in found.recipients] == [(OURS.to,)]
    assert {one.action for one in found.recipients} == {DeliveryAction.DELAYED}
    assert state(found) is LetterState.SENT


@pytest.mark.parametrize("name", ["Gmail", "Sendmail", "a standard part that names no recipient"])
def test_the_status_is_found_wherever_it_stands_and_says_what_to_do(name: str) -> None:
    (one,) = report_of(BOUNCES[name](OURS)).recipients
    assert trouble(one.status)[0] == "địa chỉ không tồn tại"


@pytest.mark.parametrize("name", OTHERS)
def test_whatever_else_a_machine_writes_is_said_of_no_recipient_of_ours(name: str) -> None:
    found = read_delivery_report(OTHERS[name](OURS))
    assert found is None or all(OURS.to not in one.addresses for one in found.recipients)


def test_a_report_that_names_another_and_one_that_only_cites_an_address_change_nothing() -> None:
    raw = BOUNCES["qmail"](Ours(to="ai-do@khac.example"))
    news = match_recipients(report_of(raw), [OURS.to, "lanhdao@syt.haiphong.example"])
    assert [one.recipient for one in news] == [""], "it is not known for whom"
    helped = (
        b"From: MAILER-DAEMON@mx.example\nSubject: Delivery failed\n\nYour message could not be "
        b"delivered.\n\nFor help write to vanthu@syt.haiphong.example.\n"
    )
    assert read_delivery_report(helped) is None
    assert AddressCondition.FAILING.value == "failing"


PERSON = "Nguyễn Thị Hồng <hong@syt.haiphong.example>"
#: Subject and text of an official's mail.
NEAR_MISSES = [
    ("Trả lời tự động hóa quy trình báo cáo", "Sở gửi báo cáo về tự động hóa."),
    ("Về việc phản hồi tự động hóa văn thư", "Kính gửi Văn phòng."),
    ("Tự động trả lời người dân: đề xuất", "Sở đề xuất tự động trả lời người dân."),
    ("Nghỉ phép, xin lùi hạn", "Tôi nghỉ phép đến 10/02, xin gia hạn báo cáo."),
    ("Đi công tác", "Tôi đi công tác, sẽ gửi báo cáo vào thứ Hai."),
    ("Vắng mặt tại cuộc họp ngày 12/02", "Sở xin vắng mặt tại cuộc họp."),
    ("Re: Kế hoạch", "Hiện tôi đang nghỉ phép, đồng chí Lan thay tôi làm đầu mối."),
    ("Re: Kế hoạch", "Tôi hiện đang đi công tác, có thể nộp chậm hai ngày được không?"),
    ("Out of office hours service: kế hoạch", "Sở đăng ký chỉ tiêu mới."),
    ("Automatic replying system: nhiệm vụ 7", "Báo cáo nhiệm vụ 7."),
    ("Re: Automatic reply", "Tôi đã về, xin gửi báo cáo sau."),
    ("Đã đọc: còn chỗ chưa rõ ở mục 3", "Mục 3 ghi theo đơn vị nào?"),
    ("Đã đọc: hướng dẫn", "Sở đã đọc hướng dẫn, sẽ nộp trước ngày 14."),
    ("Read: guidance", "We have read it and will send the plan on Friday."),
    ("Accepted: chỉ tiêu 5", "Sở chấp nhận chỉ tiêu 5, riêng chỉ tiêu 6 xin trao đổi."),
    ("Đã chấp nhận: đề nghị điều chỉnh", "Sở đồng ý, xin điều chỉnh mục 4."),
    ("Hộp thư sắp đầy", "Hộp thư của cơ quan tôi sắp đầy, đề nghị gửi tới địa chỉ khác."),
    ("Dung lượng tệp lớn", "Tệp báo cáo vượt dung lượng, gửi bằng cách nào?"),
    ("Cảnh báo dung lượng", "Máy chủ Sở báo tệp quá 10 MB nên chưa gửi được sổ."),
    ("Virus trên máy của đơn vị", "Máy bị virus nên Sở nộp chậm một ngày."),
    ("Tệp bị chặn", "Tệp Văn phòng gửi đã bị chặn ở máy chủ Sở, nhờ gửi lại."),
    ("Xác nhận người gửi", "Đề nghị xác nhận địa chỉ baocao@ có phải của Văn phòng không?"),
    ("Xác nhận", "Sở xác nhận đầu mối là bà Hồng."),
    ("Đăng ký chỉ tiêu", "Sở đăng ký hai chỉ tiêu, sổ gửi sau."),
    ("Yêu cầu của Sở", "Yêu cầu của Sở đã gửi từ tuần trước, chưa thấy trả lời."),
    ("Re: [KH-2025] Đề nghị báo cáo #12", "Sở đã tiếp nhận và đang làm."),
    ("Công văn #12345", "Gửi Văn phòng công văn số 12345."),
    ("Không gửi được sổ", "Sở không gửi được sổ qua mạng nội bộ, xin nộp trực tiếp."),
    ("Fwd: Undelivered Mail Returned to Sender", "Thư gửi Văn phòng bị trả lại, xem bên dưới."),
    ("Thư bị trả lại", "Thư của Văn phòng gửi lãnh đạo Sở bị trả lại, đề nghị sửa địa chỉ."),
    ("Re: Kế hoạch", "Đây là thư của Sở, không phải tự động. Đề nghị hướng dẫn mục 2."),
    ("Delivery of the plan", "The plan will be delivered on Monday."),
    ("Request for extension", "We request an extension of two days."),
    ("Welcome to Hải Phòng", "Mời Văn phòng dự lễ."),
    ("Moderation of the meeting", "Who moderates the meeting on the plan?"),
    ("Quota of the port", "The quota of the port was exceeded in January."),
    ("Thích ứng biến đổi khí hậu", "Thích hợp với mục 5, xin bổ sung."),
    ("Case 2: số liệu", "We have received the request and will reply with case 12."),
    ("Trả lời tự động: không cần", "Thư này tôi viết tay. Sở xin lùi hạn."),
    ("Tự động trả lời: hệ thống một cửa", "Sở báo cáo về hệ thống."),
    ("Re: Dung lượng hộp thư", "Hộp thư này của Sở vượt dung lượng, xin gửi qua địa chỉ khác."),
    ("Xác nhận đăng ký", "Sở xác nhận đăng ký họp, danh sách thư ký kèm sau."),
    ("Đăng ký", "Danh sách thư mời họp: bà Hồng, ông Nam."),
    ("Virus", "Thư của quý vị đã bị chặn ở máy chủ Sở vì nghi virus, đề nghị gửi lại."),
    ("Delivery status of items", "The items were not delivered yet by the contractor."),
    ("Delivery failed: mục tiêu 7", "Nhiệm vụ 7 không đạt."),
    ("Away", "I am away today, my colleague sends the plan."),
    ("On leave", "I will be on leave next week; may we have an extension?"),
    ("Re: Kế hoạch", "Liked “mục 3”, Sở đề nghị giữ."),
    ("ooo", "Kính gửi Văn phòng."),
    ("Tự động: mục 4", "Ô tính tự động ở mục 4 bị sai công thức."),
    ("Auto", "Chúng tôi điền xong rồi."),
    ("Re: x", "Tôi đang đi công tác, sẽ trả lời sớm; còn kế hoạch thì mai phó giám đốc ký."),
    ("Re: x", "Đề nghị không trả lời thư này vào hộp thư chung, gửi cho tôi."),
    ("Re: x", "Xin không phản hồi lại email này nữa, hãy gọi số 0912."),
    ("Re: x", "Vui lòng không trả lời thư này mà gọi cho tôi."),
    ("Canceled: Họp", "Họp bị hủy, vậy hạn nộp có lùi không."),
    ("Được chấp nhận: mục 3", "Mục 3 được lãnh đạo chấp nhận, mục 4 thì chưa."),
    ("Chờ phê duyệt", "Kế hoạch đang chờ lãnh đạo phê duyệt, tuần sau gửi."),
    ("Vi phạm chính sách", "Không có vi phạm chính sách nào trong kỳ."),
    ("Báo cáo cách ly", "Số ca cách ly trong tháng là 12."),
    ("Thư bị trì hoãn", "Việc chuyển thư của Văn phòng chậm, hôm nay Sở mới nhận."),
    ("Xác thực", "Tài khoản của Sở chưa xác thực được, nhờ Văn phòng xem."),
    ("Action required", "Please fix row 3."),
    ("Báo vắng", "Đồng chí Giám đốc đang đi công tác nên chưa ký, sẽ gửi khi quay lại."),
]  # fmt: skip


def persons(subject: str, text: str, sender: str = PERSON) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, subject
    mail.set_content(text)
    return mail


def test_there_are_thirty_near_misses() -> None:
    assert len(NEAR_MISSES) >= 30


@pytest.mark.parametrize(("subject", "text"), NEAR_MISSES)
def test_an_officials_mail_that_nearly_sounds_so_is_no_machines(subject: str, text: str) -> None:
    assert read_message(persons(subject, text).as_bytes()).automatic == ""


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Kế hoạch", "Đã đọc: Kế hoạch", "OOO", "Quota"]
)
def test_words_are_believed_of_no_mail_that_brings_a_workbook(subject: str) -> None:
    mail = persons(subject, "I am out of the office. Your mailbox is full.")
    mail.add_attachment(WORKBOOK, maintype="application", subtype="zip", filename="sổ.xlsx")
    assert read_message(mail.as_bytes()).automatic == ""


def test_a_report_that_a_person_forwards_with_his_workbook_is_his() -> None:
    mail = persons(
        "Fwd: Undelivered Mail Returned to Sender",
        "Thư bị trả lại, Sở gửi lại sổ.\n\nYour message could not be delivered. 550 5.1.1",
    )
    mail.add_attachment(WORKBOOK, maintype="application", subtype="zip", filename="sổ.xlsx")
    assert read_message(mail.as_bytes()).automatic == ""


@pytest.mark.parametrize("name", ["Postmaster", "System Administrator", "Mail System"])
def test_whoever_calls_himself_a_machine_is_heard_all_the_same(name: str) -> None:
    mail = persons("Kế hoạch", "Cho hỏi mục 3 ghi thế nào?", f"{name} <quantri@so.example>")
    assert read_message(mail.as_bytes()).automatic == ""


@pytest.mark.parametrize(
    "text",
    ["Hiện tôi đang đi công tác, đồng chí Lan thay tôi.", "Hộp thư của cơ quan tôi sắp đầy."],
)
def test_words_that_leave_a_doubt_are_a_matter_for_a_person(text: str) -> None:
    assert said_in("Đi công tác", text) is Said.MATTER


@pytest.mark.parametrize(
    "sender",
    [
        "thu.postmaster@so.example", "noreplya@so.example", "bouncer@so.example",
        "donoreply@so.example", "van.request@so.example", "tin-hoc@so.example",
        '"Postmaster" <hong@so.example>', '"Mail System" <hong@so.example>',
    ],
)  # fmt: skip
def test_an_address_or_a_name_that_nearly_is_a_machines_may_bring_a_workbook(sender: str) -> None:
    mail = persons("Kế hoạch", "Kính gửi.", sender)
    mail.add_attachment(WORKBOOK, maintype="application", subtype="zip", filename="sổ.xlsx")
    read = read_message(mail.as_bytes())
    assert (read.automatic, len(read.attachments)) == ("", 1)


def test_a_list_is_told_apart_from_machines() -> None:
    listed = b"List-Id: <van-thu.so.example>\nPrecedence: list\nFrom: a@so.example\n\nx"
    assert read_message(listed).of_a_list
    assert not read_message(b"Auto-Submitted: auto-replied\n" + listed).of_a_list
    assert not read_message(b"Precedence: bulk\nFrom: a@so.example\n\nx").of_a_list
