"""A column comes twice where it may come once.

Postgres refuses the statement: a table or a view has each column once, and a row gets one value for
each. In a function it is refused when somebody calls it.

## Example
```sql
create or replace function internal.close_order(number bigint) returns void
language sql set search_path = ''
as $$ update internal.orders set status = 'closed', status = 'done' where id = number $$;
```

## Use instead
```sql
create or replace function internal.close_order(number bigint) returns void
language sql set search_path = ''
as $$ update internal.orders set status = 'closed' where id = number $$;
```
"""

from airlock.checks._assignments import STATEMENTS, lists
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find the second of two; parts of a column may be written one by one."""
    for verb, listed in lists(act):
        seen: dict[str, bool] = {}
        for column in listed:
            whole = not column.part
            if column.name in seen and (whole or seen[column.name]):
                said = "is there" if verb == "is" else "gets a value"
                yield Hit(
                    message=f"{column.name} {said} a second time",
                    at=act.offset(column.location) if column.location > 0 else None,
                    subject=column.name,
                )
            seen[column.name] = seen.get(column.name, False) or whole


RULE = Rule(
    level=Level.ERROR,
    on=STATEMENTS,
    act=check,
    bodies=True,
    peers=("squawk/ban-duplicate-column-assignments", "pgrubic/GN009"),
)
