"""Tasks of deciding: a person's word becomes a row."""

from __future__ import annotations

import datetime as dt

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from models.domain.consolidation import Side
from tasks.adapters import desk, desk_checks, desk_mail, desk_returns, ruling
from tasks.adapters.desk import Done, Signature
from tasks.adapters.desk_mail import Recipients
from tasks.adapters.desk_returns import Reply
from tasks.adapters.workplace import Workplace


@task(task_run_name="extend-{agency}", cache_policy=NO_CACHE)
def extend(place: Workplace, cycle: str, agency: str, last_day: dt.date, signed: Signature) -> str:
    """Moves an agency's deadline."""
    return _said(desk.extend_deadline(place, cycle, agency, last_day, signed))


@task(task_run_name="exempt-{agency}", cache_policy=NO_CACHE)
def exempt(place: Workplace, cycle: str, agency: str, exempted: bool, signed: Signature) -> str:
    """Exempts an agency, or takes it back."""
    return _said(desk.exempt_agency(place, cycle, agency, exempted, signed))


@task(task_run_name="close-{cycle}", cache_policy=NO_CACHE)
def close_book(place: Workplace, cycle: str, frozen: bool, signed: Signature) -> str:
    """Closes a cycle to new versions, or opens it again."""
    return _said(desk.freeze_cycle(place, cycle, frozen, signed))


@task(task_run_name="assign-{key}", cache_policy=NO_CACHE)
def assign(
    place: Workplace, key: str, cycle: str, agency: str, signed: Signature, main_file: str = ""
) -> str:
    """Says whose answer a held message is, and which of its files is taken."""
    return _said(desk.assign_message(place, key, cycle, agency, signed, main_file))


@task(task_run_name="reject-{key}", cache_policy=NO_CACHE)
def reject(place: Workplace, key: str, signed: Signature) -> str:
    """Sets a held message aside."""
    return _said(desk.reject_message(place, key, signed))


@task(task_run_name="return-{key}", cache_policy=NO_CACHE)
def give_back(place: Workplace, key: str, reply: Reply, signed: Signature) -> str:
    """Returns a held message with a person's words."""
    return _said(desk_returns.return_message(place, key, reply, signed))


@task(task_run_name="send-again", cache_policy=NO_CACHE)
def send_again(place: Workplace, letter: str, recipients: Recipients, signed: Signature) -> str:
    """Queues a letter once more."""
    return _said(desk_mail.send_again(place, letter, recipients, signed))


@task(task_run_name="settle-letter", cache_policy=NO_CACHE)
def settle(place: Workplace, letter: str, arrived: bool, signed: Signature) -> str:
    """Ends the matter of a letter."""
    return _said(desk_mail.settle_letter(place, letter, arrived, signed))


@task(task_run_name="mark-address", cache_policy=NO_CACHE)
def mark(place: Workplace, address: str, failing: bool, signed: Signature) -> str:
    """Marks an address as failing or mended."""
    return _said(desk_mail.mark_address(place, address, failing, signed))


@task(task_run_name="waive-{rule}", cache_policy=NO_CACHE)
def waive(
    place: Workplace, cycle: str, agency: str, rule: str, last_day: dt.date, signed: Signature
) -> str:
    """Does not hold a rule against an agency for a time."""
    return _said(desk_checks.waive_rule(place, cycle, agency, rule, last_day, signed))


@task(task_run_name="exempt-sheet", cache_policy=NO_CACHE)
def exempt_sheet(
    place: Workplace, cycle: str, agency: str, sheet: str, exempted: bool, signed: Signature
) -> str:
    """Exempts an agency from one sheet, or takes it back."""
    return _said(desk_checks.exempt_sheet(place, cycle, agency, sheet, exempted, signed))


@task(task_run_name="correct-arrival-{key}", cache_policy=NO_CACHE)
def correct_arrival(place: Workplace, key: str, arrived_at: dt.datetime, signed: Signature) -> str:
    """Sets when a message arrived."""
    return _said(desk_checks.correct_arrival(place, key, arrived_at, signed))


@task(task_run_name="rule-{conflict}", cache_policy=NO_CACHE)
def rule(place: Workplace, cycle: str, conflict: str, side: Side, signed: Signature) -> str:
    """Lets one of a conflict's two values stand."""
    return _said(ruling.rule_on_conflict(place, cycle, conflict, side, signed))


def _said(done: Done) -> str:
    get_run_logger().info("%s", done.sentence if done.new else f"{done.sentence} Không có gì mới.")
    return done.sentence
