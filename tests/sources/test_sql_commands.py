from __future__ import annotations

import pytest

from airlock.model.script import Running, segments
from airlock.server.address import Address
from airlock.server.connect import DatabaseError, Session, connect
from airlock.sources.sqltext import cut

# ------------------------------------------------------------------------ tags and subjects

SUBJECTS = {
    'create extension if not exists "uuid-ossp" with schema extensions': "uuid-ossp",
    "create role app nologin": "app",
    "create unique index concurrently i on s.t (a)": "i",
    "create index on t (a)": None,
    "create table if not exists s.T (a int)": "s.t",
    'create table "S"."T" as select 1': "S.T",
    "create or replace view v as select 1": "v",
    "create materialized view s.m as select 1": "s.m",
    "create type s.e as enum ('a')": "s.e",
    "create type s.c as (a int)": "s.c",
    "create type s.r as range (subtype = int)": "s.r",
    "create domain s.d as int": "s.d",
    "create or replace function s.f(a int) returns int language sql as ''": "s.f",
    "create procedure p() language sql as ''": "p",
    "create sequence s.q": "s.q",
    "create schema app": "app",
    'create policy "own rows" on t using (true)': "own rows",
    "create trigger tr after insert on t execute function f()": "tr",
    "alter type s.e add value 'b'": "s.e",
    "drop table t": None,
}


def test_subjects() -> None:
    script = cut("file.sql", ";\n".join(SUBJECTS))
    assert {s.text: s.subject for s in script.statements} == SUBJECTS


ON_A_SERVER = """
create schema s; create table s.t (a int primary key, b text);
create unlogged table u (like s.t); create temp table tmp (a int); create table ctas as select 1;
select 1 as x into si; create index i on s.t (b); create view v as select 1 as a;
create materialized view m as select 1 as a; create sequence q; create type e as enum ('a');
create type c as (a int); create domain d as int; create role airlock_tag_role nologin;
create function f() returns int language sql return 1;
create procedure p() language sql as 'select 1';
create aggregate g(int) (sfunc = int4pl, stype = int); create operator ||| (rightarg = int,
  procedure = int4abs); create collation co from "C";
create function tr() returns trigger language plpgsql as 'begin return new; end';
create trigger t after insert on s.t for each row execute function tr();
create policy po on s.t using (true); create rule r as on insert to u do nothing;
create publication pub for table s.t; create statistics st on a, b from s.t;
create foreign data wrapper fdw; create server srv foreign data wrapper fdw;
create text search configuration ts (copy = simple); create cast (s.t as text) with inout;
alter type e add value 'b'; alter type e rename value 'a' to 'z'; alter type c add attribute b int;
alter table s.t add column z int; alter table s.t rename column z to y; alter view v rename to w;
alter materialized view m rename to mm; alter sequence q restart; alter index s.i rename to j;
alter domain d set not null; alter function f() stable; alter function f() rename to ff;
alter table s.t owner to current_user; alter schema s rename to s2; alter role airlock_tag_role
  connection limit 5; alter role airlock_tag_role set work_mem = '8MB';
alter default privileges grant select on tables to airlock_tag_role; alter policy po on s2.t to
  public; alter publication pub drop table s2.t; alter text search configuration ts rename to tt;
alter server srv rename to srv2; alter statistics st rename to st2; alter procedure p()
  rename to pp; alter trigger t on s2.t rename to t2; alter aggregate g(int) rename to gg;
comment on table s2.t is ''; grant select on s2.t to airlock_tag_role; revoke select on s2.t from
  airlock_tag_role; grant pg_monitor to airlock_tag_role; revoke pg_monitor from airlock_tag_role;
insert into s2.t values (1); update s2.t set b = ''; delete from s2.t; merge into s2.t using
  (select 1) x on true when matched then do nothing; select 1; values (1); table s2.t;
with x as (select 1) insert into s2.t select 2; with x as (select 1) select 1;
copy s2.t to '/dev/null'; do 'begin end'; call pp(); set work_mem = '4MB';
set local work_mem to default;
reset work_mem; show work_mem; explain select 1; analyze s2.t; vacuum s2.t; reindex table s2.t;
cluster s2.t using j; lock table s2.t; truncate s2.t; refresh materialized view mm;
prepare ps as select 1; deallocate ps; deallocate all; listen x; notify x; unlisten x;
declare cu cursor for select 1; fetch 1 from cu; move 1 from cu; close cu; savepoint sp;
rollback to sp; release sp; start transaction; commit; begin; end; begin; abort;
set constraints all immediate; discard plans; checkpoint; load 'plpgsql';
drop trigger t2 on s2.t; drop policy po on s2.t; drop view w; drop materialized view mm;
drop function ff(); drop procedure pp(); drop sequence q; drop type e, c; drop domain d;
drop index s2.j; drop publication pub; drop rule r on u;
drop cast (s2.t as text); drop table s2.t, u, ctas; drop schema s2;
reassign owned by airlock_tag_role to current_user; drop owned by airlock_tag_role;
drop role airlock_tag_role; create extension if not exists hstore; alter extension hstore update;
drop extension hstore
"""
# What a query that makes a table reports is the number of its rows.
ROW_TAGS = {"CREATE TABLE AS", "CREATE MATERIALIZED VIEW", "SELECT INTO"}


