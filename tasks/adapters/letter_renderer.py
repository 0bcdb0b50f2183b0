"""Letters in words: the office's templates filled with a letter's facts, as text and as HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
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

from models.domain.errors import ConfigurationFault
from models.domain.letters import LetterContent
from models.domain.mail import RenderedText
from tasks.adapters.letter_blocks import HtmlBlocks, TextBlocks

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
