"""What becomes of a message: one state for it, one for each of its files, one answer at most.

Pure decisions over facts that the adapters have gathered. The order of the questions is the
office's: is it a machine's mail, does it carry a workbook, whose is it, did we have it before,
is it right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.domain.answers.papers import paper_text
from models.domain.answers.sections import Outcome
from models.domain.arrivals.attribution import EvidenceKind, Strayed
from models.domain.arrivals.known import FileFacts, MessageFacts
from models.domain.cycle.letter_phrases import number_text
from models.domain.letters.answer_letters import Advice, RefusedFile, advice_for
from models.domain.mail.bounces import ReturnedLetter
from models.domain.mail.mail import MessageState
from models.domain.mail.words import Said
from models.domain.reading.submissions import Verdict

#: For whoever sent the file: nothing is said against it.
_UNREAD = (
    "Văn phòng đã nhận được tệp «{name}», nhưng máy của Văn phòng chưa đọc xong tệp này; "
    "không phải kết luận là tệp có lỗi. Một cán bộ sẽ mở tệp và trả lời."
)
#: For the office, which has room for two or three sentences.
_OPEN_IT = (
    "Chương trình không tự mở lại. Việc cần làm: mở tệp bằng Excel trên máy riêng, lưu thành tệp "
    ".xlsx mới rồi nộp thay; không mở được thì return-message. Máy quá tải, thiếu bộ nhớ đã khắc "
    "phục: assign-message để thử lại."
)
_OWN_FAULT = "Chương trình kiểm tra gặp lỗi của chính nó, không phải lỗi của cơ quan: "
_OWN_FAULT_TOLD = (
    "Việc kiểm tra sổ gặp trục trặc ở phía Văn phòng, không phải lỗi của cơ quan; một cán bộ sẽ "
    "kiểm tra và trả lời."
)
_CLOSED = "Kỳ báo cáo đã khóa sổ; Văn phòng xem xét việc tiếp nhận báo cáo gửi thêm."
_THROUGH_A_LIST = "Thư đến qua danh sách thư chung, không gửi trực tiếp từ cơ quan."


@dataclass(frozen=True, slots=True)
class FileDecision:
    """What becomes of one file."""

    position: int
    state: MessageState
    reason: str
    agency: str = ""
    cycle: str = ""
    own_fault: bool = False  # it is held for a fault of the program, which nobody's entry mends
    contends: bool = False  # it is held beside another workbook of its agency: which one counts?
    told: str = ""  # the reason in words for the sender, where they differ
    strayed: Strayed | None = None  # it is held for nothing but that

    @property
    def for_sender(self) -> str:
        """Why the file is in its state, without what concerns the office alone."""
        return self.told or self.reason

    @property
    def is_submission(self) -> bool:
        """Whether the file is recorded as a version."""
        return self.state in (MessageState.ACCEPTED, MessageState.RETURNED)


@dataclass(frozen=True, slots=True)
class MessageDecision:
    """What becomes of a message. `receipt`: it is held, and its sender is told that it arrived."""

    state: MessageState
    reason: str
    agency: str
    cycle: str
    files: Sequence[FileDecision]
    refused: Sequence[RefusedFile] = ()  # what a guidance letter is due for
    receipt: bool = False
    own_fault: bool = False  # of the program: why it is held
    said: Said | None = None  # words alone, for which a person is asked
    others: Sequence[str] = ()  # of what is held: codes of other agencies whose it may be


#: A message is as grave as its gravest file.
_GRAVITY = (
    MessageState.HELD,
    MessageState.RETURNED,
    MessageState.ACCEPTED,
    MessageState.TRIED,
    MessageState.DUPLICATE,
    MessageState.GUIDED,
    MessageState.REJECTED,
    MessageState.NOTED,
)


def decide_message(facts: MessageFacts) -> MessageDecision:
    """The one state of a message, of each of its files, and which answer is due."""
    decision = _decided(facts)
    if decision.state is MessageState.HELD:
        decision = replace(decision, others=_may_be_of(facts, decision))
    if not facts.remarks:
        return decision
    remarked = f"{decision.reason} Lưu ý: {'; '.join(facts.remarks)}."
    return replace(decision, reason=remarked)


def _may_be_of(facts: MessageFacts, decision: MessageDecision) -> tuple[str, ...]:
    """Other agencies whose the message may be: of its other files, or what speaks against."""
    held = {d.position: d for d in decision.files if d.state is MessageState.HELD}
    judged = [f.attribution for f in facts.files if f.position in held and f.attribution]
    named = [*(d.agency for d in held.values()), *facts.answerable.others]
    named += [code for attribution in judged for code in attribution.others]
    return tuple(code for code in dict.fromkeys(named) if code not in ("", decision.agency))


def _decided(facts: MessageFacts) -> MessageDecision:
    agency, cycle = facts.answerable.agency, facts.answerable.cycle
    if facts.own_letter:
        return _own_letter(facts)
    if facts.automatic and facts.returned is not None:
        return _returned(facts, facts.returned)
    if facts.automatic:
        return _automatic(facts)
    workbooks = _taken_for_answers(facts)
    if not workbooks and not any(f.is_unread for f in facts.files):
        return _without_workbook(facts)
    if facts.try_out:
        decided = _try_out(facts, workbooks)
    elif facts.main_file:
        decided = _decide_chosen(facts.main_file, workbooks)
    else:
        decided = _decide_workbooks(workbooks, by_a_person=facts.assigned)
    decided += [_decide_other(f) for f in facts.files if f not in workbooks]
    decided.sort(key=lambda d: d.position)
    leading = min((d for d in decided), key=lambda d: (_GRAVITY.index(d.state), d.position))
    return MessageDecision(
        state=leading.state,
        reason=" ".join([_for_the_office(facts, leading), *_left_out(decided, leading)]),
        agency=leading.agency or agency,
        cycle=leading.cycle or cycle,
        files=tuple(decided),
        receipt=leading.state is MessageState.HELD and not (facts.superior and not workbooks),
        own_fault=leading.own_fault,
    )


def _taken_for_answers(facts: MessageFacts) -> list[FileFacts]:
    """The workbooks that are judged. A form as it was sent contends with nothing.

    Where it is all that an agency ever sent, it is judged like any other: the verdict names what
    has to be filled in; the same file once more is known as such. Where a person chose the main
    one, all of them are told apart by that choice.
    """
    workbooks = [f for f in facts.files if f.is_workbook]
    if facts.main_file:
        return workbooks
    answers = [f for f in workbooks if f.is_answer]
    again = (f for f in workbooks if not f.sent_before or f.known_version is not None)
    return answers or [*again]


def _why_not(file: FileFacts) -> str:
    """Why a file is not taken."""
    if file.is_workbook and file.untouched:
        return _UNTOUCHED.format(file.name)
    return file.old_form or file.examination.detail


_UNTOUCHED = "Tệp «{}» là sổ báo cáo như Văn phòng đã gửi, chưa điền gì: để riêng, không tính."


def _decide_other(file: FileFacts) -> FileDecision:
    """A file that is no workbook to be taken, or of which nobody knows yet whether it is one."""
    if file.is_unread:
        reason = _UNREAD.format(name=file.name)
        return FileDecision(file.position, MessageState.HELD, reason, own_fault=True)
    if file.paper is not None:
        reason = f"Văn bản ký số đi kèm sổ báo cáo: {paper_text(file.paper)}."
        return FileDecision(file.position, MessageState.NOTED, reason)
    return FileDecision(file.position, MessageState.GUIDED, _why_not(file))


def _for_the_office(facts: MessageFacts, leading: FileDecision) -> str:
    """Why a message is in its state; of a file that was not read more than its sender is told."""
    unread = [f.examination.detail for f in facts.files if f.is_unread]
    if not unread or leading.state is not MessageState.HELD or not leading.own_fault:
        return leading.reason
    return " ".join([*unread, _OPEN_IT])


def _own_letter(facts: MessageFacts) -> MessageDecision:
    """Our own letter come back as a copy: recorded as proof, its files are nobody's answer."""
    state, reason = MessageState.AUTOMATIC, "Bản sao thư đi của chính Văn phòng: ghi nhận."
    files = tuple(FileDecision(f.position, state, reason) for f in facts.files)
    return MessageDecision(state, reason, "", "", files)


