"""The parts of a Word document that are read: text, numbering, styles, notes."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from models.domain.errors import BaocaoError
from tasks.adapters.reading.archives import (
    BudgetExceeded,
    CountedZip,
    DamagedPackage,
    LockedPackage,
    UnzipBudget,
)
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    UnsafeXml,
    local_attribute,
    local_name,
    parse_xml,
)

_USUAL = "word/document.xml"
_BUDGET = UnzipBudget()


class DocumentRefused(BaocaoError):
    """Raised for a file that is not read as a document; the message says in Vietnamese why."""


@dataclass(frozen=True)
class DocxParts:
    """The roots of the parts; None for one that the document does not have."""

    body: Element
    numbering: Element | None
    styles: Element | None
    notes: dict[str, Element]  # "footnotes", "endnotes"


def parts_of(content: bytes) -> DocxParts:
    """The parts of a .docx. Raises DocumentRefused."""
    try:
        package = CountedZip(content, _BUDGET)
        members = {m.filename.replace("\\", "/").lstrip("/").lower(): m for m in package.members}

        def root(path: str) -> Element | None:
            member = members.get(path.lower())
            return parse_xml(package.read(member)) if member else None

        main = _related(root("_rels/.rels"), "", "officedocument") or _USUAL
        body = root(main)
        if body is None:
            raise DocumentRefused("Tệp Word thiếu phần nội dung. Xin mở bằng Word rồi lưu lại.")
        folder, _, name = main.rpartition("/")
        relations = root(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {
            kind: root(path) if (path := _related(relations, folder, kind)) else None
            for kind in ("numbering", "styles", "footnotes", "endnotes")
        }
    except (UnsafeXml, MalformedXml) as fault:
        raise DocumentRefused(
            "Tệp Word có phần không phải do Word tạo ra nên không được đọc. Xin mở bằng Word, chép "
            "nội dung sang một văn bản mới rồi lưu."
        ) from fault
    except BudgetExceeded as fault:
        raise DocumentRefused(
            "Tệp Word quá lớn khi giải nén. Xin bỏ bớt hình ảnh rồi lưu lại."
        ) from fault
    except LockedPackage as fault:
        raise DocumentRefused("Tệp Word có mật khẩu. Xin bỏ mật khẩu rồi lưu lại.") from fault
    except DamagedPackage as fault:
        raise DocumentRefused("Tệp Word bị hỏng. Xin mở bằng Word rồi lưu lại.") from fault
    notes = {kind: n for kind in ("footnotes", "endnotes") if (n := found[kind]) is not None}
    return DocxParts(body, found["numbering"], found["styles"], notes)


def _related(relations: Element | None, folder: str, kind: str) -> str:
    """The path of the part to which a relation of that kind leads, "" for none."""
    for relation in relations if relations is not None else ():
        said = local_attribute(relation, "Type").rpartition("/")[2].lower()
        if said == kind and local_attribute(relation, "TargetMode").lower() != "external":
            target = unquote(local_attribute(relation, "Target"))
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            return posixpath.normpath(path)
    return ""


def child(element: Element | None, *names: str) -> Element | None:
    """The element within, by names without namespace, None where one is lacking."""
    for name in names:
        if element is None:
            return None
        element = next((e for e in element if local_name(e) == name), None)
    return element


def value_of(element: Element | None, *names: str, default: str = "") -> str:
    """The `w:val` of an element within, `default` where there is none."""
    found = child(element, *names)
    return default if found is None else local_attribute(found, "val", default)


def is_on(element: Element | None, name: str) -> bool | None:
    """A switch of properties: True, False, None where nothing is said."""
    found = child(element, name)
    if found is None:
        return None
    return local_attribute(found, "val", "true").lower() not in ("0", "false", "off", "none")
