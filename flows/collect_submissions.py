"""collect-submissions: every reply is kept, checked and answered."""

from __future__ import annotations

import datetime as dt

from prefect import flow

from flows import clock
from flows.failures import ends_in_a_sentence, sentence
from flows.requests import BatchRequest
from flows.workplaces import WorkLeftUndone, open_workplace
from models.domain.errors import BaocaoError
from models.domain.letters.offers import Cases
from models.domain.mail.mail import MessageState
from tasks.adapters.backup.catching_up import is_behind
from tasks.adapters.sharing.locks import alone
from tasks.adapters.work.alarming import COLLECTING
from tasks.backing_up import catch_up
from tasks.intake import collect_arrivals, work_on_messages
from tasks.offering import offer_choices

# A file half written for so long belongs to a process that was killed, not to one that still runs.
ABANDONED = dt.timedelta(days=1)


@flow(name="collect-submissions", flow_run_name="collect-submissions")
@ends_in_a_sentence
def collect_submissions(request: BatchRequest) -> dict[str, int]:
    """Nhận thư và tệp mới, kiểm tra, ghi sổ và viết thư trả lời.

    Tự chạy khi có thư, tệp mới. Chạy lại (Retry) lúc nào cũng an toàn: thư đã xử lý được nhận ra và
    không trả lời lần nữa. Trả về số thư theo từng kết quả.
    """
    left: list[str] = []
    counts: dict[str, int] = {}
    with open_workplace(request.moment()) as workplace:
        if is_behind(workplace):
            with alone(workplace.engine, ["catching-up"]) as mine:
                if not mine:  # another worker is at it, and nothing is worked on before
                    return {}
                if failures := catch_up(workplace).failures:
                    raise WorkLeftUndone(failures)
        workplace.raw_store.sweep(clock.of_the_machine() - ABANDONED)
        for mailbox in workplace.rules.mailboxes:
            try:
                left += collect_arrivals(workplace, mailbox, request.limit).failures
            except (BaocaoError, OSError) as error:
                left.append(f"Hộp thư {mailbox.partition(':')[0]}: {sentence(error)}")
        done = work_on_messages(workplace, request.limit)
        left += done.failures
        if any(worked.state is MessageState.HELD for worked in done.messages):
            offer_choices(workplace, [Cases.HELD, Cases.HELD_FILES])
        if not left:
            workplace.done(COLLECTING)
    for worked in done.messages:
        counts[worked.state.value] = counts.get(worked.state.value, 0) + 1
    if left:
        raise WorkLeftUndone(left)
    return counts
