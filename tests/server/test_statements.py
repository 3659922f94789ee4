"""Files on a real server: every road, what each leaves behind, and what is said about it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from airlock.errors import ConnectionFailed, Interrupted
from airlock.model.failure import Failure, StatementRefused
from airlock.model.migration import How
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.server.ledger import Query
from airlock.server.statements import Run, Runner
from makers import as_elsewhere, meanwhile, script, wait_until


@pytest.fixture(autouse=True)
def furnished(supabase_database: Address) -> None:
    """A ledger, and a way for a session to die of its own statement."""
    with connect(supabase_database, acting=False) as session:
        session.execute("set role postgres")
        session.execute("create table public.ledger (done int, unsettled int)")
        session.execute("insert into public.ledger values (0)")
        session.execute("reset role")
        session.execute(
            "create function public.die() returns bool language sql security definer"
            " as 'select pg_terminate_backend(pg_backend_pid())'"
        )
        session.execute("grant execute on function public.die() to public")


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    """The embedded server, with its second chances."""
    with connect(supabase_database) as session:
        yield session


@pytest.fixture
def hosted(supabase_database: Address) -> Iterator[Session]:
    """The same kind of database as any other server's: no second chance, no rows in messages."""
    with connect(as_elsewhere(supabase_database)) as session:
        yield session


@pytest.fixture
def other(supabase_database: Address) -> Iterator[Session]:
    """Somebody else on the same database."""
    with connect(supabase_database, acting=False) as session:
        yield session


@dataclass(slots=True)
class TableLedger:
    """Keeps how far a file came in a table, and can have the session killed after a statement."""

    done: int = 0
    resuming: bool = False
    unsettled: int | None = None
    dies_at: int | None = None

    def opening(self, how: How, total: int) -> Sequence[Query]:
        del how, total
        return ()

    def begins(self, number: int) -> Sequence[Query]:
        return (Query(sql="update public.ledger set unsettled = %s", parameters=(number,)),)

    def reached(self, done: int) -> Sequence[Query]:
        if done == self.dies_at:
            return (Query(sql="select public.die()"),)
        return (
            Query(sql="update public.ledger set done = %s, unsettled = null", parameters=(done,)),
        )

    def closing(self, how: How, total: int) -> Sequence[Query]:
        del how
        return self.reached(total)

    @classmethod
    def after(cls, session: Session) -> TableLedger:
        """The ledger of the run that goes on."""
        ((done, unsettled),) = session.fetch("select done, unsettled from public.ledger")
        return cls(done=done, resuming=True, unsettled=unsettled)


def run(session: Session, text: str, ledger: TableLedger | None = None) -> Run:
    return Runner(session).run(script(text), ledger)


def refused(session: Session, text: str, ledger: TableLedger | None = None) -> Failure:
    with pytest.raises(StatementRefused) as raised:
        run(session, text, ledger)
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None
    assert not session.in_transaction
    return raised.value.failure


def exists(session: Session, name: str) -> bool:
    return bool(session.fetch("select to_regclass(%s) is not null", (name,))[0][0])


def values(session: Session, sql: str) -> list[object]:
    return [value for (value,) in session.fetch(sql)]


