"""An index has more than three columns.

Columns that come late in an index narrow a search only where all before them are given as equal.
Such an index is large, is written with every change of any of its columns, and is mostly meant for
queries that each use a part of it. INCLUDE carries what is only read along.

## Example
```sql
create index if not exists visits_all_idx on internal.visits (at, page, visitor, country);
```

## Use instead
```sql
create index if not exists visits_at_page_idx on internal.visits (at, page) include (visitor);
```

## Given
```sql
create table if not exists internal.visits (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    page text not null,
    visitor text not null,
    country text not null
);
```
"""

from airlock.checks._keys import keys_of
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_MOST = 3


def check(act: Act) -> Hits:
    """Find an index of so many columns; one that is unique needs what it needs."""
    for key in keys_of(act):
        if len(key.elements) > _MOST and not key.unique:
            yield Hit(
                message=f"an index of {key.table} has {len(key.elements)} columns: {key.shown}",
                at=key.at,
                subject=key.shown,
            )


RULE = Rule(
    level=Level.NOTE,
    on=("index_stmt",),
    act=check,
    opt_in=True,
    peers=(
        "pgrubic/GN005",
        "strong_migrations/add_index_columns",
        "bytebase/index-key-number-limit",
    ),
)
