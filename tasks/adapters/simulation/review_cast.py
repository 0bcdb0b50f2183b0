"""The cast of the 2025 review cycle: the register has moved, and each mistake is a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from random import Random

from models.domain.cycle.cycles import HANOI
from models.domain.reading.forms import ESTIMATED
from tasks.adapters.simulation import slips
from tasks.adapters.simulation.acts import (
    Act,
    WorkbookOrigin,
    at,
    correction,
    correction_on_returned,
)

INDICATORS, SCENARIO, TASKS = "indicators", "scenario", "tasks"
PLAN, PROJECTS = "action_plan", "projects"

_ANSWER_DAYS = tuple(
    dt.date(2025, month, day)
    for month, day in ((11, 4), (11, 7), (11, 11), (11, 13), (11, 17), (11, 18))
)


_GROWTH_CAUSE = "Công nghiệp chế biến tăng thấp hơn kịch bản do đơn hàng điện tử giảm."
_OTHER_CAUSES = {
    "grdp_growth_services": "Vận tải, thương mại quốc tế phục hồi chậm hơn dự kiến.",
    "grdp_growth_agriculture": "Sản xuất nông nghiệp ổn định, thủy sản tăng khá.",
    "grdp_growth_product_tax": "Thu thuế sản phẩm tăng theo sản lượng hàng hóa.",
}
#: A paper that two agencies read off one register and name for two works; the report asks.
_TWICE_NAMED = ("3852/QĐ-UBND", dt.date(2025, 9, 30))


def _named_twice(row: str) -> list[slips.Slip]:
    number, day = _TWICE_NAMED
    return [
        slips.typed(TASKS, row, "product_number", number),
        slips.typed(TASKS, row, "product_date", day),
        slips.typed(TASKS, row, "finished_on", day),
    ]


#: One matter is told alike in two rows: inspections carried out (III.60), and how far the task to
#: carry them out (IV.38) has come.
_ALSO_TOLD = {
    "thanh_tra": [slips.typed(TASKS, "task_2025_38", "percent", 96)],
    "sngv": _named_twice("task_2025_46"),
    "bql_khu_kinh_te": _named_twice("task_2025_13"),
}
_ONLY_THE_WHOLE = "Số chính thức chỉ công bố cho toàn thành phố sau hợp nhất."


def cast(agencies: Sequence[str], seed: int) -> dict[str, list[Act]]:
    """The acts of every agency, each agency's in order of time. Equal arguments, equal acts."""
    parts: dict[str, list[Act]] = {**_departments(), **_others(), **_communes()}
    for agency in agencies:
        parts.setdefault(agency, [_diligent(agency, seed)])
    return {agency: sorted(parts[agency], key=lambda act: act.at) for agency in agencies}


#: Growth of the whole city in 2025 as published on 06/01/2026, in % (mekongasean.vn 50490,
#: thoibaotaichinhvietnam.vn 190057): none was published for the old city alone.
PUBLISHED_GROWTH = {
    "grdp_growth": 11.81,
    "grdp_growth_industry_construction": 13.61,
    "grdp_growth_services": 10.21,
    "grdp_growth_agriculture": 4.33,
    "grdp_growth_product_tax": 9.63,
}


def actuals() -> dict[str, list[Act]]:
    """What comes after the year's end: the official figure where an estimate stood.

    Growth is told as it was published, for the whole city; who estimated it takes it over.
    """
    return {
        "stc": [
            Act(
                at("15/01/2026 14:30"),
                "gửi lại, lấy số tăng trưởng chính thức của cơ quan thống kê",
                [
                    *_published_growth(),
                    _budget_of_the_whole(),
                    *_investment(),
                    *_scenario_grdp(11.9),
                ],
            )
        ],
        "thong_ke": [
            Act(
                at("15/01/2026 10:00"),
                "gửi số chính thức cả năm thay số ước; GRDP toàn thành phố tăng 11,81%",
                [
                    *_official_of_the_whole("life_expectancy", 75.3),
                    *_published_growth(),
                    *_scenario_grdp(11.9),
                ],
            )
        ],
    }


def _diligent(agency: str, seed: int) -> Act:
    random = Random(f"{seed}/review/{agency}")
    moment = dt.datetime.combine(
        random.choice(_ANSWER_DAYS), dt.time(random.randint(8, 16), random.randint(0, 59)), HANOI
    )
    return Act(moment, "gửi báo cáo điền đủ", _ALSO_TOLD.get(agency, ()))


