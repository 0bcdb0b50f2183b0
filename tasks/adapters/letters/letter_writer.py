"""Letters in the office's words: facts in, a letter out, by the templates of `config/letters`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    meta,
    nodes,
)
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from markupsafe import Markup, escape

from models.domain.errors import ConfigurationFault
from models.domain.letters.answer_letters import FindingGroup, FindingLine
from models.domain.letters.letters import LetterContent, Table, business_key
from models.domain.mail.mail import Letter, LetterFile, RenderedText, ascii_address
from models.domain.reading.identity import message_id, reply_token


@dataclass(frozen=True, slots=True)
class Thread:
    """The message a letter answers, so that a conversation stays one."""

    message_id: str = ""
    references: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Whose a letter is and where it goes; `agency` is empty for one to the office itself."""

    cycle: str
    agency: str
    # What tells it from others of its kind to the agency: the outbox keeps one for each.
    key_parts: Sequence[str | int]
    to: Sequence[str]
    cc: Sequence[str] = ()
    thread: Thread = field(default_factory=Thread)
    files: Sequence[LetterFile] = ()


class LetterWriter:
    """Facts in, a letter out, with its fixed key, Message-ID and thread."""

    def __init__(self, templates: Path, secret: bytes, office_address: str) -> None:
        self._renderer = renderer_for(templates)
        self._secret = secret
        self._address = office_address

    def write(self, content: LetterContent, envelope: Envelope) -> Letter:
        """A letter ready for the outbox."""
        cycle, agency, thread = envelope.cycle, envelope.agency, envelope.thread
        key = business_key(cycle, agency, content.kind, *envelope.key_parts)
        rendered = self._renderer.render(content)
        local, _, domain = self._address.partition("@")
        reply_to = f"{local}+{reply_token(self._secret, cycle, agency)}@{domain}" if agency else ""
        references = [*thread.references, thread.message_id] if thread.message_id else []
        to = set(envelope.to)
        return Letter(
            business_key=key,
            cycle=cycle,
            agency=agency,
            kind=content.kind,
            to=tuple(map(ascii_address, envelope.to)),
            cc=tuple(ascii_address(a) for a in envelope.cc if a not in to),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=message_id(self._secret, key, domain),
            reply_to=reply_to,
            in_reply_to=thread.message_id,
            references=tuple(dict.fromkeys(references)),
            files=tuple(envelope.files),
        )


LAYOUTS = ("layout.html.j2", "layout.txt.j2")
LETTERS = (
    "opening",
    "reminder",
    "last_day",
    "overdue",
    "escalation",
    "receipt",
    "verdict_accepted",
    "verdict_accepted_warnings",
    "verdict_returned",
    "verdict_partial",
    "guidance",
    "try_out",
    "returned_mail",
    "summary",
    "preview",
    "alarm",
    "approval",
)
_BLOCKS = ("subject", "body")


