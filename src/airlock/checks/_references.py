"""Foreign keys in one shape, whether a statement makes them or a catalog holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from airlock.checks._later import is_undone
from airlock.checks.act import Act, Context, once
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Schema
from airlock.checks.syntax import (
    Name,
    column_constraints,
    columns,
    commands,
    enum,
    relation,
    strings,
    table_constraints,
)
from airlock.kinds.constraint import Constraint
from airlock.model.node import Id
from airlock.server.baseline.lent import PLATFORM_SCHEMAS
from airlock.sources.sqltext import Node, tree

ON = ("create_stmt", "alter_table_stmt")
_FOREIGN = "CONSTR_FOREIGN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A foreign key."""

    table: Name
    columns: tuple[str, ...]
    other: Name
    others: tuple[str, ...]
    """The columns that it refers to; empty for the primary key."""
    on_delete: str
    """`a` nothing, `r` restrict, `c` cascade, `n` set null, `d` set default."""
    context: Context
    at: int | None = None


Judge = Callable[[Reference], Iterable[Hit]]


def in_text(judge: Judge) -> Callable[[Act], Hits]:
    """Return what asks the same of each foreign key that CREATE or ALTER TABLE adds."""

    def check(act: Act) -> Hits:
        for reference in () if is_undone(act) else _stated(act):
            yield from judge(reference)

    return check


def in_schema(judge: Judge) -> Callable[[Schema], Flaws]:
    """Return what asks the same of each foreign key of a schema."""

    def audit(schema: Schema) -> Flaws:
        for node in schema.catalog:
            if not isinstance(node, Constraint) or node.type != "f" or node.inherited:
                continue
            if schema.context.supabase and node.id.path[0] in PLATFORM_SCHEMAS:
                continue
            constraint = _parsed(node.definition)
            if constraint is None:
                continue
            table = Name(*node.id.path[:2])
            reference = _reference(table, (), constraint, schema.context)
            # Files often leave the name of the constraint to Postgres; the column stands in them.
            subject = Id("column", (*table, reference.columns[0]))
            for hit in judge(reference):
                yield Flaw(
                    subject=subject,
                    message=hit.message,
                    level=hit.level,
                    fix=hit.fix,
                    words=("references",),
                )
                break

    return audit


@lru_cache(maxsize=2048)
def _parsed(definition: str) -> Node | None:
    parsed = tree(f"alter table x add {definition}")
    return getattr(parsed.node.cmds[0].alter_table_cmd, "def").constraint if parsed else None


@once
def _stated(act: Act) -> Iterator[Reference]:
    table = relation(act.node.relation)
    for names, constraint in _constraints(act):
        if enum(constraint, "contype") == _FOREIGN:
            at = act.offset(constraint.location)
            yield _reference(table, names, constraint, act.context, at)


def _constraints(act: Act) -> Iterator[tuple[tuple[str, ...], Node]]:
    if act.kind == "create_stmt":
        for column in columns(act.node):
            yield from (((column.colname,), each) for _, each in column_constraints(column))
        yield from (((), each) for each in table_constraints(act.node))
        return
    for sort, command in commands(act.node):
        added = getattr(command, "def")
        if sort == "AT_AddColumn":
            column = added.column_def
            yield from (((column.colname,), each) for _, each in column_constraints(column))
        elif sort == "AT_AddConstraint":
            yield (), added.constraint


def _reference(
    table: Name,
    names: tuple[str, ...],
    constraint: Node,
    context: Context,
    at: int | None = None,
) -> Reference:
    return Reference(
        table=table,
        columns=names or strings(constraint.fk_attrs),
        other=relation(constraint.pktable),
        others=strings(constraint.pk_attrs),
        on_delete=constraint.fk_del_action or "a",
        context=context,
        at=at,
    )
