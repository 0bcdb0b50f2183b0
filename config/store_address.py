"""The address of a store that several machines share: which kinds there are, and no key in it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

SCHEMES = ("s3", "file")


def store_fault(url: str, data_dir: Path) -> str:
    """What is wrong with the address of a shared store, Vietnamese; "" where nothing is.

    >>> store_fault("s3://bao-cao/hai-phong", Path("data"))
    ''
    >>> store_fault("s3://AKIA:bi-mat@bao-cao", Path("data"))
    'không được có tên, mật khẩu hay khóa; khóa truy cập đặt trong môi trường của dịch vụ'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "không hiểu địa chỉ này"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return (
            "không được có tên, mật khẩu hay khóa; khóa truy cập đặt trong môi trường của dịch vụ"
        )
    if parts.scheme not in SCHEMES:
        return "phải bắt đầu bằng s3:// hoặc file:///"
    if parts.scheme == "s3":
        return "" if parts.netloc else "thiếu tên kho, ví dụ s3://ten-kho/thu-muc"
    return _folder_fault(url.removeprefix("file://"), data_dir)


def _folder_fault(folder: str, data_dir: Path) -> str:
    """A shared folder within the data folder would be no machine's but this one's."""
    if not folder.startswith("/") or not folder.strip("/"):
        return "phải là đường dẫn đầy đủ của một thư mục, ví dụ file:///mnt/kho-chung"
    shared, own = Path(folder).resolve(), data_dir.resolve()
    if shared.is_relative_to(own) or own.is_relative_to(shared):
        return "thư mục dùng chung và BAOCAO_DATA_DIR phải tách rời nhau"
    return ""
