"""What the office has decided, in one value: loaded by `config`, handed to who needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.domain.agencies import Register
from models.domain.catalogue import Catalogue
from models.domain.cycles import ReportingCycle
from models.domain.errors import UnknownCycle
from models.domain.forms import Form
from models.domain.rule_settings import RuleSettings
from models.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True)
class Office:
    """Catalogues by year, the register, cycles and forms by code, and the working calendar."""

    catalogues: Mapping[int, Catalogue]
    register: Register
    cycles: Mapping[str, ReportingCycle]
    forms: Mapping[str, Form]
    calendar: WorkingCalendar
    rules: RuleSettings = field(default_factory=RuleSettings)

    def cycle(self, code: str) -> ReportingCycle:
        """The cycle of that code. Raises UnknownCycle, which names those there are."""
        try:
            return self.cycles[code]
        except KeyError:
            known = ", ".join(sorted(self.cycles))
            raise UnknownCycle(f"Không có kỳ báo cáo «{code}». Các kỳ đã khai: {known}.") from None

    def catalogue_of(self, cycle: ReportingCycle) -> Catalogue:
        """The catalogue the cycle is judged by."""
        return self.catalogues[cycle.catalogue_year]

    def form_of(self, cycle: ReportingCycle) -> Form:
        """The form the cycle's workbooks follow."""
        return self.forms[cycle.form]
