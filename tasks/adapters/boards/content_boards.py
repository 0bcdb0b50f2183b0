"""The boards of what the agencies said: those of the cycle's results, and values in conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from models.domain.consolidation import Conflict, Consolidation, Figure, OpenFinding, code_of
from models.domain.consolidation.verdicts import PersonAsked
from models.domain.consolidation.wording import (
    CONFLICT_NAMES,
    JUDGEMENT_NAMES,
    PERSON_NAMES,
    REASON_NAMES,
    measure_named,
)
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import place_text
from models.domain.notation.vietnamese_text import one_line
from models.domain.reading.forms import full_name, place_of
from models.domain.reading.office import Office
from models.domain.register.catalogue import Catalogue
from models.domain.register.territories import TERRITORY_NAMES
from tasks.adapters.results.board import LISTED, Board, BoardColumn, rows_of
from tasks.adapters.results.choosing import results_of
from tasks.adapters.workplace import Workplace

NAME_SHOWN = 60  # letters of a row's name in a case


def content_boards(
    workplace: Workplace, connection: Connection, cycle: ReportingCycle
) -> list[Board]:
    """Indicators against targets, a review's tasks by bucket, conflicts with their codes, and what
    a person judges; what rules on trial find, while there is any: no paper tells of that.
    """
    office, results = workplace.office, results_of(workplace, connection, cycle)
    return [
        *results.boards(),
        _conflicts(office, results.consolidation),
        _asked(office, cycle, results.asked()),
        *on_trial(office, results.consolidation),
    ]


def on_trial(office: Office, found: Consolidation) -> Iterator[Board]:
    """What the clerks look at before a rule is used: the agencies are not told of it."""
    tried = [one for one in found.findings if one.finding.trial]
    if not tried:
        return
    columns: list[BoardColumn[OpenFinding]] = [
        BoardColumn("Quy tắc", lambda one: one.finding.rule),
        BoardColumn("Cơ quan", lambda one: office.register.agency_name(one.agency)),
        BoardColumn("Phiên bản", lambda one: str(one.version)),
        BoardColumn("Nơi", lambda one: place_text(one.finding.sheet, one.finding.cell)),
        BoardColumn("Nội dung", lambda one: one_line(one.finding.at_office)),
    ]
    yield Board(
        f"quy-tac-thu-{found.cycle.code}",
        f"Quy tắc đang thử nghiệm, {found.cycle.title}",
        f"{len(tried)} chỗ mà quy tắc đang thử sẽ báo. Cơ quan không thấy, không tính là lỗi."
        + (f" Chỉ hiện {LISTED} trường hợp đầu." if len(tried) > LISTED else ""),
        rows_of(columns, sorted(tried, key=lambda one: one.finding.rule)[:LISTED]),
        as_cards=True,
    )


def _asked(office: Office, cycle: ReportingCycle, found: Sequence[PersonAsked]) -> Board:
    waiting = sum(one.waits for one in found)
    return Board(
        f"cho-danh-gia-{cycle.code}",
        f"Chỉ tiêu chờ người đánh giá, {cycle.title}",
        f"{waiting}/{len(found)} chỉ tiêu chưa có ý kiến. Đánh giá, đánh giá lại hoặc rút ý kiến "
        "bằng luồng judge-indicator, theo mã ở đầu mỗi trường hợp."
        + (f" Chỉ hiện {LISTED} trường hợp đầu." if len(found) > LISTED else ""),
        rows_of(_asked_columns(office, office.catalogue_of(cycle)), found[:LISTED]),
        as_cards=True,
    )


def _asked_columns(office: Office, catalogue: Catalogue) -> list[BoardColumn[PersonAsked]]:
    names = {**JUDGEMENT_NAMES, **PERSON_NAMES}
    return [
        BoardColumn("Mã", lambda one: one.question.code),
        BoardColumn("Chỉ tiêu", lambda one: _asked_of(catalogue, one)),
        BoardColumn(
            "Số liệu, lời báo cáo",
            lambda one: _told(office, one.question.figure, one.question.row.unit),
        ),
        BoardColumn("So với", lambda one: f"{measure_named(one.question)}: {one.question.shown}"),
        BoardColumn("Đánh giá", lambda one: names[one.judgement]),
        BoardColumn("Vì", lambda one: one.why_it_waits or one.by_person),
    ]


def _asked_of(catalogue: Catalogue, one: PersonAsked) -> str:
    row, territory = one.question.row, one.question.territory
    named = f"{place_of(row, catalogue)} {one_line(full_name(row, catalogue), NAME_SHOWN)}"
    if territory is catalogue.territory:
        return named
    return f"{named} ({TERRITORY_NAMES[territory]})"


def _conflicts(office: Office, found: Consolidation) -> Board:
    cycle, catalogue = found.cycle, office.catalogue_of(found.cycle)
    waiting = sum(c.is_open for c in found.conflicts)
    shown = sorted(found.conflicts, key=lambda c: not c.is_open)  # stable: the open ones first
    return Board(
        f"mau-thuan-{cycle.code}",
        f"Số liệu mâu thuẫn, {cycle.title}",
        f"{waiting}/{len(shown)} mâu thuẫn chưa có quyết định. Quyết định bằng luồng "
        "rule-on-conflict, theo mã ở đầu mỗi trường hợp."
        + (f" Chỉ hiện {LISTED} trường hợp đầu." if len(shown) > LISTED else ""),
        rows_of(_columns(office, catalogue), shown[:LISTED]),
        as_cards=True,
    )


def _columns(office: Office, catalogue: Catalogue) -> list[BoardColumn[Conflict]]:
    return [
        BoardColumn("Mã", code_of),
        BoardColumn("Vì sao mâu thuẫn", lambda c: CONFLICT_NAMES[c.kind]),
        BoardColumn("Chỉ tiêu", lambda c: _measure(catalogue, c)),
        BoardColumn("Số thứ nhất", lambda c: _told(office, c.left, c.row.unit)),
        BoardColumn("Số thứ hai", lambda c: _told(office, c.right, c.other_row.unit)),
        BoardColumn("Đang dùng", lambda c: _in_use(office, c)),
        BoardColumn("Vì", lambda c: ". ".join(w for w in (REASON_NAMES[c.because], c.ruling) if w)),
    ]


def _measure(catalogue: Catalogue, conflict: Conflict) -> str:
    row, other = conflict.row, conflict.other_row
    named = "; ".join(
        f"{place_of(r, catalogue)} {one_line(full_name(r, catalogue), NAME_SHOWN)}"
        for r in ([row] if row.code == other.code else [row, other])
    )
    return f"{named} ({TERRITORY_NAMES[conflict.territory]})" if conflict.territory else named


def _in_use(office: Office, conflict: Conflict) -> str:
    if conflict.each_stands:
        return "cả hai, mỗi số ở vị trí của mình"
    return _told(office, conflict.stands, "")


def _told(office: Office, figure: Figure, unit: str) -> str:
    name = office.register.agency_name(figure.agency)
    cell = f"{figure.source.sheet_name}!{figure.source.cell}"
    return f"{figure.text} {unit}".strip() + f" ({name}, {cell})"
