"""Why a simulated agency misses a target: causes of its own field, so that they fit their row.

Of each field as many as of any other: which is drawn changes nothing else of the story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.domain.register.catalogue import CatalogueRow

_ANY = (
    "Sắp xếp tổ chức bộ máy trong năm làm gián đoạn việc thu thập số liệu và điều hành.",
    "Nguồn lực bố trí cho nội dung này đến quý III mới được bổ sung.",
    "Một số đơn vị phối hợp triển khai chậm so với kế hoạch.",
)
_BUDGET = (
    "Dự toán thu, chi phải điều chỉnh trong năm khi sắp xếp đơn vị hành chính.",
    "Giải ngân đầu tư công chậm làm cơ cấu thu, chi thay đổi.",
    "Tiến độ một số khoản thu, chi lớn dồn vào quý IV.",
)
_BUILDING = (
    "Một số dự án nhà ở, hạ tầng hoàn thành chậm so với kế hoạch.",
    "Giải phóng mặt bằng kéo dài do vướng mắc về xác định nguồn gốc đất.",
    "Thủ tục đầu tư, phê duyệt quy hoạch chi tiết kéo dài.",
)
_DIGITAL = (
    "Hệ thống dùng chung phải chuyển đổi, kết nối lại sau khi sắp xếp đơn vị hành chính.",
    "Hạ tầng, nhân lực công nghệ thông tin ở cấp xã còn thiếu.",
    "Kinh phí nhiệm vụ khoa học, công nghệ đến quý III mới được bổ sung.",
)
#: By the agency that the directive names first.
_BY_LEAD: Mapping[str, Sequence[str]] = {
    "skhdt": _BUDGET,
    "stc": _BUDGET,
    "sct": (
        "Một số dự án lớn đi vào hoạt động chậm so với dự kiến; đơn hàng quý III giảm.",
        "Thị trường xuất khẩu phục hồi chậm, doanh nghiệp giảm công suất.",
        "Chi phí nguyên liệu, vận tải tăng làm doanh nghiệp thu hẹp sản xuất.",
    ),
    "sxd": _BUILDING,
    "sgtvt": _BUILDING,
    "skhcn": _DIGITAL,
    "stttt": _DIGITAL,
    "stnmt": (
        "Năng lực thu gom, xử lý ở một số địa bàn chưa đáp ứng khối lượng phát sinh.",
        "Công trình xử lý mới đưa vào vận hành chậm so với kế hoạch.",
        "Việc chuyển giao nhiệm vụ về cấp xã làm gián đoạn hợp đồng đang thực hiện.",
    ),
    "snnptnt": (
        "Thủ tục thẩm định, công nhận kéo dài sau khi sắp xếp đơn vị hành chính.",
        "Kinh phí của chương trình mục tiêu phân bổ chậm.",
        "Một số tiêu chí hạ tầng, môi trường chưa hoàn thành.",
    ),
    "syt": (
        "Nhân lực y tế cơ sở còn thiếu, thay đổi nhiều sau khi sắp xếp đơn vị hành chính.",
        "Kinh phí của chương trình y tế phân bổ chậm, đến quý III mới triển khai.",
        "Việc theo dõi, quản lý ở tuyến xã bị gián đoạn khi sắp xếp tổ chức.",
    ),
    "sgddt": (
        "Nhân lực đáp ứng chuẩn còn thiếu, tuyển dụng chưa đủ chỉ tiêu được giao.",
        "Thủ tục đánh giá, công nhận kéo dài sau khi sắp xếp đơn vị hành chính.",
        "Kinh phí của chương trình giáo dục phân bổ chậm, đến quý III mới triển khai.",
    ),
    "sldtbxh": (
        "Công tác vận động, tuyên truyền tới từng đối tượng còn hạn chế.",
        "Đối tượng biến động nhiều; việc rà soát, cập nhật sau sắp xếp cấp xã còn chậm.",
        "Kinh phí hỗ trợ đến quý III mới được bổ sung.",
    ),
    "sdl": (
        "Khách quốc tế phục hồi chậm, mức chi tiêu bình quân thấp.",
        "Một số sản phẩm du lịch mới đưa vào khai thác chậm.",
        "Mùa cao điểm rút ngắn do thời tiết bất lợi.",
    ),
    "snv": (
        "Việc giải quyết chế độ phụ thuộc tiến độ sắp xếp tổ chức bộ máy.",
        "Hồ sơ của một số cơ quan gửi chậm, phải bổ sung.",
        "Đề án vị trí việc làm phải xây dựng lại sau khi sắp xếp.",
    ),
    "thanh_tra": (
        "Một số cuộc thanh tra phải chuyển tiếp khi sắp xếp tổ chức bộ máy.",
        "Hồ sơ phức tạp, phải gia hạn thời gian xác minh.",
        "Lực lượng mỏng, nhiều đoàn triển khai cùng lúc.",
    ),
}
OF_PROJECTS = (
    "Khâu lựa chọn nhà thầu, phê duyệt thiết kế kéo dài so với kế hoạch.",
    "Giải phóng mặt bằng kéo dài do vướng mắc về xác định nguồn gốc đất.",
    "Một phần mặt bằng bàn giao chậm so với cam kết.",
)


def causes_in(row: CatalogueRow) -> Sequence[str]:
    """What may keep the row's target from being met."""
    return _BY_LEAD.get(row.lead, _ANY)
