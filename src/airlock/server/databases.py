"""The databases of one server: environments, throw-away shadows, and templates of both."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, Self

from airlock.errors import ConnectionFailed, ServerError
from airlock.model.names import quote
from airlock.server.baseline import (
    Baseline,
    baseline_id,
    build,
    database_settings,
)
from airlock.server.builds import Engine, Origin
from airlock.server.connect import PROJECT_ROLE, DatabaseError, Session, connect
from airlock.server.locks import Locks, Subject
from airlock.server.owners import Owners
from airlock.server.registry import DATABASE, Entry, Facts, Kind, Registry

if TYPE_CHECKING:
    from airlock.server.address import Address

_PREFIX = "airlock"
_RESERVED = frozenset({DATABASE, "postgres", "template0", "template1"})
_LONGEST_NAME = 63
_FIRST_STRATEGY = 15
_SWAPS_TRIED = 5
_LEAVE_POLL_S = 0.002
_LEAVE_ALONE_S = 0.05
_LEAVE_LIMIT_S = 10.0
_DUPLICATE = "23505"
_IN_USE = "55006"


class Server(Protocol):
    """A running Postgres on which Airlock makes databases: one of its own, or a given one."""

    @property
    def build(self) -> Engine:
        """What it is."""

    def address(self, database: str, *, label: str | None = None) -> Address:
        """Return where one of its databases is, for the platform's superuser."""


