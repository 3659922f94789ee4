"""What a statement may say about the things around it."""

# ruff: noqa: A001, A002 - a type is a type

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from airlock.model.names import literal, quote
from schemas.thing import Ref, Schema, Thing, Type

SAMPLES: dict[str, tuple[str, str]] = {
    "integer": ("1", "42"),
    "bigint": ("1", "4200000000"),
    "smallint": ("1", "7"),
    "numeric": ("1.5", "0"),
    "numeric(10,2)": ("1.50", "0"),
    "double precision": ("1.5", "0"),
    "text": ("it''s", "some\ntext"),
    "character varying(20)": ("a", "b"),
    "character varying": ("a", "b"),
    "character(3)": ("abc", "def"),
    "boolean": ("true", "false"),
    "date": ("2020-02-29", "1999-12-31"),
    "timestamp with time zone": ("2020-02-29 12:00:00+00", "infinity"),
    "timestamp(3) without time zone": ("2020-02-29 12:00:00", "infinity"),
    "interval": ("1 day", "2 hours"),
    "uuid": ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"),
    "jsonb": ("{}", "[1]"),
    "json": ("{}", "[1]"),
    "bytea": ("\\x00", "\\xff"),
    "inet": ("10.0.0.1", "::1"),
    "int4range": ("[1,2)", "empty"),
    "tsvector": ("a", "b"),
    "point": ("(0,0)", "(1,1)"),
    "bit(3)": ("101", "000"),
}
"""Two constants of each type that Postgres brings along."""
UNORDERED = {"json", "point"}
TEXTS = {"text", "character varying(20)", "character varying", "character(3)"}
NUMBERS = {"integer", "bigint", "smallint"}
TABLES = {"table", "partition"}
RELATIONS = {*TABLES, "typed table", "view", "materialized view", "foreign table"}


class Column(NamedTuple):
    """A column of any relation; `key` is the number of the thing that it began as."""

    name: str
    type: Type
    key: int
    virtual: bool = False


