"""An Office Open XML package by its relations: what each part is, wherever it lies.

Excel finds the workbook by `_rels/.rels` and its sheets by the workbook's own relations; the
usual names (`xl/workbook.xml`) are a habit. Libraries that insist on the habit are handed a plain
package of the same cells.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from models.domain.reading.workbook_content import WindowState
from tasks.adapters.reading.hardened_xml import (
    MalformedXml,
    in_utf8,
    local_attribute,
    local_name,
    parse_xml,
    refuse_declarations,
    without_asides,
)
from tasks.adapters.reading.ooxml.plain_frame import MAIN, plain_frame
from tasks.adapters.reading.ooxml.plain_hand import in_plain_hand, without_strangers
from tasks.adapters.reading.ooxml.remembered import remembered
from tasks.adapters.reading.ooxml.stored_zip import stored_zip
from tasks.adapters.reading.ooxml.unstated_places import with_places

_STRICT_MAIN = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_XML_PARTS = (".xml", ".rels", ".vml")
_OF_CELLS = ".xml"  # old drawings are half HTML, whose remarks say what to draw
#: What content types call a workbook's first part, and the name that has no relation to lead to it.
_WORKBOOK_TYPE = re.compile(
    r"(?:spreadsheetml\.(?:sheet|template)|ms-excel\.\w+\.(?:binary\.)?macroenabled)\.main"
)
_USUAL_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")


class SheetPartKind(StrEnum):
    """What a sheet of a workbook is; only a worksheet holds cells that people fill in."""

    WORKSHEET = "worksheet"
    CHART = "chartsheet"
    DIALOG = "dialogsheet"
    MACRO = "macrosheet"
    MODULE = "module"  # of code: listed among the sheets, and no part of the package


#: By the last word of the relation's type, in lower case.
_KINDS = {
    "worksheet": SheetPartKind.WORKSHEET,
    "chartsheet": SheetPartKind.CHART,
    "dialogsheet": SheetPartKind.DIALOG,
    "xlmacrosheet": SheetPartKind.MACRO,
    "xlintlmacrosheet": SheetPartKind.MACRO,
}


class MissingPart(MalformedXml):
    """Raised when a package lacks a part that its own relations name."""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet that the workbook lists, and the part that holds it."""

    name: str
    part: str  # its key among the package's parts
    kind: SheetPartKind
    state: str = "visible"  # "hidden", "veryHidden"


