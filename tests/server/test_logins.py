"""The three logins on a real server: what the script makes, and what each breach is told by."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from airlock.errors import AirlockError
from airlock.model.names import quote
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.breach import Breach, Weight
from airlock.server.builds import choose
from airlock.server.cluster import Purpose, start
from airlock.server.connect import DatabaseError, connect
from airlock.server.databases import Databases
from airlock.server.duties import backup_breaches, deployer_breaches
from airlock.server.home import Home
from airlock.server.logins import Names, grants
from airlock.server.reach import InspectorReads, inspector_breaches, refuse_reader
from airlock.sources.scope import PLATFORM_OWNERS

Run = Callable[[str], None]

SCHEMA = """
    create table public.people (id bigint generated always as identity primary key, email text);
    create table public.notes (id serial primary key, note text);
    create view public.mails as select email from public.people;
    create materialized view public.mail_count as select count(*) from public.people;
    create function public.emails() returns setof text language sql security definer
      begin atomic select email from public.people; end;
    insert into public.people (email) select i || '@example.com' from generate_series(1, 50) i;
    analyze public.people;
"""
SAFE = "revoke execute on function public.emails() from public;"


@pytest.fixture
def names(empty_database: Address) -> Iterator[Names]:
    """Roles of this test alone; roles belong to a server as a whole."""
    mark = secrets.token_hex(4)
    found = Names(inspector=f"insp {mark}", deployer=f'dep"{mark}', backup=f"back_{mark}")
    yield found
    with connect(empty_database, acting=False) as session:
        for role in (found.inspector, found.deployer, found.backup):
            if session.fetch("select 1 from pg_roles where rolname = %s", (role,)):
                session.execute(f"drop owned by {quote(role)} cascade")
                session.execute(f"drop role {quote(role)}")


@pytest.fixture
def run(empty_database: Address) -> Run:
    """Run SQL as the server's superuser."""

    def execute(sql: str) -> None:
        with connect(empty_database, acting=False) as session:
            session.execute(sql)

    return execute


def script(names: Names) -> str:
    return grants(names, environment="production", platform=tuple(sorted(PLATFORM_OWNERS)))


def login(address: Address, role: str) -> Address:
    """Return the address of a role of its own, which is no superuser."""
    from urllib.parse import quote as escaped

    url = address.url
    assert "://supabase_admin" in url
    url = url.replace("://supabase_admin", f"://{escaped(role, safe='')}", 1)
    return replace(address, url=url, embedded=False, protected=True, label="production")


def inspected(address: Address, role: str) -> list[Breach]:
    with connect(login(address, role)) as session:
        return list(inspector_breaches(session))


@pytest.fixture
def made(empty_database: Address, names: Names, run: Run) -> Names:
    """The three logins, on a database with something in it."""
    with connect(empty_database) as session:
        session.execute(SCHEMA + SAFE)
    run(script(names))
    return names


def test_the_script_makes_logins_that_are_clean(empty_database: Address, made: Names) -> None:
    assert inspected(empty_database, made.inspector) == []
    with connect(login(empty_database, made.deployer)) as session:
        assert list(deployer_breaches(session, platform=PLATFORM_OWNERS)) == []
        session.execute("create table public.deployed (id int)")
        session.execute("alter table public.people add note text")
        ((owner,),) = session.fetch(
            "select tableowner::text from pg_tables where tablename = 'deployed'"
        )
        assert owner == "postgres"
    with connect(login(empty_database, made.backup)) as session:
        assert list(backup_breaches(session)) == []
        assert session.fetch("select count(*) from public.people") == [(50,)]
        with pytest.raises(DatabaseError):
            session.execute("set default_transaction_read_only = off; delete from public.people")


def test_the_script_can_run_twice(empty_database: Address, made: Names, run: Run) -> None:
    run(script(made))
    assert inspected(empty_database, made.inspector) == []


