"""A time without a zone is stored where one is expected, so it is off by the session's zone.

`timezone('utc', now())`, which is also `now() at time zone 'utc'`, is a `timestamp` that shows the
clock in Greenwich. Stored in a `timestamptz` it is read as the clock of whoever writes: five and a
half hours early for a session in Asia/Kolkata, right only where the session runs in UTC. `now()` is
the moment itself, and needs no zone.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    placed_at timestamptz not null default timezone('utc', now())
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    placed_at timestamptz not null default now()
);
```
"""

import re
from collections.abc import Iterator

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Flaw, Flaws, Hit, Hits, Mend, Rule, Schema, edited
from airlock.checks.syntax import (
    Name,
    called,
    column_constraints,
    columns,
    commands,
    relation,
    type_of,
)
from airlock.kinds._column import Column
from airlock.kinds.default import Default
from airlock.model.finding import Level
from airlock.model.names import quote, spell
from airlock.sources.lexing import Token, tokens
from airlock.sources.sqltext import Node

_NOW = frozenset({"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"})
_STORED = re.compile(
    r"\(?(timezone\('[^']+'(::text)?, (now|\w+_timestamp)\(\)\)"
    r"|\(?(now\(\)|\w+_timestamp(\(\))?) at time zone '[^']+'(::text)?\)?)\)?",
    re.IGNORECASE,
)


def check(act: Act) -> Hits:
    """Find such a default of a column that is known to be a timestamptz."""
    table = relation(act.node.relation)
    for column, default in _defaults(act):
        if not _is_utc_clock(default):
            continue
        edits = _edits(act, default)
        yield Hit(
            message=f"{table}.{spell(column)} takes the clock of UTC for the session's own",
            at=edits[0].start if edits else act.offset(default.func_call.location),
            table=table,
            subject=f"{table}.{column}",
            fix=edited(act, *edits) if edits else None,
            edits=edits,
            mend=Mend.UNSAFE,
        )


def _defaults(act: Act) -> Iterator[tuple[str, Node]]:
    """Yield columns with a time zone and their defaults."""
    made = columns(act.node) if act.kind == "create_stmt" else ()
    for column in made:
        yield from _default(column)
    if act.kind == "alter_table_stmt":
        for sort, command in commands(act.node):
            given = getattr(command, "def")
            if sort == "AT_AddColumn":
                yield from _default(given.column_def)
            elif sort == "AT_ColumnDefault" and _is_zoned(act, command.name):
                yield command.name, given


def _default(column: Node) -> Iterator[tuple[str, Node]]:
    if type_of(column.type_name).name == "timestamptz":
        for sort, constraint in column_constraints(column):
            if sort == "CONSTR_DEFAULT":
                yield column.colname, constraint.raw_expr


def _is_zoned(act: Act, name: str) -> bool:
    """Whether a column of the act's table has a time zone, as far as the file or a server says."""
    table = relation(act.node.relation)
    for each in reversed(act.before):
        if each.kind == "create_stmt" and relation(each.node.relation) == table:
            for column in columns(each.node):
                if column.colname == name:
                    return type_of(column.type_name).name == "timestamptz"
    return any(
        isinstance(node, Column) and node.id.path == (*table, name) and _has_zone(node)
        for node in act.context.before or ()
    )


def _has_zone(column: Column) -> bool:
    return column.type.startswith("timestamp") and column.type.endswith("with time zone")


def _is_utc_clock(node: Node) -> bool:
    """Whether it is a moment, turned into the clock of a zone."""
    if node.WhichOneof("node") != "func_call" or called(node.func_call) != ("timezone",):
        return False
    _, *moments = node.func_call.args
    if len(moments) != 1:
        return False
    moment = moments[0]
    match moment.WhichOneof("node"):
        case "func_call":
            return called(moment.func_call)[-1] in _NOW
        case "sqlvalue_function":
            return "current_timestamp" in str(moment).lower()
        case _:
            return False


def _edits(act: Act, default: Node) -> tuple[Edit, ...]:
    """Return the edit that leaves the moment alone, for the form of a call."""
    start = act.offset(default.func_call.location)
    text = act.file.text[start : act.start + len(act.text)]
    depth = 0
    for kind, begin, end in tokens(text):
        if begin == 0 and (kind is not Token.WORD or text[:end].lower() != "timezone"):
            return ()
        depth += {"(": 1, ")": -1}.get(text[begin:end], 0)
        if text[begin:end] == ")" and depth == 0:
            return (Edit(start=start, end=start + end, text="now()"),)
    return ()


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    zoned = {
        node.id.path for node in schema.catalog if isinstance(node, Column) and _has_zone(node)
    }
    for node in schema.catalog:
        if not isinstance(node, Default) or node.id.path not in zoned:
            continue
        if _STORED.fullmatch(node.expression):
            *table, column = node.id.path
            yield Flaw(
                subject=node.id,
                message=f"{Name(*table)}.{spell(column)} takes the clock of UTC for the "
                "session's own",
                fix=f"alter table {quote(*table)} alter column {quote(column)} set default now();",
            )


RULE = Rule(
    level=Level.WARNING,
    on=("create_stmt", "alter_table_stmt"),
    act=check,
    schema=audit,
    blames=("create_stmt", "alter_table_stmt"),
    peers=(),
)
