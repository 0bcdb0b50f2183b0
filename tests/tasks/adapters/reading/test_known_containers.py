"""A container that is known is named with the one step that helps; only archives are unpacked."""

from __future__ import annotations

import datetime as dt
import io
import struct
from pathlib import Path

import olefile
import pytest

from models.domain.letters.answer_letters import Advice, advice_for
from models.domain.reading.submissions import Examination, FileProblem
from tasks.adapters.intake.unfolding import unfold
from tasks.adapters.raw_store import RawStore
from tasks.adapters.reading.archives import unpack
from tasks.adapters.reading.file_kinds import FileKind, identify
from tasks.adapters.reading.parser_guard import ParserFailed, parsing
from tasks.adapters.reading.reader_child import examine_file
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.workbook_reader import read_workbook, without_default_password
from tasks.adapters.store.messages import KeptMessage
from tests.fixtures.old_workbooks import cell, narrow, ole, record, xls
from tests.tasks.adapters.conftest import Build

IWORK = {
    "Index/Document.iwa": b"\0",
    "Index/Tables/DataList.iwa": b"\0",
    "preview.jpg": b"\xff\xd8",
}
RECEIVED_AT = dt.datetime(2025, 2, 12, 1, tzinfo=dt.UTC)


def owner_file(first: int, name: bytes = b"Nguyen Van Mau") -> bytes:
    """What Excel (55) or Word (54) leaves beside a file that is open."""
    said = bytes([len(name)]) + name.ljust(first - 1, b" ")
    wide = struct.pack("<H", len(name)) + name.decode().encode("utf-16-le")
    return said + wide.ljust(110)


def examined(content: bytes, name: str) -> Examination:
    return examine_file(ExamineJob(Path(), name), content, None)


def by_name(build: type[Build]) -> dict[str, tuple[bytes, FileKind, Advice, str]]:
    zipped = build.zip
    rights = {"EncryptedPackage": b"x"}
    rights["\x06DataSpaces/TransformInfo/DRMEncryptedTransform/\x06Primary"] = b"x"
    password = {"EncryptedPackage": b"x", "EncryptionInfo": b"x"}
    password["\x06DataSpaces/TransformInfo/StrongEncryptionTransform/\x06Primary"] = b"x"
    return {
        "số.numbers": (zipped(IWORK), FileKind.NUMBERS, Advice.NUMBERS, "Xuất"),
        "gói.numbers.zip": (
            zipped({f"gói.numbers/{n}": d for n, d in IWORK.items()}),
            FileKind.NUMBERS, Advice.NUMBERS, "Xuất",
        ),
        "cũ.numbers": (zipped({"index.apxl": b"<a/>"}), FileKind.NUMBERS, Advice.NUMBERS, "Xuất"),
        "chữ.pages": (zipped(IWORK), FileKind.PAGES, Advice.OTHER, "điền"),
        "hình.key": (zipped(IWORK), FileKind.KEYNOTE, Advice.OTHER, "điền"),
        "không rõ": (zipped(IWORK), FileKind.IWORK, Advice.NUMBERS, "Xuất"),
        "nhãn.xlsx": (ole(rights), FileKind.RIGHTS_MANAGED, Advice.RIGHTS, "bỏ nhãn bảo mật"),
        "nhãn.xls": (
            ole({"Workbook": b"\x09\x08", "\x09DRMContent": b"x"}),
            FileKind.RIGHTS_MANAGED, Advice.RIGHTS, "bỏ nhãn bảo mật",
        ),
        "thư.rpmsg": (
            b"\x76\xe8\x04\x60\xc4\x11\xe3\x86" + bytes(50),
            FileKind.RIGHTS_MANAGED, Advice.RIGHTS, "bỏ nhãn bảo mật",
        ),
        "kín.xlsx": (ole(password), FileKind.ENCRYPTED_OFFICE, Advice.PASSWORD, "bỏ mật khẩu"),
        "sổ.url": (
            b"[InternetShortcut]\r\nURL=https://drive.example/a\r\n",
            FileKind.SHORTCUT, Advice.SHORTCUT, "tải chính sổ báo cáo",
        ),
        "sổ.lnk": (
            b"L\0\0\0\x01\x14\x02\0" + bytes(60),
            FileKind.SHORTCUT, Advice.SHORTCUT, "tải chính sổ báo cáo",
        ),
        "sổ.webloc": (
            b'<?xml version="1.0"?><!DOCTYPE plist><plist version="1.0"><dict><key>URL</key>',
            FileKind.SHORTCUT, Advice.SHORTCUT, "tải chính sổ báo cáo",
        ),
        "sổ.gsheet": (
            b'{"url":"https://drive.example/a","doc_id":"1","email":"a@b.example"}',
            FileKind.SHORTCUT, Advice.SHORTCUT, "tải chính sổ báo cáo",
        ),
        "~$sổ.xlsx": (owner_file(55), FileKind.OWNER_FILE, Advice.OWNER_FILE, "đóng sổ báo cáo"),
        "sổ tạm.docx": (owner_file(54), FileKind.OWNER_FILE, Advice.OWNER_FILE, "đóng sổ báo cáo"),
        "~$ngắn.xlsx": (b"\x03abc", FileKind.OWNER_FILE, Advice.OWNER_FILE, "đóng sổ báo cáo"),
        "đời cũ.xls": (
            b"\x09\x04\x06\x00" + bytes(30), FileKind.OLD_EXCEL, Advice.NOT_READ, "Lưu thành",
        ),
        "sách.epub": (
            zipped({"mimetype": "application/epub+zip", "a.html": "x"}),
            FileKind.PACKAGE, Advice.OTHER, "điền",
        ),
        "hình.vsdx": (
            zipped({"[Content_Types].xml": "<Types/>", "visio/document.xml": "x"}),
            FileKind.PACKAGE, Advice.OTHER, "điền",
        ),
        "máy.jar": (
            zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}),
            FileKind.PROGRAM, Advice.OTHER, "điền",
        ),
    }  # fmt: skip


