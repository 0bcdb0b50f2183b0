"""The examination of one workbook: whose it is, what it says, what the rules have to say about it.

Pure: no clock, no file, no network. A rule that crashes is reported beside the findings, so that
the submission is held for the operator and never blamed on the agency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from models.domain.answers.sections import section_verdicts, sections_of, sheets_found
from models.domain.reading.expectations import shortened
from models.domain.reading.findings import Finding
from models.domain.reading.identity import find_claim
from models.domain.reading.interpretation import interpret
from models.domain.reading.office import Office
from models.domain.reading.recognition import guess
from models.domain.reading.submissions import Entry, Examination, IdentityClaim
from models.domain.reading.workbook_content import ExactReader, WorkbookContent
from models.domain.rules.registry import Case, Rule
from models.domain.rules.running import run_rules
from models.domain.rules.workbook import identity as dd
from models.domain.rules.workbook.looks import SHOWN_IN_PART
from models.domain.rules.workbook.structure import (
    FORMATS_UNKNOWN,
    FORMATS_UNKNOWN_TOLD,
    MACROS,
    MACROS_TOLD,
    PARTLY_READ,
)


@dataclass(frozen=True, slots=True)
class _Addressee:
    """As whose workbook, and of which cycle, the cells are to be read."""

    agency: str
    cycle: str
    guessed: bool = False


def examine_content(
    content: WorkbookContent,
    office: Office,
    *,
    agency: str | None = None,
    cycle: str | None = None,
    exact: ExactReader | None = None,
    received_on: dt.date | None = None,
) -> Examination:
    """All that can be said of a workbook's content: entries and findings, worst first.

    `received_on`: the day it arrived, in Hanoi; nothing in it can be of a later day.

    With `agency` and `cycle` it is read as theirs, else by the identity it claims, else by its
    own words (`guessed`). Where that fails, the only finding is the blocker that says so.
    """
    claim = find_claim(content)
    addressee = _addressee(content, office, claim, agency, cycle)
    names = tuple(s.name for s in content.sheets if not s.hidden)
    if isinstance(addressee, Finding):
        whose = agency or (claim.agency if claim is not None else "")
        of_cycle = cycle or (claim.cycle if claim is not None else "")
        return Examination(
            content.kind,
            claim=claim,
            agency=whose,
            cycle=of_cycle,
            entries=_of_old_form(content, office, addressee, _Addressee(whose, of_cycle)),
            findings=(addressee,),
            sheet_names=names,
        )
    the_cycle = office.cycle(addressee.cycle)
    catalogue = office.catalogue_of(the_cycle)
    interpretation = interpret(
        content, office.form_of(the_cycle), catalogue, addressee.agency, exact
    )
    case = Case(
        the_cycle,
        office.form_of(the_cycle),
        catalogue,
        office.register,
        addressee.agency,
        interpretation,
        office.rules,
        received_on,
    )
    findings, failures = run_rules(case)
    if content.formats_unknown:  # then nobody knows what a cell shows of what it holds
        findings = [one for one in findings if one.rule != SHOWN_IN_PART]
    findings = [*findings, *_about_the_reading(content, office, addressee)]
    found = sheets_found(interpretation.layout)
    sections = sections_of(case.form, catalogue, addressee.agency)
    return Examination(
        content.kind,
        claim=claim,
        agency=addressee.agency,
        cycle=addressee.cycle,
        guessed=addressee.guessed,
        entries=tuple(_doubted(interpretation.entries, content)),
        findings=tuple(findings),
        sheet_names=names,
        rule_failures=tuple(failures),
        sheet_keys=found,
        sections=section_verdicts(findings, sections, found),
    )


def _of_old_form(
    content: WorkbookContent, office: Office, refused: Finding, addressee: _Addressee
) -> tuple[Entry, ...]:
    """What can be read of a workbook on a form that is no longer taken: nobody types it again."""
    if refused.rule != dd.OLD_FORM.code:
        return ()
    cycle = office.cycle(addressee.cycle)
    form, catalogue = office.form_of(cycle), office.catalogue_of(cycle)
    return tuple(interpret(content, form, catalogue, addressee.agency).entries)


def _addressee(
    content: WorkbookContent,
    office: Office,
    claim: IdentityClaim | None,
    agency: str | None,
    cycle: str | None,
) -> _Addressee | Finding:
    """Whose workbook it is, or the finding that says why nobody can tell."""
    if cycle and claim is not None and claim.cycle and claim.cycle != cycle:
        named = office.cycles.get(claim.cycle)
        title = f"«{named.title}»" if named is not None else f"«{claim.cycle}»"
        return _blocker(
            dd.OTHER_CYCLE,
            f"Tệp là sổ báo cáo của kỳ {title}, không phải kỳ đang báo cáo. Đề nghị điền vào sổ "
            "báo cáo của kỳ này mà Văn phòng đã gửi kèm thư.",
        )
    found = _Addressee(agency or "", cycle or "")
    if not (agency and cycle):
        fault = _broken(claim, office)
        if fault is not None:
            return fault
        if claim is not None and claim.agency and claim.cycle:
            found = _Addressee(agency or claim.agency, cycle or claim.cycle)
        else:
            guessed = guess(content, office)
            if (
                guessed is None
                or (cycle and guessed[0] != cycle)
                or (agency and guessed[1] != agency)
            ):
                return _blocker(
                    dd.UNKNOWN,
                    "Không xác định được tệp của cơ quan nào, kỳ báo cáo nào: tệp không mang mã "
                    "nhận dạng của sổ Văn phòng đã gửi và nội dung không chỉ rõ một cơ quan. Đề "
                    "nghị điền vào đúng sổ báo cáo Văn phòng đã gửi kèm thư rồi trả lời thư đó.",
                )
            found = _Addressee(guessed[1], guessed[0], guessed=True)
    if found.agency not in office.register.agencies or found.cycle not in office.cycles:
        return _blocker(
            dd.BROKEN_IDENTITY,
            f"Không có cơ quan «{found.agency}» hoặc kỳ báo cáo «{found.cycle}». Đề nghị điền vào "
            "đúng sổ báo cáo Văn phòng đã gửi kèm thư.",
        )
    form = office.form_of(office.cycle(found.cycle))
    version = claim.form_version if claim is not None else ""
    if version and version != form.version and version not in form.accepts:
        return _blocker(
            dd.OLD_FORM,
            f"Tệp dùng mẫu sổ báo cáo phiên bản «{version}», nay không còn nhận (phiên bản hiện "
            f"hành: «{form.version}»). Văn phòng đã chép những nội dung đọc được sang sổ báo cáo "
            "mới kèm theo; đề nghị xem lại và điền tiếp trên sổ đó.",
        )
    return found


def _broken(claim: IdentityClaim | None, office: Office) -> Finding | None:
    """Why a claim cannot be followed; None when there is none or it can."""
    if claim is None or not (claim.agency or claim.cycle):
        return None
    if claim.contradictory:
        return _blocker(
            dd.BROKEN_IDENTITY,
            "Trong tệp có hai mã nhận dạng khác nhau, có lẽ do chép trang từ tệp khác sang. Đề "
            "nghị điền vào đúng tệp Văn phòng đã gửi cho cơ quan.",
        )
    if claim.cycle not in office.cycles or claim.agency not in office.register.agencies:
        return _blocker(
            dd.BROKEN_IDENTITY,
            f"Mã nhận dạng trong tệp nêu cơ quan «{shortened(claim.agency, 60)}», "
            f"kỳ «{shortened(claim.cycle, 60)}», "
            "không có trong danh mục của Văn phòng (có thể là sổ báo cáo của kỳ trước). Đề nghị "
            "điền vào sổ Văn phòng đã gửi cho kỳ này.",
        )
    return None


def _doubted(entries: Sequence[Entry], content: WorkbookContent) -> Sequence[Entry]:
    """The entries; of words alone where nobody knows how numbers and days are shown: whatever is
    written into the agency's next workbook must not be what was never seen."""
    if not content.formats_unknown:
        return entries
    return [entry for entry in entries if isinstance(entry.value, str)]


def _about_the_reading(
    content: WorkbookContent, office: Office, addressee: _Addressee
) -> Sequence[Finding]:
    """Remarks on the reading itself: parts left out, an agency recognised by content."""
    findings = [Finding(PARTLY_READ.code, PARTLY_READ.severity, note) for note in content.notes]
    if content.formats_unknown:
        findings.append(
            Finding(FORMATS_UNKNOWN.code, FORMATS_UNKNOWN.severity, FORMATS_UNKNOWN_TOLD)
        )
    if content.macros:
        findings.append(Finding(MACROS.code, MACROS.severity, MACROS_TOLD))
    if addressee.guessed:
        name = office.register.formal_name(addressee.agency)
        findings.append(
            Finding(
                dd.GUESSED.code,
                dd.GUESSED.severity,
                f"Tệp không mang mã nhận dạng; Văn phòng nhận ra đây là báo cáo của «{name}» theo "
                "nội dung. Lần sau đề nghị điền vào sổ Văn phòng đã gửi.",
            )
        )
    return findings


def _blocker(rule: Rule, message: str) -> Finding:
    return Finding(rule.code, rule.severity, message)
