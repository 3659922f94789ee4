"""A server that the user gives: who may serve, what is made there, and who is told apart."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote as escape

import pytest
from probes import kill, names, run

from airlock.errors import AirlockError, ConnectionFailed, ServerError
from airlock.model.failure import StatementRefused
from airlock.model.finding import Level
from airlock.model.names import literal, quote
from airlock.server import cluster as cluster_module
from airlock.server import given as given_module
from airlock.server import starting
from airlock.server.address import Address, parse_address
from airlock.server.baseline import EXTENSIONS, Baseline
from airlock.server.builds import Build, Origin
from airlock.server.cluster import Cluster, Purpose, start
from airlock.server.connect import connect
from airlock.server.databases import Databases
from airlock.server.given import GivenServer, UnfitServer, given_server
from airlock.server.home import Home
from airlock.server.statements import Runner
from airlock.sources.shadow import Stock, replay
from makers import migration, script, wait_until

PASSWORD = "c4nary p@ss/word"
PLAIN = {"baseline": Baseline.PLAIN, "expose_new_tables": False}


def login(cluster: Cluster, role: str = "supabase_admin", database: str = "postgres") -> Address:
    """What a user writes: a URL of somebody on this server, over TCP."""
    password = cluster.password if role == "supabase_admin" else PASSWORD
    user = f"{escape(role, safe='')}:{escape(password, safe='')}"
    url = f"postgresql://{user}@127.0.0.1:{cluster.port}/{database}?sslmode=disable"
    return parse_address(url, label="shadow server", origin="test")


@contextmanager
def own_role(cluster: Cluster, attributes: str) -> Iterator[str]:
    """A role with the password of this file, for a while."""
    name = f"boss {secrets.token_hex(4)}"
    run(
        cluster,
        "airlock",
        f"create role {quote(name)} login {attributes} password {literal(PASSWORD)}",
        acting=False,
    )
    try:
        yield name
    finally:
        run(cluster, "airlock", f"drop role {quote(name)}", acting=False)


@pytest.fixture(scope="module")
def server(given: Cluster) -> GivenServer:
    return given_server(login(given))


@pytest.fixture
def own(server: GivenServer) -> Iterator[Databases]:
    with Databases(server) as databases:
        yield databases
        databases.close()
        databases.evict(0)


def refusal(address: Address) -> AirlockError:
    with pytest.raises(AirlockError) as caught:
        given_server(address)
    told = f"{caught.value} {caught.value.hint}"
    assert not [secret for secret in address.secrets if secret in told]
    return caught.value


# Who may serve


def test_a_superuser_of_another_name_acts_as_the_platform(
    given: Cluster, server: GivenServer
) -> None:
    with own_role(given, "superuser") as boss:
        found = given_server(login(given, boss))
        assert found.build == server.build
        address = found.address("postgres")
        who = "select session_user, current_user"
        with connect(address, acting=False) as session:
            assert session.fetch(who) == [("supabase_admin", "supabase_admin")]
        with connect(address) as session:
            assert session.fetch(who) == [("postgres", "postgres")]
            with session.elevated():
                assert session.fetch(who) == [("supabase_admin", "supabase_admin")]
            assert session.fetch(who) == [("postgres", "postgres")]
        assert PASSWORD not in f"{found} {found!r} {address} {address!r}"


@pytest.mark.parametrize(
    "way", ["reset session authorization", "set session authorization default"]
)
def test_a_file_does_not_become_who_logged_in(given: Cluster, own: Databases, way: str) -> None:
    template = own.baseline(Baseline.PLAIN, expose_new_tables=False)
    with own_role(given, "superuser") as boss, own.shadow(template) as name:
        found = given_server(login(given, boss))
        with connect(found.address(name)) as session:
            Runner(session).run(
                script(f"{way}; create table t as select session_user::text as who;")
            )
            assert session.fetch("select who from t") == [("postgres",)]


def test_the_build_is_this_very_server(given: Cluster, server: GivenServer) -> None:
    ((number,),) = run(given, "airlock", "select system_identifier from pg_control_system()")
    assert server.build.origin is Origin.GIVEN
    assert (server.build.major, server.build.version) == (18, given.build.version)
    assert server.build.id == f"given-{given.build.version}-{number}"
    assert replace(server.build, lacks=("pgcrypto",)).id != server.build.id


def test_who_is_no_superuser_is_refused(given: Cluster) -> None:
    with own_role(given, "createdb createrole") as clerk:
        error = refusal(login(given, clerk))
        assert isinstance(error, UnfitServer)
        assert f"the role {clerk} is no superuser" in error.message
        assert f'alter role "{clerk}" superuser;' in (error.hint or "")


def test_a_project_role_that_is_a_superuser_is_refused(given: Cluster) -> None:
    run(given, "airlock", "alter role postgres superuser", acting=False)
    try:
        error = refusal(login(given))
    finally:
        run(given, "airlock", "alter role postgres nosuperuser", acting=False)
    assert "the role postgres is a superuser" in error.message
    assert "POSTGRES_USER=supabase_admin" in (error.hint or "")
    assert "alter role postgres rename to supabase_admin;" in (error.hint or "")


def test_an_unknown_version_is_refused(given: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_module, "MAJORS", range(14, 18))
    assert "is Postgres 18, and Airlock knows 14 to 17" in refusal(login(given)).message


@pytest.mark.parametrize(
    ("fact", "instead", "message"),
    [
        ("pg_is_in_recovery()", "true", "is a read-only standby"),
        ("pg_encoding_to_char(encoding)", "'LATIN1'", "its databases are in LATIN1"),
    ],
)
def test_a_server_that_cannot_hold_migrations_is_refused(
    given: Cluster, monkeypatch: pytest.MonkeyPatch, fact: str, instead: str, message: str
) -> None:
    assert fact in given_module._FACTS
    monkeypatch.setattr(given_module, "_FACTS", given_module._FACTS.replace(fact, instead))
    assert message in refusal(login(given)).message


def test_nobody_there(given: Cluster) -> None:
    address = login(given, "boss")
    port = f":{given.port}/"
    error = refusal(replace(address, url=address.url.replace(port, ":1/")))
    assert isinstance(error, ConnectionFailed)
    assert "cannot connect to shadow server (127.0.0.1:1/postgres)" in error.message
    assert "refuses the password" in refusal(address).message


def test_a_server_with_tables_of_others_is_refused(given: Cluster) -> None:
    """It could be anybody's, so it is looked at before the first use."""
    name = f"shop_{secrets.token_hex(4)}"
    run(given, "airlock", "comment on database airlock is null", acting=False)
    run(given, "airlock", f"create database {name} template template0", acting=False)
    try:
        run(given, name, "create schema auth; create table auth.users ()", acting=False)
        run(given, name, "create extension postgis", acting=False)
        given_server(login(given))
        run(given, "airlock", "comment on database airlock is null", acting=False)
        run(given, name, "create table orders ()", acting=False)
        error = refusal(login(given))
    finally:
        run(given, "airlock", f"drop database {name}", acting=False)
    assert f"has tables in its database {name}: it serves another purpose" in error.message
    given_server(login(given))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://u:p%40@h:1/a?sslmode=disable",
            "postgresql://u:p%40@h:1/b%2Fc?sslmode=disable",
        ),
        ("postgres://h", "postgres://h/b%2Fc"),
        ("postgresql:///a?host=/tmp&dbname=x&user=u", "postgresql:///b%2Fc?host=/tmp&user=u"),
    ],
)
def test_a_url_of_another_database(url: str, expected: str) -> None:
    address = parse_address(url, label="l", origin="o")
    server = GivenServer(
        build=given_module.GivenBuild(version="18.1", system=1, lacks=()), login=address
    )
    made = server.address("b/c")
    assert (made.url, made.label, made.embedded) == (expected, "l", True)


