"""Materialized views; their indexes are nodes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._options import Options, options, set_and_reset, with_clause
from airlock.kinds._spec import Context, KindSpec, Resolve, Row, row_type_claims
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Step, Verb

_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializedView(Node):
    """A materialized view; whether it is populated is no difference."""

    definition: str = attr(holds=Holds.SQL)
    """The query, without a closing semicolon."""
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    """Storage parameters; those of the TOAST table start with `toast.`."""
    tablespace: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    access_method: str | None = attr(holds=Holds.NAMES)
    """None for heap. Version 14 cannot change it, and rows can be computed anew."""
    columns: tuple[str, ...] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """What is set on columns, as `statistics 100 name`; `n_distinct 5 name` is an option."""
    natural_storage: tuple[str, ...] = attr(OnChange.IGNORE, holds=Holds.NAMES)
    """The types' own, as `storage x name`."""


def query(major: int) -> str:
    """Return the query of materialized views."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          pg_get_viewdef(c.oid) as definition,
          c.reloptions as options,
          (
            select array_agg('toast.' || o)
            from pg_class t, unnest(t.reloptions) o
            where t.oid = c.reltoastrelid
          ) as toast_options,
          s.spcname as tablespace,
          nullif(m.amname, 'heap') as access_method,
          (
            select array_agg(o.set || ' ' || a.attname order by a.attnum, o.set)
            from pg_attribute a
            join pg_type t on t.oid = a.atttypid
            cross join lateral (
              select 'storage ' || a.attstorage::text as set where a.attstorage <> t.typstorage
              union all
              select 'compression ' || a.attcompression::text where a.attcompression <> ''
              union all
              select 'statistics ' || a.attstattarget where a.attstattarget >= 0
              union all
              select replace(o, '=', ' ') from unnest(a.attoptions) o
            ) o
            where a.attrelid = c.oid and a.attnum > 0
          ) as columns,
          (
            select array_agg('storage ' || t.typstorage::text || ' ' || a.attname order by a.attnum)
            from pg_attribute a
            join pg_type t on t.oid = a.atttypid
            where a.attrelid = c.oid and a.attstorage <> t.typstorage and a.attnum > 0
          ) as natural_storage
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_tablespace s on s.oid = c.reltablespace
        left join pg_am m on m.oid = c.relam
        where c.relkind = 'm'
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> MaterializedView:
    """Read a materialized view."""
    del resolve
    return MaterializedView(
        id=Id("materialized view", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        definition=row.definition.removesuffix(";").strip(),
        options=options(row.options, row.toast_options),
        tablespace=row.tablespace,
        access_method=row.access_method,
        columns=tuple(row.columns or ()),
        natural_storage=tuple(row.natural_storage or ()),
    )


def address(id: Id) -> str:
    """Return `materialized view "schema"."name"`."""
    return f"materialized view {quote(*id.path)}"


def create(view: MaterializedView, context: Context) -> Iterator[Step]:
    """Create it, and fill it: nothing can read one that is not populated."""
    del context
    head = f"create {address(view.id)}"
    if view.access_method:
        head += f" using {quote(view.access_method)}"
    head += with_clause(view.options)
    if view.tablespace:
        head += f" tablespace {quote(view.tablespace)}"
    yield Step(sql=f"{head} as\n{view.definition}", verb=Verb.CREATE, target=view.id)
    yield from _columns(None, view)


def drop(view: MaterializedView, context: Context) -> Iterator[Step]:
    """Drop it; its rows can be computed anew."""
    del context
    yield _step(view, f"drop {address(view.id)}", verb=Verb.DROP)


def alter(
    old: MaterializedView, new: MaterializedView, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Move it, or change what is set on it and on its columns."""
    del context
    view = f"alter {address(new.id)}"
    if "tablespace" in changed:
        yield _step(new, f"{view} set tablespace {quote(new.tablespace or 'pg_default')}")
    if "options" in changed:
        for action in set_and_reset(old.options, new.options):
            yield _step(new, f"{view} {action}", lock=Lock.SHARE_UPDATE_EXCLUSIVE)
    if "columns" in changed:
        yield from _columns(old, new)


def _columns(old: MaterializedView | None, new: MaterializedView) -> Iterator[Step]:
    before = _settings(old.columns) if old else {}
    natural = _settings(old.natural_storage) if old else {}
    after = _settings(new.columns)
    for key in sorted(before.keys() | after.keys()):
        what, column = key
        if before.get(key) == after.get(key):
            continue
        action = _action(what, after.get(key), natural.get(key, "x"))
        lock = Lock.ACCESS_EXCLUSIVE
        if what not in {"storage", "compression"}:
            lock = Lock.SHARE_UPDATE_EXCLUSIVE
        sql = f"alter {address(new.id)} alter column {quote(column)} {action}"
        yield _step(new, sql, lock=lock)


def _action(what: str, value: str | None, natural: str) -> str:
    match what:
        case "storage":
            return f"set storage {_STORAGE[value or natural]}"
        case "compression":
            return f"set compression {_COMPRESSION[value] if value else 'default'}"
        case "statistics":
            return f"set statistics {value or -1}"
        case _:
            return f"set ({quote(what)} = {value})" if value else f"reset ({quote(what)})"


def _settings(listed: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """Return values by what they set and on which column."""
    cut = (each.split(" ", 2) for each in listed)
    return {(what, column): value for what, value, column in cut}


def _step(
    view: MaterializedView,
    sql: str,
    *,
    verb: Verb = Verb.ALTER,
    lock: Lock = Lock.ACCESS_EXCLUSIVE,
) -> Step:
    return Step(sql=sql, verb=verb, target=view.id, lock=lock, on=(view.id,))


SPEC = KindSpec(
    name="materialized view",
    node=MaterializedView,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks={Verb.ALTER: Lock.ACCESS_EXCLUSIVE, Verb.DROP: Lock.ACCESS_EXCLUSIVE},
    order=61,
    address=address,
    claims=row_type_claims,
    pins_types=True,
)
