"""Consolidating: one workbook per set of inputs, and the summary that carries it to the office."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.domain.change_wording import change_points
from models.domain.consolidation import Consolidation
from models.domain.consolidation.summary import summarise
from models.domain.cycles import HANOI, ReportingCycle
from models.domain.letters import compose_summary
from models.domain.mail import LetterFile, LetterKind
from models.domain.snapshots import Changes
from models.domain.standing import AgencyStanding
from models.domain.summary_schedule import summary_due
from models.domain.tidy_table import tidy_rows
from models.tables import ConsolidationRow
from tasks.adapters.charts import status_chart
from tasks.adapters.consolidated_workbook import write_consolidation
from tasks.adapters.desk_work import desk_work
from tasks.adapters.letter_desk import write_letter
from tasks.adapters.output_names import report_beside, workbook_name
from tasks.adapters.reporting import report_content
from tasks.adapters.ruling import consolidated
from tasks.adapters.snapshotting import base_of, changes_since, freeze, made_against
from tasks.adapters.standings import standings_of_cycle
from tasks.adapters.store import consolidations, drafts, outbox
from tasks.adapters.tidy_files import put_into, tidy_files
from tasks.adapters.workplace import Workplace

CHART_ID = "bieu-do"


@dataclass(frozen=True)
class Consolidated:
    """A consolidation and its workbook, written now or found written before."""

    consolidation: Consolidation
    workbook: LetterFile
    new: bool
    standings: Sequence[AgencyStanding]
    changes: Changes | None  # since the last report that was sent; None: there was none
    written_at: dt.datetime  # when the workbook was

    @property
    def report_name(self) -> str:
        """The file name of the report that goes with the workbook; "" for a cycle without one."""
        if self.consolidation.review is None:
            return ""
        return report_beside(self.workbook.name)


def consolidate_cycle(place: Workplace, cycle: ReportingCycle) -> Consolidated:
    """Consolidates what counts now. Unchanged inputs give back the workbook already written.

    Beside the workbook lie the report, where the cycle has results, and a folder of the workbook's
    name with the same content for machines.
    """
    with place.engine.begin() as connection:
        standings = standings_of_cycle(place, connection, cycle, details=True)
        consolidation = consolidated(place, connection, cycle, standings)
        base = base_of(connection, consolidation)
        fingerprint = made_against(consolidation, base)
        known = consolidations.find(connection, cycle.code, fingerprint)
    changes = changes_since(place, consolidation, base)
    if known is None:
        content = write_consolidation(consolidation, place.office, place.now, changes=changes)
        name = workbook_name(cycle.code, place.now)
        row = ConsolidationRow(
            cycle=cycle.code,
            inputs_hash=fingerprint,
            as_of=place.now,
            workbook_sha256=place.raw_store.put(content),
            workbook_name=name,
        )
        with place.engine.begin() as connection:
            new = consolidations.add(connection, row)
            known = consolidations.find(connection, cycle.code, fingerprint) or row
    else:
        new = False
    workbook = LetterFile(known.workbook_name, known.workbook_sha256)
    done = Consolidated(consolidation, workbook, new, standings, changes, known.as_of)
    _put_out(place, workbook)
    _put_out_table(place, done)
    _put_out_report(place, done)
    return done


def write_summary(place: Workplace, cycle: ReportingCycle) -> bool:
    """Writes the day's summary into the outbox; False when that day's is there already.

    Where the office wants to approve it, it is a draft until somebody has.
    """
    done = consolidate_cycle(place, cycle)
    chart = LetterFile(
        "bieu-do.png", place.raw_store.put(status_chart(done.consolidation)), CHART_ID
    )
    content = summarise(
        done.consolidation, place.office, chart_id=CHART_ID, workbook_name=done.workbook.name
    )
    if done.changes is not None:
        said = change_points(done.changes, place.office.register)
        content = replace(content, points=[*content.points, *said])
    day = place.now.astimezone(HANOI).date().isoformat()
    sent = [done.workbook]
    if done.report_name:
        sent.append(LetterFile(done.report_name, place.raw_store.put(_report(place, done))))
        told = f"{done.report_name}: báo cáo tổng kết (Word), mỗi số liệu kèm mã nguồn"
        content = replace(content, attachments=[*content.attachments, told])
    with place.engine.begin() as connection:
        waiting = list(desk_work(place, connection, done.consolidation))
        letter = write_letter(
            place,
            compose_summary(replace(content, decisions=[*content.decisions, *waiting])),
            cycle=cycle.code,
            agency="",
            key_parts=(day,),
            to=place.rules.summary_to,
            files=[*sent, chart],
        )
        if place.rules.approval is not None:
            new = drafts.put(connection, letter, place.now)
        else:
            new = outbox.queue(connection, letter, place.now)
        if new:
            kept = [*sent, *_kept_table(place, done)]
            freeze(place, connection, letter.business_key, done.consolidation, kept)
        return new


def summary_is_due(place: Workplace, cycle: ReportingCycle) -> bool:
    """Whether the schedule of summaries asks for one now."""
    with place.engine.begin() as connection:
        written = outbox.written_at(connection, cycle.code, LetterKind.SUMMARY)
    return summary_due(cycle, place.office.calendar, written, place.now)


def _table(place: Workplace, done: Consolidated) -> dict[str, bytes]:
    rows = tidy_rows(place.office, done.consolidation, done.standings)
    return tidy_files(rows, place.office.form_of(done.consolidation.cycle))


def _kept_table(place: Workplace, done: Consolidated) -> list[LetterFile]:
    """The table in the raw store, so that a snapshot holds it for good."""
    files = _table(place, done)
    digests = place.raw_store.put_many(files.values())
    return [LetterFile(name, sha256) for name, sha256 in zip(files, digests, strict=True)]


def _put_out_table(place: Workplace, done: Consolidated) -> None:
    """The table beside the workbook, unless it lies there already."""
    folder = (place.output_dir / done.workbook.name).with_suffix("")
    if not folder.is_dir():
        put_into(folder, _table(place, done))


def _report(place: Workplace, done: Consolidated) -> bytes:
    """The report, dated as the workbook is: the same however often it is made."""
    content = report_content(
        place, done.consolidation, done.standings, done.changes, done.written_at
    )
    return content or b""


def _put_out_report(place: Workplace, done: Consolidated) -> None:
    """The report beside the workbook, unless it lies there already."""
    if done.report_name and not (place.output_dir / done.report_name).exists():
        put_into(place.output_dir, {done.report_name: _report(place, done)})


def _put_out(place: Workplace, workbook: LetterFile) -> None:
    """A copy under its own name for people; the raw store keeps the original."""
    target = place.output_dir / workbook.name
    if target.exists():
        return
    place.output_dir.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{workbook.name}.{os.getpid()}")
    partial.write_bytes(place.raw_store.get(workbook.sha256))
    partial.replace(target)
