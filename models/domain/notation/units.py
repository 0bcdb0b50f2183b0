"""Units as people write them: the scale ("triệu") apart from what is counted ("tấn")."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from models.domain.notation.vietnamese_text import fold

_SCALES = {
    "nghin": Decimal(1_000),
    "ngan": Decimal(1_000),
    "1.000": Decimal(1_000),
    "1000": Decimal(1_000),
    "trieu": Decimal(1_000_000),
    "tr": Decimal(1_000_000),
    "ty": Decimal(1_000_000_000),
    "ti": Decimal(1_000_000_000),
}
_SAME = {
    "vnd": "dong",
    "vnđ": "dong",
    "d": "dong",
    "do la": "usd",
    "do la my": "usd",
    "$": "usd",
    "us$": "usd",
    "phan tram": "%",
    "luot khach": "luot",
    "khach": "luot",
    "luot nguoi": "luot",
    "nguoi": "luot",  # lượt người, người: one head counted once is what the cell says
    "lao dong": "luot",
    "can ho": "can",
}
_WELL_KNOWN = frozenset(
    {"dong", "usd", "eur", "%", "‰", "tan", "kg", "luot", "kwh", "mw", "ha", "m2"}
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit taken apart: 10^6 and "tan" for "triệu tấn"."""

    scale: Decimal
    base: str

    @property
    def well_known(self) -> bool:
        """Whether the base is a unit beyond doubt, so that another one contradicts it."""
        return self.base in _WELL_KNOWN

    def loosely_like(self, other: Measure) -> bool:
        """Whether the bases may be meant alike: one begins as the other does ("m2", "m2 sàn")."""
        mine, its = self.base.split("/")[0], other.base.split("/")[0]
        return self.scale == other.scale and (mine.startswith(its) or its.startswith(mine))


@lru_cache(maxsize=2_000)
def measure_of(unit: str) -> Measure:
    """The unit's scale and base.

    >>> measure_of("Triệu tấn")
    Measure(scale=Decimal('1000000'), base='tan')
    >>> measure_of("1.000 lượt").scale, measure_of("tỷ").base
    (Decimal('1000'), '')
    """
    scale = Decimal(1)
    words = fold(unit).replace("²", "2").split()
    while words and words[0].rstrip(".") in _SCALES:
        scale *= _SCALES[words.pop(0).rstrip(".")]
    base = " ".join(words).strip(" .")
    return Measure(scale, _SAME.get(base, base))


def converted(amount: Decimal, given: Measure, wanted: Measure) -> Decimal | None:
    """The amount in the wanted unit; None when the two do not measure the same thing.

    A bare scale ("tỷ") measures whatever the wanted unit does.

    >>> converted(Decimal(37), measure_of("triệu USD"), measure_of("Tỷ USD"))
    Decimal('0.037')
    """
    if given.base != wanted.base and given.base:
        return None
    return amount * given.scale / wanted.scale
