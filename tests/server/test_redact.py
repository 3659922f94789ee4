"""The boundary of a protected database: results, Airlock's own queries, codes, what is sealed."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from leaks import CANARY, everything, found

from airlock.errors import ConnectionFailed
from airlock.server.address import Address
from airlock.server.builds import Build
from airlock.server.connect import DatabaseError, RowsRefused, Session, connect
from airlock.server.dump import DumpFailed, dump
from airlock.server.redact import Claims, Sealed
from airlock.server.sending import Message, send, send_all
from airlock.server.sqlstates import OF_THE_PROJECT, WORDS, words
from airlock.sources.live import read_catalog
from makers import as_elsewhere, script

ROWS = f"""
    create table public.people (id int, email text);
    insert into public.people values (1, '{CANARY}');
    create view public.emails as select email from public.people;
    create schema airlock;
    create table airlock.migrations (version text);
    insert into airlock.migrations values ('1');
    create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text);
    insert into supabase_migrations.schema_migrations values ('1');
"""
FAILS = "select (select email from public.people)::int"


@pytest.fixture
def open_session(supabase_database: Address) -> Iterator[Session]:
    """Where rows are nobody's secret; the tables are made here."""
    with connect(supabase_database) as session:
        session.connection.execute(ROWS.encode())
        yield session


@pytest.fixture
def session(open_session: Session) -> Iterator[Session]:
    """The same database, protected."""
    with connect(replace(as_elsewhere(open_session.address), protected=True)) as session:
        yield session


class TestResults:
    @pytest.mark.parametrize(
        "query",
        [
            "select email from public.people",
            "select 1, p.* from public.people p",
            "select email from public.emails",
            "with p as (select email from public.people) select email from p",
            "update public.people set id = 2 returning email",
            "select stavalues1 from pg_catalog.pg_statistic",
        ],
    )
    def test_a_column_of_a_users_table_ends_the_session(
        self, open_session: Session, session: Session, query: str
    ) -> None:
        if "pg_statistic" not in query:
            assert found(str(open_session.fetch(query)))
        else:
            with connect(open_session.address, acting=False) as platform:
                assert platform.fetch(query)
            session = connect(replace(open_session.address, protected=True), acting=False)
        with pytest.raises(RowsRefused) as raised:
            session.fetch(query)
        assert session.closed
        assert not found(everything(raised.value))

    def test_so_does_one_among_the_queries_on_the_catalog(
        self, open_session: Session, session: Session
    ) -> None:
        queries = ["select 1", "select email from public.people", "select 2"]
        assert len(open_session.snapshot(queries)) == 3
        with pytest.raises(RowsRefused) as raised:
            session.snapshot(queries)
        assert session.closed
        assert not found(everything(raised.value))

    def test_the_history_can_be_read(self, session: Session) -> None:
        for table in ("airlock.migrations", "supabase_migrations.schema_migrations"):
            assert session.fetch(f"select version from {table}") == [("1",)]

    def test_the_catalog_can_be_read(self, session: Session) -> None:
        assert read_catalog(session).nodes

    @pytest.mark.parametrize("query", ["select email from public.people", "select lower('A')"])
    def test_results_of_files_are_not_kept(self, session: Session, query: str) -> None:
        statement = script(f"{query};").statements[0]
        assert send(session, statement) is None
        assert send_all(session, [Message(query, statement=statement)]) is None


