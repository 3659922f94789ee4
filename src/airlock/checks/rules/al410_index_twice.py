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

from airlock.checks._keys import Key
from airlock.checks._needless import BLAMES, in_files, in_schema, named, own
from airlock.checks.rule import Rule
from airlock.model.finding import Level


def tell(key: Key, other: Key) -> str | None:
    """Say so of the one that does no work of its own."""
    if not other.constraint and key.elements == other.elements:
        return f"{own(key)} of {key.table} is the same as {named(other)}"
    return None


RULE = Rule(
    level=Level.WARNING,
    file=in_files(tell),
    schema=in_schema(tell),
    blames=BLAMES,
    peers=("pgrubic/GN025", "splinter/0009", "pglinter/B002", "bytebase/index-no-duplicate"),
)