def test_tags_are_the_servers(empty_database: Address) -> None:
    statements = cut("file.sql", ON_A_SERVER).statements
    with connect(empty_database, acting=False) as session:
        session.execute("drop role if exists airlock_tag_role")
        for statement in statements:
            answer = _status(session, statement.text)
            words = " ".join(word for word in answer.split() if not word.isdigit())
            expected = "SELECT" if statement.tag in ROW_TAGS else statement.tag
            assert words == expected, statement.text


def _status(session: Session, sql: str) -> str:
    """Run a statement, in a transaction where it needs one, and return what the server answers."""
    first = sql.split(maxsplit=1)[0]
    if first in {"declare", "lock", "savepoint", "set"} and not session.in_transaction:
        session.execute("begin")
    if first in {"vacuum", "start", "begin"} and session.in_transaction:
        session.execute("commit")
    return session.connection.execute(sql.encode()).statusmessage or ""


# ------------------------------------------------------------------------------ how they run

ALONE = """
create index concurrently ix on t (a); create unique index concurrently ix on t (a);
drop index concurrently ia; reindex index concurrently ia; reindex table concurrently t;
reindex (concurrently) table t; reindex (concurrently on) table t;
reindex database concurrently; reindex schema public; reindex schema concurrently public;
reindex database; reindex system; vacuum; vacuum t; vacuum (analyze) t; vacuum full t; cluster;
cluster verbose; alter system set work_mem = '4MB'; alter system reset all;
create database airlock_test_never; drop database airlock_test_never;
drop database if exists airlock_test_never; create tablespace airlock_test_never location '/x';
drop tablespace airlock_test_never; alter database postgres set tablespace pg_default;
alter table parent detach partition part concurrently; drop subscription sub;
create subscription sub2 connection 'dbname=x' publication pub;
create subscription sub2 connection 'dbname=x' publication pub with (enabled = false);
commit prepared 'x'; rollback prepared 'x'; discard all;
alter subscription sub set (failover = true); alter subscription sub set (two_phase = off)
"""
ENABLED_ALONE = """
alter subscription sub refresh publication; alter subscription sub set publication pub;
alter subscription sub add publication pub2; alter subscription sub drop publication pub
"""
ANYWHERE = """
create index ix on t (a); drop index ia; reindex table t; reindex index ia;
reindex (concurrently false) table t; reindex (verbose) table t; analyze; analyze t;
cluster t using ia;
alter database postgres set work_mem = '4MB'; alter database postgres connection limit 5;
alter table parent detach partition part; alter table parent detach partition part finalize;
create subscription sub2 connection 'dbname=x' publication pub with (connect = false);
create subscription sub2 connection 'dbname=x' publication pub
  with (create_slot = false, enabled = false, slot_name = none, connect = false);
alter subscription sub set publication pub2 with (refresh = false); alter subscription sub enable;
alter subscription sub set (slot_name = none); alter subscription sub set (two_phase);
discard plans; discard temp; discard sequences;
do 'begin null; end'; call proc(); refresh materialized view m; truncate t;
drop owned by pg_monitor;
savepoint x; checkpoint; lock t; create extension hstore; alter type e add value 'b';
refresh materialized view concurrently m; alter type e rename value 'a' to 'z'; listen x;
alter table t alter column a type bigint; drop table t cascade; alter role
  current_user set work_mem = '4MB'
"""
SETTING = """
create table t (a int); create unique index ia on t (a); create type e as enum ('a');
create table parent (a int) partition by list (a);
create table part partition of parent for values in (1); create publication pub;
create publication pub2; create publication pub3; create procedure proc() language sql as '';
create materialized view m as select 1 as a; create unique index im on m (a);
create subscription sub connection 'dbname=x' publication pub, pub3 with (connect = false);
"""
REFUSED_IN_A_TRANSACTION = "25001"


