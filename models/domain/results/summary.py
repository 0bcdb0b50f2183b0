"""The note to the head of the office: what matters first, from a consolidation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from models.domain.answers.standing import Timeliness
from models.domain.consolidation import Consolidation
from models.domain.consolidation.conflicts import Conflict, ConflictKind, StandsBecause
from models.domain.consolidation.overview import AgencyOverview
from models.domain.consolidation.whole_wording import whole_said
from models.domain.consolidation.wholes import WholeAndParts
from models.domain.consolidation.wording import (
    TIMELINESS_NAMES,
    UNREACHED,
    came_said,
    each_for_now,
    each_said,
    timeliness_named,
    timeliness_said,
    with_reach,
    without_answer_said,
)
from models.domain.cycle.letter_phrases import (
    counts_said,
    instant_text,
    listed,
    measured,
    number_text,
    part_said,
    shown_number,
)
from models.domain.letters.letters import SummaryContent, Table
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.reading.office import Office
from models.domain.register.catalogue import CatalogueRow, period_phrase
from models.domain.register.targets import REACHED, Judgement
from models.domain.register.territories import TERRITORY_NAMES, TERRITORY_SHORT_NAMES, Territory
from models.domain.results.changes import CHANGE_SHEET, changes_in_short, since_said
from models.domain.results.snapshots import Changes, GroundChange
from models.domain.results.summary_words import (
    SummaryMatter,
    Words,
    answers_figure,
    counted_points,
    point,
)
from models.domain.results.waiting import Waiting, WaitingKind, asked_of
from models.domain.review.wording import OUTCOME_NAMES

DECISIONS = 12
_PLACES = 3  # of indicators, named in a sentence
_FEW_NAMED = 2  # of each kind, where there are many
_LARGE = 1000  # from here on no decimal tells two figures apart on a telephone
_SHORT = 45  # letters of a name in the small print
NAMED_WHOLE = 10  # agencies that owe: fewer are all named, as the overdue letters announce
_OWING = (
    *(Timeliness.MISSING, Timeliness.OVERDUE, Timeliness.CORRECTING, Timeliness.WAITING),
    Timeliness.OPEN,
)


def summarise(
    consolidation: Consolidation,
    office: Office,
    matter: SummaryMatter,
    *,
    chart_id: str = "",
    workbook_name: str = "",
) -> SummaryContent:
    """The summary mail's content, the gravest first: who owes, what the cycle is about, which
    conflicts need a decision.

    `matter` is what the cycle is about, of `plan_matter` or `review_matter`.
    `chart_id` is the content id of the inline chart, `workbook_name` the attached workbook's name;
    empty for none. Lists are cut with "và N ... khác"; the workbook holds them whole.
    """
    words = Words(consolidation, office)
    counts, sentences = counted_points(matter.points)
    tables = [t for t in _tables(consolidation, matter, words) if t.rows]
    asked = [*_asked(consolidation, words), *filter(None, (matter.open_matters,))]
    told = (*(t.title for t in tables), *asked)
    return SummaryContent(
        cycle=consolidation.cycle,
        title=f"Tổng hợp đến {instant_text(consolidation.as_of)}",
        lead=_lead(consolidation, matter),
        points=[*_owing(consolidation, words), *matter.points],
        figures=[answers_figure(consolidation), *matter.figures],
        counts=[one for one in counts if not any(t.startswith(one[0]) for t in told)],
        sentences=[said for said in sentences if said not in matter.in_figures],
        asked=asked,
        decisions=list(_decisions(consolidation, words)),
        tables=tables,
        images=[(chart_id, "Tình trạng gửi báo cáo theo khối cơ quan")] if chart_id else [],
        # A telephone shows the files' names beside what it opens.
        attachments=["Sổ tổng hợp (.xlsx)"] if workbook_name else [],
        notes=[*_for_now(consolidation.conflicts, words), *matter.notes],
    )


def changes_told(
    changes: Changes, consolidation: Consolidation, matter: SummaryMatter, office: Office
) -> list[str]:
    """What has changed since the last letter: the gravest in a sentence, and why counts differ.

    That a matter ended which no letter had called open is no news.
    """
    worth = replace(
        changes,
        conflicts=[
            c for c in changes.conflicts if c.after or (c.before is not None and c.before.is_open)
        ],
    )
    words = Words(consolidation, office)
    if changes and not worth:
        said = f"{since_said(changes)}: xem trang «{CHANGE_SHEET}»."
    else:
        said = changes_in_short(worth, words.agency)
    return [said, *_grounds_said(changes, matter, words)]


def _grounds_said(changes: Changes, matter: SummaryMatter, words: Words) -> Iterable[str]:
    """Which indicators are judged by another ground than before, and what that does to the count
    of those that were reached."""
    by_ground: dict[str, list[GroundChange]] = {}
    for change in changes.grounds:
        by_ground.setdefault(change.after.ground, []).append(change)
    for ground, found in by_ground.items():
        codes = [c.row_key for c in found]
        named = ", ".join(words.place(words.catalogue.row(c)) for c in codes).replace(", PL ", ", ")
        places = f" ({named})" if len(codes) <= _PLACES else ""
        final = "số chính thức" if set(codes) <= set(matter.official) else "số"
        was, now = (
            sum(one.line.judgement in REACHED for one in side)
            for side in ([c.before for c in found], [c.after for c in found])
        )
        judged = Counter(Judgement(c.after.line.judgement) for c in found)
        outcomes = ((f"{{}} {OUTCOME_NAMES[j].lower()}", judged[j]) for j in Judgement)
        rise = "tăng" if now > was else "giảm"
        effect = f", làm số đạt và vượt {rise} {number_text(abs(now - was))}" if now != was else ""
        where = f"{final} {TERRITORY_SHORT_NAMES[Territory(ground)]}"
        yield (
            f"{number_text(len(found))} chỉ tiêu được đánh giá theo địa bàn khác trước"
            f"{places}, nay theo {where} ({counts_said(*outcomes, between=', ')}){effect}."
        )


def _lead(consolidation: Consolidation, matter: SummaryMatter) -> list[str]:
    h, t = consolidation.headline, consolidation.headline.timeliness
    rest = without_answer_said(t, h.apart)
    if h.partly:
        rest += f"; trong số chưa hoàn thành, {number_text(h.partly)} cơ quan đã được tiếp nhận "
        rest += "một phần"
    accepted = part_said(h.answered, h.asked, "cơ quan, đơn vị", "đã có báo cáo được tiếp nhận")
    answered = f"Đến {instant_text(consolidation.as_of)}, {accepted}"
    if came := came_said(h.timeliness, h.extended):
        answered += f" ({came})"
    conflicts = (
        f"có {number_text(h.conflicts)} số liệu mâu thuẫn cần quyết định"
        if h.conflicts
        else "không có số liệu mâu thuẫn"
    )
    content = f"Về nội dung: {matter.shares}; {conflicts}."
    return [f"{answered}{'; ' + rest if rest else ''}.", content]


def _owing(consolidation: Consolidation, words: Words) -> Iterable[str]:
    for state in _OWING:
        by_name: dict[str, list[str]] = {TIMELINESS_NAMES[state]: []}
        for a in (a for a in consolidation.agencies if a.timeliness is state):
            named = timeliness_named(
                state, sent_back=a.sent_back, chooses=a.chooses, anothers=a.anothers
            )
            by_name.setdefault(named, []).append(words.agency(a.agency))
        for named, names in by_name.items():
            yield from point(named, names, "cơ quan")
    beyond = [
        f"{words.agency(a.agency)} (từ {a.out_of_reach.since_day})"
        for a in consolidation.agencies
        if a.out_of_reach
    ]
    yield from point(f"{UNREACHED}, cần báo bằng cách khác và sửa danh bạ", beyond, "cơ quan")
    partly = [
        f"{words.agency(a.agency)} ({', '.join(a.owed)})" for a in consolidation.agencies if a.owed
    ]
    yield from point("Đã tiếp nhận một phần, còn thiếu", partly, "cơ quan")


def _asked(consolidation: Consolidation, words: Words) -> Iterable[str]:
    """A line for the conflicts that a person has to settle, and one for each kind of what does not
    fit."""
    conflicts = [c for c in consolidation.conflicts if c.is_open]
    unfit = [one for one in consolidation.wholes if one.fault is not None]
    found = [
        Waiting(WaitingKind.CONFLICT, words.whole_name(one.row), "", _both_figures(one, words))
        for one in conflicts
    ]
    found += [
        Waiting(WaitingKind.WHOLE, words.whole_name(one.row), "") for one in unfit if not one.link
    ]
    found += [Waiting(WaitingKind.LINK, _linked(one, words), "") for one in unfit if one.link]
    return asked_of(found)


def _linked(one: WholeAndParts, words: Words) -> str:
    """Where the two rows stand that cannot both be right, each with its number, so that neither is
    left out: names of both would be too long for a line."""
    if one.other_row is None:
        return words.whole_name(one.row)
    numbers = [figure.number or Decimal(0) for figure in one.figures]
    places = like_decimals(numbers)
    first, second = (half_up(number, places) for number in numbers)
    rows = (one.row, one.other_row)
    left, right = _with_units((first, second), rows)
    return f"{words.place(one.row)} {left} và {words.place(one.other_row)} {right}"


def _both_figures(conflict: Conflict, words: Words) -> str:
    """What each says, in few letters: by agency, of one agency's two rows by row."""
    row, other = conflict.row, conflict.other_row
    left, right = conflict.left.number or Decimal(0), conflict.right.number or Decimal(0)
    whose = [words.agency(one.agency) for one in (conflict.left, conflict.right)]
    if whose[0] == whose[1]:
        whose = [words.place(one) for one in (row, other)]
    if row.unit == other.unit:
        left, right = _in_short(left, right)
    first, second = _with_units((left, right), (row, other))
    return f"{whose[0]} {first}; {whose[1]} {second}"


