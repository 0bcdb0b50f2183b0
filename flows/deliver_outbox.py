"""deliver-outbox: letters leave, each once."""

from __future__ import annotations

from prefect import flow

from flows.failures import ends_in_a_sentence
from flows.requests import BatchRequest
from flows.workplaces import WorkLeftUndone, open_workplace
from models.domain.errors import ConfigurationFault
from models.domain.letters.offers import Cases
from tasks.delivery import deliver_letters
from tasks.offering import offer_choices


@flow(name="deliver-outbox", flow_run_name="deliver-outbox")
@ends_in_a_sentence
def deliver_outbox(request: BatchRequest) -> dict[str, int]:
    """Gửi các thư đang chờ. Chạy lại (Retry) lúc nào cũng an toàn: thư đã gửi không gửi lần nữa.

    Trả về số thư đã gửi, hoãn, hỏng, chưa rõ, rút lại.
    """
    with open_workplace(request.moment()) as workplace:
        if not workplace.rules.smtp_url:
            raise ConfigurationFault(["BAOCAO_SMTP_URL: chưa đặt máy chủ gửi thư."])
        posted = deliver_letters(workplace, request.limit)
        if posted.failed or posted.uncertain:
            offer_choices(workplace, [Cases.STUCK, Cases.LETTERS, Cases.ADDRESSES])
    if posted.left:
        raise WorkLeftUndone(posted.left)
    return {
        "sent": posted.sent,
        "deferred": posted.deferred,
        "failed": len(posted.failed),
        "uncertain": len(posted.uncertain),
        "withdrawn": len(posted.withdrawn),
    }
