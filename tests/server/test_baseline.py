"""The Supabase baseline: what is there, who may do what, and what hosted would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from lending import ANA, BEN, asking, lend

from airlock.server.address import Address
from airlock.server.baseline import (
    PLATFORM_ROLES,
    Baseline,
    baseline_id,
    build,
    database_settings,
    prepare_cluster,
)
from airlock.server.builds import choose
from airlock.server.cluster import Cluster, Purpose, start
from airlock.server.connect import DatabaseError, Session, connect
from airlock.server.databases import Databases
from airlock.server.home import Home


@pytest.fixture
def project(supabase_database: Address) -> Iterator[Session]:
    """A session of the project's own role on a fresh baseline."""
    with connect(supabase_database) as session:
        yield session


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
    with asking(project, "authenticated", ANA):
        assert project.fetch(question) == [(ANA, "authenticated", "a@b.c", ANA)]
    with asking(project, "anon"):
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
        with asking(project, "authenticated", user):
            project.execute("insert into public.notes (id, open) values (1, %s)", (user == ANA,))
            assert project.fetch("select owner::text from public.notes") == [(user,)]
    with asking(project, "anon"):
        assert project.fetch("select owner::text from public.notes") == [(ANA,)]
    with asking(project, "service_role"), pytest.raises(DatabaseError, match="permission denied"):
        project.fetch("select from public.notes")
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        asking(project, "authenticated", ANA),
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


def test_jobs_are_scheduled_but_not_written_by_hand(project: Session) -> None:
    lend(project, "CREATE EXTENSION", "create extension pg_cron with schema pg_catalog")
    project.execute("select cron.schedule('nightly', '0 0 * * *', 'select 1')")
    project.execute("grant usage on schema cron to authenticated")
    assert project.fetch("select jobname, username from cron.job") == [("nightly", "postgres")]
    with pytest.raises(DatabaseError, match="permission denied for table job"):
        project.execute("delete from cron.job")


def test_graphql_placeholder_returns_with_the_drop(project: Session) -> None:
    ask = "select graphql_public.graphql(query => '{a}')::text"
    assert "airlock stub" in project.fetch(ask)[0][0]
    lend(project, "DROP EXTENSION", "drop extension pg_graphql")
    assert "not enabled" in project.fetch(ask)[0][0]
    lend(project, "CREATE EXTENSION", "create extension pg_graphql with schema graphql")
    assert "airlock stub" in project.fetch(ask)[0][0]


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
