"""What stands beside the rows of part X: a paragraph a matter that a row does not say by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from models.domain.consolidation.evidence import Figure
from models.domain.cycle.letter_phrases import number_text
from models.domain.register.catalogue import period_phrase
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.changes.change_counts import (
    ENDED,
    conflicts_by_what_became,
    fell_due,
)
from models.domain.results.changes.change_rows import reference_of
from models.domain.results.changes.change_texts import in_notation, padded
from models.domain.results.report_text import (
    Citations,
    ReportNames,
    Text,
    joined,
    same_words,
    shortened,
    words,
)
from models.domain.results.snapshots import (
    Changes,
    FigureChange,
    FrozenConflict,
    FrozenPace,
    GroundChange,
    PaceChange,
)
from models.domain.review.lines import ReviewIndicator
from models.domain.review.states import Pace
from models.domain.review.wording import OUTCOME_NAMES, PACE_NAMES


def fell_due_notes(changes: Changes, names: ReportNames) -> Iterator[Text]:
    """Tasks that fell due since the last report, of which nobody has said anything new."""
    found = fell_due(changes)
    if not found:
        return
    told = [
        words(names.about(change.row_key) or names.name_of(change.row_key))
        + (reference_of(change.after) if change.after else Text())
        for change in found
    ]
    yield (
        words(
            f"So với báo cáo trước, thêm {number_text(len(found))} nhiệm vụ đến hạn sau ngày báo "
            "cáo, chưa có số liệu mới, không tính là quá hạn: "
        )
        + joined(told, ", ")
        + words(".")
    )


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


def conflict_change_notes(changes: Changes, names: ReportNames) -> Iterator[Text]:
    """Conflicts that ended, arose, were ruled on; of those that ended who had said what, and what
    became of it."""
    for what, found in conflicts_by_what_became(changes).items():
        told = [_conflict_said(one, changes.places, names) for one in found]
        if what == ENDED:
            whys = [_why_ended(one, changes, names) for one in found]
            told = [f"{said}{why}" for said, why in zip(told, whys, strict=True)]
        yield words(f"{number_text(len(found))} {what}: {'; '.join(told)}.")


def _conflict_said(one: FrozenConflict, places: Mapping[str, int], names: ReportNames) -> str:
    period = f", mốc {period_phrase(one.period)}" if one.period else ""
    ground = f", {_short(one.ground)}" if one.ground else ""
    shown = values_of(one, places)
    sides = ", ".join(
        f"{names.agency(agency)} {value}"
        for (agency, _), value in zip(one.sides, shown, strict=True)
    )
    return f"{one.number} ({names.about(one.row_key)}{period}{ground}: {sides})"


def values_of(one: FrozenConflict, places: Mapping[str, int]) -> list[str]:
    """Both values with the decimals of their rows, which may be in other units."""
    rows = (one.row_key, one.other_row or one.row_key)
    return [
        padded(value, places.get(row, 0)) for row, (_, value) in zip(rows, one.sides, strict=True)
    ]


def _why_ended(one: FrozenConflict, changes: Changes, names: ReportNames) -> str:
    """Who corrected what, who tells it no more; "" where the figures themselves do not say it."""
    gone: list[str] = []
    corrected: list[str] = []
    for side, value in enumerate(values_of(one, changes.places)):
        change, agency = _change_of_side(one, side, changes.figures), one.sides[side][0]
        if change is None:
            continue
        if change.after is None:
            gone.append(names.agency(agency))
            continue
        now = padded(in_notation(change.after.text), changes.places.get(change.after.row_key, 0))
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
            else in_notation(was.text) == value
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
