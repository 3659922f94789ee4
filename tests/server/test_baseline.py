"""The Supabase baseline: what is there, who may do what, and what hosted would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from airlock.server.address import Address
from airlock.server.baseline import (
    PLATFORM_ROLES,
    Baseline,
    baseline_id,
    build,
    database_settings,
    hand_over,
    hosted_allows,
    prepare_cluster,
)
from airlock.server.builds import choose
from airlock.server.cluster import Cluster, Purpose, start
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.databases import Databases
from airlock.server.home import Home

ANA = "00000000-0000-0000-0000-00000000000a"
BEN = "00000000-0000-0000-0000-00000000000b"


@pytest.fixture
def project(supabase_database: Address) -> Iterator[Session]:
    """A session of the project's own role on a fresh baseline."""
    with connect(supabase_database) as session:
        yield session


@contextmanager
def request(session: Session, role: str, user: str = "") -> Iterator[None]:
    """What the Data API does before a request's query."""
    with session.transaction():
        session.fetch(
            "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
            (role, f'{{"sub": "{user}", "role": "{role}", "email": "a@b.c"}}' if user else ""),
        )
        yield


def lend(session: Session, tag: str, text: str) -> None:
    """Run a statement as the platform does: with its rights, which leave nothing behind."""
    assert hosted_allows(tag, text)
    with session.elevated():
        session.execute(text)
        if (sql := hand_over(tag)) is not None:
            session.execute(sql)


# --- what is there


def test_the_documented_objects_are_there(project: Session) -> None:
    tables = project.fetch(
        """
        select count(*)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('auth', 'storage')
          and c.relkind = 'r'
        """
    )
    assert tables == [(33,)]
    extensions = project.fetch(
        "select extname, extnamespace::regnamespace::text from pg_catalog.pg_extension order by 1"
    )
    assert extensions == [
        ("pg_graphql", "graphql"),
        ("pg_stat_statements", "extensions"),
        ("pgcrypto", "extensions"),
        ("plpgsql", "pg_catalog"),
        ("supabase_vault", "vault"),
        ("uuid-ossp", "extensions"),
    ]
    assert project.fetch("select pubname, pubowner::regrole::text from pg_publication") == [
        ("supabase_realtime", "postgres")
    ]


def test_postgres_is_no_superuser_and_owns_the_database(project: Session) -> None:
    assert project.fetch(
        """
        select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
        from pg_catalog.pg_roles
        where rolname = current_user
        """
    ) == [(False, True, True, True, True)]
    assert project.fetch(
        """
        select datdba::regrole::text, s.setconfig
        from pg_catalog.pg_database d
        join pg_catalog.pg_db_role_setting s on s.setdatabase = d.oid
        where datname = current_database()
        """
    ) == [("postgres", ['search_path="$user", public, extensions'])]


def test_platform_roles_are_those_of_a_new_server(cluster: Cluster) -> None:
    with connect(cluster.address("airlock"), acting=False) as session:
        roles = session.fetch(
            """
            select rolname
            from pg_catalog.pg_roles
            where rolname = any (%s)
            order by rolname
            """,
            (list(PLATFORM_ROLES),),
        )
    assert tuple(name for (name,) in roles) == tuple(sorted(PLATFORM_ROLES))


def test_who_asks_is_read_from_the_token(project: Session) -> None:
    question = "select auth.uid()::text, auth.role(), auth.email(), auth.jwt() ->> 'sub'"
    with request(project, "authenticated", ANA):
        assert project.fetch(question) == [(ANA, "authenticated", "a@b.c", ANA)]
    with request(project, "anon"):
        assert project.fetch(question) == [(None, None, None, None)]
    with project.transaction():
        project.fetch("select set_config('request.jwt.claim.sub', %s, true)", (BEN,))
        assert project.fetch("select auth.uid()::text") == [(BEN,)]


