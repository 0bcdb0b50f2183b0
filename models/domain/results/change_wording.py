"""What has changed since the last report: in sentences, and as rows of the next report."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from models.domain.consolidation.evidence import Figure
from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import instant_text, listed, number_text, part_of
from models.domain.notation.number_notation import format_number, read_number
from models.domain.register.agencies import Register
from models.domain.register.catalogue import period_phrase
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Span,
    Text,
    joined,
    same_words,
    shortened,
    words,
)
from models.domain.results.snapshots import (
    AgencyChange,
    Changes,
    FigureChange,
    FrozenConflict,
    FrozenLine,
    FrozenPace,
    GroundChange,
    LineChange,
    PaceChange,
)
from models.domain.review.lines import ReviewIndicator
from models.domain.review.states import Pace, TaskBucket
from models.domain.review.wording import OUTCOME_NAMES, PACE_NAMES, state_in_time

_NAMED = 3  # agencies in a sentence of the report; the sheet of changes has them all
_FEW_NAMED = 2  # in the letter
_FLIPPED = "kết quả đánh giá chỉ tiêu, nhiệm vụ được giao khác trước"


CHANGE_SHEET = "Thay đổi"  # of the consolidated workbook: all that changed


def change_points(changes: Changes, register: Register) -> list[str]:
    """One paragraph a matter; a single one when nothing is new."""
    since = f"So với báo cáo tổng hợp đến {instant_text(changes.since)}"
    if not changes:
        return [f"{since}: không có số liệu nào thay đổi."]
    return [f"{since}: {'; '.join(_parts(changes, register))}."]


def changes_in_short(changes: Changes, register: Register) -> str:
    """The gravest of it in one sentence, for a letter that is read on a telephone: who answered,
    what is judged otherwise, which contradictions arose or ended; the workbook has all of it."""
    since = f"So với báo cáo tổng hợp đến {instant_text(changes.since)}"
    if not changes:
        return f"{since}: không có số liệu nào thay đổi."
    told = [*_agencies_said(changes, register, _FEW_NAMED), *_conflicts_said(changes)]
    if changes.flipped:
        grounds = number_text(len(changes.grounds))
        beside = f"ngoài {grounds} chỉ tiêu đánh giá theo địa bàn khác, " if changes.grounds else ""
        told.append(f"{beside}{number_text(len(changes.flipped))} {_FLIPPED}")
    every = list(_parts(changes, register))
    if not told:
        told = every[:1]
    if len(told) < len(every):
        told.append(f"các thay đổi khác ở trang «{CHANGE_SHEET}»")
    return f"{since}: {'; '.join(told)}."


def _parts(changes: Changes, register: Register) -> Iterator[str]:
    yield from _agencies_said(changes, register)
    if changes.grounds:
        yield f"{number_text(len(changes.grounds))} chỉ tiêu được đánh giá theo địa bàn khác trước"
    if changes.paces:
        yield f"{number_text(len(changes.paces))} chỉ tiêu có đánh giá tiến độ khác trước"
    yield from _conflicts_said(changes)
    if changes.figures:
        yield f"{number_text(len(changes.figures))} số liệu, nội dung thay đổi"
    yield from _lines_said(changes)
    answered = any(_another_version(a) for a in changes.agencies) or changes.newly_answered
    beside = changes.grounds or changes.paces or changes.conflicts
    if not (answered or changes.figures or changes.lines or beside):
        yield "chỉ thay đổi tình trạng nộp của một số cơ quan, số liệu giữ nguyên"


def _conflicts_said(changes: Changes) -> Iterator[str]:
    for said, found in _conflicts_by_what_became(changes).items():
        yield f"{number_text(len(found))} {said}"


def _agencies_said(changes: Changes, register: Register, most: int = _NAMED) -> Iterator[str]:
    new = [register.agency_name(code) for code in changes.newly_answered]
    if new:
        named = listed(new, "cơ quan", most)
        yield f"{number_text(len(new))} cơ quan mới có báo cáo ({named})"
    others = [a for a in changes.agencies if _another_version(a)]
    for found, said in (
        ([a for a in others if a.counted_after], "cơ quan có báo cáo sửa đổi"),
        ([a for a in others if not a.counted_after], "cơ quan không còn báo cáo được sử dụng"),
    ):
        if found:
            named = listed([register.agency_name(a.agency) for a in found], "cơ quan", most)
            yield f"{number_text(len(found))} {said} ({named})"


def _lines_said(changes: Changes) -> Iterator[str]:
    """How many rows changed in which way; every row is counted once."""
    each = " (mỗi địa bàn tính riêng)" if any(c.ground for c in changes.lines) else ""
    for found, said in (
        (changes.flipped, _FLIPPED),
        (changes.moved, "giá trị khác trước, đánh giá giữ nguyên"),
        ([c for c in changes.lines if c.gone], "giá trị cơ quan không còn báo cáo"),
        ([c for c in changes.lines if c.appeared], "giá trị mới có"),
    ):
        if found:
            yield f"{number_text(len(found))} {said}{each}"
            each = ""


def _another_version(change: AgencyChange) -> bool:
    return not change.newly_answered and change.counted_before != change.counted_after


_FEW_MOVED = 10  # values that the report lists though they are judged as before
_GROUNDS = tuple(f"({name})" for name in TERRITORY_SHORT_NAMES.values())
_NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,3}(?:\.?\d{3})*)(?:,(?P<decimals>\d+))?(?= \(|$)")


def texts_alike(change: LineChange, own: Territory, places: int = 0) -> tuple[str, str]:
    """What stood and what stands of a line, numbers with as many decimals, `places` at least, which
    are the row's in every paper; "" for none.

    Where one of them is of other ground than the directive's `own`, both name theirs.
    """
    texts = [line.text if line else "" for line in (change.before, change.after)]
    if sum(text.endswith(_GROUNDS) for text in texts) == 1:
        ground = f" ({TERRITORY_SHORT_NAMES[own]})"
        texts = [t if not t or t.endswith(_GROUNDS) else t + ground for t in texts]
    return _alike(texts[0], texts[1], places)


def figure_texts_alike(change: FigureChange, places: int) -> tuple[str, str]:
    """The same of one figure of an agency."""
    old, new = (one.text if one else "" for one in (change.before, change.after))
    return _alike(_in_notation(old), _in_notation(new), places) if places else _alike(old, new, 0)


def _in_notation(text: str) -> str:
    """A cell that holds a number and nothing else, as papers write it; any other as it is.

    >>> _in_notation("12.1"), _in_notation("118079,279"), _in_notation("khoảng 12")
    ('12,1', '118.079,279', 'khoảng 12')
    """
    try:
        read = read_number(text)
        return text if read.percent or read.unit or read.qualifier else format_number(read.value)
    except ValueError:
        return text


def _alike(before: str, after: str, places: int) -> tuple[str, str]:
    found = [_NUMBER.match(text) for text in (before, after)]
    if all(found):
        places = max(places, *(len(one["decimals"] or "") for one in found if one))
    return (_padded(before, places), _padded(after, places)) if places else (before, after)


def _padded(text: str, places: int) -> str:
    """The text, its number with so many decimals and as papers write it.

    >>> _padded("9,2", 2), _padded("1 (toàn thành phố)", 2), _padded("-118000", 1)
    ('9,20', '1,00 (toàn thành phố)', '-118.000,0')
    """
    found = _NUMBER.match(text)
    if found is None:
        return text
    whole = number_text(int(found["whole"].replace(".", "")))
    decimals = (found["decimals"] or "").ljust(places, "0")
    return f"{found['sign']}{whole}{',' if decimals else ''}{decimals}{text[found.end() :]}"


Row = Mapping[str, Text]
_BUCKETS = {bucket.value for bucket in TaskBucket}


def _frozen(line: FrozenLine, text: str, said: Mapping[str, str], report: str) -> Text:
    """A value and its judgement, with the reference it has in that report.

    A number means another cell in every report: one of an earlier `report` names it.
    """
    value = shortened(text, 60)
    if line.judgement in _BUCKETS:
        shown = words(state_in_time(value, TaskBucket(line.judgement)))
    else:
        judged = said.get(line.judgement, line.judgement)
        shown = words(f"{value or 'chưa có số'}: {judged[:1].lower()}{judged[1:]}")
    if not line.reference:
        return shown
    return shown + Text((Span(f"\n[{line.reference}{report}]", is_reference=True),))


def _fell_due(change: LineChange) -> bool:
    """Whether it is judged otherwise since its deadline passed, and for no other reason."""
    return change.after is not None and change.after.judgement == TaskBucket.UNHEARD.value


def flipped_rows(changes: Changes, names: ReportNames) -> Iterator[Row]:
    """Rows that are judged otherwise than in the last report, are told no more or for the first
    time, old and new with their references; a few whose value alone is another one as well.

    What fell due without news is told by `fell_due_notes`.
    """
    few = len(changes.moved) <= _FEW_MOVED
    shown = [c for c in changes.lines if few or not c.moved or c.ground]
    said = {j.value: name for j, name in JUDGEMENT_NAMES.items()}
    said |= {j.value: name for j, name in OUTCOME_NAMES.items()}
    earlier = f", báo cáo {changes.since.astimezone(HANOI):%d/%m}"
    for change in shown:
        if _fell_due(change):
            continue
        cells = {
            key: _frozen(line, text, said, report) if line else words(_absent(change, key))
            for key, line, text, report in zip(
                ("before", "after"),
                (change.before, change.after),
                texts_alike(change, names.territory, changes.places.get(change.row_key, 0)),
                (earlier, ""),
                strict=True,
            )
        }
        yield {
            "place": words(names.about(change.row_key)),
            "name": words(names.name_of(change.row_key)),
            **cells,
        }


def _absent(change: LineChange, side: str) -> str:
    """What is said of a side that has nothing: of a ground, that nobody tells it any more."""
    return "nay cơ quan không báo cáo" if change.ground and side == "after" else "chưa có"


def fell_due_notes(changes: Changes, names: ReportNames) -> Iterator[Text]:
    """Work that fell due since the last report, of which nobody has said anything new."""
    found = [change for change in changes.flipped if _fell_due(change)]
    if not found:
        return
    told = [
        words(names.about(change.row_key) or names.name_of(change.row_key))
        + (_reference_of(change.after) if change.after else Text())
        for change in found
    ]
    count = part_of(len(found), len(changes.flipped), _FLIPPED)
    yield (
        words(
            f"{count} là việc đến hạn sau ngày báo cáo, chưa có số liệu mới, không tính là quá "
            "hạn: "
        )
        + joined(told, ", ")
        + words(".")
    )


def _reference_of(line: FrozenLine) -> Text:
    if not line.reference:
        return Text()
    return Text((Span(f" [{line.reference}]", is_reference=True),))


# --- Beside the rows ------------------------------------------------------------------------------


def change_notes(
    changes: Changes, names: ReportNames, cites: Citations, indicators: Sequence[ReviewIndicator]
) -> Iterator[Text]:
    """All that the table does not say by itself, a paragraph a matter."""
    yield from fell_due_notes(changes, names)
    yield from ground_change_notes(changes, names, cites, indicators)
    yield from pace_change_notes(changes, names)
    yield from conflict_change_notes(changes, names)


def ground_change_notes(
    changes: Changes, names: ReportNames, cites: Citations, indicators: Sequence[ReviewIndicator]
) -> Iterator[Text]:
    """Rows that are judged by another ground than before: both verdicts, and why in the agency's
    own words."""
    known = {one.row.code: one for one in indicators}
    ways: dict[tuple[str, str], list[GroundChange]] = {}
    for change in changes.grounds:
        ways.setdefault((change.before.ground, change.after.ground), []).append(change)
    for (was, now), found in ways.items():
        told = [words(f"{names.about(c.row_key)} ({_both_verdicts(c)})") for c in found]
        reasons = _reasons([known[c.row_key] for c in found if c.row_key in known], cites)
        yield (
            words(
                f"{number_text(len(found))} chỉ tiêu trước được đánh giá theo số "
                f"{_short(was)}, nay theo số {_short(now)}, vì chính các dòng ấy không còn số "
                f"{_short(was)}: "
            )
            + joined(told, ", ")
            + (words(". Lý do cơ quan nêu: ") + reasons if reasons else Text())
            + words(". Trong bảng, số của mỗi địa bàn được so với chính địa bàn ấy.")
        )


def _short(ground: str) -> str:
    return TERRITORY_SHORT_NAMES[Territory(ground)]


def _both_verdicts(change: GroundChange) -> str:
    was, now = (OUTCOME_NAMES[Judgement(s.line.judgement)].lower()
                for s in (change.before, change.after))  # fmt: skip
    return f"trước {was}, nay {now}" if was != now else f"vẫn {now}"


def _reasons(indicators: Sequence[ReviewIndicator], cites: Citations) -> Text:
    """What the agencies whose values count wrote beside them, each wording once."""
    given: dict[str, Figure] = {}
    for one in indicators:
        value = one.result.value if one.result else None
        for report in one.line.speaking:
            figure = report.answers.get("justification")
            if value and figure and figure.is_given and report.agency == value.agency:
                given.setdefault(same_words(figure.text), figure)
    quoted = [
        words(f"«{shortened(figure.text, 300).rstrip(' .')}»") + cites.cite(figure)
        for figure in given.values()
    ]
    return joined(quoted, "; ")


def pace_change_notes(changes: Changes, names: ReportNames) -> Iterator[Text]:
    """Verdicts of pace that are others; first those that are since their figures are older."""
    older = [change for change in changes.paces if change.is_of_older_data]
    others = [change for change in changes.paces if not change.is_of_older_data]
    for found, why in ((older, " vì số đang dùng nay của ngày cũ hơn số trước"), (others, "")):
        if found:
            told = [words(f"{names.about(c.row_key)} ({_both_paces(c)})") for c in found]
            said = f"{number_text(len(found))} chỉ tiêu có đánh giá tiến độ khác trước{why}: "
            yield words(said) + joined(told, "; ") + words(".")


def _both_paces(change: PaceChange) -> str:
    now = _pace_said(change.after) if change.after else "chưa so sánh được"
    return f"trước {_pace_said(change.before)}; nay {now}"


def _pace_said(one: FrozenPace) -> str:
    day = f", số đến {dt.date.fromisoformat(one.day):%d/%m/%Y}" if one.day else ""
    return PACE_NAMES[Pace(one.pace)].lower() + day


_ENDED, _NEW = "số liệu đã hết mâu thuẫn", "số liệu mâu thuẫn mới phát sinh"
_RULED, _REOPENED = "mâu thuẫn nay đã có quyết định", "mâu thuẫn nay lại chờ quyết định"


def _conflicts_by_what_became(changes: Changes) -> dict[str, list[FrozenConflict]]:
    found: dict[str, list[FrozenConflict]] = {}
    for change in changes.conflicts:
        if change.after is None:
            what = _ENDED
        elif change.before is None:
            what = _NEW
        else:
            what = _REOPENED if change.after.is_open else _RULED
        found.setdefault(what, []).append(change.conflict)
    return found


def conflict_change_notes(changes: Changes, names: ReportNames) -> Iterator[Text]:
    """Conflicts that ended, arose, were ruled on; of those that ended who had said what, and what
    became of it."""
    for what, found in _conflicts_by_what_became(changes).items():
        told = [_conflict_said(one, changes.places, names) for one in found]
        if what == _ENDED:
            whys = [_why_ended(one, changes, names) for one in found]
            told = [f"{said}{why}" for said, why in zip(told, whys, strict=True)]
        yield words(f"{number_text(len(found))} {what}: {'; '.join(told)}.")


def _conflict_said(one: FrozenConflict, places: Mapping[str, int], names: ReportNames) -> str:
    period = f", mốc {period_phrase(one.period)}" if one.period else ""
    ground = f", {_short(one.ground)}" if one.ground else ""
    shown = _values_of(one, places)
    sides = ", ".join(
        f"{names.agency(agency)} {value}"
        for (agency, _), value in zip(one.sides, shown, strict=True)
    )
    return f"{one.number} ({names.about(one.row_key)}{period}{ground}: {sides})"


def _values_of(one: FrozenConflict, places: Mapping[str, int]) -> list[str]:
    """Both values with the decimals of their rows, which may be in other units."""
    rows = (one.row_key, one.other_row or one.row_key)
    return [
        _padded(value, places.get(row, 0)) for row, (_, value) in zip(rows, one.sides, strict=True)
    ]


def _why_ended(one: FrozenConflict, changes: Changes, names: ReportNames) -> str:
    """Who corrected what, who tells it no more; "" where the figures themselves do not say it."""
    gone: list[str] = []
    corrected: list[str] = []
    for side, value in enumerate(_values_of(one, changes.places)):
        change, agency = _change_of_side(one, side, changes.figures), one.sides[side][0]
        if change is None:
            continue
        if change.after is None:
            gone.append(names.agency(agency))
            continue
        now = _padded(_in_notation(change.after.text), changes.places.get(change.after.row_key, 0))
        corrected.append(f"{names.agency(agency)} sửa {value} thành {shortened(now, 60)}")
    told = list(dict.fromkeys(corrected))
    if gone:
        named = " và ".join(dict.fromkeys(gone))
        told.append(f"{named} không còn báo cáo {_figure_meant(one, changes, names)} tại dòng này")
    return f", do {' và '.join(told)}" if told else ""


def _change_of_side(
    one: FrozenConflict, side: int, figures: Sequence[FigureChange]
) -> FigureChange | None:
    """What became of the figure of one side: by its reference; of a conflict that an earlier
    program kept by its value, where one changed figure alone had it."""
    agency, value = one.sides[side]
    found = []
    for change in figures:
        was = change.before
        if was is None or was.agency != agency or was.row_key not in (one.row_key, one.other_row):
            continue
        same = (
            was.reference == one.references[side]
            if one.references
            else _in_notation(was.text) == value
        )
        if same:
            found.append(change)
    return found[0] if len(found) == 1 else None


def _figure_meant(one: FrozenConflict, changes: Changes, names: ReportNames) -> str:
    """Which figure is told no more: its milestone, and its ground where the row has several."""
    period = f" mốc {period_phrase(one.period)}" if one.period else ""
    several = one.ground or one.row_key in changes.several_grounds
    ground = f" {_short(one.ground or names.territory.value)}" if several else ""
    return f"số{period}{ground}" if period or ground else "số này"
