"""What the office may set about the rules: thresholds, word lists, known parts and wholes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SumLimit:
    """Rows whose values may not add up to more than a limit, in their common unit."""

    rows: Sequence[str]  # catalogue codes
    limit: Decimal
    note: str = ""


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
