"""Templates of the office that run on, grow or reach out: each ends in a sentence, and soon."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
import pytest
from docxtpl import DocxTemplate, InlineImage

from config.files.calendars import load_calendar
from config.files.cycle_files import load_cycles
from models.domain.errors import ConfigurationFault
from models.domain.results.previews.preview import Preview
from models.domain.results.sample_letters import sample_letters
from tasks.adapters.letters import guarded_templates
from tasks.adapters.letters.guarded_templates import FILE_BYTES
from tasks.adapters.letters.letter_writer import (
    LetterRenderer,
    TemplateFault,
    letter_faults,
    renderer_for,
)
from tasks.adapters.results import report_document
from tasks.adapters.results.report_document import (
    PREVIEW_TEMPLATE,
    ReportTemplateFault,
    check_report_templates,
    check_template,
    set_document,
)
from tests.fixtures.office_files import OFFICE_FILES

EVERY = sample_letters(
    "lời",
    load_cycles(OFFICE_FILES / "cycles.toml")["2025-plan"],
    load_calendar(OFFICE_FILES / "holidays.csv", range(2024, 2027)),
)
_GROWING = [
    "{% set ns = namespace(a='aaaaaaaa') %}",
    "{% for i in range(60) %}{% set ns.a = CHANGE %}{% endfor %}{{ ns.a }}",
]


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only the clock ends need not take as long here as the office's templates may."""
    monkeypatch.setattr(guarded_templates, "SECONDS", 0.5)


_SOUND: set[object] = set()


@pytest.fixture(autouse=True)
def sound_templates_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found sound in one test, the office's own report, is not taken apart in the next."""

    def check(template: Path, known: Iterable[str]) -> None:
        names = frozenset(known)
        is_file = template.is_file() and template.stat().st_size < 1_000_000
        seen = (template.name, template.read_bytes(), names) if is_file else None
        if seen not in _SOUND:
            check_template(template, names)
            if seen is not None:
                _SOUND.add(seen)

    monkeypatch.setattr(report_document, "check_template", check)


def _growing(change: str) -> str:
    return "".join(_GROWING).replace("CHANGE", change)


