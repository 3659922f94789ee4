"""What a file says of relations that settles questions of other files, see `rule.Fact`."""

from __future__ import annotations

from collections.abc import Iterator

from airlock.checks.act import Act, File
from airlock.checks.rule import Fact, Knows
from airlock.checks.syntax import Name, commands, relation


def facts(file: File) -> frozenset[Fact]:
    """Return all that the file says by running."""
    return frozenset(fact for act in file.acts if act.runs for fact in _facts(act)) | {
        Fact(Knows.MADE, name) for name in file.made
    }


def _facts(act: Act) -> Iterator[Fact]:
    match act.kind:
        case "alter_table_stmt":
            name = relation(act.node.relation)
            for sort, _ in commands(act.node):
                if sort == "AT_EnableRowSecurity":
                    yield Fact(Knows.ROW_SECURITY, name)
        case "create_policy_stmt":
            yield Fact(Knows.POLICY, relation(act.node.table))
        case "grant_stmt" if act.node.is_grant:
            for each in act.node.objects:
                if each.WhichOneof("node") == "range_var":
                    yield Fact(Knows.GRANT, relation(each.range_var))
        case "index_stmt":
            yield Fact(Knows.INDEX, _table(act))


def _table(act: Act) -> Name:
    return relation(act.node.relation)
