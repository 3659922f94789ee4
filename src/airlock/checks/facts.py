"""What a file says of relations that settles questions of other files, see `rule.Fact`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from airlock.checks._loops import looped
from airlock.checks._rights import given
from airlock.checks._routines import altered_paths, stated
from airlock.checks.act import Act, File
from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import commands, is_on, options, relation


def facts(file: File) -> frozenset[Fact]:
    """Return all that the file says by running."""
    return frozenset(
        fact for act in file.acts if act.runs and act.kind in _SAID for fact in _SAID[act.kind](act)
    ) | {Fact(Knows.MADE, name) for name in file.made}


def _altered(act: Act) -> Iterator[Fact]:
    name = relation(act.node.relation)
    for sort, command in commands(act.node):
        if sort in _TABLE_COMMANDS:
            yield Fact(_TABLE_COMMANDS[sort], name)
        elif sort == "AT_SetRelOptions":
            found = options(getattr(command, "def").list.items)
            if "security_invoker" in found and is_on(found["security_invoker"]):
                yield Fact(Knows.INVOKER, name)


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


def _function(act: Act) -> Iterator[Fact]:
    yield Fact(Knows.ROUTINE, stated(act).name)


def _function_altered(act: Act) -> Iterator[Fact]:
    for name in altered_paths(act.node):
        yield Fact(Knows.SEARCH_PATH, name)


def _index(act: Act) -> Iterator[Fact]:
    yield Fact(Knows.INDEX, relation(act.node.relation))


_TABLE_COMMANDS = {
    "AT_EnableRowSecurity": Knows.ROW_SECURITY,
    "AT_ForceRowSecurity": Knows.FORCED,
}
_SAID: Mapping[str, Callable[[Act], Iterator[Fact]]] = {
    "alter_function_stmt": _function_altered,
    "alter_table_stmt": _altered,
    "create_function_stmt": _function,
    "create_policy_stmt": _policy,
    "do_stmt": looped,
    "grant_stmt": _granted,
    "index_stmt": _index,
}
