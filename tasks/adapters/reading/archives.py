"""Unpacking under a budget: bytes are counted as they come out, no header is believed."""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from models.domain.errors import BaocaoError
from models.domain.notation.vietnamese_text import whole_line
from tasks.adapters.reading.file_kinds import FileKind, crowded, identify
from tasks.adapters.reading.parser_guard import ParserFailed, parsing

_CHUNK = 1 << 20
_LOCAL_HEADER = 30
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_UNICODE_PATH = 0x7075
# What systems and office programs leave beside the files; a file that is merely hidden is not it.
_NOISE = re.compile(
    r"(^|/)(__MACOSX/|\._|~\$|\.~lock\.|(Thumbs\.db|desktop\.ini|\.DS_Store|\.directory)$)",
    re.IGNORECASE,
)
_UNIX = 3  # the system whose kinds of files stand in a member's attributes
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

_PACKED_ODDLY = (
    "Tệp «{name}» được nén theo cách mà chương trình của Văn phòng không đọc được. Xin gửi trực "
    "tiếp tệp Excel, không nén."
)


class ArchiveRefused(BaocaoError):
    """Raised when an archive cannot be unpacked; the message says in Vietnamese why."""


class BudgetExceeded(BaocaoError):
    """Raised when a package yields more bytes than it may, or too many members."""


class TooManyMembers(BudgetExceeded):
    """Raised when a package lists more members than anybody sends."""


class DamagedPackage(BaocaoError):
    """Raised when a ZIP container is cut off or contradicts itself."""


class LockedPackage(DamagedPackage):
    """Raised for a member that only a password opens."""


class UnknownPacking(DamagedPackage):
    """Raised for a member that is packed in a way which is not read here; it may be whole."""


@dataclass(frozen=True, slots=True)
class UnzipBudget:
    """How much a package may yield. `ratio` is judged only beyond `ratio_from` bytes."""

    total_bytes: int = 120_000_000
    member_bytes: int = 100_000_000
    members: int = 2_000
    ratio: int = 400
    ratio_from: int = 20_000_000


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Limits for an archive of submissions."""

    members: int = 50
    depth: int = 2  # an archive inside an archive is still opened
    budget: UnzipBudget = field(
        default=UnzipBudget(
            total_bytes=200_000_000, member_bytes=50_000_000, members=500, ratio=1_000
        )
    )


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One unpacked file. `name` is for display only and holds no path."""

    name: str
    content: bytes
    problem: str = ""  # Vietnamese, when the member could not be unpacked; content is then empty