class Databases:
    """Creates, copies, keeps and drops databases; holds one connection to the server.

    A database is listed before it is made and struck off after it is dropped, each with who asked
    for it, so that whatever a killed process leaves can be found. Two threads can have shadows at
    once; they take turns at what only one may do.
    """

    def __init__(self, cluster: Server) -> None:
        self.cluster = cluster
        self._open: Session | None = None
        self._held: set[str] = set()
        self._swept = False
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and let go of the templates that were in use."""
        if self._open is not None:
            self._open.close()
            self._open = None
            self._held.clear()

    def baseline(self, baseline: Baseline, *, expose_new_tables: bool) -> str:
        """Return the template database of a baseline, built when it is missing."""
        name = _baseline_name(baseline, expose_new_tables=expose_new_tables)
        if self._is_ready(name):
            return name
        with self._turn, self._locks.held(Subject.MAKING, name):
            if self._is_ready(name):
                return name
            self._discard(name)
            with self._making(name, Kind.BASELINE, template="template0", baseline=baseline):
                with connect(self.cluster.address(name), acting=False) as session:
                    build(session, baseline, expose_new_tables=expose_new_tables)
                self._without_sessions(name)
                self._session.execute(f"alter database {quote(name)} with allow_connections false")
                self._registry.finish(name)
        return name

    def environment(
        self, name: str, *, baseline: Baseline, expose_new_tables: bool, project: str = ""
    ) -> bool:
        """Create the database of an environment unless it exists; return whether it was created.

        Raises:
            ServerError: the name cannot be used, or a database that is not Airlock's has it.
        """
        _check(name)
        template = self.baseline(baseline, expose_new_tables=expose_new_tables)
        with self._locks.held(Subject.MAKING, name):
            if self._is_ready(name):
                return False
            self._refuse_foreign(name)
            self._discard(name)
            with self._making(
                name, Kind.ENVIRONMENT, template=template, baseline=baseline, project=project
            ):
                self._registry.finish(name)
            return True

    def drop_environment(self, name: str) -> bool:
        """Drop the database of an environment and end its sessions; False when there is none."""
        with self._locks.held(Subject.MAKING, name):
            entry = self._registry.find(name)
            if entry is None or entry.kind is not Kind.ENVIRONMENT:
                return False
            self._registry.condemn(name, owner=self._owners.me())
            self._discard(name)
            return True

    @contextlib.contextmanager
    def replacing(
        self, name: str, *, baseline: Baseline, expose_new_tables: bool, project: str = ""
    ) -> Iterator[str]:
        """Build an environment anew under another name, then put it in the place of the old one.

        Yields the other name. Sessions on both databases are ended before they change places.
        When the body raises, the old database stays as it was.
        """
        _check(name)
        template = self.baseline(baseline, expose_new_tables=expose_new_tables)
        self._refuse_foreign(name)
        new = _fresh_name("next")
        with self._making(
            new, Kind.ENVIRONMENT, template=template, baseline=baseline, project=project
        ):
            yield new
            with self._locks.held(Subject.MAKING, name):
                self._swap(name, new)

    @contextlib.contextmanager
    def shadow(self, template: str) -> Iterator[str]:
        """Yield the name of a fresh copy of `template`, dropped at the end, whatever happens.

        Raises:
            ServerError: there is no such template.
        """
        entry = self._registry.find(template)
        if entry is None:
            raise ServerError(f"there is no template database {template}")
        name = _fresh_name("shadow")
        baseline = Baseline(entry.baseline)
        with self._making(name, Kind.SHADOW, template=template, baseline=baseline):
            yield name
        # One that was kept has another name by now.
        self._discard(name)

    def cached(self, chains: Sequence[str]) -> Entry | None:
        """Return the template of the last of these chains that is kept.

        It stays until `close`, however full the cache gets.
        """
        while entry := self._registry.last_of(chains):
            if self._hold(entry.database):
                return entry
        return None

    def keep(self, database: str, chain: str, facts: Facts) -> str:
        """Turn a shadow into the template of a chain and return the template's name.

        Sessions on it are ended. When another process has kept the same chain first, the shadow
        stays a shadow and that template's name is returned.
        """
        new = _fresh_name("template")
        self._without_sessions(database)
        while True:
            try:
                with self._session.transaction():
                    self._registry.become_template(database, new, chain=chain, facts=facts)
                    self._rename(database, new)
                    self._session.execute(
                        f"alter database {quote(new)} with allow_connections false"
                    )
                self._hold(new)
                return new
            except DatabaseError as error:
                if error.sqlstate != _DUPLICATE:
                    raise
            # None where it was dropped in between: then ours is wanted after all.
            if entry := self.cached([chain]):
                return entry.database

    def evict(self, max_bytes: int) -> int:
        """Drop the templates used longest ago until the others fit; return how many went.

        What a running process has been given is never dropped, nor are baselines.
        """
        kept = [entry for entry in self._registry.entries(Kind.TEMPLATE) if entry.ready]
        total = sum(entry.bytes for entry in kept)
        dropped = 0
        for entry in kept:
            if total <= max_bytes:
                break
            if entry.database not in self._held and self._drop_unused(entry.database):
                total -= entry.bytes
                dropped += 1
        return dropped

    def drop_baselines(self, *, old_only: bool) -> None:
        """Drop the baselines that other versions of Airlock have built, or all."""
        current = {
            _baseline_name(baseline, expose_new_tables=expose)
            for baseline in Baseline
            for expose in (False, True)
            if old_only
        }
        for entry in self._registry.entries(Kind.BASELINE):
            if entry.database not in current:
                self._drop_unused(entry.database)

    def sweep(self) -> None:
        """Drop what processes that were killed have left."""
        for entry in self._registry.unfinished():
            if not self._owners.at_work(entry.owner):
                self._drop_unused(entry.database)

    @property
    def _session(self) -> Session:
        with self._turn:
            if self._open is None:
                self._open = connect(self.cluster.address(DATABASE), acting=False)
            return self._open

    @property
    def _registry(self) -> Registry:
        return Registry(self._session)

    @property
    def _locks(self) -> Locks:
        return Locks(self._session)

    @property
    def _owners(self) -> Owners:
        return Owners(self._session, shared=self.cluster.build.origin is Origin.GIVEN)

    @contextlib.contextmanager
    def _making(
        self, name: str, kind: Kind, *, template: str, baseline: Baseline, project: str = ""
    ) -> Iterator[None]:
        """Create a database for the body to finish; drop it when either fails."""
        if not self._swept:
            self._swept = True
            self.sweep()
        self._registry.add(
            name, kind, owner=self._owners.me(), baseline=baseline.value, project=project
        )
        try:
            strategy = ""
            if self.cluster.build.major >= _FIRST_STRATEGY:
                strategy = " strategy file_copy"
            self._session.execute(
                f"create database {quote(name)}"
                f" template {quote(template)}"
                f" owner {quote(PROJECT_ROLE)}{strategy}"
            )
            for statement in database_settings(baseline, name):
                self._session.execute(statement)
            yield
        except BaseException:
            # Where the server is gone, the next process's sweep finds it.
            with contextlib.suppress(ConnectionFailed):
                self._discard(name)
            raise

    def _swap(self, name: str, new: str) -> None:
        """Give `new` the name of an environment, and drop the one that had it."""
        old = _fresh_name("old")
        for attempt in range(1, _SWAPS_TRIED + 1):
            self._without_sessions(name)
            self._without_sessions(new)
            try:
                with self._session.transaction():
                    if self._registry.find(name) is not None:
                        self._registry.rename(name, old)
                        self._registry.condemn(old, owner=self._owners.me())
                        self._rename(name, old)
                    self._registry.rename(new, name)
                    self._registry.finish(name)
                    self._rename(new, name)
                break
            except DatabaseError as error:
                # Somebody connected in between.
                if error.sqlstate != _IN_USE or attempt == _SWAPS_TRIED:
                    raise
        self._discard(old)

    def _rename(self, name: str, new: str) -> None:
        self._session.execute(f"alter database {quote(name)} rename to {quote(new)}")

    def _discard(self, name: str) -> None:
        """Drop a database that may exist, and strike it off."""
        drop = f"drop database if exists {quote(name)} with (force)"
        self._without_sessions(name)
        try:
            self._session.execute(drop)
        except DatabaseError as error:
            if error.sqlstate != _IN_USE:
                raise
            self._end_subscriptions(name)
            self._session.execute(drop)
        self._registry.remove(name)

    def _end_subscriptions(self, name: str) -> None:
        """Drop what no force overrides: subscriptions, which belong to the server as a whole."""
        self._session.execute(f"alter database {quote(name)} with allow_connections true")
        with connect(self.cluster.address(name), acting=False) as session:
            for (subscription,) in session.fetch(
                "select s.subname"
                " from pg_subscription s"
                " join pg_database d on d.oid = s.subdbid"
                " where d.datname = current_database()"
            ):
                for action in ("alter {} disable", "alter {} set (slot_name = none)", "drop {}"):
                    session.execute(action.format(f"subscription {quote(subscription)}"))

    def _drop_unused(self, name: str) -> bool:
        """Drop a database unless a process is at work on it."""
        if not self._locks.take(Subject.USING, name):
            return False
        try:
            self._registry.condemn(name, owner=self._owners.me())
            self._discard(name)
            return True
        finally:
            self._locks.release(Subject.USING, name)

    def _hold(self, name: str) -> bool:
        """Keep a template from being dropped until this connection closes."""
        if name not in self._held:
            if not self._locks.take(Subject.USING, name, shared=True):
                return False
            self._held.add(name)
        return self._is_ready(name)

    def _is_ready(self, name: str) -> bool:
        entry = self._registry.find(name)
        return entry is not None and entry.ready

    def _refuse_foreign(self, name: str) -> None:
        """Raise when a database that is not on the list has the name."""
        if self._registry.find(name) is None and self._session.fetch(
            "select 1 from pg_database where datname = %s", [name]
        ):
            raise ServerError(
                f"the server holds a database {name} that Airlock did not make",
                hint="Rename or drop it, or give the environment another name.",
            )

    def _without_sessions(self, name: str) -> None:
        """Wait until nobody is connected; who does not leave at once is made to.

        A session that was just closed lingers for a moment, and Postgres would look again after
        a tenth of a second only.
        """
        started = time.monotonic()
        while sessions := self._session.fetch(
            "select pid from pg_stat_activity where datname = %s", [name]
        ):
            waited = time.monotonic() - started
            if waited > _LEAVE_LIMIT_S:
                return
            if waited > _LEAVE_ALONE_S:
                self._session.execute(
                    "select pg_terminate_backend(pid) from unnest(%s::int[]) as pid",
                    [[pid for (pid,) in sessions]],
                )
            time.sleep(_LEAVE_POLL_S)


def _fresh_name(kind: str) -> str:
    return f"{_PREFIX}_{kind}_{secrets.token_hex(8)}"


def _baseline_name(baseline: Baseline, *, expose_new_tables: bool) -> str:
    digest = baseline_id(baseline, expose_new_tables=expose_new_tables)
    return f"{_PREFIX}_baseline_{baseline}_{digest}"


def _check(name: str) -> None:
    """Raise when a name cannot be an environment's database."""
    if name in _RESERVED or name.startswith(f"{_PREFIX}_"):
        fault = "is one of the server's own"
    elif not 0 < len(name.encode()) <= _LONGEST_NAME or "\0" in name:
        fault = f"has to have 1 to {_LONGEST_NAME} bytes"
    else:
        return
    raise ServerError(
        f"{name!r} cannot be the database of an environment: the name {fault}",
        hint="Give the environment another name.",
    )