class TestOneTransaction:
    def test_commits_all_of_it(self, session: Session) -> None:
        done = run(session, "create table t (id int);\ninsert into t values (1), (2);\nselect 1;")
        assert done.how is How.TRANSACTION
        assert values(session, "select count(*) from t") == [2]

    @pytest.mark.parametrize("text", ["", "  \n", "-- nothing\n/* at all */", ";;\n;"])
    def test_takes_a_file_without_statements(self, session: Session, text: str) -> None:
        assert run(session, text).how is How.TRANSACTION
        assert not session.in_transaction

    def test_sends_statements_verbatim(self, session: Session) -> None:
        text = "create table t (a text); insert into t select '100% %s %(x)s $1 ' || e'\\\\';"
        run(session, text)
        assert values(session, "select a from t") == ["100% %s %(x)s $1 \\"]

    def test_rolls_back_all_of_it(self, session: Session) -> None:
        failure = refused(session, "create table t (id int);\nselect 1;\nselect * from nowhere;\n")
        assert failure.index == 3
        assert failure.sqlstate == "42P01"
        assert (failure.where.line, failure.where.column) == (3, 15)
        assert failure.length == len("nowhere")
        assert failure.undone == (
            "The file ran in one transaction, which was rolled back: nothing of it remains."
        )
        assert not exists(session, "t")

    @pytest.mark.parametrize("at", [1, 2, 2500, 4999, 5000])
    def test_knows_which_of_many_failed(self, session: Session, at: int) -> None:
        lines = [f"select {number};" for number in range(1, 5001)]
        lines[at - 1] = "select 1 / 0;"
        failure = refused(session, "\n".join(lines))
        assert (failure.index, failure.where.line) == (at, at)

    def test_runs_thousands_of_statements_that_return_rows(self, session: Session) -> None:
        rows = "select repeat('x', 200) from generate_series(1, 50);\n"
        assert run(session, rows * 5000).how is How.TRANSACTION

    def test_runs_a_statement_of_a_megabyte(self, session: Session) -> None:
        run(session, f"create table t (a text);\ninsert into t values ('{'x' * 1_000_000}');")
        assert values(session, "select length(a) from t") == [1_000_000]

    def test_says_nothing_of_notices(
        self, session: Session, capfd: pytest.CaptureFixture[str]
    ) -> None:
        run(session, "do $$ begin raise notice 'a'; raise warning 'b'; end $$;"
            "drop table if exists nowhere; listen x; notify x, 'y';"
            )  # fmt: skip
        refused(session, "do $$ begin raise warning 'c'; end $$; select 1 / 0; select 2")
        assert capfd.readouterr() == ("", "")

    def test_shows_a_refused_commit_at_the_table_that_it_is_about(self, session: Session) -> None:
        text = (
            "create table parent (id int primary key);\n"
            "create table child (id int references parent deferrable initially deferred);\n"
            "insert into child values (7);\n"
            "select 1;\n"
        )
        failure = refused(session, text)
        assert failure.message.startswith("at COMMIT: insert or update on table")
        assert (failure.index, failure.sqlstate) == (3, "23503")
        assert not exists(session, "parent")

    def test_tells_a_syntax_error_where_it_is(self, session: Session) -> None:
        failure = refused(session, "select 1;\n\ncreate tabel t (id int);\nselect 2;\n")
        assert failure.sqlstate == "42601"
        assert (failure.where.line, failure.where.column) == (3, 8)
        assert 'near "tabel"' in failure.message

    def test_tells_an_open_quote(self, hosted: Session) -> None:
        failure = refused(hosted, "select 1;\nselect 'abc;\nselect 2;\n")
        assert failure.sqlstate == "42601"
        assert "unterminated" in failure.message
        assert failure.where.line == 2

    def test_refuses_a_command_of_psql(self, session: Session) -> None:
        failure = refused(session, "create table t (id int);\n\\connect other\nselect 1;\n")
        assert failure.where.line == 2
        assert failure.message == r"\connect is a command of psql; the server does not know it"
        assert not exists(session, "t")

    def test_passes_over_the_guards_of_pg_dump(self, session: Session) -> None:
        run(session, "\\restrict abc\ncreate table t (id int);\n\\unrestrict abc\n")
        assert exists(session, "t")


class TestFrames:
    def test_counts_characters_not_bytes(self, session: Session) -> None:
        failure = refused(session, "-- ä€🙂\nselect 'ä€🙂', nowhere;\n")
        assert (failure.where.line, failure.where.column) == (2, 15)
        assert failure.length == len("nowhere")

    def test_finds_the_line_of_a_block(self, session: Session) -> None:
        failure = refused(
            session, "select 1;\n\ndo $$\nbegin\n  perform 1;\n  raise exception 'stop';\nend $$;\n"
        )
        assert (failure.where.line, failure.where.column) == (6, 3)
        assert failure.length == len("raise exception 'stop';")

    def test_finds_a_name_where_the_server_gives_no_place(self, session: Session) -> None:
        text = "create table t (id int);\ncreate policy p on t;\ncreate policy p\n  on t;\n"
        failure = refused(session, text)
        assert (failure.where.line, failure.where.column) == (3, 15)

    def test_points_at_the_row_of_a_copy(self, session: Session) -> None:
        text = "create table t (id int);\ncopy t from stdin;\n1\n2\nx\n\\.\nselect 1;\n"
        failure = refused(session, text)
        assert failure.where.line == 5
        assert failure.index == 2


