"""Another key of the table does all that an index does.

A UNIQUE constraint and a primary key have an index of their own, and an index on `(a, b)` finds
rows by `a` alone as well. One more index that begins the same way is written with every row and
read by nobody. It is worth its price only where the longer one is very much larger.

## Example
```sql
create index if not exists visits_at_idx on internal.visits (at);
create index if not exists visits_at_page_idx on internal.visits (at, page);
```

## Use instead
```sql
create index if not exists visits_at_page_idx on internal.visits (at, page);
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
        if other.constraint or key.elements != other.elements:
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
        if other.constraint or key.elements != other.elements:
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
    return f"{own} of {key.table} does nothing that {_named(other)} does not do"


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
    peers=("pglinter/B002",),
)
