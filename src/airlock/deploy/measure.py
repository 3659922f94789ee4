"""What a file costs those who use the tables, measured while it runs on a throw-away database.

After each statement the server tells which locks the open transaction holds (`pg_locks`), and
which tables have other files than before (`relfilenode`). A statement that runs outside of any
transaction has let go of its locks by then: what it takes is known by its kind, and the tables by
what it changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from airlock.kinds._sql import own_schema
from airlock.model.names import spell
from airlock.model.script import Running, Statement
from airlock.model.step import Lock
from airlock.server.connect import Session

_RELATIONS = f"""
    select
      c.oid::int8,
      n.nspname::text,
      c.relname::text,
      c.relkind::text,
      c.relfilenode::int8,
      i.indrelid::int8,
      (
        select h.inhparent::int8
        from pg_catalog.pg_inherits h
        where c.relispartition and h.inhrelid = c.oid
      )
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_index i on i.indexrelid = c.oid
    where {own_schema("n")}
"""
_HELD = """
    select l.relation::int8, l.mode, c.relfilenode::int8
    from pg_catalog.pg_locks l
    left join pg_catalog.pg_class c on c.oid = l.relation
    where l.locktype = 'relation'
      and l.pid = pg_catalog.pg_backend_pid()
      and l.granted
      and l.mode <> 'SIReadLock' -- of serializable transactions; nobody waits for it