class TestRows:
    """What the server says about rows is kept from everybody but the embedded server's owner."""

    TEXT = (
        "create table t (a text);\n"
        "insert into t select 'secret-' || 'value' from generate_series(1, 2);\n"
    )

    def test_hides_detail_and_context(self, hosted: Session) -> None:
        run(hosted, self.TEXT)
        failure = refused(hosted, "alter table t add unique (a);")
        assert (failure.detail, failure.context) == (None, None)
        assert "secret-value" not in repr(failure)

    def test_hides_values_in_the_message(self, hosted: Session) -> None:
        run(hosted, self.TEXT)
        failure = refused(hosted, "alter table t alter a type int using a::int;")
        assert failure.message == 'invalid input syntax for type integer: "…"'
        assert refused(hosted, "select 'x'::int").message.endswith('"x"')

    @pytest.mark.parametrize("value", ['half"secret', "int", "a"])
    def test_hides_a_value_whatever_it_looks_like(self, hosted: Session, value: str) -> None:
        """Quotes of its own do not uncover its end, nor do words of the statement the whole."""
        run(hosted, f"create table t (a text);\ninsert into t values ('{value}');\n")
        failure = refused(hosted, "alter table t alter a type int using a::int;")
        assert failure.message == 'invalid input syntax for type integer: "…"'

    @pytest.mark.parametrize(
        ("does", "message"),
        [
            ("raise exception 'bad % at 100%%', v", "bad … at 100%"),
            ("raise exception using message = v, errcode = '23505', hint = v", None),
            ("raise exception using message = 'fixed', hint = v", "fixed"),
            ("assert false, v", None),
            ("execute format('select %I', v)", 'column "…" does not exist'),
            ("execute format('select t.%I from t', v)", 'column "…" does not exist'),
            ("execute format('select %I()', v)", 'function "…"() does not exist'),
            ("execute v", 'syntax error at or near "…"'),
            ("for v in execute v loop end loop", 'syntax error at or near "…"'),
        ],
    )
    def test_hides_values_that_code_makes_a_message_or_a_statement_of(
        self, hosted: Session, does: str, message: str | None
    ) -> None:
        run(hosted, self.TEXT)
        block = f"do $$ declare v text; begin select a into v from t; {does}; end $$;"
        failure = refused(hosted, block)
        assert "secret" not in f"{failure.message} {failure.hint} {failure.detail}"
        assert failure.message == (
            message
            or "an exception that the project's code raises; its text can hold values of rows"
        )

    @pytest.mark.parametrize(
        ("cast", "message"),
        [
            ("a::regclass", 'relation "…" does not exist'),
            ("current_setting(a)", 'unrecognized configuration parameter "…"'),
        ],
    )
    def test_hides_values_that_are_taken_for_names(
        self, hosted: Session, cast: str, message: str
    ) -> None:
        run(hosted, "create table t (a text); insert into t values ('secret');")
        failure = refused(hosted, f"select {cast} from t;")
        assert failure.message == message

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("select nowhere;", 'column "nowhere" does not exist'),
            ("select nobody(1);", "function nobody(integer) does not exist"),
            ("select t.Nothing from (select 1) t;", "column t.nothing does not exist"),
            ("select * from Public.Nil;", 'relation "public.nil" does not exist'),
            ("selec 1;", 'syntax error at or near "selec"'),
            ("do $$ begin perform nobody(1); end $$;", "function nobody(integer) does not exist"),
            ("do $$ begin raise exception 'stop'; end $$;", "stop"),
        ],
    )
    def test_shows_names_that_stand_in_the_file(
        self, hosted: Session, text: str, message: str
    ) -> None:
        assert refused(hosted, text).message == message

    def test_shows_names_of_functions_of_other_files(self, hosted: Session) -> None:
        body = "create function f() returns int language plpgsql as 'begin return nowhere; end';"
        run(hosted, body)
        assert refused(hosted, "select f();").message == 'column "nowhere" does not exist'

    def test_shows_detail_on_the_embedded_server(self, session: Session) -> None:
        run(session, self.TEXT)
        failure = refused(session, "alter table t add unique (a);")
        assert failure.detail == "Key (a)=(secret-value) is duplicated."


