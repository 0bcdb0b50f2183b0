"""Decisions of persons, each a flow with a form. A decision that stands already changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect import flow

from flows.decision_forms import (
    AddressMark,
    Arrival,
    Assignment,
    Book,
    ConflictRuling,
    CycleBook,
    Duty,
    Exemption,
    Extension,
    HeldMessage,
    LetterOutcome,
    MessageReturn,
    Outcome,
    Reach,
    Resending,
    RuleWaiver,
    SheetExemption,
    Signed,
)
from flows.failures import ends_in_a_sentence
from flows.requests import BatchRequest
from flows.workplaces import WorkLeftUndone, cycles_in_view, open_workplace
from models.domain.decisions import DecisionRefused
from models.domain.errors import UnknownAgency, UnknownCycle
from models.domain.intake import OWN_FAULT
from models.domain.offers import Cases
from tasks import deciding
from tasks.adapters import desk
from tasks.adapters.workplace import Workplace
from tasks.intake import work_on_messages
from tasks.offering import offer_choices


@contextmanager
def _at_the_desk(request: Signed, *lists: Cases) -> Iterator[Workplace]:
    """The workplace; afterwards the forms no longer offer what was settled, here or elsewhere.

    A cycle or an agency that nobody knows was mistyped: refused like any other entry.
    """
    with open_workplace(request.moment()) as place:
        try:
            yield place
        except (UnknownAgency, UnknownCycle) as error:
            raise DecisionRefused(str(error)) from None
        finally:
            if lists:
                offer_choices(place, lists, cycles_in_view(place, ""))


@flow(name="extend-deadline", flow_run_name="extend-deadline-{request.agency}")
@ends_in_a_sentence
def extend_deadline(request: Extension) -> str:
    """Gia hạn cho một cơ quan trong một kỳ báo cáo, rút ngắn hoặc thôi gia hạn.

    Các bước nhắc việc dời theo hạn mới. Quyết định sau cùng có hiệu lực; quyết định trước vẫn ở
    trong sổ. Chạy lại lúc nào cũng an toàn: quyết định đã có hiệu lực thì không ghi thêm.
    """
    with _at_the_desk(request) as place:
        return deciding.extend(
            place, request.cycle, request.agency, request.last_day, request.signature()
        )


@flow(name="exempt-agency", flow_run_name="exempt-agency-{request.agency}")
@ends_in_a_sentence
def exempt_agency(request: Exemption) -> str:
    """Miễn báo cáo cho một cơ quan trong một kỳ, hoặc bỏ miễn.

    Cơ quan được miễn không bị nhắc và không bị tính là thiếu; báo cáo vẫn gửi thì vẫn được nhận.
    Chạy lại lúc nào cũng an toàn.
    """
    with _at_the_desk(request) as place:
        exempted = request.duty is Duty.EXEMPT
        return deciding.exempt(place, request.cycle, request.agency, exempted, request.signature())


@flow(name="close-cycle", flow_run_name="close-cycle-{request.cycle}")
@ends_in_a_sentence
def close_cycle(request: CycleBook) -> str:
    """Khoá sổ một kỳ báo cáo, hoặc mở lại.

    Kỳ đã khoá: báo cáo gửi thêm được giữ lại chờ người xem, số liệu tổng hợp đứng yên. Chạy lại lúc
    nào cũng an toàn.
    """
    with _at_the_desk(request) as place:
        return deciding.close_book(
            place, request.cycle, request.book is Book.FREEZE, request.signature()
        )


@flow(name="assign-message", flow_run_name="assign-message-{request.message}")
@ends_in_a_sentence
def assign_message(request: Assignment) -> str:
    """Xác định một thư chờ người xem là báo cáo của cơ quan nào, rồi kiểm tra và trả lời ngay.

    Thư mang nhiều sổ khác nhau của cơ quan ấy thì chọn thêm tệp là bản chính. Thư vẫn phải chờ
    người xem thì lượt chạy báo vì sao và phải làm gì. Chạy lại lúc nào cũng an toàn: thư đã xử lý
    không được trả lời lần nữa.
    """
    with _at_the_desk(request, Cases.HELD, Cases.HELD_FILES, Cases.RECORDED) as place:
        said = deciding.assign(
            place,
            request.message,
            request.cycle,
            request.agency,
            request.signature(),
            request.main_file,
        )
        done = work_on_messages(place, BatchRequest().limit)
        if done.failures:
            raise WorkLeftUndone(done.failures)
        if waits := desk.still_held(place, request.message):
            if OWN_FAULT in waits:  # of the program, not of the entry: somebody is to be told
                raise WorkLeftUndone([waits])
            raise DecisionRefused(waits)
        return said


@flow(name="reject-message", flow_run_name="reject-message-{request.message}")
@ends_in_a_sentence
def reject_message(request: HeldMessage) -> str:
    """Không tiếp nhận một thư chờ người xem: thư không phải báo cáo của cơ quan nào.

    Thư vẫn được giữ nguyên trong kho. Chạy lại lúc nào cũng an toàn.
    """
    with _at_the_desk(request, Cases.HELD, Cases.HELD_FILES, Cases.RECORDED) as place:
        return deciding.reject(place, request.message, request.signature())


@flow(name="return-message", flow_run_name="return-message-{request.message}")
@ends_in_a_sentence
def return_message(request: MessageReturn) -> str:
    """Trả lại một thư chờ người xem, kèm lời của người quyết định.

    Một thư được viết cho người gửi (hoặc cho đầu mối của cơ quan trong danh bạ); luồng
    deliver-outbox gửi đi. Thư đến vẫn được giữ nguyên trong kho. Chạy lại lúc nào cũng an toàn:
    thư đã trả lại thì không trả lại, không viết lần nữa.
    """
    with _at_the_desk(request, Cases.HELD, Cases.HELD_FILES, Cases.RECORDED) as place:
        return deciding.give_back(place, request.message, request.reply(), request.signature())


@flow(name="send-letter-again", flow_run_name="send-letter-again")
@ends_in_a_sentence
def send_letter_again(request: Resending) -> str:
    """Gửi lại một thư không gửi được, bị trả về, chưa rõ đã đến hay chưa, hoặc cơ quan báo mất.

    Thư đi cùng nội dung, cùng Message-ID, tới địa chỉ hiện nay trong danh bạ. Chạy lại lúc nào cũng
    an toàn: cùng một quyết định (người, lý do) chỉ gửi lại một lần; muốn gửi lần nữa thì ghi lý do
    mới.
    """
    with _at_the_desk(request, Cases.STUCK, Cases.LETTERS) as place:
        return deciding.send_again(place, request.letter, request.recipients(), request.signature())


@flow(name="settle-letter", flow_run_name="settle-letter")
@ends_in_a_sentence
def settle_letter(request: LetterOutcome) -> str:
    """Khép lại một thư đi: thư chưa rõ thực ra đã đến, hoặc không gửi nữa vì đã báo cách khác.

    Chạy lại lúc nào cũng an toàn.
    """
    with _at_the_desk(request, Cases.STUCK, Cases.LETTERS) as place:
        arrived = request.outcome is Outcome.ARRIVED
        return deciding.settle(place, request.letter, arrived, request.signature())


@flow(name="mark-contact", flow_run_name="mark-contact")
@ends_in_a_sentence
def mark_contact(request: AddressMark) -> str:
    """Đánh dấu một địa chỉ của danh bạ là không nhận được thư, hoặc đã sửa.

    Sửa chính địa chỉ thì sửa trong tệp danh bạ. Chạy lại lúc nào cũng an toàn.
    """
    with _at_the_desk(request, Cases.ADDRESSES) as place:
        failing = request.reach is Reach.FAILING
        return deciding.mark(place, request.address, failing, request.signature())


@flow(name="waive-rule", flow_run_name="waive-rule-{request.agency}")
@ends_in_a_sentence
def waive_rule(request: RuleWaiver) -> str:
    """Miễn áp dụng một quy tắc kiểm tra cho một cơ quan đến hết một ngày.

    Điểm vi phạm vẫn được nêu trong kết quả kiểm tra và trong sổ, kèm tên người quyết định, nhưng
    báo cáo không bị trả lại vì nó. Áp dụng cho báo cáo gửi đến từ nay. Chạy lại (Retry)
    lúc nào cũng an toàn.
    """
    with _at_the_desk(request) as place:
        return deciding.waive(
            place,
            request.cycle,
            request.agency,
            request.rule,
            request.last_day,
            request.signature(),
        )


@flow(name="exempt-sheet", flow_run_name="exempt-sheet-{request.agency}")
@ends_in_a_sentence
def exempt_sheet(request: SheetExemption) -> str:
    """Miễn cho một cơ quan một trang của sổ báo cáo trong một kỳ, hoặc bỏ miễn.

    Điểm thiếu, sai ở trang ấy vẫn được nêu nhưng báo cáo không bị trả lại vì nó. Chạy lại lúc nào
    cũng an toàn.
    """
    with _at_the_desk(request) as place:
        exempted = request.duty is Duty.EXEMPT
        return deciding.exempt_sheet(
            place, request.cycle, request.agency, request.sheet, exempted, request.signature()
        )


@flow(name="correct-arrival", flow_run_name="correct-arrival-{request.message}")
@ends_in_a_sentence
def correct_arrival(request: Arrival) -> str:
    """Sửa thời điểm nhận của một thư, khi thời điểm máy chủ ghi không đúng.

    Đúng hạn hay chậm được tính lại theo thời điểm mới; thời điểm cũ được giữ trong sổ quyết định.
    Chạy lại (Retry) lúc nào cũng an toàn.
    """
    with _at_the_desk(request, Cases.RECORDED) as place:
        return deciding.correct_arrival(
            place, request.message, request.arrived_at, request.signature()
        )


@flow(name="rule-on-conflict", flow_run_name="rule-on-conflict-{request.conflict}")
@ends_in_a_sentence
def rule_on_conflict(request: ConflictRuling) -> str:
    """Quyết định số nào được dùng khi hai số liệu mâu thuẫn, theo mã ở bảng Số liệu mâu thuẫn.

    Số còn lại vẫn được nêu trong sổ tổng hợp kèm nguồn. Một trong hai số thay đổi thì phải quyết
    định lại. Chạy lại (Retry) lúc nào cũng an toàn.
    """
    with _at_the_desk(request, Cases.CONFLICTS) as place:
        return deciding.rule(
            place, request.cycle, request.conflict, request.side(), request.signature()
        )
