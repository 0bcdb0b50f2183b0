"""Previews and the report in a whole workplace: attached, written once, never for a plan."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from models.domain.answers.decisions import Decision, DecisionKind
from models.domain.answers.planned_letters import PlannedKind, of_day
from models.domain.answers.standing import AgencyStanding, Timeliness
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.errors import UnknownAgency
from models.domain.register.agencies import Contact
from models.domain.register.file_names import preview_file
from models.domain.results.previews.preview import Preview
from models.domain.results.report_text import words
from models.tables import ObligationRow
from tasks.adapters.desk.planned_texts import page_is_known, planned_text, results_at
from tasks.adapters.results import ruling
from tasks.adapters.results.cycle_results import NothingToReport
from tasks.adapters.results.report_document import ReportTemplateFault
from tasks.adapters.store import decisions, deliveries, obligations, outbox
from tasks.adapters.work import consolidating, previewing, reporting, snapshotting
from tasks.adapters.work.previewing import NoPreviewOf
from tasks.adapters.workplace import Workplace
from tests.fixtures.letters_written import every_letter
from tests.fixtures.november import november
from tests.fixtures.office_files import OFFICE_FILES
from tests.fixtures.small_workplace import small_workplace

NOW = dt.datetime(2025, 12, 3, 9, tzinfo=HANOI)
FEW = ("stc", "skhcn", "bo_chqs")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[AgencyStanding]:
    """What the agencies of the review have said; the plan cycle is empty."""
    _, standings = november()
    few = [s for s in standings if s.agency in FEW]

    def standings_of(_: object, __: object, cycle: ReportingCycle, **___: object):
        return list(few) if cycle.code == "2025-review" else []

    monkeypatch.setattr(ruling, "standings_of_cycle", standings_of)
    return few


@pytest.fixture
def workplace(tmp_path: Path, said: list[AgencyStanding]) -> Iterator[Workplace]:
    with small_workplace(tmp_path, NOW, ()) as workplace:
        contacts = {a: Contact(a, (f"{a}@mau.example",)) for a in FEW}
        register = dataclasses.replace(workplace.office.register, contacts=contacts)
        workplace.office = dataclasses.replace(workplace.office, register=register)
        yield workplace


def letters(workplace: Workplace, kind: str):
    with workplace.engine.begin() as connection:
        return [x for x in every_letter(connection) if x.kind == kind]


def test_each_agency_gets_one_letter_with_its_own_page(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")

    written = previewing.write_previews(workplace, cycle)

    assert (written.letters, written.left) == (3, [])
    found = letters(workplace, "preview")
    assert {x.agency for x in found} == set(FEW)
    for letter in found:
        [file] = letter.files
        page = docx.Document(io.BytesIO(workplace.raw_store.get(file["sha256"])))
        name = workplace.office.register.agencies[letter.agency].name
        assert f"KẾT QUẢ CỦA {name.upper()}" in [p.text for p in page.paragraphs]
        assert file["name"] == preview_file("TK-2025", workplace.office.register, letter.agency)
        assert "Đề nghị đối chiếu" in letter.subject


def test_letter_and_page_say_where_references_lead_and_whom_to_write_to(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle("2025-review")
    previewing.write_previews(workplace, cycle)
    pages = {p.agency: p for p in previewing.previews_of(workplace, cycle)}
    for letter in letters(workplace, "preview"):
        shown, said = pages[letter.agency], " ".join(letter.text.split())
        assert bool(shown.sources) is ("dẫn tới ô nêu ở phần Nguồn" in said)
        assert "ô trong sổ cơ quan đã gửi" not in said
        named = {s.agency.removesuffix(" (tiếp theo)") for s in shown.sources}
        own = workplace.office.register.agencies[letter.agency].name
        assert shown.cites_others is bool(named - {own}), named
        assert shown.cites_others is ("nêu trong thư trả lời Văn phòng" in said)
        [file] = letter.files
        page = docx.Document(io.BytesIO(workplace.raw_store.get(file["sha256"])))
        told = " ".join(p.text for p in page.paragraphs)
        assert ("dẫn tới sổ của cơ quan khác" in told) is shown.cites_others
        assert shown.legend in told
        assert ("MT là số hiệu" in told) is bool(shown.conflicts)


def test_the_days_on_which_pages_went_out_are_known_but_not_of_letters_withdrawn(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle("2025-review")
    previewing.write_previews(workplace, cycle)

    with workplace.engine.begin() as connection:
        found = deliveries.previewed_on(connection, cycle.code)
        assert found == {agency: [NOW.date()] for agency in FEW}
        assert deliveries.previewed_on(connection, "2025-plan") == {}
        waiting = next(x for x in every_letter(connection) if x.agency == FEW[0])
        assert outbox.withdraw(connection, waiting, "Lời khác.")
        assert set(deliveries.previewed_on(connection, cycle.code)) == set(FEW[1:])


def test_running_again_writes_nothing_and_a_change_writes_to_whom_it_concerns(
    workplace: Workplace, said: list[AgencyStanding]
) -> None:
    cycle = workplace.office.cycle("2025-review")
    previewing.write_previews(workplace, cycle)
    workplace.now += dt.timedelta(days=1)

    assert previewing.write_previews(workplace, cycle).letters == 0
    [silent] = [s for s in said if s.agency == "bo_chqs"]
    said[said.index(silent)] = dataclasses.replace(silent, versions=(), effective=None)

    assert previewing.write_previews(workplace, cycle).letters == 1
    assert letters(workplace, "preview")[-1].agency == "bo_chqs"


def test_a_page_that_holds_again_is_sent_again_and_one_that_waits_gives_way(
    workplace: Workplace, said: list[AgencyStanding]
) -> None:
    cycle = workplace.office.cycle("2025-review")
    [spoken] = [s for s in said if s.agency == "bo_chqs"]
    at = said.index(spoken)
    for standing in (spoken, dataclasses.replace(spoken, versions=(), effective=None), spoken):
        said[at] = standing
        previewing.write_previews(workplace, cycle)
        workplace.now += dt.timedelta(hours=1)

    found = [x for x in letters(workplace, "preview") if x.agency == "bo_chqs"]
    assert [x.state for x in found] == ["withdrawn", "withdrawn", "queued"]
    assert len({x.message_id for x in found}) == 3
    assert found[2].business_key == f"{found[0].business_key}|3"


def test_who_sent_nothing_is_asked_for_the_report_and_gets_no_empty_page(
    workplace: Workplace, said: list[AgencyStanding]
) -> None:
    [mine] = [s for s in said if s.agency == "bo_chqs"]
    silent = dataclasses.replace(
        mine, versions=(), effective=None, timeliness=Timeliness.MISSING, agency="xa_tien_lang"
    )
    said[:] = [silent]
    contacts = {silent.agency: Contact(silent.agency, ("tl@mau.example",))}
    register = dataclasses.replace(workplace.office.register, contacts=contacts)
    workplace.office = dataclasses.replace(workplace.office, register=register)

    obligation = ObligationRow(
        cycle="2025-review",
        agency=silent.agency,
        reply_token="abc",
        opened_at=workplace.now,
        form_version="review-2",
        workbook_name="TK-2025_UBND-xa-Tien-Lang.xlsx",
        workbook_sha256=workplace.raw_store.put(b"so"),
    )
    with workplace.engine.begin() as connection:
        obligations.add(connection, obligation)

    assert previewing.write_previews(workplace, workplace.office.cycle("2025-review")).letters == 1

    [letter] = letters(workplace, "preview")
    text = " ".join(letter.text.split())
    assert "Văn phòng chưa nhận được báo cáo" in letter.subject
    assert "chưa nhận được báo cáo của UBND xã Tiên Lãng" in text
    assert "Đề nghị cơ quan điền sổ báo cáo (.xlsx) gửi kèm thư này" in text
    assert "chậm nhất thứ Hai, ngày 08/12/2025" in text and "ngày 10/12/2025" in text
    assert letter.subject.endswith("đề nghị gửi, chậm nhất ngày 08/12/2025 - UBND xã Tiên Lãng")
    assert "Nếu đúng, cơ quan không cần trả lời" not in text and "kèm theo" not in text
    assert [file["name"] for file in letter.files] == ["TK-2025_UBND-xa-Tien-Lang.xlsx"]


def test_a_page_is_said_to_hold_what_it_holds(workplace: Workplace) -> None:
    previewing.write_previews(workplace, workplace.office.cycle("2025-review"))
    for letter in letters(workplace, "preview"):
        [file] = letter.files
        page = docx.Document(io.BytesIO(workplace.raw_store.get(file["sha256"])))
        told = " ".join(letter.text.split()).partition("Như sẽ trình phiên họp: ")[2]
        told = told.partition(";")[0]
        headings = " ".join(p.text.casefold() for p in page.paragraphs)
        for word in ("chỉ tiêu", "nhiệm vụ được giao", "dự án"):
            shown = any(f". {name}" in headings for name in (word, word.removesuffix(" được giao")))
            assert (word in told.split(", ")) is shown, (letter.agency, word, headings)


def test_what_is_to_be_done_comes_first_and_own_works_are_said_to_be_shown_as_totals(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle, made = workplace.office.cycle("2025-review"), previewing.previews_of
    ask = words("Đề nghị cơ quan nêu rõ số nào.")

    def asking(*about) -> list[Preview]:
        return [
            dataclasses.replace(p, asks=[ask] if p.agency == "stc" else []) for p in made(*about)
        ]

    monkeypatch.setattr(previewing, "previews_of", asking)
    previewing.write_previews(workplace, cycle)
    pages = {p.agency: p for p in asking(workplace, cycle)}
    asked = listed = 0
    for letter in letters(workplace, "preview"):
        shown, said = pages[letter.agency], " ".join(letter.text.split())
        to_do, _, to_read = said.partition("VIỆC CẦN LÀM ")[2].partition("CÁCH ĐỌC TỆP KÈM THEO ")
        assert "chậm nhất thứ Hai, ngày 08/12/2025" in to_do
        assert "cơ quan không cần trả lời" in to_do
        assert "Tệp này không nêu các thay đổi so với kỳ tổng hợp trước" in to_read
        assert ("nêu rõ số nào" in to_do) is (letter.agency == "stc")
        asked += bool(shown.asks)
        totals = "báo cáo trình phiên họp chỉ nêu tổng số theo tình trạng"
        listed += shown.lists_actions
        assert (totals in to_read) is shown.lists_actions
        [file] = letter.files
        page = docx.Document(io.BytesIO(workplace.raw_store.get(file["sha256"])))
        told = " ".join(p.text for p in page.paragraphs)
        assert (totals in told.replace("Báo cáo", "báo cáo")) is shown.lists_actions
        assert (ask.plain in told) is bool(shown.asks)
    assert asked == 1 and listed


@pytest.mark.parametrize("named", ["stc", "Sở Tài chính", "Sở Kế hoạch và Đầu tư"])
def test_only_the_agency_that_was_asked_for_gets_a_page(workplace: Workplace, named: str) -> None:
    cycle = workplace.office.cycle("2025-review")

    assert previewing.write_previews(workplace, cycle, named).letters == 1
    assert [letter.agency for letter in letters(workplace, "preview")] == ["stc"]


def test_an_agency_without_a_page_is_refused_in_a_sentence(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")

    with pytest.raises(NoPreviewOf, match="Sở Y tế không được giao báo cáo trong kỳ 2025-review"):
        previewing.write_previews(workplace, cycle, "Sở Y tế")
    with pytest.raises(UnknownAgency, match="“Sở Không có” không có trong danh bạ cơ quan"):
        previewing.write_previews(workplace, cycle, "Sở Không có")


def test_an_agency_without_an_address_is_named_and_the_others_get_theirs(
    workplace: Workplace,
) -> None:
    contacts = {a: c for a, c in workplace.office.register.contacts.items() if a != "stc"}
    register = dataclasses.replace(workplace.office.register, contacts=contacts)
    workplace.office = dataclasses.replace(workplace.office, register=register)

    written = previewing.write_previews(workplace, workplace.office.cycle("2025-review"))

    assert written.letters == 2
    assert written.left == ["Sở Tài chính (stc): danh bạ chưa có địa chỉ thư."]


def test_a_plan_has_neither_pages_nor_a_report(workplace: Workplace) -> None:
    plan = workplace.office.cycle("2025-plan")

    assert previewing.write_previews(workplace, plan).letters == 0
    with pytest.raises(NothingToReport, match="2025-plan"):
        reporting.report_of_cycle(workplace, plan)


def test_the_report_goes_with_the_summary_and_is_frozen_with_it(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")

    assert consolidating.write_summary(workplace, cycle)

    [summary] = letters(workplace, "summary")
    names = [f["name"] for f in summary.files]
    assert [n.rpartition(".")[2] for n in names] == ["xlsx", "docx", "docx", "png"]
    assert names[1].startswith("TK-2025_Bao-cao_")
    assert names[2] == names[1].replace(".docx", "_Ban-trinh-ky.docx")
    said = " ".join(summary.text.split())
    assert "Báo cáo (.docx), có mã nguồn" in said and "Bản trình ký (.docx)" in said
    [kept] = snapshotting.snapshots_of(workplace.engine, cycle.code)
    for name, file in zip(names[1:3], summary.files[1:3], strict=True):
        assert file["sha256"] in {f["sha256"] for f in kept.files}
        put_out = (workplace.outputs.folder / name).read_bytes()
        assert put_out == workplace.raw_store.get(file["sha256"])


def test_the_report_of_unchanged_inputs_is_the_same_at_a_later_hour(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")
    first = consolidating.consolidate_cycle(workplace, cycle)
    files = [workplace.outputs.folder / paper.name for paper in first.papers]
    before = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    workplace.now += dt.timedelta(hours=3)

    again = consolidating.consolidate_cycle(workplace, cycle)

    assert len(files) == 2
    assert [paper.name for paper in again.papers] == [file.name for file in files]
    assert [file.read_bytes() for file in files] == before


def spoil(workplace: Workplace, tmp_path: Path, template: str) -> Path:
    """The office's templates, of which one now has a loop without end."""
    shutil.copytree(OFFICE_FILES / "letters", tmp_path / "letters")
    shutil.copytree(OFFICE_FILES / "reports", tmp_path / "reports")
    path = tmp_path / "reports" / template
    made = docx.Document(str(path))
    made.add_paragraph("Phụ lục thêm: {% for i in range(10**9) %}x{% endfor %}")
    made.save(str(path))
    workplace.letters_dir = tmp_path / "letters"
    return path