class LetterRenderer:
    """Renders letters from one directory of templates.

    Each letter is one file with the blocks `subject` and `body`, used for both shapes, so that the
    text and the HTML of a letter cannot come to say different things. The templates are compiled
    when the renderer is made: a spelling mistake in one is found at start and not at the first
    letter. Raises ConfigurationFault naming file and line.
    """

    def __init__(self, directory: Path) -> None:
        self._html = HtmlBlocks()
        self._text = TextBlocks()
        loader = FileSystemLoader(directory, encoding="utf-8")
        html_environment = _environment(loader, self._html, autoescape=True)
        text_environment = _environment(loader, self._text, autoescape=False)
        faults: list[str] = []
        self._letters: dict[str, tuple[Template, Template]] = {}
        for name in LETTERS:
            html = _compiled(html_environment, f"{name}.j2", faults)
            text = _compiled(text_environment, f"{name}.j2", faults)
            if html is None or text is None:
                continue
            for block in _BLOCKS:
                if block not in html.blocks:
                    faults.append(f"letters/{name}.j2: thiếu khối «{{% block {block} %}}».")
            self._letters[name] = (html, text)
        html_layout = _compiled(html_environment, LAYOUTS[0], faults)
        text_layout = _compiled(text_environment, LAYOUTS[1], faults)
        if faults or html_layout is None or text_layout is None:
            raise ConfigurationFault(list(dict.fromkeys(faults)))
        self._html_layout = html_layout
        self._text_layout = text_layout

    def render(self, content: LetterContent) -> RenderedText:
        """Subject, text and HTML of a letter, NFC.

        Raises ConfigurationFault when the template asks for something the letter does not hold.
        """
        html_template, text_template = self._letters[content.template]
        context = dict(content.context)
        try:
            subject = " ".join(_block(text_template, "subject", context).split())
            html_body = self._html.paragraphs(_block(html_template, "body", context))
            text_body = self._text.paragraphs(_block(text_template, "body", context))
            common = {**context, "subject": subject}
            html = self._html_layout.render(common, body=html_body)
            text = self._text_layout.render(common, body=text_body)
        except UndefinedError as error:
            fault = f"letters/{content.template}.j2: thư không có giá trị này: {error.message}."
            raise ConfigurationFault([fault]) from error
        except TemplateError as error:
            fault = f"letters/{content.template}.j2: {error.message}."
            raise ConfigurationFault([fault]) from error
        return RenderedText(
            subject=unicodedata.normalize("NFC", subject),
            text=unicodedata.normalize("NFC", re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"),
            html=unicodedata.normalize("NFC", html.strip() + "\n"),
        )


def renderer_for(directory: Path) -> LetterRenderer:
    """The renderer of a directory, compiled anew only when one of its files has changed."""
    stamps = tuple(sorted((p.name, p.stat().st_mtime_ns) for p in directory.glob("*.j2")))
    return _renderer(directory, stamps)


@lru_cache(maxsize=4)
def _renderer(directory: Path, stamps: tuple[tuple[str, int], ...]) -> LetterRenderer:
    return LetterRenderer(directory)


def letter_faults(directory: Path, samples: Iterable[LetterContent]) -> list[str]:
    """What is wrong with a directory's templates, one sentence each; empty when all can be worded.

    The templates are compiled, each sample is rendered, and names are looked for in the branches
    that no sample enters. Every template must have a sample.
    """
    try:
        renderer = LetterRenderer(directory)
    except ConfigurationFault as fault:
        return list(fault.faults)
    faults: list[str] = []
    known: dict[str, set[str]] = {}
    for content in samples:
        known.setdefault(content.template, set()).update(content.context)
        try:
            renderer.render(content)
        except ConfigurationFault as fault:
            faults += fault.faults
    for template in LETTERS:
        faults += [
            f"letters/{name}: thư không có giá trị này: «{variable}»."
            for name, variable in _unknown_names(directory, template, known[template])
        ]
    return list(dict.fromkeys(faults))


def _unknown_names(
    directory: Path, letter: str, known: Container[str]
) -> Iterator[tuple[str, str]]:
    """Template and name of all that a letter's templates ask for and the letter does not hold."""
    environment = _environment(FileSystemLoader(directory, "utf-8"), TextBlocks(), autoescape=False)
    waiting, seen = [f"{letter}.j2", *LAYOUTS], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = _tree(environment, name)
        waiting += [other for other in meta.find_referenced_templates(tree) if other]
        own = {"body", "subject"} if name in LAYOUTS else set()
        for variable in sorted(meta.find_undeclared_variables(tree) - own):
            if variable not in known and variable not in environment.globals:
                yield name, variable


def _environment(
    loader: FileSystemLoader, blocks: HtmlBlocks | TextBlocks, *, autoescape: bool
) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    names = ("strong", "heading", "bullets", "facts", "table", "findings", "image")
    environment.globals.update({name: getattr(blocks, name) for name in names})
    return environment


def _compiled(environment: Environment, name: str, faults: list[str]) -> Template | None:
    """The template, and with it all that it includes; None with a fault where one is unusable."""
    try:
        template = environment.get_template(name)
        for other in meta.find_referenced_templates(_tree(environment, name)):
            if other and _compiled(environment, other, faults) is None:
                return None
        return template
    except TemplateSyntaxError as error:
        faults.append(f"letters/{error.name or name}, dòng {error.lineno}: {error.message}.")
    except (TemplateError, UnicodeDecodeError):
        faults.append(f"letters/{name}: không có tệp này hoặc không đọc được (UTF-8).")
    return None


def _tree(environment: Environment, name: str) -> nodes.Template:
    if environment.loader is None:
        raise TemplateError(name)
    return environment.parse(environment.loader.get_source(environment, name)[0])


def _block(template: Template, block: str, context: dict[str, object]) -> str:
    return "".join(template.blocks[block](template.new_context(context)))


WIDTH = 76
_VERBATIM = "\x02"  # starts a block of text that is not to be wrapped; no value can hold it
_HTML_BLOCKS = ("<table", "<ul", "<div", "<img")
_BREAKS = re.compile(r"(?<=\w)(?=@\w|\.[a-z])|(?<=[^\s@.]{24})(?=\S)")  # in addresses, long words
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

_CELL = (
    "border:1px solid #c9d1d9;padding:6px;vertical-align:top;font-size:14px;line-height:1.4;"
    "word-break:break-word;overflow-wrap:anywhere"
)
_WHOLE_WORDS = "word-break:normal;overflow-wrap:normal"
_HEADER = f"background:#f6f8fa;{_WHOLE_WORDS}"
_TABLE = (
    '<table width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="border-collapse:collapse;width:100%;margin:0 0 16px 0">'
)
_PARAGRAPH = '<p style="margin:0 0 12px 0">'
_GREY = "margin-top:4px;color:#57606a"


class HtmlBlocks:
    """Blocks as HTML. All arguments are escaped unless they are markup already."""

    def strong(self, text: str) -> Markup:
        """Emphasis inside a paragraph."""
        return Markup(f"<strong>{escape(text)}</strong>")

    def heading(self, text: str) -> Markup:
        """A heading inside the letter."""
        style = "margin:20px 0 8px 0;font-size:16px;line-height:1.4;font-weight:bold;color:#7a1f1f"
        return _apart(f'<div style="{style}">{escape(text)}</div>')

    def bullets(self, items: Iterable[str]) -> Markup:
        """A list."""
        points = "".join(f'<li style="margin:0 0 6px 0">{escape(item)}</li>' for item in items)
        return _apart(f'<ul style="margin:0 0 16px 0;padding:0 0 0 22px">{points}</ul>')

    def facts(self, pairs: Iterable[tuple[str, str]]) -> Markup:
        """Label and value, one pair a row."""
        rows = "".join(
            f'<tr><td width="32%" style="{_CELL};background:#f6f8fa;color:#57606a">{escape(label)}'
            f'</td><td style="{_CELL}">{escape(value)}</td></tr>'
            for label, value in pairs
        )
        return _apart(f"{_TABLE}{rows}</table>")

    def table(self, table: Table) -> Markup:
        """A table with its title above it. Raises ValueError when a row has another length."""
        sides = ["right" if i in table.numeric else "left" for i in range(len(table.header))]
        head = "".join(
            f'<th align="{side}" style="{_CELL};{_HEADER};text-align:{side}">{escape(title)}</th>'
            for side, title in zip(sides, table.header, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<td align="{side}" style="{_CELL};{_WHOLE_WORDS};text-align:{side}">'
                f"{_breakable(cell)}</td>"
                for side, cell in zip(sides, row, strict=True)
            )
            + "</tr>"
            for row in table.rows
        )
        title = self.heading(table.title) if table.title else Markup("")
        return title + _apart(f"{_TABLE}<tr>{head}</tr>{body}</table>")

    def findings(self, groups: Iterable[FindingGroup]) -> Markup:
        """Findings by severity: where, what to write, what stands there now."""
        return Markup("").join(
            self.heading(group.heading)
            + _apart(
                _TABLE
                + "".join(_html_finding(n, line) for n, line in enumerate(group.lines, 1))
                + "</table>"
            )
            for group in groups
        )

    def image(self, content_id: str, description: str) -> Markup:
        """A picture that travels with the letter."""
        return _apart(
            f'<img src="cid:{escape(content_id)}" alt="{escape(description)}" width="630" '
            'style="display:block;width:100%;max-width:630px;height:auto;margin:0 0 16px 0">'
        )

    def paragraphs(self, body: str) -> Markup:
        """The body with its paragraphs marked up; blocks stay as they are."""
        return Markup(
            "\n".join(
                part if part.startswith(_HTML_BLOCKS) else f"{_PARAGRAPH}{part}</p>"
                for part in _parts(body)
            )
        )


class TextBlocks:
    """Blocks as plain text."""

    def strong(self, text: str) -> str:
        """Emphasis is left to the words."""
        return str(text)

    def heading(self, text: str) -> str:
        """A heading, in capitals."""
        return _kept(text.upper())

    def bullets(self, items: Iterable[str]) -> str:
        """A list with dashes."""
        return _kept("\n".join(filled(item, "- ", "  ") for item in items))

    def facts(self, pairs: Iterable[tuple[str, str]]) -> str:
        """`Label: value`, one pair a line."""
        return _kept("\n".join(filled(f"{label}: {value}", "  ", "    ") for label, value in pairs))

    def table(self, table: Table) -> str:
        """Columns where they fit, else one record after the other."""
        title = self.heading(table.title) if table.title else ""
        lines = [table.header, *table.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(table.header))]
        if sum(widths) + 2 * (len(widths) - 1) > WIDTH:
            return title + _kept("\n".join(_record(table.header, row) for row in table.rows))
        rows = [_columns(line, widths, table.numeric) for line in lines]
        rows.insert(1, "  ".join("-" * width for width in widths))
        return title + _kept("\n".join(rows))

    def findings(self, groups: Iterable[FindingGroup]) -> str:
        """Findings by severity, numbered."""
        return "".join(
            self.heading(group.heading)
            + _kept("\n".join(_text_finding(n, line) for n, line in enumerate(group.lines, 1)))
            for group in groups
        )

    def image(self, content_id: str, description: str) -> str:
        """What the picture shows."""
        return _kept(filled(f"[Biểu đồ: {description}]"))

    def paragraphs(self, body: str) -> str:
        """The body with its paragraphs wrapped; blocks stay as they are."""
        return "\n\n".join(
            part[1:] if part.startswith(_VERBATIM) else filled(part) for part in _parts(body)
        )


