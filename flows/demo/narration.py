"""The demonstration told on a console: one line per event, then tables, then where things lie."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.domain.answers.standing import Timeliness
from models.domain.consolidation.conflicts import ConflictKind
from models.domain.consolidation.wording import CONFLICT_NAMES, TIMELINESS_NAMES
from models.domain.cycle.cycles import ReportingCycle
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.mail.mail import LetterKind, LetterState, MessageState
from models.domain.notation.number_notation import format_number
from models.domain.reading.forms import place_of
from models.domain.reading.office import Office
from models.domain.register.successions import Succession
from tasks.adapters.simulation.acts import Act
from tasks.adapters.simulation.onlooker import Decided

STATE_NAMES = {
    MessageState.RECEIVED: "chưa xử lý",
    MessageState.ACCEPTED: "tiếp nhận",
    MessageState.RETURNED: "trả lại để sửa",
    MessageState.HELD: "chờ người xem",
    MessageState.DUPLICATE: "nhận ra bản trùng",
    MessageState.GUIDED: "hướng dẫn gửi lại",
    MessageState.AUTOMATIC: "thư tự động, không trả lời",
    MessageState.NOTED: "lời cảm ơn, ghi nhận",
    MessageState.REJECTED: "Văn phòng không nhận",
    MessageState.TRIED: "gửi thử, không ghi nhận",
}
_STATE_STYLES = {
    MessageState.ACCEPTED: "green",
    MessageState.RETURNED: "yellow",
    MessageState.HELD: "magenta",
    MessageState.GUIDED: "cyan",
}
LETTER_NAMES = {
    LetterKind.OPENING: "đề nghị báo cáo",
    LetterKind.REMINDER: "nhắc việc",
    LetterKind.OVERDUE: "quá hạn, báo cấp trên",
    LetterKind.ESCALATION: "danh sách chậm báo cáo",
    LetterKind.RECEIPT: "giấy báo nhận",
    LetterKind.VERDICT: "kết quả kiểm tra",
    LetterKind.WITHDRAWAL: "rút lại phiên bản",
    LetterKind.EXTENSION: "gia hạn",
    LetterKind.EXEMPTION: "miễn báo cáo",
    LetterKind.GUIDANCE: "hướng dẫn gửi lại",
    LetterKind.TRY_OUT: "kết quả gửi thử",
    LetterKind.WHICH_COUNTS: "hỏi sổ nào là bản chính",
    LetterKind.RETURN: "trả lại thư chờ xem",
    LetterKind.SUMMARY: "tổng hợp",
    LetterKind.PREVIEW: "bản đối chiếu",
}
UNSENT_NAMES = {
    LetterState.QUEUED: "chờ gửi",
    LetterState.SENDING: "đang gửi",
    LetterState.UNCERTAIN: "chưa rõ đã đến",
    LetterState.FAILED: "không gửi được",
    LetterState.WITHDRAWN: "đã thu lại",
    LetterState.BOUNCED: "bị trả về",
}
_TOLD_REASONS = (MessageState.RETURNED, MessageState.HELD)
_LONGEST = 100
_OPENING = re.compile(r",? (?:trong đó|bao gồm) ?:?$")  # what introduces the rows below


class Narrator:
    """Tells the story in Vietnamese. Text from messages is printed as text, never as markup."""

    def __init__(self, console: Console, office: Office, cycle: ReportingCycle) -> None:
        self.console = console
        self.office = office
        self.catalogue = office.catalogue_of(cycle)
        self._steps = {step.code: f" ({_days(step.working_days)})" for step in cycle.steps}

    def begin(self, title: str, opening: dt.datetime, end: dt.datetime) -> None:
        """What is about to be played."""
        self.console.print(
            f"\nDiễn lại {title}, từ {_when(opening)} đến {_when(end)} (giờ Hà Nội).\n",
            highlight=False,
        )

    def tell_message(self, act: Act, agency: str, decided: Decided) -> None:
        """One message: when, who, what came, what the system did."""
        state = MessageState(decided.state)
        line = Text(f"{_when(act.at)}  {agency}: {act.tells} → ")
        line.append(STATE_NAMES[state], _STATE_STYLES.get(state, ""))
        if state in _TOLD_REASONS:
            line.append(f": {_cut(decided.reason)}", "dim")
        self.console.print(line, soft_wrap=True)

    def tell_decision(self, moment: dt.datetime, tells: str) -> None:
        """What somebody at the office decided."""
        self.console.print(Text(f"{_when(moment)}  {tells}", "bold magenta"), soft_wrap=True)

    def tell_successions(self, successions: Iterable[Succession]) -> None:
        """Who answers in whose place from which day on, for what where no row says it.

        Many heirs of one are counted.
        """
        self.console.print("\nGiữa hai kỳ, sổ cơ quan thay đổi", style="italic")
        name_of = self.office.register.agency_name
        by_agency: dict[tuple[dt.date, str], list[str]] = {}
        for one in successions:
            heir = name_of(one.successor)
            said = f"{heir} ({one.in_words})" if one.in_words else heir
            by_agency.setdefault((one.on, one.predecessor), []).append(said)
        for (day, old), heirs in sorted(by_agency.items()):
            shown = list(dict.fromkeys(heirs))
            more = f" và {len(shown) - 3} đơn vị khác" if len(shown) > 3 else ""
            line = f"{day:%d/%m}  {name_of(old)} → {', '.join(shown[:3])}{more}"
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def tell_letters(self, moment: dt.datetime, written: Counter[tuple[str, str]]) -> None:
        """The letters of one moment, by kind."""
        if not written:
            return
        said = [
            f"{number} thư {LETTER_NAMES[LetterKind(kind)]}{self._steps.get(step, '')}"
            for (kind, step), number in sorted(written.items())
        ]
        self.console.print(
            Text(f"{_when(moment)}  Văn phòng gửi {', '.join(said)}", "bold"), soft_wrap=True
        )

    def conclude(
        self,
        *,
        agencies: Mapping[str, int],
        messages: Mapping[str, int],
        letters: Mapping[str, int],
    ) -> None:
        """The tables: agencies by timeliness, messages by state, letters by "kind/state"."""
        self.console.print()
        self._table(
            "Cơ quan theo tình trạng",
            {TIMELINESS_NAMES[Timeliness(k)]: n for k, n in agencies.items()},
        )
        self._table(
            "Thư đến theo kết quả", {STATE_NAMES[MessageState(k)]: n for k, n in messages.items()}
        )
        by_kind: Counter[str] = Counter()
        for key, number in letters.items():
            kind, _, state = key.partition("/")
            unsent = "" if state == LetterState.SENT else f" ({UNSENT_NAMES[LetterState(state)]})"
            by_kind[f"{LETTER_NAMES[LetterKind(kind)]}{unsent}"] += number
        self._table("Thư đi theo loại", by_kind)
        self.console.print("Mâu thuẫn cần người quyết định", style="italic")

    def tell_conflict(
        self,
        kind: ConflictKind,
        code: str,
        left: tuple[str, Decimal],
        right: tuple[str, Decimal],
    ) -> None:
        """One conflict: what it is about (the row of that code), who says what."""
        row = self.catalogue.row(code)
        title = f"{place_of(row, self.catalogue)} {_OPENING.sub('', row.name)} ({row.unit})"
        name_of = self.office.register.agency_name
        said = "; ".join(
            f"{name_of(agency)}: {format_number(value)}" for agency, value in (left, right)
        )
        self.console.print(
            f"  {CONFLICT_NAMES[kind]}. {title}. {said}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def tell_places(self, places: Mapping[str, Sequence[Path]]) -> None:
        """Where the outputs lie."""
        self.console.print("\nKết quả nằm tại", style="italic")
        for name, paths in places.items():
            for path in paths:
                line = f"  {name}: {path}"
                self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _table(self, title: str, counts: Mapping[str, int]) -> None:
        table = Table(title=title, title_justify="left", show_header=False, min_width=40)
        table.add_column()
        table.add_column(justify="right")
        for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            table.add_row(name, str(number))
        self.console.print(table)


def _days(working_days: int) -> str:
    """When a reminder step falls, in words.

    >>> _days(-10), _days(0), _days(1)
    ('trước hạn 10 ngày làm việc', 'ngày cuối', 'sau hạn 1 ngày làm việc')
    """
    if working_days == 0:
        return "ngày cuối"
    side = "trước" if working_days < 0 else "sau"
    return f"{side} hạn {abs(working_days)} ngày làm việc"


def _when(moment: dt.datetime) -> str:
    return hanoi_minute(moment, InstantStyle.BRIEF)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: text.rfind(' ', 0, _LONGEST)]} …"
