"""What a diligent official reports at the year's end: results, states, documents, disbursements.

Cells are answered by what their columns mean, so that any form with these meanings can be filled.
Most targets are met, some exceeded, and most tasks done; what is not is told with its causes, as
asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from models.domain.cycle.cycles import HANOI, ReportingCycle
from models.domain.reading.forms import (
    ESTIMATED,
    STATE_DONE,
    STATE_HALTED,
    STATE_NOT_BEGUN,
    STATE_RUNNING,
    Column,
    SheetForm,
)
from models.domain.reading.submissions import EntryValue
from models.domain.register.agencies import Agency, AgencyKind
from models.domain.register.catalogue import PERIODS, Appendix, Catalogue, CatalogueRow, Goal
from models.domain.register.targets import (
    ChangeWay,
    Direction,
    Judgement,
    Target,
    TargetKind,
    judge,
)
from models.domain.register.territories import Territory
from tasks.adapters.simulation.causes import OF_PROJECTS, causes_in

Values = dict[str, EntryValue]  # by column key

_WORDS = {
    Judgement.EXCEEDED: "Vượt",
    Judgement.MET: "Đạt",
    Judgement.FLOOR_MET: "Đạt",
    Judgement.NOT_MET: "Không đạt",
}
_GOOD_CAUSES = ("Các giải pháp được triển khai đồng bộ ngay từ đầu năm.",)
_REMEDIES = (
    "Rà soát hằng tuần, tháo gỡ từng vướng mắc, tập trung hoàn thành các phần việc còn lại.",
    "Đôn đốc các đơn vị, phân công lãnh đạo phụ trách từng nội dung còn chậm.",
)
_OBSTACLES = (  # of tasks: documents that wait for others
    "Chờ hướng dẫn của bộ chuyên ngành về trình tự thực hiện.",
    "Một số cơ quan chậm tham gia ý kiến vào dự thảo.",
    "Phải xây dựng lại phạm vi, đối tượng sau khi sắp xếp đơn vị hành chính.",
)
_PROPOSALS = (
    "Đề nghị UBND thành phố cho lùi thời hạn trình sang quý I/{next}.",
    "Đề nghị UBND thành phố chỉ đạo các cơ quan sớm gửi ý kiến vào dự thảo.",
    "Đề nghị bổ sung kinh phí xây dựng đề án trong dự toán năm {next}.",
)
_SITE_OBSTACLES = (  # of projects
    "Vướng mắc trong xác định giá đất làm căn cứ bồi thường.",
    "Thiếu nguồn vật liệu san lấp; giá vật liệu tăng.",
)
_SITE_PROPOSALS = (
    "Đề nghị UBND thành phố bố trí bổ sung vốn trong quý I/{next}.",
    "Đề nghị chính quyền địa phương sớm bàn giao phần mặt bằng còn lại.",
)
_OUTSIDE_BUDGET = "ngoài ngân sách"
#: What a task ends in, and the letters of its number, as Decree 30/2020/NĐ-CP has them.
_PRODUCTS = (
    ("Quyết định phê duyệt Đề án", "QĐ-UBND"),
    ("Nghị quyết của HĐND thành phố", "NQ-HĐND"),
    ("Kế hoạch của UBND thành phố; báo cáo kết quả thực hiện", "KH-UBND"),
)
_RESOLUTION = _PRODUCTS[1]
_RESOLUTIONS_A_YEAR = 120
_PAPERS_A_DAY = {_RESOLUTION[1]: 2}  # a working day, of each body; of all others:
_OTHERS_A_DAY = 18
_COUNCIL = "hội đồng nhân dân"  # in the name of what only it can decide
_DAYS_BEFORE = (0, 3, 0, 6, 11)  # by which counts of different offices end before the month does
#: How far the scenario's periods came from what was printed, in points: one year, one economy.
_SCENARIO_SHIFTS = dict(zip(PERIODS, ("-0.25", "0.05", "-0.10", "0"), strict=True))
#: Units of what comes whole.
_COUNTED = frozenset(
    {"Bệnh viện", "Huyện", "Lượt người", "Người", "Thứ hạng", "Trường", "Trạm", "căn"}
)
#: Units of amounts that add up through the year; rates, shares and ages do not.
ADDED_UP = frozenset(
    {"1.000 lượt", "Lượt người", "Người", "Triệu lượt", "Triệu tấn", "Trạm", "Tỷ USD", "Tỷ kWh",
     "Tỷ đồng", "căn"}
)  # fmt: skip
#: Of the targets that no other row depends on.
_MISSED, _EXCEEDED = 0.3, 0.25
_SHARE_BY_NOW = Decimal("0.84")
_LITTLE, _TENTH = Decimal("0.04"), Decimal("0.1")


def data_day(cycle: ReportingCycle) -> dt.date:
    """The day up to which actual figures are known: the end of the month before the deadline.

    Within the deadline's own month only when it is a month's very beginning that was meant.
    """
    due = cycle.due_at.astimezone(HANOI).date()
    return due.replace(day=1) - dt.timedelta(days=1)


def _earlier(day: dt.date, row: CatalogueRow) -> dt.date:
    """The day at which the office of a row counts: not all of them at the month's end."""
    return day - dt.timedelta(days=_DAYS_BEFORE[sum(map(ord, row.code)) % len(_DAYS_BEFORE)])


