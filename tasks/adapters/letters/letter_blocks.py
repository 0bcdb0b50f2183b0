"""The parts of which letters are put together, as HTML and as plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from markupsafe import Markup, escape

from models.domain.cycle.letter_phrases import enumerated, labelled
from models.domain.letters.letters import FindingGroup, FindingLine, Table

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
        """A list, its lines ended as official letters end them."""
        ended = items if _are_marked_up(items := list(items)) else enumerated(items)
        points = "".join(f'<li style="margin:0 0 6px 0">{escape(item)}</li>' for item in ended)
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
            f'<img src="cid:{escape(content_id)}" alt="{escape(description)}" width="430" '
            'style="display:block;width:100%;max-width:430px;height:auto;margin:0 0 16px 0">'
        )

    def paragraphs(self, body: str) -> Markup:
        """The body with its paragraphs marked up; blocks stay as they are."""
        return Markup(
            "\n".join(
                part if part.startswith(_HTML_BLOCKS) else paragraph(part) for part in _parts(body)
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
        return _kept("\n".join(filled(item, "- ", "  ") for item in enumerated(items)))

    def facts(self, pairs: Iterable[tuple[str, str]]) -> str:
        """`Label: value`, one pair a line."""
        return _kept("\n".join(filled(f"{label}: {value}", "  ", "    ") for label, value in pairs))

    def table(self, table: Table) -> str:
        """Columns, long cells over several lines; where no columns fit, one record after the
        other."""
        title = self.heading(table.title) if table.title else ""
        lines = [table.header, *table.rows]
        widths = _widths(lines)
        if widths is None:
            return title + _kept("\n".join(_record(table.header, row) for row in table.rows))
        rows = [line for row in lines for line in _columns(row, widths, table.numeric)]
        heads = len(_columns(table.header, widths, table.numeric))
        rows.insert(heads, "  ".join("-" * width for width in widths))
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


def _are_marked_up(items: Iterable[str]) -> bool:
    """Whether a template of the office emphasises something in a list: it is left as it stands."""
    return any(isinstance(item, Markup) for item in items)


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


def paragraph(inner: str) -> str:
    """A paragraph of a letter's HTML; `inner` is safe already."""
    return f"{_PARAGRAPH}{inner}</p>"


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
        parts.append(
            f'<div style="{_GREY}">{escape(labelled("Giải trình", line.justification))}</div>'
        )
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
        parts.append(filled(labelled("Giải trình", line.justification), inner, inner))
    return "\n".join(parts)


def _widths(lines: Sequence[Sequence[str]]) -> list[int] | None:
    """How wide each column is, at most WIDTH in all; None where words are too long for that.

    >>> _widths([["Mã", "Tên"], ["1", "chờ " * 40]])
    [2, 72]
    """
    columns = range(len(lines[0]))
    widths = [max(len(line[i]) for line in lines) for i in columns]
    least = [
        max(len(word) for line in lines for word in (line[i].split() or [""])) for i in columns
    ]
    room = WIDTH - 2 * (len(widths) - 1)
    while sum(widths) > room:
        widest = max(columns, key=lambda i: widths[i] - least[i])
        if widths[widest] - len(_HANGING) <= least[widest]:
            return None
        widths[widest] -= 1
    return widths


def _columns(line: Sequence[str], widths: Sequence[int], numeric: Sequence[int]) -> list[str]:
    """One row of a table, in as many lines as its longest cell takes."""
    cells = [_cell_lines(cell, width) for cell, width in zip(line, widths, strict=True)]
    return [
        "  ".join(
            part.rjust(width) if i in numeric else part.ljust(width)
            for i, (part, width) in enumerate(zip(parts, widths, strict=True))
        ).rstrip()
        for parts in zip_longest(*cells, fillvalue="")
    ]


_HANGING = "  "  # before all lines of a cell but its first


def _cell_lines(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(
        cell, width, subsequent_indent=_HANGING, break_long_words=False, break_on_hyphens=False
    )


def _record(header: Sequence[str], row: Sequence[str]) -> str:
    """A wide row; a running number in its first cell is joined with the second."""
    numbered = len(row) > 1 and row[0].isdigit()
    title = f"{row[0]}. {row[1]}" if numbered else row[0]
    rest = range(2 if numbered else 1, len(row))
    lines = [filled(title, "", "   ")]
    lines += [filled(f"{header[i]}: {row[i]}", "   ", "     ") for i in rest if row[i]]
    return "\n".join(lines)
