"""The servers that everything is measured on: Airlock's own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import psycopg

from airlock.model.names import literal, quote
from airlock.server.builds import choose
from airlock.server.cluster import Cluster, Purpose, start, stop
from airlock.server.home import Home

_NUMBERS = count(1)
_MEMORY = Path("/dev/shm")  # noqa: S108 - tempfile makes a folder of our own in it
_ROOM = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `databases` are those made here."""

    cluster: Cluster
    role: str = "supabase_admin"
    """Who logs in, and owns the databases."""
    databases: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        return self.cluster.pid

    @property
    def psql(self) -> Path:
        """The client program that came with the server."""
        return self.cluster.build.bindir / "psql"

    @property
    def shared_mb(self) -> float:
        """Size of the memory that the server's processes share."""
        with psycopg.connect(self.cluster.address("postgres").url) as connection:
            row = connection.execute(
                "select setting from pg_settings where name = 'shared_memory_size'"
            ).fetchone()
        assert row is not None, "known since Postgres 15"
        return float(row[0])

    def url(self, database: str) -> str:
        """Return where a database is, over TCP where the server listens there."""
        tcp = self.cluster.purpose is Purpose.ENVIRONMENTS
        return self.cluster.address(database, role=self.role, tcp=tcp).url

    def run_by(self, role: str) -> Server:
        """Create a role that may do everything, and return the server for those who log in so."""
        login = f"login superuser password {literal(self.cluster.password)}"
        self._execute(f"create role {quote(role)} {login}")
        return replace(self, role=role)

    def fresh(self) -> str:
        """Create an empty database and return its URL."""
        return self._created("template0")

    def copy(self, url: str) -> str:
        """Copy a database that was made here, and return the copy's URL."""
        (name,) = (each for each in self.databases if self.url(each) == url)
        return self._created(name)

    def _created(self, template: str) -> str:
        name = f"bench_{next(_NUMBERS)}"
        self._execute(
            f"create database {quote(name)} template {quote(template)} owner {quote(self.role)}"
        )
        self.databases.append(name)
        return self.url(name)

    def drop_all(self) -> None:
        """Drop every database that was created here, and let the disk come to rest."""
        while self.databases:
            self._execute(f"drop database {quote(self.databases.pop())} with (force)")
        self._execute("checkpoint")

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self.cluster.address("postgres").url, autocommit=True) as connection:
            connection.execute(sql.encode())


@contextmanager
def servers(disk: Path) -> Iterator[Home]:
    """Give a home of its own to whatever runs inside; its servers are stopped at the end.

    It lies in memory where there is room, else on `disk`. Every tool leaves thousands of files to
    be dropped, and ext4 looks for a place for a new file among all those that it dropped during
    the last minutes: who comes later would pay for who came before.
    """
    place = _MEMORY if _free(_MEMORY) > _ROOM else disk
    with tempfile.TemporaryDirectory(prefix="airlock-bench-", dir=place) as home:
        opened = Home.open(Path(home))
        try:
            yield opened
        finally:
            stop(opened)


def _free(folder: Path) -> int:
    try:
        space = os.statvfs(folder)
    except OSError:
        return 0
    return space.f_bavail * space.f_frsize if os.access(folder, os.W_OK) else 0


def server(home: Home, purpose: Purpose) -> Server:
    """Return the server of a purpose, started when it is not running."""
    return Server(cluster=start(choose(18, home=home).build, purpose, home=home))
