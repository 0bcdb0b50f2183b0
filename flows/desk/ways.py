"""The desk's ways in: addresses, and who may go them. Strings alone: whoever guards them reads it.

Every way stands here once; the application takes its routes from this table, the door its roles.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.domain.accounts.account import EVERYBODY, AccountRole

DECIDERS = frozenset({AccountRole.DECIDES})
ADMINISTRATORS = frozenset({AccountRole.ADMINISTERS})
#: Who may begin work that is due anyway: nothing is decided by it.
STARTERS = frozenset({AccountRole.DECIDES, AccountRole.OPERATES})

TODAY = "/"
CYCLES, AGENCIES, MAIL, MEASURES = "/ky", "/co-quan", "/thu", "/so-lieu"
AGENDA, LETTERS, BOOK, OFFICE_FILES = "/lich", "/thu-di", "/so-quyet-dinh", "/thiet-lap"
DECISION, WORK, LOOKS = "/quyet-dinh", "/viec", "/trinh-bay-ban"
WORKBOOK, SEARCH, RUNS = "/so-bao-cao", "/tim", "/luot-chay"
REHEARSAL = "/dien-tap"
#: How the path ends at which a letter's own HTML is, shown in a frame that runs nothing.
LETTER_ITSELF = "/noi-dung"


@dataclass(frozen=True, slots=True)
class DeskWay:
    """A way in: by which method, at which path, for whom, to which page of the application."""

    method: str
    path: str
    page: str  # its key in the application
    roles: frozenset[AccountRole] = EVERYBODY
    by_a_person: bool = True  # a page that asks by itself is no sign of a person
    takes_a_file: bool = False  # its form may be as large as a workbook


def _form(path: str, page: str) -> tuple[DeskWay, DeskWay]:
    """A form of the administrators: shown, and sent off to where it is."""
    return (
        DeskWay("GET", path, page, ADMINISTRATORS),
        DeskWay("POST", path, f"{page}_saved", ADMINISTRATORS),
    )


_DECIDING = (
    DeskWay("GET", TODAY, "today"),
    DeskWay("GET", f"{DECISION}/{{name}}", "decision_form", DECIDERS),
    DeskWay("POST", f"{DECISION}/{{name}}", "decide", DECIDERS),
    DeskWay("GET", f"{WORK}/{{id}}", "undertaking", by_a_person=False),
)
#: Messages that came in, their files, workbooks shown in the page.
_OF_MAIL: tuple[DeskWay, ...] = (
    DeskWay("GET", MAIL, "mail"),
    DeskWay("GET", f"{MAIL}/{{key}}", "message"),
    DeskWay("GET", f"{MAIL}/{{key}}/goc", "message_raw"),
    DeskWay("GET", f"{MAIL}/{{key}}/tep/{{position}}", "message_file"),
    DeskWay("GET", f"{WORKBOOK}/so-sanh", "compared"),
    DeskWay("GET", f"{WORKBOOK}/tep/{{key}}/{{position}}", "workbook_file"),
    DeskWay("GET", f"{WORKBOOK}/{{submission}}", "workbook"),
)
#: Indicators, tasks, projects, the scenario, conflicts, figures down to their cells.
_OF_MEASURES = (
    DeskWay("GET", MEASURES, "measures"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}", "measures_of_cycle"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/chi-tieu/{{row}}", "measure_row"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/kich-ban", "scenario"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/nhiem-vu", "assigned_tasks"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/viec-tu-de-ra", "own_actions"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/du-an", "projects"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/kien-nghi", "proposals"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/tai-ve/{{table}}", "measures_download"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/so", "find_figure"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/so/{{reference}}", "figure"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/mau-thuan", "conflicts"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/mau-thuan/{{code}}", "conflict"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/danh-gia", "judgements"),
    DeskWay("GET", f"{MEASURES}/{{cycle}}/danh-gia/{{code}}", "judgement"),
)
#: Cycles, agencies and their stories.
_OF_CYCLES = (
    DeskWay("GET", CYCLES, "cycles"),
    DeskWay("GET", f"{CYCLES}/{{cycle}}", "cycle"),
    DeskWay("GET", f"{CYCLES}/{{cycle}}/bang/{{kind}}", "cycle_table"),
    DeskWay("GET", f"{CYCLES}/{{cycle}}/gui-lai", "letters_again", DECIDERS),
    DeskWay("GET", f"{CYCLES}/{{cycle}}/ket-qua", "outputs"),
    DeskWay("GET", f"{CYCLES}/{{cycle}}/ket-qua/{{number}}/{{what}}", "output_file"),
    DeskWay("GET", f"{CYCLES}/{{cycle}}/da-gui/{{number}}/{{place}}", "snapshot_file"),
    DeskWay("POST", f"{CYCLES}/{{cycle}}/chay/{{flow}}", "begin_work", STARTERS),
    DeskWay("GET", f"{RUNS}/{{run}}", "run_followed", by_a_person=False),
    DeskWay("GET", AGENCIES, "agencies"),
    DeskWay("GET", f"{AGENCIES}/{{agency}}", "agency"),
)
#: Letters that leave, and the book of decisions.
_OF_LETTERS = (
    DeskWay("GET", LETTERS, "letters"),
    DeskWay("GET", f"{LETTERS}/{{id}}", "letter"),
    DeskWay("GET", f"{LETTERS}/{{id}}{LETTER_ITSELF}", "letter_itself"),
    DeskWay("GET", f"{LETTERS}/{{id}}/tep/{{place}}", "letter_file"),
    DeskWay("GET", BOOK, "book"),
    DeskWay("GET", f"{BOOK}/bang/{{kind}}", "book_table"),
    DeskWay("GET", SEARCH, "search"),
)
#: What goes out when, and the calendar.
_OF_AGENDA = (
    DeskWay("GET", AGENDA, "agenda"),
    DeskWay("GET", f"{AGENDA}/nam/{{year}}", "calendar_year"),
    DeskWay("GET", f"{AGENDA}/{{cycle}}/{{kind}}/{{mark}}", "planned_letter"),
    DeskWay("GET", f"{AGENDA}/{{cycle}}/{{kind}}/{{mark}}{LETTER_ITSELF}", "planned_letter_itself"),
)
#: The office's files and the accounts.
_OF_OFFICE = (
    DeskWay("GET", OFFICE_FILES, "settings", ADMINISTRATORS),
    DeskWay("GET", f"{OFFICE_FILES}/kiem-tra", "files_checked", ADMINISTRATORS),
    *_form(f"{OFFICE_FILES}/co-quan/moi", "new_agency"),
    *_form(f"{OFFICE_FILES}/co-quan/{{agency}}/ket-thuc", "agency_end"),
    *_form(f"{OFFICE_FILES}/co-quan/{{agency}}", "agency_file"),
    DeskWay("GET", f"{OFFICE_FILES}/co-quan", "agency_files", ADMINISTRATORS),
    *_form(f"{OFFICE_FILES}/ngay-nghi/moi", "new_day"),
    *_form(f"{OFFICE_FILES}/ngay-nghi/nam-moi", "new_year"),
    *_form(f"{OFFICE_FILES}/ngay-nghi/{{key}}/bo", "day_removal"),
    *_form(f"{OFFICE_FILES}/ngay-nghi/{{key}}", "day_file"),
    DeskWay("GET", f"{OFFICE_FILES}/ngay-nghi", "day_files", ADMINISTRATORS),
    *_form(f"{OFFICE_FILES}/ky/{{cycle}}", "cycle_file"),
    DeskWay("GET", f"{OFFICE_FILES}/ky", "cycle_files", ADMINISTRATORS),
    *_form(f"{OFFICE_FILES}/quy-tac", "rule_file"),
    DeskWay("GET", f"{OFFICE_FILES}/mau-thu", "letter_texts", ADMINISTRATORS),
    DeskWay(
        "GET",
        f"{OFFICE_FILES}/mau-thu/xem/{{id}}/{{nth}}{LETTER_ITSELF}",
        "letter_preview",
        ADMINISTRATORS,
    ),
    *_form(f"{OFFICE_FILES}/mau-thu/{{name}}", "letter_text"),
    DeskWay("GET", f"{OFFICE_FILES}/danh-muc", "catalogues", ADMINISTRATORS),
    DeskWay(
        "POST", f"{OFFICE_FILES}/danh-muc", "catalogue_upload", ADMINISTRATORS, takes_a_file=True
    ),
    *_form(f"{OFFICE_FILES}/danh-muc/so/{{key}}", "catalogue_checked"),
    DeskWay("GET", f"{OFFICE_FILES}/danh-muc/{{year}}", "catalogue_out", ADMINISTRATORS),
    DeskWay("GET", f"{OFFICE_FILES}/bo-tep", "editions", ADMINISTRATORS),
    *_form(f"{OFFICE_FILES}/bo-tep/{{number}}", "edition"),
    DeskWay("GET", f"{OFFICE_FILES}/tai-khoan", "accounts", ADMINISTRATORS),
    *_form(f"{OFFICE_FILES}/tai-khoan/moi", "new_account"),
    DeskWay("GET", f"{OFFICE_FILES}/tai-khoan/{{name}}", "account", ADMINISTRATORS),
    DeskWay("POST", f"{OFFICE_FILES}/tai-khoan/{{name}}/{{deed}}", "account_deed", ADMINISTRATORS),
)

#: The clock of a rehearsal; there is none elsewhere.
_OF_REHEARSAL = (
    DeskWay("GET", REHEARSAL, "rehearsal"),
    DeskWay("POST", REHEARSAL, "advance", STARTERS),
)

WAYS = (
    *_DECIDING,
    *_OF_MAIL,
    *_OF_MEASURES,
    *_OF_CYCLES,
    *_OF_LETTERS,
    *_OF_AGENDA,
    *_OF_OFFICE,
    *_OF_REHEARSAL,
)

#: The menu: title and address, in the order of the day's work.
MENU = (
    ("Hôm nay", TODAY, EVERYBODY),
    ("Kỳ báo cáo", CYCLES, EVERYBODY),
    ("Cơ quan", AGENCIES, EVERYBODY),
    ("Thư đến", MAIL, EVERYBODY),
    ("Số liệu", MEASURES, EVERYBODY),
    ("Lịch", AGENDA, EVERYBODY),
    ("Thư đi", LETTERS, EVERYBODY),
    ("Sổ quyết định", BOOK, EVERYBODY),
    ("Thiết lập", OFFICE_FILES, ADMINISTRATORS),
)
