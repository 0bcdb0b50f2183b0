import io

import msoffcrypto.format.ooxml
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.reading.file_kinds import FileKind, identify

BY_CONTENT = [
    (b"", "a.xlsx", "empty"),
    (b"  \r\n", "a.txt", "empty"),
    (b"%PDF-1.7\n%\xe2\xe3", "ke hoach.xlsx", "pdf"),
    (b"\xef\xbb\xbf\r\n%PDF-1.4", "scan.pdf", "pdf"),
    (b"{\\rtf1\\ansi}", "bao cao.doc", "rtf"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "anh.jpg", "picture"),
    (b"\x89PNG\r\n\x1a\n....", "chup man hinh.xlsx", "picture"),
    (b"Rar!\x1a\x07\x01\x00", "bc.rar", "rar"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "bc.7z", "7z"),
    ("<html><body><table><tr><td>Số liệu".encode(), "bao cao.xls", "html"),
    (b'<?xml version="1.0"?>\n<!DOCTYPE html>\n<html>', "x.xls", "html"),
    (b"MIME-Version: 1.0\nContent-Type: multipart/related", "x.xls", "html"),
    (b'<?xml version="1.0"?><Workbook/>', "x.xls", "xml"),
    ("Mã;Tên;Giá trị\n1;Tăng trưởng;12,5\n2;Thu;3\n".encode(), "x.txt", "csv"),
    ("Kính gửi Văn phòng".encode("utf-16"), "x.txt", "text"),
    ("Kính gửi Văn phòng UBND".encode(), "x.txt", "text"),
    (b"MZ\x90\x00", "ke hoach.xlsx.exe", "program"),
    (bytes(range(256)) * 20, "a.xlsx", "unknown"),
]


@pytest.mark.parametrize(("content", "name", "kind"), BY_CONTENT)
def test_a_file_is_told_by_its_content_not_by_its_suffix(content, name, kind):
    assert identify(content, name).value == kind


def test_every_kind_has_a_vietnamese_name():
    assert all(kind.vietnamese for kind in FileKind)


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_workbooks_of_other_office_programs_are_recognised_under_any_name(build, suffix):
    assert identify(build.fixture(f"small.{suffix}"), "khong ten").value == suffix


def test_a_workbook_with_macros_and_a_binary_one_are_told_apart(build):
    with_macros = build.xlsx("", extra={"xl/vbaProject.bin": b"macro"})
    assert identify(with_macros) is FileKind.XLSM
    assert identify(build.xlsb([(0, 0, "x")])) is FileKind.XLSB


def test_word_powerpoint_and_plain_archives_are_no_workbooks(build):
    assert identify(build.zip({"word/document.xml": "<w/>"})) is FileKind.DOCX
    assert identify(build.zip({"ppt/presentation.xml": "<p/>"})) is FileKind.PPTX
    assert identify(build.zip({"Kế hoạch.xlsx": b"x"})) is FileKind.ZIP


def test_a_workbook_with_a_password_is_named_as_such(build):
    locked = io.BytesIO()
    plain = io.BytesIO(build.fixture("small.xlsx"))
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("bí mật", locked)
    assert identify(locked.getvalue(), "a.xlsx") is FileKind.ENCRYPTED_OFFICE


def test_an_old_workbook_with_a_password_is_named_as_such(build):
    assert identify(_with_file_pass(build.fixture("small.xls"))) is FileKind.ENCRYPTED_XLS


def test_an_encrypted_opendocument_sheet_is_named_as_such(build):
    manifest = {"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}
    assert identify(build.ods("", **manifest)) is FileKind.ENCRYPTED_ODS


def test_a_cut_off_workbook_is_still_called_a_workbook(build):
    assert identify(build.fixture("small.xlsx")[:3000], "a.xlsx") is FileKind.XLSX
    assert identify(build.fixture("small.ods")[:3000], "a.ods") is FileKind.ODS


@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=300).map(lambda b: b"PK\x03\x04" + b),
        st.binary(max_size=600).map(lambda b: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b),
    )
)
def test_no_bytes_make_it_raise(content):
    assert identify(content, "a.xlsx") in FileKind


def _with_file_pass(workbook: bytes) -> bytes:
    """Turns the second record of the stream into FILEPASS, as encryption would put it there."""
    start = workbook.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    second = start + 4 + int.from_bytes(workbook[start + 2 : start + 4], "little")
    return workbook[:second] + b"\x2f\x00" + workbook[second + 2 :]
