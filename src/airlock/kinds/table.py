"""Tables, partitioned ones included; columns, constraints and partitions are kinds of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from airlock.kinds._options import Options, options, set_and_reset, with_clause
from airlock.kinds._spec import (
    Context,
    Impact,
    KindSpec,
    Resolve,
    Row,
    by_attributes,
    row_type_claims,
)
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.step import Lock, Loss, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Node):
    """A table without what stands in it."""

    persistence: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`p` permanent, `u` unlogged."""
    partition_key: str | None = attr(holds=Holds.SQL)
    """`LIST (region)`, for a partitioned table."""
    key_types: tuple[str, ...] = attr(holds=Holds.NAMES)
    """The types of the columns that it is partitioned by, which cannot change."""
    options: Options = attr(OnChange.ALTER, holds=Holds.OPTIONS)
    tablespace: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    access_method: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """None for heap and for a partitioned table that says nothing."""
    row_security: bool = attr(OnChange.ALTER)
    force_row_security: bool = attr(OnChange.ALTER)
    replica_identity: str = attr(OnChange.ALTER, holds=Holds.NAMES)
    """`d` the primary key, `f` the whole row, `n` nothing, `i` an index, which says so itself."""
    inherits: tuple[Id, ...] = attr(OnChange.ALTER)
    """Parents by INHERITS, in order; a partition's parent is not among them."""
    adopted: bool = attr(OnChange.IGNORE)
    """Whether it has columns that only such a parent declares."""
    of_type: str | None = attr(OnChange.ALTER, holds=Holds.NAMES)
    """The composite type of a typed table."""


def query(major: int) -> str:
    """Return the query of tables."""
    del major
    return f"""
        select
          c.oid,
          n.nspname as schema,
          c.relname as name,
          c.relpersistence as persistence,
          case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
          case
            when c.relkind = 'p'
            then (
              select array_agg(
                format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation::regcollation
                order by a.attnum
              )
              from pg_partitioned_table k
              join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.partattrs::int2[])
              where k.partrelid = c.oid and a.attnum > 0
            )
          end as key_types,
          c.reloptions as options,
          (
            select array_agg('toast.' || o)
            from pg_class t, unnest(t.reloptions) o
            where t.oid = c.reltoastrelid
          ) as toast_options,
          s.spcname as tablespace,
          nullif(a.amname, 'heap') as access_method,
          c.relrowsecurity as row_security,
          c.relforcerowsecurity as force_row_security,
          c.relreplident::text as replica_identity,
          case
            when h.inhrelid is not null
            then (
              select array_agg(array[pn.nspname, pc.relname]::text[] order by i.inhseqno)
              from pg_inherits i
              join pg_class pc on pc.oid = i.inhparent
              join pg_namespace pn on pn.oid = pc.relnamespace
              where i.inhrelid = c.oid
            )
          end as inherits,
          case
            when h.inhrelid is not null
            then exists (
              select from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and not a.attislocal
            )
            else false
          end as adopted,
          case when c.reloftype <> 0 then format_type(c.reloftype, null) end as of_type
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_tablespace s on s.oid = c.reltablespace
        left join pg_am a on a.oid = c.relam
        left join (select distinct inhrelid from pg_inherits) h
          on h.inhrelid = c.oid and not c.relispartition
        where c.relkind in ('r', 'p')
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Table:
    """Read a table."""
    del resolve
    return Table(
        id=Id("table", (row.schema, row.name)),
        parent=Id("schema", (row.schema,)),
        persistence=row.persistence,
        partition_key=row.partition_key,
        key_types=tuple(row.key_types or ()),
        options=options(row.options, row.toast_options),
        tablespace=row.tablespace,
        access_method=row.access_method,
        row_security=row.row_security,
        force_row_security=row.force_row_security,
        replica_identity=row.replica_identity,
        inherits=tuple(Id("table", tuple(path)) for path in row.inherits or ()),
        adopted=row.adopted,
        of_type=row.of_type,
    )


def address(id: Id) -> str:
    """Return `table "schema"."name"`."""
    return f"table {quote(*id.path)}"


def create(table: Table, context: Context) -> Iterator[Step]:
    """Create it; columns and constraints are folded in where they can be."""
    unlogged = "unlogged " if table.persistence == "u" else ""
    head = f"create {unlogged}{address(table.id)}"
    if table.of_type:
        head += f" of {table.of_type}"
    tail = ""
    if table.inherits:
        tail += f" inherits ({', '.join(quote(*parent.path) for parent in table.inherits)})"
    if table.partition_key:
        tail += f" partition by {table.partition_key}"
    if table.access_method:
        tail += f" using {quote(table.access_method)}"
    tail += with_clause(table.options)
    if table.tablespace:
        tail += f" tablespace {quote(table.tablespace)}"
    yield Step(
        sql=head,
        verb=Verb.CREATE,
        target=table.id,
        # A typed table may have no parentheses at all.
        elements=None if table.of_type else (),
        tail=tail,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE if table.inherits else Lock.NONE,
        on=table.inherits,
    )
    step = partial(Step, verb=Verb.ALTER, target=table.id)
    if table.row_security:
        yield step(sql=f"alter {address(table.id)} enable row level security")
    if table.force_row_security:
        yield step(sql=f"alter {address(table.id)} force row level security")
    if table.replica_identity in _IDENTIFIED_BY and table.replica_identity != "d":
        yield step(sql=f"alter {address(table.id)} {_identified(table)}")
    del context


def drop(table: Table, context: Context) -> Iterator[Step]:
    """Drop it with its rows.

    A partition whose whole is referenced by a foreign key leaves it first, since Postgres keeps a
    part of that key on every partition.
    """
    whole = _referenced_whole(table, context)
    if whole is not None:
        yield Step(
            sql=f"alter {address(whole)} detach partition {quote(*table.id.path)}",
            verb=Verb.DROP,
            target=table.id,
            lock=Lock.ACCESS_EXCLUSIVE,
            on=(whole, table.id),
        )
    yield Step(
        sql=f"drop {address(table.id)}",
        verb=Verb.DROP,
        target=table.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(table.id,),
        loss=Loss.DATA,
        hazard="every row of the table is lost",
    )


def impact(old: Table, new: Table, changed: frozenset[str]) -> Impact:
    """Weigh a change: INHERIT takes columns that are there, and does not make them the parent's."""
    if "inherits" in changed and new.adopted and any(_without(new, old)):
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def _referenced_whole(table: Table, context: Context) -> Id | None:
    """Return the partitioned table that it is part of, where that stays and has references."""
    old = context.old
    whole: Id | None = getattr(old.nodes.get(Id("partition", table.id.path)), "of", None)
    if whole is None or whole not in context.new:
        return None
    above: Id | None = whole
    while above is not None:
        if any(getattr(node, "referenced", None) == above for node in old):
            return whole
        above = getattr(old.nodes.get(Id("partition", above.path)), "of", None)
    return None


