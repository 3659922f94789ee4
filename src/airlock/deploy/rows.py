"""A handful of rows for every table of a throw-away database.

A change that only works on empty tables shows itself on them. The rows are made up from types,
keys and checks; whatever Postgres refuses is tried otherwise, a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from airlock.deploy.samples import Samples, constants_of
from airlock.deploy.shapes import Field, Reference, Shape, bounds, has_hash, read_shapes
from airlock.model.names import quote
from airlock.model.node import Id
from airlock.server.connect import DatabaseError, Session

_ROWS = 3
_ROWS_BY_HASH = 12
"""So many rows that each of a few partitions is likely to get one."""
_TRIES = 80
_MOST_SAMPLES = 24
_CHECK = "23514"
_DISTINCT = frozenset({"23505", "23P01"})
_NULL = "23502"
_COLUMN = re.compile(r'in column "(.*)" of relation')
_DOMAIN = re.compile(r"value for domain (.+?) violates")
_SETTINGS = {
    # No trigger and no rule of the user's runs, nor is a foreign key checked.
    "session_replication_role": "replica",
    "statement_timeout": "'5s'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Which tables have rows now, and which have none, and why."""

    rows: tuple[tuple[Id, int], ...]
    empty: tuple[tuple[Id, str], ...]


def fill(session: Session, *, tables: Collection[Id] | None = None) -> Filled:
    """Put rows into tables and into those that they reference; None fills all.

    `session` is a superuser's, on a database that is to be thrown away. Foreign keys hold
    afterwards.

    Raises:
        DatabaseError: the session is no superuser's.
        ConnectionFailed: the connection is gone.
    """
    for name, value in _SETTINGS.items():
        session.execute(f"set {name} = {value}")
    try:
        return _Filling(session=session).run(tables)
    finally:
        for name in _SETTINGS:
            session.execute(f"reset {name}")


@dataclass(slots=True, kw_only=True)
class _Filling:
    """One database being filled."""

    session: Session
    shapes: dict[int, Shape] = field(init=False)
    samples: Samples = field(init=False)
    counts: dict[int, int] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)
    loose: list[tuple[Shape, Reference]] = field(default_factory=list)
    """Foreign keys that were filled before what they reference."""

    def run(self, tables: Collection[Id] | None) -> Filled:
        self.shapes, types = read_shapes(self.session)
        self.samples = Samples(types=types, accepts=self._accepts)
        wanted = [s for s in self.shapes.values() if tables is None or s.id in tables]
        for shape in self._in_order(sorted(wanted, key=lambda shape: shape.id)):
            self._fill(shape)
        self._tie()
        self._count_partitions()
        named = sorted(self.shapes.values(), key=lambda shape: shape.id)
        return Filled(
            rows=tuple((s.id, self.counts[s.oid]) for s in named if self.counts.get(s.oid)),
            empty=tuple(
                (s.id, self.why.get(s.oid, "no row fits its partition"))
                for s in named
                if s.oid in self.counts and not self.counts[s.oid]
            ),
        )

    def _in_order(self, wanted: Sequence[Shape]) -> list[Shape]:
        """Return tables, what they reference first; partitions come with their parents."""
        order: list[Shape] = []
        seen: set[int] = set()
        partitions: dict[int, list[int]] = {}
        for shape in self.shapes.values():
            partitions.setdefault(shape.parent, []).append(shape.oid)
        stack = [(shape.oid, False) for shape in reversed(wanted)]
        while stack:
            oid, done = stack.pop()
            if done:
                order.append(self.shapes[oid])
                continue
            if oid in seen or oid not in self.shapes:
                continue
            seen.add(oid)
            stack.append((oid, True))
            needs = [reference.other for reference in self.shapes[oid].references]
            stack += [(other, False) for other in (*needs, *partitions.get(oid, ()))]
        return order

    # One table -----------------------------------------------------------------------------

    def _fill(self, shape: Shape) -> None:
        self.counts[shape.oid] = 0
        if shape.partitioned and shape.strategy != "h":
            return
        if has_hash(shape, self.shapes):
            return
        number = _ROWS_BY_HASH if shape.partitioned else _ROWS
        table = _Table(shape=shape, filling=self)
        if table.add_all(number):
            self.counts[shape.oid] = number
        else:
            with self.session.transaction():
                self._fill_by_row(table, number)
        self.loose += [(shape, reference) for reference in table.loose]

    def _fill_by_row(self, table: _Table, number: int) -> None:
        oid = table.shape.oid
        for row in range(1, number + 1):
            reason = table.add(row)
            if reason is None:
                self.counts[oid] += 1
                continue
            self.why.setdefault(oid, reason)
            if not self.counts[oid]:
                break

    def _accepts(self, expression: str) -> bool:
        return self.attempt(f"select {expression}") is None

    def attempt(self, sql: str) -> DatabaseError | None:
        """Run a statement behind a savepoint and return what the server refused."""
        try:
            with self.session.transaction():
                self.session.execute(sql)
        except DatabaseError as error:
            return error
        return None

    # Afterwards ----------------------------------------------------------------------------

    def _tie(self) -> None:
        """Delete rows whose foreign keys hang loose, until none does."""
        again = True
        while again:
            again = False
            for shape, key in self.loose:
                if key.other not in self.shapes:
                    continue
                again |= self._untie(shape, key) > 0

    def _untie(self, shape: Shape, key: Reference) -> int:
        pairs = list(zip(key.columns, key.other_columns, strict=True))
        filled = " and ".join(f"a.{quote(column)} is not null" for column, _ in pairs)
        equal = " and ".join(f"b.{quote(other)} = a.{quote(column)}" for column, other in pairs)
        gone = self.session.fetch(
            f"delete from {shape.sql} a where {filled} and not exists"
            f" (select from {self.shapes[key.other].sql} b where {equal}) returning 1"
        )
        if gone:
            self.counts[shape.oid] -= len(gone)
            self.why.setdefault(shape.oid, f"it and {self.shapes[key.other].id} need each other")
        return len(gone)

    def _count_partitions(self) -> None:
        """Count the rows of partitioned tables and of what only their parents could fill."""
        for shape in self.shapes.values():
            by_parent = has_hash(shape, self.shapes)
            if shape.oid in self.counts and (shape.partitioned or by_parent):
                ((found,),) = self.session.fetch(f"select count(*) from {shape.sql}")
                self.counts[shape.oid] = found


