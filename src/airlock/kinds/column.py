"""Columns of tables and foreign tables, with type, collation, identity, generation and storage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from airlock.kinds import _foreign
from airlock.kinds._column import NAMED_NOT_NULL, Column, constraint_name, query, quick
from airlock.kinds._identity import identity, identity_change
from airlock.kinds._lineage import (
    as_inherited,
    comes_with_type,
    goes_with_parent,
    goes_with_type,
    has_heirs,
    own_names,
    retyped,
    stands_alone,
)
from airlock.kinds._options import options, set_and_reset
from airlock.kinds._relation import alter_relation
from airlock.kinds._spec import Context, Impact, KindSpec, Resolve, Row, by_attributes
from airlock.kinds._types import cast_over, cast_to
from airlock.model.names import quote, unquote
from airlock.model.node import Id
from airlock.model.step import Lock, Loss, Step, Verb

_IN_PLACE_EXPRESSION = 17
"""First major with ALTER COLUMN … SET EXPRESSION."""
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
_BYTES = {"smallint": 2, "integer": 4, "bigint": 8}
_GENERATED = {"s": "stored", "v": "virtual"}


def load(row: Row, resolve: Resolve) -> Column:
    """Read a column."""
    table = resolve("pg_class", row.oid, 0)
    assert table is not None, "tables are read before their columns"
    return Column(
        id=Id("column", (*table.path, row.name)),
        parent=table,
        after=_in_parents(row) if row.parents else (),
        type=row.type,
        collation=row.collation,
        not_null=row.not_null,
        not_null_name=row.not_null_name,
        not_null_valid=row.not_null_valid,
        not_null_inherits=row.not_null_inherits,
        # A partition's is the partitioned table's: it is attached with it, and detached without.
        identity="" if row.inherited else row.identity,
        sequence=tuple(row.sequence or ()),
        generated=row.generated,
        expression=row.expression,
        storage=row.storage,
        natural_storage=row.natural_storage,
        compression=row.compression,
        statistics=row.statistics,
        options=options(row.options),
        fdw_options=_foreign.options(row.fdw_options),
        inherited=row.inherited,
        typed=row.typed,
        position=row.position,
    )


def _in_parents(row: Row) -> tuple[Id, ...]:
    return tuple(Id("column", (*path, row.name)) for path in row.parents)


def address(id: Id) -> str:
    """Return `column "schema"."table"."name"`."""
    return f"column {quote(*id.path)}"


def holds(column: Column) -> tuple[tuple[str, ...], ...]:
    """Hold the name of an identity's sequence among relations."""
    return tuple(
        ("relation", *unquote(option.removeprefix("sequence name ")))
        for option in column.sequence
        if option.startswith("sequence name ")
    )


def definition(column: Column, context: Context) -> str:
    """Return the column as it stands in CREATE TABLE."""
    parts = [quote(column.id.path[-1]), column.type]
    if column.compression:
        parts.append(f"compression {_COMPRESSION[column.compression]}")
    if column.collation:
        parts.append(f"collate {column.collation}")
    if column.identity:
        parts.append(identity(column))
    if column.generated:
        parts.append(_generated(column))
    if column.not_null and column.not_null_valid:
        parts.append(_not_null(column))
    del context
    return " ".join(parts)


def create(column: Column, context: Context) -> Iterator[Step]:
    """Add it, unless the table's parents bring it along."""
    assert column.parent is not None
    if column.inherited and not stands_alone(column, context):
        yield from _details(as_inherited(column, context), column, context)
        return
    if comes_with_type(column, context):
        if column.not_null:
            name = f"alter column {quote(column.id.path[-1])}"
            yield quick(column, f"{alter_relation(column.parent)} {name} set not null")
        yield from _details(None, column, context)
        return
    table = alter_relation(column.parent)
    whole, own = column, tuple(own_names(column, context))
    if column.identity and has_heirs(column, context):
        column = replace(column, identity="", sequence=())
    if own and Id("default", column.id.path) not in context.new:
        column = replace(column, not_null=False)
    defined = definition(column, context)
    yield Step(
        sql=f"{table} add column {defined}",
        inline=defined,
        verb=Verb.CREATE,
        target=column.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(whole.parent,) if whole.parent else (),
        rewrites=column.generated == "s" or bool(column.identity) or _is_checked(column, context),
        rank=column.position,
    )
    if column.not_null != whole.not_null:
        yield from _add_not_null(whole, own)
    if column.identity != whole.identity:
        # Postgres does not hand an identity down, and so refuses one for a column that it does.
        action = f"{table} alter column {quote(column.id.path[-1])}"
        yield from identity_change(column, whole, action)
    yield from _details(None, whole, context)


def _add_not_null(column: Column, own: tuple[Column, ...], valid: str = "") -> Iterator[Step]:
    """Add NOT NULL, and before that to partitions that have it under a name of their own."""
    for each in (*own, column):
        assert each.parent is not None
        what = f"constraint {quote(constraint_name(each))} not null {quote(each.id.path[-1])}"
        action = f"{alter_relation(each.parent)} add {what}"
        yield quick(each, f"{action}{valid}", scans=not valid)


