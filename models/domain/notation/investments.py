"""Investment amounts as directives print them, in million dong or million US dollars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from models.domain.notation.not_read import NotRead, PrintedCell, Unread
from models.domain.notation.number_notation import EXACT, NotANumber, parse_vietnamese
from models.domain.notation.vietnamese_text import FULL_WIDTH, fold, squeeze

VND_MILLION = "VND_MILLION"
USD_MILLION = "USD_MILLION"
TOTAL = "total"
EQUIVALENT = "equivalent"
WHOLE_PROJECT = "whole_project"
COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Investment:
    """One amount of a project's investment. Dollars stay dollars: no rate is known."""

    amount: Decimal
    currency: str  # "VND_MILLION" (appendix V's own unit) or "USD_MILLION"
    component: str = ""  # "Dự án thành phần 1"; "TMĐT DA" for the whole project's total
    role: str = TOTAL  # "total", "equivalent" (same sum, other money), "whole_project", "component"
    approximate: bool = False  # "hơn", "khoảng"


def own_total(investments: Sequence[Investment]) -> Decimal | None:
    """The total of the row itself in million dong, its components together; None for none in dong.

    The total of a whole project, of which the row is a part, is not the row's.

    >>> own_total(read_investments("2.300.000 (TMĐT DA 55.870.000)"))
    Decimal('2300000')
    >>> own_total(read_investments("Dự án thành phần 1: 1.200 Dự án thành phần 2: 800"))
    Decimal('2000')
    """
    dong = [one for one in investments if one.currency == VND_MILLION]
    own = [one.amount for one in dong if one.role in (TOTAL, EQUIVALENT)]
    parts = [one.amount for one in dong if one.role == COMPONENT]
    return max([*own, *([sum(parts, Decimal(0))] if parts else [])], default=None)


def whole_project(investments: Sequence[Investment]) -> Decimal | None:
    """The total in million dong of the whole project that the row is a part of; None for none.

    >>> whole_project(read_investments("2.300.000 (TMĐT DA 55.870.000)"))
    Decimal('55870000')
    """
    return next(
        (
            one.amount
            for one in investments
            if (one.currency, one.role) == (VND_MILLION, WHOLE_PROJECT)
        ),
        None,
    )


_NUMBER = r"[0-9][0-9.]*(?:,[0-9]+)?"
_ABOUT = re.compile(
    r"(?:(?:khoảng|hơn|trên|gần|xấp xỉ|ước tính|ước|dự kiến|~) ?)+(?=[0-9])", re.IGNORECASE
)
_NAMED = re.compile(r"(?:tổng mức đầu tư|tổng vốn đầu tư|tmđt|là|:) ?:? ?", re.IGNORECASE)
_SUM = re.compile(rf"({_NUMBER}) ?([^0-9(),;:]*)")
_BRACKET = re.compile(r"(?P<sum>[^()]+?) ?\((?P<again>[^()]+)\)")
_AGAIN = re.compile(
    r"(?P<sum>.+?)[,;]? (?:tương đương|quy đổi)(?: với)? (?P<again>.+)", re.IGNORECASE
)
_WHOLE = re.compile(r"(TMĐT DA):? ?(.+)")
_ONE_COMPONENT = rf"(Dự án thành phần [0-9]{{1,2}}): ?({_NUMBER}(?: ?(?:triệu|tỷ|tỉ)(?: đồng)?)?)"
_COMPONENT = re.compile(_ONE_COMPONENT)
_COMPONENTS = re.compile(rf"{_ONE_COMPONENT}(?:[;,]? {_ONE_COMPONENT})*")
_SCALES = {
    "": Decimal(1),
    "nghin": Decimal(1_000),
    "ngan": Decimal(1_000),
    "trieu": Decimal(1_000_000),
    "tr": Decimal(1_000_000),
    "ty": Decimal(1_000_000_000),
    "ti": Decimal(1_000_000_000),
    "nghin ty": Decimal(1_000_000_000_000),
    "ngan ty": Decimal(1_000_000_000_000),
    "trieu ty": Decimal(1_000_000_000_000_000),
}
_UNIT = re.compile(
    r"(?P<scale>(?:(?:nghin|ngan|trieu|tr|ty|ti)[. ]*)*)"
    r"(?P<money>dong(?: viet nam)?|d|vnd|viet nam dong|(?:do la my|usd|us\$)(?: \(usd\))?)?"
)
_OURS = re.compile(r"(?:(?:nghin|ngan|trieu|tr|ty|ti)\b[. ]*)*(?:dong|vnd|usd|do la my)\b")
_IN_WORDS = re.compile(
    r"(?=.*\b(?:đồng|tỷ|triệu|nghìn)\b)[^0-9]+"
)  # "(Năm tỷ bảy trăm triệu đồng)"
_MILLION = Decimal(1_000_000)
_LONGEST = 2000


