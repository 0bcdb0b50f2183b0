"""The report as a Word document, set from the office's own template.

The templates, `config/reports/*.docx`, are the office's and edited in Word; nothing makes them. In
them `{{r name }}` stands for a text with its references, `{{ name }}` for plain words; `{%p ... %}`
and `{%tr ... %}` repeat or leave out a paragraph or a row. Agencies' words are data: they are
escaped, never read as template. The same content gives the same bytes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import html
import io
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, RichText
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import SecurityError

from models.domain.errors import BaocaoError
from models.domain.results.previews.preview import Preview
from models.domain.results.report import ReportContent
from models.domain.results.report_text import Text
from tasks.adapters.letters.guarded_templates import (
    TEMPLATE_FAILURES,
    GuardedEnvironment,
    StandIn,
    TemplateOverrun,
    bounded,
)
from tasks.adapters.letters.template_faults import where_in_template, why_unusable
from tasks.adapters.reading.archives import (
    BudgetExceeded,
    CountedZip,
    DamagedPackage,
    UnzipBudget,
)
from tasks.adapters.workbooks.dated_packages import dated_package

REPORT_TEMPLATE, PREVIEW_TEMPLATE = "review.docx", "preview.docx"
# Id of the character style, kept in the templates, in which references are set.
REFERENCE_STYLE = "Nguon"
_ISSUER, _LANGUAGE = "Văn phòng Ủy ban nhân dân thành phố Hải Phòng", "vi-VN"
_WIDTH = 160  # millimetres of a chart
TEMPLATE_BYTES = 20_000_000  # of a Word template; the office's have less than one hundred thousand
_UNPACKED = UnzipBudget(total_bytes=100_000_000, member_bytes=50_000_000)
_REMEMBERED = 64  # templates that were found sound
#: Those, by their bytes and the names that they may ask for: the office's files are checked after
#: every change of any of them.
_sound: set[tuple[bytes, frozenset[str]]] = set()
_SHOWN = 80  # letters of the paragraph that a fault names
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TAGS = re.compile(r"<[^>]+>")


class ReportTemplateFault(BaocaoError):
    """Raised when a template of the office cannot be set; names the file and the fault."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"Mẫu báo cáo {path}: {why}. Sửa lại trong Word, hoặc lấy lại mẫu gốc từ kho mã nguồn."
        )


def report_document(
    template: Path,
    content: ReportContent,
    *,
    charts: Mapping[str, bytes] | None = None,
    made_at: dt.datetime,
) -> bytes:
    """The report's bytes. `charts` are PNGs by the name the template calls them: a missing one is
    left out. Raises ReportTemplateFault.
    """
    title = content.title
    values = {f.name: getattr(content, f.name) for f in dataclasses.fields(content)}
    known = {"overview": b"", "scenario": b"", **(charts or {})}
    return set_document(template, {**values, "charts": known}, title, made_at)


def set_document(
    template: Path, values: Mapping[str, object], title: str, made_at: dt.datetime
) -> bytes:
    """A document set from a template; `Text` values keep their references in their own style.

    Raises ReportTemplateFault when the file is missing, is no Word document, or asks for a value
    that does not exist.
    """
    with _faults_of(template) as document:
        document.render(
            {key: _set(document, value) for key, value in values.items()},
            GuardedEnvironment(undefined=StrictUndefined),
            autoescape=True,
        )
        _keep_references_whole(document.docx)
        _sign(document.docx, title, made_at)
        stream = io.BytesIO()
        document.save(stream)
    return dated_package(stream.getvalue(), made_at)


#: References to cells, conflicts and decisions: a line must not end behind their dash.
_REFERENCE = re.compile(r"(?<![\w-])(?:[NK]|MT|QĐ)-\d+(?![\w/-])")


def _keep_references_whole(document: Document) -> None:
    """Sets the dash of each reference as Word's own hyphen that no line breaks behind.

    Readers and programs still take it for a plain dash.
    """
    for text in list(document.element.body.iter(qn("w:t"))):
        said = text.text or ""
        found = list(_REFERENCE.finditer(said))
        if not found:
            continue
        dashes = [said.index("-", one.start()) for one in found]
        ends = [*dashes, len(said)]
        text.text = said[: dashes[0]]
        text.set(_SPACE, "preserve")
        last = text
        for dash, end in zip(dashes, ends[1:], strict=True):
            hyphen = text.makeelement(qn("w:noBreakHyphen"), {})
            rest = text.makeelement(qn("w:t"), {_SPACE: "preserve"})
            rest.text = said[dash + 1 : end]
            last.addnext(hyphen)
            hyphen.addnext(rest)
            last = rest


def _sign(document: Document, title: str, made_at: dt.datetime) -> None:
    """Says whose document it is and in what language, and nothing of what program set it."""
    told = document.core_properties
    told.title, told.author, told.last_modified_by = title[:250], _ISSUER, _ISSUER
    told.created = told.modified = made_at.astimezone(dt.UTC).replace(microsecond=0)
    told.language, told.comments = _LANGUAGE, ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), _LANGUAGE)


