"""Constraints of tables: check, primary key, unique, foreign key, exclusion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._relation import alter_relation, relation
from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._sql import no_member, own_schema
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr
from airlock.model.script import Running
from airlock.model.step import Lock, Step, Verb

_ENFORCEABLE = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Node):
    """A constraint of a table."""

    type: str = attr(holds=Holds.NAMES)
    """`c` check, `p` primary key, `u` unique, `f` foreign key, `x` exclusion."""
    definition: str = attr(holds=Holds.SQL)
    """As `pg_get_constraintdef` prints it, without what the other fields say."""
    deferrable: bool = attr(OnChange.ALTER)
    deferred: bool = attr(OnChange.ALTER)
    enforced: bool = attr(OnChange.ALTER)
    validated: bool = attr(OnChange.ALTER)
    clustered: bool = attr(OnChange.ALTER)
    """Whether CLUSTER goes by its index."""
    replica_identity: bool = attr(OnChange.ALTER)
    """Whether logical replication identifies rows by its index."""
    own: bool = attr(OnChange.ALTER)
    """Whether a table that has a check from its parents, by INHERITS, declares it as well."""
    inherited: bool = attr(OnChange.IGNORE)
    """Whether only the table's parents declare it."""
    partitioned: bool = attr(OnChange.IGNORE)
    """Whether the table is partitioned."""
    index: str | None = attr(OnChange.IGNORE, holds=Holds.SQL)
    """CREATE INDEX of the index behind it, where there is one of its own."""
    referenced: Id | None = attr(OnChange.IGNORE)
    """The other table of a foreign key."""


def query(major: int) -> str:
    """Return the query of constraints; copies of a partitioned table's foreign key are left out."""
    enforced = "k.conenforced" if major >= _ENFORCEABLE else "true"
    return f"""
        select
          k.oid,
          n.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          k.conname as name,
          k.contype::text as type,
          pg_get_constraintdef(k.oid) as definition,
          k.condeferrable as deferrable,
          k.condeferred as deferred,
          {enforced} as enforced,
          k.convalidated as validated,
          coalesce(i.indisclustered, false) as clustered,
          coalesce(i.indisreplident, false) as replica_identity,
          not k.conislocal and k.coninhcount > 0 as inherited,
          k.contype = 'c' and k.conislocal and k.coninhcount > 0 and not c.relispartition as own,
          case when i.indexrelid is not null then pg_get_indexdef(i.indexrelid) end as index,
          fn.nspname as foreign_schema,
          fc.relname as foreign_name,
          fc.relkind::text as foreign_relkind,
          c.relispartition as is_partition,
          case
            when k.contype = 'c' and k.coninhcount > 0
            then (
              select array_agg(array[pn.nspname, pc.relname]::text[])
              from pg_inherits i
              join pg_class pc on pc.oid = i.inhparent
              join pg_namespace pn on pn.oid = pc.relnamespace
              where i.inhrelid = c.oid
            )
          end as parents,
          case
            when fc.relkind = 'p'
            then (
              select array_agg(array[xn.nspname, x.relname]::text[])
              from pg_partition_tree(k.conindid) t
              join pg_class x on x.oid = t.relid
              join pg_namespace xn on xn.oid = x.relnamespace
              where t.level > 0
            )
          end as attached
        from pg_constraint k
        join pg_class c on c.oid = k.conrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
        left join pg_class fc on fc.oid = k.confrelid and k.contype = 'f'
        left join pg_namespace fn on fn.oid = fc.relnamespace
        where k.contype in ('c', 'p', 'u', 'f', 'x')
          and (k.contype <> 'f' or k.conparentid = 0)
          and c.relkind in ('r', 'p', 'f')
          and {own_schema("n")}
          and {no_member("pg_class", "c.oid")}
    """


def load(row: Row, resolve: Resolve) -> Constraint:
    """Read a constraint."""
    del resolve
    definition = row.definition.removesuffix(" NOT VALID").removesuffix(" NOT ENFORCED")
    definition = definition.removesuffix(" INITIALLY DEFERRED").removesuffix(" DEFERRABLE")
    # A key of a partitioned table is valid when that of every partition is attached.
    attached = [Id("index partition", tuple(path)) for path in row.attached or ()]
    above = [Id("constraint", (*path, row.name)) for path in row.parents or ()]
    other = None
    if row.foreign_name:
        other = relation(row.foreign_relkind, row.foreign_schema, row.foreign_name)
    return Constraint(
        id=Id("constraint", (row.schema, row.relation, row.name)),
        parent=relation(row.relkind, row.schema, row.relation),
        after=(*above, *attached),
        type=row.type,
        definition=definition,
        deferrable=row.deferrable,
        deferred=row.deferred,
        enforced=row.enforced,
        # Whether a child looked at its rows depends on what came first, and no dump says it.
        validated=row.validated or (row.inherited and not row.is_partition),
        clustered=row.clustered,
        replica_identity=row.replica_identity,
        own=row.own,
        inherited=row.inherited,
        partitioned=row.relkind == "p",
        index=row.index,
        referenced=other,
    )


