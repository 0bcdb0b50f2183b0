"""The register: who answers, under which names, from when to when, and where to write."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from models.domain.cycle.letter_phrases import registered_before
from models.domain.errors import UnknownAgency
from models.domain.notation.tone_marks import likest_with, marked, without_marks
from models.domain.notation.vietnamese_text import squeeze
from models.domain.register.near_names import near_names
from models.domain.register.successions import Successions


class AgencyKind(StrEnum):
    """Kinds of agency the directive addresses (part III and "Nơi nhận")."""

    DEPARTMENT = "department"  # sở, ban, ngành, Văn phòng, Thanh tra
    DISTRICT = "district"  # quận, huyện, thành phố trực thuộc; none since 01/07/2025
    COMMUNE = "commune"  # xã, phường, đặc khu: the lower of two tiers since 01/07/2025
    PROJECT_BOARD = "project_board"  # ban quản lý dự án
    CENTRAL = "central"  # cơ quan trung ương trên địa bàn, công an, quân sự


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency; `valid_to` is its last day, None while it exists.

    `name` is what tables call it; `full_name` what a letter calls it, "" where that is the same.
    `province` names whose it was where it was never the city's: it is known, and never asked.
    """

    code: str
    name: str
    kind: AgencyKind
    aliases: Sequence[str] = ()
    valid_from: dt.date = dt.date(1900, 1, 1)
    valid_to: dt.date | None = None
    note: str = ""
    full_name: str = ""
    province: str = ""

    @property
    def formal_name(self) -> str:
        """What a letter or a document calls it.

        >>> Agency("a", "UBND quận A", AgencyKind.DISTRICT).formal_name
        'UBND quận A'
        """
        return self.full_name or self.name

    @property
    def head(self) -> str:
        """Who answers for it, as a letter asks him to see to something.

        >>> Agency("a", "UBND quận A", AgencyKind.DISTRICT, full_name="Ủy ban nhân dân quận A").head
        'Chủ tịch Ủy ban nhân dân quận A'
        >>> Agency("q", "Bộ Chỉ huy quân sự thành phố", AgencyKind.CENTRAL).head
        'Chỉ huy trưởng Bộ Chỉ huy quân sự thành phố'
        >>> Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT).head
        'Thủ trưởng cơ quan'
        """
        if self.kind in (AgencyKind.DISTRICT, AgencyKind.COMMUNE):
            return f"Chủ tịch {self.formal_name}"
        if self.formal_name.startswith("Bộ Chỉ huy "):
            return f"Chỉ huy trưởng {self.formal_name}"
        return "Thủ trưởng cơ quan"

    def valid_on(self, day: dt.date) -> bool:
        """Whether the agency exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def name_keys(self) -> frozenset[str]:
        """The keys under which its name and aliases are found, with their marks."""
        named = (self.name, *([self.full_name] if self.full_name else []), *self.aliases)
        return frozenset(marked_key(name) for name in named)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where an agency's letters go. Addresses are lower case."""

    agency: str
    to: Sequence[str]
    cc: Sequence[str] = ()
    superior: Sequence[str] = ()  # copied when the agency is overdue
    superior_title: str = ""  # who that is, as "Nơi nhận" names it; "" where nobody has said it
    focal_person: str = ""
    phone: str = ""
    domains: Sequence[str] = ()  # mail domains of former days, before a merger; lower case
    # Who else writes for it, as a person said: answered, and written to on no other occasion.
    senders: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Collective:
    """Those whom a directive addresses all together: "Các sở, ngành, địa phương".

    `members` and `without` hold kinds of agencies and codes of agencies.
    """

    code: str  # no agency bears it
    name: str
    members: Sequence[str]
    aliases: Sequence[str] = ()
    without: Sequence[str] = ()  # who does not belong to them, though their kind says so
    note: str = ""

    def has(self, agency: Agency) -> bool:
        """Whether the agency is one of them, while it exists."""
        named = {agency.code, agency.kind.value}
        return not named.isdisjoint(self.members) and named.isdisjoint(self.without)


