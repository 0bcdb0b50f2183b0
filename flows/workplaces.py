"""The workplace of a flow run: settings and office files in, everything a task needs out."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from importlib.metadata import version

from config.files.office_files import load_office
from config.settings import (
    Settings,
    SummaryApproval,
    UnansweredRule,
    UncertainRule,
    load_settings,
)
from flows import clock
from flows.office.mailbox_settings import mailbox_rules
from flows.office.office_place import placed
from models.domain.cycle import cycles
from models.domain.cycle.cycles import ReportingCycle, open_cycles
from models.domain.errors import BaocaoError
from models.domain.letters.approval import ApprovalRules
from models.domain.mail.volumes import answers_per_day, letters_per_minute
from tasks.adapters.backup.changing_over import finish_change_over
from tasks.adapters.backup.making import BackedUpHouse
from tasks.adapters.file_sets import take_back_interrupted
from tasks.adapters.mailbox.maildir import make_maildir
from tasks.adapters.store import obligations
from tasks.adapters.workplace import HouseRules, Workplace


class WorkLeftUndone(BaocaoError):
    """Raised at the end of a flow that did all it could and has to report what it could not.

    Names each agency or file and what to do; running the flow again does just the rest.
    """

    def __init__(self, left: Iterable[str]) -> None:
        self.left = list(left)
        lines = "\n".join(f"- {item}" for item in self.left)
        super().__init__(
            f"{len(self.left)} việc chưa xong, phần còn lại đã xong. Sửa rồi chạy lại (Retry), "
            f"chương trình chỉ làm nốt phần này:\n{lines}"
        )


def write_privately() -> None:
    """From here on nobody else on this machine reads what this process and its children write."""
    os.umask(0o077)


def open_workplace(now: dt.datetime, settings: Settings | None = None) -> Workplace:
    """Opens the workplace; from then on what this process writes is its user's alone.

    Raises ConfigurationFault when a file or a setting is wrong, RehearsalReachesOut when the folder
    is a rehearsal's and a setting leads out of it.
    """
    write_privately()  # a worker is started by the orchestrator, not by our own service
    settings = settings or load_settings()
    finish_change_over(settings.data_dir)
    clock.rehearsed(settings)
    settings = placed(settings)
    take_back_interrupted(settings.config_dir)
    if not settings.mailbox_url:
        make_maildir(settings.data_dir.resolve() / "mailbox")
        (settings.data_dir.resolve() / "drop").mkdir(exist_ok=True)
    office = load_office(settings.config_dir, settings.contacts_file)
    workplace = Workplace(
        office=office,
        rules=house_rules(settings, agencies=len(office.register.agencies)),
        database_url=settings.database,
        raw_dir=settings.raw_dir,
        output_dir=settings.output_dir,
        letters_dir=settings.config_dir / "letters",
        now=now,
    )
    workplace.ahead = clock.ahead_where_shown(settings.data_dir, now)
    workplace.entered_at = clock.when_entered(settings.data_dir, now)
    return workplace


def house_rules(settings: Settings, *, agencies: int = 0) -> HouseRules:
    """The settings that the work needs, as plain values.

    `agencies`: how many the register has, by which limits are sized that nobody has set.
    """
    pace, answers = settings.smtp_letters_per_minute, settings.answers_per_day
    return HouseRules(
        secret=settings.secret,
        office_address=settings.office_address,
        office_name=settings.office_name,
        summary_to=tuple(settings.summary_to),
        mailboxes=tuple(settings.mailboxes),
        smtp_url=settings.smtp_url,
        reader_workers=settings.reader_workers,
        reader_memory_mb=settings.reader_memory_mb,
        reader_seconds=settings.reader_seconds,
        max_message_bytes=settings.max_message_mb * 1_000_000,
        resend_uncertain=settings.uncertain_letters is UncertainRule.RESEND,
        mailbox=mailbox_rules(settings),
        smtp_ca_file=settings.smtp_ca_file,
        smtp_connections=settings.smtp_connections,
        letters_per_minute=letters_per_minute(agencies) if pace is None else pace,
        guest_list=tuple(settings.guest_list),
        own_copy=settings.own_copy,
        own_copy_wait=dt.timedelta(minutes=settings.own_copy_minutes),
        authserv_id=settings.authserv_id,
        answers_per_day=answers_per_day(agencies) if answers is None else answers,
        operator_to=tuple(settings.operator_to or settings.summary_to),
        approval=_approval(settings),
        store_url=settings.store_url,
        store_cache_bytes=settings.store_cache_mb * 1_000_000,
        backups_wanted=settings.backup_dir is not None,
    )


def _approval(settings: Settings) -> ApprovalRules | None:
    if settings.summary_approval is SummaryApproval.OFF:
        return None
    return ApprovalRules(
        waits=dt.timedelta(hours=settings.summary_hours),
        send_unanswered=settings.summary_unanswered is UnansweredRule.SEND,
        reminded=tuple(settings.operator_to or settings.summary_to),
    )


def backed_up_house(settings: Settings, workplace: Workplace) -> BackedUpHouse:
    """What of this installation goes into a backup.

    Of the office's files those in force: the folder of the settings, or the edition laid out.
    """
    settings = placed(settings)
    return BackedUpHouse(
        engine=workplace.engine,
        raw_store=workplace.raw_store,
        data_dir=settings.data_dir,
        config_dir=settings.config_dir,
        contacts_file=settings.contacts_file,
        secret=settings.secret,
        settings=settings.secrets_set,
        program=version("baocao"),
        data_files=(clock.FILE, clock.DEMONSTRATION),
    )


def cycles_at_work(workplace: Workplace, wanted: str) -> list[ReportingCycle]:
    """The cycle asked for, or all that are open and not yet ended, by code."""
    if wanted:
        return [workplace.office.cycle(wanted)]
    return open_cycles(workplace.office.cycles.values(), workplace.now)


def cycles_in_view(workplace: Workplace, wanted: str) -> list[ReportingCycle]:
    """The cycle asked for, or all whose results may still change, by code."""
    if wanted:
        return [workplace.office.cycle(wanted)]
    with workplace.engine.begin() as connection:
        asked = obligations.open_cycles(connection)
    return cycles.cycles_in_view(workplace.office.cycles.values(), workplace.now, asked)
