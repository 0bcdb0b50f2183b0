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
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, RichText
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from models.domain.errors import BaocaoError
from models.domain.results.preview import Preview
from models.domain.results.report import ReportContent
from models.domain.results.report_text import Text
from tasks.adapters.workbooks.dated_packages import dated_package

REPORT_TEMPLATE, PREVIEW_TEMPLATE = "review.docx", "preview.docx"
# Id of the character style, kept in the templates, in which references are set.
REFERENCE_STYLE = "Nguon"
_WIDTH = 160  # millimetres of a chart


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
    with _faults_of(template):
        document = DocxTemplate(template)
        document.render(
            {key: _set(document, value) for key, value in values.items()},
            SandboxedEnvironment(undefined=StrictUndefined),
            autoescape=True,
        )
    properties = document.docx.core_properties
    properties.title, properties.author = title[:250], "Văn phòng UBND thành phố Hải Phòng"
    properties.created = properties.modified = made_at.astimezone(dt.UTC).replace(microsecond=0)
    stream = io.BytesIO()
    document.save(stream)
    return dated_package(stream.getvalue(), made_at)


def check_template(template: Path, known: Iterable[str]) -> None:
    """Raises ReportTemplateFault when the file cannot be opened, has a broken tag, or asks for a
    name that is not among the known ones. What a row holds shows only when a report is set.
    """
    with _faults_of(template):
        asked = DocxTemplate(template).get_undeclared_template_variables(SandboxedEnvironment())
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise ReportTemplateFault(template, f"không có nội dung mang tên {', '.join(unknown)}")


def check_report_templates(folder: Path) -> None:
    """Raises ReportTemplateFault for the first of the office's Word templates with a fault."""
    report = [*(f.name for f in dataclasses.fields(ReportContent)), "charts"]
    check_template(folder / REPORT_TEMPLATE, report)
    check_template(folder / PREVIEW_TEMPLATE, [f.name for f in dataclasses.fields(Preview)])


@contextlib.contextmanager
def _faults_of(template: Path) -> Iterator[None]:
    """Whatever is wrong with a template, told with the file's name."""
    try:
        yield
    except (OSError, PackageNotFoundError, zipfile.BadZipFile, KeyError) as error:
        raise ReportTemplateFault(template, f"không mở được như tệp Word ({error})") from error
    except TemplateError as error:
        raise ReportTemplateFault(template, f"thẻ không đúng ({error})") from error


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
