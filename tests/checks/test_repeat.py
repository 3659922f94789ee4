"""What a second run stops at, what is guarded already, and that the guards that are put in hold."""

from __future__ import annotations

import pytest

from airlock.checks.act import Context
from airlock.checks.rule import Edit, Mend
from airlock.checks.run import Raised
from airlock.server.address import Address
from airlock.server.connect import connect
from airlock.server.statements import Runner
from airlock.sources.sqltext import cut
from checks.judging import codes, judge

REPEAT = ["AL80", "AL81"]
IMPLIED = ["AL812", "AL813"]
GIVEN = """
create schema if not exists app;
create table if not exists app.orders (id bigint primary key, note text, old text, was text);
create type app.size as enum ('s');
create table app.gone (id bigint);
create view app.seen as select 1 as one;
create index orders_was_idx on app.orders (was);
alter table app.orders add constraint orders_was_check check (was <> '');
create role airlock_repeat_gone nologin;
create publication airlock_repeat;
create publication airlock_repeat_full for table app.orders;
"""
UNGUARDED = [
    "create table app.t (id bigint);",
    "CREATE UNLOGGED TABLE app.t (id bigint);",
    "create table app.t as select 1 as one;",
    "create materialized view app.t as select 1 as one;",
    "create index orders_note_idx on app.orders (note);",
    "create unique index /* name */ orders_note_idx on app.orders (note);",
    "create schema other;",
    "create sequence app.s;",
    "create statistics app.st on note, old from app.orders;",
    "create or replace function app.g() returns int language sql return 1;"
    " create function app.f() returns int language sql return 1;",
    "create procedure app.p() language sql begin atomic select 1; end;",
    "create view app.v as select 1 as one;",
    "create function app.t() returns trigger language plpgsql as $$ begin return new; end $$;"
    " create trigger tr before insert on app.orders for each row execute function app.t();",
    "create function app.t() returns trigger language plpgsql as $$ begin return new; end $$;"
    " create constraint trigger tr after insert on app.orders for each row"
    " execute function app.t();",
    'create policy "owners read" on app.orders for select using (true);',
    "do $$ begin create policy p on app.orders using (true); end $$;",
    "create type app.mood as enum ('glad', 'it''s $$');",
    "create type app.pair as (a int, b int);",
    "create type app.span as range (subtype = integer);",
    "create domain app.mail as text check (value like '%@%');",
    "create publication airlock_repeat_new for table app.orders;",
    "alter table app.orders add constraint c check (id > 0);",
    "alter table app.orders add constraint c unique (note);",
    "alter table app.orders add column a int, add b text, add column c int default 0;",
    "drop table app.gone;",
    "drop view app.seen;",
    "drop index app.orders_was_idx;",
    "drop role airlock_repeat_gone;",
    'alter table app.orders drop column old, drop constraint "orders_was_check";',
    "alter table app.gone rename to went;",
    "alter table app.orders rename column old to older;",
    "alter type app.size add value 'm' after 's';",
    "alter publication airlock_repeat add table app.orders;",
    "alter publication airlock_repeat_full drop table app.orders;",
]


@pytest.mark.parametrize("sql", UNGUARDED)
def test_a_guard_that_is_put_in_makes_the_file_run_twice(sql: str, empty_database: Address) -> None:
    found = judge(sql, select=REPEAT)
    assert found
    assert all(each.mend is Mend.SAFE and each.edits for each in found), codes(found)
    guarded = _edited(sql, found)
    assert codes(judge(guarded, select=REPEAT)) <= set(IMPLIED)
    with connect(empty_database) as session:
        runner = Runner(session)
        try:
            for text in (GIVEN, guarded, guarded):
                runner.run(cut("a.sql", text))
        finally:
            runner.run(cut("z.sql", "drop role if exists airlock_repeat_gone;"))