def test_each_is_named_with_the_one_step_that_helps(build) -> None:
    for name, (content, kind, advice, step) in by_name(build).items():
        answer = examined(content, name)
        assert (name, answer.file_kind) == (name, kind.value)
        assert answer.problem in (FileProblem.NOT_A_WORKBOOK, FileProblem.ENCRYPTED), name
        assert step in answer.detail and "hỏng" not in answer.detail, name
        assert advice_for(str(answer.problem), answer.file_kind) is advice, name


def test_none_of_them_is_taken_apart_into_files(build, tmp_path) -> None:
    store = RawStore(tmp_path)
    for name, (content, _, _, _) in by_name(build).items():
        key = store.put(content)
        kept = KeptMessage(key, "drop", False, name, RECEIVED_AT, len(content), 0)
        (message,) = unfold(store, [kept], 40_000_000).messages
        assert [f.name for f in message.files] == [name]


def test_a_true_archive_is_still_taken_apart_with_what_it_holds(build) -> None:
    archive = build.zip(
        {"sổ.xlsx": build.fixture("small.xlsx"), "số.numbers": build.zip(IWORK), "a/b.txt": "x"}
    )
    assert identify(archive, "gói.zip") is FileKind.ZIP
    assert [m.name for m in unpack(archive)] == ["sổ.xlsx", "số.numbers", "b.txt"]


def test_a_spreadsheet_of_opendocument_is_known_by_its_list_too(build) -> None:
    manifest = (
        '<manifest><file-entry media-type="application/vnd.oasis.opendocument.spreadsheet" '
        'full-path="/"/></manifest>'
    )
    content = build.ods('<table:table table:name="T"/>', mimetype="")
    assert identify(content) is not FileKind.ODS
    listed = build.ods(
        '<table:table table:name="T"/>', **{"mimetype": "", "META-INF/manifest.xml": manifest}
    )
    assert identify(listed) is FileKind.ODS
    assert [s.name for s in read_workbook(listed, FileKind.ODS).sheets] == ["T"]


def test_a_broken_list_of_properties_hides_no_cell(build) -> None:
    table = (
        '<table:table table:name="T"><table:table-row><table:table-cell office:value-type="float" '
        'office:value="12.5"/></table:table-row></table:table>'
    )
    content = build.ods(table, **{"meta.xml": "<cut off"})
    assert read_workbook(content, FileKind.ODS).sheets[0].rows == [[12.5]]


@pytest.mark.parametrize("password", [b"\x00\x00\x12\x34\x56\x78", b"\x01\x00\x01\x00", b""])
def test_an_old_workbook_with_any_way_of_locking_asks_for_it_without_password(
    password: bytes,
) -> None:
    locked = xls(cell(0x204, 0, 0, narrow("a")), globals_=record(0x2F, password))
    assert without_default_password(locked) is None
    answer = examined(locked, "kín.xls")
    assert (answer.file_kind, answer.problem) == ("encrypted_xls", FileProblem.ENCRYPTED)
    assert "bỏ mật khẩu" in answer.detail


class _Panic(BaseException):
    """As PyO3 raises: no Exception."""


@pytest.mark.parametrize("raised", [struct.error, AssertionError, RecursionError, _Panic, EOFError])
def test_whatever_a_library_raises_is_an_answer_about_the_file(
    raised: type[BaseException],
) -> None:
    with pytest.raises(ParserFailed, match=raised.__name__), parsing():
        raise raised("x")


@pytest.mark.parametrize("raised", [MemoryError, KeyboardInterrupt, SystemExit])
def test_what_concerns_the_process_is_passed_on(raised: type[BaseException]) -> None:
    with pytest.raises(raised), parsing():
        raise raised


def test_a_member_that_is_packed_in_another_way_is_not_called_damaged(build) -> None:
    content = bytearray(build.fixture("small.xlsx"))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            struct.pack_into("<H", content, at + offset, 93)
    answer = examined(bytes(content), "a.xlsx")
    assert (answer.problem, "hỏng" in answer.detail) == (FileProblem.NOT_READ, False)


def test_a_member_of_a_workbook_that_asks_for_a_password_is_told_as_such(build) -> None:
    content = bytearray(build.fixture("small.xlsx"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            content[at + offset] |= 1
    assert examined(bytes(content), "a.xlsx").problem is FileProblem.ENCRYPTED


def test_the_builder_of_containers_makes_what_others_read() -> None:
    with olefile.OleFileIO(io.BytesIO(ole({"a/b": b"x" * 5000, "c": b"y"}))) as container:
        assert container.listdir() == [["a", "b"], ["c"]]
        assert container.openstream("a/b").read() == b"x" * 5000
