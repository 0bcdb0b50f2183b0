"""What a file is, told by its content: the suffix is only believed where content says nothing."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum


class FileKind(StrEnum):
    """Kinds of file that agencies send. `vietnamese` names them in answers."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    ENCRYPTED_OFFICE = "encrypted_office"  # OLE2 around an encrypted .xlsx, .docx, ...
    ENCRYPTED_XLS = "encrypted_xls"
    ENCRYPTED_ODS = "encrypted_ods"
    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    PPTX = "pptx"
    PPT = "ppt"
    PDF = "pdf"
    RTF = "rtf"
    MSG = "msg"  # an Outlook message saved as a file
    OLE = "ole"  # an OLE2 container of another program
    ZIP = "zip"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    GZIP = "gzip"
    PICTURE = "picture"
    HTML = "html"
    XML = "xml"
    CSV = "csv"
    TEXT = "text"
    PROGRAM = "program"
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
    FileKind.ENCRYPTED_OFFICE: "tệp Office đặt mật khẩu",
    FileKind.ENCRYPTED_XLS: "bảng tính Excel 97-2003 đặt mật khẩu",
    FileKind.ENCRYPTED_ODS: "bảng tính OpenDocument đặt mật khẩu",
    FileKind.DOCX: "văn bản Word (.docx)",
    FileKind.DOC: "văn bản Word 97-2003 (.doc)",
    FileKind.ODT: "văn bản OpenDocument (.odt)",
    FileKind.PPTX: "bản trình chiếu PowerPoint (.pptx)",
    FileKind.PPT: "bản trình chiếu PowerPoint 97-2003 (.ppt)",
    FileKind.PDF: "tệp PDF",
    FileKind.RTF: "văn bản RTF",
    FileKind.MSG: "thư Outlook lưu thành tệp (.msg)",
    FileKind.OLE: "tệp của một chương trình Office khác",
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
    (b"MZ", FileKind.PROGRAM),
    (b"\x7fELF", FileKind.PROGRAM),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ODF = {
    b"application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
    b"application/vnd.oasis.opendocument.text": FileKind.ODT,
}
MOST_MEMBERS = 20_000  # a workbook has less than one hundred
_MANIFEST_READ = 1_000_000  # bytes of META-INF/manifest.xml that are looked at


def identify(content: bytes, name: str = "") -> FileKind:
    """The kind of a whole file's content; never raises, whatever the bytes.

    >>> identify(b"%PDF-1.7 ...", "ke hoach.xlsx").value
    'pdf'
    >>> identify(b""), identify(b"<html><table>", "bao cao.xls").vietnamese
    (<FileKind.EMPTY: 'empty'>, 'trang web (HTML), không phải bảng tính Excel thật')
    """
    if not content:
        return FileKind.EMPTY
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(content, name)
    if content.startswith(_OLE2):
        return _kind_of_ole(content, name)
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
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


def _kind_of_zip(content: bytes, name: str) -> FileKind:
    if crowded(content):
        return FileKind.ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = {n.replace("\\", "/").lower() for n in package.namelist()}
            if "mimetype" in names:
                return _kind_of_odf(package, names)
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, RuntimeError):
        # No directory: cut off in transfer. What it was going to be still shows.
        if b"[Content_Types].xml" in content[:4096] or _suffix(name) in WORKBOOKS:
            return FileKind(_suffix(name)) if _suffix(name) in WORKBOOKS else FileKind.XLSX
        return FileKind.ZIP
    if "xl/workbook.bin" in names:
        return FileKind.XLSB
    if "xl/workbook.xml" in names:
        return FileKind.XLSM if "xl/vbaproject.bin" in names else FileKind.XLSX
    if "word/document.xml" in names:
        return FileKind.DOCX
    if "ppt/presentation.xml" in names:
        return FileKind.PPTX
    return FileKind.ZIP


def _kind_of_odf(package: zipfile.ZipFile, names: set[str]) -> FileKind:
    with package.open("mimetype") as member:
        kind = _ODF.get(member.read(200).strip(), FileKind.ZIP)
    if kind is FileKind.ODS and "meta-inf/manifest.xml" in names:
        with package.open("META-INF/manifest.xml") as member:
            if b"encryption-data" in member.read(_MANIFEST_READ):
                return FileKind.ENCRYPTED_ODS
    return kind


def _kind_of_ole(content: bytes, name: str) -> FileKind:
    import olefile  # start-up cost: 20 ms, and few files need it

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            if ole.exists("EncryptedPackage"):
                return FileKind.ENCRYPTED_OFFICE
            if ole.exists("Workbook") or ole.exists("Book"):
                stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book")
                return FileKind.ENCRYPTED_XLS if _has_file_pass(stream.read(4096)) else FileKind.XLS
            if ole.exists("WordDocument"):
                return FileKind.DOC
            if ole.exists("PowerPoint Document"):
                return FileKind.PPT
            if ole.exists("__properties_version1.0"):
                return FileKind.MSG
    except (OSError, ValueError, IndexError, TypeError, AttributeError, RecursionError):
        # olefile's ways of saying that the container is broken
        return FileKind.XLS if _suffix(name) == "xls" else FileKind.OLE
    return FileKind.OLE


def _has_file_pass(stream: bytes) -> bool:
    """Whether a BIFF stream begins with a FILEPASS record (0x2F), which only encryption writes."""
    position = 0
    for _ in range(12):
        record = int.from_bytes(stream[position : position + 2], "little")
        if record == 0x2F:
            return True
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