def test_the_inspector_reads_the_history_that_comes_later(
    empty_database: Address, made: Names
) -> None:
    from airlock.deploy.history import ensure_history, read_history

    with connect(login(empty_database, made.deployer)) as session:
        ensure_history(session)
    with connect(login(empty_database, made.inspector)) as session:
        assert read_history(session) == ()
    assert inspected(empty_database, made.inspector) == []


def test_on_a_hosted_database_without_a_superuser(supabase_database: Address, names: Names) -> None:
    """There the script runs as `postgres`, who may not lend itself: it is the deployer."""
    hosted = Names(inspector=names.inspector, deployer="postgres", backup=names.backup)
    with connect(supabase_database) as session:
        session.execute(script(hosted))
        session.execute(script(hosted))
        ((kept,),) = session.fetch(
            "select rolcreaterole and rolcreatedb and rolreplication from pg_roles"
            " where rolname = 'postgres'"
        )
        assert kept, "the platform's own role keeps what it has"
        assert list(deployer_breaches(session, platform=PLATFORM_OWNERS)) == []
    found = inspected(supabase_database, names.inspector)
    assert [each for each in found if each.weight is Weight.GRAVE] == []
    with connect(supabase_database, acting=False) as session:
        for role in (names.inspector, names.backup):
            session.execute(f"drop owned by {quote(role)} cascade")


def test_on_postgres_15_without_a_superuser(home: Home, names: Names) -> None:
    """There whoever makes roles may lend any of them, and nobody but a superuser BYPASSRLS."""
    choice = choose(15, home=home)
    if choice.build.major != 15:
        pytest.skip("no Postgres 15 on this machine")
    cluster = start(choice.build, Purpose.SHADOW, home=home)
    with Databases(cluster) as databases:
        template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
        with databases.shadow(template) as name:
            address = cluster.address(name, label="shadow")
            with connect(address) as session:
                session.execute("create table public.people (email text)")
                session.execute(script(names))
                session.execute(script(names))
            found = inspected(address, names.inspector)
            assert [each for each in found if each.weight is Weight.GRAVE] == []
            with connect(login(address, names.deployer)) as session:
                assert list(deployer_breaches(session, platform=PLATFORM_OWNERS)) == []
            with connect(login(address, names.backup)) as session:
                found = list(backup_breaches(session))
            assert [each.fix for each in found] == [f"alter role {quote(names.backup)} bypassrls;"]
            with connect(address, acting=False) as session:
                session.execute(f"grant pg_monitor to {quote(names.inspector)}")
                assert inspected(address, names.inspector)
                for role in (names.inspector, names.deployer, names.backup):
                    session.execute(f"drop owned by {quote(role)} cascade")
                    session.execute(f"drop role {quote(role)}")


def test_a_role_that_can_do_more_is_no_inspector(
    empty_database: Address, names: Names, run: Run
) -> None:
    run(f"create role {quote(names.inspector)} login createrole")
    with pytest.raises(DatabaseError, match="can do more than look on"):
        run(script(names))
    with connect(empty_database, acting=False) as session:
        assert not session.fetch("select 1 from pg_roles where rolname = %s", (names.backup,))


def test_names_are_those_of_the_urls(names: Names) -> None:
    text = script(names)
    assert quote(names.inspector) in text
    assert "password" not in text.replace("\\password", "").replace("No password is set", "")


# Breaches of the inspector: how each is made, what is said, and the statement that mends it ----

