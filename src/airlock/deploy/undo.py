"""Prove that a migration can be taken back: up, down, up, and the same schema each time.

One throw-away database walks through the history. At a migration that is to be undone it is read
and dumped before and after, the way back is planned from what was read, and pg_dump judges: after
the way down the dump is that of before, after the way up again that of after.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from airlock.model.catalog import Catalog
from airlock.model.failure import Failure, StatementRefused
from airlock.model.migration import Migration
from airlock.plan.order import Cycle
from airlock.plan.reverse import Reverse, reverse
from airlock.plan.script import script
from airlock.server.builds import Build
from airlock.server.connect import Session
from airlock.server.dump import dump, unguarded
from airlock.server.statements import Runner
from airlock.sources.dumps import difference, normalised
from airlock.sources.live import read_catalog
from airlock.sources.scope import in_scope
from airlock.sources.sqltext import cut

_ROWS_STAY = "rows that the migration wrote stay; it does not run again while they are there"
_BREAKS_A_CONSTRAINT = "23"
"""The class of SQLSTATE, as in 23505 (PostgreSQL manual, Appendix A)."""
_WRITES_ROWS = frozenset({"CALL", "COPY", "DO", "INSERT", "MERGE", "SELECT", "UPDATE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A migration, the way back from it, and what came of trying it.

    `residue` is what differs where the way back does not lead there: statements of the two
    dumps. `failure` is the statement that was refused on the way, if one was.
    """

    reverse: Reverse | None
    """The way back that was planned; None where there is none, for which `unplanned` says why."""
    sql: str | None
    """What was run to undo it; None where nothing was."""
    unplanned: str | None = None
    residue: tuple[str, ...] = ()
    failure: Failure | None = None
    again: bool = False
    """Whether it was on the second way up that something went wrong."""
    rows_stay: bool = False
    """Whether the migration does not run again for no other reason than rows that it wrote: no
    rollback takes those back where their table stays."""

    @property
    def reservations(self) -> tuple[str, ...]:
        """Return what there is to say about rows, a sentence each."""
        planned = self.reverse.reservations if self.reverse is not None else ()
        return (*(each.text for each in planned), *((_ROWS_STAY,) if self.rows_stay else ()))

    @property
    def proved(self) -> bool:
        """Whether the schema was the same each time."""
        return self.sql is not None and not self.residue and self.failure is None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a database holds, as Airlock reads it and as pg_dump does."""

    catalog: Catalog
    dump: str


@dataclass(slots=True, kw_only=True)
class Walk:
    """A database on its way through a history. `clean` ends when it is not what it should be."""

    session: Session
    build: Build
    own_roles: set[str]
    clean: bool = True
    _runner: Runner = field(init=False)
    _now: _Seen | None = None
    """What the database holds, where that is known."""

    def __post_init__(self) -> None:
        self._runner = Runner(self.session, own_roles=self.own_roles, throw_away=True)

    def pass_by(self, migration: Migration) -> None:
        """Run a migration that nobody asked about.

        Raises:
            StatementRefused: it fails.
        """
        self._now = None
        self._up(migration)

    def undo(self, migration: Migration, *, written: str | None) -> Undone:
        """Run a migration, take it back, and run it again; `written` is a rollback that exists.

        Raises:
            StatementRefused: the migration itself fails.
        """
        before = self._seen()
        self._now = None
        self._up(migration)
        after = self._seen()
        try:
            undone = Undone(reverse=reverse(before.catalog, after.catalog), sql=written)
        except Cycle as cycle:
            undone = Undone(reverse=None, sql=written, unplanned=cycle.message)
        if undone.sql is None and undone.reverse is not None:
            undone = replace(undone, sql=script(undone.reverse.plan))
        if undone.sql is None:
            return undone
        self.clean = False
        path = migration.rollback or f"rollback of {migration.path}"
        try:
            self._runner.run(cut(path, undone.sql))
        except StatementRefused as refused:
            return replace(undone, failure=refused.failure)
        if residue := self._difference(before):
            return replace(undone, residue=residue)
        return self._up_again(undone, migration, after)

    def _up_again(self, undone: Undone, migration: Migration, after: _Seen) -> Undone:
        """Run a migration that was taken back, and say what came of it."""
        try:
            self._up(migration)
        except StatementRefused as refused:
            if _is_about_rows(refused.failure):
                return replace(undone, rows_stay=True)
            return replace(undone, failure=refused.failure, again=True)
        if residue := self._difference(after):
            return replace(undone, residue=residue, again=True)
        self.clean = True
        return undone

    def _up(self, migration: Migration) -> None:
        self._runner.run(cut(migration.path, migration.raw.decode()))

    def _seen(self) -> _Seen:
        """Return what the database holds; read once between two migrations."""
        if self._now is None:
            with ThreadPoolExecutor(1) as pool:
                dumped = pool.submit(self._dumped)
                catalog = in_scope(read_catalog(self.session))
                self._now = _Seen(catalog=catalog, dump=dumped.result())
        return self._now

    def _dumped(self) -> str:
        return unguarded(dump(self.session.address, build=self.build))

    def _difference(self, seen: _Seen) -> tuple[str, ...]:
        """Return what pg_dump sees that is not as it was."""
        now = self._dumped()
        # Mostly the text is the same; only what is not has to be taken apart.
        return () if now == seen.dump else difference(normalised(now), normalised(seen.dump))


def _is_about_rows(failure: Failure) -> bool:
    """Whether rows that are there already keep a statement from writing its own."""
    state, tag = failure.sqlstate[:2], failure.statement.tag
    return state == _BREAKS_A_CONSTRAINT and tag in _WRITES_ROWS


def header(undone: Undone, *, migration: Migration, server: str) -> str:
    """Return the comment at the top of a rollback's file: what it undoes, and at what price."""
    lines = [f"Rollback of {migration.path}"]
    if undone.reverse is not None:
        lines.append(f"Rows: {undone.reverse.grade.value}")
        lines += [f"  {each.grade.value}: {each.text}" for each in undone.reverse.reservations]
    if undone.rows_stay:
        lines += [f"  {_ROWS_STAY}", f"Proved on {server}: up and down give the schema of before."]
    elif undone.proved:
        lines.append(f"Proved on {server}: up, down and up again give the same schema each time.")
    # A name may hold the end of a line, which would end the comment.
    return "".join(f"-- {' '.join(line.splitlines())}\n" for line in lines)
