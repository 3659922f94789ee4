"""One home and one throw-away server for a whole test run; each xdist worker has its own."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from airlock.app.workspace import home_path
from airlock.model.names import quote
from airlock.server.address import Address
from airlock.server.baseline import Baseline
from airlock.server.builds import Build, available, choose
from airlock.server.cluster import Cluster, Purpose, start, stop
from airlock.server.connect import connect
from airlock.server.databases import Databases
from airlock.server.home import Home
from airlock.server.privilege import Strategy, choose_privilege
from airlock.server.quarters import COMMON

pytest_plugins = ["goldens"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "registry: needs the package registry")


def _new_home() -> Home:
    # In memory where there is some: durable servers wait for the disk otherwise.
    memory = Path("/dev/shm")
    folder = memory if os.access(memory, os.W_OK) else None
    return Home.open(Path(tempfile.mkdtemp(prefix="airlock-test-", dir=folder)))


def _close_home(home: Home) -> None:
    """Stop the servers of a home and remove all its files, wherever they lie."""
    stop(home)
    outside = [home.short(), home.memory(), COMMON / home.digest]
    if os.geteuid() == 0:
        other = choose_privilege(Strategy.OTHER_USER).uid
        outside += [home.short(f"-{other}"), home.memory(f"-{other}")]
    for folder in (home.path, *filter(None, outside)):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def home() -> Iterator[Home]:
    """The home that all tests share."""
    home = _new_home()
    try:
        yield home
    finally:
        _close_home(home)


@contextmanager
def _lent_home(home: Home) -> Iterator[Home]:
    fresh = _new_home()
    try:
        shutil.copytree(home.pristine, fresh.pristine, dirs_exist_ok=True, copy_function=os.link)
        yield fresh
    finally:
        _close_home(fresh)


@pytest.fixture
def fresh_home(home: Home, cluster: Cluster) -> Iterator[Home]:
    """A home of its own without servers; the pristine data directory is lent to it."""
    assert cluster.pid
    with _lent_home(home) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def build(home: Home) -> Build:
    """The embedded Postgres."""
    return choose(None, home=home).build


@pytest.fixture(scope="session")
def cluster(home: Home, build: Build) -> Cluster:
    """A running server for throw-away databases."""
    return start(build, Purpose.SHADOW, home=home)


@pytest.fixture(scope="session")
def other_cluster(home: Home, cluster: Cluster, build: Build) -> Iterator[Cluster]:
    """Another server for throw-away databases, with roles of its own."""
    assert cluster.pid
    with _lent_home(home) as other:
        yield start(build, Purpose.SHADOW, home=other)


@pytest.fixture
def older_cluster(build: Build) -> Iterator[Cluster]:
    """A server of the oldest major but 14, which ends its life, that is installed beside."""
    installed = available(Home.open(home_path(os.environ)))
    older = next((each for each in installed if 14 < each.major < build.major), None)
    if older is None:
        pytest.skip("needs an older Postgres: airlock db install 15")
    home = _new_home()
    try:
        yield start(older, Purpose.SHADOW, home=home)
    finally:
        _close_home(home)


@pytest.fixture(scope="session")
def environments(home: Home, build: Build) -> Cluster:
    """A running server for environments; its databases are the tests' to drop."""
    return start(build, Purpose.ENVIRONMENTS, home=home)


@pytest.fixture(scope="session")
def given(home: Home, cluster: Cluster, build: Build) -> Iterator[Cluster]:
    """A server of another home, which listens on TCP as one that the user gives does."""
    assert cluster.pid
    with _lent_home(home) as other:
        yield start(build, Purpose.ENVIRONMENTS, home=other)


@pytest.fixture(scope="session")
def foreign(home: Home, cluster: Cluster, build: Build) -> Iterator[Cluster]:
    """Another such server, for databases of its own that are nobody's shadows."""
    assert cluster.pid
    with _lent_home(home) as other:
        yield start(build, Purpose.ENVIRONMENTS, home=other)


@pytest.fixture(scope="session")
def databases(cluster: Cluster) -> Iterator[Databases]:
    """The databases of `cluster`."""
    with Databases(cluster) as databases:
        yield databases


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Address]:
    """A database with nothing in it, as `create database` makes one."""
    name = f"empty_{secrets.token_hex(6)}"
    with connect(cluster.address("airlock"), acting=False) as session:
        session.execute(f"create database {quote(name)} template template0 owner postgres")
        try:
            yield cluster.address(name, label="empty")
        finally:
            session.execute(f"drop database {quote(name)} with (force)")


@pytest.fixture
def supabase_database(databases: Databases) -> Iterator[Address]:
    """A fresh copy of the Supabase baseline."""
    template = databases.baseline(Baseline.SUPABASE, expose_new_tables=False)
    with databases.shadow(template) as name:
        yield databases.cluster.address(name, label="shadow")