class TestCopy:
    def test_loads_rows(self, session: Session) -> None:
        text = "create table t (a text, b int);\ncopy t from stdin;\nä\t1\n\\N\t2\n\\.\nselect 1;\n"
        assert run(session, text).how is How.TRANSACTION
        assert session.fetch("select a, b from t order by b") == [("ä", 1), (None, 2)]

    def test_takes_a_copy_without_rows(self, session: Session) -> None:
        run(session, "create table t (a text);\ncopy t from stdin;\n\\.\n")
        run(session, "copy t from stdin;")
        assert values(session, "select count(*) from t") == [0]

    def test_lets_rows_go_that_a_copy_sends(self, session: Session) -> None:
        run(session, "copy (select generate_series(1, 9999)) to stdout;\ncreate table t (id int);")
        assert exists(session, "t")

    def test_rolls_back(self, hosted: Session) -> None:
        failure = refused(hosted, "create table t (id int);\ncopy t from stdin;\n1\nx\n\\.\n")
        assert failure.where.line == 4
        assert not exists(hosted, "t")


CONCURRENTLY = (
    "create table t (id int, a text);\n"
    "insert into t values (1, 'x'), (2, 'x');\n"
    "create {unique}index concurrently t_a on t (a);\n"
    "create table after (id int);\n"
)
MANY = CONCURRENTLY.format(unique="")
UNIQUE = CONCURRENTLY.format(unique="unique ")


