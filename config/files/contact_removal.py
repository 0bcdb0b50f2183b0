"""A person taken out of the office's contacts; every other line of the file stays as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from models.domain.accounts.keeping import PersonPattern

_ADDRESSES = ("to", "cc", "superior")
_OF_A_PERSON = ("focal_person", "phone")
_TITLE = "superior_title"  # may be written with the name


@dataclass(frozen=True, slots=True)
class ContactRemoval:
    """Where the contacts name the person, and the file without those that may go."""

    agencies: tuple[str, ...]  # codes whose lines name the person, in the file's order
    taken_out: tuple[str, ...]  # of them, those whose lines no longer do
    content: bytes  # of the file; the very same where nothing was taken out


def remove_contacts(
    content: bytes, person: PersonPattern, may_go: Collection[str] = ()
) -> ContactRemoval:
    """Takes the person out of the lines of those agencies in a file with this content.

    With a focal person goes the telephone number. Raises UnicodeDecodeError.
    """
    text = content.decode("utf-8")
    lines = list(io.StringIO(text, newline=""))
    delimiter = next((d for d in (";", "\t") if d in lines[0]), ",") if lines else ","
    header = next(csv.reader(lines[:1], delimiter=delimiter), [])
    columns = {name.strip().lstrip("\ufeff"): place for place, name in enumerate(header)}
    reader = csv.reader(lines[1:], delimiter=delimiter)
    kept, named, taken, start = lines[:1], [], [], 1
    for cells in reader:
        raw = lines[start : reader.line_num + 1]
        start = reader.line_num + 1
        code = cells[columns["agency"]].strip() if cells else ""
        new = _without(cells, columns, person)
        if new == cells:
            kept += raw
            continue
        named.append(code)
        if code not in may_go:
            kept += raw
            continue
        taken.append(code)
        written = io.StringIO()
        ending = raw[-1][len(raw[-1].rstrip("\r\n")) :]
        csv.writer(written, delimiter=delimiter, lineterminator=ending).writerow(new)
        kept.append(written.getvalue())
    return ContactRemoval(tuple(named), tuple(taken), "".join(kept).encode("utf-8"))


def _without(cells: list[str], columns: dict[str, int], person: PersonPattern) -> list[str]:
    new = list(cells)
    for name in _ADDRESSES:
        place = columns.get(name, len(cells))
        if place < len(cells) and person.is_in(cells[place]):
            spaced = cells[place].replace(",", " ").replace(";", " ")
            new[place] = " ".join(part for part in spaced.split() if not person.is_in(part))
    title = columns.get(_TITLE, len(cells))
    if title < len(cells) and person.is_in(cells[title]):
        new[title] = ""
    of_a_person = [p for n in _OF_A_PERSON if (p := columns.get(n, len(cells))) < len(cells)]
    if any(person.is_in(cells[place]) for place in of_a_person):
        for place in of_a_person:
            new[place] = ""
    return new
