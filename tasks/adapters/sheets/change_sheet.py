"""The sheet «Thay đổi»: what is new since the last report that was sent, old beside new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.consolidation.wording import timeliness_named
from models.domain.cycle.letter_phrases import instant_text
from models.domain.reading.forms import Form, ValueType
from models.domain.register.targets import Judgement
from models.domain.register.territories import TERRITORY_SHORT_NAMES, Territory
from models.domain.results.changes import (
    CHANGE_SHEET,
    changed_groups,
    figure_texts_alike,
    texts_alike,
    told_no_more,
)
from models.domain.results.snapshots import (
    AgencyChange,
    Changes,
    FigureChange,
    FrozenAgency,
    FrozenLine,
    GroundChange,
    LineChange,
    WorkChange,
)
from models.domain.review.states import TaskBucket, ValueStatus
from models.domain.review.wording import STATUS_NAMES, state_in_time, status_of
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

Change = AgencyChange | GroundChange | LineChange | WorkChange | FigureChange


def change_sheet(
    changes: Changes, names: ResultNames, form: Form, said: Mapping[Judgement, str]
) -> TableSheet[Change]:
    """Agencies, then judgements, values and own works by what became of them, counted as in the
    report and the letter, then figures; the new side leads to its source.

    `said` is how the cycle's other sheets call each judgement.
    """
    words = _Words(names, form, said, changes)
    rows = changed_groups(changes)
    groups: Sequence[tuple[str, Sequence[Change]]] = (
        ("Tình trạng gửi báo cáo và phiên bản được dùng", changes.agencies),
        *((group.said, group.changed) for group in rows),
        *([] if rows else [("Đánh giá, giá trị được dùng, việc tự đề ra", ())]),
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
    shown: Sequence[Change] = (*changes.grounds, *changes.lines, *changes.works, *changes.figures)
    both = any(_old_source(one) for one in shown) and any(_new_source(one) for one in shown)
    sources = "Mã nguồn cũ thuộc sổ và báo cáo đã gửi lần ấy, mã nguồn mới thuộc sổ này. "
    said = (
        "Số liệu, việc tự đề ra của cơ quan lần đầu có báo cáo đều là mới, không liệt kê, không "
        "đếm từng số liệu, từng việc."
    )
    return f"{sources if both else ''}{said}"


class _Words:
    """How agencies, rows and columns are called here."""

    def __init__(
        self, names: ResultNames, form: Form, said: Mapping[Judgement, str], changes: Changes
    ) -> None:
        self._names, self._places, self._cells = names, changes.places, changes.cells
        self._columns = {(s.key, c.key): c for s in form.sheets for c in s.columns}
        self._said = {judgement.value: name for judgement, name in said.items()}
        self._titles = {s.key: s.title for s in form.sheets}
        statuses = {s.key: s.meaning("value_status") for s in form.sheets}
        self._status_columns = {key: column.key for key, column in statuses.items() if column}

    def agency(self, change: Change) -> str | None:
        """Whose change it is; None for a line nobody's value stands in."""
        match change:
            case AgencyChange() | WorkChange():
                return self._names.agency(change.agency)
            case GroundChange():
                return self._names.agency(change.after.line.agency)
            case LineChange():
                shown = change.after or change.before
                return self._names.agency(shown.agency) if shown and shown.agency else None
            case FigureChange():
                return self._names.agency(change.figure.agency)

    def row(self, change: Change) -> str | None:
        """Where the changed row stands; None for an agency's own state or work."""
        match change:
            case AgencyChange() | WorkChange():
                return None
            case LineChange() | GroundChange():
                return self._names.places.get(change.row_key)
            case FigureChange(figure=figure):
                known = self._names.places.get(figure.row_key)
                title = self._titles.get(figure.sheet, figure.sheet)
                return known or row_beyond(title, figure.row_key)

    def what(self, change: Change) -> str:
        """What changed: a state, a row's judgement, a work, a column."""
        match change:
            case AgencyChange():
                first = change.newly_answered
                return "Lần đầu có báo cáo" if first else "Tình trạng, phiên bản được dùng"
            case LineChange() | GroundChange():
                return self._names.rows.get(change.row_key, change.row_key)
            case WorkChange():
                return change.name or "(chưa ghi rõ việc)"
            case FigureChange():
                return self._column_named(change)

    def _column_named(self, change: FigureChange) -> str:
        """The column; one of values of the year by what the values are, which its title does not
        say: an official figure stands where the estimate stood."""
        figure = change.figure
        column = self._columns.get((figure.sheet, figure.column))
        if column is None:
            return figure.column
        status = self._status_columns.get(figure.sheet)
        if status is None or column.meaning != "estimate":
            return titled(column)
        said = self._cells.get((figure.agency, figure.sheet, figure.row_key, status), ("", ""))
        sides = zip((change.before, change.after), map(status_of, said), strict=True)
        stated = [one for side, one in sides if side is not None]
        if ValueStatus.ACTUAL not in stated:
            return titled(column)
        where = (
            f", {TERRITORY_SHORT_NAMES[Territory(column.territory)]}" if column.territory else ""
        )
        if len(set(stated)) == 1:
            return f"Số chính thức cả năm{where}"
        told = [STATUS_NAMES[one].lower() or "chưa ghi rõ" for one in stated]
        return f"Số cả năm{where} (trước: {told[0]}; nay: {told[1]})"

    def before(self, change: Change) -> str | None:
        """What it was in the last report."""
        match change:
            case AgencyChange():
                return _standing(change.before, change.counted_before)
            case GroundChange():
                return self._judged(change.before.line, self._ground_texts(change)[0])
            case LineChange():
                shown = self._line_texts(change)[0]
                return self._judged(change.before, shown) if change.before else None
            case WorkChange(line=line):
                return self._judged(line.before, line.before.text) if line.before else "(chưa có)"
            case FigureChange():
                return self._figure_texts(change)[0] if change.before else "(chưa có)"

    def after(self, change: Change) -> str | Toned:
        """What it is now."""
        match change:
            case AgencyChange():
                tone = Tone.GOOD if change.newly_answered else Tone.PLAIN
                return Toned(_standing(change.after, change.counted_after), tone)
            case GroundChange():
                said = self._judged(change.after.line, self._ground_texts(change)[1])
                return Toned(said, Tone.WARN)
            case LineChange():
                shown = self._line_texts(change)[1]
                gone = told_no_more(
                    change, self._place_of, self._places.get(change.row_key, 0), "không còn"
                )
                said = self._judged(change.after, shown) if change.after else gone
                return Toned(said, Tone.PLAIN if change.moved else Tone.WARN)
            case WorkChange(line=line):
                said = self._judged(line.after, line.after.text) if line.after else "(không còn)"
                return Toned(said, Tone.WARN if line.flipped or line.gone else Tone.PLAIN)
            case FigureChange():
                return self._figure_texts(change)[1] if change.after else "(không còn)"

    def _place_of(self, code: str) -> str:
        return self._names.places.get(code, code)

    def _ground_texts(self, change: GroundChange) -> tuple[str, str]:
        """Both values, each with its ground: what its row shows, of its own ground too."""
        line = LineChange(change.row_key, change.before.line, change.after.line)
        return self._line_texts(line)

    def _line_texts(self, change: LineChange) -> tuple[str, str]:
        places = self._places.get(change.row_key, 0)
        return texts_alike(change, self._names.territory, places)

    def _figure_texts(self, change: FigureChange) -> tuple[str, str]:
        """A cell of text may hold digits: only a column of numbers has the row's decimals."""
        one = change.figure
        column = self._columns.get((one.sheet, one.column))
        is_number = column is not None and column.type is ValueType.NUMBER
        return figure_texts_alike(change, self._places.get(one.row_key, 0) if is_number else 0)

    def _judged(self, line: FrozenLine, text: str) -> str:
        if line.judgement in _BUCKETS:
            return state_in_time(text, TaskBucket(line.judgement))
        return f"{text or '(chưa có số)'}: {self._said.get(line.judgement, line.judgement)}"


