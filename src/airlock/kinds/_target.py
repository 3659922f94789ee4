"""What a row of a satellite is about: a comment's object, a column with privileges of its own.

Most targets are nodes. Some are only part of one, and get an address here: the columns of views
and composite types, the sequence of an identity column, the index of a constraint, and from 18
on the NOT NULL constraint of a column.
"""

from __future__ import annotations

from dataclasses import dataclass

from airlock.kinds import kind
from airlock.kinds._relation import RELATIONS, relation
from airlock.kinds._spec import Context, Resolve, Row
from airlock.model.node import Id, Node

FIELDS = """
          d.objoid as oid,
          d.objsubid as subid,
          k.relname as catalog,
          cn.nspname as schema,
          c.relname as relation,
          c.relkind::text as relkind,
          ca.attname as column,
          coalesce(cd.refobjid, nn.conrelid) as holder,
          coalesce(cd.refobjsubid, nn.conkey[1]) as holder_subid,
          nn.conname as constraint
"""
"""What `locate` reads, of a relation `d` with `classoid`, `objoid` and `objsubid`."""

JOINS = """
        join pg_class k on k.oid = d.classoid
        left join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
        left join pg_namespace cn on cn.oid = c.relnamespace
        left join pg_attribute ca
          on d.objsubid > 0 and ca.attrelid = c.oid and ca.attnum = d.objsubid
        -- the column whose identity the sequence is
        left join pg_depend cd
          on c.relkind = 'S'
          and cd.classid = 'pg_class'::regclass
          and cd.objid = c.oid
          and cd.refclassid = 'pg_class'::regclass
          and cd.deptype = 'i'
        left join pg_constraint nn
          on d.classoid = 'pg_constraint'::regclass
          and nn.oid = d.objoid
          and nn.contype = 'n'
          and nn.conrelid <> 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An object that a satellite is about. `parent` is the node that it is or is part of."""

    id: Id
    parent: Id


def locate(row: Row, resolve: Resolve) -> Target | None:
    """Return what a row is about; None for what is no node, as a member of an extension."""
    if row.catalog == "pg_class":
        return _in_relation(row, resolve)
    if row.constraint is not None:
        column = resolve("pg_class", row.holder, row.holder_subid)
        if column is None or column.kind != "column":
            return None
        return Target(id=Id("constraint", (*column.path[:2], row.constraint)), parent=column)
    found = resolve(row.catalog, row.oid, 0)
    if found is None or kind(found.kind).catalog != row.catalog:
        return None
    return Target(id=found, parent=found)


def about(id: Id, *, extra: int = 0) -> Id:
    """Return the target of a satellite; `extra` names follow the target's own path."""
    return Id(id.path[0], id.path[1 : len(id.path) - extra])


def locked(target: Id, node: Node, context: Context) -> tuple[Id, ...]:
    """Return the relation that a statement about a relation or a column takes a lock on."""
    if target.kind in RELATIONS.values():
        return (target,)
    if target.kind != "column" or node.parent is None:
        return ()
    if node.parent.kind != "column":
        return (node.parent,)
    column = context.new.nodes.get(node.parent) or context.old.nodes.get(node.parent)
    return (column.parent,) if column is not None and column.parent is not None else ()


def goes_along(node: Node, context: Context) -> bool:
    """Whether what a satellite is about is dropped, so that nothing is left to take back."""
    return node.parent is not None and node.parent not in context.new


def _in_relation(row: Row, resolve: Resolve) -> Target | None:
    if row.relkind not in RELATIONS:
        return None
    if row.holder is not None:
        parent = resolve("pg_class", row.holder, row.holder_subid)
    else:
        parent = resolve("pg_class", row.oid, row.subid)
    if parent is None or kind(parent.kind).catalog == "pg_extension":
        return None
    whole = relation(row.relkind, row.schema, row.relation)
    id = Id("column", (*whole.path, row.column)) if row.subid else whole
    return Target(id=id, parent=parent)