@dataclass(frozen=True)
class Register:
    """All agencies by code, their contacts, who answers in whose place, who are named together."""

    agencies: Mapping[str, Agency]
    contacts: Mapping[str, Contact]
    successions: Successions = field(default_factory=Successions)
    collectives: Mapping[str, Collective] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Agency]:
        return iter(self.agencies.values())

    def resolve(self, name: str, on: dt.date) -> Agency:
        """The agency that bears the code, name or alias on that day, however it is spelt.

        Letter case, blanks, the office's abbreviations and a trailing "thành phố", "Hải Phòng" make
        no difference. The name with its very marks comes first; marks may be missing where that
        leaves one agency; other marks are another name. Raises UnknownAgency, naming the nearest
        names, or the days on which the agency existed, or the agencies that share the name.
        """
        names = self._names_meant(name)
        found = list({agency.code: agency for _, agency in names}.values())
        valid = [agency for agency in found if agency.valid_on(on)]
        # Without its marks a name of today may be one of former days, which somebody still writes.
        is_one_name = len({key for key, _ in names}) < 2
        if len(valid) == 1 and is_one_name:
            return valid[0]
        shown = squeeze(name)[:120]
        if valid:
            named = _listed(a.name for a in (valid if is_one_name else found))
            raise UnknownAgency(
                f"“{shown}” là tên của nhiều cơ quan: {named}. Đề nghị ghi mã cơ quan."
            )
        if found:
            lives = "; ".join(_life(agency) for agency in found)
            raise UnknownAgency(f"“{shown}” không còn hoặc chưa có vào ngày {_day(on)}: {lives}.")
        nearest = self._nearest(name, on)
        hint = f" Tên gần giống: {_listed(nearest)}." if nearest else ""
        raise UnknownAgency(f"“{shown}” không có trong danh bạ cơ quan.{hint}")

    def bears(self, name: str) -> bool:
        """Whether any agency, of whatever day, may be meant by the name."""
        return bool(self._names_meant(name))

    def responsible_for(self, name: str, on: dt.date) -> Agency:
        """The agency of that name, or the one that answers in its place on that day.

        An old name leads to the only heir, a name to come to the only predecessor. Raises
        UnknownAgency, which names the heirs where there are several.
        """
        try:
            return self.resolve(name, on)
        except UnknownAgency as error:
            kin = list(dict.fromkeys(self._kin_of_bearers(name, on)))
            if len(kin) == 1:
                return kin[0]
            if not kin:
                raise
            names = _listed(agency.name for agency in kin)
            raise UnknownAgency(f"{error} Cơ quan báo cáo thay: {names}.") from None

    def contacts_on(self, day: dt.date) -> Mapping[str, Contact]:
        """Where the letters to each agency go on that day: once it has ended, to all its heirs.

        Addresses of several heirs are joined, each once. An agency whose heirs have no address
        keeps its own.
        """
        if day not in self._contacts_by_day:
            ended = {a.code for a in self if self.successions.passes_on(a.code, day)}
            heirs = {code: self._heirs_contact(code, day) for code in sorted(ended)}
            known = {code: contact for code, contact in heirs.items() if contact.to}
            self._contacts_by_day[day] = {**self.contacts, **known} if known else self.contacts
        return self._contacts_by_day[day]

    def agency_name(self, code: str) -> str:
        """The name of the agency, or of those named together; the code where nobody bears it.

        >>> health = Agency("syt", "Sở Y tế", AgencyKind.DEPARTMENT)
        >>> register = Register({"syt": health}, {})
        >>> register.agency_name("syt"), register.agency_name("xyz")
        ('Sở Y tế', 'xyz')
        """
        named = self.agencies.get(code) or self.collectives.get(code)
        return named.name if named else code

    def together(self, name: str) -> Collective | None:
        """Those whom the name means all together, however it is spelt; None for no such name."""
        return self._together_by_key.get(_together_key(name))

    def together_on(self, code: str, day: dt.date) -> list[Agency]:
        """Who belongs to a collective and exists on that day, in the register's order."""
        collective = self.collectives[code]
        return [agency for agency in self.answering_on(day) if collective.has(agency)]

    def formal_name(self, code: str) -> str:
        """The agency's name as a letter writes it; the code itself where no agency bears it."""
        return self.formal_names.get(code, code)

    @cached_property
    def formal_names(self) -> Mapping[str, str]:
        """Every agency's name as a letter writes it, by code."""
        return {code: agency.formal_name for code, agency in self.agencies.items()}

    def registered_before(self, agency: str, by: Sequence[str]) -> str:
        """Who registered the works that stand in the agency's workbook beforehand, in a sentence;
        "" where it did itself. `by` are codes."""
        others = [self.formal_name(code) for code in by if code != agency]
        return registered_before(others, own=agency in by)

    def answering_on(self, day: dt.date) -> list[Agency]:
        """The city's agencies that exist on that day, in the register's order."""
        return [agency for agency in self if agency.valid_on(day) and not agency.province]

    def came_from(self, agency: str, day: dt.date) -> str:
        """The province whose agencies alone it succeeds on that day; "" where any was the city's.

        Whoever comes from elsewhere was not asked in any cycle before.

        >>> from models.domain.register.successions import Succession
        >>> old = Agency("h", "UBND huyện H", AgencyKind.DISTRICT, province="tỉnh Hải Dương")
        >>> new = Agency("x", "UBND xã X", AgencyKind.COMMUNE)
        >>> lines = Successions((Succession("h", "x", dt.date(2025, 7, 1)),))
        >>> register = Register({"h": old, "x": new}, {}, lines)
        >>> register.came_from("x", dt.date(2025, 11, 20)), register.came_from("h", dt.date.max)
        ('tỉnh Hải Dương', '')
        """
        before = self.successions.predecessors_of(agency, day)
        provinces = {self.agencies[code].province for code in before if code in self.agencies}
        return provinces.pop() if len(provinces) == 1 else ""

    def _names_meant(self, name: str) -> Sequence[tuple[str, Agency]]:
        """The names that may be meant, each with whose it is; by a code that alone."""
        if by_code := self.agencies.get(name.strip().lower()):
            return [("", by_code)]
        written = marked_key(name)
        alike = self._by_name.get(without_marks(written), ())
        like, found = likest_with(written, ((key, (key, agency)) for key, agency in alike))
        return found if like else []

    def _bearers(self, name: str) -> list[Agency]:
        return list({agency.code: agency for _, agency in self._names_meant(name)}.values())

    def _kin_of_bearers(self, name: str, on: dt.date) -> Iterator[Agency]:
        """Who exists on that day and answers in the place of those who bear the name."""
        for bearer in self._bearers(name):
            if bearer.valid_from <= on:
                kin = self.successions.heirs_of(bearer.code, on)
            else:
                kin = self.successions.predecessors_of(bearer.code, bearer.valid_from)
            for code in kin:
                if (agency := self.agencies.get(code)) and agency.valid_on(on):
                    yield agency

    def _nearest(self, name: str, on: dt.date) -> list[str]:
        names = {
            key: [a.name for _, a in found if a.valid_on(on)]
            for key, found in self._by_name.items()
            if any(a.valid_on(on) for _, a in found)
        }
        keys = near_names(name_key(name[:200]), names, most=3)
        return list(dict.fromkeys(one for key in keys for one in names[key]))

    def _heirs_contact(self, agency: str, day: dt.date) -> Contact:
        heirs = self.successions.heirs_of(agency, day)
        found = [self.contacts[code] for code in heirs if code in self.contacts]
        titles = dict.fromkeys(c.superior_title for c in found if c.superior)
        return Contact(
            agency,
            to=tuple(dict.fromkeys(a for c in found for a in c.to)),
            cc=tuple(dict.fromkeys(a for c in found for a in c.cc)),
            superior=tuple(dict.fromkeys(a for c in found for a in c.superior)),
            superior_title="" if "" in titles else "; ".join(titles),
            focal_person=found[0].focal_person if len(found) == 1 else "",
            phone=found[0].phone if len(found) == 1 else "",
        )

    @cached_property
    def _together_by_key(self) -> Mapping[str, Collective]:
        return {
            _together_key(name): collective
            for collective in self.collectives.values()
            for name in (collective.name, *collective.aliases)
        }

    @cached_property
    def _contacts_by_day(self) -> dict[dt.date, Mapping[str, Contact]]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[str, list[tuple[str, Agency]]]:
        """Names with their marks, and whose they are, by their plain letters."""
        found: dict[str, list[tuple[str, Agency]]] = {}
        for agency in self:
            for key in agency.name_keys:
                found.setdefault(without_marks(key), []).append((key, agency))
        return found


