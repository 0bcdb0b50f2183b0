"""DV: units and sizes. A figure 1.000 times off is the commonest slip, and the costliest."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from models.domain.notation.investments import COMPONENT, own_total, whole_project
from models.domain.notation.number_notation import clear_text, format_number
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import Column
from models.domain.reading.problems import ProblemKind
from models.domain.register.catalogue import PERIODS, CatalogueRow
from models.domain.register.targets import Direction, TargetKind
from models.domain.register.territories import Territory
from models.domain.rules.measures import INDEX_BASE, Kind, kinds_of
from models.domain.rules.registry import Case, Remark, rule, target_with_unit, with_unit

_POWERS = (Decimal(100), Decimal(1_000), Decimal(1_000_000), Decimal(1_000_000_000))
_ABSURD = Decimal(1_000)  # times the target: nothing to be explained, a slip for certain
_WHOLE = Decimal(100)
_CLEARLY_PARTIAL = Decimal(70)  # per cent: who promises 100 here may mean all of the target
_ONE_DIGIT = Decimal(10)  # a zero too many or too few: the digits are the target's own
_EXACT_LOW, _EXACT_HIGH = Decimal("0.8"), Decimal("1.25")
_FULL_YEAR = ("", "ca_nam")
_NEGLIGIBLE = 5_000  # of an investment: a smaller share in a year is billions typed as millions


@rule(
    "DV-01",
    Severity.ERROR,
    title="Đơn vị ghi trong ô khác đơn vị tính của dòng",
    explanation="Số được tính theo đơn vị của dòng. Ghi «37 triệu USD» ở dòng tính bằng tỷ USD thì "
    "không biết số nào đúng.",
    remedy="Quy đổi sang đơn vị của dòng và chỉ ghi số.",
)
def the_unit_is_the_rows(case: Case) -> Iterator[Remark]:
    for problem in case.problems(ProblemKind.OTHER_UNIT):
        unit, amount, as_typed, *other = problem.details
        advised = [Advised(t, Decimal(t.replace(",", "."))) for t in (*other, as_typed) if other]
        text = f"ghi «{problem.seen}», trong khi dòng này tính bằng «{unit}». "
        if other:
            text += (
                f"Đề nghị chỉ ghi số: «{other[0]}» nếu đúng là {problem.seen}, hoặc «{as_typed}» "
                f"nếu ý là {with_unit(amount, unit)}."
            )
        else:
            text += "Đề nghị quy đổi sang đơn vị của dòng và chỉ ghi số."
        yield case.at_problem(problem, text, advised=advised)


@rule(
    "DV-02",
    Severity.ERROR,
    title="Số lệch khoảng 100, 1.000, một triệu hoặc một tỷ lần so với chỉ tiêu",
    explanation="Thường do nhầm đơn vị (đồng, triệu, tỷ), do dấu chấm bị đọc thành dấu thập phân "
    "(58.500 thành 58,5) hoặc do ghi 0,125 cho 12,5%.",
    remedy="Ghi lại theo đơn vị tính của dòng. Nếu số đúng như đã ghi, gọi Văn phòng theo số điện "
    "thoại nêu tại lỗi.",
)
def no_figure_is_a_thousand_times_off(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for figure in case.figures():
        reference, value = figure.reference, figure.value
        if not reference or not value or abs(value) == reference:
            continue
        row, column = figure.row, figure.column
        power, upward = _power_off(case, column, row, kinds[row.code], abs(value) / reference)
        if not power:
            continue
        times = format_number(power)
        times_off = value / power if upward else value * power
        likely = Advised.number(Decimal(f"{times_off.normalize():f}"))
        likely_text = format_number(Decimal(f"{times_off.normalize():f}"))
        against = f"mức giao ({target_with_unit(_printed(row, column), row.unit)})"
        advice = (
            f"Nếu ý là {likely_text}%, đề nghị ghi {likely.text}."
            if row.unit == "%" and not upward
            else f"Nếu ý là {likely_text}, đề nghị ghi {likely.text} và nhìn xem ô hiện đúng số đó."
        )
        yield case.at_entry(
            figure.entry,
            f"số {format_number(value)} {'lớn' if upward else 'nhỏ'} hơn {against} khoảng {times} "
            f"lần, có lẽ nhầm đơn vị hoặc dấu phân cách. {advice} " + case.if_right,
            advised=[likely],
        )


def _power_off(
    case: Case, column: Column, row: CatalogueRow, kind: Kind, ratio: Decimal
) -> tuple[Decimal | None, bool]:
    """The power of ten a figure is off by, and whether it is too large.

    Milestones within the year may rightly be small; a figure that is better low may rightly be
    far below its bound. There only an exact hundredth or thousandth counts.
    """
    low, high = case.settings.magnitude_low, case.settings.magnitude_high
    for power in _POWERS:
        if power * low <= ratio <= power * high:
            return power, True
        small = ratio * power
        if not low <= small <= high:
            continue
        exactly = _EXACT_LOW <= small <= _EXACT_HIGH
        if not is_full_year(column) and kind.whole is None and not kind.index:
            return None, False
        if (row.direction is Direction.LOWER or not is_full_year(column)) and not exactly:
            return None, False
        return power, False
    return None, False


def _printed(row: CatalogueRow, column: Column) -> str:
    if row.values and column.period:
        return row.values_printed[PERIODS.index(column.period)]
    return row.own_target  # without the targets of other territories


@rule(
    "DV-03",
    Severity.WARNING,
    title="Số khác xa chỉ tiêu",
    explanation="Mức cả năm gấp hơn 20 lần, chưa bằng một phần hai mươi, hoặc bằng đúng 10 lần hay "
    "một phần mười mức giao (thừa, thiếu một chữ số); ghi 100% ở chỉ tiêu thấp hơn "
    "nhiều, có lẽ ý là đạt 100% chỉ tiêu. Số gấp hơn 1.000 lần phải sửa.",
    remedy="Kiểm tra lại; nếu đúng, nêu lý do ở cột giải trình.",
)
def no_figure_is_far_off(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    far = case.settings.far_factor
    for figure in case.figures():
        reference, value = figure.reference, figure.value
        row, column = figure.row, figure.column
        if not reference or not value:
            continue
        ratio = abs(value) / reference
        absurd = ratio >= _ABSURD
        if not absurd and not is_full_year(column):
            continue
        if value == _WHOLE and row.unit == "%" and reference < _CLEARLY_PARTIAL:
            target = Advised.number(reference)
            yield case.at_entry(
                figure.entry,
                f"ghi 100% trong khi mức giao là {_printed(row, column)}%. Nếu ý là hoàn "
                f"thành toàn bộ chỉ tiêu, đề nghị ghi {target.text}; nếu đúng là 100%, đề nghị nêu "
                "lý do ở cột giải trình.",
                justified=True,
                advised=[target],
                doubts=[figure.entry],
            )
            continue
        low_is_fine = row.direction is Direction.LOWER or kinds[row.code].growth
        one_digit = ratio == _ONE_DIGIT or (ratio * _ONE_DIGIT == 1 and not low_is_fine)
        if ratio >= far or (ratio * far <= 1 and not low_is_fine) or one_digit:
            hint = "có thể thừa hoặc thiếu một chữ số" if one_digit else "kiểm tra đơn vị"
            yield case.at_entry(
                figure.entry,
                f"{case.shown(value, row)} khác xa mức giao ({_printed(row, column)}); "
                + (
                    f"đề nghị ghi lại. {case.if_right}"
                    if absurd
                    else f"{hint}. Nếu đúng, đề nghị nêu lý do ở cột giải trình."
                ),
                Severity.ERROR if absurd else None,
                justified=not absurd,
                doubts=[figure.entry],
            )


@rule(
    "DV-04",
    Severity.ERROR,
    title="Tỷ lệ nằm ngoài 0-100%",
    explanation="Tỷ lệ, tỷ trọng tính trên một tổng thì từ 0 đến 100% (‰: 0 đến 1.000). Tốc độ "
    "tăng và chỉ số không theo quy tắc này.",
    remedy="Ghi lại tỷ lệ. Nếu số đúng như đã ghi, gọi Văn phòng theo số điện thoại nêu tại lỗi.",
)
def a_share_lies_within_its_whole(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for figure in case.figures():
        row, entry, value = figure.row, figure.entry, figure.value
        whole = kinds[row.code].whole
        if whole is not None and not 0 <= value <= whole:
            yield case.at_entry(
                entry,
                f"tỷ lệ phải từ 0 đến {format_number(whole)}{row.unit}, đang ghi "
                f"{format_number(value)}. Đề nghị ghi lại. {case.if_right}",
            )


@rule(
    "DV-05",
    Severity.ERROR,
    title="Số âm ở chỉ tiêu không thể âm",
    explanation="Chỉ tốc độ tăng mới có thể âm.",
    remedy="Ghi lại số không âm. Nếu số đúng như đã ghi, gọi Văn phòng theo số điện thoại nêu tại "
    "lỗi.",
)
def an_amount_is_not_negative(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for entry in case.interpretation.entries:
        if not isinstance(entry.value, Decimal) or entry.value >= 0:
            continue
        kind = kinds.get(entry.row_key, Kind())
        if kind.whole is not None or (kind.growth and not kind.index):
            continue
        yield case.at_entry(
            entry,
            f"đang ghi số âm ({format_number(entry.value)}). Đề nghị ghi lại số không âm. "
            + case.if_right,
        )


@rule(
    "DV-06",
    Severity.ERROR,
    title="Nhầm tốc độ tăng với chỉ số",
    explanation="Tăng 11,88% thì tốc độ tăng là 11,88, chỉ số là 111,88 (cùng kỳ năm trước = 100).",
    remedy="Ghi theo đúng loại của dòng. Nếu số đúng như đã ghi, gọi Văn phòng theo số điện thoại "
    "nêu tại lỗi.",
)
def growth_and_index_are_not_confused(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for figure in case.figures():
        kind = kinds[figure.row.code]
        reference, value = figure.reference, figure.value
        if reference is None or not kind.growth:
            continue
        half = INDEX_BASE / 2
        if kind.index and abs(value) < half and abs(value + INDEX_BASE - reference) < half:
            right, text = value + INDEX_BASE, "dòng này ghi chỉ số (cùng kỳ năm trước = 100)"
        elif not kind.index and value > INDEX_BASE and reference < half:
            right, text = value - INDEX_BASE, "dòng này ghi tốc độ tăng"
        else:
            continue
        yield case.at_entry(
            figure.entry,
            f"{text}, đang ghi {format_number(value)}. Nếu ý là tăng "
            f"{format_number(right if not kind.index else value)}%, đề nghị ghi "
            f"{clear_text(right)}. {case.if_right}",
            advised=[Advised.number(right)],
        )


@rule(
    "DV-07",
    Severity.ERROR,
    title="Số lượng vượt tổng số",
    explanation="Chỉ tiêu dạng «15/15» ghi số đơn vị đạt, không lớn hơn tổng số đơn vị.",
    remedy="Ghi số đơn vị đạt, ví dụ 15. Nếu số đúng như đã ghi (tổng số đã thay đổi), gọi Văn "
    "phòng theo số điện thoại nêu tại lỗi.",
)
def a_count_lies_within_its_whole(case: Case) -> Iterator[Remark]:
    for figure in case.figures():
        row, entry, value = figure.row, figure.entry, figure.value
        target = row.target
        if target is None or target.kind is not TargetKind.RATIO or target.second is None:
            continue
        if figure.column.territory:
            continue  # another territory has a whole of its own
        if not 0 <= value <= target.second:
            yield case.at_entry(
                entry,
                f"đang ghi {format_number(value)}, trong khi tổng số là "
                f"{format_number(target.second)} {row.unit}. Đề nghị ghi số đơn vị đạt, ví dụ "
                f"{clear_text(target.value)}. {case.if_right}",
                advised=[Advised.number(target.value)],
            )


@rule(
    "DV-08",
    Severity.WARNING,
    title="Vốn giải ngân trong năm không tương xứng với tổng mức đầu tư",
    explanation="Vốn giải ngân ghi bằng triệu đồng, như tổng mức đầu tư tại Phụ lục V. Lớn hơn gấp "
    "100 lần là sai đơn vị và phải sửa; chưa bằng một phần năm nghìn có lẽ là số tính bằng tỷ.",
    remedy="Kiểm tra đơn vị; nếu đúng, nêu lý do ở cột giải trình.",
)
def disbursement_fits_the_investment(case: Case) -> Iterator[Remark]:
    for expected, layout, row in case.rows():
        total = own_total(row.row.investments)
        if total is None:
            continue
        for column in expected.inputs:
            if column.unit != "triệu đồng":
                continue
            found = case.sound(layout.key, row.row.code, column.key)
            if found is None:
                continue
            entry, value = found
            if 0 < value * _NEGLIGIBLE < total:
                yield case.at_entry(
                    entry,
                    f"{format_number(value)} triệu đồng rất nhỏ so với "
                    f"{_investment(row.row, total)}. Nếu số này tính bằng tỷ đồng, đề nghị "
                    f"ghi {clear_text(value * 1000)}; nếu đúng, xin nêu lý do ở cột giải trình.",
                    justified=True,
                    advised=[Advised.number(value * 1000)],
                    doubts=[entry],
                )
            if value <= total:
                continue
            grave = value >= total * 100
            yield case.at_entry(
                entry,
                f"{format_number(value)} triệu đồng lớn hơn {_investment(row.row, total)}. Ô này "
                "tính bằng triệu đồng; đề nghị "
                + (
                    f"ghi lại. {case.if_right}"
                    if grave
                    else f"kiểm tra lại; {_of_the_part(row.row)}nếu đúng, xin nêu lý do ở cột giải "
                    "trình."
                ),
                Severity.ERROR if grave else None,
                justified=not grave,
            )


def _investment(row: CatalogueRow, total: Decimal) -> str:
    """What `own_total` is called, with the amount, as the directive prints it: of a row that is
    part of a larger project, the part's capital beside the project's investment."""
    amount, whole = f"{format_number(total)} triệu đồng", whole_project(row.investments)
    if whole is not None:
        return (
            f"tổng mức đầu tư của phần việc ghi ở dòng này ({amount}; của cả dự án là "
            f"{format_number(whole)} triệu đồng)"
        )
    parts = [one for one in row.investments if one.role == COMPONENT]
    if parts:
        return f"tổng mức đầu tư của {len(parts)} dự án thành phần cộng lại ({amount})"
    about = "khoảng " if any(one.approximate for one in row.investments) else ""
    return f"tổng mức đầu tư ({about}{amount})"


def _of_the_part(row: CatalogueRow) -> str:
    """What to write where the whole project's figure was given for its part; "" elsewhere."""
    if whole_project(row.investments) is None:
        return ""
    return "nếu đã ghi số của cả dự án, đề nghị ghi số của riêng phần việc ở dòng này; "


def is_full_year(column: Column) -> bool:
    """Whether the column's number is the row's whole year, for the ground its target is set for.

    What is known so far, last year's value and the west's alone may rightly be far from the target.
    """
    if column.meaning not in ("", "estimate") or column.territory == Territory.WEST:
        return False
    return column.period in _FULL_YEAR
