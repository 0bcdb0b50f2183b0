"""What the benchmark measures on: submissions as agencies send them, a fifth of them faulty.

Equal counts give equal workbooks. They are made by the program's own template writer, with the
answers of a diligent official standing in the cells; the faulty ones are spoilt on purpose.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from config import CONFIG_DIR
from config.files.office_files import load_office
from models.domain.letters.letters import business_key
from models.domain.mail.mail import LetterKind
from models.domain.reading.forms import expected_rows, printed_text, role_of
from models.domain.reading.identity import message_id, reply_token, sign
from models.domain.reading.office import Office, register_day
from models.domain.reading.submissions import Entry
from models.domain.register.catalogue import Catalogue
from tasks.adapters.mailbox.maildir import deliver, make_maildir
from tasks.adapters.simulation.answers import AnsweredCell, answers_of
from tasks.adapters.workbooks.template_canvas import AgencyWorkbook
from tasks.adapters.workbooks.template_writer import write_template

CYCLE = "2025-plan"
EVERY_FIFTH = 5
SECRET = b"chi-dung-cho-phep-do-toc-do-khong-dung-that"
OFFICE_ADDRESS = "baocao@ubnd.haiphong.example"
_BATCH = 20  # submissions made by one job of the pool


@dataclass(frozen=True)
class Submission:
    """One workbook and the mail that brings it."""

    number: int  # 0, 1, 2 ... in order of arrival
    agency: str
    fault: str  # what was spoilt, "" for a faultless one
    path: Path  # the workbook, as an analyst would have saved it
    mail: Path

    @property
    def faulty(self) -> bool:
        """Whether something in it was spoilt."""
        return bool(self.fault)


# --- faults: each spoils one thing, or gives None where the agency's workbook has no such cell ----

Spoilt = tuple[list[AnsweredCell], Catalogue]
Fault = Callable[[list[AnsweredCell], Catalogue, str], Spoilt | None]


def _changed(answers: list[AnsweredCell], number: int, value: object) -> list[AnsweredCell]:
    changed = replace(answers[number], value=value)
    return [*answers[:number], changed, *answers[number + 1 :]]


def _first(answers: Sequence[AnsweredCell], sheet: str, column: str) -> int | None:
    places = (i for i, a in enumerate(answers) if (a.sheet, a.column) == (sheet, column))
    return next(places, None)


def words_for_a_number(
    answers: list[AnsweredCell], catalogue: Catalogue, agency: str
) -> Spoilt | None:
    """«khoảng 95%» where a number belongs."""
    at = _first(answers, "indicators", "committed")
    return None if at is None else (_changed(answers, at, "khoảng 95%"), catalogue)


def two_readings(answers: list[AnsweredCell], catalogue: Catalogue, agency: str) -> Spoilt | None:
    """A number in text that reads two ways."""
    at = _first(answers, "projects", "disbursement")
    return None if at is None else (_changed(answers, at, "1.234"), catalogue)


def thousandfold(answers: list[AnsweredCell], catalogue: Catalogue, agency: str) -> Spoilt | None:
    """A commitment in the wrong unit."""
    at = _first(answers, "indicators", "committed")
    if at is None or not isinstance(value := answers[at].value, Decimal) or not value:
        return None
    return _changed(answers, at, value * 1000), catalogue


def office_text_changed(
    answers: list[AnsweredCell], catalogue: Catalogue, agency: str
) -> Spoilt | None:
    """An indicator's unit, typed over."""
    code = next((a.row_key for a in answers if a.sheet == "indicators" and a.row_key), None)
    if code is None:
        return None
    rows = [replace(r, unit="chuyến") if r.code == code else r for r in catalogue.rows]
    return answers, replace(catalogue, rows=rows)


def required_left_empty(
    answers: list[AnsweredCell], catalogue: Catalogue, agency: str
) -> Spoilt | None:
    """A required field without an answer."""
    at = _first(answers, "details", "signer")
    return None if at is None else ([*answers[:at], *answers[at + 1 :]], catalogue)


