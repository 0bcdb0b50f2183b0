"""Who sends the wrong workbook, the wrong file, the wrong mail, too late, twice, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.adapters.simulation import parcels, slips
from tasks.adapters.simulation.acts import Act, Channel, WorkbookOrigin, at, correction
from tasks.adapters.simulation.correspondence import MailStyle

INDICATORS, TASKS, PLAN, PROJECTS = "indicators", "tasks", "action_plan", "projects"
YEAR = "milestone_year"


def roles(old_identity: str) -> Mapping[str, list[Act]]:
    """The acts of these agencies by code.

    `old_identity` is the signed identity of last year's workbook of UBND huyện An Lão.
    """
    return {**_workbooks(old_identity), **_files(), **_mails(), **_manners()}


def _workbooks(old_identity: str) -> Mapping[str, list[Act]]:
    """Workbooks that are not what was sent out, or hardly."""
    return {
        "sgddt": [
            Act(
                at("10/02 15:05"),
                "đổi tên, đảo thứ tự trang, chèn thêm cột; ghi «15/15»",
                [
                    slips.typed(INDICATORS, "primary_universalisation_level_3", YEAR, "15/15"),
                    slips.rearranged(
                        {INDICATORS: "Biểu 1", TASKS: "Biểu 2", PLAN: "Biểu 3"}, "Ghi chú nội bộ"
                    ),
                ],
            )
        ],
        "thanh_tra": [
            Act(
                at("14/02 15:50"),
                "sửa chữ Văn phòng ghi sẵn («> 85» thành «> 80»)",
                [
                    slips.typed(INDICATORS, "complaints_resolved_share", "target", "> 80"),
                ],
            )
        ],
        "stp": [Act(at("24/01 13:40"), "gõ trên máy Mac (Unicode tổ hợp)", [slips.decomposed()])],
        "dai_hoc_hai_phong": [
            Act(at("06/02 09:10"), "gửi tệp Word", parcel=parcels.word_document),
            Act(
                at("11/02 10:20"),
                "gõ lại toàn bộ sang tệp mới, không còn mã nhận dạng",
                parcel=parcels.retyped,
                answers_last=True,
            ),
        ],
        "nhnn": [
            Act(
                at("12/02 10:50"),
                "gửi nhầm sổ của Kho bạc Nhà nước",
                basis=WorkbookOrigin.NEIGHBOUR,
                neighbour="kho_bac",
            ),
            Act(at("17/02 15:15"), "gửi đúng sổ của mình"),
        ],
        "ubnd_an_lao": [
            Act(
                at("11/02 14:00"),
                "gửi sổ báo cáo của kỳ năm trước",
                [slips.carrying(old_identity)],
            ),
            Act(at("18/02 10:00"), "gửi đúng sổ báo cáo kỳ này"),
        ],
        "ubnd_an_duong": [
            Act(
                at("18/02 16:20"),
                "sửa mã nhận dạng trong tệp thành của quận khác",
                [slips.claiming("ubnd_kien_an")],
            )
        ],
        "ubnd_hai_an": [
            Act(
                at("13/02 14:15"),
                "gửi hai sổ khác nhau trong một thư",
                parcel=parcels.two_workbooks(PLAN, "@1", "five_person", "Đỗ Thị Mai, Phó Chủ tịch"),
            ),
            Act(at("19/02 14:45"), "gửi lại một sổ duy nhất"),
        ],
    }


def _files() -> Mapping[str, list[Act]]:
    """The right workbook in the wrong shape."""
    return {
        "bql_khu_kinh_te": [
            Act(at("10/02 08:40"), "gửi bản PDF ký, đóng dấu", parcel=parcels.scan),
            correction("12/02 09:30", "gửi sổ Excel"),
        ],
        "cong_an": [
            Act(at("12/02 16:00"), "gửi tệp có mật khẩu", parcel=parcels.with_password),
            correction("13/02 16:05", "gửi tệp đã bỏ mật khẩu"),
        ],
        "ubnd_do_son": [
            Act(at("17/02 16:15"), "gửi tệp tải lên dở dang", parcel=parcels.cut_short),
            correction("18/02 08:20", "gửi lại tệp nguyên vẹn"),
        ],
        "bdbp": [
            Act(at("14/02 10:35"), "gửi tệp .ods", parcel=parcels.open_document),
        ],
        "dai_ptth": [
            Act(at("22/01 10:25"), "gửi tệp .xlsm", parcel=parcels.macro_workbook),
        ],
        "ubnd_ngo_quyen": [
            Act(at("23/01 15:35"), "gửi sổ trong tệp ZIP", parcel=parcels.zipped),
        ],
        "ubnd_cat_hai": [
            Act(
                at("10/02 14:20"),
                "gửi thử trước khi nộp",
                [slips.emptied((PLAN, "@1", "five_result"))],
                envelope=MailStyle(subject="[THỬ] Kế hoạch của huyện Cát Hải"),
            ),
            Act(
                at("11/02 08:55"),
                "gửi sổ kèm bản quét công văn ký số",
                parcel=parcels.with_signed_scan,
            ),
        ],
    }


def _mails() -> Mapping[str, list[Act]]:
    """The right workbook in the wrong mail, or a mail that nobody wrote."""
    private = "tran.van.hung@thucanhan.example"
    return {
        "kho_bac": [
            Act(
                at("20/01 17:25"),
                "trả lời tự động: vắng mặt",
                parcel=parcels.nothing,
                envelope=MailStyle(
                    subject="Trả lời tự động: vắng mặt đến 24/01",
                    text="Tôi đi công tác đến hết ngày 24/01/2025.\n",
                    headers={"Auto-Submitted": "auto-replied", "Precedence": "auto_reply"},
                ),
            ),
            Act(at("13/02 10:55"), "gửi sổ điền đủ"),
        ],
        "cuc_qltt": [
            Act(at("20/01 17:05"), "máy chủ thư báo không có hộp thư", channel=Channel.BOUNCE),
        ],
        "cang_vu_hang_hai": [
            Act(
                at("10/02 20:30"),
                "chuyển tiếp từ thư cá nhân, đúng địa chỉ trả lời riêng",
                envelope=MailStyle(
                    sender=private,
                    sender_name="Trần Văn Hùng",
                    subject="Fwd: bao cao",
                    threaded=False,
                ),
            )
        ],
        "bo_chqs": [
            Act(
                at("18/02 09:05"),
                "chỉ gửi đường dẫn kho lưu trữ trên mạng",
                parcel=parcels.nothing,
                envelope=MailStyle(
                    text="Kính gửi Văn phòng, báo cáo tại https://drive.google.com/file/d/1aBcD/view\n"
                ),
            ),
            correction("21/02 08:30", "gửi sổ Excel sau hạn"),
        ],
        "ubnd_le_chan": [
            Act(at("06/02 08:35"), "gửi sổ điền đủ"),
            Act(at("07/02 16:45"), "gửi lại đúng tệp đó cho chắc", channel=Channel.AGAIN),
        ],
        "ubnd_kien_an": [
            Act(at("11/02 11:30"), "quên đính kèm tệp", parcel=parcels.nothing),
            correction("12/02 08:15", "gửi lại, có tệp"),
        ],
        "ubnd_duong_kinh": [
            Act(at("14/02 16:25"), "mang tệp đến nộp trực tiếp", channel=Channel.BY_HAND)
        ],
        "ubnd_hong_bang": [
            Act(
                at("19/02 21:40"),
                "gửi từ thư cá nhân, không theo thư của Văn phòng",
                envelope=MailStyle(
                    sender="vanphong.hongbang@thucanhan.example",
                    sender_name="Nguyễn Thị Thảo",
                    subject="Bao cao quan Hong Bang",
                    to_reply_address=False,
                    threaded=False,
                ),
            )
        ],
    }


def _manners() -> Mapping[str, list[Act]]:
    """Too late, twice, or not at all."""
    faulty = [slips.emptied((PLAN, "@1", "five_result"), (PLAN, "@2", "five_deadline"))]
    return {
        "bqlda_dan_dung": [
            Act(
                at("12/02 09:45"),
                "gửi sổ điền đủ",
                [slips.typed(PROJECTS, "project_2025_01", "person", "Lê Quang Cường, Giám đốc")],
            ),
            Act(
                at("12/02 10:45"),
                "một giờ sau gửi bản thay thế",
                [slips.typed(PROJECTS, "project_2025_01", "person", "Vũ Thị Hạnh, Phó Giám đốc")],
            ),
        ],
        "bqlda_ha_tang": [
            Act(at("20/02 15:10"), "gửi lần đầu sau hạn, còn lỗi", faulty),
            correction("25/02 09:35"),
        ],
        "ubnd_kien_thuy": [Act(at("22/02 08:05"), "gửi lần đầu sau hạn, vào thứ Bảy")],
        "ubnd_vinh_bao": [Act(at("18/02 13:55"), "gửi sổ thiếu «5 rõ», rồi im lặng", faulty)],
        "ubnd_tien_lang": [],
        "ubnd_bach_long_vi": [],
    }
