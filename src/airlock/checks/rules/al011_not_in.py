"""NOT IN picks what is not in a list.

With a null on either side it is never true, so that rows are left out without an error. `<> all`
over an array has the same trap; NOT EXISTS has not.

It is sound where the list holds constants and the column is NOT NULL.

## Example
```sql
create or replace function internal.orders_to_do() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where status not in ('closed', 'paid') $$;
```

## Use instead
```sql
create or replace function internal.orders_to_do() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where status in ('open', 'packed') $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, strings
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one over a list; AL010 is about queries."""
    for node in act.nodes("A_Expr"):
        if enum(node, "kind") == "AEXPR_IN" and strings(node.name)[-1] == "<>":
            yield Hit(
                message="rows whose value is null are not among those that are not in this list",
                at=act.offset(node.location),
                subject=str(node.location),
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    bodies=True,
    opt_in=True,
    peers=("pgrubic/GN026",),
)