def test_row_security_by_the_roles_of_the_api(project: Session) -> None:
    project.execute(
        """
        create table public.notes (id integer, owner uuid default auth.uid(), open boolean);
        alter table public.notes enable row level security;
        grant select on public.notes to anon, authenticated;
        grant insert on public.notes to authenticated;
        create policy own on public.notes for all to authenticated
            using (owner = auth.uid()) with check (owner = auth.uid());
        create policy open on public.notes for select to anon using (open);
        """
    )
    for user in (ANA, BEN):
        with request(project, "authenticated", user):
            project.execute("insert into public.notes (id, open) values (1, %s)", (user == ANA,))
            assert project.fetch("select owner::text from public.notes") == [(user,)]
    with request(project, "anon"):
        assert project.fetch("select owner::text from public.notes") == [(ANA,)]
    with request(project, "service_role"), pytest.raises(DatabaseError, match="permission denied"):
        project.fetch("select from public.notes")
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        request(project, "authenticated", ANA),
    ):
        project.execute("insert into public.notes values (2, %s)", (BEN,))


def test_storage_paths(project: Session) -> None:
    assert project.fetch(
        """
        select storage.foldername(p), storage.filename(p), storage.extension(p)
        from unnest(array['a/b/c.tar.gz', 'x', 'd/y']) as p
        """
    ) == [(["a", "b"], "c.tar.gz", "gz"), ([], "x", "x"), (["d"], "y", "y")]


def test_storage_listing(project: Session) -> None:
    project.execute(
        """
        insert into storage.buckets (id, name) values ('b', 'b');
        insert into storage.objects (bucket_id, name)
        select 'b', unnest(array['a/1.png', 'a/2.png', 'a/deep/3.png', 'z.png']);
        """
    )
    listed = "select name, id is null from storage.search(%s, 'b')"
    assert project.fetch(listed, ("",)) == [("a", True), ("z.png", False)]
    assert project.fetch(listed, ("a/",)) == [("deep", True), ("1.png", False), ("2.png", False)]
    assert project.fetch("select key, name from storage.search_v2('a/', 'b', 2, 2)") == [
        ("1.png", "a/1.png"),
        ("2.png", "a/2.png"),
    ]
    assert project.fetch(
        "select key from storage.search_v2('', 'b', sort_column => 'updated_at')"
    ) == [("a",), ("z.png",)]
    assert project.fetch(
        "select name from storage.list_objects_with_delimiter('b', '', '/', 1, 'a/')"
    ) == [("z.png",)]


def test_broadcast_keeps_the_message_and_its_topic(project: Session) -> None:
    project.execute(
        """
        create table public.rooms (id integer primary key, name text);
        create function public.tell() returns trigger language plpgsql security definer as $$
            begin
                perform realtime.broadcast_changes(
                    'room:' || new.id, tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
                return null;
            end
        $$;
        create trigger tell after insert on public.rooms
            for each row execute function public.tell();
        insert into public.rooms values (7, 'kitchen');
        """
    )
    assert project.fetch(
        "select topic, event, private, payload #>> '{record,name}' from realtime.messages"
    ) == [("room:7", "INSERT", True, "kitchen")]


def test_webhook_is_queued_once_pg_net_is_there(project: Session) -> None:
    project.execute(
        """
        create table public.orders (id integer);
        create trigger hook after insert on public.orders for each row
            execute function supabase_functions.http_request('http://x', 'POST', '{}', '{}', '9');
        insert into public.orders values (1);
        """
    )
    lend(project, "CREATE EXTENSION", "create extension pg_net with schema extensions")
    project.execute("insert into public.orders values (2)")
    assert project.fetch("select hook_name, request_id from supabase_functions.hooks") == [
        ("hook", None),
        ("hook", 1),
    ]
    assert project.fetch("select method, url from net.http_request_queue") == [("POST", "http://x")]


def test_graphql_placeholder_returns_with_the_drop(project: Session) -> None:
    ask = "select graphql_public.graphql(query => '{a}')::text"
    assert "airlock stub" in project.fetch(ask)[0][0]
    lend(project, "DROP EXTENSION", "drop extension pg_graphql")
    assert "not enabled" in project.fetch(ask)[0][0]
    lend(project, "CREATE EXTENSION", "create extension pg_graphql with schema graphql")
    assert "airlock stub" in project.fetch(ask)[0][0]


# --- what a project may do by itself


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
    with request(project, "authenticated", ANA):
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


# --- exposure


