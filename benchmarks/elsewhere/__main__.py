"""`python -m benchmarks.elsewhere`: ten filled workbooks, saved by other programs and read again.

Prints for every program and format how many are accepted with the same values, and every
difference. Ends with 1 when there is one. What a program lost that no reader can give back (the
value itself) would show here as a difference: none is allowed for.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import material
from benchmarks.elsewhere.programs import Way, ways
from models.domain.answers.standing import verdict_of
from models.domain.reading.findings import Severity
from models.domain.reading.office import Office
from models.domain.reading.submissions import Examination, Verdict
from tasks.adapters.reading.reader_jobs import ExamineJob
from tasks.adapters.reading.reader_pool import ReaderPool

Values = Mapping[tuple[str, str, str], object]  # by sheet, row and column of the form

COUNT = 10
_SHOWN = 5  # differences shown of one file


def filled(folder: Path, count: int) -> list[Path]:
    """`count` faultless workbooks of the plan cycle, of as many agencies."""
    made = material.make(folder, count + count // (material.EVERY_FIFTH - 1) + 1, 1)
    return [s.path for s in made if not s.faulty][:count]


def differences(before: Examination, after: Examination) -> Iterator[str]:
    """What is not as it was: the verdict, a value, a warning that was not there."""
    if after.problem is not None or after.rule_failures:
        yield f"not read: {after.problem} {after.detail} {after.rule_failures}"
        return
    if verdict_of(after.findings) is not Verdict.ACCEPTED:
        grave = [f for f in after.findings if f.severity is not Severity.WARNING]
        yield from (f"returned: {f.rule} {f.sheet} {f.cell}: {f.message}" for f in grave)
    there, here = _values(before), _values(after)
    for place in sorted({*there, *here}):
        if there.get(place) != here.get(place):
            yield f"{'/'.join(place)}: {there.get(place)!r} became {here.get(place)!r}"
    known = {(f.rule, f.row_key, f.column) for f in before.findings}
    for finding in after.findings:
        if (finding.rule, finding.row_key, finding.column) not in known:
            yield f"said now: {finding.rule} {finding.cell}: {finding.message}"


def _values(examination: Examination) -> Values:
    return {(e.sheet, e.row_key, e.column): e.value for e in examination.entries}


def report(
    before: Mapping[str, Examination], after: Mapping[str, Examination]
) -> Iterator[tuple[str, list[str]]]:
    """The workbooks that are not as they were, by name, each with what is different."""
    for name, examination in before.items():
        if name not in after:
            yield name, ["not saved at all"]
        elif told := [*differences(examination, after[name])]:
            yield name, told


def read_folder(office: Office, folder: Path) -> dict[str, Examination]:
    """All workbooks of a folder, read and checked; by name without its ending."""
    jobs = [ExamineJob(path, path.name) for path in sorted(folder.iterdir())]
    with ReaderPool(office, workers=1) as pool:
        return {Path(job.name).stem: examination for job, examination in pool.examine(jobs)}


def _try(way: Way, office: Office, workbooks: Path, before: Mapping[str, Examination]) -> bool:
    with tempfile.TemporaryDirectory(prefix="baocao-elsewhere-") as folder:
        saved = Path(folder) / "saved"
        saved.mkdir()
        way.save(workbooks, saved)
        after = read_folder(office, saved)
    found = dict(report(before, after))
    same = len(before) - len(found)
    print(f"{way.name:40} {same:3} of {len(before)} as they were", flush=True)
    for name, told in found.items():
        print(*(f"    {name}: {line}" for line in told[:_SHOWN]), sep="\n")
        if len(told) > _SHOWN:
            print(f"    {name}: ... and {len(told) - _SHOWN} more")
    return same == len(before)


def main(arguments: list[str] | None = None) -> int:
    """Runs every way that this machine has."""
    parser = argparse.ArgumentParser(description="Filled workbooks, saved by other programs")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--only", default="", help="part of a way's name")
    parser.add_argument("--sheetjs", help="folder where npm installed the package xlsx")
    chosen = parser.parse_args(arguments)
    office = material.office()
    with tempfile.TemporaryDirectory(prefix="baocao-elsewhere-") as folder:
        workbooks = Path(folder) / "filled"
        workbooks.mkdir()
        for path in filled(Path(folder) / "made", chosen.count):
            path.rename(workbooks / path.name)
        before = read_folder(office, workbooks)
        good = True
        for way in ways(chosen.sheetjs):
            if chosen.only.lower() not in way.name.lower():
                continue
            if way.absent:
                print(f"{way.name:40} not tried: {way.absent}")
                continue
            good &= _try(way, office, workbooks, before)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
