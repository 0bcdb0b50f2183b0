"""The rows of part X: each changed value and judgement, old beside new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.domain.consolidation.wording import JUDGEMENT_NAMES
from models.domain.cycle.cycles import HANOI
from models.domain.results.changes.change_counts import fell_due
from models.domain.results.changes.change_texts import padded, texts_alike
from models.domain.results.report_text import ReportNames, Span, Text, shortened, words
from models.domain.results.snapshots import Changes, FrozenLine, LineChange
from models.domain.review.states import TaskBucket
from models.domain.review.wording import OUTCOME_NAMES, state_in_time

_FEW_MOVED = 10  # values that the report lists though they are judged as before
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


def flipped_rows(changes: Changes, names: ReportNames) -> Iterator[Row]:
    """Rows that are judged otherwise than in the last report, are told no more or for the first
    time, old and new with their references; a few whose value alone is another one as well.

    Of a row of which several values changed the first one alone bears its name. What fell due
    without news is told by `fell_due_notes`.
    """
    few, due = len(changes.moved) <= _FEW_MOVED, fell_due(changes)
    shown = [c for c in changes.lines if (few or not c.moved or c.ground) and c not in due]
    said = {j.value: name for j, name in JUDGEMENT_NAMES.items()}
    said |= {j.value: name for j, name in OUTCOME_NAMES.items()}
    earlier = f", báo cáo {changes.since.astimezone(HANOI):%d/%m}"
    named = ""
    for change in shown:
        places = changes.places.get(change.row_key, 0)
        was, now = texts_alike(change, names.territory, places)
        before, after = change.before, change.after
        again = change.row_key == named
        named = change.row_key
        yield {
            "place": words(names.about(change.row_key)),
            "name": words("" if again else names.name_of(change.row_key)),
            "before": _frozen(before, was, said, earlier) if before else words("chưa có"),
            "after": _frozen(after, now, said, "")
            if after
            else words(told_no_more(change, names.about, places, "chưa có"))
            + (reference_of(change.elsewhere) if change.elsewhere else Text()),
        }


def told_no_more(
    change: LineChange, place_of: Callable[[str], str], places: int, otherwise: str
) -> str:
    """What is said in place of a value that a row had: of a ground, that nobody tells it any more,
    and what another row of the measure still says of it; `otherwise` of a row without grounds."""
    if not change.ground:
        return otherwise
    said = "nay cơ quan không báo cáo"
    if change.elsewhere is None:
        return said
    there = padded(change.elsewhere.text, places)
    return f"{said} tại dòng này; {place_of(change.told_in)} nêu {there}"


def reference_of(line: FrozenLine) -> Text:
    """The reference of a value in this report, behind words; nothing for none.

    >>> reference_of(FrozenLine("a", "met", "stc", "12", "N-0001")).plain
    ' [N-0001]'
    """
    if not line.reference:
        return Text()
    return Text((Span(f" [{line.reference}]", is_reference=True),))
