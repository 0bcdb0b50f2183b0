"""Files changed from a page: tried out in their folder, remembered; for real as editions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import load_settings
from flows.office import kept_editions, office_keeping
from flows.office.kept_editions import ServedForReal, in_force, opened_editions
from flows.office.office_changes import ChangeRefused
from flows.office.office_keeping import OfficeKeeping
from flows.office.office_place import placed
from models.domain.editions.edition import EditionOvertaken
from models.domain.errors import ConfigurationFault
from tests.fixtures.settings_desk import SettingsDesk, settings_desk

HEADER = b"agency,to,cc,superior,focal_person,phone"
LETTER = "letters/reminder.j2"


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SettingsDesk]:
    """Tried out; the whole set's checks are others' subject."""
    monkeypatch.setattr(office_keeping, "checked", lambda *_: ())
    with settings_desk(tmp_path, monkeypatch, "development") as found:
        yield found


def change(keeping: OfficeKeeping, content: bytes | None, note: str = "vì", by: str = "Lan") -> int:
    kept = keeping.change(keeping.standing(), {LETTER: content}, by=by, note=note)
    assert kept is not None
    return kept.edition.number


def test_a_folder_is_changed_and_what_it_held_is_remembered(tried: SettingsDesk) -> None:
    keeping = tried.desk.house.files
    before = (tried.folder / LETTER).read_bytes()

    number = change(keeping, b"moi\n")

    assert (tried.folder / LETTER).read_bytes() == b"moi\n"
    assert number == 2
    assert keeping.edition_files(1)[1][LETTER] == before
    assert next((e.by, [str(c) for c in found]) for e, found in keeping.history()) == (
        "Lan",
        [f"đổi {LETTER}"],
    )
    assert change(keeping, b"nua\n") == 3  # what the folder held was known


def test_what_was_edited_in_the_folder_between_is_remembered_too(tried: SettingsDesk) -> None:
    keeping = tried.desk.house.files
    change(keeping, b"moi\n")
    (tried.folder / LETTER).write_bytes(b"trong thu muc\n")

    change(keeping, b"nua\n")

    assert [e.by for e, _ in keeping.history()] == ["Lan", "baocao", "Lan", "baocao"]
    assert keeping.edition_files(3)[1][LETTER] == b"trong thu muc\n"


def test_a_file_goes_and_comes_back(tried: SettingsDesk) -> None:
    keeping = tried.desk.house.files
    before = (tried.folder / LETTER).read_bytes()
    change(keeping, None)
    assert not (tried.folder / LETTER).exists()

    keeping.back_to(1, by="An", note="Quay lại.")

    assert (tried.folder / LETTER).read_bytes() == before
    assert keeping.back_to(1, by="An", note="Quay lại.") is None


def test_a_folder_that_changed_meanwhile_is_not_overwritten(tried: SettingsDesk) -> None:
    keeping = tried.desk.house.files
    standing = keeping.standing()
    (tried.folder / LETTER).write_bytes(b"trong thu muc\n")

    with pytest.raises(EditionOvertaken):
        keeping.change(standing, {LETTER: b"moi\n"}, by="Lan", note="vì")

    assert (tried.folder / LETTER).read_bytes() == b"trong thu muc\n"
    assert keeping.history() == []


def test_no_edition_remembers_a_change_that_could_not_be_written(
    tried: SettingsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(office_keeping, "replace_files", full)
    with pytest.raises(ChangeRefused, match="No space left"):
        change(tried.desk.house.files, b"moi\n")
    assert tried.desk.house.files.history() == []


def test_served_for_real_the_folder_is_the_first_edition_also_after_a_trial(
    tried: SettingsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(tried.desk.house.files, b"moi\n")
    (tried.folder / LETTER).write_bytes(b"sau cung\n")  # with an editor, after the last change
    monkeypatch.setenv("BAOCAO_ENVIRONMENT", "production")
    served = load_settings()

    assert (placed(served).config_dir / LETTER).read_bytes() == b"sau cung\n"
    (tried.folder / LETTER).write_bytes(b"khong con doc\n")
    assert (placed(served).config_dir / LETTER).read_bytes() == b"sau cung\n"
    keeping = OfficeKeeping(lambda: served)
    assert change(keeping, b"that\n") == 4
    with opened_editions(served) as connection:
        assert in_force(connection, served).number == 4


def test_a_folder_beside_editions_in_force_is_not_changed(
    tried: SettingsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_ENVIRONMENT", "production")
    placed(load_settings())
    monkeypatch.setenv("BAOCAO_ENVIRONMENT", "development")
    again = load_settings()

    with pytest.raises(ServedForReal):
        change(OfficeKeeping(lambda: again), b"moi\n")

    assert (tried.folder / LETTER).read_bytes() != b"moi\n"


def test_contacts_of_their_own_place_are_changed_there(
    tried: SettingsDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "danh-ba.csv"
    own.write_bytes((tried.folder / "contacts.csv").read_bytes())
    monkeypatch.setenv("BAOCAO_CONTACTS_FILE", str(own))
    settings = load_settings()
    keeping = OfficeKeeping(lambda: settings)

    keeping.change(keeping.standing(), {"contacts.csv": HEADER + b"\n"}, by="Lan", note="vì")

    assert own.read_bytes() == HEADER + b"\n"
    assert (tried.folder / "contacts.csv").read_bytes() != HEADER + b"\n"


@pytest.mark.parametrize("environment", ["development", "production"])
def test_nothing_with_a_fault_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    with settings_desk(tmp_path, monkeypatch, environment) as desk:
        keeping = desk.desk.house.files
        with pytest.raises(ConfigurationFault) as raised:
            faulty = HEADER + b"\nsyt,khong,,,,\n"
            keeping.change(keeping.standing(), {"contacts.csv": faulty}, by="Lan", note="vì")
        assert any(fault.file.endswith("contacts.csv") for fault in raised.value.found)
        numbers = [edition.number for edition, _ in keeping.history()]
        assert numbers == ([1] if environment == "production" else [])
        assert kept_editions.CONTACTS in keeping.standing().files