class TestSegments:
    def test_runs_an_index_concurrently_amidst(self, session: Session) -> None:
        ledger = TableLedger()
        assert run(session, MANY, ledger).how is How.SEGMENTS
        assert values(session, "select indisvalid from pg_index "
                      "where indexrelid = 't_a'::regclass") == [True]  # fmt: skip
        assert exists(session, "after")
        assert TableLedger.after(session).done == 4

    def test_removes_an_index_that_failed(self, session: Session) -> None:
        failure = refused(session, UNIQUE, TableLedger())
        assert (failure.index, failure.sqlstate, failure.remaining) == (3, "23505", 2)
        assert failure.undone == (
            "Statements 1 to 2 of the file are committed and remain; nothing after them does. "
            'The invalid index "public"."t_a" that it left is removed.'
        )
        assert exists(session, "t")
        assert not exists(session, "t_a")
        after = TableLedger.after(session)
        assert (after.done, after.unsettled) == (2, None)

    def test_goes_on_after_the_fault_is_mended(self, session: Session) -> None:
        refused(session, UNIQUE, TableLedger())
        session.execute("delete from t where id = 2")
        assert run(session, UNIQUE, TableLedger.after(session)).how is How.SEGMENTS
        assert exists(session, "after")
        assert values(session, "select count(*) from t") == [1]

    def test_goes_on_within_a_group_that_was_mended_into_one(self, session: Session) -> None:
        refused(session, UNIQUE, TableLedger())
        mended = MANY.replace(" concurrently", "")
        run(session, mended, TableLedger.after(session))
        assert values(session, "select count(*) from t") == [2]
        assert exists(session, "t_a")

    def test_keeps_what_the_file_set_across_segments(self, session: Session) -> None:
        text = (
            "create schema app;\nset search_path = app;\nset role postgres;\n"
            "create table t (id int);\ncreate index concurrently t_id on t (id);\n"
            "create table u as select current_setting('search_path') as path,"
            " current_setting('role') as role;\n"
        )
        run(session, text, TableLedger())
        assert exists(session, "app.t_id")
        assert session.fetch("select path, role from app.u") == [("app", "postgres")]

    @pytest.mark.parametrize("own", ["", "set lock_timeout = '7s';\n"])
    def test_waits_as_long_as_the_file_says(self, session: Session, own: str) -> None:
        note = "create table {} as select current_setting('lock_timeout') as wait;\n"
        text = own + note.format("a") + "vacuum a;\n" + note.format("b")
        Runner(session, lock_timeout_ms=3_000).run(script(text))
        waits = values(session, "select wait from a union all select wait from b")
        assert waits == (["7s", "7s"] if own else ["3s", "3s"])

    def test_sets_again_what_the_file_had_set_before_it_stopped(
        self, supabase_database: Address, session: Session
    ) -> None:
        text = (
            "create schema app;\nset search_path = app;\n"
            "select pg_catalog.set_config('work_mem', '1MB', false);\n"
            "create table t (id int);\ncreate index concurrently t_id on t (id);\n"
            "create table u as select current_setting('work_mem') as mem;\n"
        )
        with connect(supabase_database) as first, pytest.raises(ConnectionFailed):
            run(first, text, TableLedger(dies_at=5))
        run(session, text, TableLedger.after(session))
        assert session.fetch("select mem from app.u") == [("1MB",)]

    def test_uses_an_enum_value_at_once(self, session: Session) -> None:
        run(session, "create type mood as enum ('sad');")
        text = (
            "alter type mood add value 'ok';\nalter type mood add value 'glad';\n"
            "create table t (m mood default 'glad');\ninsert into t values ('ok');\n"
        )
        done = run(session, text)
        assert done.how is How.SEGMENTS
        assert [finding.code for finding in done.findings] == ["enum-value-used-at-once"]
        assert values(session, "select m::text from t") == ["ok"]

    def test_adds_an_enum_value_in_one_transaction_where_it_can(self, session: Session) -> None:
        run(session, "create type mood as enum ('sad');")
        assert run(session, "alter type mood add value 'ok'; select 1;").how is How.TRANSACTION

    def test_warns_of_an_invalid_index_that_is_passed_over(self, session: Session) -> None:
        run(session, "create table t (id int); insert into t values (1), (1);")
        with pytest.raises(Exception, match="could not create unique index"):
            session.execute("create unique index concurrently t_id on t (id)")
        done = run(session, "create unique index concurrently if not exists t_id on t (id);")
        assert [finding.code for finding in done.findings] == ["invalid-index"]
        assert 'index "public"."t_id" is there but not valid' in done.findings[0].message
        assert exists(session, "t_id")

    def test_runs_other_statements_that_run_alone(self, session: Session) -> None:
        text = (
            "create table t (id int primary key);\nvacuum t;\nreindex table concurrently t;\n"
            "drop index concurrently if exists nothing;\nselect 1;\n"
        )
        assert run(session, text, TableLedger()).how is How.SEGMENTS