ENDLESS = {
    "a long loop": "{% for i in range(1000000000) %}x{% endfor %}",
    "loops in loops": "{% for i in range(9999) %}"
    "{% for j in range(9999) %}{% endfor %}{% endfor %}",
    "a long text in a loop": "{% for i in range(99999) %}" + "chữ " * 300 + "{% endfor %}",
    "a loop that prints": "{% for i in range(99999) %}{{ 'x' * 999 }}{% endfor %}",
    "repeated letters": "{{ 'a' * 10**9 }}",
    "repeated letters, the other way": "{{ 10**9 * 'a' }}",
    "a repeated list": "{{ [1] * 10**9 }}",
    "a power": "{{ 10 ** (10 ** 10) }}",
    "numbers that square": _growing("ns.a")
    .replace("'aaaaaaaa'", "3")
    .replace("= ns.a", "= ns.a * ns.a"),
    "texts that double": _growing("ns.a + ns.a"),
    "texts that double by joining": _growing("ns.a ~ ns.a"),
    "texts that double by formatting": _growing("'%s%s' % (ns.a, ns.a)"),
    "texts that double by braces": _growing("'{0}{0}'.format(ns.a)"),
    "texts that double by a filter": _growing("[ns.a, ns.a] | join"),
    "texts that double by a method": _growing("''.join([ns.a, ns.a])"),
    "texts that double by replacing": _growing("ns.a | replace('a', 'aa')"),
    "texts that double in a block": "{% set a = 'aaaaaaaa' %}"
    + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
    "lists in lists": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "tuples in tuples": "{% set a = (1, 2) %}" + "{% set a = (a, a) %}" * 60 + "{{ a == a }}",
    "lists that take themselves": "{% set a = [1] %}"
    + "{% set b = [] %}{% set _ = b.append(a) %}{% set _ = b.append(a) %}{% set a = b %}" * 60
    + "{{ a }}",
    "namespaces in namespaces": "{% set a = namespace(x=1) %}"
    + "{% set a = namespace(x=a, y=a) %}" * 60
    + "{{ a }}",
    "a width": "{{ 'a' | center(1000000000) }}",
    "a width by a method": "{{ 'a'.ljust(1000000000) }}",
    "a width by percent": "{{ '%1000000000d' % 1 }}",
    "a width by a value": "{{ '%*d' % (1000000000, 1) }}",
    "a width by the filter": "{{ '%1000000000s' | format('x') }}",
    "a width by braces": "{{ '{:1000000000}'.format(1) }}",
    "a width by braces in braces": "{{ '{:{}}'.format(1, 1000000000) }}",
    "a width by a mapping": "{{ '{a:1000000000}'.format_map({'a': 1}) }}",
    "a filled batch": "{{ [1] | batch(1000000000, 'x') | list }}",
    "many slices": "{{ [1] | slice(1000000000) | list }}",
    "an indent": "{{ ('a\n' * 9999) | indent(99999) }}",
    "a rounding": "{{ 1.5 | round(1000000000, 'floor') }}",
    "a mapped filter": "{{ range(99999) | map('string') | map('center', 9999) | join }}",
    "everything replaced": "{{ ('a' * 99999) | replace('a', 'b' * 99999) }}",
    "a long separator": "{{ range(99999) | join('x' * 99999) }}",
    "a long separator of what is mapped": "{{ range(99999) | map('string') | join('x' * 99999) }}",
    "a block of itself": "{{ self.body() }}",
    "a macro of itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a loop of itself": "{% for i in [1] recursive %}{{ loop([i]) }}{% endfor %}",
    "an include of itself": '{% include "reminder.j2" %}{{ self.body() }}',
}
REACHING = {
    "the class": "{{ ''.__class__.__mro__ }}",
    "the class by a filter": "{{ '' | attr('__class__') }}",
    "the class by its name": "{{ ''['__class__'] }}",
    "the class by a format": "{{ '{0.__class__}'.format('') }}",
    "the class by a mapping": "{{ '{a.__class__}'.format_map({'a': ''}) }}",
    "the class by many": "{{ [''] | map(attribute='__class__') | join }}",
    "globals": "{{ strong.__globals__ }}",
    "globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "the code of a loop": "{% for i in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "a changed table": "{% set a = {} %}{{ a.update({'x': 1}) }}",
}
BROKEN = {
    "a division": "{{ 1 / 0 }}",
    "a wrong kind": "{{ 1 + 'a' }}",
    "a wrong filter": "{{ 'a' | khong_co }}",
    "too many loops": "{% for i in [1] %}" * 30 + "{% endfor %}" * 30,
    "too many brackets": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "too many signs": "{{ " + "-" * 50_000 + "1 }}",
}
HOSTILE = {**ENDLESS, **REACHING, **BROKEN}


#: The letters of most tests here: to make all of them ready costs most of such a test.
FEW = ("layout.html.j2", "layout.txt.j2", "reminder.j2", "overdue.j2")


def _folder(
    tmp_path: Path, tag: str, letter: str = "reminder", only: Sequence[str] | None = None
) -> Path:
    """The office's letters, all or some; one has a tag in the third line of its body."""
    (tmp_path / "letters").mkdir()
    for path in (OFFICE_FILES / "letters").iterdir():
        if only is None or path.name in only:
            shutil.copy(path, tmp_path / "letters")
    file = tmp_path / "letters" / f"{letter}.j2"
    text = file.read_text(encoding="utf-8")
    start = "{% block body %}\n"
    assert start in text
    file.write_text(text.replace(start, f"{start}\n\n{tag}\n"), encoding="utf-8")
    return tmp_path / "letters"


@pytest.mark.parametrize("what", HOSTILE)
def test_a_letter_that_runs_on_or_reaches_out_is_refused_by_file_and_others_are_written(
    tmp_path: Path, what: str
) -> None:
    folder = _folder(tmp_path, HOSTILE[what], only=FEW)
    renderer = renderer_for(folder)
    with pytest.raises(TemplateFault, match=r"^letters/reminder\.j2.*: .+\.$") as caught:
        renderer.render(EVERY["reminder"])
    assert len(caught.value.faults) == 1
    assert len(str(caught.value)) < 400
    assert renderer.render(EVERY["overdue"]).subject


@pytest.mark.parametrize("what", ["a long loop", "a power", "a block of itself", "the class"])
def test_the_check_names_a_hostile_letter_and_no_other(tmp_path: Path, what: str) -> None:
    faults = letter_faults(_folder(tmp_path, HOSTILE[what]), EVERY.values())
    assert faults
    assert all(fault.startswith("letters/reminder.j2") for fault in faults)


@pytest.mark.parametrize("what", ["a long loop", "the class", "a division", "a macro of itself"])
def test_the_line_of_a_hostile_tag_is_named(tmp_path: Path, what: str) -> None:
    folder = _folder(tmp_path, HOSTILE[what], only=FEW)
    text = (folder / "reminder.j2").read_text(encoding="utf-8")
    line = 1 + text[: text.index(HOSTILE[what])].count("\n")
    with pytest.raises(TemplateFault, match=rf"reminder\.j2, dòng {line}: "):
        renderer_for(folder).render(EVERY["reminder"])


@pytest.mark.parametrize("chain", [["overdue"], ["overdue", "receipt"]])
def test_letters_that_include_each_other_are_refused(tmp_path: Path, chain: Sequence[str]) -> None:
    folder = _folder(tmp_path, f'{{% include "{chain[0]}.j2" %}}')
    for letter, other in zip(chain, [*chain[1:], "reminder"], strict=True):
        whole = f'{{% block subject %}}{{% endblock %}}{{% include "{other}.j2" %}}'
        (folder / f"{letter}.j2").write_text(whole + "{% block body %}{% endblock %}", "utf-8")
    (folder / "reminder.j2").write_text(
        f'{{% block subject %}}x{{% endblock %}}{{% block body %}}{{% include "{chain[0]}.j2" %}}'
        "{% endblock %}",
        encoding="utf-8",
    )
    with pytest.raises(TemplateFault, match="gọi lại chính nó"):
        renderer_for(folder).render(EVERY["reminder"])
    assert any("gọi lại chính nó" in fault for fault in letter_faults(folder, EVERY.values()))


@pytest.mark.parametrize("how", ["pipe", "folder", "huge", "link to a device", "not UTF-8"])
def test_a_letter_that_is_no_ordinary_file_is_refused_and_never_waited_for(
    tmp_path: Path, how: str
) -> None:
    folder = _folder(tmp_path, "")
    file = folder / "reminder.j2"
    content = file.read_bytes()
    file.unlink()
    if how == "pipe":
        os.mkfifo(file)
    elif how == "folder":
        file.mkdir()
    elif how == "huge":
        file.write_bytes(content + b" " * FILE_BYTES)
    elif how == "not UTF-8":
        file.write_bytes(content + b"\xff")
    else:
        file.symlink_to("/dev/zero")
    with pytest.raises(TemplateFault, match=r"letters/reminder\.j2"):
        renderer_for(folder).render(EVERY["reminder"])
    with pytest.raises(ConfigurationFault, match=r"letters/reminder\.j2"):
        LetterRenderer(folder)
    assert renderer_for(folder).render(EVERY["overdue"]).subject


def test_what_offices_do_write_goes_on_working(tmp_path: Path) -> None:
    tag = (
        "{% set ds = [] %}{% for i in range(3) %}{% set _ = ds.append('mục ' ~ i) %}{% endfor %}"
        "{% set ns = namespace(n=0) %}{% for x in ds %}{% set ns.n = ns.n + loop.index %}"
        "{% endfor %}{{ ds | join('; ') }}, tổng {{ '%03d' % ns.n }}, "
        "{{ '{:,}'.format(50000000000) }}, {{ 'a' * 5 }}, {{ 2 ** 10 }}, "
        "{{ 150000 | default(1) }}, "
        "{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}, "
        "{{ 'x' if (1, 2)[0] == 1 else 'y' }}, {{ addressee | upper | truncate(255) }}"
    )
    text = LetterRenderer(_folder(tmp_path, tag)).render(EVERY["reminder"]).text
    assert (
        "mục 0; mục 1; mục 2, tổng 006, 50,000,000,000, aaaaa, 1024, 150000, a=1, x, "
        in " ".join(text.split())
    )


# --- The Word templates ---------------------------------------------------------------------------

IN_WORD = [
    *("a long loop", "a power", "repeated letters", "texts that double", "a width by braces"),
    *("a macro of itself", "the class", "everything replaced"),
]


def _word(folder: Path, tag: str, where: str = "body") -> Path:
    for path in (OFFICE_FILES / "reports").glob("*.docx"):
        shutil.copy(path, folder)
    path = folder / PREVIEW_TEMPLATE
    made = docx.Document(str(path))
    if where == "body":
        made.add_paragraph(tag)
    elif where == "footer":
        made.sections[0].footer.add_paragraph(tag)
    else:
        made.core_properties.comments = tag
    made.save(str(path))
    return path


@pytest.mark.parametrize("where", ["body", "footer", "properties"])
@pytest.mark.parametrize("what", IN_WORD)
def test_a_hostile_word_template_is_named_by_the_check(
    tmp_path: Path, what: str, where: str
) -> None:
    _word(tmp_path, HOSTILE[what], where)
    with pytest.raises(ReportTemplateFault, match=r"preview\.docx.*: thẻ không đúng.*Word") as told:
        check_report_templates(tmp_path)
    assert len(str(told.value)) < 600


def test_the_paragraph_of_a_hostile_tag_is_quoted(tmp_path: Path) -> None:
    _word(tmp_path, "Phụ lục: {% for i in range(10**9) %}x{% endfor %}")
    with pytest.raises(ReportTemplateFault, match="ở đoạn «Phụ lục: "):
        check_report_templates(tmp_path)


def test_a_picture_in_a_word_template_leads_nowhere(tmp_path: Path) -> None:
    """Its own parts know the document and could write files."""
    out = tmp_path / "viết ra.docx"
    path = _word(tmp_path, f"{{{{ one.tpl.save('{out}') }}}}")
    names = dict.fromkeys(Preview.__dataclass_fields__, "")
    one = InlineImage(DocxTemplate(str(path)), io.BytesIO(b""))
    with pytest.raises(ReportTemplateFault, match=r"preview\.docx"):
        check_template(path, names)
    with pytest.raises(ReportTemplateFault, match="không được phép"):
        set_document(path, {**names, "parts": {}, "one": one}, "x", dt.datetime.now(dt.UTC))
    assert not out.exists()


@pytest.mark.parametrize("how", ["bomb", "pipe", "two of one name", "large", "plain text"])
def test_a_word_template_that_no_word_processor_wrote_is_refused(tmp_path: Path, how: str) -> None:
    path = _word(tmp_path, "")
    content = path.read_bytes()
    path.unlink()
    if how == "pipe":
        os.mkfifo(path)
    elif how == "plain text":
        path.write_text("không phải Word")
    elif how == "large":
        with path.open("wb") as file:
            file.truncate(30_000_000)
    else:
        path.write_bytes(content)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
            if how == "bomb":
                package.writestr("word/media/to.bin", bytes(60_000_000))
            else:
                package.writestr("Word/document.xml", b"<w/>")
    with pytest.raises(ReportTemplateFault, match=r"preview\.docx: không mở được như tệp Word"):
        check_report_templates(tmp_path)
