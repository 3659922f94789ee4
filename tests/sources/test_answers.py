"""Statements that answer with rows are told from those that do not."""

from __future__ import annotations

import pytest

from airlock.model.finding import Level
from airlock.sources.answers import answers
from makers import script

QUIET = [
    "select 1",
    "values (1), (2)",
    "select set_config('search_path', '', false)",
    "select pg_catalog.setval('public.s', 1)",
    "select cron.schedule('nightly', '0 0 * * *', 'delete from public.log')",
    "select * from cron.schedule('nightly', '0 0 * * *', $$select * from public.users$$)",
    "select public.backfill()",
    "select count(*) from pg_catalog.pg_class",
    "select relname from pg_class",
    "select * from information_schema.tables",
    "select * into public.kept from public.users",
    "create table public.kept as select * from public.users",
    "create materialized view public.kept as select * from public.users",
    "insert into public.kept select * from public.users",
    "with moved as (delete from public.a returning *) insert into public.b select * from moved",
    "with one as (select 1 as n) select n from one",
    "with recursive n as (select 1 as i union all select i + 1 from n where i < 9) select i from n",
    "with a as (select 1 as x), b as (select x from a) select x from b",
    "update public.users set email = 'returning'",
    "copy public.users from stdin",
    "do $$ begin perform email from public.users; end $$",
    "create view public.v as select * from public.users",
    "notify pgrst, 'reload schema'",
    "notify jobs",
    "declare c cursor for select * from public.users",
    "move all in c",
    "prepare p as insert into public.users values ($1)",
    "explain_this is no sql",
    "create function public.f() returns setof public.users language sql"
    " as 'select * from public.users'",
]

LOUD = {
    "select email from public.users": "public.users",
    "select * from users": "rows of users",
    "table public.users": "public.users",
    "select 1 where exists (select from public.users)": "public.users",
    "select setval('public.s', (select max(id) from public.users))": "public.users",
    "select set_config('application_name', email, false) from public.users": "public.users",
    "select pg_notify('jobs', email) from public.users": "public.users",
    "with u as (select * from public.users) select * from u": "public.users",
    "with users as (select * from users) select * from users": "rows of users",
    "with users as (select 1) select * from public.users": "public.users",
    "with a as (with b as (select 1) select * from b) select * from b": "rows of b",
    "with gone as (delete from public.users returning *) select count(*) from gone": "public.users",
    "select 1 union select id from public.users": "public.users",
    "select u.* from public.f() f join lateral (select * from public.users) u on true":
        "public.users",
    "select * from pg_catalog.pg_stats": "pg_stats",
    "select query from pg_stat_activity": "pg_stat_activity",
    "insert into public.users values (1) returning id": "RETURNING",
    "update public.users set id = 1 returning *": "RETURNING",
    "delete from public.users returning email": "RETURNING",
    "merge into public.users u using public.news n on u.id = n.id\n"
    "when matched then delete returning u.*": "RETURNING",
    "with n as (select 1) insert into public.users select * from n returning *": "RETURNING",
    "copy public.users to stdout": "COPY",
    "copy (select * from public.users) to '/tmp/users'": "COPY",
    "copy public.users to program 'mail'": "COPY",
    "notify jobs, 'one is new'": "NOTIFY",
    "listen jobs": "LISTEN",
    "explain analyze select * from public.users": "EXPLAIN",
    "explain select * from public.users": "EXPLAIN",
    "fetch all from c": "FETCH",
    "show all": "SHOW",
    "prepare p as select * from public.users": "public.users",
    "select * from public.users limit all limit": "cannot be told",
    "insert into public.users values (1) returning id returning id": "cannot be told",
}  # fmt: skip


@pytest.mark.parametrize("sql", QUIET)
def test_what_answers_nothing_passes(sql: str) -> None:
    assert not answers(script(f"{sql};"), environment="production")


@pytest.mark.parametrize(("sql", "says"), LOUD.items())
def test_what_answers_with_rows_is_found(sql: str, says: str) -> None:
    (found,) = answers(script(f"create table public.t ();\n\n{sql};\n"), environment="production")
    assert says in found.message
    assert found.level is Level.ERROR
    assert found.where is not None
    assert (found.where.line, found.where.column) == (3, 1)
    assert found.why is not None
    assert found.why.startswith("production")
    assert found.fix


def test_every_statement_is_found() -> None:
    text = "select * from a;\nselect 1;\nshow all;\n"
    found = answers(script(text), environment="production")
    assert [each.where.line for each in found if each.where] == [1, 3]
