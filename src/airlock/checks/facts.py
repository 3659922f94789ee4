"""What a file says of relations that settles questions of other files, see `rule.Fact`."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.checks._rights import given
from airlock.checks._routines import altered_paths, stated
from airlock.checks.act import Act, File
from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import commands, is_on, options, relation

_TABLE_COMMANDS = {
    "AT_EnableRowSecurity": Knows.ROW_SECURITY,
    "AT_ForceRowSecurity": Knows.FORCED,
}


def facts(file: File) -> frozenset[Fact]:
    """Return all that the file says by running."""
    return frozenset(fact for act in file.acts if act.runs for fact in _facts(act)) | {
        Fact(Knows.MADE, name) for name in file.made
    }


def _facts(act: Act) -> Iterator[Fact]:
    match act.kind:
        case "alter_table_stmt":
            yield from _table_facts(act)
        case "create_policy_stmt" if act.node.permissive:
            yield Fact(Knows.POLICY, relation(act.node.table))
        case "grant_stmt":
            right = given(act.node)
            sort = Knows.GRANT if right.grants else Knows.REVOKE
            for name in right.names:
                yield Fact(sort, name)
                for role in right.roles:
                    yield Fact(sort, name, role)
        case "create_function_stmt":
            yield Fact(Knows.ROUTINE, stated(act).name)
        case "alter_function_stmt":
            for name in altered_paths(act.node):
                yield Fact(Knows.SEARCH_PATH, name)
        case "index_stmt":
            yield Fact(Knows.INDEX, relation(act.node.relation))


def _table_facts(act: Act) -> Iterator[Fact]:
    name = relation(act.node.relation)
    for sort, command in commands(act.node):
        if sort in _TABLE_COMMANDS:
            yield Fact(_TABLE_COMMANDS[sort], name)
        elif sort == "AT_SetRelOptions":
            found = options(getattr(command, "def").list.items)
            if "security_invoker" in found and is_on(found["security_invoker"]):
                yield Fact(Knows.INVOKER, name)