def _returned(facts: MessageFacts, letter: ReturnedLetter) -> MessageDecision:
    """A report on a letter of ours; the files are those we sent with it."""
    state, reason = MessageState.AUTOMATIC, letter.said
    files = tuple(FileDecision(f.position, state, reason) for f in facts.files)
    return MessageDecision(state, reason, letter.agency, letter.cycle, files)


def _automatic(facts: MessageFacts) -> MessageDecision:
    """A machine's mail is never answered; one that carries a workbook is for a person to see.

    Where it is a mailing list that brought it, its agency is told that it arrived.
    """
    state = MessageState.AUTOMATIC
    reason = f"Thư tự động ({facts.automatic}): ghi nhận, không trả lời."
    if facts.reports:
        reason += " Thư báo không phát được nhưng không nêu mã thư nào của Văn phòng: không đổi gì."
    if any(f.is_unread for f in facts.files):
        state = MessageState.HELD
        reason = f"Thư tự động ({facts.automatic}) mang tệp chưa đọc được: cần người xem."
    carries = any(f.is_answer for f in facts.files)
    if carries:
        state = MessageState.HELD
        reason = f"Thư tự động ({facts.automatic}) nhưng mang sổ báo cáo: cần người xem."
        if facts.of_a_list:
            reason = "Thư đến qua danh sách thư và mang sổ báo cáo: cần người xem."
    return MessageDecision(
        state,
        reason,
        facts.answerable.agency,
        facts.answerable.cycle,
        tuple(
            FileDecision(f.position, state, reason, told=_THROUGH_A_LIST if facts.of_a_list else "")
            for f in facts.files
        ),
        receipt=carries and facts.of_a_list,
    )