def filled(text: str, first: str = "", other: str = "") -> str:
    """The words of `text` in lines of at most WIDTH columns; a longer word stays whole.

    >>> filled("một hai", "- ", "  ")
    '- một hai'
    """
    words = text.split()
    whole = first + " ".join(words)
    if len(whole) <= WIDTH:  # most are short
        return whole
    lines: list[str] = []
    line = first
    empty = True
    for word in words:
        if not empty and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line, empty = other, True
        line += word if empty else f" {word}"
        empty = False
    return "\n".join([*lines, line])


def _parts(body: str) -> list[str]:
    return [part for part in (p.strip(" \t\n") for p in _BLANK_LINE.split(body)) if part]


def _apart(block: str) -> Markup:
    return Markup(f"\n\n{block}\n\n")


def _kept(block: str) -> str:
    return f"\n\n{_VERBATIM}{block}\n\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _breakable(text: str) -> Markup:
    """The text for a narrow cell that keeps words whole; only what no column holds may break.

    >>> _breakable("vanthu@syt.haiphong.example")
    Markup('vanthu<wbr>@syt<wbr>.haiphong<wbr>.example')
    """
    return Markup("<wbr>").join(map(escape, _BREAKS.split(text)))


def _html_finding(number: int, line: FindingLine) -> str:
    parts = [f"<strong>{escape(_capital(line.place))}</strong>"]
    parts.append(f'<div style="margin-top:2px">{escape(line.message)}</div>')
    if line.seen:
        marked = f'<span style="background:#fff3bf">{escape(line.seen)}</span>'
        parts.append(f'<div style="{_GREY}">Đang ghi: {marked}</div>')
    if line.justification:
        parts.append(f'<div style="{_GREY}">Giải trình: {escape(line.justification)}</div>')
    return (
        f'<tr><td width="28" align="right" style="{_CELL}">{number}</td>'
        f'<td style="{_CELL}">{"".join(parts)}</td></tr>'
    )


def _text_finding(number: int, line: FindingLine) -> str:
    start = f"{number}. "
    inner = " " * len(start)
    parts = [filled(_capital(line.place), start, inner), filled(line.message, inner, inner)]
    if line.seen:
        parts.append(filled(f"Đang ghi: {line.seen}", inner, inner))
    if line.justification:
        parts.append(filled(f"Giải trình: {line.justification}", inner, inner))
    return "\n".join(parts)


def _columns(line: Sequence[str], widths: Sequence[int], numeric: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if i in numeric else cell.ljust(width)
        for i, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _record(header: Sequence[str], row: Sequence[str]) -> str:
    """A wide row; a running number in its first cell is joined with the second."""
    numbered = len(row) > 1 and row[0].isdigit()
    title = f"{row[0]}. {row[1]}" if numbered else row[0]
    rest = range(2 if numbered else 1, len(row))
    lines = [filled(title, "", "   ")]
    lines += [filled(f"{header[i]}: {row[i]}", "   ", "     ") for i in rest if row[i]]
    return "\n".join(lines)
