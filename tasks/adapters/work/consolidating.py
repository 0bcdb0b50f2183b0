"""Consolidating: one workbook per set of inputs, and the summary that carries it to the office."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from sqlalchemy import Connection

from models.domain.answers.planned_letters import PlannedKind, of_day
from models.domain.answers.withdrawals import last_change, why_superseded
from models.domain.consolidation import Consolidation
from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.cycle.summary_schedule import summary_due
from models.domain.letters.letters import SummaryContent, compose_summary
from models.domain.mail.mail import Letter, LetterFile, LetterKind, LetterState
from models.domain.results.changes import change_points
from models.domain.results.snapshots import Changes
from models.domain.results.summary import changes_told, summarise
from models.domain.results.tidy_table import tidy_rows
from models.domain.results.waiting import asked_of, told_whole
from models.tables import ConsolidationRow
from tasks.adapters.boards.waiting_work import waiting_work
from tasks.adapters.letters.letter_writer import Envelope
from tasks.adapters.results.choosing import results_of
from tasks.adapters.results.consolidated_workbook import write_consolidation
from tasks.adapters.results.cycle_results import CycleResults, Paper
from tasks.adapters.results.output_names import free_name, name_within, workbook_name
from tasks.adapters.results.tidy_files import TABLE_FILES, tidy_files
from tasks.adapters.sharing.locks import hold
from tasks.adapters.sharing.outputs import Outputs
from tasks.adapters.standings import whole_versions
from tasks.adapters.store import consolidations, decisions, drafts, outbox
from tasks.adapters.work.snapshotting import base_of, changes_since, freeze, made_against
from tasks.adapters.workplace import Workplace

CHART_ID = "bieu-do"


@dataclass(frozen=True)
class Consolidated:
    """A consolidation and its workbook, written now or found written before.

    What goes with it is made once, whether it is put out, sent or both.
    """

    results: CycleResults
    workbook: LetterFile
    new: bool
    changes: Changes | None  # since the last report that was sent; None: there was none
    written_at: dt.datetime  # when the workbook was
    templates: Path  # of the papers
    table: Sequence[Path]  # the same content for machines, where it was written just now

    @property
    def consolidation(self) -> Consolidation:
        """What was consolidated."""
        return self.results.consolidation

    @cached_property
    def papers(self) -> list[Paper]:
        """What goes with the workbook, dated as it is: the same however often it is made."""
        found = self.results.papers(
            self.workbook.name, self.templates, self.changes, self.written_at
        )
        return [replace(paper, make=cache(paper.make)) for paper in found]


def consolidate_cycle(workplace: Workplace, cycle: ReportingCycle) -> Consolidated:
    """Consolidates what counts now. Unchanged inputs give back the workbook already written.

    Beside the workbook lie the papers that go with it and a folder of its name with the same
    content for machines.
    """
    found = _found(workplace, cycle)
    results, changes, known = found.results, found.changes, found.known
    if known is None:
        content = write_consolidation(results, workplace.now, changes=changes)
        kept = workplace.raw_store.put(content)
        with workplace.engine.begin() as connection:
            hold(connection, [("consolidation", cycle.code)])
            taken = consolidations.workbook_names(connection, cycle.code)
            row = ConsolidationRow(
                cycle=cycle.code,
                inputs_hash=found.fingerprint,
                as_of=workplace.now,
                workbook_sha256=kept,
                workbook_name=free_name(workbook_name(cycle, workplace.now), taken),
            )
            new = consolidations.add(connection, row)
            known = consolidations.find(connection, cycle.code, found.fingerprint) or row
    else:
        new = False
    workbook = LetterFile(known.workbook_name, known.workbook_sha256)
    _put_out_workbook(workplace, workbook)
    table = _put_out_table(workplace, workbook, results)
    done = Consolidated(
        *(results, workbook, new, changes, known.as_of, workplace.reports_dir, table)
    )
    _put_out_papers(workplace.outputs, done)
    return done


@dataclass(frozen=True)
class _Found:
    """What counts now, and the workbook that was written of just that, if one was."""

    results: CycleResults
    changes: Changes | None
    fingerprint: str
    known: ConsolidationRow | None


def _found(
    workplace: Workplace, cycle: ReportingCycle, results: CycleResults | None = None
) -> _Found:
    with workplace.engine.begin() as connection:
        results = results or results_of(workplace, connection, cycle)
        base = base_of(connection, results.consolidation)
        cycles = [code for code in (cycle.code, cycle.previous) if code]
        withdrawal = last_change(decisions.book_of_versions(connection), cycles)
        fingerprint = made_against(results.consolidation, base, withdrawal)
        known = consolidations.find(connection, cycle.code, fingerprint)
    return _Found(results, changes_since(workplace.raw_store, results, base), fingerprint, known)


def write_summary(workplace: Workplace, cycle: ReportingCycle) -> bool:
    """Writes the day's summary into the outbox; False when that day's is there already, and when
    a person holds it back.

    Where the office wants to approve it, it is a draft until somebody has.
    """
    with workplace.engine.begin() as connection:
        if _is_held(connection, workplace, cycle):
            return False
    done = consolidate_cycle(workplace, cycle)
    chart = LetterFile("bieu-do.png", workplace.raw_store.put(done.results.chart()), CHART_ID)
    sent = [done.workbook]
    for paper in done.papers:
        sent.append(LetterFile(paper.name, workplace.raw_store.put(paper.make())))
    content = _content(workplace, done)
    with workplace.engine.begin() as connection:
        letter = _letter(workplace, connection, done, content, [*sent, chart])
        if _is_held(connection, workplace, cycle):
            return False
        if workplace.rules.approval is not None:
            new = drafts.put(connection, letter, workplace.now)
        else:
            new = outbox.queue(connection, letter, workplace.now)
        if new:
            kept = [*sent, *_kept_table(workplace, done)]
            freeze(workplace.raw_store, connection, letter.business_key, done.results, kept)
        return new


def summary_letter(
    workplace: Workplace, cycle: ReportingCycle, results: CycleResults | None = None
) -> Letter:
    """The summary as it would be written at the workplace's moment; nothing is kept.

    Its attachments are named, not made. `results`: of that moment, where they are at hand. Raises
    TemplateFault.
    """
    found = _found(workplace, cycle, results)
    name = found.known.workbook_name if found.known else workbook_name(cycle, workplace.now)
    written_at = found.known.as_of if found.known else workplace.now
    done = Consolidated(
        *(found.results, LetterFile(name, ""), False, found.changes),
        written_at=written_at,
        templates=workplace.reports_dir,
        table=(),
    )
    content = _content(workplace, done)
    with workplace.engine.begin() as connection:
        return _letter(workplace, connection, done, content, [done.workbook])


def _content(workplace: Workplace, done: Consolidated) -> SummaryContent:
    changed = done.changes.newly_judged if done.changes is not None else frozenset()
    matter = done.results.summary_matter(changed)
    content = summarise(
        done.consolidation,
        workplace.office,
        matter,
        chart_id=CHART_ID,
        workbook_name=done.workbook.name,
    )
    if done.changes is not None:
        office = workplace.office
        told = changes_told(done.changes, done.consolidation, matter, office)
        content = replace(
            content,
            points=[*content.points, *change_points(done.changes, office.register)],
            sentences=[*content.sentences, *told],
        )
    papers = [paper.told for paper in done.papers]
    return replace(content, attachments=[*content.attachments, *papers])


def _letter(
    workplace: Workplace,
    connection: Connection,
    done: Consolidated,
    content: SummaryContent,
    files: Sequence[LetterFile],
) -> Letter:
    cycle, day = done.results.cycle, workplace.now.astimezone(HANOI).date().isoformat()
    asked = done.results.asked()
    waiting = list(
        waiting_work(workplace.office, connection, done.consolidation, asked, workplace.now)
    )
    return workplace.letters.write(
        compose_summary(
            replace(
                content,
                asked=[*content.asked, *asked_of(waiting)],
                decisions=[*content.decisions, *told_whole(waiting)],
            )
        ),
        Envelope(
            cycle=cycle.code,
            agency="",
            key_parts=_key_of_day(connection, cycle, day),
            to=workplace.rules.summary_to,
            files=files,
        ),
    )


def _is_held(connection: Connection, workplace: Workplace, cycle: ReportingCycle) -> bool:
    """Whether a person holds this day's summary back."""
    day = workplace.now.astimezone(HANOI).date()
    today = of_day(cycle.code, PlannedKind.SUMMARY, day)
    return decisions.of_planned(connection, cycle.code).holding(today.subject) is not None


