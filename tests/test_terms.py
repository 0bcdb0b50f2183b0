"""Every text of the program keeps to the office's list of terms: one thing, one name."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pytest

from config.settings import CONFIG_DIR
from models.domain.results.report_work import bucket_rows
from models.domain.rules import ALL_RULES
from tests.fixtures.amiss import DOUBLED, amiss, unbalanced
from tests.fixtures.said_results import said_in_letters, said_of_results
from tests.fixtures.simulated_answers import real_office
from tests.fixtures.simulated_review import simulated_review
from tests.texts import SaidText, every_text


@dataclass(frozen=True)
class Term:
    """One thing, its name, and the names it does not bear."""

    thing: str
    use: str
    never: Sequence[str]
    unless: Sequence[str] = ()
    elsewhere: Sequence[str] = ()


@cache
def listed() -> dict[str, object]:
    return tomllib.loads((CONFIG_DIR / "terms.toml").read_text("utf-8"))


def terms() -> list[Term]:
    return [Term(**entry) for entry in listed()["terms"]]  # type: ignore[union-attr,arg-type]


#: In brackets, of several words, and no aside: names of commands and of other programs' menus.
NAMES = {
    "baocao account",
    "baocao watchdog",
    "Data Validation",
    "Export To",
    "Name Manager",
    "of the row",
    "reverse proxy",
    "Save As",
    "Show Formulas",
}


def told(texts: Iterable[SaidText | str]) -> str:
    return "\n" + "\n".join(map(str, texts))


def without(text: str, phrases: Sequence[str]) -> str:
    """The text in lower case, without what is said of another thing."""
    plain = text.lower()
    for phrase in phrases:
        plain = plain.replace(phrase.lower(), "\0")
    return plain


def has_any(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(w.lower())}(?!\w)", text) for w in words)


def test_the_texts_are_found_where_they_stand() -> None:
    files = {text.file.rpartition(".")[2] for text in every_text()}
    assert files == {"py", "html", "j2", "toml", "csv", "docx"}
    assert len(every_text()) > 2000


def test_no_sentence_says_it_again_in_english() -> None:
    """Whoever reads it is to do what it says; an aside in another language names nothing to do."""
    aside = re.compile(r"\((?:[A-Za-z][a-z'-]*)(?: [A-Za-z][a-z'-]*)+\)")
    wrong = [
        t
        for t in every_text()
        if not t.text.isascii()
        and t.file.endswith(".py")
        and any(a[0][1:-1] not in NAMES for a in aside.finditer(t.text))
    ]
    assert not wrong, told(wrong)


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.use)
def test_one_thing_has_one_name(term: Term) -> None:
    wrong = [
        t
        for t in every_text()
        if t.file not in term.elsewhere and has_any(without(t.text, term.unless), term.never)
    ]
    assert not wrong, f"«{term.use}»: {told(wrong)}"


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.use)
def test_no_name_is_both_used_and_never_used(term: Term) -> None:
    assert not has_any(without(term.use, term.unless), term.never)


def test_tone_marks_stand_where_official_letters_have_them() -> None:
    spelling = listed()["spelling"]
    never, unless = spelling["never"], spelling["unless"]  # type: ignore[index]
    rhymes = re.compile(rf"(?:{'|'.join(never)})(?!\w)")
    wrong = [
        t
        for t in every_text()
        if rhymes.search(without(unicodedata.normalize("NFC", t.text), unless))
    ]
    assert not wrong, told(wrong)


def test_a_ground_is_written_in_one_way() -> None:
    never = listed()["grounds"]["never"]  # type: ignore[index]
    spelled = re.compile(rf"(?<!\w)(?:{'|'.join(never)})(?!\w)")
    own = CONFIG_DIR.name + "/terms.toml"
    wrong = [t for t in every_text() if t.file != own and spelled.search(t.text)]
    assert not wrong, told(wrong)
    assert spelled.search("Ước phía Tây (Hải Dương)") and not spelled.search("Ước phía tây")


def test_what_is_quoted_on_a_sheet_stands_in_one_kind_of_marks() -> None:
    quotes = listed()["quotes"]
    where = tuple(quotes["where"])  # type: ignore[index]
    said = [t for t in every_text() if t.file.startswith(where)]
    assert len(said) > 1000
    wrong = [t for t in said if set(quotes["never"]) & set(without_inner(t.text))]  # type: ignore[index]
    assert not wrong, told(wrong)


def without_inner(text: str) -> str:
    """The text without what is quoted within «...»."""
    return re.sub(r"«[^»]*»", "«»", text)


def test_every_text_is_composed() -> None:
    assert not (wrong := [t for t in every_text() if not unicodedata.is_normalized("NFC", t.text)])
    assert not wrong, told(wrong)


def test_no_sign_stands_twice() -> None:
    wrong = [t for t in every_text() if DOUBLED.search(t.text)]
    assert not wrong, told(wrong)


def test_no_sign_stands_twice_in_a_letter() -> None:
    wrong = [
        f"{name}: {found[0]!r} in {text[max(0, found.start() - 60) : found.end() + 30]!r}"
        for name, text in said_in_letters()
        for found in DOUBLED.finditer(text)
    ]
    assert not wrong, told(wrong)


DIGEST = re.compile(r"(?<!\w)[0-9a-f]{12,}(?!\w)")


def test_no_letter_bears_a_digest_beside_the_short_code_in_its_foot() -> None:
    wrong = [f"{name}: {t[0]!r}" for name, said in said_in_letters() for t in DIGEST.finditer(said)]
    assert not wrong, told(wrong)
    assert any("Mã đối chiếu tệp: ABAB-ABAB." in said for _, said in said_in_letters())


def test_a_moment_is_written_in_one_way() -> None:
    """«17 giờ 30 phút ngày 14/02/2025» in sentences; no form without minutes or with a comma."""
    other = re.compile(r"\d giờ (?:\d\d)?,|giờ \d\d ngày|giờ (?:Việt Nam|Hà Nội)\)")
    wrong = [f"{name}: {t[0]!r}" for name, said in said_in_letters() for t in other.finditer(said)]
    assert not wrong, told(wrong)


def test_no_word_of_the_machine_reaches_an_agency() -> None:
    words = listed()["machine_words"]["never"]  # type: ignore[index]
    for_the_house = {"alarm", "approval", "summary", "todays_work", "todays_work, nothing waits"}
    said = [(name, text) for name, text in said_in_letters() if name not in for_the_house]
    said += [(r.code, f"{r.title} {r.explanation} {r.remedy}") for r in ALL_RULES]
    wrong = [f"{name}: {text}" for name, text in said if has_any(text.lower(), words)]
    assert not wrong, told(wrong)


#: Of the program or its office files; an agency's own workbook is none.
_FILE_OF_PROGRAM = re.compile(r"\w\.(?:toml|py|json|csv|parquet|sqlite|yaml|md|j2|env)(?!\w)")
_PAPERS = (
    *("models/domain/consolidation", "models/domain/results", "models/domain/review"),
    *("models/domain/cycle", "models/domain/answers", "models/domain/rules"),
    *("tasks/adapters/sheets", "tasks/adapters/results", "tasks/adapters/workbooks"),
    *("config/letters", "config/reports"),
)
_OF_THE_FILES_THEMSELVES = "models/domain/results/tidy_columns.py"  # what lies in which of them


def test_no_paper_names_a_file_of_the_program() -> None:
    said = [
        (f"{t.file}:{t.line}", t.text)
        for t in every_text()
        if t.file.startswith(_PAPERS) and t.file != _OF_THE_FILES_THEMSELVES
    ]
    assert len(said) > 1000
    wrong = [f"{where}: {text[:200]!r}" for where, text in (*said, *said_of_results())
             if _FILE_OF_PROGRAM.search(text)]  # fmt: skip
    assert not wrong, told(wrong)


@pytest.mark.parametrize(
    ("text", "is_amiss"),
    [
        ("239 việc đã hoàn thành, 0 việc quá hạn.", True),
        ("12 không đạt, 0 chưa có số liệu", True),
        ("(1 đúng hạn, 0 quá hạn)", True),
        ("10 việc, 120 chưa có số liệu; lúc 10:0 đã nhận", False),
        ("giao 12,50; N-0123 là nguồn", True),
        ("đã sửa xong..", True),
        ("Sở Y tế; Sở Nội vụ;.", True),
        ("7 kết quả đánh giá khác trước. Trong số đó, 7 kết quả đã đến hạn.", True),
        ("17 kết quả đánh giá khác trước. Trong số đó, 7 kết quả đã đến hạn.", False),
        ("tăng 12,5 []", True),
        ("11,90 (số của Thống kê, N-0123; MT-01)", False),
        ("đạt 16,6666667%", True),
        ("118.079,279 tỷ đồng", False),
    ],
)
def test_what_is_amiss_with_figures_is_found(text: str, is_amiss: bool) -> None:
    assert bool(amiss([("", text)])) is is_amiss


def test_no_text_counts_nothing_leads_nowhere_or_is_left_unrounded() -> None:
    written = [(t.file, t.text) for t in every_text() if not t.file.startswith("config/directives")]
    wrong = amiss(written) + amiss(said_in_letters()) + amiss(said_of_results())
    assert not wrong, told(wrong)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("việc «Thuộc nhóm “4. Bộ máy …”», cột «Rõ việc»", False),
        ("việc «Thuộc nhóm «4. Bộ máy …»", True),
        ("việc «Thuộc nhóm", True),
        ("việc» thuộc nhóm", True),
    ],
)
def test_a_quote_within_a_quote_or_left_open_is_found(text: str, wrong: bool) -> None:
    assert bool(unbalanced(text)) is wrong


def test_no_letter_leaves_a_quote_open_or_quotes_within_a_quote() -> None:
    wrong = [f"{where}: {text[:300]}" for where, text in said_in_letters() if unbalanced(text)]
    assert not wrong, told(wrong)


def test_percentages_of_one_whole_add_up() -> None:
    review = simulated_review().review
    shares = [row["share"].plain for row in bucket_rows(review)]
    told = [s for s in shares if s != "-"]
    numbers = [Decimal(s.rstrip("%").replace(",", ".")) for s in told]
    assert sum(numbers[:-1]) == numbers[-1] == 100
    assert {len(s.partition(",")[2]) for s in told} == {2}  # one decimal and the sign


#: A day without its noughts, in figures («01/7/2025», «trước 30/6») or in words («ngày 5 tháng 2»).
UNEVEN_DAY = re.compile(
    r"(?<![\d/.,])(?:\d/\d{1,2}|\d\d/\d)/(?:20\d\d|\{year\}|\{\})"
    r"|(?:ngày|trước|đến|hết|từ) (?:\d/\d{1,2}|\d\d/\d)(?![\d/])"
    r"|ngày \d tháng|tháng [12] năm|tháng 0[3-9]",
    re.IGNORECASE,
)
#: Files whose texts are as the directive prints them, or as forms of before were headed.
_AS_PRINTED = re.compile(r"/(?:appendix_\d|headings|body_targets)\.csv|config/formerly/")


@pytest.mark.parametrize(
    ("text", "uneven"),
    [
        ("từ ngày 01/7/2025", True),
        ("ngày 1/07/2025", True),
        ("trước 30/6", True),
        ("vd. 30/6/{year}", True),
        ("ngày 5 tháng 6 năm 2025", True),
        ("ngày 20 tháng 2 năm 2025", True),
        ("ngày 20 tháng 07 năm 2025", True),
        ("từ ngày 01/07/2025 đến 30/09/{year}", False),
        ("ngày 05 tháng 6 năm 2025, ngày 20 tháng 02 năm 2025", False),
        ("15/15 huyện, 1/2 cơ quan, 24/7, Tháng 6/2025", False),
    ],
)
def test_a_day_without_its_noughts_is_found(text: str, uneven: bool) -> None:
    assert bool(UNEVEN_DAY.search(text)) is uneven


def test_a_day_is_written_in_one_way() -> None:
    office = real_office()
    sheets = [sheet for form in office.forms.values() for sheet in form.sheets]
    formerly = {h for sheet in sheets for c in sheet.columns for h in c.formerly}
    wrong = [
        f"{text.file}:{text.line}: {found[0]!r} in {text.text[:120]!r}"
        for text in every_text()
        if text.text not in formerly and not _AS_PRINTED.search(text.file)
        for found in UNEVEN_DAY.finditer(text.text)
    ]
    rows = office.catalogue_of(office.cycle("2025-review"))
    printed = {row.name for row in rows}
    said = [*said_in_letters(), *said_of_results()]
    wrong += [
        f"{where}: {found[0]!r} in {text[max(0, found.start() - 60) : found.end() + 30]!r}"
        for where, text in said
        for found in UNEVEN_DAY.finditer(without(text, sorted(printed, key=len, reverse=True)))
    ]
    assert not wrong, told(wrong)
