"""The first sheet of a template: ground, deadline, how to fill in and send back, whom to ask."""

from __future__ import annotations

from models.domain.answers.asked_cells import content_for, lines_for
from models.domain.answers.template_places import table_rows
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import (
    data_closes,
    due_clause,
    last_day_before,
    newly_of_the_city,
)
from models.domain.letters.letters import agency_within
from models.domain.reading.findings import Severity
from models.domain.reading.forms import SheetForm, SheetKind, sheets_for
from models.domain.register.catalogue import Appendix
from models.domain.register.target_revisions import initials_said
from tasks.adapters.workbooks import workbook_styles as look
from tasks.adapters.workbooks.paper import A4_UPRIGHT, fits_one_page
from tasks.adapters.workbooks.template_canvas import GrowingSheet, TemplateCanvas

_INSTRUCTION_WIDTHS = (5, 114)


def deadline_text(cycle: ReportingCycle) -> str:
    """The due instant as letters word it: "chậm nhất hết ngày 19/02/2025 (thứ Tư)"."""
    return due_clause(cycle.due_at)


class InstructionsWriter:
    """Writes the instructions into one sheet of a canvas."""

    def __init__(self, canvas: TemplateCanvas) -> None:
        self.canvas = canvas
        self.data = canvas.data

    def write(self, sheet: GrowingSheet, form: SheetForm) -> None:
        """Writes the whole sheet."""
        narrow, wide = _INSTRUCTION_WIDTHS
        sheet.set_column(0, 0, narrow)
        sheet.set_column(1, 1, wide)
        top = (
            (self.data.of.cycle.recipient.upper(), look.BODY_SIZE, {"bold": True}),
            (form.heading, look.HEADING_SIZE + 2, {"bold": True, "font_color": look.HEADING_INK}),
            (self.data.of.form.title, look.BODY_SIZE, {"bold": True}),
            (f"Cơ quan: {self.data.agency_name}", look.BODY_SIZE, {"bold": True}),
        )
        number = 0
        for text, size, extra in top:
            number += 1
            style = self.canvas.fmt(font_size=size, text_wrap=True, valign="vcenter", **extra)
            sheet.merge_range(number - 1, 0, number - 1, 1, "", style)
            text = look.clean_text(text)
            sheet.write_string(number - 1, 0, text, style)
            height = look.row_height([(text, narrow + wide)], size, bold=True)
            self.canvas.set_row(sheet, number, height + 4, fixed=True)
        values = self._instruction_values()
        for paragraph in self._paragraphs():
            number += 1
            self._paragraph(sheet, number, paragraph.format_map(values))
        number = self._contents(sheet, number)
        number = self._legend(sheet, number)
        self.canvas.page(sheet, A4_UPRIGHT)
        heights = sheet.heights.values()
        if fits_one_page(A4_UPRIGHT, _INSTRUCTION_WIDTHS, heights, look.BODY_SIZE):
            sheet.fit_to_pages(1, 1)
        sheet.print_area(0, 0, number - 1, 1)

    def _paragraphs(self) -> list[str]:
        """The form's instructions; why the cycle before did not ask ends their first section."""
        of = self.data.of
        paragraphs = lines_for(
            *(of.form, of.form.instructions, of.catalogue, of.agency), prefilled=self._prefilled()
        )
        if newly := self._newly_of_the_city():
            headings = [at for at, text in enumerate(paragraphs) if text.startswith("## ")]
            at = headings[1] if len(headings) > 1 else len(paragraphs)
            paragraphs.insert(at, newly.replace("{", "{{").replace("}", "}}"))
        rows = of.catalogue.rows_for(of.agency, Appendix)
        if papers := initials_said(r for row in rows for r in row.revisions_given):
            filling = [at for at, text in enumerate(paragraphs) if text.startswith("- ")]
            at = filling[-1] + 1 if filling else len(paragraphs)
            paragraphs.insert(at, f"- {papers}".replace("{", "{{").replace("}", "}}"))
        if told := self.data.of.registered_before:
            prefilled = [at for at, text in enumerate(paragraphs) if "đăng ký đầu năm" in text]
            at = prefilled[0] + 1 if prefilled else len(paragraphs)
            paragraphs.insert(at, f"- {told}".replace("{", "{{").replace("}", "}}"))
        return paragraphs

    def _prefilled(self) -> bool:
        """Whether anything that an agency said stands in its cells already."""
        office = {(s.key, c.key) for s in self.data.of.form.sheets for c in s.columns if c.office}
        return any((sheet, column) not in office for sheet, _, column in self.data.prefill)

    def _paragraph(self, sheet: GrowingSheet, number: int, text: str) -> None:
        text = look.clean_text(text)
        body = {"font_size": look.BODY_SIZE, "text_wrap": True, "valign": "top"}
        width = _INSTRUCTION_WIDTHS[1]
        if text.startswith("## "):
            style = self.canvas.fmt(
                font_size=look.BODY_SIZE, bold=True, font_color=look.HEADING_INK
            )
            sheet.write_string(number - 1, 0, text[3:], style)
            self.canvas.set_row(sheet, number, 24, fixed=True)
            return
        if text.startswith("- "):
            text = text[2:]
            bullet = self.canvas.fmt(font_size=look.BODY_SIZE, valign="top", align="center")
            sheet.write_string(number - 1, 0, "–", bullet)
        sheet.write_string(number - 1, 1, text, self.canvas.fmt(**body))
        height = look.row_height([(text, width)], look.BODY_SIZE)
        self.canvas.set_row(sheet, number, height + 2, fixed=False)

    def _contents(self, sheet: GrowingSheet, number: int) -> int:
        """The sheets to fill in, each with a link inside the workbook."""
        number += 1
        self._paragraph(sheet, number, "## Các trang phải điền (bấm để mở)")
        link = self.canvas.fmt(font_size=look.BODY_SIZE, font_color="1F4E9E", underline=1)
        for form in sheets_for(self.data.of.form, self.data.of.catalogue, self.data.of.agency):
            if form.kind is SheetKind.INSTRUCTIONS:
                continue
            number += 1
            text = form.title
            if form.kind is SheetKind.TABLE:
                rows = table_rows(form, self.data.of.catalogue, self.data.of.agency, {})
                text = f"{form.title}: {len(rows)} dòng"
            sheet.write_url(number - 1, 1, f"internal:'{form.title}'!A1", link, text)
            self.canvas.set_row(sheet, number, 20, fixed=True)
        return number

    def _legend(self, sheet: GrowingSheet, number: int) -> int:
        number += 1
        self._paragraph(sheet, number, "## Màu ô")
        for fill, text in (
            (look.INPUT_FILL, "Cơ quan phải điền; đã có chữ thì xem lại, đúng thì giữ."),
            (look.OPTIONAL_FILL, "Cơ quan điền khi có nội dung, được để trống."),
            (look.OFFICE_FILL, "Văn phòng ghi sẵn hoặc không cần điền, đã khóa."),
            (look.SEVERITY_FILLS[Severity.ERROR], "Khi tệp được trả lại: lỗi phải sửa."),
            (
                look.SEVERITY_FILLS[Severity.WARNING],
                "Khi tệp được trả lại: cảnh báo, sửa hoặc giải trình.",
            ),
            (look.SEVERITY_FILLS[Severity.INFO], f"Khi tệp được trả lại: {look.INFORMED}"),
        ):
            number += 1
            sheet.write_blank(number - 1, 0, None, self.canvas.boxed(bg_color=fill))
            sheet.write_string(
                number - 1, 1, text, self.canvas.fmt(font_size=look.BODY_SIZE, indent=1)
            )
            self.canvas.set_row(sheet, number, 20, fixed=True)
        return number

    def _newly_of_the_city(self) -> str:
        """Why nothing stands in the workbook beforehand, where its agency came with a province."""
        of = self.data.of
        if not of.newly_from:
            return ""
        return newly_of_the_city(of.newly_from, of.register.agencies[of.agency].valid_from)

    def _instruction_values(self) -> dict[str, str]:
        cycle, last = self.data.of.cycle, self.data.of.last_working_day
        # Where holidays stand between: else the clause has named the day already.
        apart = last is not None and last != last_day_before(cycle.due_at)
        contact = [
            cycle.contact_person,
            f"điện thoại {cycle.contact_phone}" if cycle.contact_phone else "",
            f"thư điện tử {cycle.contact_email}" if cycle.contact_email else "",
        ]
        return {
            "agency": agency_within(cycle, self.data.agency_name),
            "cycle_title": cycle.title,
            "legal_basis": cycle.legal_basis,
            "content": content_for(
                cycle.content, self.data.of.form, self.data.of.catalogue, self.data.of.agency
            ),
            "due_text": cycle.due_text,
            "deadline": deadline_text(cycle),
            "last_day": f"; ngày làm việc cuối cùng: {last:%d/%m/%Y}" if apart else "",
            "grace": str(cycle.grace_working_days),
            "data_closes": data_closes(cycle),
            "meeting": cycle.meeting,
            "recipient": cycle.recipient,
            "channel": cycle.channel,
            "contact": "; ".join(part for part in contact if part) + ".",
        }
