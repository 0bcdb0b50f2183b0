"""Decisions of persons, each a flow with a form. A decision that stands already changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect import flow

from flows.decisions.decision_forms import (
    AddressMark,
    ArrivalForm,
    Assignment,
    CycleBook,
    Exemption,
    Extension,
    HeldMessage,
    LetterOutcome,
    MessageReturn,
    Resending,
    RuleWaiver,
    SheetExemption,
    Signed,
    VersionForm,
)
from flows.decisions.measure_forms import JudgementForm, RulingForm
from flows.decisions.planned_forms import HoldForm, SendNowForm
from flows.failures import ends_in_a_sentence
from flows.requests import BatchRequest
from flows.workplaces import WorkLeftUndone, cycles_in_view, open_workplace
from models.domain.letters.offers import Cases
from tasks.adapters.intake.deciding_wholly import DecidedWorkLeft, decide_wholly
from tasks.adapters.intake.working import WorkDone
from tasks.adapters.workplace import Workplace
from tasks.deciding import decide
from tasks.intake import work_on_messages
from tasks.offering import offer_choices

_HELD = (Cases.HELD, Cases.HELD_FILES, Cases.RECORDED, Cases.VERSIONS, Cases.ADDRESSES)
_LETTERS = (Cases.STUCK, Cases.LETTERS)
_PLANNED = (Cases.PLANNED,)


@contextmanager
def _forms_kept_true(request: Signed, *lists: Cases) -> Iterator[Workplace]:
    """The workplace; afterwards the forms no longer offer what was decided, here or elsewhere."""
    with open_workplace(request.moment()) as workplace:
        try:
            yield workplace
        finally:
            if lists:
                offer_choices(workplace, lists, cycles_in_view(workplace, ""))


def _decided(request: Signed, *lists: Cases) -> str:
    """Carries out what the form says; what was decided. `lists` are the cases that it changes."""
    with _forms_kept_true(request, *lists) as workplace:
        try:
            return decide_wholly(workplace, request.deed(), decide, _work)
        except DecidedWorkLeft as rest:
            raise WorkLeftUndone(rest.left) from None


def _work(workplace: Workplace) -> WorkDone:
    return work_on_messages(workplace, BatchRequest().limit)


@flow(name="extend-deadline", flow_run_name="extend-deadline-{request.agency}")
@ends_in_a_sentence
def extend_deadline(request: Extension) -> str:
    """Gia hạn cho một cơ quan trong một kỳ báo cáo, rút ngắn hoặc thôi gia hạn.

    Các bước nhắc việc dời theo hạn mới. Quyết định sau cùng có hiệu lực; quyết định trước vẫn ở
    trong sổ. Chạy lại lúc nào cũng an toàn: quyết định đã có hiệu lực thì không ghi thêm.
    """
    return _decided(request)


@flow(name="exempt-agency", flow_run_name="exempt-agency-{request.agency}")
@ends_in_a_sentence
def exempt_agency(request: Exemption) -> str:
    """Miễn báo cáo cho một cơ quan trong một kỳ, hoặc bỏ miễn.

    Cơ quan được miễn không bị nhắc và không bị tính là thiếu; báo cáo vẫn gửi thì vẫn được nhận.
    Chạy lại lúc nào cũng an toàn.
    """
    return _decided(request)


@flow(name="close-cycle", flow_run_name="close-cycle-{request.cycle}")
@ends_in_a_sentence
def close_cycle(request: CycleBook) -> str:
    """Khóa sổ một kỳ báo cáo, hoặc mở lại.

    Kỳ đã khóa: báo cáo gửi thêm được giữ lại chờ người xem, số liệu tổng hợp đứng yên. Chạy lại lúc
    nào cũng an toàn.
    """
    return _decided(request)


@flow(name="assign-message", flow_run_name="assign-message-{request.message}")
@ends_in_a_sentence
def assign_message(request: Assignment) -> str:
    """Xác định một thư chờ người xem là báo cáo của cơ quan nào, rồi kiểm tra và trả lời ngay.

    Thư mang nhiều sổ khác nhau của cơ quan ấy thì chọn thêm tệp là bản chính. Người gửi là cán bộ
    của cơ quan thì có thể đăng ký luôn địa chỉ gửi: thư sau của họ không phải chờ. Thư vẫn phải chờ
    người xem thì lượt chạy báo vì sao và phải làm gì. Chạy lại lúc nào cũng an toàn: thư đã xử lý
    không được trả lời lần nữa.
    """
    return _decided(request, *_HELD)


@flow(name="reject-message", flow_run_name="reject-message-{request.message}")
@ends_in_a_sentence
def reject_message(request: HeldMessage) -> str:
    """Không tiếp nhận một thư chờ người xem: thư không phải báo cáo của cơ quan nào.

    Thư vẫn được giữ nguyên trong kho. Chạy lại lúc nào cũng an toàn.
    """
    return _decided(request, *_HELD)


@flow(name="return-message", flow_run_name="return-message-{request.message}")
@ends_in_a_sentence
def return_message(request: MessageReturn) -> str:
    """Trả lại một thư chờ người xem, kèm lời của người quyết định.

    Một thư được viết cho người gửi (hoặc cho đầu mối của cơ quan trong danh bạ); luồng
    deliver-outbox gửi đi. Thư đến vẫn được giữ nguyên trong kho. Chạy lại lúc nào cũng an toàn:
    thư đã trả lại thì không trả lại, không viết lần nữa.
    """
    return _decided(request, *_HELD)


@flow(name="send-letter-again", flow_run_name="send-letter-again")
@ends_in_a_sentence
def send_letter_again(request: Resending) -> str:
    """Gửi lại một thư không gửi được, bị trả về, chưa rõ đã đến hay chưa, hoặc cơ quan báo mất.

    Thư đi cùng nội dung, tới địa chỉ hiện nay trong danh bạ, nêu rõ là thư gửi lại và dẫn chiếu thư
    trước. Thư chưa rõ đã đến hay chưa thì giữ nguyên mã, để nơi nhận không thấy hai thư. Chạy lại
    lúc nào cũng an toàn: cùng một quyết định (người, lý do) chỉ gửi lại một lần; muốn gửi lần nữa
    thì ghi lý do mới.
    """
    return _decided(request, *_LETTERS)


@flow(name="settle-letter", flow_run_name="settle-letter")
@ends_in_a_sentence
def close_letter(request: LetterOutcome) -> str:
    """Khép lại một thư đi: thư chưa rõ thực ra đã đến, hoặc không gửi nữa vì đã báo cách khác.

    Chạy lại lúc nào cũng an toàn.
    """
    return _decided(request, *_LETTERS)


@flow(name="hold-letter-back", flow_run_name="hold-letter-back-{request.planned}")
@ends_in_a_sentence
def hold_letter_back(request: HoldForm) -> str:
    """Giữ lại một thư mà lịch của kỳ báo cáo sẽ gửi, cho một cơ quan hoặc mọi nơi nhận; hoặc thôi.

    Thư nhắc, thư đôn đốc, danh sách chậm báo cáo, thư tổng hợp của một ngày, bản đối chiếu của một
    ngày. Thư đã viết mà chưa đi thì được rút lại. Không luồng nào gửi thư đang giữ. Chạy lại lúc
    nào cũng an toàn.
    """
    return _decided(request, *_PLANNED)


@flow(name="send-letter-now", flow_run_name="send-letter-now-{request.planned}")
@ends_in_a_sentence
def send_letter_now(request: SendNowForm) -> str:
    """Gửi ngay một thư mà lịch của kỳ báo cáo sẽ gửi, không đợi đến giờ.

    Thư được viết bằng lời đúng lúc này; luồng deliver-outbox gửi đi. Bước đã gửi ngay thì đến giờ
    không gửi lần nữa. Nơi mà thư ấy lúc này không đúng (đã báo cáo, chưa quá hạn) thì không nhận.
    Chạy lại lúc nào cũng an toàn: cùng một quyết định (người, lý do) chỉ gửi một lần.
    """
    return _decided(request, *_PLANNED)


@flow(name="mark-contact", flow_run_name="mark-contact")
@ends_in_a_sentence
def mark_contact(request: AddressMark) -> str:
    """Đánh dấu một địa chỉ của danh bạ là không nhận được thư, đã sửa; hoặc bỏ đăng ký địa chỉ gửi.

    Sửa chính địa chỉ thì sửa trong tệp danh bạ. Chạy lại lúc nào cũng an toàn.
    """
    return _decided(request, Cases.ADDRESSES)


@flow(name="waive-rule", flow_run_name="waive-rule-{request.agency}")
@ends_in_a_sentence
def waive_rule(request: RuleWaiver) -> str:
    """Miễn áp dụng một quy tắc kiểm tra cho một cơ quan đến hết một ngày.

    Điểm vi phạm vẫn được nêu trong kết quả kiểm tra và trong sổ, kèm tên người quyết định, nhưng
    báo cáo không bị trả lại vì nó. Áp dụng cho báo cáo gửi đến từ nay. Chạy lại (Retry)
    lúc nào cũng an toàn.
    """
    return _decided(request)


@flow(name="exempt-sheet", flow_run_name="exempt-sheet-{request.agency}")
@ends_in_a_sentence
def exempt_sheet(request: SheetExemption) -> str:
    """Miễn cho một cơ quan một trang của sổ báo cáo trong một kỳ, hoặc bỏ miễn.

    Điểm thiếu, sai ở trang ấy vẫn được nêu nhưng báo cáo không bị trả lại vì nó. Chạy lại lúc nào
    cũng an toàn.
    """
    return _decided(request)


@flow(name="correct-arrival", flow_run_name="correct-arrival-{request.message}")
@ends_in_a_sentence
def correct_arrival(request: ArrivalForm) -> str:
    """Sửa thời điểm nhận của một thư, khi thời điểm máy chủ ghi không đúng.

    Đúng hạn hay chậm được tính lại theo thời điểm mới; thời điểm cũ được giữ trong sổ quyết định.
    Chạy lại (Retry) lúc nào cũng an toàn.
    """
    return _decided(request, Cases.RECORDED)


@flow(name="rule-on-conflict", flow_run_name="rule-on-conflict-{request.conflict}")
@ends_in_a_sentence
def rule_on_conflict(request: RulingForm) -> str:
    """Quyết định số nào được dùng khi hai số liệu mâu thuẫn, theo mã ở bảng Số liệu mâu thuẫn.

    Số còn lại vẫn được nêu trong sổ tổng hợp kèm nguồn. Một trong hai số thay đổi thì phải quyết
    định lại. Chạy lại (Retry) lúc nào cũng an toàn.
    """
    return _decided(request, Cases.CONFLICTS, Cases.JUDGEMENTS)


@flow(name="judge-indicator", flow_run_name="judge-indicator-{request.question}")
@ends_in_a_sentence
def judge_indicator(request: JudgementForm) -> str:
    """Đánh giá một chỉ tiêu chờ người đánh giá: nêu bằng lời, hoặc xấp xỉ mức «khoảng»; hoặc rút.

    Ý kiến, người đánh giá và lý do được nêu trong sổ tổng hợp và báo cáo. Số liệu hoặc mức được so
    thay đổi thì chỉ tiêu trở lại chờ đánh giá. Chạy lại (Retry) lúc nào cũng an toàn.
    """
    return _decided(request, Cases.JUDGEMENTS)


@flow(name="withdraw-version", flow_run_name="withdraw-version-{request.receipt}")
@ends_in_a_sentence
def withdraw_version(request: VersionForm) -> str:
    """Rút lại một phiên bản đã ghi nhận (ghi nhầm cơ quan, cơ quan xin rút), hoặc khôi phục.

    Phiên bản rút lại không được tính nữa, như chưa từng gửi; không có gì bị xóa. Thư mang nó chờ
    người xem; các phiên bản sau được kiểm tra lại; dự thảo lập từ nó không gửi được nữa; cơ quan
    đã được báo kết quả thì nhận thư đính chính. Chạy lại lúc nào cũng an toàn.
    """
    return _decided(request, *_HELD, Cases.DRAFTS)
