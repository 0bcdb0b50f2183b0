"""Consolidating: one workbook per set of inputs, and the summary that carries it to the office."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from models.domain.consolidation import Consolidation
from models.domain.consolidation.summary import summarise
from models.domain.cycles import HANOI, ReportingCycle
from models.domain.letters import compose_summary
from models.domain.mail import LetterFile, LetterKind
from models.domain.summary_schedule import summary_due
from models.tables import ConsolidationRow
from tasks.adapters.charts import status_chart
from tasks.adapters.consolidated_workbook import write_consolidation
from tasks.adapters.desk_work import desk_work
from tasks.adapters.letter_desk import write_letter
from tasks.adapters.ruling import consolidated
from tasks.adapters.store import consolidations, drafts, outbox
from tasks.adapters.workplace import Workplace

CHART_ID = "bieu-do"


@dataclass(frozen=True)
class Consolidated:
    """A consolidation and its workbook, written now or found written before."""

    consolidation: Consolidation
    workbook: LetterFile
    new: bool


def consolidate_cycle(place: Workplace, cycle: ReportingCycle) -> Consolidated:
    """Consolidates what counts now. Unchanged inputs give back the workbook already written."""
    with place.engine.begin() as connection:
        consolidation = consolidated(place, connection, cycle)
        known = consolidations.find(connection, cycle.code, consolidation.inputs_hash)
    if known is not None:
        workbook = LetterFile(known.workbook_name, known.workbook_sha256)
        _put_out(place, workbook)
        return Consolidated(consolidation, workbook, new=False)
    content = write_consolidation(consolidation, place.office, place.now)
    name = f"tong-hop_{cycle.code}_{place.now.astimezone(HANOI):%Y%m%d-%H%M}.xlsx"
    workbook = LetterFile(name, place.raw_store.put(content))
    row = ConsolidationRow(
        cycle=cycle.code,
        inputs_hash=consolidation.inputs_hash,
        as_of=place.now,
        workbook_sha256=workbook.sha256,
        workbook_name=workbook.name,
    )
    with place.engine.begin() as connection:
        new = consolidations.add(connection, row)
        kept = consolidations.find(connection, cycle.code, consolidation.inputs_hash)
    if kept is not None:
        workbook = LetterFile(kept.workbook_name, kept.workbook_sha256)
    _put_out(place, workbook)
    return Consolidated(consolidation, workbook, new)


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
    day = place.now.astimezone(HANOI).date().isoformat()
    with place.engine.begin() as connection:
        waiting = list(desk_work(place, connection, done.consolidation))
        letter = write_letter(
            place,
            compose_summary(replace(content, decisions=[*content.decisions, *waiting])),
            cycle=cycle.code,
            agency="",
            key_parts=(day,),
            to=place.rules.summary_to,
            files=[done.workbook, chart],
        )
        if place.rules.approval is not None:
            return drafts.put(connection, letter, place.now)
        return outbox.queue(connection, letter, place.now)


def summary_is_due(place: Workplace, cycle: ReportingCycle) -> bool:
    """Whether the schedule of summaries asks for one now."""
    with place.engine.begin() as connection:
        written = outbox.written_at(connection, cycle.code, LetterKind.SUMMARY)
    return summary_due(cycle, place.office.calendar, written, place.now)


def _put_out(place: Workplace, workbook: LetterFile) -> None:
    """A copy under its own name for people; the raw store keeps the original."""
    target = place.output_dir / workbook.name
    if target.exists():
        return
    place.output_dir.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{workbook.name}.{os.getpid()}")
    partial.write_bytes(place.raw_store.get(workbook.sha256))
    partial.replace(target)