@dataclass(slots=True, kw_only=True)
class _Table:
    """A table that rows are added to; what worked for one row is tried first for the next."""

    shape: Shape
    filling: _Filling
    chosen: dict[str, int] = field(default_factory=dict)
    """Which of a column's values is taken."""
    loose: list[Reference] = field(default_factory=list)

    def add_all(self, number: int) -> bool:
        """Add rows of the likeliest values; return whether Postgres took all, else there is none.

        Most tables take them, and cost one message.
        """
        inserts = [self._insert(self._values(row), {}) for row in range(1, number + 1)]
        try:
            self.filling.session.execute("; ".join(inserts))
        except DatabaseError:
            return False
        return True

    def add(self, row: int) -> str | None:
        """Add a row; return why none can be, None where it was."""
        values = self._values(row)
        choices = dict(self.chosen)
        ways: dict[str, Iterator[tuple[int, ...]]] = {}
        checked = False
        why = ""
        for _ in range(_TRIES):
            error = self.filling.attempt(self._insert(values, choices))
            if error is None:
                self.chosen = self.chosen or choices
                return None
            why = _reason(error)
            cause, columns = self._culprits(error)
            movable = [name for name in columns if len(values.get(name, ())) > 1]
            if movable:
                way = ways.setdefault(cause, _ways([len(values[name]) for name in movable]))
                choice = next(way, None)
                if choice is None:
                    return why
                choices.update(zip(movable, choice, strict=True))
            elif not checked and not columns:
                # The server does not say in which column a value does not fit its type.
                checked = True
                values = {name: self._accepted(found) for name, found in values.items()}
                choices = {}
            else:
                return why
        return why

    def _insert(self, values: dict[str, tuple[str, ...]], choices: dict[str, int]) -> str:
        chosen = {
            name: found[choices.get(name, 0) % len(found)]
            for name, found in values.items()
            if found
        }
        if not chosen:
            return f"insert into {self.shape.sql} default values"
        names = ", ".join(map(quote, chosen))
        return (
            f"insert into {self.shape.sql} ({names}) overriding system value"
            f" values ({', '.join(chosen.values())})"
        )

    def _accepted(self, found: tuple[str, ...]) -> tuple[str, ...]:
        refused = self.filling.attempt
        return tuple(v for v in found if v == "default" or refused(f"select {v}") is None)

    # Values --------------------------------------------------------------------------------

    def _values(self, row: int) -> dict[str, tuple[str, ...]]:
        """Return what each column may hold, the likeliest first."""
        within = bounds(self.shape, self.filling.shapes)
        values: dict[str, tuple[str, ...]] = {}
        for column in self.shape.fields.values():
            if column.supplied and column.name not in within:
                continue
            made = self._made(column, row)
            if column.name in within:
                made = (*self._within(column, within[column.name], row), *made)
            if column.has_default:
                made = (*made, "default")
            values[column.name] = made
        tied: set[str] = set()
        for reference in self.shape.references:
            if tied.intersection(reference.columns) and reference not in self.loose:
                self.loose.append(reference)
            tied.update(reference.columns)
            self._refer(reference, values, row)
        return values

    def _made(self, column: Field, row: int) -> tuple[str, ...]:
        made = self.filling.samples.of(column.type, column.typmod, row)
        checks = [text for columns, text in self.shape.checks.values() if column.name in columns]
        constants = constants_of(checks, made)
        # Constants come second: what a check names is what it most likely wants.
        mixed = (*made[:1], *constants, *made[1:])
        return tuple(f"cast({value} as {column.sql})" for value in mixed[:_MOST_SAMPLES])

    def _within(self, column: Field, values: Sequence[str], row: int) -> Iterator[str]:
        """Yield the values that a partition takes; those with an open end are counted on."""
        for value in values:
            base, sign, _ = value.partition(" + ") if " + " in value else value.partition(" - ")
            if not sign:
                yield f"cast({base} as {column.sql})"
                continue
            unit = {"date": "{}", "timestamp": "{} * interval '1 hour'"}
            step = next((u for t, u in unit.items() if column.sql.startswith(t)), "{}")
            offset = row - 1 if sign == " + " else row
            yield f"cast(cast({base} as {column.sql}){sign}{step.format(offset)} as {column.sql})"

    def _refer(self, key: Reference, values: dict[str, tuple[str, ...]], row: int) -> None:
        """Let a foreign key point at a row that is there."""
        counts = self.filling.counts
        other = self.filling.shapes.get(key.other)
        known = counts.get(key.other, 0) if key.other != self.shape.oid else 0
        if other is not None and other.partitioned:
            known = self.filling.session.fetch(f"select count(*) from {other.sql}")[0][0]
        if known and other is not None:
            shifts = range(known) if len(key.columns) == 1 else range(1)
            for column, target in zip(key.columns, key.other_columns, strict=True):
                values[column] = tuple(
                    f"(select {quote(target)} from {other.sql} order by tableoid, ctid"
                    f" limit 1 offset {(row - 1 + shift) % known})"
                    for shift in shifts
                )
            return
        nullable = [c for c in key.columns if not self.shape.fields[c].not_null]
        if nullable:
            values.update(dict.fromkeys(nullable, ("null",)))
            return
        if key.other == self.shape.oid:
            for column, target in zip(key.columns, key.other_columns, strict=True):
                if target in values:
                    values[column] = values[target]
        if key not in self.loose:
            self.loose.append(key)

    # Refusals ------------------------------------------------------------------------------

    def _culprits(self, error: DatabaseError) -> tuple[str, tuple[str, ...]]:
        """Return the name of what refused a row, and the columns that it looks at."""
        # Names stand in the message as they are, quotes and all.
        _, _, name = error.message.rpartition(' constraint "')
        name = name.removesuffix('"')
        if error.sqlstate in _DISTINCT and name:
            return name, self.shape.unique.get(name, ()) or tuple(self.shape.fields)
        if error.sqlstate == _NULL and (found := _COLUMN.search(error.message)):
            return found[1], (found[1],)
        if error.sqlstate != _CHECK:
            return "", ()
        if found := _DOMAIN.search(error.message):
            domain = found[1].rpartition(".")[2].strip('"')
            return domain, tuple(
                column.name for column in self.shape.fields.values() if self._has(column, domain)
            )
        if name in self.shape.checks:
            return name, self.shape.checks[name][0]
        keys: list[str] = []
        shape: Shape | None = self.shape
        while shape is not None:
            keys += [key for key in shape.keys if key is not None]
            shape = self.filling.shapes.get(shape.parent)
        return "partition", tuple(dict.fromkeys(keys))

    def _has(self, column: Field, domain: str) -> bool:
        """Whether a column's type is a domain, or an array of one."""
        types = self.filling.samples.types
        found = types.get(column.type)
        for _ in range(3):
            if found is None or found.name == domain:
                return found is not None
            found = types.get(found.element)
        return False


def _ways(lengths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return the combinations of choices after the very first, those near it before others."""
    ranges = [range(min(length, _MOST_SAMPLES)) for length in lengths]
    if len(ranges) > 1:
        few = max(2, int(_MOST_SAMPLES**2 ** (1 / len(ranges))))
        ranges = [r[:few] for r in ranges]
    combinations = islice(product(*ranges), 20_000)
    return iter(sorted(combinations, key=sum)[1:])


def _reason(error: DatabaseError) -> str:
    """Return what the server said, without the place."""
    return error.message.partition("): ")[2] or error.message
