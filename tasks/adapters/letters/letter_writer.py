"""Letters in the office's words: facts in, a letter out, by the templates of `config/letters`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import TemplateNotFound, UndefinedError

from models.domain.errors import ConfigurationFault
from models.domain.letters.letters import LetterContent, business_key
from models.domain.mail.mail import Letter, LetterFile, RenderedText, ascii_address
from models.domain.reading.identity import message_id, reply_token
from tasks.adapters.letters.guarded_templates import (
    FILE_BYTES,
    TEMPLATE_FAILURES,
    GuardedEnvironment,
    SmallFiles,
    TemplateUnusable,
    blocks_of,
    bounded,
    document_of,
    names_asked,
)
from tasks.adapters.letters.letter_blocks import HtmlBlocks, TextBlocks
from tasks.adapters.letters.template_faults import where_in_template, why_unusable


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
    "which_counts",
    "verdict_accepted",
    "verdict_accepted_warnings",
    "verdict_returned",
    "verdict_partial",
    "guidance",
    "words_received",
    "try_out",
    "returned_mail",
    "withdrawal",
    "extension",
    "exemption",
    "summary",
    "preview",
    "alarm",
    "approval",
    "todays_work",
)
_BLOCKS = ("subject", "body")
_MOST_FILES = 200  # in a folder of letters that is remembered


class TemplateFault(ConfigurationFault):
    """Raised when the template of one letter is unusable; other letters can still be written."""


class LettersLeft:
    """Whose letters could not be written for a fault of a template: one sentence a fault."""

    def __init__(self) -> None:
        self._whose: dict[str, list[str]] = {}

    def note(self, whose: str, fault: TemplateFault) -> None:
        """Keeps that the letter to an agency, or to the office, was not written."""
        self._whose.setdefault(" ".join(fault.faults), []).append(whose)

    def said(self) -> list[str]:
        """What to mend, with those who wait for it; running again writes just their letters."""
        return [
            f"{fault} Vì vậy chưa viết được thư cho {', '.join(whose)}. Sửa mẫu thư ở tệp này rồi "
            "chạy lại."
            for fault, whose in self._whose.items()
        ]


class LetterRenderer:
    """Renders letters from one directory of templates.

    Each letter is one file with the blocks `subject` and `body`, used for both shapes, so that the
    text and the HTML of a letter cannot come to say different things. A block `about` is what the
    letter is headed by ("V/v ..."); without one it is headed by the cycle's title. The templates
    are compiled when the renderer is made: a spelling mistake in one is found at start and not at
    the first letter. Raises ConfigurationFault naming file and line; a `patient` one compiles a
    template when the first letter wants it, and raises only for that letter: most runs write one
    kind, if any.
    """

    def __init__(self, directory: Path, *, patient: bool = False) -> None:
        self._html = HtmlBlocks()
        self._text = TextBlocks()
        loader = SmallFiles(directory, encoding="utf-8")
        self._html_environment = _environment(loader, self._html, autoescape=True)
        self._text_environment = _environment(loader, self._text, autoescape=False)
        self._letters: dict[str, tuple[Template, Template]] = {}
        self._faults: dict[str, list[str]] = {}
        html_layout = self._compiled(LAYOUTS[0], self._html_environment)
        text_layout = self._compiled(LAYOUTS[1], self._text_environment)
        if not patient or html_layout is None or text_layout is None:
            for name in LETTERS:
                self._compile(name)
        said = [fault for faults in self._faults.values() for fault in faults]
        if html_layout is None or text_layout is None or (said and not patient):
            raise ConfigurationFault(list(dict.fromkeys(said)))
        self._html_layout = html_layout
        self._text_layout = text_layout

    def _compile(self, name: str) -> None:
        """Keeps both shapes of a letter, or its faults."""
        html = self._compiled(f"{name}.j2", self._html_environment)
        text = self._compiled(f"{name}.j2", self._text_environment)
        if html is None or text is None:
            return
        for block in _BLOCKS:
            if block not in html.blocks:
                self._faults.setdefault(f"{name}.j2", []).append(
                    f"letters/{name}.j2: thiếu khối «{{% block {block} %}}»."
                )
        self._letters[name] = (html, text)

    def _compiled(self, name: str, environment: GuardedEnvironment) -> Template | None:
        try:
            return environment.whole(name)
        except TemplateUnusable as unusable:
            self._faults.setdefault(name, []).append(_unusable(unusable))
        return None

    def render(self, content: LetterContent) -> RenderedText:
        """Subject, text and HTML of a letter, NFC.

        Raises TemplateFault when the template is unusable, asks for something the letter does not
        hold, or would take more time or room than any letter needs.
        """
        file = f"{content.template}.j2"
        if content.template not in self._letters and file not in self._faults:
            self._compile(content.template)
        if faults := self._faults.get(file):
            raise TemplateFault(list(dict.fromkeys(faults)))
        html_template, text_template = self._letters[content.template]
        context = dict(content.context)
        try:
            with bounded():
                said = blocks_of(text_template, (*_BLOCKS, "about"), context)
                marked_up = blocks_of(html_template, ("body",), context)
                subject = " ".join(said["subject"].split())
                about = " ".join(said.get("about", "").split())
                common = {**context, "subject": subject, "about": about}
                html_body = self._html.paragraphs(marked_up["body"])
                html = document_of(self._html_layout, {**common, "body": html_body})
                plain = {"about": self._text.paragraphs(about)} if about else {}
                plain["body"] = self._text.paragraphs(said["body"])
                text = document_of(self._text_layout, {**common, **plain})
        except TEMPLATE_FAILURES as error:
            raise TemplateFault([_fault(error, file)]) from error
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
    return LetterRenderer(directory, patient=True)


def letter_faults(directory: Path, samples: Iterable[LetterContent]) -> list[str]:
    """What is wrong with a directory's templates, one sentence each; empty when all can be worded.

    The templates are compiled, each sample is rendered, and names are looked for in the branches
    that no sample enters. Every template must have a sample. The office's letters are checked after
    every change of any of its files: those that were found sound last are not worded again.
    """
    asked = _held(directory), list(samples)
    if asked[0] and asked in _sound:
        return []
    faults = _letter_faults(directory, asked[1])
    if not faults:
        _sound[:] = [asked, *_sound[:1]]
    return faults


#: Folders of templates that were found sound last, each as it was and with the letters it worded.
_sound: list[tuple[dict[str, bytes], list[LetterContent]]] = []


def _held(directory: Path) -> dict[str, bytes]:
    """All that is in the folder; nothing where anything in it is no small file."""
    found: dict[str, bytes] = {}
    for path in sorted(directory.rglob("*")):
        if not path.is_file() or path.stat().st_size > FILE_BYTES or len(found) >= _MOST_FILES:
            return {}
        found[path.relative_to(directory).as_posix()] = path.read_bytes()
    return found


def _letter_faults(directory: Path, samples: Iterable[LetterContent]) -> list[str]:
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
    loader = SmallFiles(directory, "utf-8")
    environment = _environment(loader, TextBlocks(), autoescape=False)
    waiting, seen = [f"{letter}.j2", *LAYOUTS], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        variables, others = names_asked(loader.get_source(environment, name)[0])
        waiting += others
        own = {"body", "subject", "about"} if name in LAYOUTS else set()
        for variable in sorted(variables - own):
            if variable not in known and variable not in environment.globals:
                yield name, variable


def _environment(
    loader: SmallFiles, blocks: HtmlBlocks | TextBlocks, *, autoescape: bool
) -> GuardedEnvironment:
    environment = GuardedEnvironment(
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


def _unusable(unusable: TemplateUnusable) -> str:
    """What is wrong with the template of a letter, or with one that it names."""
    error = unusable.__cause__
    if error is None or isinstance(error, TemplateNotFound | UnicodeDecodeError | OSError):
        return f"letters/{unusable.name}: không có tệp này hoặc không đọc được (UTF-8)."
    return _fault(error, unusable.name)


def _fault(error: BaseException, template: str) -> str:
    """The fault in a sentence: file, line where it is known, and what is wrong there."""
    name, line = where_in_template(error) or ("", 0)
    place = f"letters/{name or template}" + (f", dòng {line}" if line else "")
    if isinstance(error, UndefinedError):
        return f"{place}: thư không có giá trị này: {error.message}."
    return f"{place}: {why_unusable(error)}."
