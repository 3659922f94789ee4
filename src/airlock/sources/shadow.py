"""Replay a history on a throw-away database, from as late a point as is already at hand.

Databases that hold a prefix of some history are kept as templates under a hash of all that made
them: server, baseline, and every file so far. A replay starts from the longest prefix that is
kept, and keeps two more: the database before the last file, which is the one being edited, and
the database after it, to which the next one will be added.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from airlock import __version__
from airlock.model.event import Finished, Listener, Restored, Started, ignore
from airlock.model.failure import Failure, StatementRefused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration
from airlock.model.names import few
from airlock.model.script import Script
from airlock.server.baseline import Baseline, baseline_id
from airlock.server.connect import Session, connect
from airlock.server.databases import Databases
from airlock.server.registry import Facts
from airlock.server.remarks import STUBBED_EXTENSION
from airlock.server.shims import installed_stubs
from airlock.server.statements import Runner
from airlock.sources.ahead import Ahead

_KEEP_AFTER_S = 2.0
"""Work worth keeping: a replay leaves a template behind each time it has run this long."""
_STUBBED = STUBBED_EXTENSION.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What replays are made of."""

    databases: Databases
    baseline: Baseline
    expose_new_tables: bool
    cache_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A history that ran from beginning to end."""

    total: int
    restored: int
    """How many of the files were not run, since a database that holds them was kept."""
    seconds: float
    findings: tuple[Finding, ...]
    chain: str
    """The hash of all that was proved: server, baseline, and every file in order."""


def chain(build: str, baseline: str, migrations: Sequence[Migration]) -> str:
    """Return the hash under which a replay of exactly these files is known."""
    return chains(build, baseline, migrations)[-1]


def chains(build: str, baseline: str, migrations: Sequence[Migration]) -> list[str]:
    """Return the hashes under which replays of each prefix are known, the empty one first."""
    # Another version of Airlock may run files otherwise, or find something else in them.
    link = hashlib.sha256(f"airlock {__version__}\0{build}\0{baseline}".encode()).hexdigest()
    links = [link]
    for migration in migrations:
        # The path is part of it: findings name the file.
        text = f"{link}\0{migration.path}\0{migration.sha256}"
        link = hashlib.sha256(text.encode()).hexdigest()
        links.append(link)
    return links


def _load_parser() -> None:
    from airlock.sources import remarks, sqltext  # noqa: F401, PLC0415 - for what follows


def _prepared(migration: Migration) -> tuple[Script, tuple[Finding, ...]]:
    from airlock.sources.remarks import remarks  # noqa: PLC0415
    from airlock.sources.sqltext import cut  # noqa: PLC0415

    script = cut(migration.path, migration.raw.decode())
    return script, remarks(migration, script)


def replay(migrations: Sequence[Migration], *, stock: Stock, listener: Listener = ignore) -> Replay:
    """Run the files, in order, on a shadow.

    Raises:
        StatementRefused: Postgres refused a statement; `advice` is filled in.
    """
    return _Replay(migrations=migrations, stock=stock, listener=listener).run()


@dataclass(slots=True, kw_only=True)
class _Replay:
    """One replay under way."""

    migrations: Sequence[Migration]
    stock: Stock
    listener: Listener
    links: list[str] = field(init=False)
    scripts: Ahead[Migration, tuple[Script, tuple[Finding, ...]]] = field(init=False)
    """The files that are still to run, cut, and what there is to say about their texts."""
    findings: list[Finding] = field(default_factory=list)
    own_roles: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    """What of the baseline itself stands on stand-ins of extensions."""

    def __post_init__(self) -> None:
        stock = self.stock
        self.links = chains(
            stock.databases.cluster.build.id,
            baseline_id(stock.baseline, expose_new_tables=stock.expose_new_tables),
            self.migrations,
        )

    def run(self) -> Replay:
        began = time.perf_counter()
        databases, total = self.stock.databases, len(self.migrations)
        entry = databases.cached(self.links[1:])
        start = self.links.index(entry.chain) if entry and entry.chain else 0
        self.scripts = Ahead(_prepared, self.migrations[start:])
        if start < total:
            # The parser takes its time to load; that passes while the server makes a database.
            threading.Thread(target=_load_parser).start()
        if entry and start:
            template = entry.database
            self._recall(entry.facts)
            self.listener(Restored(count=start, total=total))
        else:
            template = databases.baseline(
                self.stock.baseline, expose_new_tables=self.stock.expose_new_tables
            )
        position = start
        while position < total:
            position, template = self._stretch(template, position)
        if position > start:
            databases.evict(self.stock.cache_bytes)
        return Replay(
            total=total,
            restored=start,
            seconds=time.perf_counter() - began,
            findings=tuple(self.findings),
            chain=self.links[-1],
        )

    def _stretch(self, template: str, start: int) -> tuple[int, str]:
        """Run files on a copy of `template` up to a point worth keeping, and keep it.

        Returns how many files the kept database holds, and its name.
        """
        databases = self.stock.databases
        with databases.shadow(template) as name:
            with connect(databases.cluster.address(name, label="shadow")) as session:
                position, failure = self._files(session, start)
            clean = failure is None or not failure.remaining
            if position > start and clean:
                template = databases.keep(name, self.links[position], self._facts())
        if failure is not None:
            from airlock.sources.advice import advised  # noqa: PLC0415 - it imports the parser

            raise advised(self._thrown_away(failure), self.migrations)
        return position, template

    def _files(self, session: Session, start: int) -> tuple[int, Failure | None]:
        """Run one file after the other, until it is time to keep what they made.

        Returns how many the database holds by then, and why it is not one more.
        """
        runner = Runner(
            session, own_roles=self.own_roles, throw_away=True, meanwhile=self.scripts.step
        )
        total = len(self.migrations)
        began = time.perf_counter()
        if start == 0:
            self.given = {user for users in _stub_users(session).values() for user in users}
        position = start
        while position < total:
            try:
                self._file(runner, position)
            except StatementRefused as refused:
                return position, refused.failure
            position += 1
            if position == total - 1 or time.perf_counter() - began > _KEEP_AFTER_S:
                break
        if position == total:
            self._report_stub_users(session)
        return position, None

    def _file(self, runner: Runner, index: int) -> None:
        """Run one file and tell of it."""
        migration, total = self.migrations[index], len(self.migrations)
        self.listener(Started(file=migration, index=index + 1, total=total))
        script, said = next(self.scripts)
        run = runner.run(script)
        findings = (*said, *run.findings)
        self.findings.extend(findings)
        self.listener(
            Finished(
                file=migration,
                index=index + 1,
                total=total,
                seconds=run.seconds,
                how=run.how,
                findings=findings,
            )
        )

    def _thrown_away(self, failure: Failure) -> Failure:
        """Say of a failure on a shadow what it means elsewhere."""
        undone = "This was a throw-away database: nothing else was touched."
        if failure.remaining:
            undone += (
                f" Of a real one, {failure.remaining} of the file's statements would have been "
                "committed and remain."
            )
        return replace(failure, undone=undone, remaining=0)

    def _report_stub_users(self, session: Session) -> None:
        """Name what stands on a stand-in, though no file created the extension."""
        # Those without a place are of a shorter history, which this one goes on from.
        self.findings[:] = [f for f in self.findings if f.code != _STUBBED or f.where]
        created = {f.key.rsplit(":", 1)[-1] for f in self.findings if f.code == _STUBBED}
        for extension, users in sorted(_stub_users(session).items()):
            own = sorted(users - self.given)
            if not own or extension in created:
                continue
            self.findings.append(
                Finding(
                    code=_STUBBED,
                    level=Level.NOTE,
                    message=f'extension "{extension}" is stubbed: DDL is proved, behaviour is '
                    f"not; used by {few(own)}",
                    key=f"{_STUBBED}:{extension}",
                    why=STUBBED_EXTENSION.why,
                )
            )

    def _facts(self) -> dict[str, Any]:
        """Return what a later replay must know that starts here, as JSON."""
        return {
            "roles": sorted(self.own_roles),
            "given": sorted(self.given),
            "findings": [f.as_json() for f in self.findings],
        }

    def _recall(self, facts: Facts) -> None:
        """Take over what `_facts` wrote; the files' texts are at hand again."""
        texts = {m.path: m.raw for m in self.migrations}
        self.own_roles.update(facts["roles"])
        self.given.update(facts.get("given", ()))
        self.findings += [Finding.from_json(found, texts) for found in facts["findings"]]


def _stub_users(session: Session) -> dict[str, set[str]]:
    """Return what depends on the members of each stand-in, described, without other members."""
    rows = session.fetch(
        """
        select
          e.extname,
          pg_describe_object(d.classid, d.objid, d.objsubid)
        from pg_catalog.pg_extension e
        join pg_catalog.pg_depend m
          on m.refobjid = e.oid
          and m.refclassid = 'pg_catalog.pg_extension'::regclass
          and m.deptype = 'e'
        join pg_catalog.pg_depend d
          on d.refobjid = m.objid and d.refclassid = m.classid and d.deptype = 'n'
        where e.extname = any(%s)
          and not exists (
            select 1
            from pg_catalog.pg_depend x
            where x.objid = d.objid and x.classid = d.classid and x.deptype = 'e'
          )
        """,
        (list(installed_stubs(session)),),
    )
    users: dict[str, set[str]] = {}
    for extension, user in rows:
        users.setdefault(extension, set()).add(user)
    return users