def _key_of_day(connection: Connection, cycle: ReportingCycle, day: str) -> tuple[str, ...]:
    """One summary a day, and one more for each of that day that shows what counts no more."""
    book = decisions.book_of_versions(connection)
    written = outbox.written_to(connection, cycle.code, "", LetterKind.SUMMARY)
    of_day = [row for row in written if row.business_key.split("|")[3] == day]
    again = sum(
        row.state == LetterState.WITHDRAWN or bool(why_superseded(row, cycle.previous, book))
        for row in of_day
    )
    return (day, f"lan-{again + 1}") if again else (day,)


def summary_is_due(workplace: Workplace, cycle: ReportingCycle) -> bool:
    """Whether the schedule of summaries asks for one now."""
    with workplace.engine.begin() as connection:
        written = outbox.written_at(connection, cycle.code, LetterKind.SUMMARY)
        settled = decisions.of_planned(connection, cycle.code).summaries_settled(written)
    return summary_due(cycle, workplace.office.calendar, written, workplace.now, settled)


def table_of(workplace: Workplace, results: CycleResults, folder: Path) -> list[Path]:
    """Writes the results for machines into the folder; the files' paths."""
    office, consolidation = workplace.office, results.consolidation
    versions = whole_versions(workplace.engine)
    rows = tidy_rows(office, consolidation, results.judged(), versions)
    return tidy_files(rows, office.form_of(consolidation.cycle), folder)