def _is_checked(column: Column, context: Context) -> bool:
    """Whether the type is a domain with constraints: those make Postgres write every row."""
    domains = (need for need in context.new.needs(column.id) if need.kind == "domain")
    return any(context.new.children.get(domain) for domain in domains)


def drop(column: Column, context: Context) -> Iterator[Step]:
    """Drop it with its values, unless the table's parents take it along."""
    assert column.parent is not None
    if goes_with_parent(column, context) or goes_with_type(column, context):
        return
    stored = not column.generated and column.parent.kind != "foreign table"
    yield Step(
        sql=f"{alter_relation(column.parent)} drop column {quote(column.id.path[-1])}",
        verb=Verb.DROP,
        target=column.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(column.parent,),
        loss=Loss.DATA if stored else Loss.NONE,
        hazard="the column's values are lost" if stored else None,
    )


def impact(old: Column, new: Column, changed: frozenset[str]) -> Impact:
    """Weigh a change: a column cannot become generated, nor virtual become stored, in place."""
    if "generated" in changed and not (old.generated == "s" and not new.generated):
        return Impact.REPLACE
    if new.generated and "expression" in changed and changed & {"type", "collation"}:
        # Neither the old expression gives the new type, nor need the new one give the old.
        return Impact.REPLACE
    return by_attributes(old, new, changed)


def alter(old: Column, new: Column, changed: frozenset[str], context: Context) -> Iterator[Step]:
    """Change it in place."""
    assert new.parent is not None
    column = f"{alter_relation(new.parent)} alter column {quote(new.id.path[-1])}"
    resequenced = (
        "sequence" in changed
        and bool(old.identity and new.identity)
        and _BYTES.get(new.type, 0) < _BYTES.get(old.type, 0)
    )
    if resequenced:
        # The bounds of the sequence have to fit the type, before and after.
        yield from identity_change(old, new, column)
    if "identity" in changed and not new.identity:  # one needs NOT NULL, and a type of numbers
        yield from identity_change(old, new, column)
        resequenced = True
    if "generated" in changed and (not new.inherited or stands_alone(new, context)):
        yield quick(new, f"{column} drop expression")
    if changed & {"type", "collation"} and not (old.typed and new.typed):
        if not new.inherited or stands_alone(new, context):
            yield _retype(old, new, column, context)
        old = retyped(old)
    if "expression" in changed and "generated" not in changed:
        yield from _new_expression(new, column, context)
    if "not_null" in changed or "not_null_name" in changed or "not_null_valid" in changed:
        yield from _nullability(old, new, column, changed, context)
    if changed & {"identity", "sequence"} and not resequenced:
        yield from identity_change(old, new, column)
    yield from _details(old, new, context)


def _retype(old: Column, new: Column, column: str, context: Context) -> Step:
    value = cast_to(quote(new.id.path[-1]), old.type, new.type, new.id, context)
    collation = f" collate {new.collation}" if new.collation else ""
    assert new.parent is not None
    if new.parent.kind == "foreign table" or new.generated:
        # No values are kept here, and so Postgres wants no USING.
        step = quick(new, f"{column} type {new.type}{collation}")
        return replace(step, rewrites=new.generated == "s")
    return Step(
        sql=f"{column} type {new.type}{collation} using {value}",
        verb=Verb.ALTER,
        target=new.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(new.parent,),
        rewrites=old.type != new.type,
        hazard=f"values become {new.type}: one that does not fit makes it fail",
    )


def rename(old: Id, new: Id) -> str:
    """Return the statement that gives a column another name."""
    source, target = quote(old.path[-1]), quote(new.path[-1])
    return f"alter table {quote(*old.path[:-1])} rename column {source} to {target}"


def recast(column: Column, context: Context) -> Iterator[Step]:
    """Cast the values over to a type that was made anew."""
    assert column.parent is not None
    if column.inherited and not stands_alone(column, context):
        return
    name = quote(column.id.path[-1])
    collate = f" collate {column.collation}" if column.collation else ""
    action = f"{alter_relation(column.parent)} alter column {name} type {column.type}{collate}"
    if column.parent.kind == "foreign table" or column.generated:
        # No values are kept here, and so Postgres wants no USING.
        yield quick(column, action)
        return
    yield Step(
        sql=f"{action} using {cast_over(name, column.type, column.id, context)}",
        verb=Verb.ALTER,
        target=column.id,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(column.parent,),
        rewrites=True,
        hazard=f"values become the new {column.type}: one that it lacks makes it fail",
    )
    yield from _details(retyped(column), column, context)


def _new_expression(new: Column, column: str, context: Context) -> Iterator[Step]:
    if context.major >= _IN_PLACE_EXPRESSION:
        yield Step(
            sql=f"{column} set expression as ({new.expression})",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.ACCESS_EXCLUSIVE,
            on=(new.parent,) if new.parent else (),
            rewrites=new.generated == "s",
        )
        return
    yield from drop(new, context)
    yield from create(new, context)


