"""What a file says of relations that settles questions of other files, see `rule.Fact`."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.checks._keys import keys_of
from airlock.checks._tables import definition, tested
from airlock.checks.act import Act, File
from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import Name, commands, enum, relation
from airlock.sources.sqltext import Node


def facts(file: File) -> frozenset[Fact]:
    """Return all that the file says by running."""
    return frozenset(fact for act in file.acts if act.runs for fact in _facts(act)) | {
        Fact(Knows.MADE, name) for name in file.made
    }


def _facts(act: Act) -> Iterator[Fact]:
    match act.kind:
        case "alter_table_stmt":
            yield from _of_table(act)
        case "create_policy_stmt":
            yield Fact(Knows.POLICY, relation(act.node.table))
        case "grant_stmt" if act.node.is_grant:
            for each in act.node.objects:
                if each.WhichOneof("node") == "range_var":
                    yield Fact(Knows.GRANT, relation(each.range_var))
    for key in keys_of(act):
        yield Fact(Knows.INDEX, key.table)
        if not key.where:
            yield Fact(Knows.INDEX, key.table, key.elements[0])
        if key.primary:
            yield Fact(Knows.PRIMARY_KEY, key.table)


def _of_table(act: Act) -> Iterator[Fact]:
    name = relation(act.node.relation)
    for sort, command in commands(act.node):
        match sort:
            case "AT_EnableRowSecurity":
                yield Fact(Knows.ROW_SECURITY, name)
            case "AT_SetNotNull":
                yield Fact(Knows.NOT_NULL, name)
                yield Fact(Knows.NOT_NULL, name, command.name)
            case "AT_AddConstraint":
                yield from _of_constraint(name, definition(command).constraint)


def _of_constraint(table: Name, constraint: Node) -> Iterator[Fact]:
    if enum(constraint, "contype") == "CONSTR_CHECK":
        yield Fact(Knows.CHECK, table)
        if column := tested(constraint.raw_expr):
            yield Fact(Knows.NOT_NULL_CHECK, table, column)