def _try_out(facts: MessageFacts, workbooks: Sequence[FileFacts]) -> list[FileDecision]:
    """Each workbook's verdict for whoever tries, if his address is registered; nothing recorded."""
    registered = any(p.kind is EvidenceKind.REGISTERED_SENDER for p in facts.evidence)
    decided = []
    for file in workbooks:
        # As if it had not been handed in before, in a cycle that is still open.
        decision = _decide_workbook(replace(file, known_version=None, taken_back=None, closed=""))
        state, reason = MessageState.TRIED, f"Gửi thử, không ghi nhận là đã nộp: {decision.reason}"
        if not decision.is_submission:
            state, reason = decision.state, f"Thư gửi thử. {decision.reason}"
        elif not registered:
            state = MessageState.HELD
            reason = "Thư gửi thử nhưng người gửi không có trong danh bạ: không ghi nhận là đã nộp."
        decided.append(replace(decision, state=state, reason=reason))
    return decided


def _decide_chosen(main_file: str, workbooks: Sequence[FileFacts]) -> list[FileDecision]:
    """Of several workbooks the one that a person chose; the others are kept and taken for nothing.

    A choice that is no workbook, as read now, chooses nothing: a person looks again.
    """
    chosen = [f for f in workbooks if f.sha256 == main_file]
    if not chosen:
        reason = "Tệp được chọn là bản chính không phải sổ báo cáo đọc được; cần người chọn lại."
        return [FileDecision(f.position, MessageState.HELD, reason) for f in workbooks]
    left_out = [
        _decide_workbook(f)
        if f.elsewhere
        else FileDecision(
            f.position,
            MessageState.REJECTED,
            f"Không lấy «{f.name}»: bản chính được chọn là «{chosen[0].name}».",
            f.attribution.agency if f.attribution else "",
            f.attribution.cycle if f.attribution else "",
        )
        for f in workbooks
        if f.sha256 != main_file
    ]
    return [*_decide_workbooks(chosen), *left_out]


