"""The sheet «Thay đổi»: what is new since the last report that was sent, old beside new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.consolidation.wording import TIMELINESS_NAMES
from models.domain.cycle.letter_phrases import instant_text
from models.domain.reading.forms import Form, ValueType
from models.domain.register.targets import Judgement
from models.domain.results.change_wording import CHANGE_SHEET, figure_texts_alike, texts_alike
from models.domain.results.snapshots import (
    AgencyChange,
    Changes,
    FigureChange,
    FrozenAgency,
    FrozenLine,
    LineChange,
)
from models.domain.review.states import TaskBucket
from models.domain.review.wording import state_in_time
from tasks.adapters.sheets.consolidation_cells import ResultNames, row_beyond, titled
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    Citation,
    OutputColumn,
    TableSheet,
    Tone,
    Toned,
    under_bands,
)

Change = AgencyChange | LineChange | FigureChange


def change_sheet(
    changes: Changes, names: ResultNames, form: Form, said: Mapping[Judgement, str]
) -> TableSheet[Change]:
    """Agencies, then judgements, then figures; the new side leads to its source.

    `said` is how the cycle's other sheets call each judgement.
    """
    words = _Words(names, form, said, changes.places)
    groups: Sequence[tuple[str, Sequence[Change]]] = (
        ("Tình trạng nộp và bản được dùng", changes.agencies),
        ("Đánh giá, giá trị được dùng", changes.lines),
        ("Số liệu, nội dung của cơ quan đã báo cáo trước đó", changes.figures),
    )
    return TableSheet(
        CHANGE_SHEET,
        f"THAY ĐỔI SO VỚI BÁO CÁO TỔNG HỢP ĐẾN {instant_text(changes.since).upper()}",
        _note(changes),
        [
            OutputColumn("agency", "Cơ quan", 26, words.agency),
            OutputColumn("place", "Vị trí", 11, words.row),
            OutputColumn("what", "Nội dung", 34, words.what),
            OutputColumn("before", "Trước", 26, words.before),
            OutputColumn("before_source", "Nguồn cũ", 13, _old_source, CENTRE),
            OutputColumn("after", "Nay", 26, words.after),
            OutputColumn("after_source", "Nguồn", 9, _new_source, CENTRE),
        ],
        list(under_bands((t if rows else f"{t}: không có", rows) for t, rows in groups)),
        frozen=1,
        empty="Không có thay đổi nào.",
    )


def _note(changes: Changes) -> str:
    """What the sources mean, where both columns have any: an empty one is not printed."""
    shown: Sequence[Change] = (*changes.lines, *changes.figures)
    both = any(_old_source(one) for one in shown) and any(_new_source(one) for one in shown)
    sources = "Mã nguồn cũ thuộc sổ và báo cáo đã gửi lần ấy, mã nguồn mới thuộc sổ này. "
    said = "Số liệu của cơ quan lần đầu có báo cáo đều là mới, không liệt kê từng số liệu."
    return f"{sources if both else ''}{said}"


class _Words:
    """How agencies, rows and columns are called here."""

    def __init__(
        self,
        names: ResultNames,
        form: Form,
        said: Mapping[Judgement, str],
        places: Mapping[str, int],
    ) -> None:
        self._names, self._places = names, places
        self._numbers = {
            (s.key, c.key) for s in form.sheets for c in s.columns if c.type is ValueType.NUMBER
        }
        self._said = {judgement.value: name for judgement, name in said.items()}
        self._titles = {s.key: s.title for s in form.sheets}
        self._labels = {(s.key, c.key): titled(c) for s in form.sheets for c in s.columns}

    def agency(self, change: Change) -> str | None:
        """Whose change it is; None for a line nobody's value stands in."""
        match change:
            case AgencyChange():
                return self._names.agency(change.agency)
            case LineChange():
                shown = change.after or change.before
                return self._names.agency(shown.agency) if shown and shown.agency else None
            case FigureChange():
                return self._names.agency(change.figure.agency)

    def row(self, change: Change) -> str | None:
        """Where the changed row stands; None for an agency's own state."""
        match change:
            case AgencyChange():
                return None
            case LineChange():
                return self._names.places.get(change.row_key)
            case FigureChange(figure=figure):
                known = self._names.places.get(figure.row_key)
                title = self._titles.get(figure.sheet, figure.sheet)
                return known or row_beyond(title, figure.row_key)

    def what(self, change: Change) -> str:
        """What changed: a state, a row's judgement, a column."""
        match change:
            case AgencyChange():
                first = change.newly_answered
                return "Lần đầu có báo cáo" if first else "Tình trạng, bản được dùng"
            case LineChange():
                return self._names.rows.get(change.row_key, change.row_key)
            case FigureChange(figure=figure):
                return self._labels.get((figure.sheet, figure.column), figure.column)

    def before(self, change: Change) -> str | None:
        """What it was in the last report."""
        match change:
            case AgencyChange():
                return _standing(change.before, change.counted_before)
            case LineChange():
                shown = self._line_texts(change)[0]
                return self._judged(change.before, shown) if change.before else None
            case FigureChange():
                return self._figure_texts(change)[0] if change.before else "(chưa có)"

    def after(self, change: Change) -> str | Toned:
        """What it is now."""
        match change:
            case AgencyChange():
                tone = Tone.GOOD if change.newly_answered else Tone.PLAIN
                return Toned(_standing(change.after, change.counted_after), tone)
            case LineChange():
                shown = self._line_texts(change)[1]
                gone = "nay cơ quan không báo cáo" if change.ground else "không còn"
                said = self._judged(change.after, shown) if change.after else gone
                return Toned(said, Tone.PLAIN if change.moved else Tone.WARN)
            case FigureChange():
                return self._figure_texts(change)[1] if change.after else "(không còn)"

    def _line_texts(self, change: LineChange) -> tuple[str, str]:
        places = self._places.get(change.row_key, 0)
        return texts_alike(change, self._names.territory, places)

    def _figure_texts(self, change: FigureChange) -> tuple[str, str]:
        """A cell of text may hold digits: only a column of numbers has the row's decimals."""
        one = change.figure
        is_number = (one.sheet, one.column) in self._numbers
        return figure_texts_alike(change, self._places.get(one.row_key, 0) if is_number else 0)

    def _judged(self, line: FrozenLine, text: str) -> str:
        if line.judgement in _BUCKETS:
            return state_in_time(text, TaskBucket(line.judgement))
        return f"{text or '(chưa có số)'}: {self._said.get(line.judgement, line.judgement)}"


def _old_source(change: Change) -> str | None:
    match change:
        case AgencyChange():
            return None
        case LineChange():
            return change.before.reference if change.before else None
        case FigureChange():
            old = change.before
            if old is None:
                return None
            reference = old.reference
            return f"{reference}, phiên bản {old.version}, ô {old.cell}"


def _new_source(change: Change) -> Citation | None:
    if isinstance(change, AgencyChange) or change.after is None or not change.after.reference:
        return None
    return Citation(change.after.reference, change.after.reference)


def _standing(agency: FrozenAgency | None, counted: Sequence[int]) -> str:
    if agency is None:
        return "chưa được yêu cầu báo cáo"
    versions = ", ".join(map(str, counted))
    used = f"; dùng phiên bản {versions}" if versions else ""
    return TIMELINESS_NAMES[agency.timeliness] + used


_BUCKETS = {bucket.value for bucket in TaskBucket}
