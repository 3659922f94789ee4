"""A query takes all columns, whatever they are.

A column that is added later is read and sent, too, and may be one that not everybody is to see; one
that is dropped or moved breaks what relies on its place. A view keeps the columns of the day it was
made on.

## Example
```sql
create or replace function internal.open_orders() returns setof internal.orders
language sql stable set search_path = ''
as $$ select * from internal.orders $$;
```

## Use instead
```sql
create or replace function internal.open_orders() returns table (id bigint)
language sql stable set search_path = ''
as $$ select id from internal.orders $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a star that stands for columns; that of count(*) stands for none."""
    for node in act.nodes("ColumnRef"):
        if node.fields and node.fields[-1].WhichOneof("node") == "a_star":
            yield Hit(
                message="all columns are taken, also those that are not there yet",
                at=act.offset(node.location),
                subject=str(node.location),
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=(
        "pgrubic/GN028",
        "bytebase/statement-no-select-all",
    ),
)
