"""KQ: what was done, at the year's end. Columns are found by what they mean, in any form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from models.domain.notation.deadlines import format_date
from models.domain.notation.number_notation import format_number
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import OFFICIAL, Column, SheetKind
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import PERIODS
from models.domain.register.targets import Direction, Judgement, TargetKind, judge
from models.domain.register.targets_in_force import TargetInForce, target_in_force
from models.domain.register.territories import Territory
from models.domain.rules.measures import kinds_of
from models.domain.rules.registry import Case, Remark, rule, short_of, target_with_unit
from models.domain.rules.result_rows import ResultRow, result_rows

_INDEX_LOW, _INDEX_HIGH = Decimal(50), Decimal(200)  # same period of last year = 100
_INDEX_APART = Decimal(15)  # points from what was printed: worth a word
_FAR_APART = Decimal(100)  # times
_PERIOD_ENDS = dict(zip(PERIODS, ((3, 31), (6, 30), (9, 30), (12, 31)), strict=True))
_AGREES: dict[Judgement, tuple[str, ...]] = {
    Judgement.EXCEEDED: ("Vượt", "Đạt"),
    Judgement.MET: ("Đạt",),
    Judgement.FLOOR_MET: ("Đạt",),
    Judgement.NOT_MET: ("Không đạt",),
}
_INDEX_EXAMPLE = Advised.number(Decimal("111.88"))
_STRICT = (TargetKind.GREATER, TargetKind.LESS)  # passed is met, and may be called exceeded


# What goes with a value


@rule(
    "KQ-01",
    Severity.ERROR,
    title="Số liệu thiếu ngày chốt, hoặc chưa rõ là số ước hay số chính thức",
    explanation="Có số cả năm thì chọn «Ước thực hiện» hoặc «Chính thức»; có số thực hiện đến nay, "
    "số đã giải ngân thì ghi ngày chốt. Cơ quan phối hợp ghi số của mình cũng vậy.",
    remedy="Điền ô đi kèm, hoặc bỏ số nếu cơ quan không báo cáo dòng này.",
)
def a_value_says_what_it_is(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        pairs = [
            ("value_status", [c for c in row.columns if c.meaning in ("estimate",)]),
            ("as_of", [c for c in row.columns if c.meaning in ("to_date", "disbursed")]),
        ]
        for meaning, values in pairs:
            beside = row.column(meaning)
            given = [e for c in values if not c.period and (e := row.entry_of(c)) is not None]
            if meaning == "value_status":
                given += [e for c in values if c.period and (e := row.entry_of(c)) is not None]
            if beside is None or not given or row.entry_of(beside) is not None:
                continue
            if beside.key in row.required:
                continue  # said of the empty cell itself
            day = case.example_day(10, 31)
            chosen = meaning == "value_status"
            if chosen and row.catalogue_row is not None and row.catalogue_row.target_words:
                continue  # words are no estimate and no official figure
            yield row.at_cell(
                beside,
                f"ô {given[0].cell} đã ghi số ({given[0].raw}), ô này còn trống. Đề nghị "
                + (
                    "chọn số cả năm là số ước hay số chính thức."
                    if chosen
                    else f"ghi ngày chốt số liệu, ví dụ {day.text}."
                ),
                advised=[] if chosen else [day],
            )


@rule(
    "KQ-02",
    Severity.ERROR,
    title="Để trống ô bắt buộc, ghi ô khác thay thế mà chưa giải trình",
    explanation="Không có số theo địa bàn Chỉ thị giao thì được ghi số toàn thành phố sau hợp nhất "
    "thay thế, kèm lý do ở cột giải trình. Kịch bản GRDP cũng vậy.",
    remedy="Ghi ô còn trống; nếu không có số, nêu lý do ở cột giải trình của dòng.",
)
def a_substitute_is_justified(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        if row.justification:
            continue
        for column in row.columns:
            if column.key not in row.required or row.entry_of(column) is not None:
                continue
            instead = [e for key in column.alternatives if (e := row.entry(key)) is not None]
            if instead:
                yield row.at_cell(
                    column,
                    f"còn trống, mới ghi ô {instead[0].cell}. Đề nghị ghi ô này; nếu không có số, "
                    "xin nêu lý do ở cột giải trình của dòng.",
                )
                break  # the row's other empty cells have the same cause


@rule(
    "KQ-03",
    Severity.ERROR,
    title="Ngày chốt số liệu không hợp lý",
    explanation="Ngày chốt số liệu nằm trong năm của kỳ báo cáo và không sau ngày gửi báo cáo.",
    remedy="Ghi ngày mà số liệu được tính đến.",
)
def figures_are_as_of_a_day_that_has_been(case: Case) -> Iterator[Remark]:
    year = case.catalogue.year
    for row in result_rows(case):
        found = row.date("as_of")
        if found is None:
            continue
        entry, day = found
        if day > case.known_day:
            yield case.at_entry(
                entry,
                f"ngày chốt số liệu {format_date(day)} sau ngày gửi báo cáo. Đề nghị ghi ngày mà "
                "số liệu thực tế được tính đến.",
            )
        elif day.year < year:
            yield case.at_entry(
                entry,
                f"ngày chốt số liệu {format_date(day)} không thuộc năm {year}. Đề nghị kiểm tra "
                "lại năm.",
            )


@rule(
    "KQ-04",
    Severity.ERROR,
    title="Số chính thức khi kỳ số liệu chưa kết thúc",
    explanation="Báo cáo gửi trước khi hết năm chưa thể có số chính thức cả năm. Khi có số chính "
    "thức, cơ quan gửi lại sổ; số ước và số chính thức đều được lưu.",
    remedy="Chọn «Ước thực hiện».",
)
def an_official_value_has_its_period_behind_it(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        status = row.text("value_status")
        if status is None or status[1] != OFFICIAL:
            continue
        columns = [c for c in row.columns if c.meaning == "estimate"]
        ends = [_end_of(c, case.catalogue.year) for c in columns]
        if ends and case.known_day <= max(ends):
            yield case.at_entry(
                status[0],
                f"kỳ số liệu kết thúc ngày {format_date(max(ends))} nên chưa có số chính thức. Đề "
                "nghị chọn «Ước thực hiện»; khi có số chính thức, xin gửi lại sổ báo cáo.",
            )


def _end_of(column: Column, year: int) -> dt.date:
    return dt.date(year, *_PERIOD_ENDS[column.period or PERIODS[-1]])


# Indicators


@rule(
    "KQ-05",
    Severity.ERROR,
    title="Số thực hiện đến nay lớn hơn số ước cả năm",
    explanation="Chỉ tiêu tính bằng lượng lũy kế từ đầu năm nên số đến nay không lớn hơn số cả "
    "năm. Có giải trình thì vẫn nhận.",
    remedy="Kiểm tra hai ô, có thể ghi đổi chỗ; nếu đúng, nêu lý do ở cột giải trình.",
)
def the_year_is_not_less_than_its_part(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for row in result_rows(case, SheetKind.TABLE):
        so_far, year = row.number("to_date"), row.number("estimate")
        if so_far is None or year is None or so_far[1] <= year[1]:
            continue
        if not kinds[row.key].adds_up:
            continue
        yield case.at_entry(
            so_far[0],
            f"số đến nay ({format_number(so_far[1])}) lớn hơn số cả năm "
            f"({format_number(year[1])}, ô {year[0].cell}). Đề nghị kiểm tra hai ô; nếu đúng, nêu "
            "lý do ở cột giải trình.",
            row.graver_unless_justified,
            justified=True,
            doubts=[so_far[0], year[0]],
        )


@rule(
    "KQ-19",
    Severity.WARNING,
    title="Hai số của cùng một chỉ tiêu lệch nhau từ 100 lần trở lên",
    explanation="Số năm trước, số đến nay, số của địa bàn khác được so với số cả năm của địa bàn "
    "Chỉ thị giao. Lệch nhiều như vậy thường do nhầm đơn vị (đồng, triệu, tỷ) ở một trong hai ô.",
    remedy="Kiểm tra đơn vị của hai ô; nếu đúng, nêu lý do ở cột giải trình.",
)
def figures_of_one_measure_are_of_one_size(case: Case) -> Iterator[Remark]:
    kinds = kinds_of(case.catalogue, case.settings)
    for row in result_rows(case, SheetKind.TABLE):
        year, kind = row.number("estimate"), kinds.get(row.key)
        if year is None or not year[1] or kind is None or (kind.growth and not kind.index):
            continue
        for column in row.columns:
            if not column.unit_of_row or column.period:
                continue
            found = row.sound(column)
            if found is None or not found[1] or found[0].cell == year[0].cell:
                continue
            ratio = abs(found[1] / year[1])
            if 1 / _FAR_APART < ratio < _FAR_APART:
                continue
            yield case.at_entry(
                found[0],
                f"{format_number(found[1])} lệch từ 100 lần trở lên so với số cả năm "
                f"({format_number(year[1])}, ô {year[0].cell}). Đề nghị kiểm tra đơn vị của hai "
                "ô; nếu đúng, xin nêu lý do ở cột giải trình.",
                justified=True,
            )


def _judged(
    case: Case, row: ResultRow
) -> Iterator[tuple[Entry, Decimal, TargetInForce, Judgement]]:
    """The row's full-year values for which a target holds, the directive's own territory first.

    None that may be wrong by what was said before: another one would be judged.
    """
    if row.catalogue_row is None:
        return
    own = case.catalogue.territory
    columns = [c for c in row.columns if c.meaning == "estimate" and not c.period]
    for column in sorted(columns, key=lambda c: bool(c.territory)):
        found = row.settled(column)
        territory = Territory(column.territory) if column.territory else own
        target = target_in_force(row.catalogue_row, case.catalogue, territory, case.known_day)
        if found is not None and target is not None:
            judgement = judge(found[1], target.target, row.catalogue_row.direction)
            yield (*found, target, judgement)


def _named(target: TargetInForce) -> str:
    """What the target is to the agency: its workbook prints none that is yet to be confirmed."""
    return "mức tham khảo Văn phòng đang xác minh" if target.assumed else "mức giao"


@rule(
    "KQ-06",
    Severity.WARNING,
    title="Ước cả năm không đạt chỉ tiêu mà chưa nêu nguyên nhân",
    explanation="Vẫn nhận, không trả lại. Nguyên nhân được đưa nguyên văn vào báo cáo trình UBND "
    "thành phố. Mỗi số được so với chỉ tiêu của đúng địa bàn đó.",
    remedy="Sửa nếu ghi nhầm; nếu đúng, nêu nguyên nhân ở cột «Nguyên nhân», hoặc giải trình.",
)
def a_missed_target_has_its_causes(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        if row.filled("causes") or row.justification:
            continue
        for entry, value, target, judgement in _judged(case, row):
            if judgement is Judgement.NOT_MET and row.catalogue_row is not None:
                printed = target_with_unit(target.printed, row.catalogue_row.unit)
                lower = row.catalogue_row.direction is Direction.LOWER
                short = short_of(printed, _named(target), lower=lower, missed="không đạt")
                yield case.at_entry(
                    entry,
                    f"{format_number(value)} {short}. Đề nghị sửa nếu ghi nhầm; nếu đúng, "
                    "nêu nguyên nhân ở cột «Nguyên nhân», để đưa nguyên văn vào báo cáo UBND "
                    "thành phố.",
                    justified=True,
                )
                break


@rule(
    "KQ-07",
    Severity.WARNING,
    title="Tự đánh giá khác với kết quả so với chỉ tiêu",
    explanation="So số cả năm với mức giao. Có nêu nguyên nhân hoặc giải trình thì không nhắc.",
    remedy="Chọn lại ở cột «Tự đánh giá», hoặc nêu lý do.",
)
def the_own_judgement_is_the_figures(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        said = row.text("self_judgement")
        if said is None or row.filled("causes") or row.justification:
            continue
        for entry, value, target, judgement in _judged(case, row):
            agreeing = _AGREES.get(judgement, ())
            if judgement is Judgement.MET and target.target.kind in _STRICT:
                agreeing = ("Vượt", "Đạt")
            if agreeing and said[1] in _AGREES_WITH_SOME and said[1] not in agreeing:
                yield case.at_entry(
                    said[0],
                    f"ghi «{said[1]}», trong khi số cả năm là {format_number(value)} (ô "
                    f"{entry.cell}) và {_named(target)} là {target.printed}, tức là "
                    f"«{agreeing[0].lower()}». Đề nghị chọn lại, hoặc nêu lý do ở cột giải trình.",
                    justified=True,
                )
            break


_AGREES_WITH_SOME = frozenset(word for words in _AGREES.values() for word in words)


# The growth scenario


@rule(
    "KQ-16",
    Severity.ERROR,
    title="Chỉ số nằm ngoài khoảng hợp lý",
    explanation="Kịch bản ghi chỉ số, cùng kỳ năm trước = 100, nên nằm trong khoảng 50-200. Lệch "
    "hơn 15 điểm so với kịch bản thì xin nêu lý do.",
    remedy="Ghi lại chỉ số: tăng 11,88% ghi là 111,88. Nếu số đúng như đã ghi, gọi Văn phòng theo "
    "số điện thoại nêu tại lỗi.",
)
def an_index_looks_like_one(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        printed = row.catalogue_row.values if row.catalogue_row is not None else ()
        for column in row.columns:
            found = row.sound(column) if column.period and column.unit_of_row else None
            if found is None or not printed:
                continue
            entry, value = found
            if not _INDEX_LOW <= value <= _INDEX_HIGH:
                yield case.at_entry(
                    entry,
                    f"đang ghi {format_number(value)}; ô này ghi chỉ số, cùng kỳ năm trước = 100. "
                    f"Đề nghị ghi lại, ví dụ {_INDEX_EXAMPLE.text} nếu tăng 11,88%. "
                    + case.if_right,
                    advised=[_INDEX_EXAMPLE],
                )
            elif abs(value - printed[PERIODS.index(column.period)]) > _INDEX_APART:
                if row.justification or row.filled("causes"):
                    continue
                yield case.at_entry(
                    entry,
                    f"chỉ số {format_number(value)} lệch hơn 15 điểm so với kịch bản "
                    f"({format_number(printed[PERIODS.index(column.period)])}). Đề nghị sửa "
                    "nếu ghi nhầm; nếu đúng, nêu nguyên nhân ở cột «Nguyên nhân».",
                    Severity.WARNING,
                    justified=True,
                )


@rule(
    "KQ-17",
    Severity.WARNING,
    title="Kết quả thấp hơn kịch bản tại Phụ lục II mà chưa nêu nguyên nhân",
    explanation="Vẫn nhận, không trả lại. Nguyên nhân được đưa vào báo cáo trình UBND thành phố.",
    remedy="Sửa nếu ghi nhầm; nếu đúng, nêu ở cột «Nguyên nhân», hoặc giải trình.",
)
def a_result_below_the_scenario_has_its_causes(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        printed = row.catalogue_row.values if row.catalogue_row is not None else ()
        if not printed or row.filled("causes") or row.justification:
            continue
        lower = [
            (*found, printed[PERIODS.index(column.period)])
            for column in row.columns
            if column.period and column.unit_of_row
            if (found := row.settled(column)) is not None
            and found[1] < printed[PERIODS.index(column.period)]
        ]
        if lower:
            names = ", ".join(
                f"{e.cell}: {format_number(v)} so với {format_number(p)}" for e, v, p in lower
            )
            yield case.at_entry(
                lower[0][0],
                f"thấp hơn kịch bản tại Phụ lục II ({names}). Đề nghị sửa nếu ghi nhầm; nếu "
                "đúng, nêu nguyên nhân ở cột «Nguyên nhân».",
                justified=True,
            )