@dataclass
class OoxmlPackage:
    """The parts by canonical name (lower case, forward slashes, no leading one), XML in UTF-8.

    `unusual` says that some library would not find its way in the package as it came.
    """

    parts: dict[str, bytes]
    unusual: bool
    _stored: Mapping[str, str] = field(default_factory=dict)  # names as they came, by canonical
    _read: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)  # relations

    @cached_property
    def workbook(self) -> str:
        """The workbook's own part. Raises MissingPart, UnsafeXml, MalformedXml."""
        for kind, _, part in self._relations(""):
            if kind == "officedocument" and part in self.parts:
                return part
        for part, said in self._content_types():
            if _WORKBOOK_TYPE.search(said) and part in self.parts:
                return part
        for part in _USUAL_WORKBOOKS:
            if part in self.parts:
                return part
        raise MissingPart("workbook")

    @cached_property
    def _listing(self) -> Element:
        """What the workbook's own part says: its sheets, how it calculates, since when."""
        return parse_xml(self.parts[self.workbook])

    def related(self, what: str) -> str:
        """The workbook's part of that kind ("styles"), "" for none.

        Without a relation it is the one of the usual name beside the workbook. Raises MalformedXml
        for two of them: programs differ in which one they follow.
        """
        folder, workbook = posixpath.split(self.workbook)
        found = {part for kind, _, part in self._relations(self.workbook) if kind == what.lower()}
        if len(found) > 1:
            raise MalformedXml(f"two parts of {what}")
        if found:
            return found.pop()
        beside = posixpath.join(folder, what.lower() + posixpath.splitext(workbook)[1])
        return beside if beside in self.parts else ""

    @property
    def holds_macros(self) -> bool:
        """Whether programs lie in it that may run as it is opened, wherever they lie."""
        related = any(kind == "vbaproject" for kind, _, _ in self._relations(self.workbook))
        return related or any(name.casefold().endswith("vbaproject.bin") for name in self.parts)

    def related_to(self, part: str, kind: str) -> list[str]:
        """The parts of a kind, in lower case, that a part names as its own. Raises MalformedXml."""
        return [target for found, _, target in self._relations(part) if found == kind]

    def has_relations(self, part: str) -> bool:
        """Whether a part names any other as its own; most sheets name none."""
        return _relations_of(part) in self.parts

    @cached_property
    def targets(self) -> dict[str, tuple[SheetPartKind, str]]:
        """By relation id, the workbook's sheets: their kind, their part. Raises MalformedXml for
        two parts of one id."""
        stated = {(number, part) for _, number, part in self._relations(self.workbook)}
        if len({number for number, _ in stated}) < len(stated):
            raise MalformedXml("two parts of one relation")
        return {
            number: (_KINDS[kind], part)
            for kind, number, part in self._relations(self.workbook)
            if kind in _KINDS
        }

    def sheets(self) -> list[SheetPart]:
        """The sheets in the workbook's order (.xlsx, .xlsm). Raises MissingPart, MalformedXml."""
        targets = self.targets
        found = []
        space = self._listing.tag.rpartition("}")[0]
        for sheet in self._listing.iter():
            if local_name(sheet) == "sheet" and sheet.tag.rpartition("}")[0] == space:
                name = local_attribute(sheet, "name")
                relation = _relation(sheet.attrib)
                without = SheetPartKind.WORKSHEET if relation else SheetPartKind.MODULE
                kind, part = targets.get(relation, (without, ""))
                if kind is SheetPartKind.WORKSHEET and part not in self.parts:
                    raise MissingPart(name)
                state = local_attribute(sheet, "state", "visible")
                found.append(SheetPart(name, part, kind, state))
        if len({sheet.name for sheet in found}) < len(found):
            raise MalformedXml("two sheets of one name")
        return found

    @cached_property
    def doubts_its_results(self) -> bool:
        """Whether every program that opens the workbook is told to calculate it anew."""
        return any(
            local_attribute(part, "fullCalcOnLoad").strip() in ("1", "true", "on")
            for part in self._listing
            if local_name(part) == "calcPr"
        )

    @cached_property
    def counts_from_1904(self) -> bool:
        """Whether the workbook's numbers of days count from 1904, as on early Macintosh."""
        return any(
            local_attribute(part, "date1904").strip() in ("1", "true", "on")
            for part in self._listing.iter()
            if local_name(part) == "workbookPr"
        )

    @cached_property
    def window(self) -> WindowState:
        """How the workbook opens: one window that is not hidden shows it."""
        views = [part for part in self._listing.iter() if local_name(part) == "workbookView"]
        if not views:
            return WindowState()
        return WindowState(
            all(local_attribute(view, "visibility") in ("hidden", "veryHidden") for view in views),
            all(
                local_attribute(view, "showSheetTabs") in ("0", "false", "off")
                or local_attribute(view, "tabRatio") == "0"  # of the bar that they have
                for view in views
            ),
        )

    def is_usual(self) -> bool:
        """Whether every reader finds the workbook's parts where they lie, and counts its sheets
        alike: one that is a chart some readers count and some do not."""
        sheets = self.sheets()
        expected = {
            self.workbook: "xl/workbook.xml",
            _relations_of(self.workbook): "xl/_rels/workbook.xml.rels",
            self.related("sharedStrings"): "xl/sharedStrings.xml",
            self.related("styles"): "xl/styles.xml",
        }
        return (
            not self.unusual
            and all(s.kind is SheetPartKind.WORKSHEET for s in sheets)
            and all(self._stored[s.part].startswith("xl/worksheets/") for s in sheets)
            and all(self._stored.get(p, usual) == usual for p, usual in expected.items() if p)
        )

    def drop_all_but(self, sheets: Sequence[SheetPart]) -> None:
        """Lets go of what holds no cells (pictures, charts): the parsers need the memory."""
        needed = {self.workbook, self.related("sharedStrings"), self.related("styles")}
        needed |= {sheet.part for sheet in sheets}
        self.parts = {name: data for name, data in self.parts.items() if name in needed}

    def write_plainly(self, sheets: Sequence[SheetPart]) -> None:
        """Puts what is searched as bytes into the hand in which programs write it."""
        searched = [sheet.part for sheet in sheets]
        for part in (*searched, self.related("sharedStrings"), self.related("theme")):
            came = self.parts.get(part)
            if came is not None and (plain := in_plain_hand(came)) is not came:
                self.parts[part], self.unusual = plain, True
        for part in searched:
            came = self.parts[part]
            if (placed := with_places(came)) is not came:
                self.parts[part], self.unusual = placed, True

    def without_styles(self) -> None:
        """Takes the part of styles out: what is broken in it no parser shall be handed."""
        self.parts.pop(self.related("styles"), None)
        self.unusual = True

    def plain(self, sheets: Sequence[SheetPart]) -> bytes:
        """The same cells as a package that every reader follows: nothing but sheets, their
        texts and their formats, under the usual names."""
        kept: dict[str, bytes] = {}
        for number, sheet in enumerate(sheets, 1):
            kept[f"worksheets/sheet{number}.xml"] = self.parts[sheet.part]
        for kind in ("sharedStrings", "styles"):
            part = self.related(kind)
            if part in self.parts:
                kept[f"{kind}.xml"] = self.parts[part]
        listed = tuple((sheet.name, sheet.state) for sheet in sheets)
        frame = plain_frame(tuple(kept), listed, since_1904=self.counts_from_1904)
        return stored_zip(
            frame | {f"xl/{name}": data.replace(_STRICT_MAIN, MAIN) for name, data in kept.items()}
        )

    def _relations(self, of: str) -> Sequence[tuple[str, str, str]]:
        """Kind (in lower case), id and target's canonical name of a part's relations."""
        if of not in self._read:
            data = self.parts.get(_relations_of(of))
            stated = _stated_relations(data, posixpath.dirname(of)) if data is not None else ()
            self._read[of] = [
                # A target is meant as it stands, or with its escapes resolved.
                (kind, number, path if path in self.parts else resolved)
                for kind, number, path, resolved in stated
            ]
        return self._read[of]

    def _content_types(self) -> Iterator[tuple[str, str]]:
        """Part and content type of each override, both in lower case."""
        data = self.parts.get("[content_types].xml")
        for entry in parse_xml(data) if data is not None else ():
            if local_name(entry) == "Override":
                yield (
                    canonical(local_attribute(entry, "PartName")),
                    local_attribute(entry, "ContentType").lower(),
                )


