"""What the tables of a database demand of a row: types, keys, checks, bounds of partitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from airlock.deploy.samples import Type
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Id
from airlock.server.connect import Session

_TABLES = f"""
    select
      c.oid::int8, n.nspname as schema, c.relname as name, c.relkind::text as relkind,
      pg_get_expr(c.relpartbound, c.oid) as bound,
      case when c.relispartition then (
        select i.inhparent::int8 from pg_inherits i where i.inhrelid = c.oid
      ) end as parent,
      p.partstrat::text as strategy,
      (select array_agg(a.attname::text order by k.n)
       from unnest(p.partattrs::int2[]) with ordinality k(attnum, n)
       left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as keys
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_partitioned_table p on p.partrelid = c.oid
    where c.relkind in ('r', 'p') and {own_schema("n")} and {no_member("pg_class", "c.oid")}
"""
_COLUMNS = f"""
    select
      a.attrelid::int8 as relation, a.attnum, a.attname as name, a.atttypid::int8 as type,
      a.atttypmod as typmod, format_type(a.atttypid, a.atttypmod) as sql,
      a.attnotnull as not_null, a.attidentity <> '' as identity,
      a.attgenerated <> '' as generated,
      case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as default
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and {own_schema("n")}
    order by a.attrelid, a.attnum
"""
_TYPES = """
    select
      t.oid::int8, n.nspname as schema, t.typname as name, t.typtype::text as form,
      case t.typtype when 'd' then t.typbasetype when 'r' then r.rngsubtype else t.typelem
      end::int8 as element,
      t.typcategory = 'A' and t.typelem <> 0 as is_array,
      t.typtypmod as typmod,
      (select array_agg(e.enumlabel::text order by e.enumsortorder)
       from pg_enum e where e.enumtypid = t.oid) as labels,
      case when t.typtype = 'c' then (
        select array_agg(array[a.atttypid::int8, a.atttypmod] order by a.attnum)
        from pg_attribute a
        where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
      ) end as fields,
      coalesce((select m.rngtypid from pg_range m where m.rngmultitypid = t.oid), 0)::int8 as range,
      case when t.typtype = 'd' then (
        select array_agg(pg_get_constraintdef(k.oid)) from pg_constraint k where k.contypid = t.oid
      ) end as checks
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    left join pg_range r on r.rngtypid = t.oid
    left join pg_class c on c.oid = t.typrelid
    where t.typtype in ('b', 'd', 'e', 'r', 'm')
      or (t.typtype = 'c' and c.relkind = 'c')
"""
_CONSTRAINTS = f"""
    select
      k.conrelid::int8 as relation, k.conname as name, k.contype::text as type,
      k.conkey as columns, k.confrelid::int8 as other, k.confkey as other_columns,
      pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_constraint p on p.oid = k.conparentid
    where k.contype in ('c', 'f') and c.relkind in ('r', 'p') and {own_schema("n")}
      -- not the copies of a foreign key that name a partition of what is referenced
      and (k.contype <> 'f' or p.oid is null or p.confrelid = k.confrelid)
    order by k.conrelid, k.conname
"""
_INDEXES = f"""
    select i.indrelid::int8 as relation, c.relname as name, i.indkey::int2[] as columns
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_namespace n on n.oid = c.relnamespace
    where (i.indisunique or i.indisexclusion) and {own_schema("n")}
"""
_VALUE = re.compile(r"'(?:[^']|'')*'|[^\s,()]+")
_RANGE = re.compile(r"FOR VALUES FROM \((.*)\) TO \((.*)\)", re.DOTALL)
_LIST = re.compile(r"FOR VALUES IN \((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column to be filled."""

    name: str
    type: int
    typmod: int
    sql: str
    """The type as a cast names it."""
    not_null: bool
    supplied: bool
    """Whether Postgres makes the value: identity, generated, a sequence's."""
    computed: bool
    """Whether it is generated, so that none may be given."""
    has_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key."""

    columns: tuple[str, ...]
    other: int
    other_columns: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Shape:
    """A table and what its rows have to satisfy."""

    oid: int
    id: Id
    fields: dict[str, Field] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    checks: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    """Columns and definition by the constraint's name."""
    unique: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns by the name of an index that forbids equal or overlapping rows."""
    partitioned: bool = False
    strategy: str = ""
    keys: tuple[str | None, ...] = ()
    """Columns of the partition key; None for an expression."""
    parent: int = 0
    bound: str = ""

    @property
    def sql(self) -> str:
        """The name, quoted."""
        return quote(*self.id.path)


def read_shapes(session: Session) -> tuple[dict[int, Shape], dict[int, Type]]:
    """Read the tables that are no members of extensions, and all types, by OID."""
    tables, columns, types, constraints, indexes = session.snapshot(
        (_TABLES, _COLUMNS, _TYPES, _CONSTRAINTS, _INDEXES)
    )
    shapes = {row.oid: _shape(row) for row in tables}
    numbers: dict[int, dict[int, str]] = {}
    for row in columns:
        numbers.setdefault(row.relation, {})[row.attnum] = row.name
        if row.relation in shapes:
            shapes[row.relation].fields[row.name] = _field(row)
    for row in constraints:
        if row.relation in shapes:
            _constrain(shapes[row.relation], row, numbers)
    for row in indexes:
        if row.relation in shapes:
            shapes[row.relation].unique[row.name] = _names(row.columns, numbers[row.relation])
    return shapes, {row.oid: _type(row) for row in types}


def bounds(shape: Shape, shapes: Mapping[int, Shape]) -> dict[str, tuple[str, ...]]:
    """Return values that let a row into a partition, by column; none for a hash or a default."""
    found: dict[str, tuple[str, ...]] = {}
    while shape.parent in shapes:
        parent = shapes[shape.parent]
        if listed := _LIST.fullmatch(shape.bound):
            values = tuple(v for v in _VALUE.findall(listed[1]) if v != "NULL")
            if parent.keys[0] is not None:
                found[parent.keys[0]] = values
        elif ranged := _RANGE.fullmatch(shape.bound):
            low, high = (_VALUE.findall(side) for side in ranged.groups())
            for key, least, most in zip(parent.keys, low, high, strict=False):
                if key is not None and (values := _between(least, most)):
                    found[key] = values
        shape = parent
    return found


def has_hash(shape: Shape, shapes: Mapping[int, Shape]) -> bool:
    """Whether a table is a partition by hash: only its parent knows which rows it takes."""
    return shape.parent in shapes and shapes[shape.parent].strategy == "h"


def _between(low: str, high: str) -> tuple[str, ...]:
    """Return values from a lower bound on, below an upper one; ` + ` is for the row's number."""
    if low not in {"MINVALUE", "MAXVALUE"}:
        return (f"{low} + ", low)
    if high not in {"MINVALUE", "MAXVALUE"}:
        return (f"{high} - ",)
    return ()


def _shape(row: Any) -> Shape:
    return Shape(
        oid=row.oid,
        id=Id("table", (row.schema, row.name)),
        partitioned=row.relkind == "p",
        strategy=row.strategy or "",
        keys=tuple(row.keys or ()),
        parent=row.parent or 0,
        bound=row.bound or "",
    )


def _field(row: Any) -> Field:
    default = row.default or ""
    return Field(
        name=row.name,
        type=row.type,
        typmod=row.typmod,
        sql=row.sql,
        not_null=row.not_null,
        supplied=row.identity or row.generated or default.startswith("nextval("),
        computed=row.generated,
        has_default=bool(default),
    )


def _type(row: Any) -> Type:
    return Type(
        schema=row.schema,
        name=row.name,
        form=row.form,
        element=row.element,
        is_array=row.is_array,
        typmod=row.typmod,
        labels=tuple(row.labels or ()),
        fields=tuple((oid, typmod) for oid, typmod in row.fields or ()),
        range=row.range,
        checks=tuple(row.checks or ()),
    )


def _constrain(shape: Shape, row: Any, numbers: Mapping[int, Mapping[int, str]]) -> None:
    columns = _names(row.columns or (), numbers[row.relation])
    if row.type == "c":
        shape.checks[row.name] = (columns, row.definition)
        return
    other = _names(row.other_columns or (), numbers.get(row.other, {}))
    shape.references.append(Reference(columns=columns, other=row.other, other_columns=other))


def _names(attnums: Iterable[int], names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(names[attnum] for attnum in attnums if attnum in names)