def test_another_major_is_told(server: GivenServer) -> None:
    assert server.other_major(None) is None
    assert server.other_major(18) is None
    finding = server.other_major(17)
    assert finding is not None
    assert finding.code == "server-major"
    assert finding.message.startswith("production is Postgres 17, this server is 18.")
    assert finding.fix == "Give a shadow server of Postgres 17, or none: airlock db install 17"
    with pytest.raises(ServerError, match="knows 14 to 18"):
        server.other_major(13)


# What is made there


def test_everything_works_there(own: Databases, given: Cluster) -> None:
    before = names(given)
    template = own.baseline(Baseline.SUPABASE, expose_new_tables=False)
    with own.shadow(template) as name:
        owners = (
            "select distinct relowner::regrole::text from pg_class"
            " where relnamespace = 'storage'::regnamespace and relname = 'objects'"
        )
        assert run(given, name, owners) == [("supabase_storage_admin",)]
        extensions = {e for (e,) in run(given, name, "select extname from pg_extension")}
        assert extensions == {"plpgsql", *EXTENSIONS}
        kept = own.keep(name, "a chain", {"found": 1})
    assert (own.cached(["a chain"]) or pytest.fail("gone")).database == kept
    assert own.environment("given_environment", **PLAIN)
    assert own.drop_environment("given_environment")
    own.close()
    assert own.evict(0) == 1
    assert {name for name in names(given) - before if "_baseline_" not in name} == set()


