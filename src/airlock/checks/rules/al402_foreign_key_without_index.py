"""A foreign key has no index on its own columns.

Postgres indexes what a foreign key refers to, not where it comes from. Each DELETE and each change
of a key over there reads this whole table to look for rows that refer to it, and so does every join
the other way round.

An index of any pending file counts, if the key's columns come first in it and it has all rows in
which one of them is not null.

## Example
```sql
create table if not exists internal.items (
    id bigint generated always as identity primary key,
    order_id bigint not null references internal.orders (id)
);
```

## Use instead
```sql
create table if not exists internal.items (
    id bigint generated always as identity primary key,
    order_id bigint not null references internal.orders (id)
);
create index if not exists items_order_id_idx on internal.items (order_id);
```

## Given
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
```
"""

from airlock.checks._keys import (
    covers,
    foreign_keys,
    keys_of_file,
    keys_of_schema,
    parsed_constraint,
)
from airlock.checks.act import File
from airlock.checks.rule import Fact, Flaw, Flaws, Hit, Hits, Knows, Rule, Schema
from airlock.checks.syntax import Name, strings
from airlock.kinds.constraint import Constraint
from airlock.model.finding import Level
from airlock.model.names import spell


def check(file: File) -> Hits:
    """Find a foreign key whose columns no index of the files begins with."""
    found = [each for act in file.acts if act.runs for each in foreign_keys(act)]
    keys = keys_of_file(file) if found else []
    for each in found:
        if any(key.table == each.table and covers(key, each.columns) for key in keys):
            continue
        yield Hit(
            message=_message(each.table, each.columns),
            at=each.act.offset(each.node.location),
            table=each.table,
            subject=f"{each.table}.{','.join(each.columns)}",
            fix=_fix(each.table, each.columns),
            unless=tuple(Fact(Knows.INDEX, each.table, column) for column in each.columns),
        )


def audit(schema: Schema) -> Flaws:
    """Find the same in a schema as it stands."""
    keys = [key for _, key in keys_of_schema(schema.catalog)]
    for node in schema.catalog:
        if not isinstance(node, Constraint) or node.type != "f" or node.inherited:
            continue
        parsed = parsed_constraint(node.definition)
        table = Name(*node.id.path[:2])
        columns = strings(parsed.fk_attrs) if parsed is not None else ()
        if not any(key.table == table and covers(key, columns) for key in keys):
            yield Flaw(
                subject=node.id,
                message=_message(table, columns),
                fix=_fix(table, columns),
                words=(*columns, "references"),
            )


def _message(table: Name, columns: tuple[str, ...]) -> str:
    return f"no index of {table} begins with {_listed(columns)}, which refers to another table"


def _fix(table: Name, columns: tuple[str, ...]) -> str:
    return f"create index concurrently on {table} ({_listed(columns)});"


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(map(spell, columns))


RULE = Rule(
    level=Level.WARNING,
    file=check,
    schema=audit,
    blames=("create_stmt", "alter_table_stmt", "drop_stmt"),
    words=frozenset({"references"}),
    peers=("eugene/E15", "splinter/0001", "pglinter/B003"),
)