def address(id: Id) -> str:
    """Return `constraint "name" on "schema"."table"`."""
    return f"constraint {quote(id.path[-1])} on {quote(*id.path[:-1])}"


def holds(constraint: Constraint) -> tuple[tuple[str, ...], ...]:
    """Hold the name of the index behind it among relations."""
    schema, _, name = constraint.id.path
    return (("relation", schema, name),) if constraint.type in {"p", "u", "x"} else ()


def create(constraint: Constraint, context: Context) -> Iterator[Step]:
    """Add it, unless the table's parents bring it along."""
    assert constraint.parent is not None
    if constraint.inherited and not _stands_alone(constraint, context):
        above = (context.new.nodes.get(id) for id in constraint.after)
        looked = constraint.validated and constraint.enforced
        is_partition = Id("partition", constraint.parent.path) in context.new
        if looked and is_partition and not all(getattr(e, "validated", True) for e in above):
            yield _validate(constraint)
        return
    online = context.online(constraint.parent) and not constraint.partitioned
    if online and constraint.type in {"p", "u"} and " USING btree " in (constraint.index or ""):
        yield from _using_index(constraint)
    else:
        yield from _add(constraint, context, late=online and constraint.type in {"c", "f"})
    yield from _marks(None, constraint)


def _add(constraint: Constraint, context: Context, *, late: bool) -> Iterator[Step]:
    """Add it in one step, or without a look at the rows and then that look with a weak lock."""
    assert constraint.parent is not None
    clauses = _timing(constraint)
    if not constraint.enforced:
        clauses += " not enforced"
    elif late or not constraint.validated:
        clauses += " not valid"
    named = f"constraint {quote(constraint.id.path[-1])} {constraint.definition}{clauses}"
    on = _both_ends(constraint)
    foreign = constraint.type == "f"
    parents = getattr(context.new.nodes.get(constraint.parent), "inherits", ())
    # In CREATE TABLE, the key of an inherited column would make it NOT NULL once more.
    apart = (constraint.type == "p" and parents) or _has_twin(constraint, context)
    yield Step(
        sql=f"{_table(constraint)} add {named}",
        # A foreign key stands by itself, so that two tables may reference each other.
        inline=None if foreign or apart or not constraint.validated else named,
        verb=Verb.CREATE,
        target=constraint.id,
        lock=Lock.SHARE_ROW_EXCLUSIVE if foreign else Lock.ACCESS_EXCLUSIVE,
        on=on,
        scans=constraint.validated and constraint.enforced and not late,
    )
    if late and constraint.validated and constraint.enforced:
        yield _validate(constraint)


def _has_twin(constraint: Constraint, context: Context) -> bool:
    """Whether another key has the same columns: CREATE TABLE would make one index of both."""
    if constraint.type != "u" or constraint.parent is None:
        return False
    columns = constraint.definition.partition("(")[2]
    others = map(context.new.nodes.get, context.new.children.get(constraint.parent, ()))
    return any(
        isinstance(other, Constraint)
        and other.type in {"p", "u"}
        and other.id != constraint.id
        and other.definition.partition("(")[2] == columns
        for other in others
    )


def _using_index(constraint: Constraint) -> Iterator[Step]:
    """Build the index while others write, then make it the constraint's."""
    assert constraint.parent is not None
    assert constraint.index is not None
    name = quote(constraint.id.path[-1])
    concurrently = constraint.index.replace(
        "CREATE UNIQUE INDEX ", "create unique index concurrently ", 1
    )
    yield Step(
        sql=concurrently,
        verb=Verb.CREATE,
        target=constraint.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        on=(constraint.parent,),
        running=Running.ALONE,
        scans=True,
    )
    kind = "primary key" if constraint.type == "p" else "unique"
    yield Step(
        sql=f"{_table(constraint)} add constraint {name} {kind} using index {name}"
        f"{_timing(constraint)}",
        verb=Verb.CREATE,
        target=constraint.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(constraint.parent,),
    )


def drop(constraint: Constraint, context: Context) -> Iterator[Step]:
    """Drop it, unless the table's parents take it along."""
    if constraint.inherited and not _is_left(constraint, context):
        return
    if constraint.own and any(_goes(id, context) for id in constraint.after):
        # As long as a parent has it, none that inherits it can go.
        return
    yield from _dropped(constraint, context)


def _dropped(constraint: Constraint, context: Context) -> Iterator[Step]:
    """Drop it, and then what tables that inherit it have of their own."""
    assert constraint.parent is not None
    yield Step(
        sql=f"{alter_relation(constraint.parent)} drop constraint {quote(constraint.id.path[-1])}",
        verb=Verb.DROP,
        target=constraint.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=_both_ends(constraint),
    )
    for id in sorted(context.old.dependents.get(constraint.parent, ())):
        below = context.old.nodes.get(Id("constraint", (*id.path, constraint.id.path[-1])))
        if id not in context.new or not isinstance(below, Constraint) or not below.own:
            continue
        if constraint.id in below.after and _goes(below.id, context):
            yield from _dropped(below, context)


