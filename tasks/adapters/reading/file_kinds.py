"""What a file is, told by its content: the suffix is only believed where content says nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from enum import StrEnum

from tasks.adapters.reading.hardened_xml import in_utf8
from tasks.adapters.reading.parser_guard import ParserFailed, parsing


class FileKind(StrEnum):
    """Kinds of file that agencies send. `vietnamese` names them in answers."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    OLD_EXCEL = "old_excel"  # of Excel 2 to 4, or of Excel 5 without its container
    ENCRYPTED_OFFICE = "encrypted_office"  # OLE2 around an encrypted .xlsx, .docx, ...
    ENCRYPTED_XLS = "encrypted_xls"
    ENCRYPTED_ODS = "encrypted_ods"
    RIGHTS_MANAGED = "rights_managed"  # locked to named persons: no password opens it
    ENCRYPTED_MAIL = "encrypted_mail"  # what only the holder of a key reads (S/MIME, PGP)
    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    PPTX = "pptx"
    PPT = "ppt"
    PDF = "pdf"
    RTF = "rtf"
    MSG = "msg"  # an Outlook message saved as a file
    OLE = "ole"  # an OLE2 container of another program
    NUMBERS = "numbers"
    PAGES = "pages"
    KEYNOTE = "keynote"
    IWORK = "iwork"  # one of these three, under a name that does not say which
    PACKAGE = "package"  # a container of another program, which only looks like an archive
    ZIP = "zip"  # an archive of files
    RAR = "rar"
    SEVEN_ZIP = "7z"
    GZIP = "gzip"
    PICTURE = "picture"
    HTML = "html"
    XML = "xml"
    CSV = "csv"
    TEXT = "text"
    PROGRAM = "program"
    SHORTCUT = "shortcut"  # a link to a file or a page, saved as a file
    OWNER_FILE = "owner_file"  # "~$...": what Office leaves beside a file that somebody has open
    EMPTY = "empty"
    UNKNOWN = "unknown"

    @property
    def vietnamese(self) -> str:
        """The kind's Vietnamese name, as it stands inside a sentence.

        >>> FileKind.PDF.vietnamese
        'tệp PDF'
        """
        return _TITLES[self]

    @property
    def is_workbook(self) -> bool:
        """True for the kinds `read_workbook` takes."""
        return self in WORKBOOKS

    @property
    def is_encrypted(self) -> bool:
        """True for a file that asks for a password."""
        return self in (self.ENCRYPTED_OFFICE, self.ENCRYPTED_XLS, self.ENCRYPTED_ODS)


WORKBOOKS = frozenset(
    {FileKind.XLSX, FileKind.XLSM, FileKind.XLSB, FileKind.XLS, FileKind.ODS},
)

