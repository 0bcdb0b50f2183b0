"""The sheet of what persons judge: questions that wait, answers with name, reason and source."""

from __future__ import annotations

from collections.abc import Sequence

from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import JUDGEMENT_NAMES, PERSON_NAMES, measure_named
from models.domain.register.territories import TERRITORY_NAMES
from tasks.adapters.sheets.consolidation_cells import JUDGEMENT_TONES, ResultNames
from tasks.adapters.sheets.output_columns import (
    CENTRE,
    OutputColumn,
    TableSheet,
    Toned,
)
from tasks.adapters.sheets.shared_columns import (
    both_sources,
    name_column,
    place_column,
    unit_column,
)

JUDGEMENT_SHEET = "Người đánh giá"


def judgement_sheet(asked: Sequence[PersonAsked], names: ResultNames) -> TableSheet[PersonAsked]:
    """One row per question, what waits first; the source of an answer is its decision."""
    return TableSheet(
        JUDGEMENT_SHEET,
        "CHỈ TIÊU DO NGƯỜI ĐÁNH GIÁ",
        "Chỉ tiêu nêu bằng lời, kết quả xấp xỉ mức «khoảng», hoặc chỉ tiêu theo cấp huyện sau khi "
        "cấp huyện kết thúc hoạt động: không quy tắc nào so được, do người đánh giá. Ý kiến có "
        "hiệu lực đối với đúng số liệu và mức được so; một trong hai thay đổi thì chỉ tiêu trở lại "
        "chờ đánh giá. Nguồn của ý kiến là quyết định trong Sổ quyết định; nguồn của số liệu là ô "
        "trong tệp cơ quan gửi.",
        [
            OutputColumn("code", "Mã", 10, lambda a: a.question.code, CENTRE),
            place_column(names, lambda a: a.question.row),
            name_column(names, lambda a: a.question.row, "Chỉ tiêu", 28),
            unit_column(lambda a: a.question.row, 9),
            OutputColumn("territory", "Địa bàn", 17, _territory),
            OutputColumn("against", "So với", 14, _against),
            OutputColumn("measure", "Mức được so", 24, lambda a: a.question.shown),
            OutputColumn("value", "Số liệu, lời báo cáo", 28, lambda a: a.question.figure),
            OutputColumn("outcome", "Đánh giá", 13, _outcome, CENTRE),
            OutputColumn("by", "Người đánh giá", 18, _by),
            OutputColumn("reason", "Lý do", 34, _reason),
            OutputColumn("decision", "Quyết định", 22, _decision),
            OutputColumn("agency", "Cơ quan", 20, lambda a: names.agency(a.question.figure.agency)),
            *both_sources(lambda a: a.question.figures),
        ],
        asked,
        empty="Không có chỉ tiêu nào cần người đánh giá.",
    )


def _territory(shown: PersonAsked) -> str:
    name = TERRITORY_NAMES[shown.question.territory]
    return f"{name[:1].upper()}{name[1:]}"


def _against(shown: PersonAsked) -> str:
    named = measure_named(shown.question)
    return f"{named[:1].upper()}{named[1:]}"


def _outcome(shown: PersonAsked) -> Toned:
    names = {**JUDGEMENT_NAMES, **PERSON_NAMES}
    return Toned(names[shown.judgement], JUDGEMENT_TONES[shown.judgement])


def _by(shown: PersonAsked) -> str | None:
    return shown.verdict.by if shown.verdict else None


def _reason(shown: PersonAsked) -> str:
    """The person's reason; why it waits where nobody has judged."""
    return shown.verdict.reason if shown.verdict else shown.why_it_waits


def _decision(shown: PersonAsked) -> str | None:
    return shown.verdict.decision if shown.verdict else None
