"""What rules about tables share: what an ALTER TABLE does to whom, and what was there before."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from airlock.checks.act import Act, File, once, remembered
from airlock.checks.syntax import Name, column_constraints, commands, enum, relation, strings
from airlock.kinds._column import Column
from airlock.kinds.constraint import Constraint
from airlock.kinds.index import Index
from airlock.kinds.table import Table
from airlock.model.names import spell
from airlock.model.node import Id
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node


class Command(NamedTuple):
    """One command of an ALTER TABLE."""

    table: Name
    sort: str
    """`AT_AddColumn`."""
    node: Node


class NewConstraint(NamedTuple):
    """A constraint that an ALTER TABLE adds, by itself or with a column."""

    table: Name
    sort: str
    """`CONSTR_CHECK`."""
    node: Node
    column: Node | None
    """The `ColumnDef` that brings it along."""


@once
def altered(act: Act) -> Iterator[Command]:
    """Yield the commands of an ALTER TABLE; none for views, indexes, types, foreign tables."""
    if act.kind == "alter_table_stmt" and enum(act.node, "objtype") == "OBJECT_TABLE":
        table = relation(act.node.relation)
        for sort, command in commands(act.node):
            yield Command(table, sort, command)


def others(act: Act, table: Name, sort: str) -> Sequence[tuple[Act, Node]]:
    """Return the commands of a sort that the act's file gives for a table, with their acts."""
    return _alterations(act.file).get((table, sort), ())


@remembered
def _alterations(file: File) -> Mapping[tuple[Name, str], Sequence[tuple[Act, Node]]]:
    found: dict[tuple[Name, str], list[tuple[Act, Node]]] = defaultdict(list)
    for act in file.acts:
        if act.runs:
            for table, sort, command in altered(act):
                found[table, sort].append((act, command))
    return found


@once
def new_columns(act: Act) -> Iterator[tuple[Name, Node]]:
    """Yield each `ColumnDef` that an ALTER TABLE adds, with its table."""
    for table, sort, command in altered(act):
        if sort == "AT_AddColumn":
            yield table, definition(command).column_def


@once
def new_constraints(act: Act) -> Iterator[NewConstraint]:
    """Yield the constraints that an ALTER TABLE adds."""
    for table, sort, command in altered(act):
        match sort:
            case "AT_AddConstraint":
                node = definition(command).constraint
                yield NewConstraint(table, enum(node, "contype"), node, None)
            case "AT_AddColumn":
                column = definition(command).column_def
                for kind, node in column_constraints(column):
                    yield NewConstraint(table, kind, node, column)


def definition(node: Node) -> Node:
    """Return the field `def`, which is a keyword of Python."""
    return getattr(node, "def")


def defaulted(column: Node) -> Node | None:
    """Return the default of a `ColumnDef`; None where it has none, or only null."""
    for sort, constraint in column_constraints(column):
        if sort == "CONSTR_DEFAULT":
            given = constraint.raw_expr
            null = given.WhichOneof("node") == "a_const" and given.a_const.isnull
            return None if null else given
    return None


def tested(node: Node) -> str | None:
    """Return the column of `column is not null`, where a condition is just that."""
    if (
        node.WhichOneof("node") != "null_test"
        or enum(node.null_test, "nulltesttype") != "IS_NOT_NULL"
    ):
        return None
    arg = node.null_test.arg
    if arg.WhichOneof("node") != "column_ref":
        return None
    names = strings(arg.column_ref.fields)
    return names[-1] if names else None


def end_of(act: Act, location: int = 0) -> int:
    """Return where in the file a command ends: before the next comma, comments left out."""
    start, end, depth = act.offset(location) - act.start, 0, 0
    for kind, begin, until in tokens(act.text):
        if begin < start or kind is Token.COMMENT:
            continue
        text = act.text[begin:until]
        depth += (text in "([") - (text in ")]")
        if text == ";" or (text == "," and depth == 0):
            break
        end = until
    return act.start + end


def text_of(act: Act, location: int) -> str:
    """Return the text of a command from a place on, up to the next comma."""
    return act.file.text[act.offset(location) : end_of(act, location)]


# --------------------------------------------------------------------- what was there before


def column_before(act: Act, table: Name, column: str) -> Column | None:
    """Return a column as it is before all pending files; None where that is not known."""
    catalog = act.context.before
    found = catalog.nodes.get(Id("column", (*table, column))) if catalog else None
    return found if isinstance(found, Column) else None


def is_new_column(act: Act, table: Name, column: str) -> bool:
    """Whether a column is known to have come with pending files: nobody uses it yet."""
    if table_before(act, table) is not None:
        return column_before(act, table, column) is None
    return any(
        other.index < act.index and definition(command).column_def.colname == column
        for other, command in others(act, table, "AT_AddColumn")
    )


def table_before(act: Act, table: Name) -> Table | None:
    """Return a table as it is before all pending files; None where that is not known."""
    catalog = act.context.before
    found = catalog.nodes.get(Id("table", tuple(table))) if catalog else None
    return found if isinstance(found, Table) else None


def index_before(act: Act, index: Name) -> Index | None:
    """Return an index as it is before all pending files; None where that is not known."""
    catalog = act.context.before
    found = catalog.nodes.get(Id("index", tuple(index))) if catalog else None
    return found if isinstance(found, Index) else None


def constraints_before(act: Act, table: Name) -> Iterator[Constraint]:
    """Yield the constraints that a table has before all pending files, as far as is known."""
    catalog = act.context.before
    if catalog is not None:
        for id in catalog.children.get(Id("table", tuple(table)), ()):
            if isinstance(node := catalog.nodes[id], Constraint):
                yield node


def is_partitioned(act: Act, table: Name) -> bool:
    """Whether a table is known to be partitioned."""
    before = table_before(act, table)
    return before is not None and before.partition_key is not None


def proves_not_null(act: Act, table: Name, column: str) -> bool:
    """Whether a valid CHECK from before says that a column has no nulls."""
    says = re.compile(rf"\(+{re.escape(spell(column))} IS NOT NULL\)+", re.IGNORECASE)
    return any(
        each.type == "c" and each.validated and says.search(each.definition)
        for each in constraints_before(act, table)
    )