@lru_cache(maxsize=1024)
def _together_key(name: str) -> str:
    """Plain letters without the words that only join: "Các sở, ban, ngành và các địa phương"."""
    joining = {"cac", "va", "cung", "thanh", "pho"}
    return " ".join(word for word in name_key(name).split() if word not in joining)


# Abbreviations of the office's own letters, expanded before names are compared.
_ABBREVIATIONS = {
    "ubnd": "ủy ban nhân dân",
    "vp": "văn phòng",
    "bqlda": "ban quản lý dự án",
    "qlda": "quản lý dự án",
    "bql": "ban quản lý",
    "ql": "quản lý",
    "kkt": "khu kinh tế",
    "dtxd": "đầu tư xây dựng",
    "tp": "thành phố",
    "hp": "hải phòng",
}
_WORDS_OF = {short: marked(words) for short, words in _ABBREVIATIONS.items()}
_WORD = re.compile(r"(?:[a-z0-9][\u0300-\u036f]*)+")
_LONGEST_NAME = 200  # letters of one that is remembered
_CITY = (" thanh pho", " hai phong")
# Words that say only what kind of body it is: alone they would name any of them.
_KIND_ONLY = frozenset({"so", "cuc", "ban", "ca", "dai hoc", "truong", "uy ban nhan dan"})


