"""Prove that a migration can be taken back: up, down, up, and the same schema each time.

One throw-away database walks through the history. At a migration that is to be undone it is read
and dumped before and after, the way back is planned from what was read, and pg_dump judges: after
the way down the dump is that of before, after the way up again that of after.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from airlock.model.catalog import Catalog
from airlock.model.failure import Failure, StatementRefused
from airlock.model.migration import Migration
from airlock.plan.reverse import Reverse, reverse
from airlock.plan.script import script
from airlock.server.builds import Build
from airlock.server.connect import Session
from airlock.server.dump import dump
from airlock.server.statements import Runner
from airlock.sources.dumps import difference, normalised
from airlock.sources.live import read_catalog
from airlock.sources.scope import in_scope
from airlock.sources.sqltext import cut

Dump = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A migration, the way back from it, and what came of trying it.

    `residue` is what differs where the way back does not lead there: statements of the two
    dumps. `failure` is the statement that was refused on the way, if one was.
    """

    reverse: Reverse
    sql: str
    """What was run to undo it."""
    residue: tuple[str, ...] = ()
    failure: Failure | None = None
    again: bool = False
    """Whether it was on the second way up that something went wrong."""

    @property
    def proved(self) -> bool:
        """Whether the schema was the same each time."""
        return not self.residue and self.failure is None


@dataclass(slots=True, kw_only=True)
class Walk:
    """A database on its way through a history. `clean` ends when it is not what it should be."""

    session: Session
    build: Build
    own_roles: set[str]
    clean: bool = True
    _runner: Runner = field(init=False)
    _catalog: Catalog | None = None
    _dump: Dump | None = None

    def __post_init__(self) -> None:
        self._runner = Runner(self.session, own_roles=self.own_roles, throw_away=True)

    def pass_by(self, migration: Migration) -> None:
        """Run a migration that nobody asked about.

        Raises:
            StatementRefused: it fails.
        """
        self._catalog = self._dump = None
        self._up(migration)

    def undo(self, migration: Migration, *, written: str | None) -> Undone:
        """Run a migration, take it back, and run it again; `written` is a rollback that exists.

        Raises:
            StatementRefused: the migration itself fails.
        """
        before, dumped_before = self._seen()
        self._up(migration)
        self._catalog = self._dump = None
        after, dumped_after = self._seen()
        way = reverse(before, after)
        sql = written if written is not None else script(way.plan)
        tried = Undone(reverse=way, sql=sql)
        self.clean = False
        try:
            self._runner.run(cut(migration.rollback or f"rollback of {migration.path}", sql))
        except StatementRefused as refused:
            return Undone(reverse=way, sql=sql, failure=refused.failure)
        if residue := difference(self._dumped(), dumped_before):
            return Undone(reverse=way, sql=sql, residue=residue)
        try:
            self._up(migration)
        except StatementRefused as refused:
            return Undone(reverse=way, sql=sql, failure=refused.failure, again=True)
        if residue := difference(self._dumped(), dumped_after):
            return Undone(reverse=way, sql=sql, residue=residue, again=True)
        self.clean = True
        return tried

    def _up(self, migration: Migration) -> None:
        self._runner.run(cut(migration.path, migration.raw.decode()))

    def _seen(self) -> tuple[Catalog, Dump]:
        """Return what the database holds; read once between two migrations."""
        if self._catalog is None or self._dump is None:
            self._catalog = in_scope(read_catalog(self.session))
            self._dump = self._dumped()
        return self._catalog, self._dump

    def _dumped(self) -> Dump:
        return normalised(dump(self.session.address, build=self.build))


def header(undone: Undone, *, migration: Migration, server: str) -> str:
    """Return the comment at the top of a rollback's file: what it undoes, and at what price."""
    reservations = undone.reverse.reservations
    lines = [f"Rollback of {migration.path}", f"Rows: {undone.reverse.grade.value}"]
    lines += [f"  {each.grade.value}: {each.text}" for each in reservations]
    if undone.proved:
        lines.append(f"Proved on {server}: up, down and up again give the same schema each time.")
    return "".join(f"-- {' '.join(line.split()) if line[0] != ' ' else line}\n" for line in lines)
