from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from probes import names, run

from airlock.errors import Busy, ServerError
from airlock.server.baseline import Baseline
from airlock.server.cluster import Cluster, status
from airlock.server.connect import DatabaseError, connect
from airlock.server.databases import Databases
from airlock.server.home import Home
from airlock.server.locks import Subject
from airlock.server.registry import Kind, Registry

PLAIN = {"baseline": Baseline.PLAIN, "expose_new_tables": False}


@pytest.fixture
def chain(databases: Databases, request: pytest.FixtureRequest) -> Iterator[str]:
    """A chain of this test's own; what it keeps is dropped at the end."""
    yield request.node.nodeid
    with Databases(databases.cluster) as fresh:
        databases.close()
        fresh.evict(0)


# Baselines and shadows


def test_a_baseline_is_built_once_and_cannot_be_entered(databases: Databases) -> None:
    name = databases.baseline(**PLAIN)
    assert databases.baseline(**PLAIN) == name
    assert databases.baseline(Baseline.SUPABASE, expose_new_tables=False) != name
    with connect(databases.cluster.address("airlock"), acting=False) as session:
        rows = session.fetch("select datallowconn from pg_database where datname = %s", [name])
    assert rows == [(False,)]


def test_a_shadow_is_the_projects_and_is_dropped(databases: Databases, template: str) -> None:
    with databases.shadow(template) as name:
        assert run(databases.cluster, name, "select current_user") == [("postgres",)]
        owner = "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"
        assert run(databases.cluster, name, owner) == [("postgres",)]
        run(databases.cluster, name, "create table kept ()")
        with databases.shadow(template) as other:
            assert other != name
            run(databases.cluster, other, "create table kept ()")
    assert not {name, other} & names(databases.cluster)


def test_a_shadow_has_the_settings_of_its_baseline(databases: Databases) -> None:
    template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
    settings = (
        "select setconfig from pg_db_role_setting s"
        " join pg_database d on d.oid = s.setdatabase"
        " where d.datname = current_database() and s.setrole = 0"
    )
    with databases.shadow(template) as name:
        ((found,),) = run(databases.cluster, name, settings)
    assert any(setting.startswith("search_path=") for setting in found)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_shadow_is_dropped_when_the_work_fails(
    databases: Databases, template: str, error: type[BaseException]
) -> None:
    sessions = []

    def work() -> None:
        with databases.shadow(template) as name:
            sessions.append(connect(databases.cluster.address(name)))
            assert name in names(databases.cluster)
            raise error

    before = names(databases.cluster)
    with pytest.raises(error):
        work()
    assert names(databases.cluster) == before
    sessions[0].close()


def test_a_shadow_of_nothing_is_an_error(databases: Databases) -> None:
    with pytest.raises(ServerError, match="no template database nothing"):
        databases.shadow("nothing").__enter__()


