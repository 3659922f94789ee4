"""The history's tables: as the Supabase CLI makes them, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from airlock.deploy.history import (
    MigrationLedger,
    SeedLedger,
    ensure_history,
    read_history,
    read_seeds,
    stored_statements,
)
from airlock.model.failure import StatementRefused
from airlock.model.migration import How
from airlock.server.address import Address
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.statements import Runner
from makers import migration, script, seed


@pytest.fixture(params=[True, False], ids=["embedded", "elsewhere"])
def session(request: pytest.FixtureRequest, empty_database: Address) -> Iterator[Session]:
    address = replace(empty_database, embedded=request.param)
    with connect(address) as session:
        yield session


def ledger(version: str = "1", *statements: str) -> MigrationLedger:
    return MigrationLedger(
        migration=migration(version, "; ".join(statements)),
        statements=statements,
        normalised="meaning",
        formula=1,
        tool="airlock 9",
        beginning=lambda count: f"beginning {count}",
    )


def columns(session: Session, table: str) -> list[tuple[str, str, bool]]:
    return [
        (name, kind, required)
        for name, kind, required in session.fetch(
            "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
            (table,),
        )
    ]


def test_tables_are_those_of_the_supabase_cli(session: Session) -> None:
    ensure_history(session)
    assert columns(session, "supabase_migrations.schema_migrations") == [
        ("version", "text", True),
        ("statements", "text[]", False),
        ("name", "text", False),
    ]
    assert columns(session, "supabase_migrations.seed_files") == [
        ("path", "text", True),
        ("hash", "text", True),
    ]
    keys = session.fetch(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'p' and connamespace = 'supabase_migrations'::regnamespace order by 1"
    )
    assert keys == [
        ("supabase_migrations.schema_migrations", "schema_migrations_pkey",
         "PRIMARY KEY (version)"),
        ("supabase_migrations.seed_files", "seed_files_pkey", "PRIMARY KEY (path)"),
    ]  # fmt: skip


def test_reading_makes_nothing(session: Session) -> None:
    assert read_history(session) == ()
    assert read_seeds(session) == {}
    assert stored_statements(session, ["1"]) == {}
    assert session.fetch("select 1 from pg_namespace where nspname in "
                         "('airlock', 'supabase_migrations')") == []  # fmt: skip


def test_tables_that_stand_are_left_alone(session: Session) -> None:
    ensure_history(session)
    before = session.fetch("select oid, xmin from pg_class order by 1")
    ensure_history(session)
    assert session.fetch("select oid, xmin from pg_class order by 1") == before


def test_a_file_and_its_rows_are_one_transaction(session: Session) -> None:
    ensure_history(session)
    Runner(session).run(script("create table t (id int)"), ledger("1", "create table t (id int)"))
    rows = session.fetch(
        "select xmin::text from supabase_migrations.schema_migrations"
        " union select xmin::text from airlock.migrations"
        " union select xmin::text from pg_class where relname = 't'"
    )
    assert len(rows) == 1


@pytest.mark.parametrize("road", ["", "set role pg_monitor; set search_path = '';"])
def test_a_refused_commit_takes_the_rows_along(session: Session, road: str) -> None:
    ensure_history(session)
    text = (
        "create table p (id int primary key);"
        "create table c (id int references p deferrable initially deferred);"
        "insert into c values (1);"
    )
    with pytest.raises(StatementRefused, match="at COMMIT"):
        Runner(session).run(script(text + road), ledger("1", text))
    assert read_history(session) == ()
    Runner(session).run(script("select 1;" + road), ledger("1", "select 1"))
    assert [row.version for row in read_history(session)] == ["1"]


def test_a_row_that_cannot_be_written_undoes_the_file(session: Session) -> None:
    ensure_history(session)
    runner = Runner(session)
    runner.run(script("select 1"), ledger("1", "select 1"))
    with pytest.raises(DatabaseError, match="schema_migrations_pkey"):
        runner.run(script("create table t (id int)"), ledger("1", "create table t (id int)"))
    assert not session.in_transaction
    assert session.fetch("select to_regclass('t')") == [(None,)]


def test_what_is_read_is_what_was_written(session: Session) -> None:
    ensure_history(session)
    statements = ("select '100%'", '-- ä \\ "quoted" {1,2} NULL\nselect 2')
    Runner(session).run(script(";\n".join(statements)), ledger("7", *statements))
    (row,) = read_history(session)
    login = session.fetch("select session_user::text")[0][0]
    assert (row.version, row.name, row.path) == ("7", "file", "supabase/migrations/7_file.sql")
    assert (row.normalised, row.formula, row.tool) == ("meaning", 1, "airlock 9")
    assert (row.how, row.done, row.total, row.recorded) == (How.TRANSACTION, 2, 2, True)
    assert row.role == login
    assert row.sha256 == migration("7", "; ".join(statements)).sha256
    assert row.applied_at is not None
    assert row.applied_at.tzinfo is not None
    assert row.duration_ms is not None
    assert row.duration_ms >= 0
    assert stored_statements(session, ["7", "8"]) == {"7": statements}


def test_a_file_that_stopped_is_not_recorded(session: Session) -> None:
    ensure_history(session)
    own = ledger("1", "create table t ()", "vacuum t", "select 1/0")
    text = "create table t ();\nvacuum t;\nselect 1/0"
    with pytest.raises(StatementRefused):
        Runner(session).run(script(text), own)
    (row,) = read_history(session)
    assert not row.recorded
    assert row.half
    assert (row.how, row.done, row.total, row.normalised) == (
        How.SEGMENTS, 2, 3, "beginning 2"
    )  # fmt: skip
    assert session.fetch("select 1 from supabase_migrations.schema_migrations") == []
    Runner(session).run(script(text.replace("1/0", "1")), replace(own, done=2, resuming=True))
    (row,) = read_history(session)
    assert (row.recorded, row.done, row.total, row.normalised) == (True, 3, 3, "meaning")


def test_the_clock_of_a_run_starts_anew_when_it_goes_on(session: Session) -> None:
    ensure_history(session)
    own = ledger("1", "vacuum", "select 1/0")
    with pytest.raises(StatementRefused):
        Runner(session).run(script("vacuum pg_class; select 1/0"), own)
    session.execute("update airlock.migrations set started_at = '2020-01-01'")
    Runner(session).run(script("vacuum pg_class; select 1"), replace(own, done=1, resuming=True))
    (row,) = read_history(session)
    assert row.duration_ms is not None
    assert row.duration_ms < 1e6


def test_a_hosted_table_with_more_columns_serves(session: Session) -> None:
    session.execute("create schema supabase_migrations")
    session.execute(
        "create table supabase_migrations.schema_migrations (version text primary key,"
        " statements text[], name text, created_by text, idempotency_key text unique,"
        " rollback text[])"
    )
    session.execute(
        "insert into supabase_migrations.schema_migrations (version, statements, name, created_by,"
        " idempotency_key) values ('1', '{select 1}', 'a', 'somebody', 'k')"
    )
    ensure_history(session)
    Runner(session).run(script("select 2"), ledger("2", "select 2"))
    first, second = read_history(session)
    assert (first.version, first.name, first.path, first.recorded) == ("1", "a", None, True)
    assert (second.version, second.done) == ("2", 1)


def test_a_table_of_the_first_versions_serves(session: Session) -> None:
    session.execute("create schema supabase_migrations")
    session.execute(
        "create table supabase_migrations.schema_migrations (version text not null primary key)"
    )
    session.execute("insert into supabase_migrations.schema_migrations values ('1')")
    (row,) = read_history(session)
    assert (row.version, row.name, row.recorded) == ("1", None, True)
    assert stored_statements(session, ["1"]) == {}
    ensure_history(session)
    assert [name for name, *_ in columns(session, "supabase_migrations.schema_migrations")] == [
        "version", "statements", "name"
    ]  # fmt: skip
    assert [row.version for row in read_history(session)] == ["1"]


def test_a_seed_is_noted_with_its_rows(session: Session) -> None:
    ensure_history(session)
    first, second = seed("create table t (id int);"), seed("insert into t values (1);")
    runner = Runner(session)
    runner.run(script(first.raw.decode()), SeedLedger(seed=first))
    assert read_seeds(session) == {"supabase/seed.sql": first.sha256}
    runner.run(script(second.raw.decode()), SeedLedger(seed=second))
    assert read_seeds(session) == {"supabase/seed.sql": second.sha256}
    with pytest.raises(StatementRefused):
        runner.run(script("select 1/0"), SeedLedger(seed=first))
    assert read_seeds(session) == {"supabase/seed.sql": second.sha256}


def test_history_is_closed_to_others(session: Session) -> None:
    ensure_history(session)
    assert session.fetch("select has_schema_privilege('pg_monitor', 'airlock', 'usage')") == [
        (False,)
    ]