def asks_for_results(sheet: SheetForm) -> bool:
    """Whether a sheet's columns say what they mean, as a review's do."""
    return any(c.meaning for c in sheet.columns if not c.office)


def result_values(
    sheet: SheetForm,
    row: CatalogueRow | None,
    catalogue: Catalogue,
    cycle: ReportingCycle,
    random: Random,
    agency: Agency,
) -> Values:
    """What the agency reports in a row of the sheet, by the meanings its columns have."""
    if sheet.meaning("state") is not None:
        of_body = _Numbering.of(row, catalogue, agency)
        return _by_meaning(sheet, _task(row, cycle, random, of_body))
    if sheet.meaning("disbursed") is not None and row is not None:
        return _by_meaning(sheet, _project(row, cycle, random))
    if row is not None and row.appendix is Appendix.II:
        return _scenario(sheet, row, cycle, random)
    if row is not None and row.target_words:
        return _worded(sheet, row)
    if row is not None and row.target is not None:
        return _indicator(sheet, row, catalogue, cycle, random)
    return {}


def _by_meaning(sheet: SheetForm, said: Mapping[str, EntryValue]) -> Values:
    columns = {c.meaning: c.key for c in sheet.columns if c.meaning and not c.office}
    return {columns[m]: value for m, value in said.items() if m in columns}


# Indicators


def as_played(target: Target) -> Target:
    """The target; of a change the level that a made-up last year of 100 leads to."""
    if target.change is None:
        return target
    if target.change.way is ChangeWay.MULTIPLE:
        return replace(target, value=100 * target.value, change=None, second=None)
    up = target.change.way is ChangeWay.INCREASE
    level = 100 + target.value if up else 100 - target.value
    return Target(TargetKind.VALUE, level)


def _worded(sheet: SheetForm, row: CatalogueRow) -> Values:
    """What is reported on a target in words."""
    return _by_meaning(
        sheet,
        {"estimate": f"Ước thực hiện được: {row.target_words}", "value_status": ESTIMATED},
    )


def _indicator(
    sheet: SheetForm,
    row: CatalogueRow,
    catalogue: Catalogue,
    cycle: ReportingCycle,
    random: Random,
) -> Values:
    if row.target is None:
        return {}
    target = as_played(row.target)
    drawn = random.random()
    luck = drawn if _stands_alone(row, catalogue) else 0.5
    misses = luck < _MISSED
    estimate = _outturn(row, target, misses=misses)
    if luck > 1 - _EXCEEDED:
        estimate = _exceeding(row, target, estimate)
    judgement = judge(estimate, target, row.direction)
    grows = _grows_through_the_year(row, target, estimate)
    places = max(-int(Decimal(estimate.normalize()).as_tuple().exponent), 0)
    to_date = _rounded(estimate * _SHARE_BY_NOW, places) if grows else estimate
    day = data_day(cycle)
    said: dict[str, EntryValue] = {
        "last_year": _rounded(estimate * Decimal("0.93"), places) if grows else None,
        "to_date": to_date,
        "as_of": day if grows or row.appendix is not Appendix.III else _earlier(day, row),
        "value_status": ESTIMATED,
        "self_judgement": _WORDS.get(judgement, "Chưa đánh giá được"),
        "causes": random.choice(causes_in(row) if misses else _GOOD_CAUSES),
        "remedies": random.choice(_REMEDIES) if misses or random.random() < 0.5 else None,
    }
    values = _by_meaning(sheet, {m: v for m, v in said.items() if v is not None})
    for column in sheet.columns:
        if column.meaning == "estimate" and not column.office:
            known = _of_territory(column, row, estimate)
            if known is not None:
                values[column.key] = known
    return values