_TITLES = {
    FileKind.XLSX: "bảng tính Excel (.xlsx)",
    FileKind.XLSM: "bảng tính Excel có macro (.xlsm)",
    FileKind.XLSB: "bảng tính Excel nhị phân (.xlsb)",
    FileKind.XLS: "bảng tính Excel 97-2003 (.xls)",
    FileKind.ODS: "bảng tính OpenDocument (.ods)",
    FileKind.OLD_EXCEL: "bảng tính Excel đời cũ (trước Excel 97)",
    FileKind.ENCRYPTED_OFFICE: "tệp Office đặt mật khẩu",
    FileKind.ENCRYPTED_XLS: "bảng tính Excel 97-2003 đặt mật khẩu",
    FileKind.ENCRYPTED_ODS: "bảng tính OpenDocument đặt mật khẩu",
    FileKind.RIGHTS_MANAGED: "tệp được khóa bằng nhãn bảo mật hoặc phân quyền",
    FileKind.ENCRYPTED_MAIL: "thư được mã hóa",
    FileKind.DOCX: "văn bản Word (.docx)",
    FileKind.DOC: "văn bản Word 97-2003 (.doc)",
    FileKind.ODT: "văn bản OpenDocument (.odt)",
    FileKind.PPTX: "bản trình chiếu PowerPoint (.pptx)",
    FileKind.PPT: "bản trình chiếu PowerPoint 97-2003 (.ppt)",
    FileKind.PDF: "tệp PDF",
    FileKind.RTF: "văn bản RTF",
    FileKind.MSG: "thư Outlook lưu thành tệp (.msg)",
    FileKind.OLE: "tệp của một chương trình Office khác",
    FileKind.NUMBERS: "bảng tính Numbers của Apple (.numbers)",
    FileKind.PAGES: "văn bản Pages của Apple (.pages)",
    FileKind.KEYNOTE: "bản trình chiếu Keynote của Apple (.key)",
    FileKind.IWORK: "tệp Numbers, Pages hoặc Keynote của Apple",
    FileKind.PACKAGE: "tệp của một chương trình khác",
    FileKind.ZIP: "tệp nén ZIP",
    FileKind.RAR: "tệp nén RAR",
    FileKind.SEVEN_ZIP: "tệp nén 7-Zip",
    FileKind.GZIP: "tệp nén GZIP",
    FileKind.PICTURE: "tệp ảnh",
    FileKind.HTML: "trang web (HTML), không phải bảng tính Excel thật",
    FileKind.XML: "tệp XML",
    FileKind.CSV: "tệp CSV",
    FileKind.TEXT: "tệp văn bản thuần",
    FileKind.PROGRAM: "tệp chương trình",
    FileKind.SHORTCUT: "lối tắt, chỉ chứa đường dẫn tới một tệp ở nơi khác",
    FileKind.OWNER_FILE: "tệp tạm mà Office tạo ra trong khi sổ đang mở",
    FileKind.EMPTY: "tệp rỗng",
    FileKind.UNKNOWN: "tệp không rõ định dạng",
}

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADS: tuple[tuple[bytes, FileKind], ...] = (
    (b"Rar!\x1a\x07", FileKind.RAR),
    (b"7z\xbc\xaf\x27\x1c", FileKind.SEVEN_ZIP),
    (b"\x1f\x8b", FileKind.GZIP),
    (b"{\\rtf", FileKind.RTF),
    (b"\xff\xd8\xff", FileKind.PICTURE),
    (b"\x89PNG\r\n\x1a\n", FileKind.PICTURE),
    (b"GIF8", FileKind.PICTURE),
    (b"BM", FileKind.PICTURE),
    (b"II*\x00", FileKind.PICTURE),
    (b"MM\x00*", FileKind.PICTURE),
    (b"\x09\x00\x04\x00", FileKind.OLD_EXCEL),
    (b"\x09\x02\x06\x00", FileKind.OLD_EXCEL),
    (b"\x09\x04\x06\x00", FileKind.OLD_EXCEL),
    (b"\x09\x08\x08\x00", FileKind.OLD_EXCEL),
    (b"MZ", FileKind.PROGRAM),
    (b"\x7fELF", FileKind.PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", FileKind.SHORTCUT),  # .lnk
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", FileKind.RIGHTS_MANAGED),  # message.rpmsg
    (b".pfile", FileKind.RIGHTS_MANAGED),
    (b"-----BEGIN PGP MESSAGE-----", FileKind.ENCRYPTED_MAIL),
)
#: Of CMS (RFC 5652): enveloped data, with or without a proof of who made it.
_ENVELOPED = re.compile(
    rb"\x30(?:\x80|[\x81-\x84].{1,4}?|[\x00-\x7f])"
    rb"\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
    rb"|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17)",
    re.DOTALL,
)
#: Files that only lead to another: of Windows, of macOS, of a drive on the net.
_SHORTCUT = re.compile(
    r"\s*(?:\[InternetShortcut\]|\[Desktop Entry\]|<\?xml.{0,300}<plist.{0,200}<key>URL</key>"
    r"|\{[^{}]{0,2000}\"(?:doc_id|resource_id)\"\s*:)",
    re.IGNORECASE | re.DOTALL,
)
_OWNER_FILE_BYTES = 165  # of Excel and PowerPoint; Word writes three fewer
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ODF = {
    "application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
    "application/vnd.oasis.opendocument.spreadsheet-template": FileKind.ODS,
    "application/vnd.oasis.opendocument.text": FileKind.ODT,
    "application/vnd.oasis.opendocument.text-template": FileKind.ODT,
}
MOST_MEMBERS = 20_000  # a workbook has less than one hundred
_ODF_MANIFEST = re.compile(
    r"<(?:\w+:)?file-entry\b[^<>]*?(?:full-path=\"/\"[^<>]*?media-type=\"([^\"<>]*)\""
    r"|media-type=\"([^\"<>]*)\"[^<>]*?full-path=\"/\")"
)
_PART_NAME = re.compile(r"\bpartname\s*=\s*[\"']([^\"'<>]*)[\"']")
_CONTENT_TYPE = re.compile(r"\bcontenttype\s*=\s*[\"']([^\"'<>]*)[\"']")
#: What a package's content types call its main part, in lower case.
_MAIN_PARTS = (
    (re.compile(r"ms-excel\.\w+\.binary\.macroenabled\.main"), FileKind.XLSB),
    (re.compile(r"spreadsheetml\.(?:sheet|template)\.main|ms-excel\.\w+\.macroenabled\.main"),
     FileKind.XLSX),
    (re.compile(r"wordprocessingml\.(?:document|template)\.main|ms-word\.\w+\.macroenabled"
                r"(?:template)?\.main"), FileKind.DOCX),
    (re.compile(r"presentationml\.\w+\.main|ms-powerpoint\.\w+\.macroenabled\.main"),
     FileKind.PPTX),
)  # fmt: skip
_USUAL_PARTS = (
    ("xl/workbook.bin", FileKind.XLSB),
    ("xl/workbook.xml", FileKind.XLSX),
    ("word/document.xml", FileKind.DOCX),
    ("ppt/presentation.xml", FileKind.PPTX),
)
_IWORK = re.compile(r"(?:(.+)/)?index(?:\.zip|\.apxl|/[^/]+\.iwa)")
_IWORK_SUFFIXES = {
    "numbers": FileKind.NUMBERS,
    "pages": FileKind.PAGES,
    "key": FileKind.KEYNOTE,
}
_OLE_STREAMS = {
    "worddocument": FileKind.DOC,
    "powerpoint document": FileKind.PPT,
    "__properties_version1.0": FileKind.MSG,
}
_PROGRAMS = ("meta-inf/manifest.mf", "androidmanifest.xml")
_MANIFEST_READ = 1_000_000  # bytes of a list of parts that are looked at


def identify(content: bytes, name: str = "") -> FileKind:
    """The kind of a whole file's content; never raises, whatever the bytes.

    >>> identify(b"%PDF-1.7 ...", "ke hoach.xlsx").value
    'pdf'
    >>> identify(b""), identify(b"<html><table>", "bao cao.xls").vietnamese
    (<FileKind.EMPTY: 'empty'>, 'trang web (HTML), không phải bảng tính Excel thật')
    """
    if not content:
        return FileKind.EMPTY
    if _is_owner_file(content, name):
        return FileKind.OWNER_FILE
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(content, name)
    if content.startswith(_OLE2):
        return _kind_of_ole(content, name)
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
    if _ENVELOPED.match(content[:32]):
        return FileKind.ENCRYPTED_MAIL
    if b"%PDF-" in content[:1024]:
        return FileKind.PDF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.PICTURE
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return FileKind.PICTURE
    return _kind_of_text(content, name)


def crowded(content: bytes) -> bool:
    """Whether a package lists so many members that its list alone is a burden; none is believed.

    Lists of archives inside it count too: they have to be read as well.
    """
    return content.count(b"PK\x01\x02") > MOST_MEMBERS


def _is_owner_file(content: bytes, name: str) -> bool:
    """Whether it holds no more than the name of whoever has the document open."""
    size = len(content)
    if not _OWNER_FILE_BYTES - 3 <= size <= _OWNER_FILE_BYTES:
        return name.startswith("~$") and size < 1024
    # The name's length, the name, blanks; then the name once more in two bytes a letter.
    name_ends = content[1 + content[0] : size - 111]
    return content[0] == content[size - 110] < 55 and not name_ends.strip(b" \x00")


def _kind_of_zip(content: bytes, name: str) -> FileKind:
    if crowded(content):
        return FileKind.ZIP
    try:
        with parsing(), zipfile.ZipFile(io.BytesIO(content)) as package:
            members = {
                member.filename.replace("\\", "/").lstrip("/").lower(): member
                for member in package.infolist()
            }
            usual = next((kind for part, kind in _USUAL_PARTS if part in members), None)
            said: dict[str, str] = {
                part: _head_of(package, members[part])
                for part in ("mimetype", "meta-inf/manifest.xml", "[content_types].xml")
                if part in members and not usual
            }
    except ParserFailed:
        # No directory: cut off in transfer. What it was going to be still shows.
        if b"[Content_Types].xml" in content[:4096] or _suffix(name) in WORKBOOKS:
            return FileKind(_suffix(name)) if _suffix(name) in WORKBOOKS else FileKind.XLSX
        return FileKind.ZIP
    kind = usual or _kind_of_office_package(members, said) or _kind_of_odf(said)
    if kind is FileKind.XLSX and any(part.endswith("/vbaproject.bin") for part in members):
        return FileKind.XLSM
    return kind or _kind_of_other_package(members, said, name)


def _head_of(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """The beginning of a member that lists others; empty where it cannot be read."""
    try:
        with parsing(), package.open(member) as stream:
            return in_utf8(stream.read(_MANIFEST_READ)).decode("utf-8", "replace")
    except ParserFailed:
        return ""


def _kind_of_office_package(
    members: Mapping[str, zipfile.ZipInfo], said: Mapping[str, str]
) -> FileKind | None:
    """By its content types: those of parts that lie where nobody looks by habit."""
    types = " ".join(
        content_type
        for entry in said.get("[content_types].xml", "").lower().split("<")
        if ".main" in entry
        for content_type in _CONTENT_TYPE.findall(entry)
        if any(part.replace("\\", "/").lstrip("/") in members for part in _PART_NAME.findall(entry))
    )
    return next((kind for look, kind in _MAIN_PARTS if look.search(types)), None)


def _kind_of_odf(said: Mapping[str, str]) -> FileKind | None:
    manifest = said.get("meta-inf/manifest.xml", "")
    stated = said.get("mimetype", "").strip()
    if not stated and (entry := _ODF_MANIFEST.search(manifest)):
        stated = entry[1] or entry[2] or ""
    kind = _ODF.get(stated)
    if kind is FileKind.ODS and "encryption-data" in manifest:
        return FileKind.ENCRYPTED_ODS
    return kind


def _kind_of_other_package(
    members: Mapping[str, zipfile.ZipInfo], said: Mapping[str, str], name: str
) -> FileKind:
    """A container that another program reads as one file, or an archive of files."""
    for part in members:
        if found := _IWORK.fullmatch(part):
            # A package of macOS is a folder, which mail programs pack under its own name.
            suffix = _suffix(found[1] or name)
            if not found[1] or suffix in _IWORK_SUFFIXES:
                return _IWORK_SUFFIXES.get(suffix, FileKind.IWORK)
    if any(part in members for part in _PROGRAMS):
        return FileKind.PROGRAM
    if "[content_types].xml" in members or said.get("mimetype", "").startswith("application/"):
        return FileKind.PACKAGE
    return FileKind.ZIP


def _kind_of_ole(content: bytes, name: str) -> FileKind:
    import olefile  # start-up cost: 20 ms, and few files need it

    try:
        with parsing(), olefile.OleFileIO(io.BytesIO(content)) as ole:
            entries = ["/".join(entry).lower() for entry in ole.listdir()]
            if any("drmencrypted" in e or "drmcontent" in e for e in entries):
                return FileKind.RIGHTS_MANAGED
            if "encryptedpackage" in entries:
                return FileKind.ENCRYPTED_OFFICE
            for stream in ("workbook", "book"):
                if stream in entries:
                    head = ole.openstream(stream).read(_MANIFEST_READ)
                    return FileKind.ENCRYPTED_XLS if _has_file_pass(head) else FileKind.XLS
            for stream, kind in _OLE_STREAMS.items():
                if stream in entries:
                    return kind
    except ParserFailed:  # the container is broken
        return FileKind.XLS if _suffix(name) == "xls" else FileKind.OLE
    return FileKind.OLE


def _has_file_pass(stream: bytes) -> bool:
    """Whether a BIFF stream begins with a FILEPASS record (0x2F), which only encryption writes."""
    position = 0
    for _ in range(100):
        record = int.from_bytes(stream[position : position + 2], "little")
        if record == 0x2F:
            return True
        if record in (0x0A, 0x85):  # the end, or the first sheet's entry: it would stand before
            return False
        position += 4 + int.from_bytes(stream[position + 2 : position + 4], "little")
    return False


def _kind_of_text(content: bytes, name: str) -> FileKind:
    head = content[:65536]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        try:
            text = head.decode(
                "utf-8-sig", errors="strict" if len(head) == len(content) else "ignore"
            )
        except UnicodeDecodeError:
            text = head.decode("cp1252", errors="replace")  # TCVN3, VNI and windows-1258 alike
    if _CONTROL.search(text):
        return FileKind.UNKNOWN
    plain = text.encode("utf-8")
    if _SHORTCUT.match(text):
        return FileKind.SHORTCUT
    if _HTML.match(plain) or plain.lstrip().lower().startswith(b"mime-version:"):
        return FileKind.HTML
    if plain.lstrip().startswith(b"<?xml"):
        return FileKind.XML
    if not text.strip():
        return FileKind.EMPTY
    printable = sum(c.isprintable() or c in "\r\n\t" for c in text)
    if printable < 0.95 * len(text):
        return FileKind.UNKNOWN
    if _suffix(name) == "csv" or _looks_tabular(text):
        return FileKind.CSV
    return FileKind.TEXT


def _looks_tabular(text: str) -> bool:
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return len(lines) > 1 and any(
        lines[0].count(mark) and len({line.count(mark) for line in lines[:-1]}) == 1
        for mark in (";", "\t", ",")
    )


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
