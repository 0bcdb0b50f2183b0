"""The note to the head of the office says the gravest first and never runs on for pages."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from models.domain.answers.standing import HeldMail, Timeliness, standing_of
from models.domain.consolidation import consolidate
from models.domain.cycle.cycles import HANOI
from models.domain.cycle.letter_phrases import NAMED_LENGTH, instant_text, listed
from models.domain.letters.letters import compose_summary
from models.domain.reading.submissions import Verdict
from models.domain.register.targets import Judgement
from models.domain.results.plan_summary import plan_matter
from models.domain.results.snapshots import (
    Changes,
    ConflictChange,
    FrozenConflict,
    FrozenGround,
    FrozenLine,
    GroundChange,
    LineChange,
)
from models.domain.results.summary import changes_told, summarise
from models.domain.results.summary_words import SummaryMatter, Words
from models.domain.review.states import TaskBucket
from tasks.adapters.letters.letter_writer import renderer_for
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.simulated_answers import real_office, simulated_consolidation
from tests.fixtures.small_office import AS_OF, commits, entry, missing, plans, record, standing


def summary(office, *standings, **more):
    consolidation = consolidate(office, office.cycle("2025-plan"), standings, AS_OF)
    return summarise(consolidation, office, plan_matter(consolidation, office), **more)


def simulated_summary():
    consolidation, office = simulated_consolidation(), real_office()
    return summarise(consolidation, office, plan_matter(consolidation, office))


def labels(content):
    return [point.partition(" (")[0] for point in content.points]


def test_the_gravest_stands_first(office):
    content = summary(
        office,
        missing("stc"),
        standing("skhdt", commits("grdp", "11")),
        standing("sct", plans("task_b", dt.date(2025, 5, 1), without=["five_result"])),
    )

    assert labels(content) == [
        "Quá hạn, chưa gửi",
        "Chỉ tiêu chưa cơ quan nào cam kết",
        "Chỉ tiêu cam kết chưa đạt mức giao",
        "Nhiệm vụ được giao chưa có kế hoạch",
        "Nhiệm vụ chưa đủ «5 rõ»",
        "Dự án trọng điểm chưa được báo cáo",
    ]
    assert content.points[0] == "Quá hạn, chưa gửi (1): Sở Tài chính."
    assert "PL I.1 Tên grdp (cam kết 11,00%, giao 12,50)" in content.points[2]


@pytest.mark.parametrize(
    ("lead", "other", "said", "told"),
    [
        ("12.5", "11.9", "không có; chưa tính 1 chỉ tiêu có cơ quan cùng báo cáo cam kết chưa đạt",
         "Cục Thống kê thành phố 11,9%, giao 12,50; đang tính theo cam kết của Sở Kế hoạch"),
        ("12.5", "12.6", "không có", ""),
        ("11.8", "11.9", "1 chỉ tiêu", ""),
        ("11.8", "12.5", "1 chỉ tiêu", ""),
    ],
)  # fmt: skip
def test_a_promise_below_the_target_is_told_though_the_leads_counts(
    office, lead: str, other: str, said: str, told: str
) -> None:
    content = summary(
        office,
        standing("skhdt", commits("grdp", lead)),
        standing("cuc_thong_ke", commits("grdp", other)),
    )

    assert dict(content.figures)["Cam kết chưa đạt mức giao"] == said
    beside = [p for p in content.points if p.startswith("Chỉ tiêu có cơ quan cùng báo cáo")]
    assert bool(told) == bool(beside) and told in "".join(beside)


def test_what_was_sent_back_is_said_to_be_with_its_agency_and_until_when(office):
    returned = replace(record("stc"), verdict=Verdict.RETURNED)
    states = {}
    for day in (18, 21, 27):
        now = dt.datetime(2025, 2, day, 12, tzinfo=HANOI)
        found = standing_of("stc", office.cycle("2025-plan"), office.calendar, [returned], now)
        told = consolidate(office, office.cycle("2025-plan"), [found], now)
        [table] = summarise(told, office, plan_matter(told, office)).tables[:1]
        states[day] = table.rows[0][1].partition("; gửi lần cuối")[0]

    assert states == {
        18: "Đã trả lại, chờ bản chỉnh sửa đến hết ngày 26/02/2025",
        21: "Gửi đúng hạn, đang trong thời gian chỉnh sửa đến hết ngày 26/02/2025",
        27: "Quá hạn, chưa được tiếp nhận; đã trả lại, chờ bản chỉnh sửa",
    }


def test_both_linked_rows_stand_in_the_line_about_them_each_with_its_number() -> None:
    rows = ("state_budget_revenue_trade", "trade_revenue_above_central_estimate")
    said = [
        entry("indicators", code, "committed", Decimal(value))
        for code, value in zip(rows, ("62700", "7300"), strict=True)
    ]
    waste = ("solid_waste_treatment_urban", "urban_domestic_waste_treated_share")
    shares = [
        entry("indicators", code, "committed", Decimal(value))
        for code, value in zip(waste, ("100", "96"), strict=True)
    ]
    told = {}
    for count, cells in ((1, said), (2, [*said, *shares])):
        asked = summary(real_office(), standing("stc", cells)).asked
        [told[count]] = [line for line in asked if line.startswith("Số của hai chỉ tiêu")]

    trade = "PL I.4.b 62.700 và PL III.3 7.300 tỷ đồng"
    assert f"(1): {trade}; trang «Tổng và thành phần»" in told[1]
    assert trade in told[2]
    assert "PL I.18.a 100% và PL III.58 96%" in told[2]


def test_who_waits_for_the_office_is_not_told_as_who_has_to_send(office) -> None:
    mail = HeldMail(dt.datetime(2025, 2, 19, 16, 5, tzinfo=HANOI), "KH-2025/0007")
    waits = replace(missing("stc"), timeliness=Timeliness.WAITING, held_mail=[mail])
    asked_which = replace(waits, agency="sct", held_mail=[replace(mail, asked=True)])

    tables = {
        table.title: " ".join(name for name, _ in table.rows)
        for table in summary(office, waits, asked_which, missing("skhdt")).tables
        if table.header[0] == "Cơ quan, đơn vị"
    }

    assert tables == {
        "Cơ quan, đơn vị chưa hoàn thành": "Sở Kế hoạch và Đầu tư Sở Công Thương",
        "Báo cáo chờ Văn phòng xem xét": "Sở Tài chính",
    }


def test_the_lead_counts_who_answered_and_what_is_in_it(office):
    content = summary(office, missing("stc"), standing("sct", commits("iip", "17")))

    assert content.lead[0] == (
        f"Đến {instant_text(AS_OF)}, 1/2 cơ quan, đơn vị đã có báo cáo được tiếp "
        "nhận (1 đúng hạn); 1 cơ quan quá hạn, chưa gửi."
    )
    assert "1/6 chỉ tiêu" in content.lead[1]


def test_a_conflict_names_both_values_both_sources_and_the_one_in_use(office):
    content = summary(
        office,
        standing("stc", commits("budget", "118079.279")),
        standing("cuc_thue", commits("budget", "120000")),
    )

    assert content.decisions == [
        "MT-I.4. PL I.4 Tên budget: Sở Tài chính 118.079,279%; Cục Thuế thành phố 120.000,000%. "
        "Đang tạm dùng số 118.079,279 của Sở Tài chính."
    ]


def test_an_equivalent_measure_is_shown_converted(office):
    [decision] = summary(
        office, standing("sct", commits("iip", "17") + commits("iip_index", "118"))
    ).decisions

    assert "Sở Công Thương 118%, quy đổi 18%" in decision


def test_a_lowered_scenario_is_said(office):
    cells = [entry("scenario", "scenario", "updated_year", Decimal("112.1"))]

    points = summary(office, standing("skhdt", cells)).points

    assert "Kịch bản GRDP được cập nhật thấp hơn Chỉ thị: cả năm 112,1 (Chỉ thị 112,50)." in points


def test_chart_and_workbook_are_named_only_when_there_are_any(office):
    bare = summary(office, missing("stc"))
    full = summary(office, missing("stc"), chart_id="bieu-do", workbook_name="tong_hop.xlsx")

    assert (bare.images, bare.attachments) == ([], [])
    assert full.images[0][0] == "bieu-do"
    assert full.attachments[0].startswith("Sổ tổng hợp (.xlsx)")


def test_long_lists_end_with_a_count_of_the_rest():
    names = [f"Ủy ban nhân dân huyện số {i}" for i in range(100)]

    text = listed(names, "cơ quan")

    assert text.endswith(" và 85 cơ quan khác")
    assert listed(names[:2], "cơ quan") == "; ".join(names[:2])


def test_no_point_is_longer_than_the_letter_prints():
    content = simulated_summary()

    assert content.points
    assert all(len(point) < NAMED_LENGTH + 200 for point in content.points)
    assert list(compose_summary(content).context["points"]) == list(content.points)


def test_the_letter_about_the_plan_is_read_on_a_telephone_in_two_minutes():
    content = simulated_summary()
    text = renderer_for(OFFICE_FILES / "letters").render(compose_summary(content)).text

    assert len(content.figures) == 5
    assert len(re.sub(r"-{3,}", "", " ".join(text.split()))) <= 3500
    assert any("mức giao" in table.title for table in content.tables)


def test_what_was_set_and_what_was_committed_have_as_many_decimals():
    [table] = [t for t in simulated_summary().tables if "chưa đạt mức giao" in t.title]
    plain = re.compile(r"[\d.]+(?:,(\d+))?")

    for _, target, committed in table.rows:
        found = [plain.fullmatch(text) for text in (target, committed)]
        if all(found):
            assert len({len(one[1] or "") for one in found}) == 1, (target, committed)


def test_every_row_of_a_table_has_as_many_cells_as_its_header():
    for table in simulated_summary().tables:
        assert {len(row) for row in table.rows} == {len(table.header)}
        assert all(isinstance(cell, str) for row in table.rows for cell in row)


def test_a_whole_that_its_parts_do_not_fit_is_asked_and_told_in_a_sentence():
    year = {"industry_construction": "115.67", "services": "109.20"}
    year |= {"agriculture": "101.00", "product_tax": "106.00"}
    said = [
        entry("scenario", f"scenario_{key}", "updated_year", Decimal(value))
        for key, value in year.items()
    ]
    whole = [entry("scenario", "scenario_grdp", "updated_year", Decimal("111.9"))]
    content = summary(real_office(), standing("skhdt", said), standing("cuc_thong_ke", whole))

    name = "Số chung và số thành phần cần đối chiếu"
    assert any(one.startswith(f"{name} (1): ") for one in content.asked)
    assert any(one.endswith("Hai nguồn chưa thống nhất, đề nghị đối chiếu.") for one in
               content.decisions)  # fmt: skip
    assert all(label != name for label, _ in content.counts)


def test_mail_that_waits_for_the_office_is_not_said_to_be_missing(office):
    waiting = replace(
        missing("stc"),
        timeliness=Timeliness.WAITING,
        held_mail=[HeldMail(dt.datetime(2025, 2, 19, 16, 5, tzinfo=HANOI), "KH-2025/0007")],
    )
    content = summary(office, waiting, standing("sct", commits("iip", "17")))

    table = next(t for t in content.tables if t.title == "Báo cáo chờ Văn phòng xem xét")
    assert table.rows == [("Sở Tài chính", "Gửi đúng hạn, chờ Văn phòng xem xét")]


def test_who_was_asked_which_workbook_counts_is_counted_apart(office):
    mail = HeldMail(dt.datetime(2025, 2, 19, 16, 5, tzinfo=HANOI), "KH-2025/0007")
    waits = replace(missing("stc"), timeliness=Timeliness.WAITING, held_mail=[mail])
    chooses = replace(waits, agency="sct", held_mail=[replace(mail, asked=True)])
    said = "1{} gửi đúng hạn, chờ Văn phòng xem xét; 1{} gửi đúng hạn, chờ cơ quan xác định bản"
    content = summary(office, waits, chooses)

    assert said.format("", "") in dict(content.figures)["Báo cáo được tiếp nhận"]
    assert said.format(" cơ quan", " cơ quan") in content.lead[0]
    points = [one for one in content.points if one.startswith("Gửi đúng hạn")]
    assert points == [
        "Gửi đúng hạn, chờ Văn phòng xem xét (1): Sở Tài chính.",
        "Gửi đúng hạn, chờ cơ quan xác định bản chính (1): Sở Công Thương.",
    ]


@pytest.mark.parametrize(
    ("state", "ends"), [(Timeliness.OPEN, "còn trong hạn"), (Timeliness.MISSING, "quá hạn")]
)
def test_who_sent_another_agencys_workbook_is_counted_apart(office, state, ends):
    mail = HeldMail(dt.datetime(2025, 2, 12, 10, tzinfo=HANOI), "", workbook_of="Kho bạc Nhà nước")
    strayed = replace(missing("stc"), timeliness=state, held_mail=[mail])
    silent = replace(missing("sct"), timeliness=state)
    content = summary(office, strayed, silent)

    named = f"gửi thư nhưng đính kèm sổ của cơ quan khác, chưa có báo cáo của cơ quan, {ends}"
    assert f"1 đã {named}" in dict(content.figures)["Báo cáo được tiếp nhận"]
    assert f"1 cơ quan đã {named}" in content.lead[0]
    [owing] = [t for t in content.tables if t.title.startswith("Cơ quan, đơn vị chưa hoàn thành")]
    assert dict(owing.rows)["Sở Tài chính"] == f"Đã {named}"


@pytest.mark.parametrize("count", [1, 4, 10, 11, 20])
def test_agencies_that_owe_are_all_named_where_they_are_few(count):
    office = real_office()
    codes = [code for code, one in office.register.agencies.items() if one.valid_to is None][:count]
    content = summary(office, *(missing(code) for code in codes))
    [owing] = [t for t in content.tables if t.title.startswith("Cơ quan, đơn vị chưa hoàn thành")]
    told = " ".join(name for name, _ in owing.rows)

    if count <= 10:
        assert len(told.split("; ")) == count and "cơ quan khác" not in told
        assert owing.title == "Cơ quan, đơn vị chưa hoàn thành"
    else:
        assert told.endswith(f" và {count - 2} cơ quan khác") and owing.title.endswith(f"({count})")


def test_no_row_of_those_who_owe_is_left_out_and_those_in_time_come_last():
    office = real_office()
    codes = [code for code, one in office.register.agencies.items() if one.valid_to is None][:12]
    states = [Timeliness.OPEN] * 7 + [Timeliness.WAITING, Timeliness.OVERDUE, Timeliness.MISSING]
    states += [Timeliness.CORRECTING, Timeliness.MISSING]
    owing = [replace(missing(c), timeliness=s) for c, s in zip(codes, states, strict=True)]
    [table] = [
        t
        for t in summary(office, *owing).tables
        if t.title.startswith("Cơ quan, đơn vị chưa hoàn thành")
    ]
    told = [state for _, state in table.rows]
    assert told[-1] == "Còn trong hạn" and len(told) == 5
    assert not any("Xem tệp kèm theo" in state for state in told)


_TWO_ANSWER = (("stc", "118079.279"), ("cuc_thue", "120000"))


@pytest.mark.parametrize(
    ("one", "twins", "notes", "asked"),
    [
        (False, False, [], []),
        (
            *(True, False),
            ["Số khác nhau chưa có quyết định: tạm dùng số của cơ quan chủ trì."],
            ["Tên budget (Sở Tài chính 118.079%; Cục Thuế thành phố 120.000%)"],
        ),
        (
            *(False, True),
            [
                "Số khác nhau chưa có quyết định: Tên iip tại Phụ lục I tạm ghi 17, tại Phụ lục "
                "III tạm ghi 118."
            ],
            ["Tên iip (PL I.3 17%; PL III.9 118%)"],
        ),
        (
            *(True, True),
            [
                "Số khác nhau chưa có quyết định: tạm dùng số của cơ quan chủ trì; riêng Tên iip "
                "tại Phụ lục I tạm ghi 17, tại Phụ lục III tạm ghi 118."
            ],
            ["118.079%; Cục Thuế thành phố 120.000%)", "17%; "],
        ),
    ],
)
def test_which_figure_is_used_for_now_is_said_of_what_is_open(office, one, twins, notes, asked):
    given = [standing(a, commits("budget", v)) for a, v in _TWO_ANSWER if one or a == "stc"]
    if twins:
        given.append(standing("sct", commits("iip", "17") + commits("iip_index", "118")))
    content = summary(office, *given)

    assert content.notes == notes
    assert all(part in content.asked[0] for part in asked), content.asked


def test_what_ended_unsaid_is_no_news_and_verdicts_are_counted_as_in_the_report(
    office,
):
    overdue = LineChange(
        "task_b",
        FrozenLine("task_b", TaskBucket.IN_PROGRESS.value, "sct", "", ""),
        FrozenLine("task_b", TaskBucket.UNHEARD.value, "sct", "", ""),
    )
    judged = LineChange(
        "iip",
        FrozenLine("iip", Judgement.MET.value, "sct", "17", ""),
        FrozenLine("iip", Judgement.NOT_MET.value, "sct", "16", ""),
    )
    was_open, ruled = (
        ConflictChange(FrozenConflict("MT-I.2", "iip", "", "", (), is_open), None)
        for is_open in (True, False)
    )
    consolidation = consolidate(office, office.cycle("2025-plan"), [missing("stc")], AS_OF)

    def told(lines, conflicts, grounds=(), official=()):
        found = Changes(AS_OF, (), (), lines, grounds=grounds, conflicts=conflicts)
        matter = SummaryMatter("", (), (), official=official)
        return changes_told(found, consolidation, matter, office)

    [said] = told([overdue, judged], [was_open, ruled])
    task = (
        "1 nhiệm vụ được giao đổi tình trạng (nay 1 đến hạn sau ngày báo cáo, chưa có số liệu mới)"
    )
    assert f"1 chỉ tiêu có kết quả đánh giá khác trước; {task}" in said
    assert "1 số liệu đã hết mâu thuẫn" in said
    [said] = told([overdue], [ruled])
    assert said.endswith(f": {task}.")
    [said] = told([], [ruled])
    assert said.endswith(": xem trang «Thay đổi».") and "không có" not in said

    east, whole = (
        FrozenGround(ground, counted=True, line=line)
        for ground, line in (("east", judged.before), ("whole", judged.after))
    )
    ground = GroundChange("iip", east, whole)
    for official, named in (((), "số toàn thành phố"), (("iip",), "số chính thức toàn thành phố")):
        said = told([], [], [ground], official)
        assert said[-1].startswith("1 chỉ tiêu được đánh giá theo địa bàn khác trước (PL I.")
        assert said[-1].endswith(f", nay theo {named} (1 không đạt), làm số đạt và vượt giảm 1.")
    same = told([], [], [GroundChange("iip", east, replace(whole, line=judged.before))])
    assert same[-1].endswith("theo số toàn thành phố (1 đạt).")
    told_once = told([replace(judged, ground="whole")], [], [ground])
    assert "có kết quả đánh giá" not in told_once[0] and len(told_once) == 2
    other = replace(judged, row_key="budget")
    beside = told([other], [], [ground])
    assert beside[0].endswith(": 1 chỉ tiêu có kết quả đánh giá khác trước.")
    assert beside[1].startswith("1 chỉ tiêu được đánh giá theo địa bàn khác trước (")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("thue", "Thuế thành phố"),
        ("thong_ke", "Thống kê thành phố"),
        ("nhnn", "Ngân hàng Nhà nước chi nhánh thành phố Hải Phòng"),
        ("syt", "Sở Y tế"),
    ],
)
def test_an_agency_has_one_name_within_a_letter(code, name):
    office = real_office()
    register_name = office.register.agency_name(code)
    late = replace(missing(code), timeliness=Timeliness.MISSING, out_of_reach=None)
    owing = summary(office, late)
    freed = summary(office, replace(missing(code), exempt_sheets=("tasks",)))
    shown = [
        *owing.points,
        *(cell for table in owing.tables for row in table.rows for cell in row),
        *freed.points,
    ]
    assert sum(name in text for text in shown) >= 3
    assert name == register_name or not any(register_name in text for text in shown)


def test_no_name_in_a_letters_table_ends_within_a_bracket_or_begins_without_its_paper() -> None:
    office = real_office()
    cycle = office.cycle("2025-review")
    words = Words(consolidate(office, cycle, [], AS_OF), office)
    rows = office.catalogue_of(cycle).rows

    for row in rows:
        place = f"{words.place(row)} "
        for said in (words.task(row), words.with_unit(row)):
            name = said.removeprefix(place)
            assert name[:1].isupper() or name[:1] == row.name[:1], said
            assert name.count("(") == name.count(")") or "…" not in name, said
    tasks = [words.task(row) for row in rows if row.code.startswith("task_2025_")]
    assert any(one.endswith("Đề án xây dựng, nâng cao hiệu quả hoạt động…") for one in tasks)
    assert any(one.endswith("trở thành thành phố không ma túy") for one in tasks)
