"""A year's catalogue tried out before it is taken: what would only show when its cycles open.

Every agency's form is made in memory, and one workbook of each cycle is written, filled in
diligently, read and judged as the office would do it. What cannot be answered is told by the cell
of the catalogue's workbook that can mend it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.exchange.exchange_drafts import Draft
from config.exchange.exchange_tables import CYCLES, DIRECTIVE
from config.files.form_files import MAX_HELP, MAX_TITLE
from models.domain.answers.standing import verdict_of
from models.domain.cycle.cycles import ReportingCycle
from models.domain.errors import BaocaoError
from models.domain.exchange.exchange_reading import CellComplaint, PlacedRecord, SheetReading
from models.domain.reading.findings import Severity
from models.domain.reading.forms import Form, ValueType, asked_sheets, choices_of
from models.domain.reading.office import Office, answering, register_day
from models.domain.reading.submissions import Examination, Verdict
from models.domain.register.agencies import Agency
from models.domain.register.catalogue import Appendix, Catalogue
from models.domain.register.collectives import addressed_on
from models.domain.register.territories import WHOLE_SINCE, Territory
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool
from tasks.adapters.simulation.answers import answers_of
from tasks.adapters.simulation.filling import FilledWorkbook
from tasks.adapters.work.opening import workbook_content

_SECRET = b"the trial's own key: its workbooks leave this process for nobody"
_HEADINGS = "headings"
_SHOWN = 3  # findings of a filled workbook that are told


@dataclass(frozen=True)
class Trial:
    """An office with the new year in it, and where each of its rows stands in the workbook."""

    office: Office
    draft: Draft
    year: int
    fills: bool = True  # whether workbooks are filled in, too

    @property
    def cycles(self) -> list[ReportingCycle]:
        """The year's cycles, the first to open first."""
        own = [c for c in self.office.cycles.values() if c.catalogue_year == self.year]
        return sorted(own, key=lambda cycle: cycle.opens_at)

    def complaints(self) -> Iterator[CellComplaint]:
        """Everything that would go wrong, none twice."""
        catalogue = self.office.catalogues[self.year]
        told: set[CellComplaint] = set()
        for complaint in (*self._of_territory(catalogue), *self._of_cycles()):
            if complaint not in told:
                told.add(complaint)
                yield complaint

    def _of_territory(self, catalogue: Catalogue) -> Iterator[CellComplaint]:
        if catalogue.territory is not Territory.WHOLE and catalogue.issued_on >= WHOLE_SINCE:
            yield self._at(
                self.draft.sheets[DIRECTIVE],
                None,
                "territory",
                f"Chỉ thị ban hành từ ngày {WHOLE_SINCE:%d/%m/%Y}, khi hai địa bàn đã hợp nhất",
                "“Toàn thành phố sau hợp nhất”",
            )

    def _of_cycles(self) -> Iterator[CellComplaint]:
        if not self.cycles:  # none that can be read: by what the directive's own day tells
            printed = self.office.catalogues[self.year]
            addressed = addressed_on(printed, self.office.register, printed.issued_on)
            yield from self._of_rows(printed.issued_on, "vào ngày ban hành", addressed)
            for form in self.office.forms.values():
                yield from self._of_lists(form, printed)
        for cycle in self.cycles:
            form, catalogue = self.office.form_of(cycle), self.office.catalogue_of(cycle)
            yield from self._of_words(cycle, form)
            yield from self._of_rows(register_day(cycle), f"khi kỳ {cycle.code} mở", catalogue)
            lists = list(self._of_lists(form, catalogue))
            yield from lists
            if self.fills and not lists:
                yield from self._of_workbook(cycle, form, catalogue)

    # The form

    def _of_words(self, cycle: ReportingCycle, form: Form) -> Iterator[CellComplaint]:
        """Texts of the form that grew too long with the directive's words in them."""
        facts = self.draft.sheets[DIRECTIVE]
        for sheet in form.sheets:
            long = [c.header for c in sheet.columns if len(c.help) > MAX_HELP]
            long += [sheet.title] if len(sheet.title) > MAX_TITLE else []
            for text in long:
                yield self._at(
                    facts,
                    None,
                    "title",
                    f"với tên gọi này, lời ở mẫu biểu của kỳ {cycle.code} (“{text[:60]}”) dài quá "
                    "mức Excel cho phép",
                    "tên gọi ngắn hơn, dạng “Chỉ thị số ... ngày ... của ...”",
                )

    def _of_lists(self, form: Form, catalogue: Catalogue) -> Iterator[CellComplaint]:
        """Lists to choose from that are empty where a choice must be made."""
        for sheet in form.sheets:
            for column in sheet.columns:
                empty = column.type is ValueType.CHOICE and not choices_of(column, catalogue)
                if empty and column.required and not column.office:
                    headings = self.draft.sheets[_HEADINGS]
                    yield CellComplaint(
                        headings.sheet.title,
                        "",
                        f"Phần lời của Chỉ thị chưa có tiêu đề nào, mà mẫu biểu bắt buộc cơ quan "
                        f"chọn ở cột “{column.title}” (trang «{sheet.title}»)",
                        "các nhóm nhiệm vụ, giải pháp của phần lời, mỗi nhóm một hàng; Chỉ thị "
                        "không chia nhóm thì ghi một nhóm, vd. II.1, Nhiệm vụ, giải pháp chung",
                    )

    def _of_rows(self, day: dt.date, when: str, catalogue: Catalogue) -> Iterator[CellComplaint]:
        """Rows that nobody answers on the day, and deadlines that have passed by then."""
        first = not self.cycles or day == register_day(self.cycles[0])
        existing = {a.code for a in self.office.register.answering_on(day)}
        for row in catalogue:
            if row.is_heading:
                continue
            if not any(part.agency in existing for part in row.agencies):
                yield self._at_row(
                    row.code,
                    "agencies",
                    f"{when} ({day:%d/%m/%Y}) không có cơ quan nào trả lời cho dòng này",
                    "cơ quan còn hoạt động vào ngày ấy, hoặc cơ quan kế thừa ở trang «Kế thừa "
                    "nhiệm vụ», hoặc xem lại trang «Nhóm cơ quan»",
                )
            if first and row.deadline is not None and row.deadline < day:
                yield self._at_row(
                    row.code,
                    "deadline_reading",
                    f"thời hạn “{row.deadline_printed}” đã qua {when} ({day:%d/%m/%Y}): không cơ "
                    "quan nào lập kế hoạch cho kịp được",
                    "thời hạn đọc đúng, hoặc mở kỳ sớm hơn ở trang «Kỳ báo cáo»",
                )

    # A workbook

    def _of_workbook(
        self, cycle: ReportingCycle, form: Form, catalogue: Catalogue
    ) -> Iterator[CellComplaint]:
        asked = answering(self.office, cycle)
        cycles = self.draft.sheets[CYCLES]
        record = next((r for r in cycles.records if r.values["code"] == cycle.code), None)
        if not asked:
            text = f"không cơ quan nào có gì để báo cáo trong kỳ {cycle.code}"
            yield self._at(cycles, record, "form", text, "mẫu biểu khác, hoặc bổ sung danh mục")
            return
        agency = _busiest(asked, form, catalogue)
        try:
            found = self._examined(cycle, form, agency)
        except (BaocaoError, ValueError, KeyError) as error:
            text = f"không lập thử được sổ của {agency.name}: {error}"
            yield self._at(cycles, record, "form", text, "lại cho đúng, hoặc báo người vận hành")
            return
        if found.problem is None and verdict_of(found.findings) is Verdict.ACCEPTED:
            return
        told = [f.message for f in found.findings if f.severity >= Severity.ERROR][:_SHOWN]
        said = " ".join(told) or found.detail
        text = f"sổ của {agency.name} điền thử đầy đủ mà không được tiếp nhận: {said}"
        yield self._at(cycles, record, "form", text, "lại phần danh mục được nêu")

    def _examined(self, cycle: ReportingCycle, form: Form, agency: Agency) -> Examination:
        """What the office would say of the agency's workbook, diligently filled in."""
        content = workbook_content(self.office, _SECRET, cycle, agency.code)
        book = FilledWorkbook(content, form)
        book.fill(answers_of(self.office, cycle, agency, seed=1, written=book.written()))
        when = cycle.due_at - dt.timedelta(days=1)
        with (
            tempfile.TemporaryDirectory(prefix="baocao-thu-") as folder,
            ReaderPool(self.office, workers=1, memory_mb=1024, seconds_per_file=60) as pool,
        ):
            path = Path(folder) / f"{agency.code}.xlsx"
            path.write_bytes(book.save(when))
            return pool.examine_one(ExamineJob(path, path.name, received_on=when.date()))

    # Where

    def _at_row(self, code: str, key: str, text: str, advice: str) -> CellComplaint:
        for reading in self.draft.sheets.values():
            if reading.sheet.column("name_printed"):
                for record in reading.records:
                    if record.values["code"] == code:
                        return self._at(reading, record, key, text, advice)
        return CellComplaint("", "", text, advice)

    def _at(
        self,
        reading: SheetReading,
        record: PlacedRecord | None,
        key: str,
        text: str,
        advice: str,
    ) -> CellComplaint:
        if record is None and reading.records:
            record = reading.records[0]
        cell = record.cell(key) if record else ""
        return CellComplaint(reading.sheet.title, cell, text, advice)


def _busiest(asked: Iterable[Agency], form: Form, catalogue: Catalogue) -> Agency:
    """The agency whose workbook has the most kinds of sheets, and of those the most rows."""

    def much(agency: Agency) -> tuple[int, int]:
        sheets: Sequence[str] = asked_sheets(form, catalogue, agency.code)
        return len(sheets), len(catalogue.rows_for(agency.code, Appendix))

    return max(asked, key=much)