@dataclass(frozen=True)
class World:
    """A schema on a major version."""

    schema: Schema
    major: int = 18
    things: dict[int, Thing] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "things", {thing.key: thing for thing in self.schema})

    def __getitem__(self, ref: Ref) -> Thing:
        return self.things[ref.key]

    @cached_property
    def by_sort(self) -> dict[str, list[Thing]]:
        found = defaultdict(list)
        for thing in self.schema:
            found[thing.sort].append(thing)
        return found

    def about(self, sort: str, field: str, key: int) -> list[Thing]:
        """Return the things of a sort whose field names a thing."""
        return [t for t in self.by_sort.get(sort, ()) if t[field] == Ref(key)]

    def is_first(self, thing: Thing, *fields: str) -> bool:
        """Whether no earlier thing of its sort says the same in these fields."""
        for other in self.by_sort[thing.sort]:
            if other.key == thing.key:
                return True
            if all(other[name] == thing[name] for name in fields):
                return False
        return True

    # Names -------------------------------------------------------------------------------

    def q(self, which: Thing | Ref) -> str:
        """Return a quoted name, with its schema where it has one."""
        thing = which if isinstance(which, Thing) else self[which]
        if "schema" not in thing.values:
            return quote(thing.name)
        return quote(self.namespace(thing), thing.name)

    def namespace(self, thing: Thing) -> str:
        schema = thing["schema"]
        return self[schema].name if schema else "public"

    def signature(self, routine: Thing) -> str:
        """Return a routine's name and argument types, as COMMENT ON takes them."""
        types = ", ".join(self.type(type) for _, type, _ in routine.values.get("args", ()))
        return f"{self.q(routine)}({types})"

    # Types -------------------------------------------------------------------------------

    def type(self, type: Type) -> str:
        base = type.base if isinstance(type.base, str) else self.q(type.base)
        return f"{base}[]" if type.array else base

    def bottom(self, type: Type) -> Type:
        """Return what is below domains."""
        while not type.array and isinstance(type.base, Ref) and self[type.base].sort == "domain":
            type = self[type.base]["type"]
        return type

    def is_a(self, type: Type, names: Iterable[str]) -> bool:
        return not type.array and type.base in names

    def is_sorted(self, type: Type) -> bool:
        """Whether a B-tree can hold it."""
        type = self.bottom(type)
        if isinstance(type.base, str):
            return type.base not in UNORDERED
        thing = self[type.base]
        if thing.sort == "composite":
            parts = [part for _, part in thing["attributes"]]
            return bool(parts) and all(map(self.is_sorted, parts))
        return thing.sort in {"enum", "range"} or (
            thing.sort == "domain" and self.is_sorted(thing["type"])
        )

    def sample(self, type: Type, number: int = 0) -> str | None:
        """Return a constant; None where there is none but null."""
        if (text := self._sample(type, number)) is None:
            return None
        return f"{text}::{self.type(type)}"

    def _sample(self, type: Type, number: int) -> str | None:
        if type.array:
            return "'{}'"
        if isinstance(type.base, str):
            return f"'{SAMPLES[type.base][number % 2]}'"
        thing = self[type.base]
        match thing.sort:
            case "enum" if thing["labels"]:
                return literal(thing["labels"][number % len(thing["labels"])])
            case "domain":
                return self._sample(thing["type"], number)
            case "range":
                return "'empty'"
            case _:
                return None

    def value(self, type: Type, number: int = 0) -> str:
        return self.sample(type, number) or f"null::{self.type(type)}"

    # Columns -----------------------------------------------------------------------------

    def parent(self, table: Thing) -> Thing | None:
        """Return what a table inherits from, or is a partition of."""
        if table.sort == "partition":
            return self[table["table"]]
        above = table.values.get("inherits")
        if above and not self[above]["partitioned"]:
            return self[above]
        return None

    def is_partitioned(self, table: Thing) -> bool:
        if table.sort == "table":
            return bool(table["partitioned"]) and self.parent(table) is None
        return table.sort == "partition" and bool(table["sub"]) and self.is_attached(table)

    def is_attached(self, partition: Thing) -> bool:
        """Whether it is a partition now; else it is a copy of the table that it was one of."""
        return partition["attached"] and self.is_partitioned(self[partition["table"]])

    def is_unlogged(self, table: Thing) -> bool:
        return bool(table.values.get("unlogged")) and not self.is_partitioned(table)

    def key_column(self, table: Thing) -> Column:
        """Return the column that every table begins with."""
        above = self.parent(table)
        if above is not None:
            return self.key_column(above)
        type = table["key_type"]
        if table["partitioned"] and type not in NUMBERS:
            type = "integer"
        return Column(table["key_name"], Type(type), table.key)

    def columns(self, relation: Thing) -> list[Column]:
        match relation.sort:
            case "table" | "partition" | "foreign table":
                return [*self._of_table(relation)]
            case "typed table":
                parts = self[relation["of"]]["attributes"]
                return [Column(name, type, -1) for name, type in parts]
            case _:
                return self._of_view(relation)

    def _of_table(self, table: Thing) -> list[Column]:
        above = self.parent(table) if table.sort != "foreign table" else None
        if above is not None:
            if table.sort == "partition":
                whole = self.is_attached(table)
                return self._of_table(above) if whole else [self.key_column(above)]
            found = self._of_table(above)
        elif table.sort == "foreign table":
            found = [Column(table["key_name"], Type("integer"), table.key)]
        else:
            found = [self.key_column(table)]
        for thing in self.about("column", "table", table.key):
            virtual = bool(self.generation(thing) == "virtual")
            found.append(Column(thing.name, thing["type"], thing.key, virtual))
        for thing in self.about("foreign key", "table", table.key):
            if table.sort == "table":
                found.append(Column(thing.name, self._referenced(thing), thing.key))
        return found

    def _referenced(self, foreign_key: Thing) -> Type:
        return self.key_column(self[self[foreign_key["references"]]["table"]]).type

    def _of_view(self, view: Thing) -> list[Column]:
        found = self.chosen(self[view["source"]], view["columns"])
        found = [column._replace(virtual=False) for column in found]
        if view["extra"]:
            found.append(Column(f"extra {view.key}", Type("text"), view.key))
        return found

    def chosen(
        self,
        relation: Thing,
        wanted: Sequence[Ref],
        fits: Callable[[Column], bool] = lambda _: True,
    ) -> list[Column]:
        """Return the wanted columns of a relation that fit, else the first that does."""
        all_ = [column for column in self.columns(relation) if fits(column)]
        keys = [ref.key for ref in wanted]
        found = [column for column in all_ if column.key in keys]
        return found or all_[:1]

    def can_index(self, column: Column) -> bool:
        return not column.virtual and self.is_sorted(column.type)

    def generation(self, column: Thing) -> str | None:
        """Return how a column is generated, where its source lets it be."""
        how = column["generated"]
        if how is None or column["source"] is None:
            return None
        source = self[column["source"]]
        if source.sort != "column" or source["table"] != column["table"]:
            return None
        if self.generation(source) or not self.is_a(column["type"], {"integer", "text"}):
            return None
        if not self.is_a(source["type"], {"integer", "text"}):
            return None
        if self[column["table"]].sort == "foreign table":
            return "stored"
        return "stored" if self.major < 18 else how

    # Expressions -------------------------------------------------------------------------

    def test(self, column: Column, number: int = 0) -> str:
        """Return a condition on a column that any row could meet."""
        name = quote(column.name)
        sample = self.sample(column.type, number)
        if sample is None or not self.is_sorted(column.type) or number % 5 == 4:
            return f"({name} is not null)"
        if self.is_a(column.type, {"boolean"}):
            return f"({name} or {name} is null)"
        return f"({name} {('<>', 'is distinct from', '>=')[number % 3]} {sample})"

    def call(self, routine: Ref) -> str:
        """Return a call of a function with constants."""
        thing = self[routine]
        if thing["rows"]:
            return "'-'"
        values = ", ".join(self.value(type) for _, type, _ in thing["args"])
        return f"{self.q(thing)}({values})"

    def evaluated(self, routine: Ref) -> str:
        """Return a call that runs when it is written down: it reads nothing that has an owner."""
        return "'-'" if self[routine]["reads"] else self.call(routine)

    def query(self, view: Thing) -> str:
        """Return the query of a view."""
        source = self[view["source"]]
        columns = self.chosen(source, view["columns"])
        items = [quote(column.name) for column in columns]
        if view["extra"]:
            items.append(f"({self.extra(view)})::text as {quote(f'extra {view.key}')}")
        conditions = []
        if columns and view["test"] is not None:
            conditions.append(self.test(columns[0], view["test"]))
        if view["exists"]:
            conditions.append(f"exists (select from {self.q(view['exists'])})")
        where = f" where {' and '.join(conditions)}" if conditions else ""
        return f"select {', '.join(items)} from {self.q(source)}{where}"

    def extra(self, view: Thing) -> str:
        value = view["extra"]
        if isinstance(value, Type):
            return self.value(value)
        return self.evaluated(value) if view.sort == "materialized view" else self.call(value)
