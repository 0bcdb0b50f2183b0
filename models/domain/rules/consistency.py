"""TD and TH: one measure stated twice, parts against wholes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from models.domain.notation.number_notation import format_number
from models.domain.reading.findings import Severity
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import PERIODS
from models.domain.rules.families import families_of
from models.domain.rules.registry import LOOK_AGAIN, Case, Remark, rule

EQUIVALENT = "TD-01"  # also applied to sections of different versions


def _full_year(case: Case) -> dict[str, tuple[Entry, Decimal]]:
    """The full-year figure of every row that has one: committed, else the scenario's whole year."""
    found: dict[str, tuple[Entry, Decimal]] = {}
    for expected, layout in case.tables():
        committed, periods = expected.value_column, expected.period_columns
        column = committed or periods.get("ca_nam", "")
        if not column:
            continue
        for code in layout.rows:
            sound = case.sound(layout.key, code, column)
            if sound is not None:
                found[code] = sound
    return found


@rule(
    EQUIVALENT,
    Severity.ERROR,
    title="Hai chỉ tiêu cùng một nội dung nhưng số khác nhau",
    explanation="Chỉ thị nêu một số chỉ tiêu ở hai phụ lục với đơn vị khác nhau (I.3 và III.9, I.8 "
    "và III.7, I.1 và Phụ lục II ...). Quy đổi ra, hai số phải khớp.",
    remedy="Sửa một trong hai ô cho khớp. Nếu cả hai số đúng như đã ghi, gọi Văn phòng theo "
    "số điện thoại nêu tại lỗi.",
)
def equivalent_measures_agree(case: Case) -> Iterator[Remark]:
    figures = _full_year(case)
    restated = case.interpretation.restated  # "> 10" agrees with whatever lies beyond
    for equivalence in case.catalogue.equivalences:
        left, right = figures.get(equivalence.left), figures.get(equivalence.right)
        if left is None or right is None or {_key(left[0]), _key(right[0])} & restated:
            continue
        converted = equivalence.to_right(left[1])
        if abs(converted - right[1]) <= equivalence.tolerance:
            continue
        other = case.label(left[0].sheet, left[0].row_key, "")
        text = (
            f"{format_number(right[1])} không khớp với {other} (trang "
            f"«{left[0].sheet_name}», ô {left[0].cell}: {format_number(left[1])}) cùng nội dung. "
        )
        if converted != left[1]:
            text += (
                f"{format_number(left[1])} ở dòng kia tương ứng {format_number(converted)} ở dòng "
                "này. "
            )
        yield _on_either(case, right[0], left[0], f"{text}Đề nghị sửa ô ghi sai cho khớp")


def _on_either(case: Case, one: Entry, other: Entry, asked: str) -> Remark:
    """A remark on a figure where another may be what is wrong: who mends either is told which cells
    hold the same, and those of the first are marked with it."""
    both = [(entry, case.twins(entry)) for entry in (one, other)]
    ways = [
        f"sửa {_called(entry, one)} thì sửa cả ô {', '.join(t.cell for t in twins)}"
        + (" (ghi cùng nội dung)" if entry is one or not both[0][1] else "")
        for entry, twins in both
        if twins
    ]
    text = "; ".join([asked, ", ".join(ways)]) if ways else asked
    remark = case.at_entry(one, f"{text}. {case.if_right}", doubts=[other, *both[1][1]])
    return replace(remark, cells=[e.cell for e in (one, *both[0][1])] if both[0][1] else ())


def _called(entry: Entry, beside: Entry) -> str:
    sheet = "" if entry.sheet == beside.sheet else f" trang «{entry.sheet_name}»"
    return f"ô {entry.cell}{sheet}"


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.sheet, entry.row_key, entry.column


@rule(
    "TH-01",
    Severity.ERROR,
    title="Phần lớn hơn tổng",
    explanation="Số của dòng «trong đó» không thể lớn hơn số của dòng tổng (ví dụ khách quốc tế "
    "với tổng lượt khách).",
    remedy="Sửa một trong hai ô. Nếu cả hai số đúng như đã ghi, gọi Văn phòng theo số điện "
    "thoại nêu tại lỗi.",
)
def a_part_is_not_larger_than_its_whole(case: Case) -> Iterator[Remark]:
    figures = _full_year(case)
    rows = case.expectations.rows_by_code
    for whole, parts in families_of(case.catalogue, case.settings).thereof.items():
        total = figures.get(whole)
        for part in parts:
            found = figures.get(part)
            if total is None or found is None or found[1] <= total[1]:
                continue
            yield _on_either(
                case,
                found[0],
                total[0],
                f"{case.shown(found[1], rows[part])} lớn hơn tổng ở dòng "
                f"{case.label(total[0].sheet, whole, '')} (ô {total[0].cell}: "
                f"{case.shown(total[1], rows[whole])}). Đề nghị kiểm tra, sửa ô ghi sai",
            )


