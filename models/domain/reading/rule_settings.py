"""What the office may set about the rules: thresholds, word lists, known parts and wholes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SumLimit:
    """Rows whose values may not add up to more than a limit, in their common unit."""

    rows: Sequence[str]  # catalogue codes
    limit: Decimal
    note: str = ""


class LinkKind(StrEnum):
    """How two rows hang together that are not one measure; the value is how the file names it."""

    FULL = "full"  # the second is a part of the first: where the first is all, so is the second
    ABOVE = "above"  # the second is by how much the first lies above what `base` names


@dataclass(frozen=True, slots=True)
class RowLink:
    """Two rows whose values cannot be just any, beside each other."""

    kind: LinkKind
    first: str  # catalogue code
    second: str  # catalogue code
    base: Decimal  # of FULL what is all; of ABOVE what is taken off the first
    tolerance: Decimal  # how far off is still no contradiction, in the rows' unit
    note: str = ""  # what the base is and where it is from; "" where that is plain


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Thresholds and word lists of the rules; the defaults are those of `config/rules.toml`.

    Words are written as people write them; they are compared without accents and case.
    """

    trial_rules: Sequence[str] = ("NR-02",)  # computed, shown to the office only
    rules_off: Sequence[str] = ()
    # A value is "about 100 times off" when value / target lies between 100 x low and 100 x high.
    magnitude_low: Decimal = Decimal("0.4")
    magnitude_high: Decimal = Decimal("2.5")
    far_factor: Decimal = Decimal(20)  # beyond it a value is strange, whatever the power of ten
    # Percent of the level left for a ground that nobody told, between which its amount is likely.
    remainder_low: Decimal = Decimal(50)
    remainder_high: Decimal = Decimal(140)
    # Percent by which what was registered for a project may differ from the city's plan for it.
    registration_gap: Decimal = Decimal(20)
    fold_above: int = 8  # more remarks of one rule on one sheet become one
    share_words: Sequence[str] = ("tỷ lệ", "tỉ lệ", "tỷ trọng", "mức độ hài lòng")
    growth_words: Sequence[str] = (
        "tốc độ tăng",
        "tăng trưởng",
        "chỉ số sản xuất công nghiệp",
        "(IIP)",
    )
    vague_phrases: Sequence[str] = (
        "như trên",
        "nt",
        "theo quy định",
        "theo kế hoạch",
        "theo chức năng, nhiệm vụ",
        "thường xuyên",
        "đạt yêu cầu",
        "hoàn thành",
        "hoàn thành tốt",
        "hoàn thành nhiệm vụ",
        "có",
        "ok",
        "đang cập nhật",
    )
    sum_limits: Sequence[SumLimit] = ()
    links: Sequence[RowLink] = ()  # told beside conflicts; no workbook is refused for them
