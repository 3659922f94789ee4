"""Statements whose answer, or message, would carry rows out of the database that runs them.

Airlock keeps no answer of a migration, but the server sends it, and what is sent stands in
proxies, in logs and in the memory of this process. So a protected environment runs none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from airlock.errors import Location
from airlock.model.finding import Finding, Level
from airlock.model.names import spell
from airlock.model.script import Script, Statement
from airlock.sources.lexing import words
from airlock.sources.sqltext import Node, Tree, children, tree

CODE = "answers-with-rows"

_RETURNS_RARELY = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
"""Parsed only where the word stands in them: a tree of a thousand rows would be thrown away."""
_RETURNING = re.compile(r"\breturning\b", re.IGNORECASE)
_ASKS = frozenset(
    {"select", "with", "values", "table", "show", "fetch", "explain", "notify", "listen", "copy"}
)
"""First words of what answers; only a statement that the parser refuses is judged by them."""
_SYSTEM = frozenset({"pg_catalog", "information_schema"})
_OF_VALUES = frozenset(
    {"pg_authid", "pg_largeobject", "pg_shadow", "pg_stat_activity", "pg_statistic"}
    | {"pg_statistic_ext_data", "pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"}
    | {"pg_user_mapping", "pg_user_mappings"}
)
"""Tables of the system that repeat what stands in rows, in queries, or in secrets."""
_TELLS_THE_API = "pgrst"
"""The channel on which PostgREST is told to read the schema again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    what: str
    fix: str


_SELECT_FIX = (
    "If the call in it matters, write it as a block, whose results stay on the server: "
    "do $$ begin perform …; end $$; To check rows, let the block raise an exception without values "
    "in its text. Else take it out."
)
_RETURNING_ROWS = _Answer(
    what="RETURNING answers with the rows that are written",
    fix="Take RETURNING out. What goes on with the rows can do so in one statement: "
    "with moved as (… returning …) insert into …",
)
_UNREAD = _Answer(
    what="this statement may answer with rows; the parser cannot read it, so it cannot be told",
    fix="Write it another way, or take it out.",
)


def answers(script: Script, *, environment: str) -> tuple[Finding, ...]:
    """Return a finding for each statement that a protected environment is not to run."""
    return tuple(
        _finding(script, statement, answer, environment)
        for statement in script.statements
        if (answer := _answer(statement)) is not None
    )


def _finding(script: Script, statement: Statement, answer: _Answer, environment: str) -> Finding:
    first_line = statement.text.split("\n", 1)[0].rstrip()
    span = statement.span
    return Finding(
        code=CODE,
        level=Level.ERROR,
        message=answer.what,
        key=f"{CODE}:{script.path}:{first_line}",
        where=Location(path=script.path, line=span.line, column=span.column),
        source=script.text,
        length=len(first_line),
        why=f"{environment} is protected: nothing that stands in its rows may leave the server.",
        fix=answer.fix,
    )


def _answer(statement: Statement) -> _Answer | None:
    """Return what a statement sends, where that may be rows."""
    if statement.tag in _RETURNS_RARELY and not _RETURNING.search(statement.text):
        return None
    found = tree(statement.text)
    if found is None:
        return _UNREAD if _may_answer(statement.text) else None
    return _of(found)


def _may_answer(text: str) -> bool:
    first = next(iter(words(text)), "")
    return first in _ASKS or _RETURNING.search(text) is not None


def _of(found: Tree) -> _Answer | None:
    about = _BY_KIND.get(found.kind)
    return about(found.node) if about else None


def _select(node: Node) -> _Answer | None:
    if node.HasField("into_clause"):
        return None
    table = next(_tables(node, frozenset()), None)
    if table is None:
        return None
    return _Answer(what=f"the result of this query comes from rows of {table}", fix=_SELECT_FIX)


def _returning(node: Node) -> _Answer | None:
    return _RETURNING_ROWS if node.HasField("returning_clause") else None


def _copy(node: Node) -> _Answer | None:
    if node.is_from:
        return None
    return _Answer(
        what="COPY … TO writes rows out of the database",
        fix="Copy rows to another table: create table … as select …; what is to be kept outside "
        "is a backup.",
    )


def _notify(node: Node) -> _Answer | None:
    if not node.payload or node.conditionname == _TELLS_THE_API:
        return None
    return _Answer(
        what="NOTIFY sends a text to everybody who listens",
        fix="Leave the text out, and let who listens ask for what is new.",
    )


def _prepare(node: Node) -> _Answer | None:
    kind = node.query.WhichOneof("node")
    return _of(Tree(kind, getattr(node.query, kind))) if kind else None


def _fetch(node: Node) -> _Answer | None:
    if node.ismove:
        return None
    return _Answer(what="FETCH answers with rows", fix="Loop over the query in a DO block.")


def _always(what: str, fix: str) -> Callable[[Node], _Answer | None]:
    def answer(_: Node) -> _Answer | None:
        return _Answer(what=what, fix=fix)

    return answer


_BY_KIND: Mapping[str, Callable[[Node], _Answer | None]] = {
    "copy_stmt": _copy,
    "delete_stmt": _returning,
    "explain_stmt": _always(
        "EXPLAIN answers with what the server knows of rows, and with constants",
        "Take it out: a plan is looked at by hand.",
    ),
    "fetch_stmt": _fetch,
    "insert_stmt": _returning,
    "listen_stmt": _always(
        "LISTEN asks for the texts that others send", "Take it out: a migration waits for nobody."
    ),
    "merge_stmt": _returning,
    "notify_stmt": _notify,
    "prepare_stmt": _prepare,
    "select_stmt": _select,
    "update_stmt": _returning,
    "variable_show_stmt": _always(
        "SHOW answers with a setting, which may be a secret",
        "Take it out; a block can ask for current_setting(…) and keep the answer to itself.",
    ),
}
"""What answers, by the grammar's name of it."""


def _tables(node: Node, known: frozenset[str]) -> Iterator[str]:
    """Yield the tables that a query reads; `known` are the names of WITH that it sees."""
    kind = node.DESCRIPTOR.name
    if kind == "RangeVar":
        if node.schemaname or node.relname not in known:
            yield from _users_own(node)
        return
    inside = known
    has_with = kind != "Node" and "with_clause" in node.DESCRIPTOR.fields_by_name
    if has_with and node.HasField("with_clause"):
        queries = [each.common_table_expr for each in node.with_clause.ctes]
        if node.with_clause.recursive:
            inside |= {query.ctename for query in queries}
        for query in queries:
            # Its own name means a table in there, unless it is recursive.
            yield from _tables(query.ctequery, inside)
            inside |= {query.ctename}
    for child in children(node):
        if child.DESCRIPTOR.name != "WithClause":
            yield from _tables(child, inside)


def _users_own(table: Node) -> Iterator[str]:
    system = table.schemaname in _SYSTEM or (
        not table.schemaname and table.relname.startswith("pg_")
    )
    if not system or table.relname in _OF_VALUES:
        yield spell(*(part for part in (table.schemaname, table.relname) if part))