class TestKilled:
    """The session dies between two segments, or between a statement and the note of it."""

    def test_goes_on_at_the_right_statement(
        self, supabase_database: Address, session: Session
    ) -> None:
        text = (
            "create table t (id int);\nvacuum t;\ninsert into t values (1);\n"
            "vacuum t;\ninsert into t values (2);\n"
        )
        with connect(supabase_database) as first, pytest.raises(ConnectionFailed):
            run(first, text, TableLedger(dies_at=3))
        after = TableLedger.after(session)
        assert after.done == 2
        assert values(session, "select count(*) from t") == [0]
        run(session, text, after)
        assert values(session, "select id from t order by 1") == [1, 2]

    def test_drops_the_invalid_index_that_was_left(
        self, supabase_database: Address, session: Session, other: Session
    ) -> None:
        first = connect(supabase_database)
        pid = first.connection.info.backend_pid
        with other.transaction():
            # CREATE INDEX CONCURRENTLY waits for whoever holds an older snapshot.
            other.execute("set transaction isolation level repeatable read")
            other.execute("select 1 from pg_class limit 1")
            with meanwhile(lambda: run(first, MANY, TableLedger())) as raised:
                wait_until(
                    session,
                    "exists (select from pg_index i join pg_class c on c.oid = i.indexrelid"
                    " where c.relname = 't_a' and not i.indisvalid)"
                    f" and exists (select from pg_locks where pid = {pid} and not granted)",
                )
                other.execute("select pg_terminate_backend(%s)", (pid,))
        assert isinstance(raised[0], ConnectionFailed)
        assert exists(session, "t_a")
        after = TableLedger.after(session)
        assert (after.done, after.unsettled) == (2, 3)
        done = run(session, MANY, after)
        assert values(session, "select indisvalid from pg_index "
                      "where indexrelid = 't_a'::regclass") == [True]  # fmt: skip
        assert not done.findings

    @pytest.mark.parametrize("verb", ["create", "drop"])
    def test_knows_a_statement_that_was_done_but_not_noted(
        self, supabase_database: Address, session: Session, verb: str
    ) -> None:
        text = MANY if verb == "create" else "drop index concurrently t_a;\nselect 1;"
        if verb == "drop":
            run(session, "create table t (a text); create index t_a on t (a);")
        number = 3 if verb == "create" else 1
        with connect(supabase_database) as first, pytest.raises(ConnectionFailed):
            run(first, text, TableLedger(dies_at=number))
        after = TableLedger.after(session)
        assert (after.done, after.unsettled) == (number - 1, number)
        done = run(session, text, after)
        assert [finding.code for finding in done.findings] == ["already-done"]
        assert TableLedger.after(session).done == (4 if verb == "create" else 2)

    def test_takes_no_index_of_somebody_else_for_its_own(self, session: Session) -> None:
        run(session, "create table old (a text); create index t_a on old (a);")
        failure = refused(session, MANY, TableLedger())
        assert failure.sqlstate == "42P07"
        after = TableLedger.after(session)
        assert (after.done, after.unsettled) == (2, None)
        assert refused(session, MANY, after).sqlstate == "42P07"

    @pytest.mark.parametrize("road", ["", "set role postgres;", "copy t from stdin;\n\\.\n"])
    def test_rolls_back_what_was_in_flight(
        self, supabase_database: Address, session: Session, road: str
    ) -> None:
        text = f"create table t (id int);{road}select public.die();create table u (id int);"
        with connect(supabase_database) as first, pytest.raises(ConnectionFailed) as raised:
            run(first, text)
        assert raised.value.__context__ is None
        assert not exists(session, "t")