class CountedZip:
    """A ZIP whose members are inflated under one shared budget.

    The standard library stops at the size a header claims, other readers go on to the end of the
    compressed stream; counting here follows the stream, so a lying header is no way around it.
    Raises DamagedPackage for what is no ZIP.
    """

    def __init__(self, content: bytes, budget: UnzipBudget) -> None:
        self._content = content
        self._budget = budget
        self.spent = 0
        if crowded(content):
            raise TooManyMembers("crowded")
        try:
            with parsing(), zipfile.ZipFile(io.BytesIO(content)) as package:
                # Not `is_dir`: it fails on a member without a name.
                self.members = [i for i in package.infolist() if not i.filename.endswith("/")]
        except ParserFailed as fault:
            raise DamagedPackage(f"{fault}") from fault
        if len(self.members) > budget.members:
            raise TooManyMembers(f"{len(self.members)} members")

    def names(self) -> list[str]:
        """The members' names as stored."""
        return [m.filename for m in self.members]

    def read(self, member: zipfile.ZipInfo) -> bytes:
        """All bytes of a member. Raises BudgetExceeded or DamagedPackage."""
        return b"".join(self._inflate(member))

    def read_all(self) -> dict[str, bytes]:
        """Every member's bytes by stored name.

        Raises DamagedPackage when a name comes twice: readers differ on which copy counts.
        """
        if len({m.filename.replace("\\", "/").lower() for m in self.members}) < len(self.members):
            raise DamagedPackage("two members of one name")
        return {m.filename: self.read(m) for m in self.members}

    def _inflate(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        start = member.header_offset
        header = self._content[start : start + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
            raise DamagedPackage(f"{member.filename}: no local header")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        start += _LOCAL_HEADER + name_length + extra_length
        packed = memoryview(self._content)[start : start + member.compress_size]
        if len(packed) < member.compress_size:
            raise DamagedPackage(f"{member.filename}: cut off")
        if member.flag_bits & _ENCRYPTED:
            raise LockedPackage(member.filename)
        produced = 0
        if member.compress_type == zipfile.ZIP_STORED:
            self._count(len(packed), len(packed), member)
            _compare(zlib.crc32(packed), member)
            yield bytes(packed)
            return
        if member.compress_type != zipfile.ZIP_DEFLATED:
            raise UnknownPacking(f"{member.filename}: method {member.compress_type}")
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        checksum = 0
        rest: bytes | memoryview = packed
        try:
            while not inflater.eof:
                piece = inflater.decompress(rest, _CHUNK)
                rest = inflater.unconsumed_tail
                if not piece and not rest and not inflater.eof:
                    raise DamagedPackage(f"{member.filename}: cut off")
                produced += len(piece)
                checksum = zlib.crc32(piece, checksum)
                self._count(len(piece), produced, member)
                yield piece
        except zlib.error as fault:
            raise DamagedPackage(f"{member.filename}: {fault}") from fault
        _compare(checksum, member)

    def _count(self, piece: int, produced: int, member: zipfile.ZipInfo) -> None:
        budget = self._budget
        self.spent += piece
        if self.spent > budget.total_bytes or produced > budget.member_bytes:
            raise BudgetExceeded(f"{member.filename}: more than {min(self.spent, produced)} bytes")
        if self.spent > budget.ratio_from and self.spent > budget.ratio * len(self._content):
            raise BudgetExceeded(f"{member.filename}: ratio above {budget.ratio}")


def _compare(checksum: int, member: zipfile.ZipInfo) -> None:
    """Raises DamagedPackage when a member is not what was packed: one flipped bit, one digit."""
    if checksum != member.CRC:
        raise DamagedPackage(f"{member.filename}: checksum")


def unpack(content: bytes, limits: ArchiveLimits | None = None) -> list[ArchiveMember]:
    """The files of a ZIP, in its order, archives inside it opened too; folders and litter left out.

    A member that asks for a password or is damaged comes back with a `problem` and no content.
    Raises ArchiveRefused when the archive as a whole is damaged, too large, too deep or empty.
    """
    limits = limits or ArchiveLimits()
    members: list[ArchiveMember] = []
    try:
        _unpack_into(members, content, limits, limits.budget.total_bytes, depth=1)
    except TooManyMembers:
        raise ArchiveRefused(
            f"Tệp nén chứa quá nhiều tệp (giới hạn {limits.members} tệp). "
            "Xin chỉ gửi sổ báo cáo (.xlsx) của đơn vị."
        ) from None
    except BudgetExceeded:
        megabytes = limits.budget.total_bytes // 1_000_000
        raise ArchiveRefused(
            f"Tệp nén quá lớn khi giải nén (giới hạn {megabytes} MB). "
            "Xin gửi trực tiếp sổ báo cáo (.xlsx), mỗi thư không quá một vài tệp."
        ) from None
    except DamagedPackage:
        raise ArchiveRefused(
            "Tệp nén bị hỏng hoặc tải lên chưa trọn vẹn. Xin nén lại hoặc gửi trực tiếp tệp Excel."
        ) from None
    if not members and any("~$" in name for name in CountedZip(content, limits.budget).names()):
        raise ArchiveRefused(
            "Tệp nén chỉ chứa tệp tạm mà Office tạo ra trong khi sổ đang mở. Xin đóng sổ báo cáo "
            "trong Excel rồi gửi chính sổ đó."
        )
    if not members:
        raise ArchiveRefused("Tệp nén không chứa tệp nào. Xin gửi trực tiếp sổ báo cáo (.xlsx).")
    return members


def _unpack_into(
    members: list[ArchiveMember], content: bytes, limits: ArchiveLimits, bytes_left: int, depth: int
) -> int:
    """Appends the members and returns how many bytes of the budget are left."""
    budget = limits.budget
    package = CountedZip(
        content,
        UnzipBudget(
            bytes_left, budget.member_bytes, budget.members, budget.ratio, budget.ratio_from
        ),
    )
    for info in package.members:
        stored = stored_name(info)
        if _NOISE.search(stored):
            continue
        name = display_name(stored)
        if len(members) >= limits.members:
            raise ArchiveRefused(
                f"Tệp nén chứa quá {limits.members} tệp. Xin chỉ gửi sổ báo cáo (.xlsx) của đơn vị."
            )
        if problem := _why_unread(info, name):
            members.append(ArchiveMember(name, b"", problem))
            continue
        try:
            unpacked = package.read(info)
        except UnknownPacking:
            members.append(ArchiveMember(name, b"", _PACKED_ODDLY.format(name=name)))
            continue
        except DamagedPackage:
            members.append(
                ArchiveMember(name, b"", f"Tệp «{name}» trong tệp nén bị hỏng. Xin nén lại.")
            )
            continue
        if identify(unpacked, name) is not FileKind.ZIP:
            members.append(ArchiveMember(name, unpacked))
        elif depth >= limits.depth:
            raise ArchiveRefused(
                f"Tệp nén lồng nhau quá {limits.depth} lớp. Xin gửi trực tiếp sổ báo cáo (.xlsx)."
            )
        else:
            left = bytes_left - package.spent
            try:
                package.spent += left - _unpack_into(members, unpacked, limits, left, depth + 1)
            except DamagedPackage:
                members.append(ArchiveMember(name, b"", f"Tệp nén «{name}» bên trong bị hỏng."))
    return bytes_left - package.spent


def _why_unread(info: zipfile.ZipInfo, name: str) -> str:
    """Why a member is not unpacked, in Vietnamese; "" for an ordinary file."""
    mode = info.external_attr >> 16
    if info.flag_bits & _ENCRYPTED:
        return f"Tệp «{name}» trong tệp nén có mật khẩu. Xin bỏ mật khẩu."
    if info.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return (
            f"«{name}» trong tệp nén là liên kết hoặc tệp đặc biệt, không phải tệp thường. "
            "Xin nén chính tệp Excel."
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return (
            f"Tệp «{name}» được nén theo kiểu không đọc được. Xin nén lại thành tệp ZIP thông "
            "thường hoặc gửi trực tiếp tệp Excel."
        )
    return ""


def stored_name(info: zipfile.ZipInfo) -> str:
    """A member's name with its letters mended, still with its folders; slashes forward.

    Archivers without the UTF-8 flag leave Vietnamese names as bytes that the standard library
    reads as code page 437.
    """
    name = _unicode_path(info.extra)
    if not name:
        name = info.orig_filename
        if not info.flag_bits & _UTF8_NAME:
            raw = name.encode("cp437", errors="replace")
            for encoding in ("utf-8", "cp1258"):
                try:
                    name = raw.decode(encoding)
                    break
                except UnicodeDecodeError:
                    continue
    return name.replace("\\", "/")


def _unicode_path(extra: bytes) -> str:
    """The name in Info-ZIP's Unicode path field, empty without one."""
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack("<HH", extra[position : position + 4])
        if tag == _UNICODE_PATH and length > 5:
            return extra[position + 9 : position + 4 + length].decode("utf-8", errors="replace")
        position += 4 + length
    return ""


def display_name(name: str) -> str:
    r"""A name fit to show: NFC, no folders, no control or direction marks, at most 150 letters.

    >>> display_name("../../etc/Kế hoạch\u202exslx.exe")
    'Kế hoạchxslx.exe'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = whole_line(_UNPRINTABLE.sub("", last))
    if len(clean) > 150:
        stem, dot, suffix = clean.rpartition(".")
        clean = f"{(stem or suffix)[:140]}…{dot}{suffix[:8]}"
    return clean or "khong-ten"