def check_template(template: Path, known: Iterable[str]) -> None:
    """Raises ReportTemplateFault when the file cannot be opened, has a broken tag, asks for a name
    that is not among the known ones, or has a tag that runs on without end. What a row holds shows
    only when a report is set. What was found sound is not taken apart again.
    """
    names = frozenset(known)
    with _faults_of(template) as document:
        tried = hashlib.sha256(template.read_bytes()).digest(), names
        if tried in _sound:
            return
        asked = document.get_undeclared_template_variables(GuardedEnvironment())
        if not set(asked) - names:
            _try_every_tag(document, names)
    unknown = sorted(set(asked) - names)
    if unknown:
        raise ReportTemplateFault(template, f"không có nội dung mang tên {', '.join(unknown)}")
    if len(_sound) >= _REMEMBERED:
        _sound.clear()
    _sound.add(tried)


def _try_every_tag(document: _OfficeDocument, names: Iterable[str]) -> None:
    """Sets the template with stand-ins. Only what no report could mend is raised of it."""
    try:
        document.render({name: StandIn() for name in names}, GuardedEnvironment(), autoescape=True)
    except (TemplateOverrun, SecurityError, RecursionError):
        raise
    except TEMPLATE_FAILURES:
        # A stand-in is no number and no date: what is computed of one shows with a real report.
        return


def check_report_templates(folder: Path) -> None:
    """Raises ReportTemplateFault for the first of the office's Word templates with a fault."""
    report = [*(f.name for f in dataclasses.fields(ReportContent)), "charts"]
    check_template(folder / REPORT_TEMPLATE, report)
    check_template(folder / PREVIEW_TEMPLATE, [f.name for f in dataclasses.fields(Preview)])


class _OfficeDocument(DocxTemplate):  # type: ignore[misc]
    """A Word template that knows at which paragraph it was."""

    def patch_xml(self, src_xml: str) -> str:
        """As the base says; the same text is mended once."""
        return _patched(src_xml)

    def __init__(self, template: Path) -> None:
        super().__init__(template)
        self.paragraphs: list[str] = []

    def render_xml_part(
        self, src_xml: str, part: Any, context: Any, jinja_env: Environment | None = None
    ) -> Any:
        """As the base says. Each paragraph begins a line, by which Jinja counts."""
        self.paragraphs = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml).split("\n")
        return super().render_xml_part(src_xml, part, context, jinja_env)

    def near(self, line: int) -> str:
        """The words of the paragraph at that line, tags of the template included."""
        if not 0 < line <= len(self.paragraphs):
            return ""
        words = html.unescape(_TAGS.sub("", self.paragraphs[line - 1]))
        return " ".join(words.split())[:_SHOWN]


@lru_cache(maxsize=8)
def _patched(text: str) -> str:
    """A part's text with its tags whole, as Word may have split them."""
    return str(DocxTemplate.patch_xml(None, text))


@contextlib.contextmanager
def _faults_of(template: Path) -> Iterator[_OfficeDocument]:
    """The template opened; whatever is wrong with it is told with the file's name."""
    try:
        _check_package(template)
        document = _OfficeDocument(template)
        document.init_docx()
    except (*TEMPLATE_FAILURES, OSError, PackageNotFoundError) as error:
        raise ReportTemplateFault(template, f"không mở được như tệp Word ({error})") from error
    try:
        with bounded():
            yield document
    except ReportTemplateFault:
        raise
    except (*TEMPLATE_FAILURES, OSError) as error:
        place = where_in_template(error)
        words = document.near(place[1]) if place else ""
        near = f", ở đoạn «{words}»" if words else ""
        raise ReportTemplateFault(
            template, f"thẻ không đúng{near} ({why_unusable(error)})"
        ) from error


def _check_package(template: Path) -> None:
    """Raises ValueError for a package that no word processor wrote: too large, or no file."""
    status = template.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("không phải tệp thường")
    if status.st_size > TEMPLATE_BYTES:
        raise ValueError(f"lớn hơn {TEMPLATE_BYTES // 1_000_000} MB")
    try:
        CountedZip(template.read_bytes(), _UNPACKED).read_all()
    except BudgetExceeded:
        raise ValueError("quá lớn khi giải nén") from None
    except DamagedPackage as damage:
        raise ValueError(f"tệp bị hỏng: {damage}") from None


def _set(document: DocxTemplate, value: object) -> Any:
    """The value as the template takes it."""
    if isinstance(value, Text):
        text = RichText()
        for span in value.spans:
            text.add(span.text, style=REFERENCE_STYLE if span.is_reference else None)
        return text
    if isinstance(value, bytes):
        return InlineImage(document, io.BytesIO(value), width=Mm(_WIDTH)) if value else ""
    if isinstance(value, Mapping):
        return {key: _set(document, one) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _set(document, getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_set(document, one) for one in value]
    return value
