"""A query puts all rows in a random order.

Postgres reads and sorts the whole table for it, even where a LIMIT takes one row; TABLESAMPLE, or a
random key, takes some rows without reading the others. Rows that are copied in such an order are
different ones in each environment.

## Example
```sql
create or replace function internal.any_order() returns bigint
language sql stable set search_path = ''
as $$ select id from internal.orders order by random() limit 1 $$;
```

## Use instead
```sql
create or replace function internal.any_order() returns bigint
language sql stable set search_path = ''
as $$ select id from internal.orders tablesample system_rows (1) $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import called, kind_of
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find ORDER BY random()."""
    for query in act.nodes("SelectStmt"):
        for each in query.sort_clause:
            value = each.sort_by.node
            if kind_of(value) == "func_call" and called(value.func_call)[-1] == "random":
                yield Hit(
                    message="all rows are sorted at random",
                    at=act.offset(value.func_call.location),
                    subject=str(value.func_call.location),
                )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("bytebase/insert-disallow-order-by-rand",),
)
