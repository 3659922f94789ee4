"""Two indexes of a table are the same.

Every INSERT and UPDATE writes both of them, and both take the room, for what one of them does. The
names differ, so nothing else says it.

## Example
```sql
create index if not exists visits_at_idx on internal.visits (at);
create index if not exists visits_moment_idx on internal.visits (at);
```

## Use instead
```sql
create index if not exists visits_at_idx on internal.visits (at);
```

## Given
```sql
create table if not exists internal.visits (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    page text not null unique
);
```
"""

from airlock.checks._keys import Key, keys_of_file, keys_of_schema, pairs
from airlock.checks.act import File
from airlock.checks.rule import Flaw, Flaws, Hit, Hits, Rule, Schema
from airlock.model.finding import Level
from airlock.model.names import spell


def check(file: File) -> Hits:
    """Find it among the keys that the file makes."""
    for key, other in pairs(keys_of_file(file)):
        if not other.constraint and key.elements == other.elements:
            yield Hit(
                message=_message(key, other),
                at=key.at,
                table=None,
                subject=f"{key.table}:{key.name or key.shown}",
            )


def audit(schema: Schema) -> Flaws:
    """Find it among the keys that a schema holds."""
    found = dict(keys_of_schema(schema.catalog))
    ids = {(key.table, key.name): id for id, key in found.items()}
    for key, other in pairs(found.values()):
        if not other.constraint and key.elements == other.elements:
            name = spell(key.table.schema, key.name)
            yield Flaw(
                subject=ids[key.table, key.name],
                message=_message(key, other),
                fix=f"drop index concurrently {name};" if not key.constraint else None,
                table=key.table,
                words=tuple(each for each in key.elements if each.isidentifier()),
            )


def _message(key: Key, other: Key) -> str:
    own = f"the index {spell(key.name)}" if key.name else f"the index on ({key.shown})"
    return f"{own} of {key.table} is the same as {_named(other)}"


def _named(key: Key) -> str:
    if key.primary:
        return "the primary key"
    what = "the constraint" if key.constraint else "the index"
    return f"{what} {spell(key.name)}" if key.name else f"{what} on ({key.shown})"


RULE = Rule(
    level=Level.WARNING,
    file=check,
    schema=audit,
    blames=("index_stmt", "alter_table_stmt", "create_stmt"),
    peers=("pgrubic/GN025", "splinter/0009", "pglinter/B002", "bytebase/index-no-duplicate"),
)
