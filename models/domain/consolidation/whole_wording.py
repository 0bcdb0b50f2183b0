"""How the office says that a whole and its parts do not fit, or are not of one source."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from models.domain.consolidation.member_wording import NAMED, Namer
from models.domain.consolidation.remainders import Remainder
from models.domain.consolidation.wholes import WholeAndParts, WholeFault
from models.domain.cycle.letter_phrases import listed, shown_number
from models.domain.notation.number_notation import MAX_DECIMALS, format_number
from models.domain.notation.rounding import half_up, like_decimals
from models.domain.reading.rule_settings import RowLink
from models.domain.register.catalogue import Appendix, CatalogueRow, period_phrase
from models.domain.register.territories import (
    TERRITORY_NAMES,
    TERRITORY_SHORT_NAMES,
    Territory,
)

RowNamer = Callable[[CatalogueRow], str]  # a row's place and name


def whole_said(one: WholeAndParts, row_said: RowNamer, name: Namer) -> str:
    """The whole against its parts in one sentence: whose each is, what does not fit, by how much
    they may differ; it ends without a full stop.
    """
    unfit = one.fault is not None
    period = f", {period_phrase(one.period)}" if one.period and unfit else ""
    where = f" ({TERRITORY_NAMES[one.territory]})" if one.territory else ""
    if one.link is not None and one.other_row is not None:
        return _said_of_rows(one, one.link, one.other_row, row_said, name)
    if one.fault is WholeFault.REMAINDER and one.remainder is not None:
        return f"{row_said(one.row)}: {_said_of_remainder(one.row, one.remainder, name)}"
    said = _said_of_areas(one, name) if one.areas else _said(one, name)
    return f"{row_said(one.row)}{where}{period}: {said}"


def _said_of_rows(
    one: WholeAndParts, link: RowLink, other: CatalogueRow, row_said: RowNamer, name: Namer
) -> str:
    """Two linked rows, each with its number and whose that is, and why both cannot be."""
    numbers = [f.number or Decimal(0) for f in one.figures]
    places = min(MAX_DECIMALS, like_decimals([*numbers, one.compared]))
    whole, part, due, base = (
        f"{format_number(half_up(n, places), places)}{'%' if other.unit == '%' else ''}"
        for n in (*numbers, one.compared, link.base)
    )
    if one.one_source:
        by, first, second = f"{name(one.whole.agency)} báo cáo ", "", ""
    else:
        by, (first, second) = "", (f" ({name(figure.agency)})" for figure in one.figures)
    of_base = f" ({link.note})" if link.note else ""
    own = f"{by}{row_said(one.row)} {whole}{first}"
    said = (
        f"{own}, trong khi {row_said(other)}, là một phần của chỉ tiêu ấy, chỉ {part}{second}"
        if one.fault is WholeFault.FULL
        else f"{own}, so với {base}{of_base} {_rise(one.compared, due)}, trong khi "
        f"{row_said(other)} {part}{second}"
    )
    return f"{said}. Hai số chưa thống nhất, đề nghị làm rõ"


def _rise(by: Decimal, shown: str) -> str:
    """What a figure comes to beside what it starts from.

    >>> _rise(Decimal(0), "0"), _rise(Decimal(5), "5"), _rise(Decimal(-5), "-5")
    ('là không tăng', 'là tăng 5', 'là giảm 5')
    """
    if not by:
        return "là không tăng"
    return f"là {'tăng' if by > 0 else 'giảm'} {shown.removeprefix('-')}"


def remainder_said(row: CatalogueRow, left: Remainder) -> str:
    """What is left for the ground that nobody told, and what share of its level that is."""
    numbers = (left.whole.number, left.part.number, left.amount, left.level)
    places = min(MAX_DECIMALS, like_decimals(numbers))
    amount, level = (format_number(half_up(n, places), places) for n in (left.amount, left.level))
    unit = f" {row.unit[:1].lower()}{row.unit[1:]}".rstrip()
    ground = TERRITORY_SHORT_NAMES[left.left_for]
    share = f"bằng {format_number(left.ratio, 1)}% mức suy ra {level}"
    return f"phần còn lại ({ground}) suy ra {amount}{unit}, {share}"


def _said_of_remainder(row: CatalogueRow, left: Remainder, name: Namer) -> str:
    """The two figures, whose they are, and that what they leave is out of the office's band."""
    numbers = [f.number or Decimal(0) for f in (left.whole, left.part)]
    places = min(MAX_DECIMALS, like_decimals(numbers))
    whole, part = (format_number(half_up(n, places), places) for n in numbers)
    low, high = shown_number(left.low), shown_number(left.high)
    return (
        f"số {TERRITORY_SHORT_NAMES[Territory.WHOLE]} {whole} ({name(left.whole.agency)}), "
        f"{TERRITORY_SHORT_NAMES[left.part_of]} {part} ({name(left.part.agency)}); "
        f"{remainder_said(row, left)}, ngoài khoảng {low}% đến {high}%. Đề nghị đối chiếu"
    )


