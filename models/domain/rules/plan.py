"""MT and CK: milestones against the full-year value, commitments against what was assigned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from models.domain.notation.number_notation import format_number
from models.domain.reading.findings import Severity
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import PERIOD_TITLES, PERIODS
from models.domain.register.targets import Direction, falls_short
from models.domain.rules.measures import kinds_of
from models.domain.rules.registry import LOOK_AGAIN, Case, Remark, rule, short_of, target_with_unit


@rule(
    "MT-01",
    Severity.ERROR,
    title="Mốc cả năm khác mức cam kết",
    explanation="Mốc cả năm và mức cam kết là cùng một số.",
    remedy="Ghi hai ô bằng nhau.",
)
def the_year_milestone_is_the_commitment(case: Case) -> Iterator[Remark]:
    for expected, layout in case.tables():
        committed, periods = expected.value_column, expected.period_columns
        if not committed or "ca_nam" not in periods:
            continue
        for code in layout.rows:
            whole = case.sound(layout.key, code, committed)
            year = case.sound(layout.key, code, periods["ca_nam"])
            if whole is None or year is None or whole[1] == year[1]:
                continue
            yield case.at_entry(
                year[0],
                f"mốc cả năm là {format_number(year[1])} nhưng mức cam kết (ô {whole[0].cell}) là "
                f"{format_number(whole[1])}. Đề nghị ghi hai ô bằng nhau.",
                doubts=[whole[0]],
            )


@rule(
    "MT-02",
    Severity.WARNING,
    title="Mốc chưa phải là số lũy kế từ đầu năm",
    explanation="Chỉ tiêu tính bằng lượng (tỷ đồng, lượt, căn ...) ghi số lũy kế từ đầu năm, nên "
    "mốc sau không nhỏ hơn mốc trước, và ba mốc đầu không giống số của riêng từng quý.",
    remedy="Nếu đã ghi số của riêng từng quý, cộng dồn lại; nếu đúng là số lũy kế, nêu lý do ở cột "
    "giải trình.",
)
def cumulative_milestones_do_not_fall(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for expected, layout in case.tables():
        committed, periods = expected.value_column, expected.period_columns
        for code in layout.rows:
            if not kinds[code].adds_up:
                continue
            found: list[tuple[str, Entry, Decimal]] = []
            for period in PERIODS:
                sound = case.sound(layout.key, code, periods.get(period, ""))
                if sound is None and period == "ca_nam":
                    sound = case.sound(layout.key, code, committed)
                # "> 10" repeated for the whole year says nothing against 10,5 before.
                if sound is not None and not _repeats(case, sound[0]):
                    found.append((period, *sound))
            for (earlier, before, more), (later, after, less) in pairwise(found):
                if less < more:
                    yield case.at_entry(
                        after,
                        f"{_period_name(later)} ({format_number(less)}) nhỏ hơn "
                        f"{_period_name(earlier)} ({format_number(more)}, ô {before.cell}). Chỉ "
                        "tiêu này ghi số lũy kế từ đầu năm; nếu đã ghi số của từng quý, đề nghị "
                        "cộng dồn; nếu đúng là số lũy kế, nêu lý do ở cột giải trình.",
                        justified=True,
                    )
                    break
            else:
                if _by_quarters([value for _, _, value in found]):
                    yield case.at_entry(
                        found[2][1],
                        f"9 tháng ({format_number(found[2][2])}) chưa bằng một nửa cả năm "
                        f"({format_number(found[3][2])}) mà các mốc gần bằng nhau, giống số của "
                        "riêng từng quý. Chỉ tiêu này ghi số lũy kế từ đầu năm; nếu đã ghi số của "
                        "từng quý, đề nghị cộng dồn; nếu đúng là số lũy kế, nêu lý do ở cột giải "
                        "trình.",
                        justified=True,
                    )


def _by_quarters(values: Sequence[Decimal]) -> bool:
    """Whether four rising milestones look like each quarter's own amount, the year's at the end.

    >>> _by_quarters([Decimal(n) for n in (60, 61, 62, 250)])
    True
    >>> _by_quarters([Decimal(n) for n in (10, 25, 45, 100)])
    False
    """
    if len(values) < len(PERIODS) or values[0] <= 0:
        return False
    first, half, three, year = values
    even = half * 10 <= first * 14 and three * 10 <= half * 14
    together = first + half + three
    return even and three * 2 < year and year * 6 <= together * 10 <= year * 9


def _repeats(case: Case, entry: Entry) -> bool:
    return (entry.sheet, entry.row_key, entry.column) in case.interpretation.restated


def _period_name(period: str) -> str:
    title = PERIOD_TITLES[period]
    return title[0].lower() + title[1:]


@rule(
    "CK-01",
    Severity.WARNING,
    title="Mức cam kết chưa đạt mức giao",
    explanation="Vẫn nhận, không trả lại. Lý do ghi ở cột giải trình được chuyển đến người tổng "
    "hợp và giữ cho các lần gửi sau. Với chỉ tiêu càng thấp càng tốt, «thấp hơn» là chưa đạt.",
    remedy="Nêu lý do ở cột giải trình, hoặc nâng mức cam kết (chỉ tiêu càng thấp càng tốt: hạ).",
)
def a_low_commitment_is_justified(case: Case) -> Iterator[Remark]:
    for expected, layout, row in case.rows():
        if expected.tells_results:
            continue  # no promise any more: KQ-06
        committed = expected.value_column
        found = case.sound(layout.key, row.row.code, committed) if committed else None
        if found is None or (layout.key, row.row.code, committed) in case.interpretation.restated:
            continue
        entry, value = found
        if not case.settled(entry) or not falls_short(value, row.row.target, row.row.direction):
            continue
        printed = target_with_unit(row.row.own_target, row.row.unit)
        lower = row.row.direction is Direction.LOWER
        text = f"cam kết {format_number(value)} {short_of(printed, 'mức giao', lower=lower)}."
        if case.justification(layout.key, row.row.code):
            text += " Đã có giải trình."
        else:
            mend = "hạ" if lower else "nâng"
            text += f" Đề nghị nêu lý do ở cột giải trình, hoặc {mend} mức cam kết."
        yield case.at_entry(entry, text, justified=True)


@rule(
    "CK-02",
    Severity.WARNING,
    title="Kịch bản cập nhật thấp hơn kịch bản tại Phụ lục II",
    explanation="Vẫn nhận, không trả lại; cần nêu lý do.",
    remedy="Sửa nếu ghi nhầm; nếu đúng, nêu lý do ở cột giải trình.",
)
def a_lower_scenario_is_justified(case: Case) -> Iterator[Remark]:
    for expected, layout, row in case.rows():
        if not row.row.values or expected.tells_results:
            continue
        periods = expected.period_columns
        lower: list[tuple[Entry, Decimal, str]] = []
        for position, period in enumerate(PERIODS):
            found = case.sound(layout.key, row.row.code, periods.get(period, ""))
            if found is not None and _is_worse(
                found[1], row.row.values[position], row.row.direction
            ):
                lower.append((*found, row.row.values_printed[position]))
        if not lower:
            continue
        names = ", ".join(f"{e.cell}: {format_number(v)} so với {p}" for e, v, p in lower)
        text = f"thấp hơn kịch bản tại Phụ lục II ({names})."
        if not case.justification(layout.key, row.row.code):
            text += f" {LOOK_AGAIN}"
        yield case.at_entry(lower[0][0], text, justified=True)


def _is_worse(value: Decimal, printed: Decimal, direction: Direction) -> bool:
    return value > printed if direction is Direction.LOWER else value < printed
