"""Who types the wrong thing into a cell, and who types what the office must see side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.adapters.simulation import slips
from tasks.adapters.simulation.acts import Act, at, correction, correction_on_returned

INDICATORS, TASKS, PLAN, PROJECTS = "indicators", "tasks", "action_plan", "projects"
COMMITTED, YEAR = "committed", "milestone_year"
FIVE_CLEAR = ("five_work", "five_person", "five_deadline", "five_responsibility", "five_result")


def _year(row: str, value: object) -> Sequence[slips.Slip]:
    """The committed value and the full year's milestone, typed alike."""
    return [slips.typed(INDICATORS, row, column, value) for column in (COMMITTED, YEAR)]


def roles() -> Mapping[str, list[Act]]:
    """The acts of these agencies by code: one cell, one mistake, then its correction."""
    return {
        "skhdt": [
            Act(
                at("12/02 15:20"),
                "gõ GRDP bình quân «9.512» bằng chữ: đọc được hai cách",
                _year("grdp_per_capita", "9.512"),
            ),
            correction_on_returned("13/02 10:05"),
        ],
        "sct": [
            Act(
                at("11/02 09:40"),
                "ghi xuất khẩu 37.000 (triệu USD) vào dòng tính bằng tỷ USD",
                _year("export_turnover", 37_000),
            ),
            correction("12/02 14:10"),
        ],
        "sldtbxh": [
            Act(
                at("13/02 16:30"),
                "ghi 0,88 cho 88% và 58,5 cho 58.500 lượt người",
                [*_year("trained_labour_share", 0.88), *_year("workers_given_jobs", 58.5)],
            ),
            correction("17/02 08:50"),
        ],
        "stnmt": [
            Act(
                at("10/02 10:15"),
                "xóa một dòng nhiệm vụ «không phải của sở»",
                [slips.without_row(TASKS, "task_2025_29")],
            ),
            correction("11/02 15:45"),
        ],
        "syt": [
            Act(
                at("17/02 10:30"),
                "để trống, ghi «-» và «x» ở ô bắt buộc",
                [
                    slips.emptied((INDICATORS, "doctors_per_10000", COMMITTED), mark="-"),
                    slips.emptied((INDICATORS, "hospital_beds_per_10000", COMMITTED), mark="x"),
                    slips.emptied((INDICATORS, "sex_ratio_at_birth", YEAR)),
                ],
            ),
            correction("18/02 08:20"),
        ],
        "snv": [
            Act(
                at("18/02 15:00"),
                "chép sang một ô «#REF!»",
                [slips.typed(INDICATORS, "par_index", COMMITTED, "#REF!")],
            ),
            correction_on_returned("19/02 09:20"),
        ],
        "sxd": [
            Act(
                at("19/02 16:40"),
                "ghi mốc cả năm khác mức cam kết, mốc 9 tháng nhỏ hơn 6 tháng",
                [
                    slips.typed(INDICATORS, "social_housing_units", YEAR, 14_000),
                    slips.typed(INDICATORS, "social_housing_units", "milestone_9m", 2_000),
                ],
            ),
            correction("24/02 10:00", "gửi bản chỉnh sửa trong thời gian chỉnh sửa"),
        ],
        "svhtt": [
            Act(
                at("07/02 09:30"),
                "thiếu «rõ người», «rõ kết quả» ở hai nhiệm vụ",
                [
                    slips.emptied(
                        (TASKS, "task_2025_22", "five_person"),
                        (TASKS, "task_2025_23", "five_result"),
                    )
                ],
            ),
            correction("10/02 11:00"),
        ],
        "bhxh": [
            Act(
                at("14/02 14:20"),
                "ghi tỷ lệ bảo hiểm y tế hai nơi hai số",
                _year("health_insurance_coverage_people", 94),
            ),
            correction_on_returned("18/02 09:15"),
        ],
        "sngv": [
            Act(
                at("06/02 10:45"),
                "gõ bằng phông .VnTime (TCVN3)",
                [
                    slips.in_old_font(
                        (TASKS, "task_2025_46", "five_work"),
                        (TASKS, "task_2025_46", "five_result"),
                    )
                ],
            ),
            correction("10/02 16:00"),
        ],
        "cuc_hai_quan": [
            Act(
                at("13/02 11:10"),
                "để công thức chưa có kết quả",
                [slips.typed(INDICATORS, "port_cargo_volume", COMMITTED, "=200+12")],
            ),
            correction("14/02 09:00"),
        ],
        "snnptnt": [
            Act(
                at("12/02 09:00"),
                "cam kết 95% so với 100% được giao, chưa nêu lý do",
                _year("rural_clean_water_household_share", 95),
            ),
            Act(
                at("13/02 15:30"),
                "gửi lại, nêu lý do ở cột giải trình",
                [
                    *_year("rural_clean_water_household_share", 95),
                    slips.typed(
                        INDICATORS,
                        "rural_clean_water_household_share",
                        "justification",
                        "Hai xã đảo chờ dự án cấp nước hoàn thành quý I/2026.",
                    ),
                ],
                answers_last=True,
            ),
        ],
        "sdl": [
            Act(
                at("07/02 14:40"),
                "chép lại chỉ tiêu «>10», ghi «khoảng 12.500,5 tỷ đồng»",
                [
                    *_year("tourist_arrivals", ">10"),
                    *_year("tourism_revenue", "khoảng 12.500,5 tỷ đồng"),
                ],
            )
        ],
        "bqlda_giao_thong": [
            Act(
                at("14/02 08:30"),
                "ghi vốn «250.000,5» bằng chữ, đúng cách viết Việt Nam",
                [slips.typed(PROJECTS, "project_2025_05", "disbursement", "250.000,5")],
            )
        ],
        "stttt": [
            Act(
                at("17/02 09:50"),
                "ghi ngày tháng bằng chữ",
                [slips.as_text(TASKS, "five_deadline", "{:%d-%m-%Y}")],
            )
        ],
        "skhcn": [
            Act(
                at("18/02 11:25"),
                "ghi tỷ lệ bằng định dạng % (47% = 0,47)",
                [
                    slips.shown_as(INDICATORS, "tfp_contribution_to_grdp", column, 0.47, "0%")
                    for column in (COMMITTED, YEAR)
                ],
            )
        ],
        "ubnd_thuy_nguyen": [
            Act(
                at("11/02 16:10"),
                "chỉ ghi hai dòng kế hoạch hành động",
                [
                    slips.emptied(*[(PLAN, f"@{n}", key) for key in ("group", *FIVE_CLEAR)])
                    for n in range(3, 7)
                ],
            ),
            correction("13/02 08:45"),
        ],
        # What the office must see side by side: two reporters of one figure, two rows of one
        "cuc_thue": [
            Act(
                at("19/02 10:10"),
                "ghi tổng thu ngân sách 115.000, khác Sở Tài chính",
                [
                    *_year("state_budget_revenue", 115_000),
                    slips.typed(
                        INDICATORS,
                        "state_budget_revenue",
                        "justification",
                        "Theo dự toán pháp lệnh giao cho ngành thuế.",
                    ),
                ],
            )
        ],
        "cuc_thong_ke": [
            Act(
                at("18/02 14:30"),
                "ghi tăng trưởng GRDP 11,9%, khác Sở Kế hoạch và Đầu tư",
                _year("grdp_growth", 11.9),
            )
        ],
        "sgtvt": [
            Act(
                at("13/02 09:25"),
                "ghi sản lượng hàng qua cảng 220, khác Cục Hải quan",
                _year("port_cargo_throughput", 220),
            )
        ],
    }
