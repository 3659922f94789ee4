"""What a project may do on the platform's objects: by itself, with lent rights, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lending import ANA, asking, lend

from airlock.server.address import Address
from airlock.server.baseline.lent import hand_over, hosted_allows
from airlock.server.connect import DatabaseError, Session, connect


@pytest.fixture
def project(supabase_database: Address) -> Iterator[Session]:
    """A session of the project's own role on a fresh baseline."""
    with connect(supabase_database) as session:
        yield session


@pytest.mark.parametrize(
    "statement",
    [
        "create trigger t after insert on auth.users for each row execute function public.f()",
        "create trigger t after insert on storage.objects for each row execute function public.f()",
        "create table public.p (id uuid primary key references auth.users (id) on delete cascade)",
        "create table public.s (id uuid references vault.secrets (id))",
        "create view public.v as select id, email from auth.users",
        "grant select on auth.users to authenticated",
        "grant usage on schema storage to authenticated",
        "insert into auth.users (id, email) values (gen_random_uuid(), 'a@b.c')",
        "insert into storage.buckets (id, name, public) values ('a', 'a', true)",
        "alter publication supabase_realtime add table public.t",
        "drop publication supabase_realtime",
        "select vault.update_secret(vault.create_secret('a', 'b'), 'c')",
        "alter role anon set statement_timeout = '3s'",
        "alter role authenticator set lock_timeout = '8s'",
        "alter default privileges in schema public grant select on tables to anon",
        "alter database postgres set timezone to 'UTC'",
        "comment on schema public is 'ours'",
        "create schema api; grant usage on schema api to anon",
        "drop schema public cascade; create schema public",
        "create function extensions.f() returns integer language sql as 'select 1'",
    ],
)
def test_allowed_to_a_project(project: Session, statement: str) -> None:
    project.execute("create table public.t (id integer primary key)")
    project.execute(
        "create function public.f() returns trigger language plpgsql as 'begin return new; end'"
    )
    project.execute(statement)


def test_roles_of_a_project(project: Session) -> None:
    with project.transaction():
        project.execute("create role airlock_test_reader")
        project.execute("grant airlock_test_reader to authenticator")
        project.execute("grant anon to airlock_test_reader")
        project.execute("alter role airlock_test_reader set search_path = public")
        project.execute("drop role airlock_test_reader")


def test_replica_role_is_the_projects_to_set(project: Session) -> None:
    if project.server_major >= 15:
        project.execute("set session_replication_role = replica")
    lend(project, "SET", "set session_replication_role = origin")


# --- what hosted refuses


@pytest.mark.parametrize(
    "statement",
    [
        "alter table auth.users add column nickname text",
        "alter table storage.objects enable row level security",
        "alter table realtime.messages add column x integer",
        "create index on auth.users (email)",
        "create table auth.mine (id integer)",
        "create table storage.mine (id integer)",
        "create table realtime.mine (id integer)",
        "create function auth.mine() returns integer language sql as 'select 1'",
        "create or replace function auth.uid() returns uuid language sql as 'select null::uuid'",
        "drop table storage.objects",
        "delete from storage.buckets",
        "insert into storage.migrations (id, name, hash) values (1, 'a', 'b')",
        "insert into vault.secrets (secret) values ('a')",
        "create extension pageinspect",
        "drop event trigger issue_pg_cron_access",
        "alter default privileges for role supabase_admin in schema public "
        "revoke all on tables from anon",
        "comment on table auth.users is 'ours'",
        "create role airlock_test_god superuser",
    ],
)
def test_refused_to_a_project(project: Session, statement: str) -> None:
    assert not hosted_allows(" ".join(statement.upper().split()[:2]), statement)
    with pytest.raises(DatabaseError) as refused:
        project.execute(statement)
    assert refused.value.sqlstate == "42501"


def test_histories_may_delete_stored_objects_with_platform_rights(project: Session) -> None:
    project.execute("insert into storage.buckets (id, name) values ('a', 'a')")
    with project.elevated():
        project.execute("delete from storage.buckets")
    assert project.fetch("select from storage.buckets") == []


# --- what hosted lends its rights for