def _with_units(
    numbers: tuple[Decimal, Decimal], rows: tuple[CatalogueRow, CatalogueRow]
) -> tuple[str, str]:
    """Both numbers of two rows; a unit of several letters that they share is said once."""
    units = [row.unit for row in rows]
    once = units[0] == units[1] and units[0] != "%"
    first = shown_number(numbers[0]) if once else measured(numbers[0], units[0])
    return first, measured(numbers[1], units[1])


def _in_short(left: Decimal, right: Decimal) -> tuple[Decimal, Decimal]:
    """Both with as many decimals; large ones with none, where they differ still.

    >>> [str(number) for number in _in_short(Decimal("118079.279"), Decimal(121500))]
    ['118079', '121500']
    >>> [str(number) for number in _in_short(Decimal("1000.2"), Decimal("1000.25"))]
    ['1000.20', '1000.25']
    """
    places = like_decimals((left, right))
    short = half_up(left, 0), half_up(right, 0)
    if min(abs(left), abs(right)) >= _LARGE and short[0] != short[1]:
        return short
    return half_up(left, places), half_up(right, places)


def _for_now(conflicts: Iterable[Conflict], words: Words) -> Iterable[str]:
    """Which figure is used of each kind of what nobody has ruled on; nothing where nothing is open.

    One measure that stands in two rows keeps both.
    """
    waiting = [c for c in conflicts if c.is_open]
    one_used = [c for c in waiting if not c.each_stands]
    each = list(dict.fromkeys(words.name(c.row, _SHORT) for c in waiting if c.each_stands))
    figures = [each_said(c) for c in waiting if c.each_stands]
    said = []
    if one_used:
        said.append("tạm dùng số của cơ quan chủ trì")
    if any(c.because is StandsBecause.FIRST_NAMED for c in one_used):
        said.append("cơ quan chủ trì chưa có số thì tạm dùng số của cơ quan nêu trước")
    if each:
        alone = "riêng " if one_used else ""
        few = len(each) <= _FEW_NAMED
        named = " và ".join(each) if few else f"{number_text(len(each))} chỉ tiêu nêu ở hai nơi"
        apart = all(c.row.appendix is not c.other_row.appendix for c in waiting if c.each_stands)
        place = "phụ lục" if apart else "dòng"
        if len(figures) == 1 and apart:
            said.append(f"{alone}{named} {figures[0]}")
        else:
            said.append(f"{alone}{named} mỗi {place} tạm ghi số của mình")
    if said:
        yield f"Số khác nhau chưa có quyết định: {'; '.join(said)}."