def alter(old: Table, new: Table, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Change what can be changed in place: all but the partition key."""
    actions = [*_actions(old, new, changed), *_left_behind(old, new, context)]
    for sql, rewrites in actions:
        yield Step(
            sql=f"alter {address(new.id)} {sql}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.ACCESS_EXCLUSIVE,
            on=(new.id,),
            rewrites=rewrites,
        )
    for action in set_and_reset(old.options, new.options):
        yield Step(
            sql=f"alter {address(new.id)} {action}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.SHARE_UPDATE_EXCLUSIVE,
            on=(new.id,),
        )


def _actions(old: Table, new: Table, changed: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield the actions of ALTER TABLE, and whether each writes the table anew."""
    if "replica_identity" in changed and new.replica_identity in _IDENTIFIED_BY:
        yield _identified(new), False
    for name in sorted(changed & _ACTIONS.keys()):
        yield _ACTIONS[name](new), name in {"persistence", "access_method", "tablespace"}
    yield from ((f"no inherit {quote(*p.path)}", False) for p in _without(old, new))
    yield from ((f"inherit {quote(*p.path)}", False) for p in _without(new, old))


def _identified(table: Table) -> str:
    return f"replica identity {_IDENTIFIED_BY[table.replica_identity]}"


def _left_behind(old: Table, new: Table, context: Context) -> Iterator[tuple[str, bool]]:
    """Yield actions that drop what came from a parent that the table has just left."""
    if not any(_without(old, new)):
        return
    for id in sorted(context.old.children.get(old.id, ())):
        gone = id.kind == "column" and id not in context.new
        if gone and getattr(context.old.nodes[id], "inherited", False):
            # Where the parent drops it, too, it may be gone by now.
            yield f"drop column if exists {quote(id.path[-1])}", False


def _without(one: Table, other: Table) -> Iterator[Id]:
    return (parent for parent in one.inherits if parent not in other.inherits)


_IDENTIFIED_BY = {"d": "default", "f": "full", "n": "nothing"}
_ACTIONS: dict[str, Callable[[Table], str]] = {
    "persistence": lambda t: f"set {'unlogged' if t.persistence == 'u' else 'logged'}",
    "access_method": lambda t: f"set access method {quote(t.access_method or 'heap')}",
    "tablespace": lambda t: f"set tablespace {quote(t.tablespace or 'pg_default')}",
    "of_type": lambda t: f"of {t.of_type}" if t.of_type else "not of",
    "row_security": lambda t: f"{'enable' if t.row_security else 'disable'} row level security",
    "force_row_security": lambda t: (
        f"{'force' if t.force_row_security else 'no force'} row level security"
    ),
}


SPEC = KindSpec(
    name="table",
    node=Table,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks={
        Verb.CREATE: Lock.SHARE_UPDATE_EXCLUSIVE,
        Verb.ALTER: Lock.ACCESS_EXCLUSIVE,
        Verb.DROP: Lock.ACCESS_EXCLUSIVE,
    },
    order=40,
    address=address,
    claims=row_type_claims,
    rename=lambda old, new: f"alter {address(old)} rename to {quote(new.path[-1])}",
)
