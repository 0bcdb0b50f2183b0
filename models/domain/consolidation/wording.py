"""How a consolidation words its states, in the office's own terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from models.domain.answers.standing import Timeliness
from models.domain.consolidation.conflicts import Conflict, ConflictKind, StandsBecause
from models.domain.consolidation.overview import AgencyOverview
from models.domain.consolidation.verdicts import Against, JudgementQuestion
from models.domain.cycle.letter_phrases import counts_said, instant_text, number_text, shown_number
from models.domain.mail.reach import OutOfReach
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.submissions import Verdict
from models.domain.register.agencies import AgencyKind
from models.domain.register.targets import Judgement

UNREACHED = "Thư không tới"  # no address of the agency receives letters
TIMELINESS_NAMES = {
    Timeliness.ON_TIME: "Đúng hạn",
    Timeliness.CORRECTED: "Đúng hạn, đã chỉnh sửa",
    Timeliness.LATE: "Quá hạn, đã gửi",
    Timeliness.WAITING: "Gửi đúng hạn, chờ Văn phòng xem xét",
    Timeliness.CORRECTING: "Gửi đúng hạn, đang trong thời gian chỉnh sửa",
    Timeliness.OVERDUE: "Quá hạn, chưa được tiếp nhận",
    Timeliness.MISSING: "Quá hạn, chưa gửi",
    Timeliness.OPEN: "Còn trong hạn",
    Timeliness.EXEMPT: "Được miễn báo cáo",
}


#: Those without an answer that was accepted: one order and one wording in every paper.
_WITHOUT_ANSWER = (
    *(Timeliness.WAITING, Timeliness.CORRECTING, Timeliness.OVERDUE),
    *(Timeliness.MISSING, Timeliness.OPEN, Timeliness.EXEMPT),
)


def without_answer_said(
    timeliness: Mapping[Timeliness, int],
    apart: Mapping[Timeliness, Mapping[str, int]],
    kind: str = "cơ quan ",
) -> str:
    """How many agencies have no accepted answer, and how they stand; "" for none.

    `apart` are those of a state of whom more is known, by what `timeliness_named` calls them: of
    those whose mail waits, who was asked which of several workbooks counts; of those in time, who
    has his workbook back; of those of whom nothing came, who sent another agency's workbook.

    >>> known = dict.fromkeys(Timeliness, 0) | {Timeliness.MISSING: 3, Timeliness.OPEN: 1}
    >>> without_answer_said(known, {})
    '3 cơ quan quá hạn, chưa gửi; 1 cơ quan còn trong hạn'
    >>> known |= {Timeliness.MISSING: 0, Timeliness.WAITING: 2, Timeliness.OPEN: 3}
    >>> back = timeliness_named(Timeliness.OPEN, sent_back=True)
    >>> chosen = timeliness_named(Timeliness.WAITING, sent_back=False, chooses=True)
    >>> apart = {Timeliness.WAITING: {chosen: 1}, Timeliness.OPEN: {back: 2}}
    >>> said = without_answer_said(known, apart, "")
    >>> said.split("; ")[2:]
    ['1 còn trong hạn', '2 đã trả lại, chờ bản chỉnh sửa']
    >>> said.split("; ")[1]
    '1 gửi đúng hạn, chờ cơ quan xác định bản chính'
    """
    counts = []
    for state in _WITHOUT_ANSWER:
        known = apart.get(state, {})
        counts.append((TIMELINESS_NAMES[state], timeliness[state] - sum(known.values())))
        counts += known.items()
    return counts_said(*((f"{{}} {kind}{name[:1].lower()}{name[1:]}", n) for name, n in counts))


AT_THE_OFFICE = "đã gửi, chờ Văn phòng xem xét"
SENT_BACK = "Đã trả lại, chờ bản chỉnh sửa"
CHOOSES = "chờ cơ quan xác định bản chính"
CHOOSING = "xác định bản chính"  # what is asked of it
ANOTHERS = "Đã gửi thư nhưng đính kèm sổ của cơ quan khác, chưa có báo cáo của cơ quan"


def came_said(t: Mapping[Timeliness, int], extended: int) -> str:
    """How many of the accepted answers came in time, and by an extension; "" for none."""
    in_time, late = t[Timeliness.ON_TIME] + t[Timeliness.CORRECTED], t[Timeliness.LATE]
    own = counts_said((", trong đó {} được gia hạn", extended))
    return counts_said(
        (f"{{}} đúng hạn{own}", in_time), ("{} quá hạn", late), between="; " if own else ", "
    )


def held_said(agencies: Iterable[AgencyOverview]) -> Iterator[str]:
    """Whose mail waits for the office, or for the agency's own word, since when, and whether a
    report was accepted already."""
    for agency in agencies:
        if agency.held:
            at = agency.held_at
            last = f", thư sau cùng nhận lúc {instant_text(at)}" if at is not None else ""
            waits = CHOOSES if agency.chooses else "chờ Văn phòng xử lý"
            said = f"{number_text(agency.held)} thư {waits}{last}"
            beside = "; cơ quan đã có báo cáo khác được tiếp nhận" if agency.answered else ""
            yield f"{one_line(agency.name)}: {said}{beside}."


def timeliness_named(
    state: Timeliness, *, sent_back: bool, chooses: bool = False, anothers: bool = False
) -> str:
    """How an agency stands in time; `sent_back`: it has its workbook back, and has to correct it;
    `chooses`: it was asked which of several workbooks counts; `anothers`: all that it sent is
    another agency's workbook.

    >>> timeliness_named(Timeliness.OVERDUE, sent_back=True)
    'Quá hạn, chưa được tiếp nhận; đã trả lại, chờ bản chỉnh sửa'
    >>> timeliness_named(Timeliness.WAITING, sent_back=False, chooses=True)
    'Gửi đúng hạn, chờ cơ quan xác định bản chính'
    """
    if chooses:
        before = "Gửi đúng hạn," if state is Timeliness.WAITING else f"{TIMELINESS_NAMES[state]};"
        return f"{before} {CHOOSES}"
    if anothers and state in (Timeliness.OPEN, Timeliness.MISSING):
        return f"{ANOTHERS}, {'còn trong hạn' if state is Timeliness.OPEN else 'quá hạn'}"
    if not sent_back or state not in (Timeliness.OPEN, Timeliness.OVERDUE):
        return TIMELINESS_NAMES[state]
    if state is Timeliness.OPEN:
        return SENT_BACK
    return f"{TIMELINESS_NAMES[state]}; {SENT_BACK[:1].lower()}{SENT_BACK[1:]}"


def timeliness_said(
    state: Timeliness,
    extended_to: dt.date | None,
    *,
    waits: bool = False,
    sent_back: bool = False,
    correct_by: dt.date | None = None,
    chooses: bool = False,
    anothers: bool = False,
) -> str:
    """How an agency stands in time, and that its deadline was another one where it was.

    `waits`: the next move is the office's; said where the state itself does not say it.
    `sent_back`: the next move is the agency's, which got its workbook back; `correct_by`: the last
    day on which its correction is in time. `chooses`: it was asked which of several workbooks
    counts. `anothers`: all that it sent is another agency's workbook.

    >>> day = dt.date(2025, 2, 26)
    >>> timeliness_said(Timeliness.OPEN, None, sent_back=True, correct_by=day)
    'Đã trả lại, chờ bản chỉnh sửa đến hết ngày 26/02/2025'
    >>> timeliness_said(Timeliness.ON_TIME, dt.date(2025, 11, 25))
    'Đúng hạn (được gia hạn đến hết 25/11/2025)'
    """
    name = timeliness_named(state, sent_back=sent_back, chooses=chooses, anothers=anothers)
    if correct_by:
        name += f" đến hết ngày {correct_by:%d/%m/%Y}"
    if extended_to:
        name += f" (được gia hạn đến hết {extended_to:%d/%m/%Y})"
    if waits and not chooses and state is Timeliness.OVERDUE:
        name += f"; {AT_THE_OFFICE}"
    return name


def with_reach(said: str, beyond: OutOfReach | None) -> str:
    """How an agency stands, and that no letter reaches it where none does."""
    return f"{said}; {since_said(beyond)}" if beyond else said


def since_said(beyond: OutOfReach) -> str:
    """That no letter reaches an agency, and since when: "thư không tới từ 20/01/2025"."""
    return f"{UNREACHED.lower()} từ {beyond.since_day}"


def why_unreached(beyond: OutOfReach) -> str:
    """The addresses and what is the matter, without what servers said in their own words."""
    return f"{', '.join(beyond.addresses)}: {beyond.said.partition(' (')[0]}"


VERDICT_NAMES = {
    Verdict.ACCEPTED: "Tiếp nhận",
    Verdict.RETURNED: "Trả lại",
    Verdict.HELD: "Chờ xem xét",
    Verdict.UNREADABLE: "Không đọc được",
}
JUDGEMENT_NAMES = {
    Judgement.EXCEEDED: "Vượt mức giao",
    Judgement.MET: "Đạt mức giao",
    Judgement.FLOOR_MET: "Đạt mức giao, chưa đạt mức phấn đấu",
    Judgement.NOT_MET: "Chưa đạt mức giao",
    Judgement.AWAITING: "Chờ đánh giá",
    Judgement.UNKNOWN: "Chưa đánh giá được",
}
#: What a person may say of a value that no rule can judge.
PERSON_NAMES = {
    Judgement.MET: "Đạt",
    Judgement.EXCEEDED: "Vượt",
    Judgement.NOT_MET: "Không đạt",
}


def judged_by(value: Decimal) -> str:
    """That a verdict was not made from the figure beside it, but from one that was ruled.

    >>> judged_by(Decimal(206))
    'đánh giá theo số 206 đã quyết định'
    """
    return f"đánh giá theo số {shown_number(value)} đã quyết định"


KIND_NAMES: dict[AgencyKind | None, str] = {
    AgencyKind.DEPARTMENT: "Sở, ban, ngành",
    AgencyKind.DISTRICT: "Quận, huyện, thành phố",
    AgencyKind.COMMUNE: "Xã, phường, đặc khu",
    AgencyKind.PROJECT_BOARD: "Ban quản lý dự án",
    AgencyKind.CENTRAL: "Cơ quan trung ương",
    None: "Ngoài sổ cơ quan",
}
CONFLICT_NAMES = {
    ConflictKind.REPORTERS: "Hai cơ quan báo cáo khác nhau",
    ConflictKind.MILESTONES: "Hai cơ quan khác nhau về mốc trong năm",
    ConflictKind.EQUIVALENT: "Một chỉ tiêu, hai vị trí, hai giá trị",
}
REASON_NAMES = {
    StandsBecause.LEAD: "Số của cơ quan chủ trì",
    StandsBecause.FIRST_NAMED: "Cơ quan chủ trì chưa có số; lấy số của cơ quan nêu trước",
    StandsBecause.RULING: "Theo quyết định",
    StandsBecause.MAIN_APPENDIX: "Chưa có quyết định: mỗi phụ lục tạm ghi số của mình",
}


def each_for_now(conflict: Conflict) -> str:
    """As `each_said`, as a sentence that says until when."""
    told = each_said(conflict)
    return f"{told[0].upper()}{told[1:]}, cho đến khi có quyết định"


def each_said(conflict: Conflict) -> str:
    """Which figure stands where until somebody rules, of one measure that stands in two rows:
    "tại Phụ lục I tạm ghi 212, tại Phụ lục III tạm ghi 206".
    """
    sides = ((conflict.row, conflict.left), (conflict.other_row, conflict.right))
    told = [
        f"tại Phụ lục {row.appendix} tạm ghi "
        + (figure.text if figure.number is None else shown_number(figure.number))
        for row, figure in sides
    ]
    return ", ".join(told)


_AGAINST = {
    Against.TARGET: "mức giao",
    Against.BASELINE: "mức giao",
    Against.COMMITMENT: "mức cam kết đầu năm",
}


def measure_named(question: JudgementQuestion) -> str:
    """What a value is compared with, another official measure by its name."""
    named = _AGAINST[question.against]
    return f"{named} của {question.baseline}" if question.baseline else named
