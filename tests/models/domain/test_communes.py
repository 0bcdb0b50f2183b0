"""The communes of 01/07/2025: names that are alike go by their marks, or are asked about."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
import unicodedata
from pathlib import Path

import pytest

from models.domain.errors import UnknownAgency
from models.domain.exchange.exchange_sheets import AgencyLabels, CellFault
from models.domain.notation.vietnamese_text import fold
from models.domain.register.agencies import Agency, AgencyKind, Register, marked_key, name_key
from models.domain.register.successions import Succession, Successions
from tests.fixtures.office_faults import check_register

SINCE = dt.date(2025, 7, 1)
DAY = dt.date(2025, 10, 20)
_LINES = (Path(__file__).parents[2] / "fixtures/communes.csv").read_text().splitlines()
#: The first line says where they are from.
COMMUNES = list(csv.DictReader(_LINES[1:]))
_SHORT = {"xã": "X.", "phường": "P.", "đặc khu": "ĐK"}
_DISTRICT = re.compile(r"\s*\([^()]*\)$")


def _name(one: dict[str, str]) -> str:
    return f"UBND {one['kind']} {one['name']}"


class Unhinted(Register):
    """A register that proposes no names where it knows none: to look for them takes the longest."""

    def _nearest(self, name: str, on: dt.date) -> list[str]:
        return []


REGISTER = Unhinted(
    {
        one["code"]: Agency(
            one["code"],
            _name(one),
            AgencyKind.COMMUNE,
            (f"{one['kind']} {one['name']}", f"UBND {_SHORT[one['kind']]} {one['name']}"),
            valid_from=SINCE,
        )
        for one in COMMUNES
    },
    {},
)
NAMES = {name: a.code for a in REGISTER for name in (a.name, *a.aliases)}
#: Who shares the plain letters of a name: more than one is asked about.
ALIKE: dict[str, set[str]] = {}
for _one, _code in NAMES.items():
    ALIKE.setdefault(name_key(_one), set()).add(_code)


EXACT = {marked_key(name): code for name, code in NAMES.items()}


def led_to(name: str) -> str:
    """The code that a name leads to; "" where a person is asked."""
    try:
        return REGISTER.resolve(name, DAY).code
    except UnknownAgency:
        return ""


def test_they_are_all_there_and_two_of_them_differ_in_their_marks_alone() -> None:
    assert len(COMMUNES) == 114
    twins = [codes for codes in ALIKE.values() if len(codes) > 1]
    assert {frozenset(codes) for codes in twins} == {frozenset({"10888", "10903"})}
    assert {REGISTER.agencies[c].name for c in ("10888", "10903")} == {
        "UBND xã Cẩm Giang",
        "UBND xã Cẩm Giàng",
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_its_marks_is_its_own(name: str) -> None:
    for spelt in (
        name,
        name.upper(),
        f" {name} ",
        unicodedata.normalize("NFD", name),
        f"{name}, thành phố Hải Phòng",
        name.replace("UBND", "Uỷ ban nhân dân"),
    ):
        assert led_to(spelt) == NAMES[name], spelt


@pytest.mark.parametrize("name", NAMES)
def test_without_its_marks_a_name_is_its_own_or_asked_about(name: str) -> None:
    codes = ALIKE[name_key(name)]
    assert led_to(fold(name)) == (NAMES[name] if len(codes) == 1 else "")


def test_the_question_names_both() -> None:
    with pytest.raises(UnknownAgency, match="“UBND xã Cẩm Giang”, “UBND xã Cẩm Giàng”"):
        REGISTER.resolve("UBND xa Cam Giang", DAY)


def _one_mark_less(name: str) -> list[str]:
    apart = unicodedata.normalize("NFD", name)
    return [
        unicodedata.normalize("NFC", apart[:i] + apart[i + 1 :])
        for i, c in enumerate(apart)
        if unicodedata.combining(c)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_with_a_mark_less_a_name_is_nobody_elses_unless_it_is_his_very_name(name: str) -> None:
    for spelt in _one_mark_less(name):
        own = EXACT.get(marked_key(spelt), NAMES[name])
        assert led_to(spelt) in (own, ""), spelt
        if len(ALIKE[name_key(name)]) == 1:
            assert led_to(spelt) == own


def test_a_lost_mark_that_only_one_of_two_can_have_lost_is_no_doubt() -> None:
    assert led_to("UBND xã Cam Giàng") == "10903"
    assert led_to("UBND xa Cẩm Giàng") == "10903"
    assert led_to("UBND xã Cẩm Giáng") == "", "another mark is another name"


@pytest.mark.parametrize("one", COMMUNES, ids=lambda one: one["code"])
def test_without_xa_phuong_dac_khu_or_with_another_of_them_nobody_is_guessed(
    one: dict[str, str],
) -> None:
    assert led_to(one["name"]) == ""
    for kind in {*_SHORT, "thị trấn", "huyện", "quận"} - {one["kind"]}:
        other = f"UBND {kind} {one['name']}"
        # Where two bear one name as different kinds, the kind tells them apart.
        assert led_to(other) == NAMES.get(other, "")


def _with_the_old_units() -> tuple[Register, dict[str, set[str]]]:
    """The register with the units of before as well, and who stands in the place of each."""
    heirs: dict[str, set[str]] = {}
    for one in COMMUNES:
        for old in filter(None, map(str.strip, one["old_units"].split(";"))):
            heirs.setdefault(old, set()).add(one["code"])
    units = [
        Agency(
            f"old{n}",
            f"UBND {old}",
            AgencyKind.COMMUNE,
            (f"UBND {_DISTRICT.sub('', old)}", _DISTRICT.sub("", old)),
            valid_to=SINCE - dt.timedelta(days=1),
        )
        for n, old in enumerate(heirs)
    ]
    lines = [
        Succession(unit.code, heir, SINCE)
        for unit, codes in zip(units, heirs.values(), strict=True)
        for heir in sorted(codes)
    ]
    register = Register(
        {**REGISTER.agencies, **{unit.code: unit for unit in units}}, {}, Successions(tuple(lines))
    )
    by_name: dict[str, set[str]] = {}
    for unit, codes in zip(units, heirs.values(), strict=True):
        for name in unit.aliases:
            by_name.setdefault(name, set()).update(codes)
    return register, by_name


def test_an_old_name_leads_to_its_bearer_of_today_to_its_only_heir_or_is_asked_about() -> None:
    register, heirs = _with_the_old_units()
    assert len(heirs) > 500
    asked, led = [], []
    for old, codes in heirs.items():
        bearer = EXACT.get(marked_key(old))
        right = {bearer} if bearer else codes
        for spelt in (old, old.upper(), fold(old)):
            try:
                found = register.responsible_for(spelt, DAY).code
            except UnknownAgency:
                asked.append(spelt)
                continue
            led.append(spelt)
            assert found in right, spelt
            assert len(right) == 1, spelt
    # «xã An Thanh» is of Chí Minh, and nobody's guess is «xã An Thành».
    assert register.responsible_for("Xã An Thanh", DAY).name == "UBND xã Chí Minh"
    assert register.responsible_for("xã An Thành", DAY).name == "UBND xã An Thành"
    assert "xa an thanh" in asked
    assert len(led) > 500


def test_both_can_be_entered_and_one_name_for_two_cannot(tmp_path: Path) -> None:
    head = "code,name,kind,aliases,valid_from,valid_to,note\n"
    for names, faults in (
        (("UBND xã Cẩm Giang", "UBND xã Cẩm Giàng"), 0),
        (("UBND xã Cẩm Giàng", "Ủy ban nhân dân xã CẨM GIÀNG"), 1),
    ):
        lines = (f"c{n},{name},commune,,2025-07-01,,\n" for n, name in enumerate(names))
        (tmp_path / "agencies.csv").write_text(head + "".join(lines))
        (tmp_path / "contacts.csv").write_text(
            "agency,to,cc,superior,focal_person,phone,domains\n"
            "c0,a@b.example,,,,,\nc1,c@d.example,,,,,\n"
        )
        found = check_register(tmp_path / "agencies.csv", tmp_path / "contacts.csv")
        assert len(found) == faults, [str(f) for f in found]


def test_the_catalogues_workbook_tells_them_apart_too() -> None:
    labels = AgencyLabels({a.code: (a.name, *a.aliases) for a in REGISTER})
    for one, other in itertools.permutations(("10888", "10903")):
        name = REGISTER.agencies[one].name
        assert labels.code(name) == one
        assert labels.code(f"{name} [{one}]") == one
        with pytest.raises(CellFault, match=f"mã {other} là của"):
            labels.code(f"{name} [{other}]")
    with pytest.raises(CellFault, match="tên của nhiều cơ quan"):
        labels.code("UBND xa Cam Giang")
