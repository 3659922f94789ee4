"""What of a database is the project's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airlock.model.catalog import Catalog
from airlock.model.node import Id, satellite
from airlock.server.address import Address
from airlock.server.connect import Session, connect
from airlock.sources.live import read_catalog
from airlock.sources.scope import hidden_schemas, in_scope, is_supabase, run_by

OWN = """
    create function public.f() returns trigger language plpgsql as 'begin return new; end';
    create table public.items (id int);
    create policy mine on storage.objects for select to authenticated using (true);
    create trigger mine after insert on auth.users for each row execute function public.f();
    create trigger theirs after insert on auth.users
      for each row execute function storage.update_updated_at_column();
    comment on trigger mine on auth.users is 'mine';
    comment on trigger theirs on auth.users is 'theirs';
    create index theirs on auth.users (phone);
    alter publication supabase_realtime add table public.items, auth.users;
    create schema platform_thing;
    create table platform_thing.t (id int);
    create table public.made_by_platform (id int);
    create schema airlock;
    create table airlock.t (id int);
    create schema supabase_migrations;
    create table supabase_migrations.schema_migrations (version text);
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'scope_reader') then
        create role scope_reader;
      end if;
    end
    $$;
    grant usage on schema auth to scope_reader;
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'scope_onlooker') then
        create role scope_onlooker;
        grant pg_monitor to scope_onlooker;
      end if;
    end
    $$;
    grant usage on schema airlock to scope_onlooker;
    alter default privileges for role supabase_admin in schema public
      grant select on tables to scope_reader;
    alter default privileges for role postgres in schema public
      grant select on tables to scope_reader;
    alter function public.f owner to postgres;
    alter table public.items owner to postgres;
"""

USERS = Id("table", ("auth", "users"))


@pytest.fixture
def session(supabase_database: Address) -> Iterator[Session]:
    with connect(supabase_database, acting=False) as session:
        yield session


@pytest.fixture
def catalog(session: Session) -> Catalog:
    session.execute(OWN)
    return read_catalog(session)


def test_a_project_keeps_what_it_made_on_the_platform(catalog: Catalog) -> None:
    assert is_supabase(catalog)
    found = in_scope(catalog)
    trigger = Id("trigger", ("auth", "users", "mine"))
    assert trigger in found
    assert satellite("comment", trigger) in found
    assert USERS in found.needs(trigger)
    assert Id("policy", ("storage", "objects", "mine")) in found
    assert Id("publication table", ("supabase_realtime", "public", "items")) in found
    assert Id("role", ("scope_reader",)) in found
    assert not [id for id in found.nodes if "scope_onlooker" in id.path]
    grant = found.nodes[satellite("grant", Id("schema", ("auth",)))]
    grantees = {entry[0] for entry in grant.entries}  # type: ignore[attr-defined]
    assert grantees == {"", "scope_reader"}
    assert Id("default privileges", ("postgres", "public", "tables")) in found
    assert Id("table", ("public", "items")) in found
    assert satellite("owner", Id("table", ("public", "items"))) in found


def test_the_platform_keeps_its_own(catalog: Catalog) -> None:
    found = in_scope(catalog)
    gone = [
        USERS,
        Id("column", (*USERS.path, "id")),
        Id("index", ("auth", "theirs")),
        Id("trigger", (*USERS.path, "theirs")),
        satellite("comment", Id("trigger", (*USERS.path, "theirs"))),
        Id("publication", ("supabase_realtime",)),
        Id("publication table", ("supabase_realtime", "auth", "users")),
        Id("schema", ("auth",)),
        Id("schema", ("extensions",)),
        Id("schema", ("platform_thing",)),
        Id("table", ("platform_thing", "t")),
        Id("table", ("public", "made_by_platform")),
        Id("schema", ("airlock",)),
        Id("table", ("airlock", "t")),
        Id("table", ("supabase_migrations", "schema_migrations")),
        Id("event trigger", ("issue_pg_net_access",)),
        Id("role", ("anon",)),
        Id("default privileges", ("supabase_admin", "public", "tables")),
    ]
    assert [id for id in gone if id not in catalog and id.kind != "publication table"] == []
    assert [id for id in gone if id in found] == []
    assert "platform_thing" in hidden_schemas(catalog)
    assert found.unmodelled == ()


def test_what_is_kept_stays_kept(catalog: Catalog) -> None:
    once = in_scope(catalog)
    assert in_scope(once).nodes.keys() == once.nodes.keys()


def test_the_platforms_privileges_on_the_database_are_not_named(session: Session) -> None:
    session.execute(
        """
        do $$
        begin
          execute format('grant create on database %I to supabase_admin', current_database());
          execute format('grant create on database %I to supabase_auth_admin, anon',
            current_database());
        end
        $$
        """
    )
    found = in_scope(read_catalog(session))
    assert found.unmodelled == ("privileges on the database of anon: create",)


def test_a_new_project_holds_next_to_nothing(session: Session) -> None:
    found = in_scope(read_catalog(session))
    kinds = {id.kind for id in found.nodes}
    assert kinds <= {"comment", "default privileges", "extension", "grant", "owner", "schema"}
    assert Id("schema", ("public",)) in found


def test_elsewhere_only_the_histories_are_hidden(empty_database: Address) -> None:
    with connect(empty_database) as session:
        session.execute(
            """
            create schema auth;
            create table auth.users (id int);
            create schema supabase_migrations;
            create table supabase_migrations.schema_migrations (version text);
            """
        )
        found = in_scope(read_catalog(session))
    assert not is_supabase(found)
    assert USERS in found
    assert Id("schema", ("supabase_migrations",)) not in found
    assert found.unmodelled == ()


def test_who_runs_a_plan_is_no_difference(empty_database: Address) -> None:
    with connect(empty_database) as session:
        session.execute(
            """
            create table public.t (id int);
            alter default privileges for role postgres grant select on tables to public;
            """
        )
        catalog = in_scope(read_catalog(session))
    other = run_by(catalog, "app")
    assert other.role == "app"
    owner = other.nodes[satellite("owner", Id("table", ("public", "t")))]
    assert owner.role == "app"  # type: ignore[attr-defined]
    assert Id("default privileges", ("app", "", "tables")) in other
    assert run_by(other, "postgres").nodes == catalog.nodes
    assert run_by(catalog, "postgres") is catalog
