"""A key or an index names a column twice.

Postgres refuses a primary key or a UNIQUE that does, and builds an index that does, with the second
mention taking room for nothing. Mostly another column was meant.

## Example
```sql
create index if not exists visits_at_idx on internal.visits (at, at);
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
    page text not null
);
```
"""

from collections import Counter

from airlock.checks._keys import STATEMENTS, keys_of
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a column that is named more than once."""
    for key in keys_of(act):
        twice = [name for name, number in Counter(key.elements).items() if number > 1]
        if twice:
            what = spell(key.name) if key.name else f"a key of {key.table}"
            yield Hit(
                message=f"{what} names {twice[0]} twice",
                at=key.at,
                table=key.table,
                subject=key.shown,
            )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    peers=(
        "pgrubic/CT005",
        "pgrubic/CT006",
        "pgrubic/GN032",
        "bytebase/index-no-duplicate-column",
    ),
)
