"""A query sorts or groups by the position of a column.

A column that is put in before it changes what the query sorts or groups by, without an error.

## Example
```sql
create or replace function internal.days() returns setof date
language sql stable set search_path = ''
as $$ select placed_on from internal.orders order by 1 $$;
```

## Use instead
```sql
create or replace function internal.days() returns setof date
language sql stable set search_path = ''
as $$ select placed_on from internal.orders order by placed_on $$;
```
"""

from airlock.checks._queries import number
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a whole number in GROUP BY or ORDER BY."""
    for query in act.nodes("SelectStmt"):
        sorted_by = [each.sort_by.node for each in query.sort_clause]
        for verb, values in (("groups", query.group_clause), ("sorts", sorted_by)):
            for value in values:
                position = number(value)
                if position is not None:
                    yield Hit(
                        message=f"this query {verb} by whatever its column {position} is",
                        at=act.offset(value.a_const.location),
                        subject=f"{verb} {value.a_const.location}",
                    )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=(
        "pgrubic/QY001",
        "pgrubic/QY002",
    ),
)
