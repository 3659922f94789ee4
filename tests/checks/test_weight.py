"""What is said, and how much it matters, where the same statement can mean more or less."""

import pytest

from airlock.checks.act import Context
from airlock.model.finding import Level
from airlock.server.address import Address
from checks.judging import inspected, judge

SECRETS = "create table public.logins (id bigint primary key, {} text);"


@pytest.mark.parametrize(
    ("code", "sql", "said"),
    [
        pytest.param(
            "AL856",
            "drop table shop.old; update shop.items set n = 1 where n is null;",
            None,
            id="a table that goes",
        ),
        pytest.param(
            "AL856",
            "drop index shop.items_n_idx; update shop.items set n = 1 where n is null;",
            "nobody can use the table of shop.items_n_idx until",
            id="an index that goes",
        ),
        pytest.param(
            "AL856",
            "alter table shop.tags add n int; update shop.items set n = 1 where n is null;",
            "nobody can use shop.tags until",
            id="a table that is altered",
        ),
        pytest.param(
            "AL301",
            "alter table shop.items add total int; alter table shop.items rename total to sum;",
            None,
            id="a column that the file adds",
        ),
        pytest.param(
            "AL301",
            "alter table shop.items rename total to sum; alter table shop.items add total int;",
            "shop.items.total",
            id="a column that the file adds afterwards",
        ),
    ],
)
def test_what_is_said(code: str, sql: str, said: str | None) -> None:
    found = [each.finding.message for each in judge(sql, select=[code])]
    if said is None:
        assert found == []
    else:
        assert len(found) == 1
        assert said in found[0]


@pytest.mark.parametrize(
    ("code", "sql", "level"),
    [
        ("AL722", SECRETS.format("api_key"), Level.ERROR),
        ("AL722", SECRETS.format("session_id"), Level.NOTE),
        ("AL901", "insert into shop.plans values ('free')", Level.WARNING),
        ("AL901", "insert into shop.plans values ('free') on conflict do nothing", Level.NOTE),
        ("AL901", "insert into auth.users values ('x') on conflict do nothing", Level.WARNING),
        ("AL503", "create table shop.items (at timestamptz(0))", Level.WARNING),
        ("AL503", "create table shop.items (at timestamptz(3))", Level.NOTE),
        (
            "AL616",
            "create policy p on public.items for insert with check (user_id = auth.uid())",
            Level.NOTE,
        ),
        (
            "AL616",
            "create policy p on public.items for select using (user_id = auth.uid())",
            Level.WARNING,
        ),
        (
            "AL706",
            "create trigger t before update on shop.items execute function touch()",
            Level.NOTE,
        ),
    ],
)
def test_how_much_it_matters(code: str, sql: str, level: Level) -> None:
    (found,) = judge(sql, select=[code])
    assert found.finding.level is level


@pytest.mark.parametrize("code", ["AL601", "AL722"])
def test_where_no_api_is_known_nothing_is_served(code: str) -> None:
    sql = SECRETS.format("password")
    assert judge(sql, select=[code], context=Context(supabase=True))
    assert judge(sql, select=[code], context=Context(supabase=False)) == []


def test_a_function_that_asks_who_calls_by_another_one_is_only_noted(
    supabase_database: Address,
) -> None:
    texts = [
        "create function internal.asks() returns uuid language sql as $$ select auth.uid() $$;"
        "create function internal.who() returns uuid language sql as $$ select internal.asks() $$;",
        "create function public.guarded() returns uuid language sql security definer "
        "set search_path = '' as $$ select internal.who() $$;"
        "create function public.bare() returns int language sql security definer "
        "set search_path = '' as $$ select 1 $$;",
    ]
    found = inspected(supabase_database, texts, extend=[])
    levels = {each.key: each.level for each in found if each.code == "AL707"}
    assert levels == {
        'AL707:routine public.bare.""': Level.WARNING,
        'AL707:routine public.guarded.""': Level.NOTE,
    }


@pytest.mark.parametrize(
    ("own", "found", "level"),
    [("varchar(20)", True, Level.NOTE), ("varchar", False, None), ("integer", True, Level.WARNING)],
)
def test_a_key_of_another_type(
    own: str, found: bool, level: Level | None, supabase_database: Address
) -> None:
    other = "bigint" if own == "integer" else "varchar"
    text = (
        f"create table internal.a (id {other} primary key);"
        f"create table internal.b (id {own} primary key references internal.a (id));"
    )
    levels = [
        each.level
        for each in inspected(supabase_database, [text], extend=[])
        if each.code == "AL405"
    ]
    assert levels == ([level] if found else [])


def test_a_unique_key_on_some_columns_serves_a_foreign_key(supabase_database: Address) -> None:
    text = (
        "create table internal.names (name text, kind int, primary key (name, kind));"
        "create table internal.{0} (name text not null {1}, kind int,"
        " id bigint primary key, foreign key (name, kind) references internal.names);"
    )
    head, table = text.split(";", 1)
    partly = table.format("partly", "") + "create index on internal.partly (name, kind) where {};"
    texts = [
        head,
        table.format("served", "unique"),
        table.format("bare", ""),
        partly.format("name is not null"),
    ]
    found = [
        each.key for each in inspected(supabase_database, texts, extend=[]) if each.code == "AL402"
    ]
    assert found == ["AL402:constraint internal.bare.bare_name_kind_fkey"]