def test_an_endless_page_is_named_with_each_agency_and_none_leaves_without_it(
    workplace: Workplace, tmp_path: Path
) -> None:
    path = spoil(workplace, tmp_path, "preview.docx")
    written = previewing.write_previews(workplace, workplace.office.cycle("2025-review"))
    assert written.letters == 0
    assert letters(workplace, "preview") == []
    names = {workplace.office.register.agencies[code].name for code in FEW}
    assert {said.partition(" (")[0] for said in written.left} == names
    for said in written.left:
        assert f"{path}: thẻ không đúng, ở đoạn «Phụ lục thêm: " in said
        assert "Sửa lại trong Word" in said
    workplace.letters_dir = OFFICE_FILES / "letters"
    assert previewing.write_previews(workplace, workplace.office.cycle("2025-review")).letters == 3


def test_an_endless_report_leaves_nothing_half_written_and_the_plan_its_summary(
    workplace: Workplace, tmp_path: Path
) -> None:
    spoil(workplace, tmp_path, "review.docx")
    with pytest.raises(ReportTemplateFault, match=r"review\.docx: thẻ không đúng, ở đoạn"):
        consolidating.write_summary(workplace, workplace.office.cycle("2025-review"))
    assert letters(workplace, "summary") == []
    assert list(workplace.outputs.folder.rglob("*.docx")) == []
    assert [p.name for p in workplace.outputs.folder.iterdir() if p.name.startswith(".")] == []
    assert consolidating.write_summary(workplace, workplace.office.cycle("2025-plan"))
    workplace.letters_dir = OFFICE_FILES / "letters"
    assert consolidating.write_summary(workplace, workplace.office.cycle("2025-review"))
    assert len(letters(workplace, "summary")) == 2


