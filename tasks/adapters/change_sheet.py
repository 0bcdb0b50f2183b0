"""The sheet «Thay đổi»: what is new since the last report that was sent, old beside new."""

from __future__ import annotations

from collections.abc import Sequence

from models.domain.consolidation.wording import JUDGEMENT_NAMES, TIMELINESS_NAMES
from models.domain.forms import Form
from models.domain.letter_phrases import instant_text
from models.domain.review.wording import BUCKET_NAMES, OVERTAKEN
from models.domain.snapshots import (
    AgencyChange,
    Changes,
    FigureChange,
    FrozenAgency,
    FrozenFigure,
    LineChange,
)
from tasks.adapters.consolidated_sheet import TableColumn, TableSheet
from tasks.adapters.consolidation_cells import (
    Cells,
    Citation,
    Names,
    Tone,
    Toned,
    build_frame,
    with_bands,
)

CHANGE_SHEET = "Thay đổi"
_COLUMNS = ["agency", "place", "what", "before", "before_source", "after", "after_source", "tone"]


def change_sheet(changes: Changes, names: Names, form: Form) -> TableSheet:
    """Agencies, then judgements, then figures; the new side leads to its source."""
    words = _Words(names, form)
    groups = (
        ("Tình trạng nộp và bản được dùng", [words.agency(c) for c in changes.agencies]),
        ("Đánh giá, giá trị được dùng", [words.line(c) for c in changes.lines]),
        (
            "Số liệu, nội dung của cơ quan đã báo cáo trước đó",
            [words.figure(c) for c in changes.figures],
        ),
    )
    return TableSheet(
        CHANGE_SHEET,
        f"THAY ĐỔI SO VỚI BÁO CÁO TỔNG HỢP ĐẾN {instant_text(changes.since).upper()}",
        "Mã nguồn cũ thuộc sổ và báo cáo đã gửi lần ấy (mã tổng hợp "
        f"{changes.since_hash[:12]}), mã nguồn mới thuộc sổ này. Số liệu của cơ quan lần đầu có "
        "báo cáo đều là mới, không liệt kê từng ô.",
        [
            TableColumn("agency", "Cơ quan", 26),
            TableColumn("place", "Vị trí", 11),
            TableColumn("what", "Nội dung", 34),
            TableColumn("before", "Trước", 26),
            TableColumn("before_source", "Nguồn cũ", 13, "center", size=8),
            TableColumn("after", "Nay", 26),
            TableColumn("after_source", "Nguồn", 9, "center", size=8),
        ],
        build_frame(with_bands(groups, "place"), _COLUMNS),
        frozen=1,
        empty="Không có thay đổi nào.",
    )


class _Words:
    """How agencies, rows and columns are called here."""

    def __init__(self, names: Names, form: Form) -> None:
        self._names = names
        self._titles = {s.key: s.title for s in form.sheets}
        self._labels = {(s.key, c.key): c.label or c.header for s in form.sheets for c in s.columns}

    def agency(self, change: AgencyChange) -> Cells:
        tone = Tone.GOOD if change.newly_answered else Tone.PLAIN
        what = "Lần đầu có báo cáo" if change.newly_answered else "Tình trạng, bản được dùng"
        return {
            "agency": self._names.agency(change.agency),
            "what": what,
            "before": _standing(change.before, change.counted_before),
            "after": Toned(_standing(change.after, change.counted_after), tone),
        }

    def line(self, change: LineChange) -> Cells:
        after, before = change.after, change.before
        shown = after or before
        why = f" ({OVERTAKEN})" if change.overtaken else ""
        return {
            "agency": self._names.agency(shown.agency) if shown and shown.agency else None,
            "place": self._names.places.get(change.row_key),
            "what": self._names.rows.get(change.row_key, change.row_key),
            "before": _judged(before.text, before.judgement) if before else None,
            "before_source": before.reference if before else None,
            "after": Toned(
                _judged(after.text, after.judgement) + why if after else "không còn",
                Tone.WARN if change.flipped else Tone.PLAIN,
            ),
            "after_source": _citation(after.reference if after else ""),
        }

    def figure(self, change: FigureChange) -> Cells:
        figure, before, after = change.figure, change.before, change.after
        return {
            "agency": self._names.agency(figure.agency),
            "place": self._names.places.get(figure.row_key) or self._row(figure),
            "what": self._labels.get((figure.sheet, figure.column), figure.column),
            "before": before.text if before else "(chưa có)",
            "before_source": _old(before),
            "after": after.text if after else "(không còn)",
            "after_source": _citation(after.reference if after else ""),
        }

    def _row(self, figure: FrozenFigure) -> str:
        title = self._titles.get(figure.sheet, figure.sheet)
        return f"{title}, dòng {figure.row_key.removeprefix('@')}" if figure.row_key else title


def _standing(agency: FrozenAgency | None, counted: Sequence[int]) -> str:
    if agency is None:
        return "chưa được yêu cầu báo cáo"
    versions = ", ".join(map(str, counted))
    used = f"; dùng bản {versions}" if versions else ""
    return TIMELINESS_NAMES[agency.timeliness] + used


def _judged(text: str, judgement: str) -> str:
    return f"{text or '(chưa có số)'}: {_SAID.get(judgement, judgement)}"


_SAID = {
    **{j.value: name for j, name in JUDGEMENT_NAMES.items()},
    **{b.value: name for b, name in BUCKET_NAMES.items()},
}


def _old(figure: FrozenFigure | None) -> str | None:
    return f"{figure.reference}, bản {figure.version}, ô {figure.cell}" if figure else None


def _citation(reference: str) -> Citation | None:
    return Citation(reference, reference) if reference else None
