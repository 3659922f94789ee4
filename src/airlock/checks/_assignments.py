"""The columns that a statement writes, declares or returns under a name, and where each stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from airlock.checks.act import Act
from airlock.checks.syntax import called, column_of, columns, enum, kind_of, strings, type_of
from airlock.sources.sqltext import Node

STATEMENTS = (
    "create_foreign_table_stmt",
    "create_stmt",
    "create_table_as_stmt",
    "delete_stmt",
    "insert_stmt",
    "merge_stmt",
    "select_stmt",
    "update_stmt",
    "view_stmt",
)
"""The kinds of act that have such a list."""
_UNNAMED = "?column?"


class Listed(NamedTuple):
    """A column of a list; `part` says that only a field or an element of it is written."""

    name: str
    location: int
    part: bool = False


def lists(act: Act) -> Iterator[tuple[str, Sequence[Listed]]]:
    """Yield each list of columns in which none may come twice, with what happens to them."""
    yield from _declared(act)
    for node in act.nodes("UpdateStmt", "OnConflictClause"):
        yield "gets", _targets(node.target_list)
    for node in act.nodes("InsertStmt"):
        yield "gets", _targets(node.cols)
    for node in act.nodes("MergeWhenClause"):
        yield "gets", _targets(node.target_list)


def _declared(act: Act) -> Iterator[tuple[str, Sequence[Listed]]]:
    node = act.node
    match act.kind:
        case "create_stmt":
            yield "is", [Listed(each.colname, each.location) for each in columns(node)]
        case "create_foreign_table_stmt":
            found = [Listed(each.colname, each.location) for each in columns(node.base_stmt)]
            yield "is", found
        case "view_stmt":
            yield "is", _returned(node.query, strings(node.aliases))
        case "create_table_as_stmt":
            yield "is", _returned(node.query, strings(node.into.col_names))
        case "select_stmt" if node.HasField("into_clause"):
            yield "is", _results(node, strings(node.into_clause.col_names))


def _targets(targets: Sequence[Node]) -> Sequence[Listed]:
    return [
        Listed(
            each.res_target.name, each.res_target.location, part=bool(each.res_target.indirection)
        )
        for each in targets
        if kind_of(each) == "res_target" and each.res_target.name
    ]


def _returned(query: Node, named: Sequence[str]) -> Sequence[Listed]:
    return _results(query.select_stmt, named) if kind_of(query) == "select_stmt" else ()


def _results(query: Node, named: Sequence[str]) -> Sequence[Listed]:
    """Return what a query's columns are called, as far as that stands in it."""
    while query.HasField("larg"):
        query = query.larg
    found = [Listed(name, -1) for name in named]
    for each in query.target_list[len(named) :]:
        target = each.res_target
        if name := target.name or _name_of(target.val):
            found.append(Listed(name, target.location))
    return found


def _name_of(value: Node) -> str:
    """Return what Postgres calls a column of a value; empty where that is not clear from here."""
    match kind_of(value):
        case "column_ref":
            name = column_of(value.column_ref)[-1]
            return "" if name == "*" else name
        case "func_call":
            return called(value.func_call)[-1]
        case "type_cast":
            own = _name_of(value.type_cast.arg)
            return type_of(value.type_cast.type_name).name if own == _UNNAMED else own
        case "a_const" | "a_expr" | "bool_expr" | "null_test":
            is_operator = kind_of(value) != "a_expr" or enum(value.a_expr, "kind") == "AEXPR_OP"
            return _UNNAMED if is_operator else ""
        case _:
            return ""