def canonical(name: str) -> str:
    r"""A part's name as packages compare them.

    >>> canonical("\\XL\\Workbook.xml"), canonical("/xl/workbook.xml")
    ('xl/workbook.xml', 'xl/workbook.xml')
    """
    return name.replace("\\", "/").lstrip("/").lower()


def package_of(parts: Mapping[str, bytes]) -> OoxmlPackage:
    """The package of these parts by their stored names.

    Raises UnsafeXml when an XML part declares a document type, whether anybody would read it or
    not, or is written in an encoding that no office program writes.
    """
    read: dict[str, bytes] = {}
    stored: dict[str, str] = {}
    unusual = False
    for name, data in parts.items():
        part = canonical(name)
        if part.endswith(_XML_PARTS):
            plain = in_utf8(data)
            refuse_declarations(plain)
            if part.endswith(_OF_CELLS):
                plain = without_strangers(without_asides(plain))
            unusual = unusual or plain is not data
            data = plain
        read[part], stored[part] = data, name
        unusual = unusual or "\\" in name or name.startswith("/")
    main = read.get("xl/workbook.xml", b"")
    unusual = unusual or _STRICT_MAIN in main[:4096]
    return OoxmlPackage(read, unusual, stored)


def _relations_of(part: str) -> str:
    """The part that holds another's relations."""
    folder, _, name = part.rpartition("/")
    folder = folder.rstrip("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


@remembered
def _stated_relations(data: bytes, folder: str) -> Sequence[tuple[str, str, str, str]]:
    """Of each relation within the package its kind, in lower case, its id, and its target's
    canonical name as it stands and with its escapes resolved."""
    stated = []
    for relation in parse_xml(data):
        if relation.get("TargetMode", "").lower() != "external":
            target = relation.get("Target", "").replace("\\", "/")
            path = canonical(posixpath.normpath(posixpath.join(f"/{folder}", target)))
            kind = relation.get("Type", "").rpartition("/")[2].lower()
            stated.append((kind, relation.get("Id", ""), path, canonical(unquote(path))))
    return stated


def _relation(attributes: Mapping[str, str]) -> str:
    """The value of `r:id`; `sheetId` bears another name, a plain `id` no namespace."""
    stated = {k: v for k, v in attributes.items() if k.startswith("{") and k.endswith("}id")}
    usual = (v for k, v in stated.items() if k.endswith("/officeDocument/2006/relationships}id"))
    return next(usual, next(iter(stated.values()), ""))


def properties_of(package: OoxmlPackage) -> dict[str, str]:
    """The document's own properties; none where their part is no XML: it holds no cell."""
    parts = [p for k, _, p in package._relations("") if k == "custom-properties"]
    parts += ["docprops/custom.xml"]
    for part in parts:
        data = package.parts.get(part)
        if data is not None:
            try:
                return _properties(parse_xml(data))
            except MalformedXml:
                return {}
    return {}


def _properties(root: Element) -> dict[str, str]:
    return {
        local_attribute(p, "name"): "".join(p.itertext())
        for p in root
        if local_name(p) == "property"
    }