class TestOwnQueries:
    @pytest.mark.parametrize(
        "fails",
        [
            lambda session: session.fetch(FAILS),
            lambda session: session.execute(FAILS),
            lambda session: session.snapshot(["select 1", FAILS]),
        ],
    )
    def test_an_error_says_what_it_means_and_no_more(
        self, open_session: Session, session: Session, fails: Callable[[Session], object]
    ) -> None:
        with pytest.raises(DatabaseError) as shows:
            fails(open_session)
        assert found(shows.value.message)
        with pytest.raises(DatabaseError) as raised:
            fails(session)
        assert raised.value.sqlstate == "22P02"
        assert "not valid for the type" in raised.value.message
        assert raised.value.__context__ is None
        assert raised.value.__cause__ is None
        assert not found(everything(raised.value))

    def test_a_name_of_the_query_itself_is_told(self, session: Session) -> None:
        with pytest.raises(DatabaseError, match=r"no table of the name \(missing\)") as raised:
            session.fetch("select 1 from missing")
        assert raised.value.hint is None

    def test_so_is_one_that_may_not_be_touched(self, session: Session) -> None:
        with pytest.raises(
            DatabaseError, match=r"may not do this \(pg_read_file\) \(SQLSTATE 42501\)"
        ):
            session.fetch("select pg_catalog.pg_read_file('x')")

    def test_an_error_at_commit(self, session: Session) -> None:
        session.execute("create temporary table t (a text unique deferrable initially deferred) ")
        with pytest.raises(DatabaseError) as raised, session.transaction():
            session.execute("insert into t select email from public.people p, generate_series(1,2)")
        assert raised.value.sqlstate == "23505"
        assert not found(everything(raised.value))

    def test_a_lost_connection(self, session: Session) -> None:
        with pytest.raises(ConnectionFailed, match="was lost") as raised:
            session.fetch("select pg_terminate_backend(pg_backend_pid())")
        assert raised.value.__context__ is None
        assert "terminating" not in everything(raised.value)

    def test_a_connection_that_is_refused(self, session: Session) -> None:
        url = session.address.url.replace("://postgres@", "://nobody_at_all@")
        with pytest.raises(ConnectionFailed, match="the user does not exist") as raised:
            connect(replace(session.address, url=url))
        assert raised.value.__context__ is None
        assert "FATAL" not in everything(raised.value)

    def test_a_refusal_on_its_way_holds_nothing_to_print(
        self, open_session: Session, session: Session
    ) -> None:
        statement = script("select email::int from public.people;").statements[0]
        shows = send(open_session, statement)
        assert shows is not None
        assert found(everything(shows))
        for told in (
            send(session, statement),
            send_all(session, [Message(statement.text, statement=statement)]),
        ):
            assert told is not None
            assert not found(everything(told))

    def test_pg_dump_is_not_quoted(self, onlooker: Address, build: Build) -> None:
        with pytest.raises(DumpFailed, match="permission denied") as shows:
            dump(replace(onlooker, protected=False), build=build)
        with pytest.raises(DumpFailed) as raised:
            dump(onlooker, build=build)
        assert raised.value.message.endswith("the login may not read it")
        assert shows.value.message.startswith(raised.value.message)


@pytest.fixture
def onlooker(session: Session) -> Iterator[Address]:
    """The protected database for a login that may read no table."""
    session.execute("create role onlooker login")
    url = session.address.url.replace("://postgres@", "://onlooker@")
    yield replace(session.address, url=url)
    session.execute("drop role onlooker")


class TestCodes:
    def test_every_code_of_postgres_has_words(self, build: Build) -> None:
        (listed,) = build.bindir.parent.rglob("errcodes.txt")
        codes = re.findall(r"^(\w{5})\s+E\s", listed.read_text(), re.MULTILINE)
        assert len(codes) > 200
        assert set(codes) <= WORDS.keys()
        assert all(len(text) < 80 for text in WORDS.values())

    def test_any_other_is_the_projects_own(self) -> None:
        assert words("RC7F3") == OF_THE_PROJECT


@pytest.mark.parametrize("copies", [repr, str, pickle.dumps, copy.copy, copy.deepcopy])
def test_what_is_sealed_stays_so(copies: Callable[[object], object]) -> None:
    sealed = Sealed(Claims(table=CANARY))
    assert sealed.open().table == CANARY
    try:
        text = str(copies(sealed))
    except TypeError:
        return
    assert not found(text)
