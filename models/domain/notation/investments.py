"""Investment amounts as appendix V prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from models.domain.notation.number_notation import NotANumber, parse_vietnamese
from models.domain.notation.vietnamese_text import squeeze

VND_MILLION = "VND_MILLION"
USD_MILLION = "USD_MILLION"
TOTAL = "total"
EQUIVALENT = "equivalent"
WHOLE_PROJECT = "whole_project"
COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Investment:
    """One amount of a project's investment."""

    amount: Decimal
    currency: str  # "VND_MILLION" (appendix V's own unit) or "USD_MILLION"
    component: str = ""  # "Dự án thành phần 1"; "TMĐT DA" for the whole project's total
    role: str = TOTAL  # "total", "equivalent" (same sum in USD), "whole_project", "component"


class InvestmentNotUnderstood(ValueError):
    """Raised when a printed investment follows none of appendix V's forms."""

    def __init__(self, printed: str) -> None:
        self.printed = printed
        super().__init__(
            f"Không đọc được tổng mức đầu tư «{squeeze(printed[:200])}». Các cách viết được nhận "
            f"(triệu đồng): 2.513.243; 47.122.000 (2.051 triệu USD); 96,3 triệu USD; "
            f"2.300.000 (TMĐT DA 55.870.000); Dự án thành phần 1: 4.416.240 Dự án thành phần 2: "
            f"1.819.354; hoặc để trống."
        )


_NUMBER = r"([0-9][0-9.]*(?:,[0-9]+)?)"
_USD = rf"{_NUMBER} ?triệu (?:USD|đô la Mỹ)"
_AMOUNT = re.compile(rf"{_NUMBER}(?: ?triệu đồng)?(?: ?\((?:{_USD}|(TMĐT DA):? ?{_NUMBER})\))?")
_DOLLARS = re.compile(_USD)
_ONE_COMPONENT = rf"(Dự án thành phần [0-9]{{1,2}}): ?{_NUMBER}"
_COMPONENT = re.compile(_ONE_COMPONENT)
_COMPONENTS = re.compile(rf"{_ONE_COMPONENT}(?:[;,]? {_ONE_COMPONENT})*")
_LONGEST = 2000


def parse_investments(printed: str) -> tuple[Investment, ...]:
    """The amounts a printed cell states, in printed order; none for an empty cell.

    A plain number is in million dong, appendix V's unit. A bracketed sum in dollars is the same
    total again ("equivalent"); "TMĐT DA" is the total of the whole project, of which the row is a
    part. Raises InvestmentNotUnderstood.

    >>> [(i.role, i.currency, str(i.amount)) for i in
    ...     parse_investments("47.122.000 (2.051 triệu USD)")]
    [('total', 'VND_MILLION', '47122000'), ('equivalent', 'USD_MILLION', '2051')]
    """
    if len(printed) > _LONGEST:
        raise InvestmentNotUnderstood(printed)
    text = squeeze(printed)
    if not text:
        return ()
    try:
        found = _parse(text)
    except NotANumber:
        raise InvestmentNotUnderstood(printed) from None
    if not found:
        raise InvestmentNotUnderstood(printed)
    return found


def _parse(text: str) -> tuple[Investment, ...]:
    if match := _AMOUNT.fullmatch(text):
        amount, dollars, label, whole = match.groups()
        total = Investment(parse_vietnamese(amount), VND_MILLION)
        if dollars:
            again = Investment(parse_vietnamese(dollars), USD_MILLION, role=EQUIVALENT)
            return (total, again)
        if whole:
            return (total, Investment(parse_vietnamese(whole), VND_MILLION, label, WHOLE_PROJECT))
        return (total,)
    if match := _DOLLARS.fullmatch(text):
        return (Investment(parse_vietnamese(match[1]), USD_MILLION),)
    if _COMPONENTS.fullmatch(text):
        return tuple(
            Investment(parse_vietnamese(amount), VND_MILLION, name, COMPONENT)
            for name, amount in _COMPONENT.findall(text)
        )
    return ()
