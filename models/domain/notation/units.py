"""Units as people write them: the scale ("triệu"), what is counted ("tấn"), per what ("người")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from models.domain.notation.vietnamese_text import fold, nfc

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
# By their marks: without them other words look like them («văn bản», «trạm»), but before a scale.
_MARKED_SCALES = {
    "chục": Decimal(10),
    "trăm": Decimal(100),
    "vạn": Decimal(10_000),
    "muôn": Decimal(10_000),
    "k": Decimal(1_000),
}
_BARE_SCALES = {fold(name): scale for name, scale in _MARKED_SCALES.items()}
_MANY = re.compile(r"10{1,6}|1(?:0|00)?(?:\.000){1,2}")  # "100", "10.000": of whom one is told
_SAME = {
    "vnd": "dong",
    "vnđ": "dong",
    "d": "dong",
    "viet nam dong": "dong",
    "do la": "usd",
    "do la my": "usd",
    "$": "usd",
    "us$": "usd",
    "phan tram": "%",
    "phan nghin": "‰",
    "luot khach": "luot",
    "khach": "luot",
    "luot nguoi": "luot",
    "nguoi": "luot",  # lượt người, người: one head counted once is what the cell says
    "lao dong": "luot",
    "can ho": "can",
    "hecta": "ha",
    "hec ta": "ha",
}
_SAME_PER = {"dan": "nguoi", "nguoi dan": "nguoi", "dau nguoi": "nguoi", "hecta": "ha"}
_YEARLY = "nam"  # the office's figures are of a year: «/năm» says nothing of its own
_WELL_KNOWN = frozenset(
    {"dong", "usd", "eur", "%", "‰", "tan", "kg", "luot", "kwh", "mwh", "gwh", "kw", "mw"}
    | {"ha", "m2", "m3", "km", "km2", "teu"}
)
# What is counted: told by its marks, for without them other words look like it («cả», «năm»). Those
# of one group are names of the same thing.
_COUNTED = {
    name: fold(group[0])
    for group in (
        ("xã",),
        ("phường",),
        ("huyện", "quận"),
        ("căn", "căn hộ", "nhà"),
        ("lần",),
        ("điểm",),
        ("hộ",),
        ("thôn",),
        ("trường", "trường học"),
        ("lớp", "lớp học"),
        ("học sinh",),
        ("sinh viên",),
        ("giáo viên",),
        ("giường",),
        ("bác sĩ", "bác sỹ"),
        ("bệnh viện",),
        ("trạm",),
        ("thuê bao",),
        ("doanh nghiệp",),
        ("hợp tác xã",),
        ("dự án",),
        ("công trình",),
        ("sản phẩm",),
        ("tuổi",),
        ("tháng",),
        ("ngày",),
        ("giờ",),
        ("mét", "m"),
        ("lít",),
        ("tạ",),
        ("yên",),
    )
    for name in group
}
_FAMILIES = {
    "m2": ("area", Decimal(1)),
    "ha": ("area", Decimal(10_000)),
    "km2": ("area", Decimal(1_000_000)),
    "kg": ("mass", Decimal(1)),
    "tan": ("mass", Decimal(1_000)),
    "kwh": ("energy", Decimal(1)),
    "mwh": ("energy", Decimal(1_000)),
    "gwh": ("energy", Decimal(1_000_000)),
    "kw": ("power", Decimal(1)),
    "mw": ("power", Decimal(1_000)),
    "‰": ("share", Decimal(1)),
    "%": ("share", Decimal(10)),
}
_AMOUNTS = _WELL_KNOWN - {"luot"}
# By their marks: a line of a table is no «đồng».
_NO_UNITS = frozenset({"dòng", "đóng", "đông", "động", "tân", "tận"})
_WORDS = re.compile(r"[^\s,;:()]+")
_TITLE_PARTS = re.compile(r"[()\[\],;:\n]|\s[-–—]\s")
_UNIT_INTRODUCED = re.compile(
    r"^\s*(?:đơn vị(?: tính)?|đvt|tính bằng|tính theo|theo)\b", re.IGNORECASE
)
_SHORT_MONEY = re.compile(r"^(\s*(?:tr|triệu|tỷ|tỉ|nghìn|ngàn))[. ]*(?=đ)")  # "tr.đ", "trđ"


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit taken apart: 10^6 and "tan" for "triệu tấn"; per 10^4 "nguoi" for "/vạn dân".

    `head` is the part of the base that is a unit beyond doubt, "" for none: "m2" of "m2 san".
    """

    scale: Decimal
    base: str
    head: str = ""
    per_scale: Decimal = Decimal(1)
    per: str = ""

    @property
    def well_known(self) -> bool:
        """Whether what is counted is known beyond doubt, so that another unit contradicts it."""
        return bool(self.head)

    @property
    def is_amount(self) -> bool:
        """Whether it is money, a share or a physical unit: no name of what is counted."""
        return self.head in _AMOUNTS

    def loosely_like(self, other: Measure) -> bool:
        """Whether both may be meant alike: one begins as the other does ("m2", "m2 sàn")."""
        return self.scale == other.scale and self.names_the_same(other) and self.fits_per(other)

    def names_the_same(self, other: Measure) -> bool:
        """Whether both count the same, in so many words or in fewer of them."""
        mine, its = self.base.split(), other.base.split()
        short = min(len(mine), len(its))
        if self.base == other.base or self.head != other.head:
            return self.base == other.base
        plain = bool(self.head) and self.head in (self.base, other.base)
        return plain or (bool(short) and mine[:short] == its[:short])

    def fits_per(self, other: Measure) -> bool:
        """Whether it is told of as many of the same as the other; who leaves it out means that."""
        return not self.per or (self.per, self.per_scale) == (other.per, other.per_scale)


