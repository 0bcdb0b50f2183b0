"""The operator's desk, what was recorded: a version that should never have been one."""

from __future__ import annotations

from models.domain.decisions import DecisionKind, DecisionRefused, withdrawn_subject
from models.domain.letters import business_key
from models.domain.mail import LetterKind
from tasks.adapters.desk import Done, Signature, keep
from tasks.adapters.store import decisions, letters_again, messages, outbox, submissions
from tasks.adapters.workplace import Workplace


def withdraw_version(place: Workplace, receipt_number: str, signed: Signature) -> Done:
    """Lets a recorded version count nowhere; its message waits for a person again.

    Its cells, findings and bytes stay, and so does its number; its verdict goes nowhere if it still
    lies in the outbox. Raises DecisionRefused for a receipt number that no version has, and while
    its cycle is closed: what was consolidated then stands still.
    """
    number = receipt_number.strip()
    with place.engine.begin() as connection:
        version = submissions.by_receipt(connection, number)
        if version is None:
            raise DecisionRefused(
                f"Không có phiên bản nào mang số tiếp nhận «{number}». Số tiếp nhận có trong thư "
                "trả lời cơ quan."
            )
        agency = place.office.register.agencies.get(version.agency)
        name = agency.name if agency else version.agency
        said = f"{name}, phiên bản {version.version} ({number})"
        subject = withdrawn_subject(version.message_key, number)
        book = decisions.book(connection)
        if any(d.subject == subject for d in book.withdrawn(version.cycle, version.agency)):
            return Done(f"{said}: đã được thu hồi.", False)
        if book.frozen(version.cycle):
            raise DecisionRefused(
                f"{said}: kỳ {version.cycle} đã khoá sổ. Xin mở lại kỳ (close-cycle, «Mở lại») "
                "trước khi thu hồi."
            )
        decision = signed.decides(
            DecisionKind.WITHDRAW_VERSION,
            place.now,
            cycle=version.cycle,
            agency=version.agency,
            subject=subject,
        )
        reason = (
            f"{said} đã thu hồi theo quyết định của {decision.by}: {decision.reason} Cần xác định "
            "lại thư này là báo cáo của cơ quan nào."
        )
        verdict = business_key(version.cycle, version.agency, LetterKind.VERDICT, version.version)
        letter = letters_again.by_business_key(connection, verdict)
        if letter is not None:  # what has not left yet need not be put right with the agency
            outbox.withdraw(connection, letter, f"phiên bản đã thu hồi: {decision.reason}")
        messages.hold_again(connection, version.message_key, reason, place.now)
        return keep(connection, decision, f"{said}: thu hồi, thư trở lại chờ người xem")