def _old_source(change: Change) -> str | None:
    match change:
        case AgencyChange():
            return None
        case GroundChange():
            return change.before.line.reference
        case LineChange():
            return change.before.reference if change.before else None
        case WorkChange(line=line):
            return line.before.reference if line.before else None
        case FigureChange():
            old = change.before
            if old is None:
                return None
            reference = old.reference
            return f"{reference}, phiên bản {old.version}, ô {old.cell}"


def _new_source(change: Change) -> Citation | None:
    match change:
        case AgencyChange():
            return None
        case GroundChange():
            reference = change.after.line.reference
        case WorkChange(line=line):
            reference = line.after.reference if line.after else ""
        case LineChange() if change.elsewhere is not None:
            reference = change.elsewhere.reference
        case LineChange() | FigureChange():
            reference = change.after.reference if change.after else ""
    return Citation(reference, reference) if reference else None


def _standing(agency: FrozenAgency | None, counted: Sequence[int]) -> str:
    if agency is None:
        return "chưa được yêu cầu báo cáo"
    versions = ", ".join(map(str, counted))
    used = f"; dùng phiên bản {versions}" if versions else ""
    named = timeliness_named(
        agency.timeliness,
        sent_back=bool(agency.sent_back),
        chooses=bool(agency.chooses),
        anothers=bool(agency.anothers),
    )
    return named + used


_BUCKETS = {bucket.value for bucket in TaskBucket}
