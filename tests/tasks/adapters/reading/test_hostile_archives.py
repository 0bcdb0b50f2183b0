"""ZIPs that nobody packed by hand: each member is taken or named with what to do, none is lost."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.reading.archives import ArchiveRefused, display_name, unpack
from tasks.adapters.reading.file_kinds import MOST_MEMBERS, FileKind, identify

NAMES = [
    *("../../etc/passwd", "/etc/passwd", "C:\\Windows\\a.xlsx", "..\\..\\a.xlsx", "..", ".", "..."),
    *("/", "//", "\\", " ", "\x00", "\n", "a\nb.xlsx", "a\u2028b.xlsx", "a\u202exslx.exe"),
    *("\u202e", "-rf", "--help.xlsx", "CON", "nul.xlsx", "a" * 300 + ".xlsx", "ạ" * 300 + ".xlsx"),
    *("x." + "y" * 300, "." + "y" * 300, "y" * 300, "a\x1b[31m.xlsx", "\U000e0041.xlsx"),
    *("a\u061cb.xlsx", "{{ 1 }}.xlsx", "=cmd|'/c calc'!A1.xlsx", "<b>.xlsx", "a:b*?.xlsx"),
]


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return buffer.getvalue()


def special(name: str, kind: int, system: int = 3) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = system
    info.external_attr = (kind | 0o777) << 16
    return info


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_one_harmless_line_without_a_path(name: str) -> None:
    shown = display_name(name)
    assert shown
    assert shown.isprintable()
    assert not {"/", "\\"} & set(shown)
    assert len(shown) <= 150
    assert unicodedata.is_normalized("NFC", shown)
    shown.encode()


def test_members_of_strange_names_are_all_handed_on_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [n for n in NAMES if n.strip("/\\ ") and "\x00" not in n and not n.endswith("/")]
    members = unpack(packed(*((name, name.encode()) for name in names)))
    assert [m.content.decode() for m in members] == names
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFCHR, stat.S_IFBLK]
)
def test_links_and_devices_are_named_and_their_neighbours_taken(kind: int) -> None:
    link, book = unpack(packed((special("kế hoạch.xlsx", kind), b"/etc/passwd"), ("b.txt", b"b")))
    assert link.content == b""
    assert link.problem.startswith("«kế hoạch.xlsx» trong tệp nén là liên kết hoặc tệp đặc biệt")
    assert "Xin nén chính tệp Excel" in link.problem
    assert (book.content, book.problem) == (b"b", "")


@pytest.mark.parametrize("system", [0, 3, 19])
def test_ordinary_attributes_of_any_system_are_ordinary(system: int) -> None:
    kind = stat.S_IFREG if system == 3 else stat.S_IFLNK
    (member,) = unpack(packed((special("a.txt", kind, system), b"a")))
    assert (member.content, member.problem) == (b"a", "")


def test_a_hidden_workbook_is_taken_like_any_other() -> None:
    archive = packed((".kế hoạch.xlsx", b"1"), (".ẩn/sổ.xlsx", b"2"), (".~lock.sổ.xlsx#", b"3"))
    assert [m.name for m in unpack(archive)] == [".kế hoạch.xlsx", "sổ.xlsx"]


def test_members_of_one_name_are_both_taken() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive = packed(("a.txt", b"1"), ("a.txt", b"2"), ("A.TXT", b"3"), ("x/a.txt", b"4"))
    assert [m.content for m in unpack(archive)] == [b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_named_as_such(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        package.writestr("kế hoạch.xlsx", b"x" * 100)
    (member,) = unpack(buffer.getvalue())
    assert "«kế hoạch.xlsx» được nén theo kiểu không đọc được" in member.problem


@pytest.mark.parametrize("count", [51, 600])
def test_too_many_members_are_refused_as_too_many_and_not_as_too_large(count: int) -> None:
    with pytest.raises(ArchiveRefused, match=r"quá (nhiều|50) tệp.*Xin chỉ gửi sổ báo cáo"):
        unpack(packed(*((f"{i}.txt", b"x") for i in range(count))))


def crowd(count: int) -> bytes:
    """A ZIP whose directory lists one member that often: small members, a large list."""
    one = packed(("a.txt", b"x"))
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry = one[start:end]
    many = min(count, 0xFFFF)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, many, many, len(entry) * count, start, 0)
    return one[:start] + entry * count + tail


def test_a_list_of_a_hundred_thousand_members_is_refused_unread() -> None:
    archive = crowd(5 * MOST_MEMBERS)
    assert identify(archive, "a.zip") is FileKind.ZIP
    with pytest.raises(ArchiveRefused, match="quá nhiều tệp"):
        unpack(archive)


WHOLE = packed(
    ("kế hoạch.xlsx", b"x" * 200),
    (special("l", stat.S_IFLNK), b"a"),
    ("b.zip", packed(("c", b"d"))),
)


@given(st.data())
def test_a_mutated_archive_is_unpacked_or_refused(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(1, len(content) - 1)) :]
    identify(bytes(content), "a.zip")
    try:
        members = unpack(bytes(content))
    except ArchiveRefused as refused:
        assert str(refused).endswith((".", ").", "Excel."))
    else:
        assert all(m.name.isprintable() for m in members)


def test_a_member_without_a_name_is_taken_like_any_other() -> None:
    archive = packed(("a", b"x"))
    for signature, offset in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = archive.index(signature) + offset
        assert archive[at : at + 2] == b"\x01\x00"
        named = at + (4 if signature == b"PK\x03\x04" else 18)
        archive = archive[:at] + b"\x00\x00" + archive[at + 2 : named] + archive[named + 1 :]
    place, length = archive.index(b"PK\x01\x02"), archive.index(b"PK\x05\x06")
    archive = archive[: length + 12] + struct.pack("<LL", length - place, place) + archive[-2:]
    (member,) = unpack(archive)
    assert (member.name, member.content) == ("khong-ten", b"x")