def test_two_prepare_it_at_once(given: Cluster) -> None:
    run(given, "airlock", "comment on database airlock is null", acting=False)
    code = """
import sys
from airlock.server.address import Address
from airlock.server.given import given_server
print(given_server(Address(label="x", url=sys.stdin.read())).build.id)
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    # From two databases: the lock is one of the whole server.
    addresses = [login(given, database=d) for d in ("postgres", "airlock", "postgres")]
    for process, address in zip(processes, addresses, strict=True):
        assert process.stdin is not None
        process.stdin.write(address.url)
        process.stdin.close()
        process.stdin = None
    ended = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ended
    assert len({out for out, _ in ended}) == 1


def test_what_a_killed_replay_left_is_swept(
    own: Databases, server: GivenServer, given: Cluster
) -> None:
    """What another one is at work on stays, whatever machine it runs on."""
    code = """
import sys
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.databases import Databases
from airlock.server.given import given_server
url = sys.stdin.readline().strip()
with Databases(given_server(Address(label="x", url=url))) as databases:
    template = databases.baseline(Baseline.PLAIN, expose_new_tables=False)
    with databases.shadow(template) as name:
        print(name, flush=True)
        sys.stdin.read()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(login(given).url + "\n")
    process.stdin.flush()
    name = process.stdout.readline().strip()
    own.sweep()
    assert name in names(given)
    kill(process.pid)
    process.communicate()
    with connect(server.address("airlock"), acting=False) as session:
        wait_until(
            session,
            "not exists (select from pg_stat_activity a join public.databases d"
            f" on d.owner_pid = a.pid where d.name = {literal(name)})",
        )
    own.sweep()
    assert name not in names(given)


def test_its_own_shadow_is_not_swept(own: Databases, template: str, given: Cluster) -> None:
    with own.shadow(own.baseline(**PLAIN)) as name:
        own.sweep()
        assert name in names(given)


# A server that nobody prepared


@pytest.fixture
def bare(fresh_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A server as anybody's initdb makes it: none of the platform's roles, no stand-ins."""

    def take_over(cluster: Cluster) -> None:
        address = cluster.address("postgres")
        with connect(address, acting=False) as session:
            session.execute(f"create role boss superuser login password {literal(PASSWORD)}")
            session.execute("alter system set extension_control_path = '$system'")
            session.execute("select pg_reload_conf()")
        boss = replace(cluster.address("postgres", role="boss"), embedded=False)
        with connect(boss) as session:
            session.execute("alter role supabase_admin rename to founder")

    with monkeypatch.context() as patch:
        patch.setattr(cluster_module, "content_id", lambda: "bare")
        patch.setattr(starting, "prepare", lambda cluster: None)
        patch.setattr(starting, "refresh", take_over)
        return start(build, Purpose.ENVIRONMENTS, home=fresh_home)


def test_a_bare_server_is_prepared_and_replays(bare: Cluster) -> None:
    with connect(login(bare, "boss")) as session:
        wait_until(session, "current_setting('extension_control_path') = '$system'")
    server = given_server(login(bare, "boss"))
    lacks = ("pg_graphql", "pgcrypto", "supabase_vault", "uuid-ossp")
    assert server.build.lacks == lacks
    gap = server.gaps(Baseline.SUPABASE)
    assert gap is not None
    assert gap.level is Level.WARNING
    assert gap.message.endswith("has: " + ", ".join(lacks))
    assert server.gaps(Baseline.PLAIN) is None
    good = migration(
        "1",
        "create table public.t (id uuid default gen_random_uuid());\n"
        "create extension citext with schema extensions;\n"
        "create policy p on storage.objects for select using (true);\n"
        "comment on table auth.users is 'ours';\n",
    )
    missing = migration("2", "create extension pg_net;\n")
    with Databases(server) as databases:
        stock = Stock(
            databases=databases,
            baseline=Baseline.SUPABASE,
            expose_new_tables=False,
            cache_bytes=10**9,
        )
        done = replay((good,), stock=stock)
        assert [finding.code for finding in done.findings] == ["needs-platform-rights"]
        assert replay((good,), stock=stock).restored == 1
        with pytest.raises(StatementRefused) as refused:
            replay((good, missing), stock=stock)
    assert "this server does not have pg_net" in (refused.value.failure.advice or "")
    assert given_server(login(bare, "boss")) == server
    with connect(login(bare, "boss")) as session:
        assert session.fetch(
            "select rolsuper, rolcanlogin from pg_roles where rolname = 'supabase_admin'"
        ) == [(True, False)]
