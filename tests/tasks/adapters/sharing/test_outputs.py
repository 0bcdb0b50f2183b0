"""What is put out on one machine is had on every other, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from tasks.adapters.sharing.objects import MARK, ObjectStore
from tasks.adapters.sharing.outputs import SET_ASIDE, Outputs
from tasks.adapters.sharing.store_failures import StoreAway
from tests.fixtures.shared_stores import KINDS, Breakable, store_url

TABLE = "KH_Tong-hop/columns.md"
FILES = {"KH_Tong-hop.xlsx": b"so", TABLE: b"cot"}


@pytest.fixture(params=KINDS)
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    made = ObjectStore(store_url(request.param, tmp_path))
    made.begin()
    return made


@pytest.fixture
def one(objects: ObjectStore, tmp_path: Path) -> Outputs:
    return Outputs(tmp_path / "may-1", objects)


@pytest.fixture
def other(objects: ObjectStore, tmp_path: Path) -> Outputs:
    return Outputs(tmp_path / "may-2", objects)


def lying(outputs: Outputs) -> dict[str, bytes]:
    """All files of the folder, temporary ones too."""
    found = (path for path in outputs.folder.rglob("*") if path.is_file())
    return {path.relative_to(outputs.folder).as_posix(): path.read_bytes() for path in found}


def test_alone_there_is_what_lies_in_the_folder(tmp_path: Path) -> None:
    alone = Outputs(tmp_path / "output")
    assert alone.path(TABLE) is None and alone.present([TABLE]) == set()
    alone.put(FILES)
    path = alone.path(TABLE)
    assert path is not None and path.read_bytes() == b"cot" and lying(alone) == FILES
    assert alone.present([*FILES, "khac"]) == {*FILES}
    assert alone.shown(TABLE) == str(tmp_path / "output" / TABLE)
    assert (alone.hand_over(), alone.damaged()) == (0, [])


def test_what_one_machine_puts_out_another_has(one: Outputs, other: Outputs) -> None:
    one.put(FILES)
    assert other.present([*FILES, "khac"]) == {*FILES} and lying(other) == {}
    for name, content in FILES.items():
        path = other.path(name)
        assert path is not None and path.read_bytes() == content
    assert lying(other) == FILES and other.path("khac") is None


def test_a_file_that_was_made_elsewhere_is_put_out_as_whole_as_bytes_are(
    one: Outputs, other: Outputs, tmp_path: Path
) -> None:
    made = tmp_path / "made.csv"
    made.write_bytes(b"mot;hai\r\n" * 300_000)
    one.put_file(TABLE, made)
    assert lying(one) == {TABLE: made.read_bytes()}
    path = other.path(TABLE)
    assert path is not None and path.read_bytes() == made.read_bytes()


def test_a_file_that_cannot_be_read_to_its_end_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made.csv"
    made.write_bytes(b"mot;hai")
    alone = Outputs(tmp_path / "output")

    def breaks(source: IO[bytes], target: IO[bytes]) -> None:
        target.write(source.read(3))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("tasks.adapters.sharing.outputs.shutil.copyfileobj", breaks)
    with pytest.raises(OSError, match="Input/output"):
        alone.put_file(TABLE, made)
    assert lying(alone) == {}


def test_people_are_told_where_it_lies_for_all(one: Outputs, objects: ObjectStore) -> None:
    assert one.shown(TABLE) == f"{objects.url.removeprefix('file://')}/output/{TABLE}"


@pytest.mark.parametrize("damage", [b"", b"co", b"khac"])
def test_what_is_not_whole_counts_as_not_there_and_is_put_out_anew(
    one: Outputs, other: Outputs, objects: ObjectStore, damage: bytes
) -> None:
    one.put(FILES)
    objects.write(f"output/{TABLE}", damage)
    assert other.path(TABLE) is None and other.damaged() == [TABLE]
    other.put({TABLE: b"cot"})
    assert one.damaged() == [] and other.path(TABLE) is not None


def test_a_kill_before_the_hash_is_written_leaves_nothing(
    one: Outputs, other: Outputs, objects: ObjectStore
) -> None:
    objects.write(f"output/{TABLE}", b"cot")
    assert other.path(TABLE) is None and other.present([TABLE]) == set()
    one.put(FILES)
    assert other.path(TABLE) is not None


def test_a_store_that_is_away_keeps_a_file_from_being_put_out_anywhere(
    one: Outputs, objects: ObjectStore
) -> None:
    one.put({TABLE: b"cot"})
    broken = Breakable(objects)
    broken.away(ConnectionResetError())
    with pytest.raises(StoreAway):
        one.put(FILES)
    assert lying(one) == {TABLE: b"cot"}, "else nobody would put it out for the others"
    assert one.path(TABLE) is not None
    for ask in (lambda: one.path("KH_Tong-hop.xlsx"), lambda: one.present([*FILES])):
        with pytest.raises(StoreAway):
            ask()
    broken.mend()
    one.put(FILES)
    assert lying(one) == FILES


def test_a_store_that_is_not_there_lacks_nothing(
    one: Outputs, other: Outputs, objects: ObjectStore
) -> None:
    one.put(FILES)
    for name in (MARK, *objects.sizes("")):
        objects.remove(name)
    for ask in (lambda: other.path(TABLE), lambda: other.present([TABLE])):
        with pytest.raises(StoreAway, match="không phải kho đang dùng"):
            ask()


def test_what_was_put_out_before_there_was_a_store_is_handed_over_once(
    one: Outputs, other: Outputs
) -> None:
    Outputs(one.folder).put({**FILES, f"KH.xlsx{SET_ASIDE}": b"sua", ".an": b"tam"})
    assert (one.hand_over(), one.hand_over()) == (2, 0)
    assert other.present([*FILES, f"KH.xlsx{SET_ASIDE}", ".an"]) == {*FILES}
