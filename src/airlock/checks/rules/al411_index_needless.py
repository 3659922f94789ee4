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

from airlock.checks._keys import Key
from airlock.checks._needless import BLAMES, in_files, in_schema, named, own
from airlock.checks.rule import Rule
from airlock.model.finding import Level


def tell(key: Key, other: Key) -> str | None:
    """Say so of the one that does no work of its own."""
    if other.constraint or key.elements != other.elements:
        return f"{own(key)} of {key.table} does nothing that {named(other)} does not do"
    return None


RULE = Rule(
    level=Level.WARNING,
    file=in_files(tell),
    schema=in_schema(tell),
    blames=BLAMES,
    peers=("pglinter/B002",),
)
