"""The office's files together: what one of them relies on must stand in another."""

from __future__ import annotations

import dataclasses
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.files.office_files import load_office
from models.domain.errors import ConfigurationFault
from tests.fixtures.office_files import OFFICE_FILES, own_office


@pytest.fixture
def office_files(tmp_path: Path) -> Path:
    no_code = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(OFFICE_FILES, tmp_path / "office", ignore=no_code))


def test_a_cycle_without_its_form_is_named(office_files: Path) -> None:
    (office_files / "forms" / "plan.toml").unlink()
    with pytest.raises(ConfigurationFault, match=r"2025-plan\.form: không có mẫu biểu «plan»"):
        load_office(office_files)


def test_a_cycle_without_its_catalogue_is_named(office_files: Path) -> None:
    path = office_files / "cycles.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("catalogue_year = 2025", "catalogue_year = 2027"), "utf-8")
    with pytest.raises(ConfigurationFault, match="chưa có danh mục năm 2027"):
        load_office(office_files)


def test_a_rule_about_a_row_nobody_knows_is_named(office_files: Path) -> None:
    path = office_files / "rules.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"recurrent_spending_share"', '"recurrent_spending"'), "utf-8")
    with pytest.raises(ConfigurationFault, match="không danh mục nào có dòng “recurrent_spending”"):
        load_office(office_files)


@pytest.mark.parametrize("name", ["cycles.toml", "rules.toml", "forms/plan.toml"])
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda raw: b"a = 1\nb 2\n" + raw, ":2: sai cú pháp TOML"),
        (lambda raw: raw.decode().encode("utf-16"), ": không phải UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_in_the_offices_words(
    office_files: Path, name: str, damage: Callable[[bytes], bytes], words: str
) -> None:
    path = office_files / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ConfigurationFault) as caught:
        load_office(office_files)
    (fault,) = caught.value.faults
    assert fault.startswith(f"{path.name}{words}")


def test_files_saved_on_windows_are_read_alike(office_files: Path) -> None:
    before = own_office()
    for path in office_files.rglob("*.*"):
        if path.suffix in (".csv", ".toml"):
            raw = path.read_bytes().replace(b"\n", b"\r\n")
            path.write_bytes(b"\xef\xbb\xbf" + raw)
    after = load_office(office_files)
    assert after.catalogues == before.catalogues
    assert after.cycles == before.cycles
    assert after.forms == before.forms
    assert after.rules == before.rules
    assert after.register.agencies == before.register.agencies
    assert after.register.contacts == before.register.contacts


def test_a_cycle_sees_the_agencies_of_its_opening_day_and_always_one_catalogue() -> None:
    office = own_office()
    plan = office.cycle("2025-plan")
    assert office.catalogue_of(plan) is office.catalogue_of(plan)
    printed = office.catalogues[2025]
    assert [r.agencies for r in office.catalogue_of(plan)] == [r.agencies for r in printed]
    assert {r.target_shown for r in office.catalogue_of(plan)} == {
        r.target_reading or r.target_printed for r in printed
    }

    review = dataclasses.replace(
        plan,
        code="2025-review",
        opens_at=plan.opens_at.replace(month=10),
        due_at=plan.due_at.replace(month=11),
        ends_on=None,
    )
    later = office.catalogue_of(review)
    assert later is office.catalogue_of(dataclasses.replace(review, title="khác"))
    growth = later.row("grdp_growth")
    assert [(a.agency, a.inherited_from) for a in growth.agencies] == [
        ("stc", "skhdt"),
        ("thong_ke", "cuc_thong_ke"),
    ]
    assert "toàn thành phố: 12,35 (NQ 42/NQ-HĐND)" in growth.target_shown
    answering = {a.code for a in office.register.answering_on(review.opens_at.date())}
    assert {part.agency for row in later for part in row.agencies} <= answering
    # The reader's process is handed the office: it works out the same.
    child = pickle.loads(pickle.dumps(dataclasses.replace(office)))
    assert child.catalogue_of(review) == later


def test_files_that_hold_the_same_give_the_same_office_and_any_other_byte_another(
    office_files: Path, tmp_path: Path
) -> None:
    before = load_office(office_files)
    assert load_office(office_files) is before
    contacts = tmp_path / "own.csv"
    contacts.write_bytes((office_files / "contacts.csv").read_bytes())
    assert load_office(office_files, contacts) is not before
    read = ("agencies.csv", "contacts.csv", "cycles.toml", "rules.toml", "holidays.csv",
            "forms/plan.toml", "directives/2025/tolerances.csv")  # fmt: skip
    for name in read:
        held = (office_files / name).read_bytes()
        (office_files / name).write_bytes(held + b"\n")
        assert load_office(office_files) is not before, name
        (office_files / name).write_bytes(held)
        assert load_office(office_files) == before, name


def test_a_fault_is_found_again_each_time_and_no_longer_than_it_stands(office_files: Path) -> None:
    before = load_office(office_files)
    held = (office_files / "rules.toml").read_bytes()
    (office_files / "rules.toml").write_bytes(b"[")
    for _ in range(2):
        with pytest.raises(ConfigurationFault):
            load_office(office_files)
    (office_files / "rules.toml").write_bytes(held)
    assert load_office(office_files) is before


def test_a_cycle_that_asks_for_a_sheet_its_form_lacks_is_named(office_files: Path) -> None:
    path = office_files / "cycles.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[projects] người", "[project] người"), "utf-8")
    with pytest.raises(ConfigurationFault, match="nói về trang «project»"):
        load_office(office_files)
