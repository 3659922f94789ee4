from __future__ import annotations

import contextlib
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from probes import START, answers, postmasters, run_python

from airlock.errors import ConnectionFailed, ServerError
from airlock.server import starting
from airlock.server.address import Address
from airlock.server.builds import Build, install
from airlock.server.cluster import Cluster, Purpose, start, status, stop
from airlock.server.connect import connect
from airlock.server.home import Home
from airlock.server.postmaster import PortTaken
from airlock.server.processes import start_token


@contextlib.contextmanager
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_running_server_is_found_without_starting_a_program(
    cluster: Cluster, build: Build, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert start(build, Purpose.SHADOW, home=home) == cluster


def test_a_shadow_server_forgets_and_has_a_socket_only(cluster: Cluster) -> None:
    with connect(cluster.address("airlock"), acting=False) as session:
        settings = dict(
            session.fetch(
                "select name, setting from pg_settings where name = any(%s)",
                [["fsync", "listen_addresses", "wal_level", "TimeZone", "jit", "autovacuum"]],
            )
        )
        version = session.fetch("show server_version")
    assert settings == {
        "fsync": "off",
        "listen_addresses": "",
        "wal_level": "minimal",
        "TimeZone": "UTC",
        "jit": "off",
        "autovacuum": "off",
    }
    assert version == [(cluster.build.version,)]
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


def test_a_server_is_in_a_session_of_its_own(cluster: Cluster) -> None:
    assert os.getsid(cluster.pid) == cluster.pid != os.getsid(0)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_does_not_see_the_variables_of_who_starts_it(fresh_home: Home) -> None:
    code = "print(start(build, Purpose.SHADOW, home=home).pid)"
    os.environ["AIRLOCK_TEST_SECRET"] = "swordfish"
    try:
        pid = run_python(code, fresh_home).stdout.strip()
    finally:
        del os.environ["AIRLOCK_TEST_SECRET"]
    assert b"swordfish" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_environments_last_and_ask_for_a_password(environments: Cluster, home: Home) -> None:
    address = environments.address("airlock", tcp=True)
    with connect(address, acting=False) as session:
        rows = session.fetch("select current_setting('fsync'), current_setting('wal_level')")
        assert rows == [("on", "logical")]
    assert environments.password in address.url
    assert environments.password not in repr((environments, address)) + str(address)
    wrong = Address(label="x", url=address.url.replace(environments.password, "wrong"))
    with pytest.raises(ConnectionFailed, match="refuses the password"):
        connect(wrong)
    path = home.servers / "environments" / "password"
    assert path.read_text() == environments.password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_project_role_comes_in_over_tcp(environments: Cluster) -> None:
    address = replace(environments.address("postgres", role="postgres", tcp=True), embedded=False)
    with connect(address) as session:
        assert session.fetch("select current_user") == [("postgres",)]


def test_two_processes_at_once_get_one_server(fresh_home: Home) -> None:
    code = "print(start(build, Purpose.SHADOW, home=home).pid)"
    command = [sys.executable, "-c", START + code, str(fresh_home.path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    pids = {process.communicate()[0] for process in processes}
    assert len(pids) == 1
    (server,) = status(fresh_home)
    assert pids == {f"{server.pid}\n".encode()}
    assert postmasters(server.data) == [server.pid]


def test_stopping_gives_everything_back(fresh_home: Home, build: Build) -> None:
    assert not stop(fresh_home)
    cluster = start(build, Purpose.SHADOW, home=fresh_home)
    assert not stop(fresh_home, purpose=Purpose.ENVIRONMENTS)
    assert stop(fresh_home, purpose=Purpose.SHADOW)
    assert start_token(cluster.pid) is None
    assert not cluster.data.exists()
    assert not cluster.sockets.parent.exists()
    assert not (fresh_home.memory() or cluster.data).exists()
    assert status(fresh_home) == ()
    assert not stop(fresh_home)


def test_environments_survive_a_stop_and_keep_their_port(fresh_home: Home, build: Build) -> None:
    before = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    with connect(before.address("airlock"), acting=False) as session:
        session.execute("create database kept")
    (server,) = status(fresh_home)
    assert (server.pid, server.port) == (before.pid, before.port)
    assert stop(fresh_home)
    (server,) = status(fresh_home)
    assert (server.pid, server.port) == (None, before.port)
    assert server.bytes > 30_000_000

    after = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    assert after.pid != before.pid
    assert (after.port, after.password) == (before.port, before.password)
    with connect(after.address("kept"), acting=False) as session:
        assert session.fetch("select 1") == [(1,)]


def test_a_wanted_port_in_use_is_an_error(fresh_home: Home, build: Build) -> None:
    with taken_port() as port:
        with pytest.raises(PortTaken, match=f"port {port} on 127.0.0.1 is in use") as caught:
            start(build, Purpose.ENVIRONMENTS, home=fresh_home, port=port)
        assert str(port) in (caught.value.hint or "")
        cluster = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
        assert cluster.port != port
    # The port is free again, and the server is moved to it.
    moved = start(build, Purpose.ENVIRONMENTS, home=fresh_home, port=port)
    assert moved.port == port
    assert moved.pid != cluster.pid
    assert postmasters(moved.data) == [moved.pid]
    assert start(build, Purpose.ENVIRONMENTS, home=fresh_home) == moved


def test_a_port_that_is_taken_at_the_last_moment_is_passed_over(
    fresh_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.server.starting._is_free", lambda port: True)
    with taken_port() as port:
        monkeypatch.setattr("airlock.server.starting._FIRST_PORT", port)
        cluster = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
        assert cluster.port > port


def test_when_no_port_is_free_it_is_said(
    fresh_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.server.starting._is_free", lambda port: False)
    with pytest.raises(PortTaken, match="no port from 54329 to 54529 is free"):
        start(build, Purpose.ENVIRONMENTS, home=fresh_home)


def test_a_port_of_roots_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Guarded(socket.socket):
        def bind(self, address: object) -> None:
            raise PermissionError

    monkeypatch.setattr(socket, "socket", Guarded)
    with pytest.raises(ServerError, match="port 80 is not for this user"):
        starting._is_free(80)


def test_a_server_that_does_not_answer_in_time_is_ended(
    fresh_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airlock.server.postmaster._START_LIMIT_S", -1)
    with pytest.raises(ServerError, match="did not accept connections") as caught:
        start(build, Purpose.SHADOW, home=fresh_home)
    assert "shadow-18/log" in (caught.value.hint or "")
    assert not stop(fresh_home)


def test_environments_of_another_major_are_left_alone(fresh_home: Home, build: Build) -> None:
    cluster = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    other = replace(build, major=17, version="17.11")
    with pytest.raises(ServerError, match=r"live on Postgres 18 .*and Postgres 17 is wanted") as c:
        start(other, Purpose.ENVIRONMENTS, home=fresh_home)
    assert f"mv {cluster.data} {cluster.data}-18" in (c.value.hint or "")
    assert start_token(cluster.pid)
    assert answers(cluster)


def test_a_newer_build_of_the_same_major_takes_over(
    fresh_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = start(build, Purpose.ENVIRONMENTS, home=fresh_home)
    newer = replace(build, version="18.99")
    new = start(newer, Purpose.ENVIRONMENTS, home=fresh_home)
    assert new.pid != old.pid
    assert new.build == newer
    assert postmasters(new.data) == [new.pid]


@pytest.mark.registry
def test_a_downloaded_build_serves_with_the_shims(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    try:
        build = install(17, home=home)
    except ServerError as error:
        if "could not be downloaded" not in error.message:
            raise
        pytest.skip(error.message)
    try:
        cluster = start(build, Purpose.SHADOW, home=home)
        with connect(cluster.address("airlock"), acting=False) as session:
            assert session.server_major == 17
            names = {name for (name,) in session.fetch("select name from pg_available_extensions")}
            assert {"citext", "pg_net"} <= names
            session.execute("create extension citext")
    finally:
        stop(home)
