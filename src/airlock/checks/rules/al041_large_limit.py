"""A query may return more rows than anybody reads.

A LIMIT or an OFFSET beyond 1,000 is a page that no screen shows: Postgres reads and throws away all
rows before it. Go on from the last key instead.

## Example
```sql
create or replace function internal.page() returns setof bigint
language sql stable set search_path = ''
as $$ select id from internal.orders order by id limit 50000 $$;
```

## Use instead
```sql
create or replace function internal.page() returns setof bigint
language sql stable set search_path = ''
as $$ select id from internal.orders order by id limit 50 $$;
```
"""

from airlock.checks._queries import number
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_MOST = 1000


def check(act: Act) -> Hits:
    """Find one beyond a thousand."""
    for query in act.nodes("SelectStmt"):
        for verb, value in (("returns", query.limit_count), ("skips", query.limit_offset)):
            rows = number(value)
            if rows is not None and rows > _MOST:
                yield Hit(
                    message=f"this query {verb} up to {rows:,} rows",
                    at=act.offset(value.a_const.location),
                    subject=f"{verb} {value.a_const.location}",
                )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("bytebase/statement-maximum-limit-value",),
)