def _said_of_areas(one: WholeAndParts, name: Namer) -> str:
    """The whole city against its areas, each with its number and whose that is."""
    numbers = [f.number or Decimal(0) for f in one.figures]
    target = one.row.target
    set_at = target.value if target is not None and target.is_plain else None
    places = min(MAX_DECIMALS, like_decimals([*numbers, one.lowest, set_at]))
    shown = [format_number(half_up(n, places), places) for n in numbers]
    city = f"số {TERRITORY_SHORT_NAMES[Territory.WHOLE]} {shown[0]} ({name(one.whole.agency)})"
    areas = [
        f"{TERRITORY_SHORT_NAMES[area]} {number} ({name(figure.agency)})"
        for area, number, figure in zip(one.areas, shown[1:], one.parts, strict=True)
    ]
    sources = "Các số" if one.one_source else "Các nguồn"
    together = f"{' và '.join(areas)} cộng lại {format_number(half_up(one.lowest, places), places)}"
    match one.fault:
        case WholeFault.RATE:
            said = f"{city} không nằm giữa {' và '.join(areas)}"
        case WholeFault.PART:
            said = f"{city} nhỏ hơn số của một địa bàn: {'; '.join(areas)}"
        case WholeFault.SHORT:
            said = f"{together}, nhỏ hơn {city}"
        case _:
            said = f"{together}, lớn hơn {city}"
    allowed = f"(lệch đến {shown_number(one.tolerance)} vẫn coi là khớp)"
    return f"{said} {allowed}. {sources} chưa thống nhất, đề nghị đối chiếu"


def _said(one: WholeAndParts, name: Namer) -> str:
    parts = listed([name(code) for code in one.part_agencies], "cơ quan", NAMED)
    whole, lowest, highest = _alike(one)
    places = like_decimals((one.whole.number, one.compared))
    own = f"số chung {format_number(one.whole.number, places)}" if one.whole.number else "số chung"
    whose, theirs = f" ({name(one.whole.agency)})", f" ({parts})"
    allowed = f"(lệch đến {shown_number(one.tolerance)} vẫn coi là khớp)"
    match one.fault:
        case WholeFault.RATE:
            said = (
                f"số chung {whole}{whose} không nằm giữa thành phần thấp nhất {lowest} và cao "
                f"nhất {highest}{theirs} {allowed}"
            )
        case WholeFault.CHANGE:
            at = "kịch bản" if one.row.appendix is Appendix.II else "mức giao"
            span = lowest if lowest == highest else f"từ {lowest} đến {highest}"
            said = (
                f"{own}{whose} chênh {whole} điểm so với {at}, trong khi mọi thành phần{theirs} "
                f"chênh {span} điểm {allowed}"
            )
        case WholeFault.SUM:
            said = f"các thành phần{theirs} cộng lại {lowest}, lớn hơn số chung {whole}{whose} "
            said += allowed
        case WholeFault.PART:
            said = f"có thành phần{theirs} {highest}, lớn hơn số chung {whole}{whose} {allowed}"
        case None:
            return (
                f"số chung là của {name(one.whole.agency)}, số thành phần là của {parts}: không "
                "cùng nguồn"
            )
    sources = "Hai nguồn" if not one.one_source else "Các số"
    return f"{said}. {sources} chưa thống nhất, đề nghị đối chiếu"


def _alike(one: WholeAndParts) -> tuple[str, str, str]:
    """The three numbers with as many decimals each; distances with their sign."""
    numbers = (one.compared, one.lowest, one.highest)
    places = min(MAX_DECIMALS, like_decimals(numbers))
    shown = [shown_number(half_up(number, places)) for number in numbers]
    if one.fault is WholeFault.CHANGE:
        shown = [f"+{s}" if n > 0 else s for s, n in zip(shown, numbers, strict=True)]
    return shown[0], shown[1], shown[2]
