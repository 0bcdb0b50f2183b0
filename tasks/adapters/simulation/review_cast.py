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


def cast(agencies: Sequence[str], seed: int) -> dict[str, list[Act]]:
    """The acts of every agency, each agency's in order of time. Equal arguments, equal acts."""
    parts: dict[str, list[Act]] = {**_departments(), **_others(), **_communes()}
    for agency in agencies:
        parts.setdefault(agency, [_diligent(agency, seed)])
    return {agency: sorted(parts[agency], key=lambda act: act.at) for agency in agencies}


def actuals() -> dict[str, list[Act]]:
    """What comes after the year's end: the official figure where an estimate stood."""
    return {
        "thong_ke": [
            Act(
                at("15/01/2026 10:00"),
                "gửi số chính thức cả năm thay số ước",
                [
                    *_value("life_expectancy", 75.3),
                    *_grdp(11.9),
                    *_official("life_expectancy"),
                    *_official("grdp_growth"),
                ],
            )
        ]
    }


def _diligent(agency: str, seed: int) -> Act:
    random = Random(f"{seed}/review/{agency}")
    moment = dt.datetime.combine(
        random.choice(_ANSWER_DAYS), dt.time(random.randint(8, 16), random.randint(0, 59)), HANOI
    )
    return Act(moment, "gửi báo cáo điền đủ")


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


def _official(row: str) -> list[slips.Slip]:
    """The year is over: its figure is final."""
    return [
        slips.typed(INDICATORS, row, "as_of", dt.date(2025, 12, 31)),
        slips.typed(INDICATORS, row, "value_status", "Chính thức"),
    ]


def _grdp(value: float) -> list[slips.Slip]:
    """Growth of the old city, the same in the scenario's own notation."""
    cause = "Công nghiệp chế biến tăng thấp hơn kịch bản do đơn hàng điện tử giảm."
    return [
        *_short("grdp_growth", value, cause),
        slips.typed(SCENARIO, "scenario_grdp", "estimate_year", round(100 + value, 2)),
        slips.typed(SCENARIO, "scenario_grdp", "value_status", ESTIMATED),
        slips.typed(SCENARIO, "scenario_grdp", "causes", cause),
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
                    slips.typed(INDICATORS, "grdp_growth", "estimate_whole", 11.81),
                    *_short(
                        "total_social_investment",
                        231_500,
                        "Giải phóng mặt bằng hai dự án lớn chậm sáu tháng.",
                    ),
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
    return {
        "bqlda_giao_thong": [
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
                ],
            )
        ],
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
        "xa_vinh_bao": [Act(at("21/11 09:30"), "gửi muộn một ngày")],
        "xa_tien_lang": [],
        "dac_khu_bach_long_vi": [],
    }