def test_a_baseline_that_cannot_be_built_leaves_nothing(
    own: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ServerError("it broke")

    before = names(own.cluster)
    with monkeypatch.context() as patch:
        patch.setattr("airlock.server.databases.baseline_id", lambda *_, **__: "other")
        patch.setattr("airlock.server.databases.build", fail)
        with pytest.raises(ServerError, match="it broke"):
            own.baseline(**PLAIN)
    assert names(own.cluster) == before


def test_only_the_platform_enters_the_list(cluster: Cluster) -> None:
    with connect(cluster.address("airlock"), acting=False) as session:
        rows = session.fetch(
            "select rolname from pg_roles"
            " where has_database_privilege(rolname, 'airlock', 'connect') and not rolsuper"
        )
    assert rows == []


# Environments


def test_an_environment_is_created_once(own: Databases, cluster: Cluster) -> None:
    name = 'careers\'s "local"'
    try:
        assert own.environment(name, **PLAIN, project="careers")
        run(cluster, name, "create table kept ()")
        assert not own.environment(name, **PLAIN)
        assert run(cluster, name, "select count(*) from kept") == [(0,)]
        assert own.drop_environment(name)
        assert not own.drop_environment(name)
        assert name not in names(cluster)
    finally:
        own.drop_environment(name)


@pytest.mark.parametrize("name", ["airlock", "postgres", "template1", "airlock_x", "", "x" * 64])
def test_a_name_of_the_servers_own_is_refused(databases: Databases, name: str) -> None:
    with pytest.raises(ServerError, match="cannot be the database of an environment"):
        databases.environment(name, **PLAIN)


def test_a_database_of_somebody_else_is_left_alone(
    databases: Databases, empty_database: object, cluster: Cluster
) -> None:
    (name,) = (name for name in names(cluster) if name.startswith("empty_"))
    with pytest.raises(ServerError, match="that Airlock did not make"):
        databases.environment(name, **PLAIN)
    with (
        pytest.raises(ServerError, match="that Airlock did not make"),
        databases.replacing(name, **PLAIN),
    ):
        pass
    assert not databases.drop_environment(name)
    assert name in names(cluster)


def test_a_template_is_not_an_environment(databases: Databases, template: str) -> None:
    assert not databases.drop_environment(template)
    assert template in names(databases.cluster)


def test_an_environment_is_replaced_at_once(own: Databases, cluster: Cluster) -> None:
    tables = "select tablename from pg_tables where schemaname = 'public'"
    with contextlib.ExitStack() as holders:
        holders.callback(own.drop_environment, "replaced")
        for word in ("first", "second"):
            with own.replacing("replaced", **PLAIN) as new:
                run(cluster, new, f"create table {word} ()")
            assert new not in names(cluster)
            assert run(cluster, "replaced", tables) == [(word,)]
            # The next round ends this session.
            holders.enter_context(connect(cluster.address("replaced")))
        assert not [name for name in names(cluster) if name.startswith("airlock_old")]


def test_an_environment_whose_replacement_fails_stays(own: Databases, cluster: Cluster) -> None:
    own.environment("stays", **PLAIN)
    try:
        run(cluster, "stays", "create table kept ()")
        with pytest.raises(ValueError, match="broken"), own.replacing("stays", **PLAIN) as new:
            raise ValueError("broken")
        assert run(cluster, "stays", "select count(*) from kept") == [(0,)]
        assert new not in names(cluster)
    finally:
        own.drop_environment("stays")


def test_a_half_made_environment_is_made_again(
    own: Databases, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    try:
        with monkeypatch.context() as patch:
            # As if killed: neither finished nor cleared away.
            patch.setattr(Registry, "finish", die)
            patch.setattr(Databases, "_discard", lambda *_: None)
            with pytest.raises(SystemExit):
                own.environment("half", **PLAIN)
        assert "half" in names(cluster)
        assert own.environment("half", **PLAIN)
    finally:
        own.drop_environment("half")


# Templates


def keep(databases: Databases, template: str, chain: str, table: str = "kept") -> str:
    with databases.shadow(template) as name:
        run(databases.cluster, name, f"create table {table} ()")
        return databases.keep(name, chain, {"notes": [chain]})


def test_what_is_kept_is_found_by_the_last_of_its_chains(
    databases: Databases, template: str, chain: str
) -> None:
    one, two, three = (f"{chain} {number}" for number in (1, 2, 3))
    assert databases.cached([one, two, three]) is None
    assert databases.cached([]) is None
    kept = [keep(databases, template, each) for each in (two, one)]
    entry = databases.cached([one, two, three])
    assert entry is not None
    assert (entry.database, entry.chain, entry.facts) == (kept[0], two, {"notes": [two]})
    assert entry.kind is Kind.TEMPLATE
    assert entry.bytes > 5_000_000
    assert entry.baseline == Baseline.PLAIN
    assert (databases.cached([one]) or entry).database == kept[1]
    with databases.shadow(entry.database) as name:
        assert run(databases.cluster, name, "select count(*) from kept") == [(0,)]
    with pytest.raises(Exception, match="cannot connect"):
        connect(databases.cluster.address(entry.database))


def test_who_keeps_a_chain_first_wins(
    chain: str, databases: Databases, own: Databases, template: str
) -> None:
    first = keep(databases, template, chain)
    with own.shadow(template) as name:
        assert own.keep(name, chain, {}) == first
        assert name in names(own.cluster)
    assert name not in names(own.cluster)


def test_the_cache_drops_what_was_used_longest_ago(
    chain: str, own: Databases, cluster: Cluster, template: str
) -> None:
    kept = {each: keep(own, template, f"{chain} {each}") for each in "abc"}
    size = (own.cached([f"{chain} a"]) or pytest.fail("gone")).bytes
    # All three are in use by this connection.
    assert own.evict(0) == 0
    own.close()
    assert own.evict(3 * size + size // 2) == 0
    assert own.evict(2 * size + size // 2) == 1
    assert set(kept.values()) & names(cluster) == {kept["a"], kept["c"]}
    assert own.cached([f"{chain} b"]) is None
    own.cached([f"{chain} a"])
    with Databases(cluster) as other:
        assert other.evict(0) == 1
    assert set(kept.values()) & names(cluster) == {kept["a"]}
    assert template in names(cluster)


def test_work_that_another_process_does_not_end_is_an_error(
    own: Databases, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.server.locks._LIMIT_S", 0)
    with (
        Databases(cluster) as other,
        other._locks.held(Subject.MAKING, "busy"),
        pytest.raises(Busy, match="another airlock has been at work on busy"),
    ):
        own.environment("busy", **PLAIN)
    assert own.environment("busy", **PLAIN)
    assert own.drop_environment("busy")


def test_status_lists_what_was_made(
    own: Databases, environments: Cluster, home: Home, template: str
) -> None:
    with Databases(environments) as databases:
        databases.environment("listed", **PLAIN)
        try:
            (server,) = (s for s in status(home) if s.purpose == "environments")
            listed = {(d.name, d.purpose) for d in server.databases}
            assert ("listed", "environment") in listed
            assert all(database.bytes > 5_000_000 for database in server.databases)
        finally:
            databases.drop_environment("listed")


def test_a_newer_airlock_drops_the_baselines_of_an_older_one(
    own: Databases, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("airlock.server.databases.baseline_id", lambda *_, **__: "older")
        older = own.baseline(**PLAIN)
    current = own.baseline(**PLAIN)
    own.drop_baselines(old_only=True)
    assert older not in names(cluster)
    assert current in names(cluster)


def test_a_refused_create_leaves_nothing(
    own: Databases, template: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.server.databases.database_settings", lambda *_: ("no sql",))
    before = names(cluster)
    with pytest.raises(DatabaseError, match="syntax error"):
        own.shadow(template).__enter__()
    assert names(cluster) == before


def test_a_shadow_with_a_subscription_is_dropped(own: Databases, template: str) -> None:
    with own.shadow(template) as name:
        address = own.cluster.address(name)
        with connect(address, acting=False) as session:
            session.execute(
                'create subscription "it\'s"'
                " connection 'host=nowhere' publication p"
                " with (connect = false, slot_name = 'theirs')"
            )
    assert name not in names(own.cluster)