def _of_territory(column: Column, row: CatalogueRow, estimate: Decimal) -> Decimal | None:
    """Other territories are told where a target was set for the whole city after the merger."""
    if not column.territory:
        return estimate
    if not any(r.territory is Territory.WHOLE for r in row.revisions) or row.unit != "%":
        return None
    return estimate - (Decimal("0.9") if column.territory == Territory.WEST else Decimal("0.4"))


def _stands_alone(row: CatalogueRow, catalogue: Catalogue) -> bool:
    """Whether a worse value contradicts no other row: no twin, no whole, no parts."""
    paired = {c for e in catalogue.equivalences for c in (e.left, e.right)}
    return (
        row.code not in paired and not row.parent and all(r.parent != row.code for r in catalogue)
    )


def _outturn(row: CatalogueRow, target: Target, *, misses: bool) -> Decimal:
    """A full-year value that meets the target, or just misses it."""
    if target.kind is TargetKind.RATIO:
        return target.value - 1 if misses and target.value > 1 else target.value
    if row.unit in _COUNTED:
        return _counted(row, target, misses=misses)
    better = {TargetKind.GREATER: "1.05", TargetKind.LESS: "0.95"}.get(target.kind, "1")
    value = target.value * Decimal(better)
    if misses and target.value:
        lower = row.direction is Direction.LOWER or target.kind in (
            TargetKind.LESS, TargetKind.AT_MOST,
        )  # fmt: skip
        value = target.value * (1 + _LITTLE if lower else 1 - _LITTLE)
    places = max(-int(target.value.normalize().as_tuple().exponent), 0)
    return _rounded(value, min(max(places, 2 if misses or better != "1" else 0), 3))


def _exceeding(row: CatalogueRow, target: Target, met: Decimal) -> Decimal:
    """A value a little better than what meets the target, where there is a better one."""
    lower = row.direction is Direction.LOWER
    places = 0 if met > 100 or row.unit in _COUNTED else 2
    step = _LITTLE / 4 if row.unit == "%" else _LITTLE
    better = _rounded(met * (1 - step if lower else 1 + step), places)
    if judge(better, target, row.direction) is not Judgement.EXCEEDED:
        return met
    return met if row.unit == "%" and better >= 100 else better


def _counted(row: CatalogueRow, target: Target, *, misses: bool) -> Decimal:
    """Whole schools, hospitals or people; a rank counts downwards."""
    if not misses:
        return target.value
    less = max(Decimal(1), _rounded(target.value * _LITTLE, 0))
    lower = row.direction is Direction.LOWER or target.kind is TargetKind.AT_MOST
    return target.value + less if lower else target.value - less


def _grows_through_the_year(row: CatalogueRow, target: Target, estimate: Decimal) -> bool:
    kinds = (TargetKind.VALUE, TargetKind.GREATER, TargetKind.FLOOR_STRETCH)
    return row.unit in ADDED_UP and estimate > 8 and target.kind in kinds


# The scenario


def _scenario(sheet: SheetForm, row: CatalogueRow, cycle: ReportingCycle, random: Random) -> Values:
    """The periods that are over by now, and the year's; the whole economy moves alike."""
    values: Values = {}
    lower = False
    due = cycle.due_at.astimezone(HANOI).date()
    for column in sheet.columns:
        if column.office or not column.unit_of_row or column.period not in PERIODS:
            continue
        position = PERIODS.index(column.period)
        ends = dt.date(cycle.catalogue_year, (3, 6, 9, 12)[position], 28)
        if column.meaning == "to_date" and ends > due:
            continue
        shift = Decimal(_SCENARIO_SHIFTS[column.period])
        values[column.key] = row.values[position] + shift
        lower = lower or shift < 0
    said: dict[str, EntryValue] = {"value_status": ESTIMATED, "as_of": data_day(cycle)}
    if lower:
        said["causes"] = "Quý I chịu ảnh hưởng của kỳ nghỉ Tết dài và đơn hàng giảm."
    return values | _by_meaning(sheet, said)


