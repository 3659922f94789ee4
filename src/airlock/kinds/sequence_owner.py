"""The column that a sequence belongs to, and goes with (`owned by`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airlock.kinds._relation import relation
from airlock.kinds._spec import Context, KindSpec, Resolve, Row
from airlock.kinds._sql import no_member, own_schema
from airlock.kinds.owner import Owner
from airlock.model.names import quote
from airlock.model.node import Holds, Id, Node, OnChange, attr, satellite
from airlock.model.step import Lock, Step, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceOwner(Node):
    """A tie between a sequence and a column, as `serial` makes one."""

    column: tuple[str, str, str] = attr(OnChange.ALTER, holds=Holds.NAMES)
    """Schema, table and name."""
    table: Id = attr(OnChange.IGNORE)


def query(major: int) -> str:
    """Return the query of ties."""
    del major
    return f"""
        select
          s.oid,
          n.nspname as schema,
          s.relname as name,
          cn.nspname as table_schema,
          c.relname as table_name,
          c.relkind::text as relkind,
          a.attname as column_name
        from pg_depend d
        join pg_class s on s.oid = d.objid and s.relkind = 'S'
        join pg_namespace n on n.oid = s.relnamespace
        join pg_class c on c.oid = d.refobjid
        join pg_namespace cn on cn.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
        where d.classid = 'pg_class'::regclass
          and d.objsubid = 0
          and d.refclassid = 'pg_class'::regclass
          and d.refobjsubid > 0
          and d.deptype = 'a'
          and {own_schema("n")}
          and {no_member("pg_class", "s.oid")}
    """


def load(row: Row, resolve: Resolve) -> SequenceOwner:
    """Read a tie; a view's columns are no nodes."""
    del resolve
    sequence = Id("sequence", (row.schema, row.name))
    column = (row.table_schema, row.table_name, row.column_name)
    table = relation(row.relkind, *column[:2])
    return SequenceOwner(
        id=Id("sequence owner", sequence.path),
        parent=sequence,
        needs=(table if table.kind == "view" else Id("column", column),),
        column=column,
        table=table,
    )


def create(owner: SequenceOwner, context: Context) -> Iterator[Step]:
    """Tie them."""
    yield from _tie(owner, Verb.CREATE, context)


def drop(owner: SequenceOwner, context: Context) -> Iterator[Step]:
    """Cut the tie: the sequence stays when the column goes."""
    del context
    yield _step(owner, Verb.DROP, f"alter sequence {quote(*owner.id.path)} owned by none")


def alter(
    old: SequenceOwner, new: SequenceOwner, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Tie the sequence to another column."""
    del old, changed
    yield from _tie(new, Verb.ALTER, context)


def _tie(owner: SequenceOwner, verb: Verb, context: Context) -> Iterator[Step]:
    """Hand the sequence to who owns the table, and tie it: only what has one owner can be."""
    assert owner.parent is not None
    name = quote(*owner.id.path)
    role = _role(owner.table, context)
    if role != _role(owner.parent, context):
        yield _step(owner, verb, f"alter sequence {name} owner to {quote(role)}")
    yield _step(owner, verb, f"alter sequence {name} owned by {quote(*owner.column)}")


def _role(relation: Id, context: Context) -> str:
    """Return who owns a relation before the plan hands anything over."""
    if relation in context.created:
        return context.role
    node = context.old.nodes.get(satellite("owner", relation))
    return node.role if isinstance(node, Owner) else context.role


def _step(owner: SequenceOwner, verb: Verb, sql: str) -> Step:
    assert owner.parent is not None
    return Step(
        sql=sql,
        verb=verb,
        target=owner.id,
        lock=Lock.SHARE_ROW_EXCLUSIVE,
        on=(owner.parent,),
    )


SPEC = KindSpec(
    name="sequence owner",
    node=SequenceOwner,
    # Not `pg_class`: there the OID is that of the sequence, which has a node of its own.
    catalog="pg_depend",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    locks=dict.fromkeys(Verb, Lock.SHARE_ROW_EXCLUSIVE),
    order=43,
)