@lru_cache(maxsize=2_000)
def measure_of(unit: str) -> Measure:
    """The unit's scale and base, and what it is told of.

    >>> measure_of("Triệu tấn")
    Measure(scale=Decimal('1000000'), base='tan', head='tan', per_scale=Decimal('1'), per='')
    >>> measure_of("1.000 lượt").scale, measure_of("tỷ").base
    (Decimal('1000'), '')
    >>> [(m.base, m.per_scale, m.per) for m in map(measure_of, ("USD/người", "bác sĩ/vạn dân"))]
    [('usd', Decimal('1'), 'nguoi'), ('bac si', Decimal('10000'), 'nguoi')]
    """
    above, *below = nfc(unit).casefold().replace("²", "2").replace("³", "3").split("/")
    words: Sequence[str] = _WORDS.findall(_SHORT_MONEY.sub(r"\1 ", above))
    scale = Decimal(1)
    while words and (times := _scale_of(words)):
        scale *= times
        words = words[1:]
    words = words[1:] if len(words) > 1 and words[0] == "số" else words
    base = " ".join(fold(word).strip(".") for word in words).strip()
    base = _SAME.get(base, base)
    head, rest = _head(words)
    if head and not rest:
        base = head
    per_scale, per = _per(below)
    return Measure(scale, base, head, per_scale, per)


def _scale_of(words: Sequence[str]) -> Decimal | None:
    """By how much the first word multiplies, None where it does not."""
    first, bare = words[0].rstrip("."), fold(words[0]).rstrip(".")
    if bare in _SCALES:
        return _SCALES[bare]
    if first.isascii() and len(words) > 1 and fold(words[1]).rstrip(".") in _SCALES:
        return _BARE_SCALES.get(first)
    return _MARKED_SCALES.get(first)


def _head(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The longest beginning that is a unit beyond doubt, "" for none; and the words behind it."""
    for end in range(min(len(words), 4), 0, -1):
        marked = " ".join(words[:end]).strip(".")
        if marked in _NO_UNITS:
            continue
        plain = fold(marked)
        known = _COUNTED.get(marked) or _SAME.get(plain, plain)
        if marked in _COUNTED or known in _WELL_KNOWN:
            return known, words[end:]
    return "", words


def _per(below: Sequence[str]) -> tuple[Decimal, str]:
    """How many of what a unit is told of, from the parts behind its strokes."""
    scale, names = Decimal(1), []
    for part in below:
        words = fold(re.split(r"[,;:()]", part.strip(" (."))[0]).strip(" .").split()
        while len(words) > 1 and (_MANY.fullmatch(words[0]) or words[0] in ("van", "nghin", "1")):
            many = {"van": "10000", "nghin": "1000"}.get(words[0], words[0].replace(".", ""))
            scale, words = scale * Decimal(many), words[1:]
        name = " ".join(words)
        if name and name != _YEARLY:
            names.append(_SAME_PER.get(name, name))
    return scale, "/".join(names)


@lru_cache(maxsize=500)
def units_named(text: str) -> Sequence[str]:
    """The units that a title names: in brackets, behind «đơn vị tính», or at its end.

    >>> units_named("Mức cam kết (nghìn USD) (*)"), units_named("ĐVT: Triệu đồng")
    (('nghìn USD',), ('Triệu đồng',))
    >>> units_named("Mức cam kết, tỷ đồng"), units_named("Mốc quý I (nếu có)")
    (('tỷ đồng',), ())
    """
    found = []
    for part in _TITLE_PARTS.split(" ".join(nfc(text).split())):
        words = _UNIT_INTRODUCED.sub("", part).strip(" .*-–").split()
        # The shortest ends are tried last: «triệu đồng» is not «đồng».
        for begin in range(max(len(words) - 5, 0), len(words)):
            unit = " ".join(words[begin:])
            if _is_nothing_else(unit, whole=begin == 0):
                found.append(unit)
                break
    return tuple(found)


def _is_nothing_else(text: str, *, whole: bool) -> bool:
    """Whether a text is a unit from its first word to its last; counted things and bare scales only
    where it is the `whole` of a part: «số trường» ends in no unit."""
    measure = measure_of(text)
    if not measure.base:
        return whole and measure.scale != 1
    exact = measure.base == measure.head and measure.head != ""
    return exact and (whole or (measure.head in _WELL_KNOWN and measure.head not in ("luot", "m")))


def converted(amount: Decimal, given: Measure, wanted: Measure) -> Decimal | None:
    """The amount in the wanted unit; None when the two do not measure the same thing.

    A bare scale ("tỷ") measures whatever the wanted unit does.

    >>> converted(Decimal(37), measure_of("triệu USD"), measure_of("Tỷ USD"))
    Decimal('0.037')
    >>> converted(Decimal("1.5"), measure_of("km²"), measure_of("ha"))
    Decimal('150')
    """
    factor = Decimal(1)
    if given.base and given.base != wanted.base and not given.names_the_same(wanted):
        mine, its = _FAMILIES.get(given.base), _FAMILIES.get(wanted.base)
        if mine is None or its is None or mine[0] != its[0]:
            return None
        factor = mine[1] / its[1]
    if given.per and given.per != wanted.per:
        return None
    if given.per:
        factor = factor * wanted.per_scale / given.per_scale
    result = amount * given.scale * factor / wanted.scale
    return Decimal(f"{result.normalize():f}")