def _kept_table(workplace: Workplace, done: Consolidated) -> list[LetterFile]:
    """The table in the raw store, so that a snapshot holds it for good."""
    with tempfile.TemporaryDirectory(prefix="baocao-bang-") as anew:
        files = done.table or table_of(workplace, done.results, Path(anew))
        digests = workplace.raw_store.put_many(path.read_bytes() for path in files)
    return [LetterFile(path.name, sha256) for path, sha256 in zip(files, digests, strict=True)]


def _put_out_workbook(workplace: Workplace, workbook: LetterFile) -> None:
    """A copy under its own name for people; what lies there already stays as it is."""
    if workplace.outputs.path(workbook.name) is None:
        workplace.outputs.put({workbook.name: workplace.raw_store.get(workbook.sha256)})


def _put_out_table(workplace: Workplace, workbook: LetterFile, results: CycleResults) -> list[Path]:
    """The table in a folder of the workbook's name; nothing where all of it lies there already."""
    outputs = workplace.outputs
    within = [name_within(workbook.name, name) for name in TABLE_FILES]
    if all(outputs.path(name) is not None for name in within):
        return []
    with tempfile.TemporaryDirectory(prefix="baocao-bang-") as anew:
        for file in table_of(workplace, results, Path(anew)):
            outputs.put_file(name_within(workbook.name, file.name), file)
    return [outputs.folder / name for name in within]


def _put_out_papers(outputs: Outputs, done: Consolidated) -> None:
    """The papers beside the workbook, unless they lie there already."""
    for paper in done.papers:
        if outputs.path(paper.name) is None:
            outputs.put({paper.name: paper.make()})
