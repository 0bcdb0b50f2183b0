"""Which columns hold something of people, and what becomes of it. Every column is decided on.

A test holds this against the tables: a column that stands in neither list is nobody's decision.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.domain.accounts.keeping import Holding, Keeping

_FIGURES = "nguồn của số liệu báo cáo"
_SIGNED = "quyết định phải còn người quyết định và lý do"
_SENT = "văn bản Văn phòng đã phát hành, trong đó có giấy tiếp nhận"

#: By "table.column".
PERSONAL: Mapping[str, Holding] = {
    "message.sender": Holding("địa chỉ người gửi thư đến", Keeping.WITH_TIME),
    "message.sender_name": Holding("tên người gửi thư đến", Keeping.WITH_TIME),
    "message.subject": Holding("tiêu đề thư đến", Keeping.WITH_TIME),
    "message.reason": Holding("lý do của thư đến", Keeping.WITH_TIME),
    "message.last_error": Holding("lỗi khi xử lý thư đến", Keeping.WITH_TIME),
    "message.message_id": Holding("mã Message-ID của thư đến", Keeping.WITH_TIME),
    "message.evidence": Holding("căn cứ nhận ra cơ quan gửi", Keeping.WITH_TIME),
    "message.ordering_key": Holding(
        "mã băm của địa chỉ người gửi, giữ thứ tự thư", Keeping.WITH_TIME
    ),
    "message.name": Holding("tên tệp nộp trực tiếp", Keeping.ALWAYS, _FIGURES),
    "message_file.name": Holding("tên tệp trong thư đến", Keeping.ALWAYS, _FIGURES),
    "message_file.container": Holding("tên tệp nén trong thư đến", Keeping.ALWAYS, _FIGURES),
    "message_file.reason": Holding("lý do của tệp trong thư đến", Keeping.ALWAYS, _FIGURES),
    "submission.file_name": Holding("tên tệp của bản nộp", Keeping.ALWAYS, _FIGURES),
    "submission.papers": Holding("người ký số văn bản kèm bản nộp", Keeping.ALWAYS, _FIGURES),
    "observation.text": Holding("ô cơ quan đã điền", Keeping.ALWAYS, _FIGURES),
    "observation.raw": Holding("ô cơ quan đã điền, nguyên văn", Keeping.ALWAYS, _FIGURES),
    "finding.message": Holding("điểm phát hiện", Keeping.ALWAYS, _FIGURES),
    "finding.value": Holding("giá trị nêu ở điểm phát hiện", Keeping.ALWAYS, _FIGURES),
    "finding.justification": Holding("giải trình của cơ quan", Keeping.ALWAYS, _FIGURES),
    "letter.to": Holding("nơi nhận thư đi", Keeping.WITH_TIME),
    "letter.cc": Holding("nơi nhận bản sao thư đi", Keeping.WITH_TIME),
    "letter.deliveries": Holding("kết quả gửi tới từng địa chỉ", Keeping.WITH_TIME),
    "letter.earlier": Holding("nơi nhận các lần gửi trước của thư", Keeping.WITH_TIME),
    "letter.last_error": Holding("lỗi khi gửi thư đi", Keeping.WITH_TIME),
    "letter.in_reply_to": Holding("mã thư được trả lời", Keeping.WITH_TIME),
    "letter.references": Holding("mã các thư trong cùng trao đổi", Keeping.WITH_TIME),
    "letter.subject": Holding("tiêu đề thư đi", Keeping.ALWAYS, _SENT),
    "letter.text": Holding("lời thư đi", Keeping.ALWAYS, _SENT),
    "letter.html": Holding("lời thư đi, dạng trang", Keeping.ALWAYS, _SENT),
    "letter.files": Holding("tên tệp kèm thư đi", Keeping.ALWAYS, _SENT),
    "letter.marking": Holding("tên tệp gửi thử", Keeping.ALWAYS, _SENT),
    "delivery_report.recipient": Holding("địa chỉ trong báo thư trả về", Keeping.WITH_TIME),
    "delivery_report.reason": Holding("lời máy chủ trong báo thư trả về", Keeping.WITH_TIME),
    "address_state.address": Holding("địa chỉ nhận thư tốt hay hỏng", Keeping.WITH_TIME),
    "address_state.reason": Holding("lời máy chủ về địa chỉ hỏng", Keeping.WITH_TIME),
    "known_sender.address": Holding(
        "địa chỉ được đăng ký là của cơ quan khi xác định thư chờ xem", Keeping.AT_ONCE
    ),
    "answer.sender": Holding("người được trả lời, để đếm thư trong ngày", Keeping.WITH_TIME),
    "snapshot.inputs": Holding("tệp của cơ quan trong bản lưu", Keeping.ALWAYS, _FIGURES),
    "snapshot.files": Holding("tên tệp trong bản lưu", Keeping.ALWAYS, _FIGURES),
    "decision.by": Holding("người quyết định", Keeping.ALWAYS, _SIGNED),
    "decision.reason": Holding("lý do của quyết định", Keeping.ALWAYS, _SIGNED),
    "decision.subject": Holding("điều được quyết định", Keeping.ALWAYS, _SIGNED),
    "board_day.content": Holding("bảng của kỳ ở cuối mỗi ngày", Keeping.ALWAYS, _FIGURES),
    "edition.by": Holding("người đưa vào một bộ tệp", Keeping.ALWAYS, _SIGNED),
    "edition.note": Holding("lý do đưa vào một bộ tệp", Keeping.ALWAYS, _SIGNED),
    "account.name": Holding("tên tài khoản", Keeping.WITH_ACCOUNT),
    "account.person": Holding("họ tên, chức vụ của tài khoản", Keeping.WITH_ACCOUNT),
    "account.password_hash": Holding("mã băm của mật khẩu", Keeping.WITH_ACCOUNT),
    "session.account": Holding("lần đăng nhập còn hiệu lực", Keeping.WITH_ACCOUNT),
    "access.account": Holding("tài khoản trong nhật ký ra vào", Keeping.WITH_ACCOUNT),
    "access.by": Holding("người làm, trong nhật ký ra vào", Keeping.WITH_ACCOUNT),
    "access.address": Holding("địa chỉ máy trong nhật ký ra vào", Keeping.WITH_ACCOUNT),
    "access.detail": Holding("chi tiết trong nhật ký ra vào", Keeping.WITH_ACCOUNT),
}

#: The other columns: keys, hashes, codes, instants, counts; mailboxes and addresses of the office.
_OF_NOBODY = """
message: key source handle is_message size received_at collected_at state own_fault said attempts
message: agency cycle may_be_of receipt_number decided_at
mailbox: source uidvalidity numbered_at
mailbox_place: source uidvalidity uid size received_at message_key
message_file: message_key position sha256 size kind state submission_id sent_by workbook_of
reader_loss: sha256 losses last_at
obligation: cycle agency reply_token opened_at form_version workbook_name workbook_sha256
obligation: asked_cells carried_cells
submission: id cycle agency version message_key file_sha256 file_size file_kind received_at
submission: decided_at verdict receipt_number guessed sections
observation: id submission_id sheet row_key column number date sheet_name cell
finding: submission_id position rule severity sheet cell row_key column cells trial place_ends
letter: id business_key cycle agency kind step message_id reply_to marked_submission_id state
letter: created_at next_attempt_at attempts tried_at claim claimed_at copies copy_in_flight sent_at
letter: for_a_person dated_at again
consolidation: id cycle inputs_hash as_of workbook_sha256 workbook_name
snapshot: id cycle letter inputs_hash as_of content_sha256
counter: name value
delivery_report: message_key letter_id action status reported_at sending
address_state: state since status letter_id began_at
known_sender: agency message_key registered_at
answer: business_key message_key kind day digest
decision: id kind cycle agency until decided_at entered_at
heartbeat: name at
lease: name holder renewals memory
pace: name free_at
program: mark deployed_at
board_day: key day title
account: roles password_is_lent created_at closed_at
session: key began_at used_at
access: id at kind
edition: number at
edition_file: edition path sha256
office_content: sha256 content
"""
#: A file's content is looked through by who reads such a file: `flows/cli/person_removal.py`.
OF_NOBODY = frozenset(
    f"{table}.{column}"
    for line in _OF_NOBODY.strip().splitlines()
    for table, _, columns in [line.partition(": ")]
    for column in columns.split()
)