class TestAsWritten:
    def test_runs_a_file_with_its_own_transaction(self, session: Session) -> None:
        done = run(session, "begin;\ncreate table t (id int);\ncommit;\n", TableLedger())
        assert done.how is How.AS_WRITTEN
        assert exists(session, "t")
        assert TableLedger.after(session).done == 3

    def test_commits_the_note_with_the_file(self, supabase_database: Address) -> None:
        """The last COMMIT of the file is that of the ledger's row."""
        with connect(supabase_database) as first, pytest.raises(ConnectionFailed):
            run(first, "begin;\ncreate table t (id int);\ncommit;\n", TableLedger(dies_at=3))
        with connect(supabase_database) as session:
            assert not exists(session, "t")
            assert TableLedger.after(session).done == 0

    def test_keeps_what_it_committed_before_a_failure(self, session: Session) -> None:
        text = (
            "create table a (id int);\nbegin;\ncreate table b (id int);\ncommit;\n"
            "begin;\ncreate table c (id int);\nselect 1 / 0;\ncommit;\n"
        )
        failure = refused(session, text, TableLedger())
        assert (failure.index, failure.remaining) == (7, 4)
        assert failure.undone.startswith("Statements 1 to 4 of the file are committed")
        assert [exists(session, name) for name in "abc"] == [True, True, False]
        mended = text.replace("select 1 / 0", "select 1")
        run(session, mended, TableLedger.after(session))
        assert exists(session, "c")

    def test_can_roll_back(self, session: Session) -> None:
        run(session, "begin;\ncreate table t (id int);\nrollback;\ncreate table u (id int);\n"
            "begin; savepoint s; create table v (id int); rollback to s; commit;")  # fmt: skip
        assert [exists(session, name) for name in "tuv"] == [False, True, False]

    def test_closes_a_transaction_that_is_left_open(self, session: Session) -> None:
        done = run(session, "begin;\ncreate table t (id int);\n", TableLedger())
        assert [finding.code for finding in done.findings] == ["unclosed-transaction"]
        assert exists(session, "t")
        assert TableLedger.after(session).done == 2

    def test_tells_a_refused_commit_of_a_transaction_that_is_left_open(
        self, session: Session
    ) -> None:
        failure = refused(
            session,
            "begin;\ncreate table p (id int primary key);\n"
            "create table c (id int references p deferrable initially deferred);\n"
            "insert into c values (1);\n",
        )
        assert failure.message.startswith("at COMMIT: ")
        assert failure.undone == "Nothing of the file remains."

    def test_runs_an_index_concurrently_between_transactions(self, session: Session) -> None:
        text = (
            "begin;\ncreate table t (a int);\ninsert into t values (1), (1);\ncommit;\n"
            "create unique index concurrently t_a on t (a);\nselect 1;\n"
        )
        failure = refused(session, text, TableLedger())
        assert failure.undone.endswith('index "public"."t_a" that it left is removed.')
        assert not exists(session, "t_a")

    def test_goes_on_in_a_chained_transaction(
        self, supabase_database: Address, session: Session
    ) -> None:
        text = (
            "begin;\ncreate table t (id int);\ncommit and chain;\ninsert into t values (1);\n"
            "select 1 / 0;\ncommit;\n"
        )
        failure = refused(session, text, TableLedger())
        assert failure.remaining == 3
        assert values(session, "select count(*) from t") == [0]
        run(session, text.replace("1 / 0", "1"), TableLedger.after(session))
        assert values(session, "select count(*) from t") == [1]

    def test_keeps_the_role_of_the_file_while_it_notes(self, session: Session) -> None:
        text = (
            "create role app_owner;\ngrant app_owner to postgres;\n"
            "grant create, usage on schema public to app_owner;\n"
            "begin;\nset role app_owner;\ncreate table t (id int);\ncommit;\n"
            "create table u (id int);\n"
        )
        try:
            run(session, text, TableLedger())
            owners = "select tableowner from pg_tables where tablename in ('t', 'u')"
            assert values(session, owners) == ["app_owner", "app_owner"]
        finally:
            run(session, "drop owned by app_owner; drop role app_owner;")


class TestLeaks:
    """What a file sets ends with the file."""

    @pytest.mark.parametrize("embedded", [True, False])
    @pytest.mark.parametrize(
        "sets",
        [
            "set role anon;",
            "set session authorization anon;",
            "set search_path = pg_catalog;",
            "select pg_catalog.set_config('search_path', '', false);",
            "set statement_timeout = '1s'; set lock_timeout = '1s'; set work_mem = '1MB';",
            "begin; set session authorization anon; commit;",
            "begin; set role anon; commit; select 1;",
            "set default_transaction_read_only = on;",
        ],
    )
    def test_file_sees_nothing_of_the_one_before(
        self, supabase_database: Address, sets: str, embedded: bool
    ) -> None:
        seen = (
            "create table seen as select session_user::text, current_user::text,"
            " current_setting('search_path') as path, current_setting('work_mem') as mem;"
        )
        with connect(replace(supabase_database, embedded=embedded)) as session:
            runner = Runner(session)
            runner.run(script("create table before as" + seen.split("as", 1)[1]))
            runner.run(script(sets), TableLedger())
            runner.run(script(seen), TableLedger())
            assert session.fetch("select * from seen") == session.fetch("select * from before")

    def test_file_cannot_become_the_platform(self, session: Session) -> None:
        run(session, "set session authorization anon; reset session authorization;"
            "create table t as select session_user::text as who;")  # fmt: skip
        assert values(session, "select who from t") == ["postgres"]

    def test_failure_leaves_a_session_that_can_be_used(self, session: Session) -> None:
        runner = Runner(session)
        with pytest.raises(StatementRefused):
            runner.run(script("set role anon; select 1 / 0;"))
        runner.run(script("create table t as select current_user::text as who;"))
        assert values(session, "select who from t") == ["postgres"]


