"""What a file says of relations that settles questions of other files, see `rule.Fact`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from airlock.checks._columns import How, declared
from airlock.checks._keys import has_all, keys_of
from airlock.checks._loops import looped
from airlock.checks._rights import given
from airlock.checks._routines import altered_paths, stated
from airlock.checks._tables import definition, tested
from airlock.checks.act import Act, File
from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import (
    PUBLIC,
    Name,
    commands,
    enum,
    is_on,
    options,
    relation,
    renamed,
    strings,
)
from airlock.sources.sqltext import Node


def facts(file: File) -> frozenset[Fact]:
    """Return all that the file says by running."""
    return frozenset(
        fact for act in file.acts if act.runs and act.kind in _SAID for fact in _SAID[act.kind](act)
    ) | {Fact(Knows.MADE, name) for name in file.made}


def _renamed(act: Act) -> Iterator[Fact]:
    if names := renamed(act.kind, act.node):
        old, new = names
        yield Fact(Knows.RENAMED, new, ".".join(old))


def _altered(act: Act) -> Iterator[Fact]:
    name = relation(act.node.relation)
    for sort, command in commands(act.node):
        match sort:
            case "AT_EnableRowSecurity":
                yield Fact(Knows.ROW_SECURITY, name)
            case "AT_ForceRowSecurity":
                yield Fact(Knows.FORCED, name)
            case "AT_SetRelOptions":
                found = options(definition(command).list.items)
                if is_on(found.get("security_invoker")):
                    yield Fact(Knows.INVOKER, name)
            case "AT_SetNotNull":
                yield Fact(Knows.NOT_NULL, name)
                yield Fact(Knows.NOT_NULL, name, command.name)
            case "AT_AddConstraint":
                yield from _constraint(name, definition(command).constraint)
    yield from _filled(act)
    yield from _keys(act)


def _created(act: Act) -> Iterator[Fact]:
    yield from _filled(act)
    yield from _keys(act)


def _filled(act: Act) -> Iterator[Fact]:
    for column in declared(act):
        if column.how is not How.CHANGE and "CONSTR_NOTNULL" in column.constraints:
            yield Fact(Knows.FILLED, column.table, column.name)
    for key in keys_of(act):
        if key.primary:
            yield from (Fact(Knows.FILLED, key.table, name) for name in key.elements)


def _constraint(table: Name, constraint: Node) -> Iterator[Fact]:
    if enum(constraint, "contype") == "CONSTR_CHECK":
        yield Fact(Knows.CHECK, table)
        if column := tested(constraint.raw_expr):
            yield Fact(Knows.NOT_NULL_CHECK, table, column)


def _keys(act: Act) -> Iterator[Fact]:
    for key in keys_of(act):
        yield Fact(Knows.INDEX, key.table)
        if has_all(key, key.elements[:1]):
            yield Fact(Knows.INDEX, key.table, key.elements[0])
        if key.primary:
            yield Fact(Knows.PRIMARY_KEY, key.table)


def _policy(act: Act) -> Iterator[Fact]:
    if act.node.permissive:
        yield Fact(Knows.POLICY, relation(act.node.table))


def _granted(act: Act) -> Iterator[Fact]:
    right = given(act.node)
    knows = Knows.GRANT if right.grants else Knows.REVOKE
    for name in right.names:
        yield Fact(knows, name)
        for role in right.roles:
            yield Fact(knows, name, role)


def _later_granted(act: Act) -> Iterator[Fact]:
    """Yield what ALTER DEFAULT PRIVILEGES says of all that is made later in its schemas.

    What it takes from PUBLIC counts only where it names no schema (PostgreSQL manual).
    """
    found = options(act.node.options)
    schemas = strings(found["schemas"].arg.list.items) if "schemas" in found else ()
    right = given(act.node.action)
    if right.grants and right.sort == "OBJECT_TABLE":
        for schema in schemas or (PUBLIC,):
            yield Fact(Knows.GRANT, Name(schema, ""))
    elif right.sort == "OBJECT_FUNCTION" and not right.grants and not schemas:
        for role in right.roles:
            yield Fact(Knows.REVOKE, Name(PUBLIC, ""), role)


def _function(act: Act) -> Iterator[Fact]:
    yield Fact(Knows.ROUTINE, stated(act).name)


def _function_altered(act: Act) -> Iterator[Fact]:
    for name in altered_paths(act.node):
        yield Fact(Knows.SEARCH_PATH, name)


_SAID: Mapping[str, Callable[[Act], Iterator[Fact]]] = {
    "alter_default_privileges_stmt": _later_granted,
    "alter_function_stmt": _function_altered,
    "alter_object_schema_stmt": _renamed,
    "alter_table_stmt": _altered,
    "create_function_stmt": _function,
    "create_policy_stmt": _policy,
    "create_stmt": _created,
    "do_stmt": looped,
    "grant_stmt": _granted,
    "index_stmt": _keys,
    "rename_stmt": _renamed,
}