"""
_LOCKS = {lock.name.replace("_", "").lower() + "lock": lock for lock in Lock}
"""By the server's own names, such as `AccessExclusiveLock`."""
_WITH_ROWS = frozenset({"r", "m"})
_SHOWN = frozenset({"r", "p", "f", "v", "m"})
_INDEXES = frozenset({"i", "I"})
_SETTINGS = frozenset({"BEGIN", "RESET", "SET", "START TRANSACTION"})
"""After these a look would be the transaction's first query, which must not come before others."""
_EMPTIES = "TRUNCATE TABLE"
_ALONE = {
    "ALTER TABLE": Lock.SHARE_UPDATE_EXCLUSIVE,
    "CREATE INDEX": Lock.SHARE_UPDATE_EXCLUSIVE,
    "DROP INDEX": Lock.SHARE_UPDATE_EXCLUSIVE,
    "REINDEX": Lock.SHARE_UPDATE_EXCLUSIVE,
    "CLUSTER": Lock.ACCESS_EXCLUSIVE,
    "VACUUM": Lock.ACCESS_EXCLUSIVE,
}
"""What a statement that runs alone takes on tables that it changes (PostgreSQL manual, 13.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A lock on a relation."""

    lock: Lock
    on: str
    """As people write it: `public.orders`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one statement costs. Relations that did not exist before all files are left out."""

    taken: tuple[Taken, ...] = ()
    """Locks that it is the first of its transaction to take, the strongest first."""
    rewritten: tuple[str, ...] = ()
    """Tables whose rows it wrote anew."""
    emptied: tuple[str, ...] = ()
    """Tables whose rows it removed all at once."""
    measured: bool = True
    """Whether the server was asked; else it is known by the kind of statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relation:
    name: str
    kind: str
    file: int
    table: int | None
    """Of an index."""
    parent: int | None
    """Of a partition."""


_Relations = dict[int, _Relation]


@dataclass(slots=True, kw_only=True)
class Gauge:
    """Watches the files that run on one session; `costs` are those of the file that ran last."""

    session: Session
    costs: dict[int, Cost] = field(default_factory=dict)
    """By the place of a statement in its file, in characters."""
    _there: frozenset[int] = field(init=False)
    """What others can wait for: it exists before the first file."""
    _known: _Relations = field(default_factory=dict)
    _at_start: _Relations = field(default_factory=dict)
    _held: dict[int, Lock] = field(default_factory=dict)
    _last: int = -1

    def __post_init__(self) -> None:
        self._there = frozenset(self._read())

    def begin(self) -> None:
        """Get ready for the next file."""
        self._known = self._read()
        self._again()

    def __call__(self, statement: Statement) -> None:
        """Look at what a statement did that has just passed."""
        place = statement.span.char_start
        if place <= self._last:
            # The file was rolled back, and runs a second time in several transactions.
            self._known = dict(self._at_start)
            self._again()
        self._last = place
        if statement.tag in _SETTINGS:
            return
        if self.session.in_transaction and statement.running is not Running.CONTROL:
            self.costs[place] = self._within(statement)
            return
        cost = self._after(statement)
        if statement.running is not Running.CONTROL:
            self.costs[place] = cost

    def _again(self) -> None:
        self._at_start = dict(self._known)
        self._held, self._last = {}, -1
        self.costs = {}

    def _read(self) -> _Relations:
        return {
            oid: _Relation(
                name=spell(schema, name), kind=kind, file=file, table=table, parent=parent
            )
            for oid, schema, name, kind, file, table, parent in self.session.fetch(_RELATIONS)
        }

    # In a transaction ------------------------------------------------------------------------

    def _within(self, statement: Statement) -> Cost:
        held: dict[int, Lock] = {}
        changed = []
        for oid, mode, file in self.session.fetch(_HELD):
            relation = self._known.get(oid)
            if relation is None:
                continue
            held[oid] = max(_LOCKS[mode.lower()], held.get(oid, Lock.NONE))
            if file is not None and file != relation.file and oid not in changed:
                changed.append(oid)
                self._known[oid] = _moved(relation, file)
        taken = {oid: lock for oid, lock in held.items() if lock > self._held.get(oid, Lock.NONE)}
        self._held = held
        return self._cost(statement, taken, changed)

    # Outside of any --------------------------------------------------------------------------

    def _after(self, statement: Statement) -> Cost:
        """Compare what there is with what there was before a statement of which nothing is held."""
        before, self._known = self._known, self._read()
        self._held = {}
        changed = [
            oid
            for oid, relation in self._known.items()
            if oid in before and before[oid].file != relation.file
        ]
        taken: dict[int, Lock] = {}
        if statement.running is Running.ALONE and (lock := _lock_alone(statement)):
            for oid in _touched(before, self._known):
                taken[oid] = lock
            for oid in _detached(before, self._known):
                taken[oid] = Lock.ACCESS_EXCLUSIVE
        return self._cost(statement, taken, changed, measured=False)

    # What is said ----------------------------------------------------------------------------

    def _cost(
        self,
        statement: Statement,
        taken: Mapping[int, Lock],
        changed: Iterable[int],
        *,
        measured: bool = True,
    ) -> Cost:
        names = tuple(
            sorted(
                self._known[oid].name
                for oid in changed
                if oid in self._there and self._known[oid].kind in _WITH_ROWS
            )
        )
        empties = statement.tag == _EMPTIES
        listed = [
            Taken(lock=lock, on=relation.name)
            for oid, lock in taken.items()
            if oid in self._there and (relation := self._known.get(oid)) is not None
            if relation.kind in _SHOWN or self._matters(relation, lock, taken)
        ]
        return Cost(
            taken=tuple(sorted(listed, key=lambda each: (-each.lock, each.on))),
            rewritten=() if empties else names,
            emptied=names if empties else (),
            measured=measured,
        )

    def _matters(self, index: _Relation, lock: Lock, taken: Mapping[int, Lock]) -> bool:
        """Whether an index is locked more than its table, which every query then waits for."""
        if index.kind not in _INDEXES or index.table is None:
            return False
        on_table = max(self._held.get(index.table, Lock.NONE), taken.get(index.table, Lock.NONE))
        return lock > on_table


def _moved(relation: _Relation, file: int) -> _Relation:
    return _Relation(
        name=relation.name,
        kind=relation.kind,
        file=file,
        table=relation.table,
        parent=relation.parent,
    )


def _lock_alone(statement: Statement) -> Lock | None:
    if statement.tag == "REINDEX" and "concurrently" not in statement.text.lower():
        return Lock.SHARE
    return _ALONE.get(statement.tag)


def _touched(before: _Relations, after: _Relations) -> set[int]:
    """Return the tables with an index or a partition more or less, or with other files."""
    found = {
        oid
        for oid, relation in after.items()
        if oid in before and relation.file != before[oid].file and relation.kind in _WITH_ROWS
    }
    for one, other in ((before, after), (after, before)):
        for oid, relation in one.items():
            there = other.get(oid)
            if relation.table and (there is None or there.file != relation.file):
                found.add(relation.table)
            if there is not None and relation.parent and there.parent != relation.parent:
                found.add(relation.parent)
    return found


def _detached(before: _Relations, after: _Relations) -> set[int]:
    return {
        oid
        for oid, relation in before.items()
        if relation.kind in _SHOWN and oid in after and relation.parent != after[oid].parent
    }


# Rows ------------------------------------------------------------------------------------------

_HOLDERS = f"""
    select c.oid::int8, 0, n.nspname::text, c.relname::text, null
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and {own_schema("n")}
    union all
    select c.oid::int8, a.attnum::int4, n.nspname::text, c.relname::text, a.attname::text
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p')
      and a.attnum > 0
      and not a.attisdropped
      and a.attislocal
      and a.attgenerated = ''
      and {own_schema("n")}
"""

Holders = dict[tuple[int, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a table or column that held rows."""

    kind: str
    name: str
    """Before."""
    now: str | None
    """Its new name, where it was renamed; None where it is gone."""
    anew: bool = False
    """Whether another one has its name now."""


def holders(session: Session) -> Holders:
    """Return what holds rows, tables and columns, by what stays the same when it is renamed."""
    return {
        (oid, number): (schema, table) if column is None else (schema, table, column)
        for oid, number, schema, table, column in session.fetch(_HOLDERS)
    }


def fates(before: Holders, after: Holders) -> tuple[Fate, ...]:
    """Return what is gone and what has another name; columns of such a table are not named."""
    names = set(after.values())
    found = []
    for (oid, number), path in before.items():
        now = after.get((oid, number))
        of_table = number > 0
        if now == path or (of_table and after.get((oid, 0)) is None):
            continue
        if of_table and now is not None and now[-1] == path[-1]:
            continue
        found.append(
            Fate(
                kind="column" if of_table else "table",
                name=spell(*path),
                now=spell(*now) if now is not None else None,
                anew=now is None and path in names,
            )
        )
    return tuple(sorted(found, key=lambda fate: (fate.name, fate.kind)))
