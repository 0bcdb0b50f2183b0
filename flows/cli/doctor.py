"""`baocao doctor`: what is wrong with machine, settings and files, in sentences."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from dotenv import dotenv_values
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from config.files.calendars import check_calendar, check_calendar_in_use
from config.files.office_files import load_office
from config.setting_faults import strangers
from config.settings import DEVELOPMENT_KEY, PREFIX, Environment, Settings, load_settings
from flows.cli.doctor_machine import (
    backup_remarks,
    privacy_remarks,
    reader_remark,
    room_remark,
    store_remarks,
)
from flows.cli.doctor_mail import mailbox_remarks
from flows.cli.doctor_office import edition_remarks
from flows.cli.doctor_smtp import smtp_remarks
from flows.cli.remarks import Diagnosis
from flows.door.certificate import CertificateUnusable, check_certificate
from flows.failures import sentence
from flows.office.office_checks import configuration_faults
from flows.office.office_place import placed
from flows.workplaces import write_privately
from models.domain.cycle.letter_phrases import hanoi_minute
from models.domain.errors import BaocaoError, ConfigurationFault
from models.domain.notation.system_words import system_reason
from tasks.adapters.backup.changing_over import finish_change_over
from tasks.adapters.reading.papers.paper_reader import trusted_roots
from tasks.adapters.results.report_document import ReportTemplateFault, check_report_templates
from tasks.adapters.sharing.program import refuse_another
from tasks.adapters.store.rows import migrate, open_engine

CERTIFICATE_ENDS_SOON = dt.timedelta(days=14)


def examine_house() -> list[Diagnosis]:
    """Everything looked at, in the order an operator would."""
    write_privately()  # the data folder and the database are made where they are missing
    version = ".".join(map(str, sys.version_info[:3]))
    remarks = [Diagnosis("Python", sys.version_info >= (3, 11), f"Python {version}")]
    try:
        settings = load_settings()
    except ConfigurationFault as fault:
        return [*remarks, *(Diagnosis("Cài đặt", False, f) for f in fault.faults)]
    named = [*os.environ, *dotenv_values(".env")]
    remarks += [Diagnosis("Cài đặt", False, said) for said in strangers(named, Settings, PREFIX)]
    remarks += _settings(settings)
    faults = configuration_faults()
    remarks += [Diagnosis("Cấu hình", False, fault) for fault in faults]
    if not faults:
        remarks += _office(settings)
    remarks += _door(settings)
    remarks += [_data_dir(settings.data_dir), _database(settings)]
    remarks += store_remarks(settings)
    remarks += [room_remark(settings), *privacy_remarks(settings), reader_remark(settings)]
    remarks += backup_remarks(settings)
    now = dt.datetime.now(dt.UTC)
    remarks += mailbox_remarks(settings, now)
    remarks += smtp_remarks(settings, now)
    return remarks


def _settings(settings: Settings) -> Iterator[Diagnosis]:
    development = settings.secret_key.get_secret_value() == DEVELOPMENT_KEY
    yield Diagnosis(
        "Khóa ký",
        not development or settings.environment is Environment.DEVELOPMENT,
        "Đang dùng khóa thử nghiệm; đặt BAOCAO_SECRET_KEY trước khi chạy thật."
        if development
        else "Khóa riêng đã đặt.",
    )


def _door(settings: Settings) -> Iterator[Diagnosis]:
    try:
        until = check_certificate(settings)
    except CertificateUnusable as fault:
        yield Diagnosis("Chứng thư TLS", False, str(fault))
        return
    if until is not None:
        left = until - dt.datetime.now(dt.UTC)
        said = f"Hết hạn lúc {hanoi_minute(until)}."
        yield Diagnosis("Chứng thư TLS", left > CERTIFICATE_ENDS_SOON, said)


def _office(settings: Settings) -> Iterator[Diagnosis]:
    yield from edition_remarks(settings)
    settings = placed(settings)
    office = load_office(settings.config_dir, settings.contacts_file)
    rows = {year: len(c.rows) for year, c in office.catalogues.items()}
    yield Diagnosis(
        "Danh mục", True, f"Số dòng theo năm: {rows}; {len(office.register.agencies)} cơ quan"
    )
    today = dt.datetime.now(dt.UTC).date()
    silent = [
        a.name
        for a in office.register
        if not (a.valid_to and a.valid_to < today)  # of one that is no more they may be taken out
        and not _has_address(office.register.contacts.get(a.code))
    ]
    yield Diagnosis(
        "Danh bạ",
        not silent,
        f"Chưa có địa chỉ thư: {', '.join(silent)}" if silent else "Cơ quan nào cũng có địa chỉ.",
    )
    yield _reports(settings.config_dir / "reports")
    yield _roots(settings.config_dir / "roots")
    faults, wrong = check_calendar(office, today), check_calendar_in_use(office, today)
    yield from (Diagnosis("Lịch nghỉ", f not in wrong, f, f not in wrong) for f in faults)
    if not faults:
        yield Diagnosis("Lịch nghỉ", True, "Ngày nghỉ chính thức đã nhập đủ.")


def _reports(folder: Path) -> Diagnosis:
    try:
        check_report_templates(folder)
    except ReportTemplateFault as fault:
        return Diagnosis("Mẫu báo cáo", False, str(fault))
    return Diagnosis("Mẫu báo cáo", True, "Hai mẫu Word dùng được.")


def _roots(folder: Path) -> Diagnosis:
    """Whose digital signatures can be proven."""
    title = "Chứng thư số gốc"
    try:
        number = len(trusted_roots(folder))
    except ConfigurationFault as fault:
        return Diagnosis(title, False, str(fault))
    if number:
        return Diagnosis(title, True, f"{number} chứng thư số gốc được tin cậy trong config/roots.")
    said = "config/roots chưa có chứng thư số gốc: chữ ký số chỉ kiểm tra được có khớp hay không."
    return Diagnosis(title, True, said)


def _has_address(contact: object) -> bool:
    return bool(getattr(contact, "to", ()))


def _data_dir(path: Path) -> Diagnosis:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Diagnosis("Thư mục dữ liệu", False, f"Không tạo được {path}: {system_reason(error)}")
    writable = os.access(path, os.W_OK)
    said = f"{path.resolve()}" if writable else f"Không có quyền ghi vào {path.resolve()}"
    return Diagnosis("Thư mục dữ liệu", writable, said)


def _database(settings: Settings) -> Diagnosis:
    try:
        finish_change_over(settings.data_dir)
        engine = open_engine(settings.database)
        refuse_another(engine)
        migrate(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except (SQLAlchemyError, BaocaoError, OSError) as error:
        return Diagnosis("Cơ sở dữ liệu", False, sentence(error))
    return Diagnosis("Cơ sở dữ liệu", True, f"{engine.dialect.name}, sẵn sàng.")


def print_diagnosis(remarks: list[Diagnosis], console: Console) -> bool:
    """Prints all remarks; whether nothing must be mended."""
    for remark in remarks:
        mark = "[green]ổn [/]" if remark.ok else "[bold red]SỬA[/]"
        if remark.ok and remark.caution:
            mark = "[yellow]NÊN[/]"
        console.print(f"{mark} ", end="")
        console.print(
            f"{remark.subject}: {remark.sentence}", markup=False, highlight=False, soft_wrap=True
        )
    return all(remark.ok for remark in remarks)
