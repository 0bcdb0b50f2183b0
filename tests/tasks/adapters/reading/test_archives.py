import io
import struct
import unicodedata
import zipfile

import pytest

from tasks.adapters.reading.archives import (
    ArchiveLimits,
    ArchiveRefused,
    BudgetExceeded,
    CountedZip,
    DamagedPackage,
    UnzipBudget,
    display_name,
    unpack,
)

HOSTILE_NAMES = [
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\vp\\Kế hoạch.xlsx", "Kế hoạch.xlsx"),
    ("/tuyệt/đối/a.xlsx", "a.xlsx"),
    ("a\u202exslx.exe", "axslx.exe"),
    ("a\x00b\n.xlsx", "ab.xlsx"),
    (unicodedata.normalize("NFD", "Báo cáo.xlsx"), "Báo cáo.xlsx"),
    ("..", ".."),
    ("", "khong-ten"),
]


@pytest.mark.parametrize(("name", "shown"), HOSTILE_NAMES)
def test_a_member_name_is_fit_to_show_and_holds_no_path(name, shown):
    assert display_name(name) == shown


def test_the_workbooks_of_an_archive_come_out_and_litter_does_not(build):
    archive = build.zip(
        {
            "Sở Tài chính/Kế hoạch.xlsx": build.fixture("small.xlsx"),
            "__MACOSX/._Kế hoạch.xlsx": b"x",
            "Sở Tài chính/~$Kế hoạch.xlsx": b"x",
            ".DS_Store": b"x",
            "scan.pdf": b"%PDF-1.4",
        }
    )
    members = unpack(archive)
    assert [m.name for m in members] == ["Kế hoạch.xlsx", "scan.pdf"]
    assert members[0].content == build.fixture("small.xlsx")


def test_an_archive_inside_an_archive_is_opened_but_no_deeper(build):
    inner = build.zip({"a.xlsx": build.fixture("small.xlsx")})
    assert [m.name for m in unpack(build.zip({"b.zip": inner}))] == ["a.xlsx"]
    with pytest.raises(ArchiveRefused, match="lồng nhau"):
        unpack(build.zip({"c.zip": build.zip({"b.zip": inner})}))


def test_vietnamese_names_without_the_utf8_flag_are_mended(build):
    name = "Kế hoạch Sở Y tế.xlsx"
    archive = bytearray(build.zip({name: b"x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = archive.index(signature) + offset
        flags = struct.unpack_from("<H", archive, at)[0]
        struct.pack_into("<H", archive, at, flags & ~0x800)
    assert unpack(bytes(archive))[0].name == name


def test_a_member_with_a_password_is_reported_and_the_others_are_taken(build):
    archive = bytearray(build.zip({"kin.xlsx": b"x" * 50, "mo.xlsx": b"y"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(signature) + offset] |= 1
    locked, opened = unpack(bytes(archive))
    assert locked.content == b"" and "mật khẩu" in locked.problem and "kin.xlsx" in locked.problem
    assert (opened.content, opened.problem) == (b"y", "")


def test_too_many_members_are_refused(build):
    with pytest.raises(ArchiveRefused, match="quá 50 tệp"):
        unpack(build.zip({f"{i}.txt": b"x" for i in range(51)}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive"])
def test_what_is_no_archive_is_refused_kindly(content):
    with pytest.raises(ArchiveRefused, match="hỏng"):
        unpack(content)


def test_an_empty_archive_is_refused(build):
    with pytest.raises(ArchiveRefused, match="không chứa tệp"):
        unpack(build.zip({}))


def test_an_archive_of_offices_own_temporary_files_says_so(build):
    with pytest.raises(ArchiveRefused, match="đóng sổ báo cáo"):
        unpack(build.zip({"Sở Tài chính/~$Kế hoạch.xlsx": b"x", ".DS_Store": b"x"}))


def test_a_bomb_is_refused_before_it_is_inflated(zip_bomb):
    """Or not much of it, which is counted and not timed."""
    package, budget = CountedZip(zip_bomb, UnzipBudget()), UnzipBudget()
    with pytest.raises(BudgetExceeded):
        package.read_all()
    assert package.spent < 1.1 * max(budget.ratio_from, budget.ratio * len(zip_bomb))


def test_a_header_that_understates_the_size_is_no_way_around_the_budget(build):
    archive = bytearray(build.zip({"a.txt": bytes(5_000_000)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", archive, archive.index(signature) + offset, 10)
    with zipfile.ZipFile(io.BytesIO(bytes(archive))) as package:
        assert package.infolist()[0].file_size == 10
    with pytest.raises(BudgetExceeded):
        CountedZip(bytes(archive), UnzipBudget(total_bytes=1_000_000)).read_all()


def test_members_that_share_one_stream_are_counted_each(build):
    limits = ArchiveLimits(budget=UnzipBudget(total_bytes=3_000_000, ratio_from=1 << 40))
    with pytest.raises(ArchiveRefused, match="quá lớn"):
        unpack(build.zip({f"{i}.bin": bytes(1_000_000) for i in range(4)}), limits)
    assert len(unpack(build.zip({f"{i}.bin": bytes(1_000_000) for i in range(2)}), limits)) == 2


def test_nested_archives_share_one_budget(build):
    limits = ArchiveLimits(budget=UnzipBudget(total_bytes=3_000_000, ratio_from=1 << 40))
    inner = build.zip({"a.bin": bytes(2_000_000)})
    with pytest.raises(ArchiveRefused, match="quá lớn"):
        unpack(build.zip({"1.zip": inner, "2.zip": inner}), limits)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_one_flipped_bit_is_noticed_though_the_stream_still_inflates(method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        package.writestr("a.xml", b"<v>12345</v>")
    content = bytearray(buffer.getvalue())
    directory = content.index(b"PK\x01\x02")
    content[directory + 16] ^= 1  # the checksum: as if the data had changed under it
    package = CountedZip(bytes(content), UnzipBudget())
    with pytest.raises(DamagedPackage):
        package.read(package.members[0])


def test_a_name_that_comes_twice_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.xml", b"1")
        package.writestr("A.xml", b"2")
    with pytest.raises(DamagedPackage):
        CountedZip(buffer.getvalue(), UnzipBudget()).read_all()
