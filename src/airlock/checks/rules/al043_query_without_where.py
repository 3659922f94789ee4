"""A query reads all rows of a table.

It is quick on a table of a developer and slow on that of production, and what it returns grows with
the table. It is no mistake for small tables and for reports.

## Example
```sql
create or replace function internal.titles() returns setof text
language sql stable set search_path = ''
as $$ select title from internal.orders $$;
```

## Use instead
```sql
create or replace function internal.titles() returns setof text
language sql stable set search_path = ''
as $$ select title from internal.orders where status = 'open' $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find SELECT with FROM and neither WHERE nor LIMIT."""
    for query in act.nodes("SelectStmt"):
        if (
            any(each.WhichOneof("node") == "range_var" for each in query.from_clause)
            and not query.HasField("where_clause")
            and not query.HasField("limit_count")
        ):
            yield Hit(
                message="this query reads all rows",
                at=act.offset(query.from_clause[0].range_var.location),
                subject=str(query.from_clause[0].range_var.location),
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("bytebase/statement-where-required-select",),
)