def _decisions(consolidation: Consolidation, words: Words) -> Iterable[str]:
    conflicts = [c for c in consolidation.conflicts if c.is_open]
    for conflict in conflicts[:DECISIONS]:
        yield _decision(conflict, words)
    if len(conflicts) > DECISIONS:
        rest = number_text(len(conflicts) - DECISIONS)
        yield f"Và {rest} mâu thuẫn khác, xem trang Mâu thuẫn của tệp kèm theo."
    unfit = [one for one in consolidation.wholes if one.fault is not None]
    yield from (f"{whole_said(one, words.row, words.agency)}." for one in unfit[:DECISIONS])


def _decision(conflict: Conflict, words: Words) -> str:
    period = f", mốc {period_phrase(conflict.period)}" if conflict.period else ""
    what = words.row(conflict.row) + period
    if conflict.territory is not None:
        what += f" ({TERRITORY_NAMES[conflict.territory]})"
    left, right = conflict.left.number or Decimal(0), conflict.right.number or Decimal(0)
    if conflict.row.unit == conflict.other_row.unit:
        places = like_decimals((left, right))
        left, right = half_up(left, places), half_up(right, places)
    own = measured(left, conflict.row.unit)
    other = f"{words.agency(conflict.right.agency)} {measured(right, conflict.other_row.unit)}"
    if conflict.kind is ConflictKind.EQUIVALENT:
        what += f" và {words.row(conflict.other_row)}"
        if conflict.is_converted:
            other += f", quy đổi {measured(conflict.right_value, conflict.row.unit)}"
    return (
        f"{conflict.number}. {what}: {words.agency(conflict.left.agency)} {own}; "
        f"{other}. {each_for_now(conflict)}."
        if conflict.each_stands
        else f"{conflict.number}. {what}: {words.agency(conflict.left.agency)} {own}; "
        f"{other}. Đang tạm dùng số {shown_number(conflict.stands.number or Decimal(0))} của "
        f"{words.agency(conflict.stands.agency)}."
    )