def marked_key(name: str) -> str:
    """The key under which the spellings of one agency's name are equal, its marks kept.

    The city at the end falls away, unless nothing but a kind of body would be left.

    >>> marked_key("UBND xã Cẩm Giàng") == marked_key("Uỷ ban nhân dân xã CẨM GIÀNG, TP. Hải Phòng")
    True
    >>> marked_key("UBND xã Cẩm Giàng") == marked_key("UBND xã Cẩm Giang")
    False
    """
    return _key_of(name) if len(name) > _LONGEST_NAME else _key_before(name)


@lru_cache(maxsize=8192)
def _key_before(name: str) -> str:
    """Names of the register are read anew with every check of it, others are written like them."""
    return _key_of(name)


def _key_of(name: str) -> str:
    words = _WORD.findall(marked(name.replace("&", " và ")))
    key = " ".join(_WORDS_OF.get(without_marks(word), word) for word in words)
    bare = without_marks(key)
    while city := next((c for c in _CITY if bare.endswith(c)), ""):
        rest = bare.removesuffix(city)
        if rest in _KIND_ONLY:
            break
        key, bare = " ".join(key.split()[: -len(city.split())]), rest
    return key


def name_key(name: str) -> str:
    """The plain letters of a name's key.

    >>> name_key("Ban quản lý khu kinh tế Hải Phòng") == name_key("BQL Khu kinh tế")
    True
    >>> name_key("UBND TP. Thủy Nguyên, TP Hải Phòng")
    'uy ban nhan dan thanh pho thuy nguyen'
    >>> name_key("Đại học Hải Phòng"), name_key("Đại học")
    ('dai hoc hai phong', 'dai hoc')
    """
    return without_marks(marked_key(name))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _life(agency: Agency) -> str:
    start = f" từ ngày {_day(agency.valid_from)}" if agency.valid_from.year > 1900 else ""
    end = f" đến hết ngày {_day(agency.valid_to)}" if agency.valid_to else ""
    return f"“{agency.name}” tồn tại{start}{end}"