BREACHES = {
    "table": ("grant select on public.people to {role}", "can use the table public.people"),
    "column": ("grant select (email) on public.people to {role}", "the table public.people"),
    "writes": ("grant insert on public.people to {role}", "can use the table public.people"),
    "sequence": ("grant usage on sequence public.notes_id_seq to {role}", "the sequence public."),
    "view": ("grant select on public.mails to {role}", "can use the view public.mails"),
    "materialized view": (
        "grant select on public.mail_count to public",
        "the materialized view public.mail_count as everybody can",
    ),
    "public table": ("grant select on public.people to public", "people as everybody can"),
    "statistics": ("grant select on pg_catalog.pg_statistic to {role}", "pg_catalog.pg_statistic"),
    "passwords": ("grant select on pg_catalog.pg_authid to {role}", "pg_catalog.pg_authid"),
    "function": (
        "grant execute on function public.emails() to {role}",
        "can call the function, which acts with its owner's rights, public.emails()",
    ),
    "files": (
        "grant execute on function pg_catalog.pg_read_file(text) to {role}",
        "pg_catalog.pg_read_file(text)",
    ),
    "makes": ("grant create on schema public to {role}", "make tables and functions in schema"),
    "schemas": (
        "do $$ begin execute format('grant create on database %I to %I', current_database(),"
        " {literal}); end $$",
        "can make schemas",
    ),
    "later": (
        "alter default privileges for role postgres in schema public grant select on tables"
        " to {role}",
        "will reach the tables that postgres makes in schema public",
    ),
    "owner": ("create table public.mine (); alter table public.mine owner to {role}", "owns 1"),
    "bypassrls": ("alter role {role} bypassrls", "past row level security (BYPASSRLS)"),
    "createrole": ("alter role {role} createrole", "(CREATEROLE)"),
    "createdb": ("alter role {role} createdb", "(CREATEDB)"),
    "replication": ("alter role {role} replication", "(REPLICATION)"),
    "superuser": ("alter role {role} superuser", "is a superuser"),
    "large object": (
        "select lo_create(424242); grant select on large object 424242 to {role}",
        "can use the large object 424242",
    ),
    **{
        name: (f"grant {name} to {{role}}", f"is a member of {name}")
        for name in (
            "pg_monitor",
            "pg_read_all_data",
            "pg_read_server_files",
            "pg_maintain",
            "pg_signal_backend",
            "pg_read_all_stats",
        )
    },
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_told_and_its_fix_mends_it(
    empty_database: Address, made: Names, run: Run, name: str
) -> None:
    role = quote(made.inspector)
    sql, said = BREACHES[name]
    run(sql.format(role=role, literal=f"'{made.inspector}'"))
    try:
        found = inspected(empty_database, made.inspector)
        assert any(said in each.what for each in found), found
        assert all(each.weight is Weight.GRAVE for each in found)
        for each in found:
            if each.fix.endswith(";"):
                run(each.fix)
        assert inspected(empty_database, made.inspector) == []
    finally:
        if name == "superuser":
            run(f"alter role {role} nosuperuser")
        if name == "large object":
            run("select lo_unlink(424242)")


def test_membership_counts_through_other_roles(
    empty_database: Address, made: Names, run: Run
) -> None:
    """NOINHERIT is no wall: SET ROLE is there."""
    team = quote(f"team_{secrets.token_hex(4)}")
    run(f"create role {team}; grant pg_monitor to {team}; grant {team} to {quote(made.inspector)}")
    try:
        (breach,) = inspected(empty_database, made.inspector)
        assert "and by it of" in breach.what
        assert "pg_monitor" in breach.what
        with (
            connect(login(empty_database, made.inspector)) as session,
            pytest.raises(InspectorReads, match="a member of pg_monitor") as caught,
        ):
            refuse_reader(session)
        assert caught.value.exit_code == 3
        run(breach.fix)
        assert inspected(empty_database, made.inspector) == []
    finally:
        run(f"drop role {team}")


def test_statistics_are_seen_to_be_readable(empty_database: Address, made: Names, run: Run) -> None:
    run(f"grant select on public.people to {quote(made.inspector)}")
    found = inspected(empty_database, made.inspector)
    assert any("pg_stats" in each.what for each in found)
    assert "example.com" not in str(found)


def test_what_everybody_reaches_is_a_doubt(empty_database: Address, made: Names, run: Run) -> None:
    run(
        "grant select on public.mails to public;grant execute on function public.emails() to public"
    )
    found = inspected(empty_database, made.inspector)
    assert {each.weight for each in found if "statistics" not in each.what} == {Weight.DOUBT}
    assert [each.fix for each in found] == [
        'revoke all on table "public"."mails" from public;',
        'revoke all on routine "public"."emails"() from public;',
    ]
    for each in found:
        run(each.fix)
    assert inspected(empty_database, made.inspector) == []


def test_hundreds_are_said_at_once(empty_database: Address, made: Names, run: Run) -> None:
    run(
        "create schema many; do $$ begin for i in 1..120 loop"
        " execute format('create table many.t%s ()', i); end loop; end $$;"
        f"grant select on all tables in schema many to {quote(made.inspector)}"
    )
    (breach,) = inspected(empty_database, made.inspector)
    assert "120 names in schema many" in breach.what
    run(breach.fix)
    assert inspected(empty_database, made.inspector) == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("alter role {role} superuser", "a superuser"),
        ("alter role {role} bypassrls", "exempt from row level security"),
        ("grant pg_read_all_data to {role}", "a member of pg_read_all_data"),
        ("grant supabase_admin to {role}", "a member of"),
        ("alter table public.people owner to {role}", "the owner of tables"),
    ],
)
def test_at_a_glance(empty_database: Address, made: Names, run: Run, sql: str, why: str) -> None:
    role = quote(made.inspector)
    with connect(login(empty_database, made.inspector)) as session:
        refuse_reader(session)
        run(sql.format(role=role))
        try:
            with pytest.raises(InspectorReads) as caught:
                refuse_reader(session)
            assert why in caught.value.message
        finally:
            run(f"alter role {role} nosuperuser")