class _Refused(ValueError):
    def __init__(self, why: Unread) -> None:
        self.why = why
        super().__init__(why.value)


def read_investments(printed: str) -> tuple[Investment, ...] | NotRead:
    """The amounts a printed cell states, in printed order; none for an empty cell.

    A plain number is in million dong, appendix V's unit. A bracketed sum in the other money is the
    same total again ("equivalent"); "TMĐT DA" is the total of the whole project, of which the row
    is a part.

    >>> [(i.role, i.currency, str(i.amount)) for i in
    ...     read_investments("47.122.000 (2.051 triệu USD)")]
    [('total', 'VND_MILLION', '47122000'), ('equivalent', 'USD_MILLION', '2051')]
    >>> read_investments("hơn 852 tỷ đồng")[0].amount
    Decimal('852000')
    >>> read_investments("7 triệu đô la Úc").why.value
    'currency'
    """
    try:
        if len(printed) > _LONGEST:
            raise _Refused(Unread.TOO_LONG)
        text = squeeze(printed).translate(FULL_WIDTH).rstrip(" .;,")
        return _parse(text) if text or squeeze(printed) else ()
    except _Refused as refused:
        return NotRead(printed, PrintedCell.INVESTMENT, refused.why)
    except NotANumber:
        return NotRead(printed, PrintedCell.INVESTMENT, Unread.NOTATION)


def _parse(text: str) -> tuple[Investment, ...]:
    if _COMPONENTS.fullmatch(text):
        return tuple(
            replace(_sum(amount), component=name, role=COMPONENT)
            for name, amount in _COMPONENT.findall(text)
        )
    bracketed = _BRACKET.fullmatch(text) or _AGAIN.fullmatch(text)
    if bracketed is None:
        return (_sum(text),)
    total, again = _sum(bracketed["sum"]), bracketed["again"].strip()
    if _IN_WORDS.fullmatch(again):
        return (total,)
    if whole := _WHOLE.fullmatch(again):
        project = replace(_sum(whole[2]), component=whole[1], role=WHOLE_PROJECT)
        return (total, project)
    same = _sum(re.sub(r"^(?:tương đương|quy đổi)(?: với)? ", "", again, flags=re.IGNORECASE))
    if same.currency == total.currency:
        raise _Refused(Unread.SEVERAL)
    return (total, replace(same, role=EQUIVALENT))


def _sum(text: str) -> Investment:
    """One amount with its money; without any it is million dong."""
    rest = _NAMED.sub("", text.strip(), count=1) if _NAMED.match(text.strip()) else text.strip()
    about = _ABOUT.match(rest)
    if about:
        rest = rest[about.end() :]
    if not any(c in "0123456789" for c in rest):
        raise _Refused(Unread.NO_FIGURE)
    found = _SUM.fullmatch(rest)
    if found is None:
        several = len(re.findall(_NUMBER, rest)) > 1
        raise _Refused(Unread.SEVERAL if several else Unread.WORDS)
    number, unit = parse_vietnamese(found[1]), found[2].strip()
    in_millions, currency = _money(unit)
    amount = EXACT.multiply(number, in_millions) if in_millions != 1 else number
    amount = Decimal(f"{amount.normalize(EXACT):f}") if in_millions != 1 else amount
    return Investment(amount, currency, approximate=about is not None)


def _money(unit: str) -> tuple[Decimal, str]:
    """By how much a number is multiplied to be million dong or dollars, and which of them."""
    if not unit:
        return Decimal(1), VND_MILLION
    match = _UNIT.fullmatch(fold(unit))
    if match is None:
        ours = _OURS.match(fold(unit))
        raise _Refused(Unread.CURRENCY if unit[0].isalpha() and not ours else Unread.WORDS)
    scale = " ".join(match["scale"].replace(".", " ").split())
    if scale not in _SCALES:
        raise _Refused(Unread.WORDS)
    money = match["money"] or ""
    dollars = money.startswith(("do la", "us"))
    return _SCALES[scale] / _MILLION, USD_MILLION if dollars else VND_MILLION
