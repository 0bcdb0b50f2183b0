"""What stands in the tables of a consolidation: names, citations, an agency's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.domain.consolidation import Conflict, Figure, Members, cited
from models.domain.reading.forms import ROLE_NAMES, Column, SheetForm, name_alone, place_of
from models.domain.reading.office import Office
from models.domain.register.agencies import Register
from models.domain.register.catalogue import Appendix, Catalogue, CatalogueRow, Responsibility, Role
from models.domain.register.clear_points import ClearPoints
from models.domain.register.districts import works_on_districts
from models.domain.register.targets import Judgement
from models.domain.register.targets_in_force import TargetInForce
from models.domain.register.territories import Territory
from models.domain.review import Pace
from tasks.adapters.sheets.output_columns import Citation, Tone, Toned

NOBODY = "Chưa giao cơ quan"
#: Of a row whose lead need not answer it, where nobody else did.
EXCUSED = Toned("Được miễn theo quyết định", Tone.MUTED)
JUDGEMENT_TONES = {
    Judgement.EXCEEDED: Tone.GOOD,
    Judgement.MET: Tone.GOOD,
    Judgement.FLOOR_MET: Tone.PLAIN,
    Judgement.NOT_MET: Tone.BAD,
    Judgement.AWAITING: Tone.WARN,
    Judgement.UNKNOWN: Tone.WARN,
}
PACE_TONES = {
    Pace.AHEAD: Tone.GOOD,
    Pace.ON_TRACK: Tone.GOOD,
    Pace.BEHIND: Tone.BAD,
    Pace.AWAITING: Tone.WARN,
    Pace.UNKNOWN: Tone.PLAIN,
}
NO_DATA = "Chưa có số liệu"
STATUS_NAMES = {"estimate": "Ước", "actual": "Chính thức"}


@dataclass(frozen=True)
class ResultNames:
    """How agencies and rows are called in one consolidation."""

    register: Register
    places: Mapping[str, str]  # by catalogue code: "PL I.4"
    rows: Mapping[str, str]
    groups: Mapping[str, str]  # the heading a row stands under
    clear: ClearPoints = field(default_factory=ClearPoints)  # what each task must say
    territory: Territory = Territory.WHOLE  # of the directive's targets
    # Codes of the tasks and projects that are about districts, which ended.
    on_districts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, office: Office, catalogue: Catalogue) -> ResultNames:
        """Worked out once: the catalogue is walked for every row."""
        return cls(
            office.register,
            {r.code: place_of(r, catalogue) for r in catalogue},
            {r.code: name_alone(r, catalogue) for r in catalogue},
            {r.code: r.group.strip() for r in catalogue},
            catalogue.clear,
            catalogue.territory,
            frozenset(r.code for r in catalogue if works_on_districts(r, catalogue.year)),
        )

    def agency(self, code: str, role: Role | None = None) -> str:
        """The agency's name, with its part in the row where that is asked."""
        name = self.register.agency_name(code)
        return f"{name} ({ROLE_NAMES[role].lower()})" if role else name

    def listed(self, agencies: Iterable[Responsibility]) -> str:
        """The agencies a row names, each with its part; "" for none.

        Those it names together are told once, by the name they have together.
        """
        named = dict.fromkeys((a.collective or a.agency, a.role) for a in agencies)
        return "; ".join(self.agency(code, role) for code, role in named)

    def under_appendix(self, row: CatalogueRow) -> str:
        """The heading of the rows of one group of one appendix."""
        return f"{appendix_name(row.appendix)}. {self.groups[row.code]}".rstrip(". ")


def together_tone(members: Members) -> Tone:
    """The colour of what many who lead a row together come to: bad where nobody has answered."""
    return JUDGEMENT_TONES[members.judgement] if members.answered else Tone.BAD


def appendix_name(appendix: Appendix) -> str:
    """How officials call it."""
    return "Lời văn Chỉ thị" if appendix is Appendix.BODY else f"Phụ lục {appendix.value}"


def citation_of(figures: Sequence[Figure]) -> Citation | None:
    """The figures' references, None for none."""
    if not figures:
        return None
    return Citation(cited(figures), min(f.reference for f in figures))


def target_cell(target: TargetInForce) -> Decimal | str:
    """A plain number as a number, in the reader's own notation; all else as printed."""
    plain = target.target.is_plain
    return target.target.value if plain else target.printed


def conflicts_by_row(conflicts: Iterable[Conflict]) -> dict[str, list[Conflict]]:
    """By catalogue code: the conflicts in which a row is involved, in their order."""
    involved: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        for code in dict.fromkeys((conflict.row.code, conflict.other_row.code)):
            involved.setdefault(code, []).append(conflict)
    return involved


def conflict_numbers(conflicts: Iterable[Conflict], agency: str) -> Toned | None:
    """The numbers of those the agency is involved in, None for none."""
    involved = [c.number for c in conflicts if agency in c.agencies]
    return Toned(", ".join(involved), Tone.WARN) if involved else None


def titled(column: Column) -> str:
    """What a form's column is called in a table."""
    return column.label or column.header


def texts_of(
    answers: Mapping[str, Figure], sheet: SheetForm | None, columns: Sequence[str]
) -> str | None:
    """The given columns in one text, each under its label; None when all are empty."""
    labels = {c.key: titled(c) for c in sheet.columns} if sheet else {}
    parts = [
        f"{labels.get(key, key)}: {answers[key].text.strip()}"
        for key in columns
        if key in answers and answers[key].is_given
    ]
    return "\n".join(parts) or None


def row_beyond(title: str, row_key: str) -> str:
    """A row that is none of the catalogue's: the sheet, and which of its rows."""
    return f"{title}, dòng {row_key.removeprefix('@')}" if row_key else title
