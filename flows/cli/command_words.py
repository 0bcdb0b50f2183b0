"""The languages of the command line, and what each command is for: little is imported for them."""

from __future__ import annotations

import os
from collections.abc import Mapping

ENGLISH = os.environ.get(
    "LC_ALL", os.environ.get("LC_MESSAGES", os.environ.get("LANG", ""))
).startswith("en")


def say(vietnamese: str, english: str) -> str:
    """The text in the language of the locale."""
    return english if ENGLISH else vietnamese


FLOW_NAMES = (
    "open-cycle",
    "collect-submissions",
    "remind-agencies",
    "deliver-outbox",
    "consolidate-cycle",
    "send-summary",
    "send-previews",
    "update-boards",
    "watch-health",
    "clean-up",
    "make-backup",
)
ABOUT = say(
    "Thu thập, kiểm tra và tổng hợp báo cáo thực hiện Chỉ thị của UBND thành phố.",
    "Collects, checks and consolidates the reports on the city's yearly directive.",
)
#: Of each command, in the order in which the help lists them.
COMMANDS: Mapping[str, str] = {
    "watchdog": say(
        "Canh gác: xem hệ thống còn chạy không, hỏng thì gửi thư báo thẳng; gọi vài phút một lần.",
        "Looks once whether the service lives; tells the operator by mail when it does not.",
    ),
    "doctor": say(
        "Xem máy và cấu hình có gì sai.",
        "Say what is wrong with machine and configuration.",
    ),
    "backup": say(
        "Sao lưu ngay: cơ sở dữ liệu, kho tệp gốc, cấu hình; kiểm tra lại sau khi ghi.",
        "Make a backup now: database, raw store, configuration; proven after writing.",
    ),
    "restore": say(
        "Khôi phục một bản sao lưu; dữ liệu đang có được để riêng, không bị xóa.",
        "Restore a backup; what is there is set aside, never overwritten.",
    ),
    "restored": say(
        "Thư có thể đã gửi trước khi khôi phục: liệt kê, hoặc quyết định cho nhiều thư một lần.",
        "Letters that may have left before a restoration: list them, or decide on many at once.",
    ),
    "watcher": say(
        (
            "Trực việc: có thư, tệp, việc đến hạn thì mở lượt chạy ngay; khi worker ở máy khác "
            "(docs/nhieu-may.md)."
        ),
        "Begins runs when there is something to do: for workers on other machines.",
    ),
    "run": say(
        f"Chạy một luồng ngay: {', '.join(FLOW_NAMES)}.",
        f"Run one flow now: {', '.join(FLOW_NAMES)}.",
    ),
    "cleanup": say(
        "Xem trong thư mục dữ liệu có gì dọn được, bao nhiêu; thêm --yes thì dọn.",
        "What of the data folder may go and how much that frees; with --yes it goes.",
    ),
    "boards": say(
        "Bảng của kỳ ở cuối mỗi ngày: có những bảng nào, những ngày nào; một bảng của một ngày.",
        "A cycle's boards at the end of each day: which are kept; one of them as it stood.",
    ),
    "demo": say(
        "Diễn lại năm 2025 trên dữ liệu mô phỏng: kế hoạch, tổng kết, báo cáo.",
        "Play the year 2025 on simulated replies: plan, review, report.",
    ),
    "serve": say(
        "Máy chủ Prefect, giao diện, lịch chạy, hộp thư thử.",
        "Prefect's server and UI, the schedules, a mail catcher.",
    ),
    "door": say(
        "Cửa vào và máy chủ Prefect, không chạy việc: khi worker ở máy khác (docs/nhieu-may.md).",
        "The door and Prefect's server alone: for workers on other machines.",
    ),
    "rehearse": say(
        "Diễn tập: bàn điều hành trên dữ liệu mô phỏng, dừng ở một thời điểm của kỳ kế hoạch.",
        "Rehearse: the service on simulated data, stopped at a moment of the plan cycle.",
    ),
    "templates": say(
        "Ghi sổ báo cáo của mọi cơ quan ra một thư mục.",
        "Write every agency's workbook to a folder.",
    ),
    "export": say(
        "Xuất số liệu của kỳ cho máy đọc: CSV, Parquet và mô tả các cột.",
        "Export the cycle for machines: CSV, Parquet and a description of the columns.",
    ),
    "report": say(
        "Lập báo cáo tổng kết của kỳ thành tệp Word, theo mẫu config/reports/review.docx.",
        "Write the cycle's year-end report as a Word document.",
    ),
    "check": say(
        "Kiểm tra sổ báo cáo mà không ghi gì.",
        "Check workbooks without recording anything.",
    ),
    "status": say(
        "Tình trạng từng cơ quan, từng thư, hộp thư đi.",
        "Every agency, every message, the outbox.",
    ),
    "rules": say(
        "In danh sách quy tắc kiểm tra (Markdown).",
        "Print the rules (Markdown).",
    ),
    "catalogue": say(
        "Danh mục của chỉ thị.",
        "The directive's catalogue.",
    ),
    "snapshot": say(
        "Bản lưu của các báo cáo đã gửi.",
        "Frozen copies of the reports that were sent.",
    ),
    "account": say(
        "Tài khoản vào giao diện.",
        "Accounts that may enter.",
    ),
    "people": say(
        "Dữ liệu cá nhân được lưu giữ.",
        "What is kept of people.",
    ),
    "office": say(
        "Bộ tệp của Văn phòng: lấy ra sửa, đưa vào, xem ai đã đổi gì, quay lại.",
        "The office's files: take out, bring in, see who changed what, go back.",
    ),
}
