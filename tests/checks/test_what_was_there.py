"""Rules that are exact where the schema before the pending files is known, on a real one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from airlock.checks.act import Context
from airlock.model.catalog import Catalog
from airlock.model.finding import Level
from airlock.server.address import Address
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.statements import Runner
from airlock.sources.live import read_catalog
from airlock.sources.sqltext import cut
from checks.judging import judge

_SCHEMA = """
create schema shop;
create table shop.customers (id bigint generated always as identity primary key, email text);
create table shop.orders (
    id bigint generated always as identity primary key,
    number varchar(20) not null,
    note text,
    total numeric(10, 2),
    ratio double precision,
    placed_at timestamp,
    count integer,
    customer_id bigint references shop.customers (id),
    half bigint generated always as (count / 2) stored,
    constraint orders_note_known check (note is not null)
);
alter table shop.orders add constraint orders_total_known check (total is not null) not valid;
create unique index orders_number_key on shop.orders (number);
create unique index orders_note_key on shop.orders (note);
create table shop.events (id bigint, at timestamptz) partition by range (at);
create table shop.events_rest partition of shop.events default;
create table shop.loaded (id bigint, at timestamptz, check (at is not null and at >= '2026-01-01'));
create index events_at_idx on shop.events (at);
create function shop.label() returns text language sql stable as $$ select 'x' $$;
create function shop.dice() returns text language sql as $$ select 'x' $$;
"""


@dataclass(frozen=True)
class _Case:
    code: str
    sql: str
    said: str | None
    """A part of the message; None where the rule has nothing to say."""


CASES = [
    _Case("AL101", "create index i on shop.events (id)", "all of its partitions"),
    _Case("AL101", "create index concurrently i on shop.events (id)", "is partitioned"),
    _Case("AL102", "drop index shop.events_at_idx", None),
    _Case("AL102", "drop index shop.orders_number_key; drop table shop.orders", None),
    _Case("AL301", "alter table shop.orders rename note to remark", "shop.orders.note"),
    _Case("AL301", "alter table shop.orders rename made_by_another_file to note", None),
    _Case("AL102", "drop index shop.orders_number_key", "waits until the index is dropped"),
    _Case("AL108", "alter table shop.orders alter number set not null", None),
    _Case("AL108", "alter table shop.orders alter note set not null", None),
    _Case("AL108", "alter table shop.orders alter total set not null", "searched for a null"),
    _Case("AL109", "alter table shop.orders alter number type varchar(40)", None),
    _Case("AL109", "alter table shop.orders alter number type text", None),
    _Case("AL109", "alter table shop.orders alter number type varchar(10)", "varying(20)"),
    _Case(
        "AL109", "alter table shop.orders alter count type bigint", "is integer and becomes int8"
    ),
    _Case("AL109", "alter table shop.orders alter count type text", "becomes text"),
    _Case("AL109", "alter table shop.orders alter total type numeric(14, 2)", None),
    _Case("AL109", "alter table shop.orders alter total type numeric(14, 3)", "written anew"),
    _Case("AL109", "alter table shop.orders alter placed_at type timestamptz", None),
    _Case(
        "AL109",
        "alter table shop.orders alter placed_at type timestamptz "
        "using placed_at at time zone 'utc'",
        "written anew",
    ),
    _Case("AL213", "alter table shop.orders alter total type numeric(10, 1)", "are cut"),
    _Case("AL213", "alter table shop.orders alter ratio type integer", "are cut"),
    _Case("AL213", "alter table shop.orders alter placed_at type date", "are cut"),
    _Case("AL213", "alter table shop.orders alter count type bigint", None),
    _Case("AL110", "alter table shop.orders add c text default shop.label()", None),
    _Case("AL110", "alter table shop.orders add c text default shop.dice()", "shop.dice()"),
    _Case("AL113", "alter table shop.events detach partition shop.events_rest", "is detached"),
    _Case(
        "AL114",
        "alter table shop.events attach partition shop.loaded "
        "for values from ('2026-01-01') to ('2027-01-01')",
        None,
    ),
    _Case(
        "AL125",
        "alter table shop.orders add constraint k primary key using index orders_number_key",
        None,
    ),
    _Case(
        "AL125",
        "alter table shop.orders add constraint k primary key using index orders_note_key",
        "searched for nulls",
    ),
    _Case("AL201", "drop table if exists shop.gone", None),
    _Case("AL201", "drop table if exists shop.orders", "are lost"),
    _Case("AL202", "alter table shop.orders drop column if exists gone", None),
    _Case("AL202", "alter table shop.orders drop column half", "can no longer read"),
    _Case("AL211", "alter table shop.orders drop constraint if exists gone", None),
    _Case(
        "AL211",
        "alter table shop.orders drop constraint orders_customer_id_fkey",
        "shop.orders and shop.customers are locked",
    ),
    _Case("AL306", "alter table shop.orders alter note drop not null", None),
    _Case("AL306", "alter table shop.orders alter number drop not null", "may get a null"),
    _Case("AL307", "alter table shop.orders alter number drop default", "fail from here on"),
]


def _catalog(address: Address) -> Catalog:
    with connect(address) as session:
        Runner(session).run(cut("schema.sql", _SCHEMA))
        return read_catalog(session)


def test_each_rule_knows_what_was_there(empty_database: Address) -> None:
    catalog = _catalog(empty_database)
    wrong = []
    for case in CASES:
        context = Context(major=catalog.major, before=catalog)
        found = [
            each.finding.message for each in judge(case.sql, select=[case.code], context=context)
        ]
        right = not found if case.said is None else any(case.said in each for each in found)
        if not right:
            wrong.append((case, found))
    assert wrong == []


def test_a_partition_beside_a_default_one_cannot_be_detached_concurrently(
    empty_database: Address,
) -> None:
    context = Context(before=_catalog(empty_database))
    sql = "alter table shop.events detach partition shop.events_rest"
    (found,) = judge(sql, select=["AL113"], context=context)
    assert not found.edits


_TYPES = [
    *("text", "varchar", "varchar(10)", "varchar(20)", "char(5)", "integer", "bigint", "numeric"),
    *("numeric(10, 2)", "numeric(12, 2)", "numeric(12, 3)", "timestamp", "timestamptz"),
    *("timestamptz(3)", "text[]", "varchar[]", "cidr", "inet"),
]


def test_a_change_of_type_is_free_where_postgres_leaves_the_table_as_it_is(
    empty_database: Address,
) -> None:
    columns = ", ".join(f"c{number} {each}" for number, each in enumerate(_TYPES))
    wrong = []
    with connect(empty_database) as session:
        session.execute("set timezone = 'UTC'")
        session.execute(f"create table t ({columns})")
        context = Context(before=read_catalog(session))
        for number, old in enumerate(_TYPES):
            for new in _TYPES:
                for using in ("", f" using c{number}::{new}"):
                    sql = f"alter table public.t alter c{number} type {new}{using}"
                    written = _is_written_anew(session, sql) if new != old else None
                    said = bool(judge(sql, select=["AL109", "AL213"], context=context))
                    if written is not None and said != written:
                        wrong.append((old, new, using, "free" if said else "written anew"))
    assert wrong == []


def _is_written_anew(session: Session, sql: str) -> bool | None:
    """Try it; None where Postgres knows no such cast."""
    file = "select pg_relation_filenode('public.t'::regclass)"
    before = session.fetch(file)
    session.execute("begin")
    try:
        session.execute(sql)
        return session.fetch(file) != before
    except DatabaseError:
        return None
    finally:
        session.abandon()


@pytest.mark.parametrize(
    ("major", "fix"),
    [(18, "not null total not valid"), (17, "check (total is not null) not valid")],
)
def test_not_null_is_set_as_the_major_allows(major: int, fix: str) -> None:
    sql = "alter table shop.orders alter total set not null"
    (found,) = judge(sql, select=["AL108"], context=Context(major=major))
    assert found.finding.fix
    assert fix in found.finding.fix


def test_a_value_that_is_used_in_a_begin_of_the_file_is_an_error() -> None:
    add = "alter type shop.size add value 'xl'"
    used = "update shop.orders set size = 'xl'::shop.size where id = 1"
    (alone,) = judge(f"{add}; {used};", select=["AL854"])
    (opened,) = judge(f"begin; {add}; {used}; commit;", select=["AL854"])
    assert (alone.finding.level, opened.finding.level) == (Level.WARNING, Level.ERROR)
    assert not judge(f"begin; {add}; commit; begin; {used}; commit;", select=["AL854"])


def test_statements_outside_of_a_begin_share_no_transaction() -> None:
    add = "alter table a add constraint c check (x > 0) not valid"
    validate = "alter table a validate constraint c"
    assert judge(f"{add}; {validate};", select=["AL855"])
    assert judge(f"begin; {add}; savepoint s; {validate}; commit;", select=["AL855"])
    assert not judge(f"begin; {add}; commit; {validate};", select=["AL855"])
    assert not judge(f"{add}; create index concurrently i on a (x); {validate};", select=["AL855"])


def test_what_cannot_run_alone_gets_no_edit() -> None:
    index = "create index i on a (x)"
    assert judge(index, select=["AL101"])[0].edits
    assert not judge(f"begin; {index}; commit;", select=["AL101"])[0].edits
    assert not judge(f"do $$ begin {index}; end $$", select=["AL101"])[0].edits
