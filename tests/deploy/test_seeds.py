"""Seed files: each runs once for each version of its bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airlock.deploy.seeds import SeedRun, run_seeds, stale_seeds
from airlock.model.event import Event, Finished, Started
from airlock.model.failure import StatementRefused
from airlock.model.migration import Seed
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from makers import seed

TABLE = seed("create table if not exists t (id int);", "supabase/seeds/1_table.sql")
ROWS = seed("insert into t values (1);", "supabase/seeds/2_rows.sql")
MORE = seed("insert into t values (2);", "supabase/seeds/2_rows.sql")


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(supabase_database) as session:
        yield session


def ran(done: SeedRun) -> list[Seed]:
    return [finished.file for finished in done.ran if isinstance(finished.file, Seed)]


def rows(session: Session) -> list[int]:
    return [number for (number,) in session.fetch("select id from t order by 1")]


def test_runs_what_never_ran(session: Session) -> None:
    events: list[Event] = []
    assert stale_seeds(session, (TABLE, ROWS)) == (TABLE, ROWS)
    done = run_seeds(session, (TABLE, ROWS), listener=events.append)
    assert ran(done) == [TABLE, ROWS]
    assert [type(event) for event in events] == [Started, Finished] * 2
    assert rows(session) == [1]


def test_does_and_writes_nothing_the_second_time(session: Session) -> None:
    run_seeds(session, (TABLE, ROWS))
    before = session.fetch("select oid, xmin from pg_class order by 1")
    done = run_seeds(session, (TABLE, ROWS))
    assert (done.ran, done.unchanged) == ((), (TABLE, ROWS))
    assert session.fetch("select oid, xmin from pg_class order by 1") == before
    assert rows(session) == [1]


def test_runs_a_changed_file_again(session: Session) -> None:
    run_seeds(session, (TABLE, ROWS))
    assert stale_seeds(session, (TABLE, MORE)) == (MORE,)
    done = run_seeds(session, (TABLE, MORE))
    assert (ran(done), done.unchanged) == ([MORE], (TABLE,))
    assert rows(session) == [1, 2]
    assert stale_seeds(session, (TABLE, MORE)) == ()


def test_a_seed_that_fails_leaves_nothing(session: Session) -> None:
    broken = seed("insert into t values (3);\nselect * from nowhere;", "supabase/seed.sql")
    with pytest.raises(StatementRefused) as raised:
        run_seeds(session, (TABLE, broken))
    assert raised.value.failure.where.path == "supabase/seed.sql"
    assert rows(session) == []
    assert stale_seeds(session, (TABLE, broken)) == (broken,)


def test_loads_rows_as_a_dump_writes_them(session: Session) -> None:
    dump = seed(
        "set session_replication_role = replica;\nset row_security = off;\n"
        "copy t (id) from stdin;\n7\n8\n\\.\nreset all;\n"
    )
    run_seeds(session, (TABLE, dump))
    assert rows(session) == [7, 8]


def test_asks_nothing_of_a_database_without_history(session: Session) -> None:
    assert stale_seeds(session, ()) == ()
    assert run_seeds(session, ()).ran == ()
    assert session.fetch("select to_regnamespace('supabase_migrations')") == [(None,)]