def wrong_year(answers: list[AnsweredCell], catalogue: Catalogue, agency: str) -> Spoilt | None:
    """A deadline ten years off."""
    at = _first(answers, "action_plan", "five_deadline")
    return None if at is None else (_changed(answers, at, dt.date(2035, 6, 30)), catalogue)


def not_an_address(answers: list[AnsweredCell], catalogue: Catalogue, agency: str) -> Spoilt | None:
    """Words where a mail address belongs."""
    at = _first(answers, "details", "focal_email")
    return None if at is None else (_changed(answers, at, "chưa có"), catalogue)


def five_clear_incomplete(
    answers: list[AnsweredCell], catalogue: Catalogue, agency: str
) -> Spoilt | None:
    """A task for which nobody is named."""
    at = _first(answers, "action_plan", "five_person")
    return None if at is None else ([*answers[:at], *answers[at + 1 :]], catalogue)


FAULTS: tuple[Fault, ...] = (
    words_for_a_number,
    required_left_empty,
    thousandfold,
    wrong_year,
    office_text_changed,
    not_an_address,
    two_readings,
    five_clear_incomplete,
)


# --- making ---------------------------------------------------------------------------------------


def office() -> Office:
    """The office as configured in the repository."""
    return load_office(CONFIG_DIR, None)


def make(folder: Path, count: int, cores: int) -> list[Submission]:
    """`count` submissions: workbooks in `folder/workbooks`, their mails in `folder/mails`."""
    (folder / "workbooks").mkdir(parents=True)
    (folder / "mails").mkdir()
    batches = [range(n, min(n + _BATCH, count)) for n in range(0, count, _BATCH)]
    with ProcessPoolExecutor(cores) as pool:
        return [s for made in pool.map(partial(_make_batch, folder), batches) for s in made]


def found(folder: Path) -> list[Submission]:
    """Those that another process made in `folder`; which of them are spoilt is not known."""
    names = sorted(path.stem for path in (folder / "mails").iterdir())
    workbooks = {p.stem.partition("_")[0]: p for p in (folder / "workbooks").iterdir()}
    return [
        Submission(
            int(name),
            workbooks[name].stem.partition("_")[2],
            "",
            workbooks[name],
            folder / "mails" / f"{name}.eml",
        )
        for name in names
    ]


def _make_batch(folder: Path, numbers: range) -> list[Submission]:
    the_office = office()
    return [_make_one(the_office, folder, number) for number in numbers]


