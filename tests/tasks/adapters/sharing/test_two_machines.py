"""Two machines with folders of their own, one record and one store: each has what the other did."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.domain.mail.mail import MessageState
from tasks.adapters.backup.deep_look import look_deep
from tasks.adapters.backup.handing_over import hand_over
from tasks.adapters.boards.boards import boards
from tasks.adapters.desk.cycle_page import put_out
from tasks.adapters.intake.collecting import collect, collect_from
from tasks.adapters.intake.working import ATTEMPTS, work_through
from tasks.adapters.mailbox.maildir import deliver
from tasks.adapters.mailbox.opening import open_inbox
from tasks.adapters.raw_store import RawStore
from tasks.adapters.results.tidy_files import TABLE_FILES
from tasks.adapters.sharing.shared_raw_store import SharedRawStore
from tasks.adapters.sharing.store_failures import StoreAway
from tasks.adapters.store import messages
from tasks.adapters.work.consolidating import consolidate_cycle
from tasks.adapters.workplace import Workplace
from tests.fixtures.own_workbook_mail import own_workbook_mail
from tests.fixtures.ready_made import sqlite_with_tables
from tests.fixtures.shared_stores import FOLDER, KINDS, Breakable, store_url
from tests.fixtures.small_workplace import CYCLE, small_workplace

NOW = dt.datetime(2025, 1, 23, 9, 30, tzinfo=dt.UTC)
AWAY = ConnectionRefusedError("AKIA-bi-mat")


class Machines:
    """Machines of one installation; the mail comes to the first."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.to_ask: tuple[str, ...] = ("syt",)  # by whichever comes first
        self.database = sqlite_with_tables(folder / "chung.sqlite")

    @contextmanager
    def machine(self, name: str, *, alone: bool = False) -> Iterator[Workplace]:
        """One of them; `alone`: as it was before there was a shared store."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        url = "" if alone else self.url
        agencies, self.to_ask = self.to_ask, ()
        with small_workplace(place, NOW, agencies, self.database, url) as workplace:
            yield workplace


@pytest.fixture(params=KINDS)
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> Machines:
    return Machines(tmp_path, store_url(request.param, tmp_path))


def post(workplace: Workplace, to: str = "") -> None:
    mail = own_workbook_mail(workplace, "syt", 0, name="syt.xlsx")
    if to:
        mail.replace_header("To", to)
    deliver(Path(workplace.rules.mailboxes[0].removeprefix("maildir://")), mail.as_bytes(), NOW)


def broken_store(workplace: Workplace) -> Breakable:
    assert isinstance(workplace.raw_store, SharedRawStore)
    return Breakable(workplace.raw_store.objects)


def states(workplace: Workplace) -> Counter[tuple[str, int]]:
    with workplace.engine.begin() as connection:
        rows = messages.every_message(connection)
        waiting = {m.key: m.attempts for m in messages.waiting(connection, 10)}
    return Counter((row["state"], waiting.get(row["key"], 0)) for row in rows)


def test_what_one_machine_took_in_another_works_on_and_shows(machines: Machines) -> None:
    with machines.machine("mot") as one, machines.machine("hai") as two:
        post(one)
        assert collect_from(one, one.rules.mailboxes[0], 10).new == 1
        (worked,) = work_through(two, 10).messages
        assert worked.state is MessageState.RETURNED
        assert one.raw_store.get(worked.key) == two.raw_store.in_store(worked.key)
        assert look_deep(one, None)[1] == [] == look_deep(two, None)[1]


def test_what_one_machine_put_out_the_door_of_another_shows(machines: Machines) -> None:
    with machines.machine("mot") as one, machines.machine("hai") as two:
        done = consolidate_cycle(one, one.office.cycle(CYCLE))
        with two.engine.begin() as connection:
            (shown,) = put_out(two, connection, CYCLE)
        assert shown.table == list(TABLE_FILES) and not shown.unseen
        for name in (done.workbook.name, *map(shown.within_outputs, shown.table)):
            here, there = one.outputs.path(name), two.outputs.path(name)
            assert here is not None and there is not None
            assert here.read_bytes() == there.read_bytes() and here != there
        place = machines.url.removeprefix("file://")
        notes = " ".join(b.note for b in boards(two, [two.office.cycle(CYCLE)]))
        assert f"{place}/output/{done.workbook.name}" in notes
        again = consolidate_cycle(two, two.office.cycle(CYCLE))
        assert not again.new and again.workbook == done.workbook


def test_a_page_says_what_it_could_not_see_and_shows_the_rest(machines: Machines) -> None:
    with machines.machine("mot") as one, machines.machine("hai") as two:
        consolidate_cycle(one, one.office.cycle(CYCLE))
        broken_store(two).away(AWAY)
        with two.engine.begin() as connection:
            (shown,) = put_out(two, connection, CYCLE)
        assert "Kho chung" in shown.unseen and shown.table == []
        assert "Kho chung" in " ".join(b.note for b in boards(two, [two.office.cycle(CYCLE)]))


def test_mail_stays_in_its_mailbox_while_the_store_is_away(machines: Machines) -> None:
    with machines.machine("mot") as one:
        post(one)
        broken = broken_store(one)
        broken.away(AWAY)
        url = one.rules.mailboxes[0]
        (said,) = collect_from(one, url, 10).failures
        assert f"Kho chung «{machines.url}»" in said and "vẫn nằm nguyên" in said
        assert "AKIA" not in said and states(one) == {}
        broken.mend()
        assert collect_from(one, url, 10).new == 1


def test_a_message_waits_uncounted_while_the_store_is_away(machines: Machines) -> None:
    with machines.machine("mot") as one, machines.machine("hai") as two:
        post(one)
        collect(one, open_inbox(one.rules.mailboxes[0], NOW), 10)
        broken = broken_store(two)
        broken.away(AWAY)
        for _ in range(ATTEMPTS + 2):
            done = work_through(two, 10)
            (said,) = done.failures
            assert done.messages == [] and f"Kho chung «{machines.url}»" in said
            assert "lần chạy sau làm tiếp" in said and "AKIA" not in said
        assert states(two) == {(MessageState.RECEIVED, 0): 1}
        broken.mend()
        assert [m.state for m in work_through(two, 10).messages] == [MessageState.RETURNED]


@pytest.mark.parametrize("call", [1, 2], ids=["its files are kept", "its answer is written"])
def test_a_message_waits_uncounted_when_the_store_goes_away_in_the_middle(
    machines: Machines, call: int
) -> None:
    with machines.machine("mot") as one:
        post(one, one.rules.try_out_address)
        collect(one, open_inbox(one.rules.mailboxes[0], NOW), 10)
        broken, put_many = broken_store(one), one.raw_store.put_many
        calls: list[int] = []

        def goes_away(contents: Iterable[bytes]) -> list[str]:
            calls.append(1)
            if len(calls) == call:
                broken.away(AWAY)
            return put_many(contents)

        one.raw_store.put_many = goes_away  # type: ignore[method-assign]
        (said,) = work_through(one, 10).failures
        assert len(calls) == call and "Kho chung" in said
        assert states(one) == {(MessageState.RECEIVED, 0): 1}
        broken.mend()
        assert len(work_through(one, 10).messages) == 1


def test_an_installation_that_gets_a_shared_store_hands_over_what_it_had(
    machines: Machines,
) -> None:
    with machines.machine("mot", alone=True) as before:
        post(before)
        collect_from(before, before.rules.mailboxes[0], 10)
        (worked,) = work_through(before, 10).messages
        done = consolidate_cycle(before, before.office.cycle(CYCLE))
        kept = set(before.raw_store)
    with machines.machine("mot") as one:
        found = look_deep(one, None)[1]
        assert len(found) == len(kept) and all(f.mend for f in found)
        assert "bản có sẵn ở máy này" in found[0].to_do
        assert hand_over(one, dt.datetime.now(dt.UTC)).handed_over == len(kept)
        assert set(one.raw_store) == kept and look_deep(one, None)[1] == []
    with machines.machine("hai") as two:
        assert two.raw_store.get(worked.key)
        assert two.outputs.path(done.workbook.name) is not None


def test_a_shared_folder_that_is_not_mounted_is_no_empty_store(tmp_path: Path) -> None:
    machines = Machines(tmp_path, store_url(FOLDER, tmp_path))
    with machines.machine("mot") as one:
        post(one)
        collect_from(one, one.rules.mailboxes[0], 10)
    shared = tmp_path / "kho-chung"
    shared.rename(tmp_path / "cho-khac")
    with machines.machine("hai") as two:
        for mounted in (False, True):
            if mounted:
                shared.mkdir()  # the place where it would be
            (said,) = work_through(two, 10).failures
            assert "không phải kho đang dùng" in said
            assert states(two) == {(MessageState.RECEIVED, 0): 1}
        assert list(shared.iterdir()) == []
    shared.rmdir()
    (tmp_path / "cho-khac").rename(shared)
    with machines.machine("hai") as two:
        assert len(work_through(two, 10).messages) == 1


def test_a_new_installation_says_at_once_that_its_store_cannot_be_had(tmp_path: Path) -> None:
    machines = Machines(tmp_path, f"file://{tmp_path / 'chua-gan'}")
    with pytest.raises(StoreAway, match="chua-gan"), machines.machine("mot"):
        pass


def test_damage_in_the_store_is_told_of_and_mended(machines: Machines) -> None:
    with machines.machine("mot") as one:
        digest = one.raw_store.put(b"so")
        done = consolidate_cycle(one, one.office.cycle(CYCLE))
        objects = one.raw_store.objects  # type: ignore[attr-defined]
        table = f"{done.workbook.name.removesuffix('.xlsx')}/{TABLE_FILES[0]}"
        for name in (f"raw/{digest[:2]}/{digest}", f"output/{done.workbook.name}"):
            objects.write(name, b"hong")
        objects.write(f"output/{table}", b"hong")
        found = look_deep(one, None)[1]
        assert len(found) == 3 and all("--repair" in f.to_do and f.mend for f in found)
        for one_finding in found:
            assert one_finding.mend is not None
            one_finding.mend()
        assert look_deep(one, None)[1] == []
        assert RawStore(one.raw_store.root).get(digest) == one.raw_store.in_store(digest) == b"so"
