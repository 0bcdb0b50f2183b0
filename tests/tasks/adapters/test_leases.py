"""One of several has the lease, and what he remembers comes to the next, on both databases."""

from __future__ import annotations

from tasks.adapters.store.rows import migrate, open_engine
from tasks.adapters.watch import leases


def test_a_lease_is_taken_as_it_was_found_or_not_at_all(database_url: str) -> None:
    engine = open_engine(database_url)
    migrate(engine)
    with engine.begin() as connection:
        nobodys = leases.read(connection, "watcher")
        assert (nobodys.holder, dict(nobodys.memory)) == ("", {})
        assert leases.take(connection, "watcher", nobodys, "a")
        assert not leases.take(connection, "watcher", nobodys, "b")  # as it is no more
        assert leases.remember(connection, "watcher", "a", {"deliver-outbox": {"at": "x"}})
        assert not leases.remember(connection, "watcher", "b", {})

        held = leases.read(connection, "watcher")
        assert (held.holder, held.renewals) == ("a", 1)
        assert leases.take(connection, "watcher", held, "a")  # a sign of life
        assert not leases.take(connection, "watcher", held, "b")

        leases.give_back(connection, "watcher", "b")
        assert leases.read(connection, "watcher").holder == "a"
        leases.give_back(connection, "watcher", "a")
        left = leases.read(connection, "watcher")
        assert (left.holder, dict(left.memory)) == ("", {"deliver-outbox": {"at": "x"}})
    engine.dispose()