def _tables(consolidation: Consolidation, matter: SummaryMatter, words: Words) -> Iterable[Table]:
    """Who owes, then whose report the office owes an answer, then the matter's own."""
    owing = [a for state in _OWING for a in consolidation.agencies if a.timeliness is state]
    yield _by_state(
        "Cơ quan, đơn vị chưa hoàn thành", [a for a in owing if not _lies_with_office(a)], words
    )
    yield _by_state(
        "Báo cáo chờ Văn phòng xem xét",
        [a for a in owing if _lies_with_office(a)],
        words,
    )
    yield from matter.tables


def _lies_with_office(agency: AgencyOverview) -> bool:
    """Whether nothing is asked of the agency: the office has its report, and has yet to decide."""
    return agency.waits and not agency.chooses and not agency.owed


def _by_state(title: str, owing: Sequence[AgencyOverview], words: Words) -> Table:
    """All by name where they are few, those who stand alike in one row, no row left out: those of
    whom nothing is asked yet come last."""
    by_state: dict[str, list[str]] = {}
    for agency in owing:
        by_state.setdefault(_state(agency), []).append(words.agency(agency.agency))
    in_time = TIMELINESS_NAMES[Timeliness.OPEN]
    shown = sorted(by_state.items(), key=lambda one: one[0] == in_time)
    rows = [("; ".join(names), state) for state, names in shown]
    if len(owing) > NAMED_WHOLE:
        title = f"{title} ({number_text(len(owing))})"
        rows = [(listed(names, "cơ quan", _FEW_NAMED), state) for state, names in shown]
    return Table(title, ("Cơ quan, đơn vị", "Tình trạng"), rows, ())


def _state(agency: AgencyOverview) -> str:
    """How it stands in time, and what is still owed where a part was accepted."""
    said = timeliness_said(
        *(agency.timeliness, agency.extended_to),
        waits=agency.waits,
        sent_back=agency.sent_back,
        correct_by=agency.correct_by,
        chooses=agency.chooses,
        anothers=agency.anothers,
    )
    said = with_reach(said, agency.out_of_reach)
    return f"{said}; còn thiếu: {', '.join(agency.owed)}" if agency.owed else said
