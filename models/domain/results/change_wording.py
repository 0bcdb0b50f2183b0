"""What has changed since the last report: in sentences, and as rows of the next report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.cycle.letter_phrases import instant_text, listed, number_text, part_of
from models.domain.register.agencies import Register
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.report_text import (
    ReportNames,
    Span,
    Text,
    joined,
    shortened,
    words,
)
from models.domain.results.snapshots import (
    AgencyChange,
    Changes,
    FigureChange,
    FrozenLine,
    LineChange,
)
from models.domain.review.states import TaskBucket
from models.domain.review.wording import OUTCOME_NAMES, state_in_time

_NAMED = 3  # agencies in a sentence of the letter; the sheet of changes has them all


def change_points(changes: Changes, register: Register) -> list[str]:
    """One paragraph a matter; a single one when nothing is new."""
    since = f"So với báo cáo tổng hợp đến {instant_text(changes.since)}"
    if not changes:
        return [f"{since}: không có số liệu nào thay đổi."]
    return [f"{since}: {'; '.join(_parts(changes, register))}."]


def _parts(changes: Changes, register: Register) -> Iterator[str]:
    new = [register.agency_name(code) for code in changes.newly_answered]
    if new:
        named = listed(new, "cơ quan", _NAMED)
        yield f"{number_text(len(new))} cơ quan mới có báo cáo ({named})"
    again = [register.agency_name(a.agency) for a in changes.agencies if _another_version(a)]
    if again:
        named = listed(again, "cơ quan", _NAMED)
        yield f"{number_text(len(again))} cơ quan có bản mới ({named})"
    if changes.figures:
        yield f"{number_text(len(changes.figures))} ô số liệu, nội dung thay đổi"
    if changes.flipped:
        yield f"{number_text(len(changes.flipped))} dòng có đánh giá khác trước"
    moved = len(changes.lines) - len(changes.flipped)
    if moved:
        yield f"{number_text(moved)} dòng có giá trị khác, đánh giá giữ nguyên"
    if not (new or again or changes.figures or changes.lines):
        yield "chỉ thay đổi tình trạng nộp của một số cơ quan, số liệu giữ nguyên"


def _another_version(change: AgencyChange) -> bool:
    return not change.newly_answered and change.counted_before != change.counted_after


_FEW_MOVED = 10  # values that the report lists though they are judged as before
_GROUNDS = tuple(f"({name})" for name in TERRITORY_SHORT_NAMES.values())
_NUMBER = re.compile(r"-?\d{1,3}(?:\.?\d{3})*(?:,(?P<decimals>\d+))?(?= \(|$)")


def texts_alike(change: LineChange, own: Territory) -> tuple[str, str]:
    """What stood and what stands of a line, numbers with as many decimals; "" for none.

    Where one of them is of other ground than the directive's `own`, both name theirs.
    """
    texts = [line.text if line else "" for line in (change.before, change.after)]
    if sum(text.endswith(_GROUNDS) for text in texts) == 1:
        ground = f" ({TERRITORY_SHORT_NAMES[own]})"
        texts = [t if not t or t.endswith(_GROUNDS) else t + ground for t in texts]
    return _alike(*texts)


def figure_texts_alike(change: FigureChange) -> tuple[str, str]:
    """The same of one figure of an agency."""
    return _alike(*(one.text if one else "" for one in (change.before, change.after)))


def _alike(before: str, after: str) -> tuple[str, str]:
    found = [_NUMBER.match(text) for text in (before, after)]
    places = max((len(one["decimals"] or "") for one in found if one), default=0)
    if not all(found) or not places:
        return before, after
    old, new = (_padded(text, places) for text in (before, after))
    return old, new


def _padded(text: str, places: int) -> str:
    """The text, its number with so many decimals.

    >>> _padded("9,2", 2), _padded("1 (toàn thành phố)", 2)
    ('9,20', '1,00 (toàn thành phố)')
    """
    found = _NUMBER.match(text)
    if found is None:
        return text
    decimals = found["decimals"] or ""
    shown = found[0] if decimals else f"{found[0]},"
    return f"{shown}{'0' * (places - len(decimals))}{text[found.end() :]}"


Row = Mapping[str, Text]
_BUCKETS = {bucket.value for bucket in TaskBucket}


def _frozen(line: FrozenLine, text: str, said: Mapping[str, str]) -> Text:
    """A value and its judgement, with the reference it has in that report."""
    value = shortened(text, 60)
    if line.judgement in _BUCKETS:
        shown = words(state_in_time(value, TaskBucket(line.judgement)))
    else:
        judged = said.get(line.judgement, line.judgement)
        shown = words(f"{value or 'chưa có số'}: {judged[:1].lower()}{judged[1:]}")
    if not line.reference:
        return shown
    return shown + Text((Span(f"\n[{line.reference}]", is_reference=True),))


def _fell_due(change: LineChange) -> bool:
    """Whether it is judged otherwise since its deadline passed, and for no other reason."""
    return change.after is not None and change.after.judgement == TaskBucket.UNHEARD.value


def flipped_rows(changes: Changes, names: ReportNames) -> Iterator[Row]:
    """Rows that are judged otherwise than in the last report, old and new with their references;
    a few whose value alone is another one as well.

    What fell due without news is told by `fell_due_notes`.
    """
    moved = [change for change in changes.lines if change not in changes.flipped]
    shown = changes.lines if len(moved) <= _FEW_MOVED else changes.flipped
    said = {j.value: name for j, name in JUDGEMENT_NAMES.items()}
    said |= {j.value: name for j, name in OUTCOME_NAMES.items()}
    for change in shown:
        if _fell_due(change):
            continue
        cells = {
            key: _frozen(line, text, said) if line else words("chưa có")
            for key, line, text in zip(
                ("before", "after"),
                (change.before, change.after),
                texts_alike(change, names.territory),
                strict=True,
            )
        }
        yield {
            "place": words(names.about(change.row_key)),
            "name": words(names.name_of(change.row_key)),
            **cells,
        }


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
    yield (
        words(
            f"{part_of(len(found), len(changes.flipped), 'dòng')} đã đến hạn, chưa có số liệu mới, "
            "không tính là quá hạn: "
        )
        + joined(told, ", ")
        + words(".")
    )


def _reference_of(line: FrozenLine) -> Text:
    if not line.reference:
        return Text()
    return Text((Span(f" [{line.reference}]", is_reference=True),))