def _left_out(decided: Sequence[FileDecision], leading: FileDecision) -> list[str]:
    """What the message's reason says of files that were not chosen: no other place shows them."""
    return [d.reason for d in decided if d.state is MessageState.REJECTED and d is not leading]


def _decide_workbooks(
    workbooks: Sequence[FileFacts], *, by_a_person: bool = False
) -> list[FileDecision]:
    """Each workbook on its own, then those that contend for one agency.

    `by_a_person`: somebody said whose the message is. What it brought before contends then too: of
    two workbooks only one was meant, and the other may be another agency's.
    """
    decided = [_decide_workbook(f) for f in workbooks]
    distinct = {(d.agency, d.cycle, f.sha256) for d, f in zip(decided, workbooks, strict=True)
                if d.is_submission or (
                    by_a_person and d.state is MessageState.DUPLICATE and not f.elsewhere
                )
                }  # fmt: skip
    contended = {key for key, n in Counter((a, c) for a, c, _ in distinct).items() if n > 1}
    seen: set[tuple[str, str, str]] = set()
    result = []
    for decision, file in zip(decided, workbooks, strict=True):
        key = (decision.agency, decision.cycle, file.sha256)
        if decision.is_submission and (decision.agency, decision.cycle) in contended:
            names = ", ".join(f"«{f.name}»" for f in workbooks)
            decision = FileDecision(
                file.position,
                MessageState.HELD,
                f"Thư đính kèm nhiều sổ có nội dung khác nhau của cùng một cơ quan ({names}); "
                "cần xác định sổ nào là bản chính.",
                decision.agency,
                decision.cycle,
                contends=True,
            )
        elif decision.is_submission and key in seen:
            decision = FileDecision(
                file.position,
                MessageState.DUPLICATE,
                f"Tệp «{file.name}» trùng với một tệp khác trong cùng thư.",
                decision.agency,
                decision.cycle,
            )
        seen.add(key)
        result.append(decision)
    return result


def _decide_workbook(file: FileFacts) -> FileDecision:
    attribution, examination = file.attribution, file.examination
    if attribution is None or not attribution.taken:
        reasons = " ".join(attribution.reasons) if attribution else ""
        return FileDecision(
            file.position,
            MessageState.HELD,
            reasons or f"Chưa xác định được tệp «{file.name}» là của cơ quan nào.",
            attribution.agency if attribution else "",
            attribution.cycle if attribution else "",
            told=" ".join(attribution.told) if attribution else "",
            strayed=attribution.strayed if attribution else None,
        )
    agency, cycle = attribution.agency, attribution.cycle
    if file.elsewhere:
        return FileDecision(
            file.position, MessageState.DUPLICATE, f"Tệp «{file.name}» đã là {file.elsewhere}."
        )
    if file.known_version is not None:
        return FileDecision(
            file.position,
            MessageState.DUPLICATE,
            f"Tệp «{file.name}» trùng từng byte với phiên bản {file.known_version} "
            "đã nhận và đã trả lời.",
            agency,
            cycle,
        )
    if file.taken_back is not None:
        return FileDecision(
            file.position,
            MessageState.DUPLICATE,
            f"Tệp «{file.name}» đến cùng một thư với phiên bản {file.taken_back}, đã được rút lại.",
            agency,
            cycle,
        )
    if file.closed:
        return FileDecision(
            file.position, MessageState.HELD, file.closed, agency, cycle, told=_CLOSED
        )
    if examination.rule_failures:
        return FileDecision(
            file.position,
            MessageState.HELD,
            _OWN_FAULT + "; ".join(examination.rule_failures),
            agency,
            cycle,
            own_fault=True,
            told=_OWN_FAULT_TOLD,
        )
    state = MessageState.ACCEPTED
    reason = "Đã tiếp nhận."
    if file.verdict is Verdict.RETURNED:
        state = MessageState.RETURNED
        grave = sum(1 for f in examination.findings if not f.trial and f.severity.rank <= 1)
        reason = f"{number_text(grave)} lỗi phải sửa."
    if file.outcome is not None and not file.outcome.is_whole:
        reason = _by_section(file.outcome)
    return FileDecision(file.position, state, reason, agency, cycle)


