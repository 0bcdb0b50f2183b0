"""KQ: tasks and projects at the year's end: what is done, proven, behind, and spent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from models.domain.notation.corrections import names_issued_paper
from models.domain.notation.deadlines import format_date
from models.domain.notation.number_notation import clear_text, format_number
from models.domain.reading.cell_values import seen_text
from models.domain.reading.findings import Advised, Severity
from models.domain.reading.forms import STATE_DONE, STATE_HALTED, STATE_NOT_BEGUN, SheetKind
from models.domain.rules.registry import LOOK_AGAIN, Case, Remark, rule
from models.domain.rules.result_rows import result_rows

# Tasks. First what may be wrong in the row itself; what follows rests on its state and its days.


@rule(
    "KQ-12",
    Severity.ERROR,
    title="Mức độ hoàn thành không nằm trong 0-100",
    explanation="Mức độ hoàn thành tính theo phần trăm, từ 0 đến 100. Số lớn hơn 0 mà nhỏ hơn 1 có "
    "thể là tỷ lệ ghi dạng thập phân (0,5 cho 50%): Văn phòng không suy diễn số liệu.",
    remedy="Ghi lại theo phần trăm: một nửa ghi 50.",
)
def a_percentage_is_one(case: Case) -> Iterator[Remark]:
    for row in result_rows(case):
        found = row.number("percent")
        if found is None:
            continue
        entry, value = found
        if 0 < value < 1:
            yield case.at_entry(
                entry,
                f"đang ghi {format_number(value)}. Nếu ý là {format_number(_percent(value))}%, đề "
                f"nghị ghi {clear_text(_percent(value))}; nếu mới làm chưa đến 1%, đề nghị ghi 0.",
                advised=[Advised.number(_percent(value)), Advised.number(Decimal(0))],
            )
        elif value > 100:
            yield case.at_entry(
                entry,
                f"đang ghi {format_number(value)}, mức độ hoàn thành từ 0 đến 100. Đề nghị ghi lại "
                "theo phần trăm.",
            )


def _percent(value: Decimal) -> Decimal:
    """A decimal fraction in per cent, without idle zeros."""
    return Decimal(f"{(value * 100).normalize():f}")


@rule(
    "KQ-10",
    Severity.ERROR,
    title="Ngày hoàn thành, ngày văn bản không hợp lý",
    explanation="Ngày hoàn thành, ngày văn bản không sau ngày gửi báo cáo; ngày hoàn thành không "
    "trước năm của Chỉ thị.",
    remedy="Kiểm tra lại ngày; việc chưa xong thì chọn «Đang thực hiện».",
)
def what_is_finished_lies_behind_us(case: Case) -> Iterator[Remark]:
    year = case.catalogue.year
    for row in result_rows(case):
        for meaning, earliest in (("finished_on", year), ("product_date", year - 1)):
            found = row.date(meaning)
            if found is None:
                continue
            entry, day = found
            if day > case.known_day:
                state = row.text("state")
                yield case.at_entry(
                    entry,
                    f"ngày {format_date(day)} sau ngày gửi báo cáo. Đề nghị kiểm tra lại ngày; "
                    "việc chưa xong thì chọn «Đang thực hiện» và để trống ô này.",
                    doubts=[state[0]] if state else (),
                )
            elif day.year < earliest:
                yield case.at_entry(
                    entry,
                    f"ngày {format_date(day)} có năm không hợp lý. Đề nghị kiểm tra lại năm. "
                    + case.if_right.replace("số đúng", "ngày đúng"),
                )


@rule(
    "KQ-11",
    Severity.ERROR,
    title="Tình trạng không khớp với mức độ hoàn thành hoặc ngày hoàn thành",
    explanation="«Đã hoàn thành» là 100%; «Chưa thực hiện» là 0%; có ngày hoàn thành hoặc đạt 100% "
    "thì tình trạng là «Đã hoàn thành». Có giải trình thì vẫn nhận.",
    remedy="Sửa tình trạng, hoặc sửa ô không khớp.",
)
def the_state_fits_the_rest_of_the_row(case: Case) -> Iterator[Remark]:
    for row in result_rows(case):
        entry, state = row.text("state") or (None, "")
        if entry is None or not state:
            continue
        percent, finished = row.number("percent"), row.date("finished_on")
        advised: list[Advised] = []
        if state == STATE_DONE and percent is not None and percent[1] < 100:
            text = f"mức độ hoàn thành là {format_number(percent[1])}% (ô {percent[0].cell})"
            beside = percent[0]
            if percent[1] == 1:
                advised = [Advised("100", Decimal(100), percent[0].cell)]
                text += f"; nếu ý là 100%, đề nghị ghi {advised[0].text}"
        elif state != STATE_DONE and percent is not None and percent[1] == 100:
            beside, text = percent[0], f"mức độ hoàn thành là 100% (ô {percent[0].cell})"
        elif state == STATE_NOT_BEGUN and percent is not None and percent[1] > 0:
            beside = percent[0]
            text = f"mức độ hoàn thành là {format_number(percent[1])}% (ô {percent[0].cell})"
        elif state != STATE_DONE and finished is not None:
            beside = finished[0]
            text = f"đã ghi ngày hoàn thành {format_date(finished[1])} (ô {finished[0].cell})"
        else:
            continue
        yield case.at_entry(
            entry,
            f"tình trạng là «{state}», trong khi {text}. Đề nghị sửa cho khớp, hoặc nêu lý do ở "
            "cột giải trình.",
            row.graver_unless_justified,
            justified=True,
            advised=advised,
            doubts=[entry, beside],
        )


@rule(
    "KQ-08",
    Severity.ERROR,
    title="Việc đã hoàn thành chưa có ngày hoàn thành",
    explanation="Ngày hoàn thành cho biết việc xong đúng hạn hay quá hạn.",
    remedy="Ghi ngày hoàn thành thực tế.",
)
def a_finished_task_says_when(case: Case) -> Iterator[Remark]:
    for row in result_rows(case):
        column = row.column("finished_on")
        if column is not None and row.state == STATE_DONE and row.entry_of(column) is None:
            day = case.example_day(6, 30)
            yield row.at_cell(
                column,
                "tình trạng là «Đã hoàn thành», ô này còn trống. Đề nghị ghi ngày hoàn thành thực "
                f"tế, ví dụ {day.text}.",
                advised=[day],
            )


@rule(
    "KQ-09",
    Severity.WARNING,
    title="Việc đã hoàn thành chưa nêu văn bản chứng minh",
    explanation="Số, ký hiệu và ngày của văn bản (quyết định, nghị quyết, báo cáo ...) chứng minh "
    "kết quả; «đang trình», «dự thảo», «chưa ký» thì chưa phải. Việc không ra văn bản thì giải "
    "trình.",
    remedy="Ghi số, ký hiệu văn bản; nếu không có, nêu lý do ở cột giải trình.",
)
def a_finished_task_is_proven(case: Case) -> Iterator[Remark]:
    for row in result_rows(case):
        column = row.column("product_number")
        if column is None or row.state != STATE_DONE:
            continue
        entry = row.entry_of(column)
        if entry is not None:
            if isinstance(entry.value, str) and not names_issued_paper(entry.value):
                yield case.at_entry(
                    entry,
                    f"việc đã hoàn thành, nhưng «{seen_text(entry.value, 80)}» không phải số, ký "
                    "hiệu của văn bản đã ban hành nên chưa được tính là văn bản chứng minh. Đề "
                    "nghị ghi số, ký hiệu văn bản; việc không ra văn bản thì để trống ô này và nêu "
                    "ở cột giải trình.",
                    justified=True,
                )
        elif not row.justification:
            yield row.at_cell(
                column,
                "việc đã hoàn thành, chưa nêu văn bản chứng minh. Đề nghị ghi số, ký hiệu văn bản; "
                "việc không ra văn bản thì nêu ở cột giải trình.",
            )


@rule(
    "KQ-18",
    Severity.WARNING,
    title="Ngày hoàn thành trong hạn, văn bản chứng minh ban hành sau hạn",
    explanation="Việc được xếp đúng hạn theo ngày hoàn thành. Văn bản chứng minh ban hành sau thời "
    "hạn thì được hỏi lại ngày nào đúng.",
    remedy="Kiểm tra hai ngày; nếu đúng, nêu lý do ở cột giải trình.",
)
def what_was_done_in_time_is_proven_in_time(case: Case) -> Iterator[Remark]:
    for row in result_rows(case):
        finished, issued = row.date("finished_on"), row.date("product_date")
        deadline = row.deadline
        if row.state != STATE_DONE or finished is None or issued is None or deadline is None:
            continue
        if finished[1] <= deadline < issued[1] <= case.known_day:
            yield case.at_entry(
                issued[0],
                f"văn bản ban hành ngày {format_date(issued[1])}, sau thời hạn "
                f"{format_date(deadline)}, trong khi ngày hoàn thành ghi "
                f"{format_date(finished[1])} (ô {finished[0].cell}). Đề nghị kiểm tra hai ngày; "
                "nếu đúng, xin nêu lý do ở cột giải trình.",
                justified=True,
            )


@rule(
    "KQ-13",
    Severity.WARNING,
    title="Việc quá hạn, tạm dừng hoặc chưa thực hiện mà chưa nêu lý do",
    explanation="Vẫn nhận. Khó khăn, vướng mắc được tổng hợp để UBND thành phố chỉ đạo tháo gỡ.",
    remedy="Nêu ở cột «Khó khăn, vướng mắc», hoặc giải trình.",
)
def a_task_behind_says_why(case: Case) -> Iterator[Remark]:
    for row in result_rows(case):
        entry, state = row.text("state") or (None, "")
        if entry is None or state in ("", STATE_DONE):
            continue
        if row.filled("obstacles") or row.justification:
            continue
        deadline = row.deadline
        if state in (STATE_HALTED, STATE_NOT_BEGUN):
            why = f"tình trạng là «{state}»"
        elif deadline is not None and deadline < case.known_day:
            why = f"thời hạn {format_date(deadline)} đã qua mà việc chưa hoàn thành"
        else:
            continue
        yield case.at_entry(
            entry,
            f"{why}. Đề nghị sửa nếu ghi nhầm; nếu đúng, nêu lý do ở cột «Khó khăn, vướng mắc» và "
            "đề xuất (nếu có).",
            justified=True,
        )


# Projects


@rule(
    "KQ-15",
    Severity.ERROR,
    title="Số đã giải ngân lớn hơn số ước cả năm",
    explanation="Số ước giải ngân cả năm gồm cả số đã giải ngân. Có giải trình thì vẫn nhận.",
    remedy="Kiểm tra hai ô, có thể ghi đổi chỗ; nếu đúng, nêu lý do ở cột giải trình.",
)
def the_years_disbursement_holds_what_is_spent(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        spent, year = row.number("disbursed"), row.number("disbursed_estimate")
        if spent is not None and year is not None and spent[1] > year[1]:
            yield case.at_entry(
                spent[0],
                f"đã giải ngân {format_number(spent[1])} triệu đồng, lớn hơn số ước cả năm "
                f"({format_number(year[1])}, ô {year[0].cell}). {LOOK_AGAIN}",
                row.graver_unless_justified,
                justified=True,
                doubts=[spent[0], year[0]],
            )


@rule(
    "KQ-14",
    Severity.WARNING,
    title="Giải ngân vượt kế hoạch vốn",
    explanation="So với kế hoạch vốn lớn hơn trong hai kế hoạch (Thủ tướng Chính phủ giao, thành "
    "phố giao). Có thể đúng khi có vốn kéo dài từ năm trước: nêu ở cột giải trình.",
    remedy="Kiểm tra đơn vị và kế hoạch vốn; nếu đúng, nêu lý do ở cột giải trình.",
)
def disbursement_keeps_within_the_plan(case: Case) -> Iterator[Remark]:
    for row in result_rows(case, SheetKind.TABLE):
        plans = [p[1] for m in ("plan_central", "plan_city") if (p := row.number(m)) is not None]
        for meaning in ("disbursed_estimate", "disbursed"):
            found = row.number(meaning)
            if not plans or found is None or found[1] <= max(plans):
                continue
            if not case.settled(found[0]):
                break
            yield case.at_entry(
                found[0],
                f"{format_number(found[1])} triệu đồng vượt kế hoạch vốn "
                f"({format_number(max(plans))} triệu đồng). Đề nghị kiểm tra; nếu đúng (ví dụ có "
                "vốn kéo dài), nêu lý do ở cột giải trình.",
                justified=True,
            )
            break