def hold(workplace: Workplace, agency: str = "") -> None:
    """Holds the pages of this day back."""
    subject = f"preview/{NOW:%Y-%m-%d}"
    kind = DecisionKind.HOLD_LETTER_BACK
    taken = Decision(kind, "Hà", "Chờ lãnh đạo xem.", NOW, "2025-review", agency, subject)
    with workplace.engine.begin() as connection:
        decisions.add(connection, taken)


def test_a_page_that_is_held_back_is_not_written_on_its_day(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")
    hold(workplace, "skhcn")
    assert previewing.write_previews(workplace, cycle).letters == 2
    assert {x.agency for x in letters(workplace, "preview")} == {"stc", "bo_chqs"}
    assert previewing.write_previews(workplace, cycle, "skhcn").letters == 0
    workplace.now += dt.timedelta(days=1)
    assert previewing.write_previews(workplace, cycle).letters == 1


def test_all_pages_of_a_day_can_be_held_back(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")
    hold(workplace)
    assert previewing.write_previews(workplace, cycle).letters == 0


def test_a_page_is_read_before_it_goes_and_told_to_go_to_nobody_when_it_says_the_same(
    workplace: Workplace,
) -> None:
    cycle = workplace.office.cycle("2025-review")
    results = results_at(workplace, cycle)
    sending = of_day(cycle.code, PlannedKind.PREVIEW, NOW.date())

    text = planned_text(workplace, cycle, sending, "stc", None, lambda *_: results)

    assert not page_is_known(workplace, cycle, "stc", results)
    previewing.write_previews(workplace, cycle)
    [letter] = [x for x in letters(workplace, "preview") if x.agency == "stc"]
    assert text is not None
    assert (text.subject, text.text, text.html) == (letter.subject, letter.text, letter.html)
    assert [f.name for f in text.files] == [f["name"] for f in letter.files]
    assert page_is_known(workplace, cycle, "stc", results)
    assert planned_text(workplace, cycle, sending, "syt", None, lambda *_: results) is None


def test_a_summary_is_read_before_it_goes_just_as_it_is_written(workplace: Workplace) -> None:
    cycle = workplace.office.cycle("2025-review")
    before = consolidating.summary_letter(workplace, cycle)
    assert consolidating.write_summary(workplace, cycle)
    [letter] = letters(workplace, "summary")
    assert (before.subject, before.text, before.html) == (
        letter.subject,
        letter.text,
        letter.html,
    )
