"""Queries that Postgres printed, brought to the form of newer versions.

Before 16, the query of a view has two tables more inside than it shows, and so every column stands
behind its table's name. Since then, what is read from one table alone stands without it
(PostgreSQL 16, `get_query_def`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PLAIN_FROM = 16
"""First major that leaves out the only table's name."""
_QUERY = "SelectStmt"


def differs(old: int, new: int) -> bool:
    """Whether two majors print a query in different ways."""
    return (old < _PLAIN_FROM) != (new < _PLAIN_FROM)


def is_long(major: int) -> bool:
    """Whether a major prints the name of a table that stands alone."""
    return major < _PLAIN_FROM


def shortened(text: str, statement: Any) -> str:
    """Return the text of a query without the name of the only table that it reads.

    `statement` is its parsed tree. Within subqueries and unions nothing changes.
    """
    name = _only_table(statement)
    if name is None:
        return text
    raw = text.encode()
    quoted = '"' + name.replace('"', '""') + '"'
    heads = [f"{each}.".encode() for each in (name, quoted)]
    kept = set(_ambiguous(statement))
    for at in sorted(_of_table(statement, name), reverse=True):
        head = next((head for head in heads if raw.startswith(head, at)), None)
        if head is not None and at not in kept:
            raw = raw[:at] + raw[at + len(head) :]
    return raw.decode()


def _only_table(statement: Any) -> str | None:
    """Return the name of the only table, function or subquery that a query reads."""
    if len(statement.from_clause) != 1:
        return None
    item = statement.from_clause[0]
    kind = item.WhichOneof("node")
    if kind == "range_table_sample":
        item = item.range_table_sample.relation
        kind = item.WhichOneof("node")
    if kind not in ("range_var", "range_function", "range_subselect"):
        return None
    table = getattr(item, kind)
    if alias := table.alias.aliasname:
        return str(alias)
    return str(table.relname) if kind == "range_var" else None


def _of_table(node: Any, table: str) -> Iterator[int]:
    """Yield where columns of a table stand behind its name, outside of subqueries."""
    for descriptor, value in node.ListFields():
        if descriptor.message_type is None:
            continue
        for below in value if isinstance(value, list) or hasattr(value, "add") else (value,):
            match below.DESCRIPTOR.name:
                case "SelectStmt":
                    continue
                case "ColumnRef" if len(found := _names(below)) > 1 and found[0] == table:
                    yield below.location
                case _:
                    yield from _of_table(below, table)


def _names(column: Any) -> list[str]:
    """Return the parts of a column's name; none for a whole row."""
    parts = [each.string.sval for each in column.fields if each.WhichOneof("node") == "string"]
    return parts if len(parts) == len(column.fields) else []


def _ambiguous(statement: Any) -> Iterator[int]:
    """Yield where ORDER BY names a column whose bare name means another one of the output."""
    output: dict[str, list[str] | None] = {}
    for each in statement.target_list:
        target = each.res_target
        names = _names(target.val.column_ref) if target.val.HasField("column_ref") else None
        output[target.name or (names[-1] if names else "")] = names
    for each in statement.sort_clause:
        column = each.sort_by.node
        if not column.HasField("column_ref"):
            continue
        names = _names(column.column_ref)
        if names and names[-1] in output and output[names[-1]] != names:
            yield column.column_ref.location