def _make_one(the_office: Office, folder: Path, number: int) -> Submission:
    cycle = the_office.cycle(CYCLE)
    agencies = the_office.register.answering_on(register_day(cycle))
    agency = agencies[number % len(agencies)]
    answers = _corrected(answers_of(the_office, cycle, agency, 1), number // len(agencies) + 1)
    catalogue = the_office.catalogue_of(cycle)
    fault = ""
    if number % EVERY_FIFTH == EVERY_FIFTH - 1:
        answers, catalogue, fault = _spoil(answers, catalogue, agency.code, number // EVERY_FIFTH)
    form = the_office.form_of(cycle)
    blank = AgencyWorkbook(
        form=form,
        catalogue=catalogue,
        cycle=cycle,
        agency=agency.code,
        register=the_office.register,
        contact=the_office.register.contacts.get(agency.code),
        token=sign(SECRET, cycle.code, agency.code, form.version),
    )
    workbook = write_template(blank, prefill=[answered_entry(a) for a in answers])
    path = folder / "workbooks" / f"{number:05d}_{agency.code}.xlsx"
    path.write_bytes(workbook)
    mail = folder / "mails" / f"{number:05d}.eml"
    mail.write_bytes(_mail(the_office, agency.code, number, workbook))
    return Submission(number, agency.code, fault, path, mail)


def _corrected(answers: list[AnsweredCell], version: int) -> list[AnsweredCell]:
    """The answers as a later version gives them: a cell here and there is written anew."""
    if version == 1:
        return answers
    mended = {
        ("details", "plan_number"): f"{version}/KH",
        ("tasks", "five_result"): f"Báo cáo kết quả, bản {version}",
        ("action_plan", "five_result"): f"Kế hoạch chi tiết, bản {version}",
    }
    return [replace(a, value=mended.get((a.sheet, a.column), a.value)) for a in answers]


def _spoil(
    answers: list[AnsweredCell], catalogue: Catalogue, agency: str, turn: int
) -> tuple[list[AnsweredCell], Catalogue, str]:
    for step in range(len(FAULTS)):
        fault = FAULTS[(turn + step) % len(FAULTS)]
        spoilt = fault(answers, catalogue, agency)
        if spoilt is not None:
            return *spoilt, fault.__name__
    raise ValueError(f"nothing to spoil in the answers of {agency}")


def answered_entry(answer: AnsweredCell) -> Entry:
    """An answer as what was read of a cell."""
    return Entry(
        answer.sheet, answer.row_key, answer.column, answer.value, str(answer.value), "", ""
    )


def _mail(the_office: Office, agency: str, number: int, workbook: bytes) -> bytes:
    local, _, domain = OFFICE_ADDRESS.partition("@")
    opening = business_key(CYCLE, agency, LetterKind.OPENING)
    mail = EmailMessage()
    mail["From"] = the_office.register.contacts[agency].to[0]
    mail["To"] = f"{local}+{reply_token(SECRET, CYCLE, agency)}@{domain}"
    mail["Subject"] = f"Gửi kế hoạch hành động ({agency})"
    mail["Message-ID"] = f"<{number}@{agency.replace('_', '-')}.haiphong.example>"
    mail["In-Reply-To"] = mail["References"] = message_id(SECRET, opening, domain)
    mail.set_content("Kính gửi Văn phòng, cơ quan chúng tôi gửi kế hoạch hành động kèm thư này.")
    mail.add_attachment(
        workbook,
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=f"Kế hoạch hành động {agency}.xlsx",
    )
    return mail.as_bytes()


def received_at(the_office: Office, submission: Submission) -> dt.datetime:
    """When its mail arrived: within the cycle, one a minute, in the order of their numbers."""
    opened = the_office.cycle(CYCLE).opens_at
    return opened + dt.timedelta(days=1, minutes=submission.number)


def fill_mailbox(the_office: Office, mailbox: Path, submissions: Sequence[Submission]) -> None:
    """Delivers all mails into a Maildir, as a mail server would."""
    make_maildir(mailbox)
    for submission in submissions:
        arrived = received_at(the_office, submission)
        deliver(mailbox, submission.mail.read_bytes(), arrived)


# --- what an analyst has at hand ------------------------------------------------------------------


def write_analyst_tables(the_office: Office, folder: Path) -> None:
    """The two tables the analyst's script joins against, as CSV.

    `agencies.csv`: code, name. `assigned.csv`: agency, sheet (its title), code, role, the target
    as a number where it is one, and under "= header" what the office printed in that column.
    """
    cycle = the_office.cycle(CYCLE)
    form, catalogue = the_office.form_of(cycle), the_office.catalogue_of(cycle)
    with (folder / "agencies.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["agency", "name"])
        writer.writerows([a.code, a.formal_name] for a in the_office.register)
    rows: list[dict[str, object]] = []
    for agency in the_office.register:
        for sheet in form.sheets:
            printed = [c for c in sheet.columns if c.office and c.source != "code"]
            for row in expected_rows(sheet, catalogue, agency.code):
                texts = {
                    f"= {column.header}": printed_text(column, row, catalogue, agency.code)
                    for column in printed
                }
                rows.append(
                    {
                        "agency": agency.code,
                        "sheet": sheet.title,
                        "Mã": row.code,
                        "role": role_of(row, agency.code),
                        "target": row.target.value if row.target else "",
                        **texts,
                    }
                )
    with (folder / "assigned.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        table.writeheader()
        table.writerows(rows)