def _value(row: str, value: object, *, to_date: object = None) -> list[slips.Slip]:
    """The estimate of the year, and what has been reached so far where it is told."""
    reached = value if to_date is None else to_date
    return [
        slips.typed(INDICATORS, row, "estimate", value),
        slips.typed(INDICATORS, row, "to_date", reached),
        slips.typed(INDICATORS, row, "as_of", dt.date(2025, 10, 31)),
        slips.typed(INDICATORS, row, "value_status", ESTIMATED),
    ]


def _short(row: str, value: object, cause: str) -> list[slips.Slip]:
    """A value that misses its target, with the cause and the agency's own judgement."""
    return [
        *_value(row, value),
        slips.typed(INDICATORS, row, "self_judgement", "Không đạt"),
        slips.typed(INDICATORS, row, "causes", cause),
    ]


def _published_growth() -> list[slips.Slip]:
    """The whole city's growth and its parts, official; the old city's is nobody's figure now."""
    found: list[slips.Slip] = []
    for row, value in PUBLISHED_GROWTH.items():
        cause = _OTHER_CAUSES.get(row, _GROWTH_CAUSE)
        found += [
            *_official_of_the_whole(row, value),
            slips.typed(INDICATORS, row, "causes", cause),
        ]
    return found


def _official_of_the_whole(row: str, value: float) -> list[slips.Slip]:
    """The year is over: its figure is final, and since the merger of the whole city alone."""
    old = ("estimate", "estimate_west", "to_date", "as_of", "self_judgement")
    return [
        slips.emptied(*((INDICATORS, row, column) for column in old)),
        slips.typed(INDICATORS, row, "estimate_whole", value),
        slips.typed(INDICATORS, row, "value_status", "Chính thức"),
        slips.typed(INDICATORS, row, "justification", _ONLY_THE_WHOLE),
    ]


def _budget_of_the_whole() -> slips.Slip:
    """What the city estimated on 10/12/2025 (vneconomy.vn), in thousand million dong."""
    return slips.typed(INDICATORS, "state_budget_revenue", "estimate_whole", 187_766.6)


def _investment() -> list[slips.Slip]:
    cause = "Giải phóng mặt bằng hai dự án lớn chậm sáu tháng."
    return _short("total_social_investment", 231_500, cause)


def _grdp(value: float) -> list[slips.Slip]:
    """Growth of the old city, the same in the scenario's own notation."""
    return [*_short("grdp_growth", value, _GROWTH_CAUSE), *_scenario_grdp(value)]


def _scenario_grdp(value: float) -> list[slips.Slip]:
    return [
        slips.typed(SCENARIO, "scenario_grdp", "estimate_year", round(100 + value, 2)),
        slips.typed(SCENARIO, "scenario_grdp", "value_status", ESTIMATED),
        slips.typed(SCENARIO, "scenario_grdp", "causes", _GROWTH_CAUSE),
    ]


def _departments() -> Mapping[str, list[Act]]:
    return {
        "stc": [
            Act(
                at("14/11 15:20"),
                "báo cáo cả phần của Sở Kế hoạch và Đầu tư; GRDP ước 12,1%",
                [
                    *_grdp(12.1),
                    slips.typed(INDICATORS, "grdp_growth", "estimate_west", 11.3),
                    slips.typed(INDICATORS, "grdp_growth", "estimate_whole", 12.0),
                    _budget_of_the_whole(),
                    *_investment(),
                ],
            )
        ],
        "thong_ke": [
            Act(at("13/11 10:30"), "ước GRDP 11,9%, khác Sở Tài chính", _grdp(11.9)),
        ],
        "thue": [
            Act(
                at("12/11 14:10"),
                "ước tổng thu ngân sách 121.500, khác Sở Tài chính",
                _value("state_budget_revenue", 121_500, to_date=101_200),
            )
        ],
        "sct": [
            Act(
                at("07/11 09:40"),
                "chọn «Chính thức» cho số cả năm khi mới là tháng 11",
                [slips.typed(INDICATORS, "export_turnover", "value_status", "Chính thức")],
            ),
            correction_on_returned("10/11 14:00"),
        ],
        "sxd": [
            Act(
                at("11/11 09:25"),
                "báo cáo cả phần của Sở Giao thông vận tải; hàng qua cảng 206, khác Hải quan",
                [
                    *_short("port_cargo_throughput", 206, "Luồng Hà Nam nạo vét chậm."),
                    *_short(
                        "social_housing_units", 11_200, "Ba dự án chưa giải phóng xong mặt bằng."
                    ),
                ],
            )
        ],
        "svhttdl": [
            Act(
                at("06/11 10:00"),
                "chỉ tiêu đúng; nhiệm vụ «Đã hoàn thành» nhưng không ghi ngày",
                [
                    slips.typed(TASKS, "task_2025_22", "state", "Đã hoàn thành"),
                    slips.emptied((TASKS, "task_2025_22", "finished_on")),
                ],
            ),
            Act(
                at("18/11 08:40"),
                "gửi lại riêng trang Nhiệm vụ",
                [slips.only(TASKS)],
                answers_last=True,
            ),
        ],
        "snv": [
            Act(
                at("12/11 16:30"),
                "gửi từ hộp thư cũ của Sở Lao động - Thương binh và Xã hội",
                writes_as="sldtbxh",
            )
        ],
        "snnmt": [
            Act(
                at("05/11 08:50"),
                "gửi lại sổ kế hoạch tháng 02 của Sở Nông nghiệp và PTNT",
                basis=WorkbookOrigin.FORMER,
                neighbour="snnptnt",
            ),
            correction("10/11 10:20", "điền đúng sổ báo cáo tổng kết"),
        ],
        "syt": [
            Act(
                at("17/11 11:00"),
                "tỷ số giới tính khi sinh 111,5, tự đánh giá «Đạt», chưa nêu nguyên nhân",
                [
                    *_value("sex_ratio_at_birth", 111.5),
                    slips.typed(INDICATORS, "sex_ratio_at_birth", "self_judgement", "Đạt"),
                    slips.emptied((INDICATORS, "sex_ratio_at_birth", "causes")),
                ],
            ),
            Act(
                at("18/11 15:00"),
                "gửi lại, nêu nguyên nhân",
                _short("sex_ratio_at_birth", 111.5, "Tâm lý ưa thích con trai còn nặng nề."),
                answers_last=True,
            ),
        ],
    }