def _nullability(
    old: Column, new: Column, column: str, changed: frozenset[str], context: Context
) -> Iterator[Step]:
    """Change NOT NULL, and on 18 and later its name and whether it is validated."""
    assert new.parent is not None
    table = alter_relation(new.parent)
    if not old.not_null and _is_brought(new, context):
        return
    if not new.not_null:
        yield quick(new, f"{column} drop not null")
        return
    if context.major >= NAMED_NOT_NULL:
        name, before = constraint_name(new), constraint_name(old)
        if not old.not_null:
            late = not new.not_null_valid or context.online(new.parent)
            valid = " not valid" if late else ""
            yield from _add_not_null(new, tuple(own_names(new, context)), valid)
        elif name != before and (not new.inherited or stands_alone(new, context)):
            # One that parents declare has the name that it came with.
            yield quick(new, f"{table} rename constraint {quote(before)} to {quote(name)}")
        due = not old.not_null or not old.not_null_valid
        if new.not_null_valid and due and (old.not_null or context.online(new.parent)):
            yield Step(
                sql=f"{table} validate constraint {quote(name)}",
                verb=Verb.ALTER,
                target=new.id,
                lock=Lock.SHARE_UPDATE_EXCLUSIVE,
                on=(new.parent,),
                scans=True,
            )
        return
    if "not_null" not in changed:
        return
    if not context.online(new.parent):
        yield quick(new, f"{column} set not null", scans=True)
        return
    # A valid check spares SET NOT NULL its scan (manual, ALTER TABLE, SET NOT NULL).
    check = quote(f"{new.id.path[-1][:40]}_not_null_proof")
    condition = f"check ({quote(new.id.path[-1])} is not null)"
    yield quick(new, f"{table} add constraint {check} {condition} not valid")
    yield Step(
        sql=f"{table} validate constraint {check}",
        verb=Verb.ALTER,
        target=new.id,
        lock=Lock.SHARE_UPDATE_EXCLUSIVE,
        on=(new.parent,),
        scans=True,
    )
    yield quick(new, f"{column} set not null")
    yield quick(new, f"{table} drop constraint {check}")


def _is_brought(new: Column, context: Context) -> bool:
    """Whether a column becomes NOT NULL with that of a parent table."""
    if not new.inherited or stands_alone(new, context):
        return False
    above = [(context.old.nodes.get(id), context.new.nodes.get(id)) for id in new.after]
    return any(
        isinstance(after, Column)
        and after.not_null
        and not (isinstance(before, Column) and before.not_null)
        for before, after in above
    )


def _not_null(column: Column) -> str:
    named = f"constraint {quote(column.not_null_name)} " if column.not_null_name else ""
    tail = "" if column.not_null_inherits else " no inherit"
    return f"{named}not null{tail}"


def _generated(column: Column) -> str:
    return f"generated always as ({column.expression}) {_GENERATED[column.generated]}"


def _details(old: Column | None, new: Column, context: Context) -> Iterator[Step]:
    """Set storage, compression, statistics and options where they differ from `old`."""
    assert new.parent is not None
    del context
    # Without ONLY, some of these would reach the tables that inherit the column.
    only = "alter table only" if new.parent.kind == "table" else f"alter {new.parent.kind}"
    column = f"{only} {quote(*new.parent.path)} alter column {quote(new.id.path[-1])}"
    if new.storage != (old.storage if old else None):
        way = _STORAGE[new.storage or new.natural_storage]
        yield quick(new, f"{column} set storage {way}")
    if old and new.compression != old.compression:
        way = _COMPRESSION[new.compression] if new.compression else "default"
        yield quick(new, f"{column} set compression {way}")
    if new.statistics != (old.statistics if old else None):
        target = -1 if new.statistics is None else new.statistics
        yield Step(
            sql=f"{column} set statistics {target}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.SHARE_UPDATE_EXCLUSIVE,
            on=(new.parent,),
        )
    for action in set_and_reset(old.options if old else (), new.options):
        yield Step(
            sql=f"{column} {action}",
            verb=Verb.ALTER,
            target=new.id,
            lock=Lock.SHARE_UPDATE_EXCLUSIVE,
            on=(new.parent,),
        )
    before = old.fdw_options if old else ()
    if changes := _foreign.changes(before, new.fdw_options):
        hazard = _foreign.hazard(new.fdw_options, before)
        yield replace(quick(new, f"{column} {changes}"), hazard=hazard)


def unread(column: Column) -> str | None:
    """Return which values of a foreign table's column stay on the server."""
    return _foreign.hidden(column.fdw_options, column.id) if column.fdw_options else None


SPEC = KindSpec(
    name="column",
    node=Column,
    catalog="pg_class",
    query=query,
    load=load,
    create=create,
    drop=drop,
    alter=alter,
    impact=impact,
    locks=dict.fromkeys(Verb, Lock.ACCESS_EXCLUSIVE),
    order=41,
    unread=unread,
    address=address,
    holds=holds,
    pins_types=lambda column: bool(column.generated),
    recast=recast,
    rename=rename,
)