def test_what_runs_alone_is_what_the_server_refuses_in_a_transaction(
    empty_database: Address,
) -> None:
    with connect(empty_database, acting=False) as session:
        for statement in cut("file.sql", SETTING).statements:
            session.execute(statement.text)
        try:
            _check_how_they_run(session)
        finally:
            session.execute("alter subscription sub set (slot_name = none)")
            session.execute("drop subscription sub")


def _check_how_they_run(session: Session) -> None:
    for statement in cut("file.sql", ALONE).statements:
        assert statement.running is Running.ALONE, statement.text
        assert _state(session, statement.text) == REFUSED_IN_A_TRANSACTION, statement.text
    for statement in cut("file.sql", ENABLED_ALONE).statements:
        assert statement.running is Running.ALONE, statement.text
        found = _state(session, statement.text, before="alter subscription sub enable")
        assert found == REFUSED_IN_A_TRANSACTION, statement.text
    for statement in cut("file.sql", ANYWHERE).statements:
        assert statement.running is not Running.ALONE, statement.text
        assert _state(session, statement.text) != REFUSED_IN_A_TRANSACTION, statement.text


def _state(session: Session, sql: str, *, before: str = "select 1") -> str:
    """Run a statement in a transaction that is rolled back; return its SQLSTATE or nothing."""
    session.execute("begin")
    try:
        session.execute(before)
        session.execute(sql)
    except DatabaseError as error:
        return error.sqlstate
    finally:
        session.execute("rollback")
    return ""


@pytest.mark.parametrize(
    ("sql", "running"),
    [
        ("begin; start transaction; commit; end; rollback; abort", Running.CONTROL),
        ("begin isolation level serializable; commit and chain; end work", Running.CONTROL),
        ("prepare transaction 'x'", Running.CONTROL),
        ("savepoint a; release a; rollback to a; rollback to savepoint a", Running.TRANSACTION),
        ("prepare p as select 1; set transaction read only", Running.TRANSACTION),
        ("alter type e add value if not exists 'b' before 'a'", Running.BOUNDARY),
    ],
)
def test_transaction_control(sql: str, running: Running) -> None:
    assert {s.running for s in cut("file.sql", sql).statements} == {running}


UNKNOWN_GRAMMAR = {
    "create index concurrently i on t (a) of the future": Running.ALONE,
    "create unique index concurrently :name on t (a)": Running.ALONE,
    "vacuum the future": Running.ALONE,
    "reindex concurrently the future of t": Running.ALONE,
    "alter system future": Running.ALONE,
    "create subscription s to the future": Running.ALONE,
    "create subscription s to :x with (connect = false)": Running.TRANSACTION,
    "alter type e add value 'a' future": Running.BOUNDARY,
    "create index i on t (a) of concurrently": Running.TRANSACTION,
    "insert into vacuum the future": Running.TRANSACTION,
    "begin the future": Running.TRANSACTION,
}


def test_statements_of_another_grammar_run_by_their_words() -> None:
    for sql, running in UNKNOWN_GRAMMAR.items():
        (statement,) = cut("file.sql", sql).statements
        assert (statement.tag, statement.running) == ("", running), sql


def test_the_end_of_a_broken_function_is_no_transaction_control() -> None:
    broken = cut("file.sql", "create function f() returns trigger as begin x; end; end;")
    assert not broken.controls_transactions
    assert [segment.transactional for segment in segments(broken)] == [True]
    assert cut("file.sql", "begin; creat table t (); end;").controls_transactions
