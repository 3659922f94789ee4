"""A comparison names the constant first.

`10 < price` has to be turned around in the head. The order means nothing to Postgres; people read
what is looked at first and what it is held to second.

## Example
```sql
create or replace function internal.cheap() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where 10 > price $$;
```

## Use instead
```sql
create or replace function internal.cheap() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where price < 10 $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, kind_of, strings
from airlock.model.finding import Level

_OPERATORS = frozenset({"=", "<>", "!=", "<", "<=", ">", ">="})


def check(act: Act) -> Hits:
    """Find a constant on the left and a column on the right."""
    for node in act.nodes("A_Expr"):
        if (
            enum(node, "kind") == "AEXPR_OP"
            and strings(node.name)[-1] in _OPERATORS
            and kind_of(node.lexpr) == "a_const"
            and kind_of(node.rexpr) == "column_ref"
            and not node.lexpr.a_const.isnull
        ):
            yield Hit(
                message="this comparison reads from right to left",
                at=act.offset(node.lexpr.a_const.location),
                subject=str(node.location),
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("pgrubic/GN027",),
)