def _goes(id: Id, context: Context) -> bool:
    """Whether a constraint is dropped, for good or to be made anew."""
    old, new = context.old.nodes.get(id), context.new.nodes.get(id)
    if not isinstance(old, Constraint):
        return False
    return not isinstance(new, Constraint) or new.definition != old.definition


def impact(old: Constraint, new: Constraint, changed: frozenset[str]) -> Impact:
    """Weigh a change: only a foreign key's timing is altered, and validation is one-way."""
    if changed & {"deferrable", "deferred", "enforced"} and new.type != "f":
        return Impact.REPLACE
    if "validated" in changed and old.validated and new.enforced:
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def alter(
    old: Constraint, new: Constraint, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Validate it, change the timing of a foreign key, or mark its index."""
    del context
    if changed & {"deferrable", "deferred", "enforced"}:
        timing = _timing(new) or " not deferrable"
        if "enforced" in changed:
            timing = " enforced" if new.enforced else " not enforced"
        yield _step(
            new,
            f"{_table(new)} alter constraint {quote(new.id.path[-1])}{timing}",
            Lock.SHARE_ROW_EXCLUSIVE,
        )
    if new.own and old.inherited and not old.own:
        # It becomes one with what the parents have. Back there is no way in place.
        named = f"constraint {quote(new.id.path[-1])} {new.definition}"
        yield _step(new, f"{_table(new)} add {named}", Lock.ACCESS_EXCLUSIVE)
    if "validated" in changed and new.validated:
        yield _validate(new)
    yield from _marks(old, new)


def _marks(old: Constraint | None, new: Constraint) -> Iterator[Step]:
    """Set what CLUSTER and logical replication use its index for."""
    name = quote(new.id.path[-1])
    if new.clustered and not (old and old.clustered):
        yield _step(new, f"{_table(new)} cluster on {name}", Lock.SHARE_UPDATE_EXCLUSIVE)
    if old and old.clustered and not new.clustered:
        yield _step(new, f"{_table(new)} set without cluster", Lock.SHARE_UPDATE_EXCLUSIVE)
    if new.replica_identity and not (old and old.replica_identity):
        yield _step(
            new, f"{_table(new)} replica identity using index {name}", Lock.ACCESS_EXCLUSIVE
        )


def _validate(constraint: Constraint) -> Step:
    assert constraint.parent is not None
    return Step(
        sql=f"{alter_relation(constraint.parent)} validate constraint"
        f" {quote(constraint.id.path[-1])}",
        verb=Verb.ALTER,
        target=constraint.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        on=(constraint.parent,),
        scans=True,
    )


def _step(constraint: Constraint, sql: str, lock: Lock) -> Step:
    assert constraint.parent is not None
    return Step(sql=sql, verb=Verb.ALTER, target=constraint.id, lock=lock, on=(constraint.parent,))


def _both_ends(constraint: Constraint) -> tuple[Id, ...]:
    """Return the constraint's table, and the one that a foreign key references."""
    ends = (constraint.parent, constraint.referenced)
    return tuple(dict.fromkeys(end for end in ends if end is not None))


def _timing(constraint: Constraint) -> str:
    if not constraint.deferrable:
        return ""
    return " deferrable" + (" initially deferred" if constraint.deferred else "")


def _table(constraint: Constraint) -> str:
    """Return the start of an ALTER: ONLY where each partition has a constraint of its own."""
    assert constraint.parent is not None
    only = constraint.type in {"p", "u", "x"} and constraint.partitioned
    return f"alter table {'only ' if only else ''}{quote(*constraint.parent.path)}"


def _stands_alone(constraint: Constraint, context: Context) -> bool:
    """Whether the table is a partition that this plan makes, or the constraint has an index."""
    assert constraint.parent is not None
    partition = Id("partition", constraint.parent.path)
    if partition not in context.new:
        return False
    attached = {constraint.parent, partition} & context.created
    return bool(attached) or constraint.type in {"p", "u", "x"}


def _is_left(constraint: Constraint, context: Context) -> bool:
    """Whether the table is a partition that this plan detaches, before all else."""
    assert constraint.parent is not None
    partition = Id("partition", constraint.parent.path)
    if partition not in context.old or constraint.parent not in context.new:
        return False
    return partition not in context.new or partition in context.created


SPEC = KindSpec(
    name="constraint",
    node=Constraint,
    catalog="pg_constraint",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE),
    order=44,
    address=address,
    holds=holds,
    # Both ends of a foreign key change their types, and cannot do so at once.
    pins_types=lambda constraint: constraint.type == "f",
)