# Breaches of the others -------------------------------------------------------------------------


def test_a_deployer_that_cannot_deploy(empty_database: Address, made: Names, run: Run) -> None:
    def breaches(platform: frozenset[str] = PLATFORM_OWNERS) -> list[Breach]:
        with connect(login(empty_database, made.deployer)) as session:
            return list(deployer_breaches(session, platform=platform))

    role = quote(made.deployer)
    run(f"alter role {role} reset role; revoke postgres from {role}; create schema closed")
    found = breaches()
    assert any("may not alter" in each.what and "of postgres" in each.what for each in found)
    assert any("may not make anything in schema public" in each.what for each in found)
    assert any("may not make schemas" in each.what for each in found)
    for each in found:
        run(each.fix)
    assert breaches() == []
    run("create table closed.of_boss ()")
    (breach,) = (each for each in breaches(frozenset()) if "alter" in each.what)
    assert "of supabase_admin: closed.of_boss" in breach.what
    assert "owner to" in breach.fix


def test_a_deployer_that_is_a_superuser(empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        (breach,) = deployer_breaches(session, platform=PLATFORM_OWNERS)
    assert (breach.weight, "is a superuser" in breach.what) == (Weight.DOUBT, True)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("revoke pg_read_all_data from {role}", "cannot read"),
        ("grant delete on public.people to {role}", "can write to 1 table: public.people"),
        (
            "alter role {role} nobypassrls; alter table public.people enable row level security",
            "does not see all rows of 1 table",
        ),
    ],
)
def test_a_backup_that_cannot_read_or_can_write(
    empty_database: Address, made: Names, run: Run, sql: str, said: str
) -> None:
    def breaches() -> list[Breach]:
        with connect(login(empty_database, made.backup)) as session:
            return list(backup_breaches(session))

    run(sql.format(role=quote(made.backup)))
    (breach,) = breaches()
    assert said in breach.what
    run(breach.fix)
    assert breaches() == []


def test_a_backup_that_is_a_superuser(empty_database: Address) -> None:
    with connect(empty_database, acting=False) as session:
        (breach,) = backup_breaches(session)
    assert "can write anything" in breach.what


def test_what_cannot_be_told_is_refused(empty_database: Address, made: Names, run: Run) -> None:
    """A catalog that is closed is no clean answer."""
    run("revoke select on pg_catalog.pg_auth_members from public")
    with connect(login(empty_database, made.inspector)) as session, pytest.raises(AirlockError):
        list(inspector_breaches(session))