def _others() -> Mapping[str, list[Act]]:
    roads = [
        Act(
            at("14/11 08:30"),
            "một dự án giải ngân 61% kế hoạch Thủ tướng giao, nêu nguyên nhân",
            [
                slips.typed(PROJECTS, "project_2025_05", "plan_central", 400_000),
                slips.typed(PROJECTS, "project_2025_05", "plan_city", 450_000),
                slips.typed(PROJECTS, "project_2025_05", "disbursed", 244_000),
                slips.typed(PROJECTS, "project_2025_05", "disbursed_estimate", 330_000),
                slips.typed(
                    PROJECTS,
                    "project_2025_05",
                    "causes",
                    "Chưa bàn giao 1,2 km mặt bằng trên địa bàn phường An Dương.",
                ),
                slips.typed(
                    PROJECTS,
                    "project_2025_05",
                    "progress",
                    "Đạt 54% khối lượng; còn 1,2 km mặt bằng chưa bàn giao.",
                ),
            ],
        )
    ]
    return {
        # The same board under its old name and its new one.
        "bqlda_giao_thong": roads,
        "bqlda_giao_thong_nong_nghiep": roads,
        # Granted an extension to the 25th of November
        "bqlda_ha_tang": [Act(at("24/11 15:00"), "gửi trong thời gian được gia hạn")],
        "cang_vu_hang_hai": [Act(at("26/11 09:00"), "gửi muộn")],
        "kho_bac": [],
    }


def _communes() -> Mapping[str, list[Act]]:
    return {
        "phuong_hong_bang": [
            Act(
                at("11/11 09:00"),
                "gửi từ hộp thư của UBND quận Hồng Bàng, nay đã kết thúc hoạt động",
                writes_as="ubnd_hong_bang",
            )
        ],
        "phuong_thien_huong": [
            Act(
                at("12/11 08:40"),
                "gửi nhầm sổ của phường Thủy Nguyên",
                basis=WorkbookOrigin.NEIGHBOUR,
                neighbour="phuong_thuy_nguyen",
            ),
            correction("17/11 10:30", "gửi đúng sổ của mình"),
        ],
        "xa_an_lao": [
            Act(
                at("13/11 15:10"),
                "ghi mức độ hoàn thành 0,5 và 150",
                [
                    slips.typed(PLAN, "@1", "percent", 0.5),
                    slips.typed(PLAN, "@2", "percent", 150),
                ],
            ),
            correction_on_returned("14/11 14:20"),
        ],
        # Two communes whose names differ in one mark: each answers for itself, one by mistake with
        # the other's workbook.
        "xa_cam_giang_dinh_son": [
            Act(
                at("12/11 09:20"),
                "xã Cẩm Giang gửi nhầm sổ của xã Cẩm Giàng",
                basis=WorkbookOrigin.NEIGHBOUR,
                neighbour="xa_cam_giang_luong_dien",
            ),
            correction("14/11 10:00", "gửi đúng sổ của mình"),
        ],
        "xa_vinh_bao": [Act(at("21/11 09:30"), "gửi muộn một ngày")],
        "xa_tien_lang": [],
        "dac_khu_bach_long_vi": [],
    }