@rule(
    "TH-02",
    Severity.WARNING,
    title="Các phần cộng lại lớn hơn tổng",
    explanation="Ví dụ thu nội địa cộng thu xuất nhập khẩu lớn hơn tổng thu ngân sách. Chính mức "
    "phấn đấu tại Chỉ thị cộng lại cũng vượt tổng, nên chỉ là cảnh báo.",
    remedy="Kiểm tra lại; nếu đúng, nêu lý do ở cột giải trình của dòng tổng.",
)
def parts_do_not_exceed_their_whole(case: Case) -> Iterator[Remark]:
    figures = _full_year(case)
    rows = case.expectations.rows_by_code
    for whole, parts in families_of(case.catalogue, case.settings).summands.items():
        total = figures.get(whole)
        present = [f for p in parts if (f := figures.get(p)) is not None]
        added = sum((f[1] for f in present), Decimal(0))
        if total is None or len(present) < 2 or added <= total[1]:
            continue
        cells = " + ".join(f"{f[0].cell}: {format_number(f[1])}" for f in present)
        yield case.at_entry(
            total[0],
            f"tổng là {case.shown(total[1], rows[whole])} nhưng các dòng thành phần cộng lại là "
            f"{case.shown(added, rows[whole])} ({cells}). " + LOOK_AGAIN,
            justified=True,
        )


@rule(
    "TH-03",
    Severity.WARNING,
    title="Tốc độ chung không nằm giữa tốc độ của các phần",
    explanation="Tốc độ tăng (chỉ số) chung là bình quân của các phần, nên nằm giữa phần thấp nhất "
    "và phần cao nhất. Chỉ xét khi mọi phần đều có số.",
    remedy="Kiểm tra lại các số trong cùng nhóm; nếu đúng, nêu lý do ở cột giải trình.",
)
def a_growth_rate_lies_between_its_parts(case: Case) -> Iterator[Remark]:
    families = families_of(case.catalogue, case.settings).growth
    for expected, layout in case.tables():
        committed, periods = expected.value_column, expected.period_columns
        columns = [committed] if committed else [periods[p] for p in PERIODS if p in periods]
        for code, parts in families.items():
            if code not in layout.rows or len(parts) < 2:
                continue
            for column in columns:
                whole = case.sound(layout.key, code, column)
                found = [case.sound(layout.key, p, column) for p in parts]
                values = [f[1] for f in found if f is not None]
                if whole is None or len(values) < len(parts):
                    continue
                if not min(values) <= whole[1] <= max(values):
                    yield case.at_entry(
                        whole[0],
                        f"{format_number(whole[1])} không nằm giữa phần thấp nhất "
                        f"({format_number(min(values))}) và phần cao nhất "
                        f"({format_number(max(values))}). Đề nghị kiểm tra lại các số trong nhóm, "
                        "sửa nếu ghi nhầm; nếu đúng, nêu lý do ở cột giải trình.",
                        justified=True,
                    )


@rule(
    "TH-04",
    Severity.WARNING,
    title="Các tỷ trọng cộng lại vượt giới hạn",
    explanation="Ví dụ tỷ trọng chi thường xuyên và tỷ trọng chi đầu tư phát triển cộng lại không "
    "quá 100%.",
    remedy="Kiểm tra lại các số; nếu đúng, nêu lý do ở cột giải trình.",
)
def known_sums_keep_their_limit(case: Case) -> Iterator[Remark]:
    figures = _full_year(case)
    for limit in case.settings.sum_limits:
        found = [figures[c] for c in limit.rows if c in figures]
        added = sum((f[1] for f in found), Decimal(0))
        if len(found) < len(limit.rows) or added <= limit.limit:
            continue
        cells = " + ".join(f"{f[0].cell}: {format_number(f[1])}" for f in found)
        yield case.at_entry(
            found[0][0],
            f"cộng với các dòng liên quan được {format_number(added)}, quá "
            f"{format_number(limit.limit)} ({cells}). {limit.note}".rstrip()
            + f" {LOOK_AGAIN}",
            justified=True,
        )
