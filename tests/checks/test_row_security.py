"""Rules about row-level security and rights, where one text does not tell all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airlock.checks._conditions import is_caller, owners, truth
from airlock.checks._policies import condition, named_commands
from airlock.checks.act import Context
from airlock.model.finding import Level
from checks.judging import codes, judge

TABLE = "create table public.notes (id bigint primary key, user_id uuid not null);"
GUARD = "alter table public.notes enable row level security;"
POLICY = "create policy p on public.notes for select to authenticated using ({});"
DEFINER = (
    "create function public.f({}) returns bigint language sql security definer"
    " set search_path = '' as $$ select 1::bigint $$;"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("(true)", True),
        ("1 = 1", True),
        ("'a' = 'b'", False),
        ("not false", True),
        ("'t'::boolean", True),
        ("(select true)", True),
        ("user_id = user_id", True),
        ("x = 1 or true", True),
        ("x = 1 and true", None),
        ("x = 1 and false", False),
        ("auth.uid() = user_id", None),
        ("1 < 2", None),
        ("null", None),
    ],
)
def test_a_condition_is_true_as_far_as_its_text_tells(text: str, expected: bool | None) -> None:
    assert truth(condition(text)) is expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("user_id = auth.uid()", ["user_id"]),
        ("(select auth.uid()) = notes.user_id", ["user_id"]),
        ("tenant = (select auth.jwt() -> 'app_metadata' ->> 'tenant')", ["tenant"]),
        ("tenant = nullif(current_setting('app.tenant', true), '')::uuid", ["tenant"]),
        ("exists (select 1 from m where m.user_id = auth.uid() and m.note = notes.id)", []),
        ("user_id <> auth.uid()", []),
        ("user_id = 7", []),
    ],
)
def test_owners_are_columns_that_are_compared_with_who_calls(text: str, found: list[str]) -> None:
    assert [name for name, _ in owners(condition(text), "notes")] == found


def test_only_what_a_request_says_is_the_caller() -> None:
    assert is_caller(condition("(select auth.uid())::text"))
    assert not is_caller(condition("public.owner()"))


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("Users can update their own profile", {"update"}),
        ("canReadAndDelete", {"select", "delete"}),
        ("notes_insert_own", {"insert"}),
        ("Enable read access for all users", {"select"}),
        ("Users manage and delete their notes", set()),
        ("own notes", set()),
        ("created_by owner", set()),
    ],
)
def test_a_name_speaks_of_commands(name: str, commands: set[str]) -> None:
    assert named_commands(name) == commands


@pytest.mark.parametrize(
    "later",
    [
        GUARD,
        "do $$ declare t text; begin foreach t in array array['notes', 'other'] loop"
        " execute format('alter table public.%I enable row level security', t);"
        " end loop; end $$;",
        "do $$ declare t text; begin for t in select tablename from pg_tables loop"
        " execute format('alter table public.%I enable row level security', t);"
        " end loop; end $$;",
        "do $$ begin execute 'alter table public.notes enable row level security'; end $$;",
    ],
)
def test_a_later_file_guards_a_table_in_whatever_way(later: str) -> None:
    assert codes(judge(TABLE, select=["AL601"])) == {"AL601"}
    assert judge(TABLE, later, select=["AL601"]) == []


def test_a_loop_over_other_tables_guards_nothing() -> None:
    later = (
        "do $$ declare t text; begin foreach t in array array['other'] loop"
        " execute format('alter table public.%I enable row level security', t);"
        " end loop; end $$;"
    )
    assert codes(judge(TABLE, later, select=["AL601"])) == {"AL601"}


def test_a_loop_turns_on_what_views_need() -> None:
    view = "create view public.v as select 1 as one;"
    later = (
        "do $$ declare v text; begin foreach v in array array['v'] loop"
        " execute format('alter view public.%I set (security_invoker = true)', v);"
        " end loop; end $$;"
    )
    assert codes(judge(view, select=["AL708"])) == {"AL708"}
    assert judge(view, later, select=["AL708"]) == []


@pytest.mark.parametrize("made", ["create table public.a as select 1;", "select 1 into public.a;"])
def test_a_table_made_by_a_query_is_served_too(made: str) -> None:
    assert codes(judge(made, select=["AL601"])) == {"AL601"}


@pytest.mark.parametrize(
    "made",
    [
        "create temp table notes (id bigint);",
        "create table public.notes (id bigint); drop table public.notes;",
        "create materialized view public.m as select 1;",
    ],
)
def test_what_does_not_stay_or_is_no_table_is_left_alone(made: str) -> None:
    assert judge(made, select=["AL601"]) == []


def test_a_policy_that_its_file_drops_again_is_left_alone() -> None:
    opened = POLICY.format("true").replace("select", "update").replace("authenticated", "anon")
    assert codes(judge(opened, select=["AL606"])) == {"AL606"}
    assert judge(opened + "drop policy p on public.notes;", select=["AL606"]) == []


def test_an_overload_does_not_replace_a_function() -> None:
    first, second = DEFINER.format("a bigint"), DEFINER.format("a text")
    found = judge(first + second.replace("create", "create or replace"), select=["AL707"])
    assert len(found) == 2


def test_a_function_that_its_file_replaces_is_looked_at_once() -> None:
    replaced = DEFINER.format("a bigint").replace("create", "create or replace")
    assert len(judge(replaced + replaced, select=["AL707"])) == 1


def test_whoever_lets_strangers_change_rows_makes_an_error_of_it() -> None:
    text = "create policy p on public.notes for {} to {} {};"
    levels = {
        (command, role): judge(text.format(command, role, clause), select=["AL606"])[
            0
        ].finding.level
        for command, role, clause in [
            ("all", "public", "using (true)"),
            ("update", "anon", "using (1 = 1)"),
            ("update", "authenticated", "using (true)"),
            ("insert", "anon", "with check (true)"),
        ]
    }
    assert levels == {
        ("all", "public"): Level.ERROR,
        ("update", "anon"): Level.ERROR,
        ("update", "authenticated"): Level.WARNING,
        ("insert", "anon"): Level.WARNING,
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("user_id = auth.uid()", "user_id = (select auth.uid())"),
        (
            "auth.jwt() ->> 'a)' = 'x' or user_id = auth.uid( )",
            "(select auth.jwt()) ->> 'a)' = 'x' or user_id = (select auth.uid( ))",
        ),
        (
            "user_id = current_setting('app.user', true)::uuid",
            "user_id = (select current_setting('app.user', true))::uuid",
        ),
    ],
)
def test_calls_are_wrapped_in_a_select_of_their_own(before: str, after: str) -> None:
    text = "-- ä\n" + POLICY.format(before)
    (found,) = judge(text, select=["AL616"])
    for edit in sorted(found.edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text == "-- ä\n" + POLICY.format(after)
    assert found.finding.fix == POLICY.format(after)
    assert judge(text, select=["AL616"]) == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("create extension ltree;", "create extension ltree with schema extensions;"),
        (
            "create view public.v as select 1 as one;",
            "create view public.v with (security_invoker = true) as select 1 as one;",
        ),
        (
            "create function f() returns int language sql security definer as 'select 1';",
            "create function f() returns int language sql security definer"
            " set search_path = '' as 'select 1';",
        ),
    ],
)
def test_what_is_proposed_is_the_statement_with_the_words_added(text: str, mended: str) -> None:
    (found,) = judge(text, select=["AL701", "AL708", "AL717"])
    assert found.finding.fix == mended
    assert judge(mended, select=["AL701", "AL708", "AL717"]) == []


def test_an_empty_search_path_finds_neither_tables_nor_functions() -> None:
    text = (
        "create function public.g() returns void language plpgsql set search_path = '' as $$"
        " declare one int; begin"
        " create temp table mine (id int); insert into mine values (1);"
        " with named as (select 1) select count(*) into one from named;"
        " perform count(*) from pg_class; perform now();"
        " {} end $$;"
    )
    assert judge(text.format(""), select=["AL705"]) == []
    (table,) = judge(text.format("delete from notes;"), select=["AL705"])
    assert "finds no notes" in table.finding.message
    (call,) = judge(text.format("perform g();"), select=["AL705"])
    assert "finds no g()" in call.finding.message


def test_rows_of_a_statement_have_no_schema_in_a_trigger_function() -> None:
    text = (
        "create function public.g() returns trigger language plpgsql set search_path = '' as $$"
        " begin perform count(*) from new_rows; perform count(*) from {}; return null; end $$;"
    )
    assert judge(text.format("public.notes"), select=["AL705"]) == []
    assert codes(judge(text.format("notes"), select=["AL705"])) == {"AL705"}


def test_a_trigger_function_of_any_pending_file_is_known() -> None:
    trigger = "create trigger t before update on a.b for each row execute function touch();"
    function = "create function {}.touch() returns trigger language plpgsql as 'begin end';"
    assert codes(judge(trigger, select=["AL706"])) == {"AL706"}
    assert judge(function.format("public"), trigger, select=["AL706"]) == []
    assert codes(judge(function.format("c"), trigger, select=["AL706"])) == {"AL706"}


def test_execute_that_is_taken_from_everybody_closes_a_function() -> None:
    function = DEFINER.format("")
    assert codes(judge(function, select=["AL707"])) == {"AL707"}
    for closed in (
        "revoke all on function public.f() from public, anon;",
        "revoke execute on all functions in schema public from public;",
    ):
        assert judge(function, closed, select=["AL707"]) == []
    other = "revoke all on function public.g() from public;"
    assert codes(judge(function, other, select=["AL707"])) == {"AL707"}


def test_a_function_that_asks_who_calls_is_only_noted() -> None:
    text = DEFINER.format("").replace("1::bigint", "count(*) from public.n where u = auth.uid()")
    (found,) = judge(text, select=["AL707"])
    assert found.finding.level is Level.NOTE


def test_where_the_platform_grants_nobody_has_to() -> None:
    text = TABLE + GUARD
    assert codes(judge(text, select=["AL712"])) == {"AL712"}
    granting = replace(Context(), expose_new_tables=True)
    assert judge(text, select=["AL712"], context=granting) == []
    plain = replace(Context(), supabase=False)
    assert judge(text, select=["AL712"], context=plain) == []


@pytest.mark.parametrize(
    "granting",
    [
        "grant select on all tables in schema public to anon;",
        "grant select (id) on public.notes to anon;",
        "do $$ declare t text; begin foreach t in array array['notes'] loop"
        " execute format('grant select on public.%I to anon', t); end loop; end $$;",
        "alter default privileges in schema public grant select on tables to anon;",
    ],
)
def test_a_table_that_any_file_grants_is_seen(granting: str) -> None:
    assert judge(TABLE + GUARD, granting, select=["AL712"]) == []


def test_a_view_needs_no_option_where_the_server_has_none() -> None:
    old = replace(Context(), major=14)
    assert judge("create view public.v as select 1;", select=["AL708"], context=old) == []


def test_who_may_read_the_accounts_may_read_them_in_a_policy() -> None:
    asked = POLICY.format("body = (select email from auth.users where id = auth.uid())")
    assert codes(judge(asked, select=["AL625"])) == {"AL625"}
    granted = "grant select on auth.users to authenticated;"
    assert judge(asked, granted, select=["AL625"]) == []


def test_temporary_tables_of_others_need_no_schema() -> None:
    function = (
        "create function public.g() returns bigint language plpgsql set search_path = '' as $$"
        " begin return (select count(*) from staged); end $$;"
    )
    assert codes(judge(function, select=["AL705"])) == {"AL705"}
    assert judge("create temp table staged (id int);" + function, select=["AL705"]) == []


@pytest.mark.parametrize(
    ("code", "text", "option"),
    [
        ("AL718", "create extension ltree;", {"allowed_extensions": ("ltree",)}),
        ("AL719", "create language plsample handler h;", {"allowed_languages": ("plsample",)}),
    ],
)
def test_what_the_project_agreed_on_is_left_alone(
    code: str, text: str, option: dict[str, tuple[str, ...]]
) -> None:
    assert codes(judge(text, select=[code])) == {code}
    assert judge(text, select=[code], context=replace(Context(), options=option)) == []


def test_a_schema_that_the_project_closed_takes_nothing_new() -> None:
    closed = replace(Context(), options={"disallowed_schemas": ("app",)})
    for text in (
        "create table app.a (id int);",
        "create view app.v as select 1 as one;",
        "create type app.t as enum ('a');",
        "create function app.f() returns int language sql return 1;",
    ):
        assert codes(judge(text, select=["AL728"], context=closed)) == {"AL728"}
        assert judge(text.replace("app.", "other."), select=["AL728"], context=closed) == []