class TestOthers:
    """Other sessions: locks, cancels."""

    def test_gives_up_waiting_for_a_lock(self, session: Session, other: Session) -> None:
        run(session, "create table t (id int);")
        runner = Runner(session, lock_timeout_ms=20)
        with other.transaction():
            other.execute("lock table t in access exclusive mode")
            with pytest.raises(StatementRefused) as raised:
                runner.run(script("create table u (id int);\nalter table t add a int;"))
        assert raised.value.failure.sqlstate == "55P03"
        assert raised.value.failure.index == 2
        assert not exists(session, "u")

    def test_waits_as_long_as_it_takes_for_an_index_concurrently(
        self, supabase_database: Address, session: Session, other: Session
    ) -> None:
        run(session, "create table t (a int);")
        pid = session.connection.info.backend_pid
        text = "create index concurrently t_a on t (a);\nselect 1;"
        runner = Runner(session, lock_timeout_ms=20)
        with connect(supabase_database, acting=False) as watcher, other.transaction():
            other.execute("insert into t values (1)")
            with meanwhile(lambda: runner.run(script(text))) as raised:
                wait_until(
                    watcher,
                    "exists (select from pg_locks l join pg_stat_activity a using (pid)"
                    f" where l.pid = {pid} and not l.granted"
                    " and clock_timestamp() - a.query_start > '60 ms')",
                )
                other.execute("commit")
        assert not raised
        assert exists(session, "t_a")

    @pytest.mark.parametrize("text", ["select pg_sleep(60);", "begin; select pg_sleep(60);"])
    def test_cancel_is_an_interruption(self, session: Session, other: Session, text: str) -> None:
        pid = session.connection.info.backend_pid
        with meanwhile(lambda: run(session, "create table t (id int);" + text)) as raised:
            wait_until(
                other,
                f"exists (select from pg_stat_activity where pid = {pid}"
                " and wait_event = 'PgSleep')",
            )
            other.execute("select pg_cancel_backend(%s)", (pid,))
        assert isinstance(raised[0], Interrupted)
        assert not session.in_transaction

    def test_timeout_is_the_files_own_fault(self, session: Session) -> None:
        failure = refused(session, "set statement_timeout = 20;\nselect pg_sleep(60);")
        assert (failure.sqlstate, failure.index) == ("57014", 2)

    @pytest.mark.parametrize(
        "text",
        [
            "create table u (id int); select pg_sleep(60); select 1;",
            "copy u from stdin;\n\\.\nselect pg_sleep(60);",
            "begin; select pg_sleep(60); commit;",
        ],
    )
    def test_ctrl_c_leaves_a_session_that_can_be_used(
        self,
        session: Session,
        other: Session,
        text: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        pid = session.connection.info.backend_pid
        if text.startswith("copy"):
            run(session, "create table u (id int);")

        def press() -> None:
            wait_until(
                other,
                f"exists (select from pg_stat_activity where pid = {pid}"
                " and wait_event = 'PgSleep')",
            )
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        with meanwhile(press) as raised, pytest.raises(KeyboardInterrupt):
            run(session, "create table t (id int);" + text if "begin" not in text else text)
        assert not raised
        assert not session.in_transaction
        assert not exists(session, "t")
        assert capfd.readouterr() == ("", "")

    def test_ctrl_c_removes_the_index_in_the_making(
        self, supabase_database: Address, session: Session, other: Session
    ) -> None:
        pid = session.connection.info.backend_pid

        def press() -> None:
            with connect(supabase_database, acting=False) as watcher:
                wait_until(
                    watcher, f"exists (select from pg_locks where pid = {pid} and not granted)"
                )
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        other.execute("begin isolation level repeatable read")
        other.execute("select 1 from pg_class limit 1")
        with meanwhile(press) as raised, pytest.raises(KeyboardInterrupt):
            run(session, MANY, TableLedger())
        other.execute("commit")
        assert not raised
        assert not exists(session, "t_a")
        after = TableLedger.after(session)
        assert (after.done, after.unsettled) == (2, 3)