def _by_section(outcome: Outcome) -> str:
    """What was taken of a file, what is still owed, what stands from before."""
    named = {
        "tiếp nhận": [p.title for p in outcome.taken],
        "còn thiếu": [p.title for p in outcome.owed],
        "đến trước bản đang dùng, giữ bản đó": [p.title for p in outcome.superseded],
        "có lỗi, giữ bản đã tiếp nhận trước": [p.title for p in outcome.spoiled],
    }
    said = "; ".join(f"{label}: {', '.join(titles)}" for label, titles in named.items() if titles)
    return f"{said[:1].upper()}{said[1:]}." if said else "Không có phần nào hợp lệ."


def _refused(file: FileFacts) -> RefusedFile:
    if file.is_workbook:
        return RefusedFile(file.name, Advice.UNTOUCHED, _why_not(file))
    if file.old_form:
        advice = Advice.FORMER_AGENCY if file.former else Advice.OLD_FORM
        return RefusedFile(file.name, advice, file.old_form)
    examination = file.examination
    advice = advice_for(str(examination.problem), examination.file_kind)
    return RefusedFile(file.name, advice, examination.detail)


def _without_workbook(facts: MessageFacts) -> MessageDecision:
    """Nothing to take: the sender is told what to send instead, if we know the sender."""
    refused = [_refused(f) for f in facts.files]
    refused += facts.refused
    known = facts.answerable.taken and not facts.superior
    if known and (words := _words_alone(facts, refused)) is not None:
        return words
    if not refused:
        advice = Advice.CLOUD_LINK if facts.has_cloud_link else Advice.NOTHING_ATTACHED
        refused.append(RefusedFile("", advice, _EMPTY_MESSAGE[advice]))
    detail = "; ".join(f"«{r.name}»: {r.detail}" if r.name else r.detail for r in refused)
    reasons = [detail, *facts.answerable.reasons]
    if facts.superior:  # his words are not to be answered with how to fill in a workbook
        reasons.insert(0, "Thư ghi người gửi là lãnh đạo cấp trên: cần người đọc.")
    state = MessageState.GUIDED if known else MessageState.HELD
    claimed = any(p.kind is EvidenceKind.CLAIMED_SENDER for p in facts.evidence)
    return MessageDecision(
        state,
        detail if known else " ".join(reasons),
        facts.answerable.agency,
        facts.answerable.cycle,
        tuple(FileDecision(f.position, state, _why_not(f)) for f in facts.files),
        refused=tuple(refused) if known else (),
        receipt=bool(claimed and not known and facts.files),  # its contact learns of it
    )


def _words_alone(facts: MessageFacts, refused: Sequence[RefusedFile]) -> MessageDecision | None:
    """What becomes of words that bring nothing; None where they announce something else.

    Thanks need no answer. Whoever wants back what he sent is shown to a person even where a file
    comes along that cannot be taken. All else that is said, but for a file that was forgotten, is
    for a person to read.
    """
    said = facts.said
    if said is Said.RECALL:
        reason = "Cơ quan đề nghị rút lại hoặc báo gửi nhầm: cần người xem ngay."
    elif refused or facts.has_cloud_link:
        return None
    elif said is Said.THANKS:
        reason = "Lời cảm ơn hoặc xác nhận, không kèm tệp: ghi nhận, không cần trả lời."
    elif said is Said.MATTER:
        reason = "Thư trao đổi, không kèm tệp: cần người đọc và trả lời."
    else:
        return None
    state = MessageState.NOTED if said is Said.THANKS else MessageState.HELD
    return MessageDecision(
        state,
        reason,
        facts.answerable.agency,
        facts.answerable.cycle,
        tuple(FileDecision(f.position, state, _why_not(f)) for f in facts.files),
        said=None if said is Said.THANKS else said,
    )


_EMPTY_MESSAGE = {
    Advice.CLOUD_LINK: "Thư chỉ có đường dẫn tới kho lưu trữ trên mạng.",
    Advice.NOTHING_ATTACHED: "Thư không kèm tệp nào.",
}