# Tasks and projects


@dataclass(frozen=True)
class _Numbering:
    """Whose paper proves a work, and which numbers of a day are the work's own.

    The city's committee and council issue one paper for each of the directive's tasks, and no two
    tasks share one: each has its `slot` of a working day's numbers, and works of one slot have
    working days of their own (`turn` of `turns`). Works of an agency's own plan end in its own
    papers, which bear its letters.
    """

    slot: int = 0
    turn: int = 0
    turns: int = 1
    sign: str = ""  # "SCT" of an agency's own papers; "" of the city's

    @classmethod
    def of(cls, row: CatalogueRow | None, catalogue: Catalogue, agency: Agency) -> _Numbering:
        """The numbering of that task, or of the agency's own works."""
        if row is None:
            return cls(sign=sign_of(agency))
        council = _of_council(row)
        alike = [r.code for r in catalogue.of([Appendix.IV]) if _of_council(r) is council]
        a_day = _PAPERS_A_DAY[_RESOLUTION[1]] if council else _OTHERS_A_DAY
        place = alike.index(row.code) if row.code in alike else 0
        return cls(place % a_day, place // a_day, -(-len(alike) // a_day))

    def kind(self, kind: str) -> str:
        """The letters of the paper's number: the issuer's are those of whose paper it is."""
        return kind if not self.sign else f"{kind.partition('-')[0]}-{self.sign}"

    def signed(self, day: dt.date, *, late: bool) -> dt.date:
        """The nearest working day that is the work's own, no later than `day` unless it is late."""
        while _working_days(day) % self.turns != self.turn:
            step = 1 if late else -1
            day += dt.timedelta(days=step)
            while day.weekday() > 4:
                day += dt.timedelta(days=step)
        return day

    def number(self, kind: str, signed_on: dt.date, drawn: int) -> int:
        """The paper's number in its body's year."""
        return paper_number(kind, signed_on, drawn if self.sign else self.slot)


def sign_of(agency: Agency) -> str:
    """The letters by which an agency's own papers are known.

    >>> sign_of(Agency("sct", "Sở Công Thương", AgencyKind.DEPARTMENT))
    'SCT'
    >>> sign_of(Agency("xa_an_lao", "UBND xã An Lão", AgencyKind.COMMUNE))
    'UBND'
    >>> sign_of(Agency("cang_vu_hang_hai", "Cảng vụ Hàng hải", AgencyKind.CENTRAL))
    'CANGVUHH'
    """
    if agency.kind in (AgencyKind.DISTRICT, AgencyKind.COMMUNE):
        return "UBND"
    first, *others = agency.code.upper().split("_")
    return "".join([first, *others[:1], *(part[:1] for part in others[1:])])


def _of_council(row: CatalogueRow) -> bool:
    """Whether only the council can decide what the task is to bring about."""
    return _COUNCIL in row.name.lower()


def _working_days(day: dt.date) -> int:
    """How many weekdays of its year lie before a weekday, counted from the year's first week."""
    first = dt.date(day.year, 1, 1)
    weeks = ((day - first).days + first.weekday()) // 7
    return weeks * 5 + day.weekday()


def _task(
    row: CatalogueRow | None, cycle: ReportingCycle, random: Random, numbering: _Numbering
) -> Values:
    year, known = cycle.catalogue_year, data_day(cycle)
    deadline = row.deadline if row is not None and row.deadline else dt.date(year, 12, 31)
    state = random.choices(
        (STATE_DONE, STATE_RUNNING, STATE_NOT_BEGUN, STATE_HALTED), (58, 34, 4, 4)
    )[0]
    said: Values = {"state": state}
    if state == STATE_DONE:
        late = random.random() < 0.2
        day = deadline + dt.timedelta(days=random.randint(3, 30) * (1 if late else -1))
        product, kind = random.choice(_PRODUCTS)
        number = random.randint(101, 4800)
        if row is not None and _of_council(row) is not ((product, kind) == _RESOLUTION):
            product, kind = _RESOLUTION if kind != _RESOLUTION[1] else _PRODUCTS[0]
        if kind == _RESOLUTION[1]:
            number = number % _RESOLUTIONS_A_YEAR + 1
        if day > known:  # done ahead of its time, each on a day of its own
            day = known - dt.timedelta(days=number % 45)
        if row is None and kind == _RESOLUTION[1]:  # an agency resolves nothing
            product, kind = _PRODUCTS[2]
        finished = numbering.signed(_working_day(max(day, dt.date(year, 2, 17))), late=late)
        said |= {
            "percent": Decimal(100),
            "product": product,
            "product_number": f"{numbering.number(kind, finished, number)}/{numbering.kind(kind)}",
            "product_date": finished,
            "finished_on": finished,
        }
        return said
    percents = {STATE_RUNNING: random.randint(8, 19) * 5, STATE_HALTED: 30}
    said["percent"] = Decimal(percents.get(state, 0))
    if state != STATE_RUNNING or deadline < known or random.random() < 0.4:
        said["obstacles"] = random.choice(_OBSTACLES)
    if random.random() < 0.25:
        said["proposals"] = random.choice(_PROPOSALS).format(next=year + 1)
    return said


def paper_number(kind: str, signed_on: dt.date, drawn: int) -> int:
    """A number as one body counts its papers of a year: those of a later day are higher.

    >>> [paper_number("NQ-HĐND", dt.date(2025, 5, day), 77) for day in (29, 30)]
    [218, 220]
    """
    a_day = _PAPERS_A_DAY.get(kind, _OTHERS_A_DAY)
    return _working_days(signed_on) * a_day + drawn % a_day + 1


def _working_day(day: dt.date) -> dt.date:
    """The day, or the Friday before a weekend: nothing is signed on a Sunday."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def _project(row: CatalogueRow, cycle: ReportingCycle, random: Random) -> Values:
    amounts = [i.amount for i in row.investments if i.currency == "VND_MILLION"]
    total = max(amounts, default=Decimal(100_000))
    plan = _rounded(total * random.choice((_TENTH, Decimal("0.15"), Decimal("0.2"))), 0)
    share = Decimal(random.randint(45, 85)) / 100
    disbursed = _rounded(plan * share, 0)
    said: Values = {
        "disbursed": disbursed,
        "as_of": _earlier(data_day(cycle), row),
        "disbursed_estimate": _rounded(plan * min(share + Decimal("0.15"), Decimal(1)), 0),
    }
    done = f"Đạt {random.randint(40, 95)}% khối lượng"
    said["progress"] = f"{done}; hoàn thành giải phóng mặt bằng."
    if _OUTSIDE_BUDGET not in row.group:
        said |= {"plan_central": _rounded(plan * Decimal("0.9"), 0), "plan_city": plan}
    said |= _days(row, cycle, well=share >= Decimal("0.6"))
    completed = said.get("finish_date")
    if isinstance(completed, dt.date) and completed <= data_day(cycle):
        said["progress"] = "Hoàn thành toàn bộ khối lượng, đưa vào sử dụng."
    if share < Decimal("0.6"):
        said |= {
            "causes": random.choice(OF_PROJECTS),
            "obstacles": random.choice(_SITE_OBSTACLES),
            "proposals": random.choice(_SITE_PROPOSALS).format(next=cycle.catalogue_year + 1),
            "progress": f"{done}; còn một phần mặt bằng chưa bàn giao.",
        }
    return said


def _days(row: CatalogueRow, cycle: ReportingCycle, *, well: bool) -> Values:
    """The days of the directive's goal: passed where it goes well, foreseen, or not told at all."""
    if row.goal is None:
        return {}
    column = "start_date" if row.goal is Goal.START else "finish_date"
    drawn = sum(map(ord, row.code)) % 4
    if well and drawn:
        return {column: _working_day(data_day(cycle) - dt.timedelta(days=40 * drawn))}
    coming = dt.date(cycle.catalogue_year, 12, 19)
    return {column: coming} if drawn % 2 else {}


def free_row_keys(
    sheet: SheetForm, written: Collection[tuple[str, str, str]], random: Random
) -> Iterator[tuple[str, bool]]:
    """The rows of a free sheet and whether each is new: those carried over, then one of its own."""
    carried = dict.fromkeys(row for key, row, _ in written if key == sheet.key)
    for row_key in carried:
        yield row_key, False
    following = len(carried) + 1
    for number in range(following, following + (1 if carried else random.randint(1, 3))):
        yield f"@{number}", True


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