def _edited(text: str, found: list[Raised]) -> str:
    edits: list[Edit] = [edit for each in found for edit in each.edits]
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    "sql",
    [
        "drop table if exists a.t; create table a.t (id int);",
        "drop table if exists a.t cascade; create table a.t (id int);"
        " create index i on a.t (id); alter table a.t add constraint c check (id > 0);"
        " create policy p on a.t using (true);",
        "drop schema if exists a cascade; create schema a; create table a.t (id int);",
        "drop function if exists f(int); create function f(int) returns int language sql return 1;",
        'drop policy if exists "p q" on public.t; create policy "p q" on t using (true);',
        "drop trigger if exists x on t;"
        " create constraint trigger x after insert on t for each row execute function f();",
        "drop type if exists m; create type m as enum ('a');",
        "alter type m rename to m_old; create type m as enum ('a'); drop type m_old;",
        "alter table t drop constraint if exists c; alter table t add constraint c check (a > 0);",
        "alter table t drop constraint if exists c, add constraint c check (a > 0);",
        "alter publication p drop table t; alter publication p add table t;",
        "do $$ begin if not exists (select from pg_roles where rolname = 'r') then"
        " create role r; end if; end $$;",
        "do $$ begin create type m as enum ('a');"
        " exception when duplicate_object then null; end $$;",
        "do $$ declare p record; begin for p in select * from pg_policies loop"
        " execute format('drop policy %I on %I', p.policyname, p.tablename); end loop; end $$;"
        " create policy p on t using (true);",
        "begin; create table a.t (id int); alter table a.u add x int; drop table a.v; commit;",
        "create index concurrently on a.t (id);",
        "create temporary table tmp (id int) on commit drop;",
        "create table if not exists a.t (id int); drop table a.t;",
        "create or replace function f() returns void language plpgsql as"
        " $$ begin create table t (id int); end $$;",
        "insert into t (a) select a from s where not exists (select from t where t.a = s.a);",
        "delete from t; insert into t (a) values (1);",
        "truncate t; insert into t (a) values (1);",
        "create temp table if not exists tmp (id int); insert into tmp values (1);",
        "alter table if exists t rename to u;",
    ],
)
def test_what_is_guarded_already_is_left_alone(sql: str) -> None:
    quiet = {"AL802", "AL807", "AL808", "AL810"} if "rename to m_old" in sql else {"AL810"}
    assert codes(judge(sql, select=REPEAT)) <= quiet


def test_a_drop_of_something_else_guards_nothing() -> None:
    sql = 'drop policy if exists p on t; create policy "P" on t using (true);'
    assert codes(judge(sql, select=REPEAT)) == {"AL803"}
    later = "create policy p on t using (true); drop policy if exists p on t;"
    assert codes(judge(later, select=REPEAT)) == {"AL803"}


def test_a_policy_is_never_dropped_outside_of_a_transaction() -> None:
    sql = "begin; select 1; commit; create policy p on t using (true);"
    (found,) = judge(sql, select=["AL803"])
    assert found.edits == ()
    assert found.finding.fix is not None
    assert found.finding.fix.startswith("begin;")
    assert found.finding.fix.endswith("commit;")


def test_a_constraint_that_is_added_twice_is_not_guarded_by_one_drop() -> None:
    add = "alter table t add constraint c check (a > 0);"
    sql = f"alter table t drop constraint if exists c; {add} {add}"
    assert len(judge(sql, select=["AL805"])) == 1


def test_a_table_that_exists_otherwise_is_seen_in_production(empty_database: Address) -> None:
    from airlock.sources.live import read_catalog

    with connect(empty_database) as session:
        Runner(session).run(cut("a.sql", "create table public.t (id bigint);"))
        context = Context(before=read_catalog(session))
    sql = "create table if not exists public.t (id bigint, note text);"
    (found,) = judge(sql, select=["AL813"], context=context)
    assert "without note" in found.finding.message
    assert judge(sql, select=["AL813"]) == []


@pytest.mark.parametrize(
    ("default", "speaks"),
    [
        ("timezone('utc', now())", True),
        ("TIMEZONE('utc'::text, NOW())", True),
        ("(now() at time zone 'utc')", True),
        ("timezone('Asia/Kolkata', current_timestamp)", True),
        ("now()", False),
        ("timezone('utc', timezone('utc', now()))", False),
        ("timezone('utc', '2020-01-01 00:00+00'::timestamptz)", False),
    ],
)
def test_the_clock_of_utc_is_no_moment(default: str, speaks: bool) -> None:
    sql = f"create table if not exists t (a timestamptz default {default});"
    assert bool(judge(sql, select=["AL820"])) is speaks
    assert not judge(sql.replace("timestamptz default", "timestamp default"), select=["AL820"])
