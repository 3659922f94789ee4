"""Seed files: each runs once for each version of its bytes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from airlock.deploy.lock import deployment_lock
from airlock.deploy.seeds import SeedRun, run_seeds, stale_seeds
from airlock.errors import Busy
from airlock.model.event import Event, Finished, Listener, Started, ignore
from airlock.model.failure import StatementRefused
from airlock.model.migration import Seed
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from makers import meanwhile, seed

TABLE = seed("create table if not exists t (id int);", "supabase/seeds/1_table.sql")
ROWS = seed("insert into t values (1);", "supabase/seeds/2_rows.sql")
MORE = seed("insert into t values (2);", "supabase/seeds/2_rows.sql")


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(supabase_database) as session:
        yield session


def run(
    session: Session, seeds: Sequence[Seed], listener: Listener = ignore, wait_s: float = 0
) -> SeedRun:
    return run_seeds(session, seeds, environment="staging", listener=listener, wait_s=wait_s)


def ran(done: SeedRun) -> list[Seed]:
    return [finished.file for finished in done.ran if isinstance(finished.file, Seed)]


def rows(session: Session) -> list[int]:
    return [number for (number,) in session.fetch("select id from t order by 1")]


def test_runs_what_never_ran(session: Session) -> None:
    events: list[Event] = []
    assert stale_seeds(session, (TABLE, ROWS)) == (TABLE, ROWS)
    done = run(session, (TABLE, ROWS), listener=events.append)
    assert ran(done) == [TABLE, ROWS]
    assert [type(event) for event in events] == [Started, Finished] * 2
    assert rows(session) == [1]


def test_does_and_writes_nothing_the_second_time(session: Session) -> None:
    run(session, (TABLE, ROWS))
    before = session.fetch("select oid, xmin from pg_class order by 1")
    done = run(session, (TABLE, ROWS))
    assert (done.ran, done.unchanged) == ((), (TABLE, ROWS))
    assert session.fetch("select oid, xmin from pg_class order by 1") == before
    assert rows(session) == [1]


def test_runs_a_changed_file_again(session: Session) -> None:
    run(session, (TABLE, ROWS))
    assert stale_seeds(session, (TABLE, MORE)) == (MORE,)
    done = run(session, (TABLE, MORE))
    assert (ran(done), done.unchanged) == ([MORE], (TABLE,))
    assert rows(session) == [1, 2]
    assert stale_seeds(session, (TABLE, MORE)) == ()


def test_a_seed_that_fails_leaves_nothing(session: Session) -> None:
    broken = seed("insert into t values (3);\nselect * from nowhere;", "supabase/seed.sql")
    with pytest.raises(StatementRefused) as raised:
        run(session, (TABLE, broken))
    assert raised.value.failure.where.path == "supabase/seed.sql"
    assert rows(session) == []
    assert stale_seeds(session, (TABLE, broken)) == (broken,)


def test_loads_rows_as_a_dump_writes_them(session: Session) -> None:
    dump = seed(
        "set session_replication_role = replica;\nset row_security = off;\n"
        "copy t (id) from stdin;\n7\n8\n\\.\nreset all;\n"
    )
    run(session, (TABLE, dump))
    assert rows(session) == [7, 8]


def test_asks_nothing_of_a_database_without_history(session: Session) -> None:
    assert stale_seeds(session, ()) == ()
    assert run(session, ()).ran == ()
    assert session.fetch("select to_regnamespace('supabase_migrations')") == [(None,)]


def test_waits_for_another_airlock(supabase_database: Address, session: Session) -> None:
    with (
        connect(supabase_database) as other,
        deployment_lock(other, "staging", 0),
        pytest.raises(Busy, match="another airlock is deploying to staging"),
    ):
        run(session, (TABLE, ROWS))
    assert stale_seeds(session, (TABLE, ROWS)) == (TABLE, ROWS)


def test_runs_once_where_two_are_asked_to(supabase_database: Address, session: Session) -> None:
    done: list[SeedRun] = []
    start = threading.Barrier(2)

    def at_once() -> None:
        with connect(supabase_database) as own:
            start.wait()
            done.append(run(own, (TABLE, ROWS), wait_s=60))

    with meanwhile(at_once) as first, meanwhile(at_once) as second:
        pass
    assert not first
    assert not second
    assert rows(session) == [1]
    assert sorted(len(each.ran) for each in done) == [0, 2]