LENT = [
    ("CREATE POLICY", "create policy a on storage.objects for select using (true)"),
    ("CREATE POLICY", 'CREATE POLICY "a -- b" -- c\n ON "storage" . "objects" USING (true)'),
    ("CREATE POLICY", "create policy a on realtime.messages for select using (true)"),
    ("ALTER POLICY", "alter policy a on storage.objects rename to b"),
    ("DROP POLICY", "drop policy if exists a on /* old */ auth.users"),
    ("DROP TRIGGER", "drop trigger if exists a on auth.users"),
    ("COMMENT", "comment on policy a on storage.objects is 'x'"),
    ("COMMENT", "comment on extension pg_net is 'x'"),
    ("CREATE EXTENSION", 'create extension if not exists "uuid-ossp" with schema extensions'),
    ("DROP EXTENSION", "drop extension if exists pg_net, pg_cron cascade"),
    ("ALTER EXTENSION", "alter extension vector set schema extensions"),
    ("CREATE PUBLICATION", "create publication p for all tables"),
    ("CREATE EVENT TRIGGER", "create event trigger e on ddl_command_end execute function f()"),
    ("DROP EVENT TRIGGER", "drop event trigger e"),
    ("CREATE FOREIGN DATA WRAPPER", "create foreign data wrapper w"),
    ("ALTER ROLE", "alter role authenticator set pgrst.db_schemas = 'public, api'"),
    ("ALTER ROLE", "alter role mine replication"),
    ("SET", "set local session_replication_role = replica"),
    ("DO", "do $$ begin create policy a on storage.objects using (true); end $$"),
    ("DO", "do $$ begin create extension if not exists pg_cron; end $$"),
]
NOT_LENT = [
    ("CREATE POLICY", "create policy a on public.objects using (true)"),
    ("CREATE POLICY", "create policy a on objects using (true)"),
    ("CREATE POLICY", "create policy a on vault.secrets using (true)"),
    ("CREATE POLICY", 'create policy a on "STORAGE"."objects" using (true)'),
    ("DROP TRIGGER", "drop trigger a on vault.secrets"),
    ("ALTER TABLE", "alter table storage.objects enable row level security"),
    ("COMMENT", "comment on table auth.users is 'x'"),
    ("CREATE EXTENSION", "create extension file_fdw"),
    ("DROP EXTENSION", "drop extension pg_net, file_fdw"),
    ("ALTER EXTENSION", "alter extension pg_net add function f()"),
    ("DROP EVENT TRIGGER", "drop event trigger issue_pg_net_access"),
    ("ALTER ROLE", "alter role supabase_auth_admin set pgrst.x = 'a'"),
    ("ALTER ROLE", "alter role current_user set pgrst.x = 'a'"),
    ("ALTER ROLE", "alter role anon bypassrls"),
    ("ALTER ROLE", "alter role mine superuser"),
    ("ALTER ROLE", "alter role postgres superuser"),
    ("ALTER ROLE", "alter role anon set statement_timeout = '3s'"),
    ("SET", "set role anon"),
    ("SET", "set work_mem = '1MB'"),
    ("DO", "do $$ begin create policy a on public.t using (true); end $$"),
    ("DO", "do $$ begin create table t (); create policy a on storage.objects; end $$"),
    ("DO", "do $$ begin create policy a on vault.secrets using (true); end $$"),
    ("DO", "do $$ begin perform 1; end $$"),
    ("SELECT", "select 1"),
    ("", "nonsense"),
]


@pytest.mark.parametrize(("tag", "text"), LENT)
def test_lent(tag: str, text: str) -> None:
    assert hosted_allows(tag, text)


@pytest.mark.parametrize(("tag", "text"), NOT_LENT)
def test_not_lent(tag: str, text: str) -> None:
    assert not hosted_allows(tag, text)


def test_a_block_of_unclosed_comments_is_judged_too() -> None:
    text = "do $$ begin " + "perform 'create /* policy'; " * 20_000 + "end $$"
    assert not hosted_allows("DO", text)


def test_policies_and_triggers_of_the_platform(project: Session) -> None:
    project.execute(
        "create function public.f() returns trigger language plpgsql as 'begin return new; end'"
    )
    project.execute(
        "create trigger t after insert on auth.users for each row execute function public.f()"
    )
    lend(project, "DROP TRIGGER", "drop trigger t on auth.users")
    lend(
        project,
        "CREATE POLICY",
        "create policy own on storage.objects for select to authenticated "
        "using (owner_id = auth.uid()::text)",
    )
    project.execute(
        """
        insert into storage.buckets (id, name) values ('b', 'b');
        insert into storage.objects (bucket_id, name, owner_id)
        values ('b', 'mine', %s), ('b', 'other', 'x')
        """.replace("%s", f"'{ANA}'")
    )
    with asking(project, "authenticated", ANA):
        assert project.fetch("select name from storage.objects") == [("mine",)]


def test_what_was_made_with_lent_rights_is_the_projects(project: Session) -> None:
    project.execute(
        "create function public.e() returns event_trigger language plpgsql as 'begin end'"
    )
    for tag, text in (
        ("CREATE PUBLICATION", "create publication everything for all tables"),
        ("CREATE EXTENSION", "create extension wrappers with schema extensions"),
        (
            "CREATE FOREIGN DATA WRAPPER",
            "create foreign data wrapper w handler extensions.stripe_fdw_handler "
            "validator extensions.stripe_fdw_validator",
        ),
        ("CREATE EXTENSION", "create extension postgres_fdw"),
        (
            "CREATE EVENT TRIGGER",
            "create event trigger e on ddl_command_end execute function public.e()",
        ),
    ):
        lend(project, tag, text)
    project.execute("create server s foreign data wrapper w")
    project.execute("create server p foreign data wrapper postgres_fdw")
    project.execute("drop event trigger e")
    project.execute("drop publication everything")


def test_what_a_refused_statement_made_is_the_projects(project: Session) -> None:
    made = hand_over("DO")
    assert made is not None
    with project.elevated():
        project.execute(
            """
            create schema later;
            create type later.kind as enum ('a');
            create domain later.word as text;
            create table later.things (id integer generated always as identity, kind later.kind);
            create view later.all_things as select * from later.things;
            create sequence later.numbers;
            create function later.f() returns integer language sql as 'select 1';
            create table auth.extra (id integer);
            """
        )
        project.execute(made)
    project.execute("drop schema later cascade")
    with pytest.raises(DatabaseError, match="must be owner"):
        project.execute("alter table auth.extra add column x integer")


def test_hand_over_is_for_what_has_an_owner() -> None:
    assert hand_over("CREATE POLICY") is None
    assert hand_over("ALTER TABLE") is None
    assert hand_over("CREATE TABLE") is not None
