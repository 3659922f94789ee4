"""A rule rewrites queries.

A rule works on the text of a query, not on its rows: expressions are copied and may run several
times, a rule with DO INSTEAD silently swallows writes, and RETURNING, COPY and ON CONFLICT do not
know it. A trigger sees each row and does what it says.

## Example
```sql
create or replace rule keep_orders as on delete to internal.orders do instead nothing;
```

## Use instead
```sql
create or replace trigger keep_orders before delete on internal.orders
    for each row execute function internal.keep_row();
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find CREATE RULE."""
    table = relation(act.node.relation)
    yield Hit(
        message=f"queries of {table} are rewritten by the rule {act.node.rulename}",
        table=table,
        subject=act.node.rulename,
    )


RULE = Rule(
    level=Level.NOTE,
    on=("rule_stmt",),
    act=check,
    opt_in=True,
    peers=("pgrubic/GN002",),
)
