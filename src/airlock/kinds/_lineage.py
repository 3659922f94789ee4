"""Columns that come or go with something else: a parent table, a partition, a type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from airlock.kinds._column import NAMED_NOT_NULL, Column, constraint_name
from airlock.kinds._spec import Context
from airlock.model.node import Id

_IDENTITY_OF_PARTITIONS = 17
"""First major that hands an identity down to partitions."""


def as_inherited(column: Column, context: Context) -> Column:
    """Return a column as its table gets it from a parent: with the parent's storage at most."""
    bare = replace(
        column, storage=None, compression=None, statistics=None, options=(), fdw_options=()
    )
    above = (context.new.nodes.get(id) for id in column.after)
    first = next((each for each in above if isinstance(each, Column)), None)
    if first is None:
        return bare
    # Storage comes along with a new table, and not with a new column: so it is said.
    storage = None if column.storage else first.storage
    return replace(bare, storage=storage, compression=first.compression)


def retyped(column: Column) -> Column:
    """Return a column as a change of its type leaves it: with the type's own storage."""
    return replace(column, storage=None, compression=None)


def stands_alone(column: Column, context: Context) -> bool:
    """Whether the table is a partition that this plan attaches, after all else is done to it."""
    assert column.parent is not None
    partition = Id("partition", column.parent.path)
    if partition not in context.new:
        return False
    return column.parent in context.created or partition in context.created


def goes_with_parent(column: Column, context: Context) -> bool:
    """Whether a parent takes it along, or the table when it leaves its parent by INHERITS.

    A partition is detached before, and keeps it.
    """
    assert column.parent is not None
    partition = Id("partition", column.parent.path)
    if column.parent not in context.new or partition not in context.old:
        return column.inherited
    stays = partition in context.new and partition not in context.created
    return column.inherited and stays


def has_heirs(column: Column, context: Context) -> bool:
    """Whether tables that stay get the column from this one, and no identity with it."""
    stay = (context.new.nodes[id] for id in _below(column, context) if id in context.old)
    return any(node.id.kind == "table" or context.major < _IDENTITY_OF_PARTITIONS for node in stay)


def own_names(column: Column, context: Context) -> Iterator[Column]:
    """Yield the column in partitions that stay and call its NOT NULL otherwise, innermost first."""
    if not column.not_null or context.major < NAMED_NOT_NULL:
        return
    for id in _below(column, context):
        part = context.new.nodes.get(Id("column", (*id.path, column.id.path[-1])))
        if id.kind != "partition" or not isinstance(part, Column) or stands_alone(part, context):
            continue
        yield from own_names(part, context)
        if constraint_name(part) != constraint_name(column):
            yield part


def _below(column: Column, context: Context) -> list[Id]:
    """Return the partitions of a column's table, and the tables that inherit from it."""
    table = column.parent
    assert table is not None
    found = sorted(context.new.dependents.get(table, ()))
    nodes = ((id, context.new.nodes.get(id)) for id in found)
    return [
        id
        for id, node in nodes
        if getattr(node, "of", None) == table or table in getattr(node, "inherits", ())
    ]


def comes_with_type(column: Column, context: Context) -> bool:
    """Whether the type that the table is OF brings it along."""
    assert column.parent is not None
    before = context.old.nodes.get(column.parent)
    is_new = column.parent in context.created or getattr(before, "of_type", None) is not None
    return column.typed and is_new


def goes_with_type(column: Column, context: Context) -> bool:
    """Whether the type that the table is OF, then as before, takes it along."""
    assert column.parent is not None
    after = context.new.nodes.get(column.parent)
    return column.typed and getattr(after, "of_type", None) is not None