@pytest.mark.parametrize("exposed", [False, True])
def test_new_tables_are_exposed_when_asked_for(databases: Databases, exposed: bool) -> None:
    template = databases.baseline(Baseline.SUPABASE, expose_new_tables=exposed)
    with (
        databases.shadow(template) as name,
        connect(databases.cluster.address(name, label="shadow")) as session,
    ):
        session.execute("create table public.t (id bigserial)")
        session.execute("create view public.v as select 1")
        for role in ("anon", "authenticated", "service_role"):
            assert session.fetch(
                """
                select has_table_privilege(r, 'public.t', 'select'),
                    has_table_privilege(r, 'public.t', 'insert, update, delete'),
                    has_table_privilege(r, 'public.v', 'select'),
                    has_sequence_privilege(r, 'public.t_id_seq', 'usage')
                from (values (%s)) as v (r)
                """,
                (role,),
            ) == [(exposed,) * 4]


# --- identity, copies, servers


def test_identity_changes_with_content() -> None:
    ids = {
        baseline_id(baseline, expose_new_tables=expose)
        for baseline, expose in (
            (Baseline.SUPABASE, True),
            (Baseline.SUPABASE, False),
            (Baseline.PLAIN, False),
        )
    }
    assert len(ids) == 3
    assert all(len(text) == 12 and int(text, 16) >= 0 for text in ids)


def test_settings_quote_the_name_of_the_database() -> None:
    assert database_settings(Baseline.PLAIN, 'a"b') == ('alter database "a""b" owner to postgres',)
    assert len(database_settings(Baseline.SUPABASE, "a")) == 2


def test_plain_is_an_empty_database_of_the_projects_role(
    cluster: Cluster, empty_database: Address
) -> None:
    with connect(cluster.address(empty_database.place.rsplit("/", 1)[-1]), acting=False) as session:
        build(session, Baseline.PLAIN, expose_new_tables=False)
    with connect(empty_database) as session:
        session.execute("create table public.t (id integer)")
        assert session.fetch("select nspname from pg_namespace where nspname = 'auth'") == []


def test_a_server_is_prepared_twice_and_at_once(cluster: Cluster) -> None:
    def prepare(_: int) -> None:
        with connect(cluster.address("airlock"), acting=False) as session:
            prepare_cluster(session)

    with connect(cluster.address("airlock"), acting=False) as session:
        session.execute("alter role anon createdb")
        session.execute("alter role authenticator set lock_timeout = '9s'")
        session.execute("revoke service_role from authenticator")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(prepare, range(4)))
    with connect(cluster.address("airlock"), acting=False) as session:
        assert session.fetch(
            """
            select r.rolcreatedb, pg_has_role('authenticator', 'service_role', 'member'),
                a.rolconfig
            from pg_catalog.pg_roles r, pg_catalog.pg_roles a
            where r.rolname = 'anon'
              and a.rolname = 'authenticator'
            """
        ) == [(False, True, ["statement_timeout=8s", "lock_timeout=9s"])]
        session.execute("alter role authenticator set lock_timeout = '8s'")


def test_on_system_postgres_15(home: Home) -> None:
    choice = choose(15, home=home)
    if choice.build.major != 15:
        pytest.skip("no Postgres 15 on this machine")
    cluster = start(choice.build, Purpose.SHADOW, home=home)
    with Databases(cluster) as databases:
        template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
        with (
            databases.shadow(template) as name,
            connect(cluster.address(name, label="shadow")) as session,
        ):
            assert session.fetch("select vault.create_secret('a', 'b') is not null") == [(True,)]
            lend(session, "CREATE EXTENSION", "create extension vector with schema extensions")
            session.execute(
                """
                create table public.items (embedding vector(3));
                create index on public.items using hnsw (embedding vector_cosine_ops);
                insert into public.items values ('[1,2,3]'), ('[3,2,1]');
                """
            )
            assert session.fetch(
                "select embedding::text from public.items order by embedding <-> '[3,2,2]'"
            ) == [("[3,2,1]",), ("[1,2,3]",)]
            with pytest.raises(DatabaseError, match="expected 3 dimensions, not 2"):
                session.execute("insert into public.items values ('[1,2]')")
