"""A column is filled for all rows in one statement.

Every row that it writes stays locked until the transaction commits, with what else the file does;
each leaves a dead copy behind, and replicas fall back. On a large table, fill it in batches, each
in a transaction of its own, from a job or a script outside of the migrations.

## Example
```sql
update public.orders set total_cents = price_cents * quantity where total_cents is null;
```

## Use instead
```sql
update public.orders set total_cents = price_cents * quantity
    where id in (select id from public.orders where total_cents is null order by id limit 5000);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import enum, relation
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find an UPDATE whose only condition is that something is, or is not, null."""
    if act.node.HasField("where_clause") and _is_nullness(act.node.where_clause):
        table = relation(act.node.relation)
        yield Hit(
            message=f"the rows of {table} that this fills stay locked until the commit",
            table=table,
        )


def _is_nullness(condition: Node) -> bool:
    match condition.WhichOneof("node"):
        case "null_test":
            return True
        case "bool_expr":
            one = condition.bool_expr
            return enum(one, "boolop") != "NOT_EXPR" and all(map(_is_nullness, one.args))
        case _:
            return False


RULE = Rule(
    level=Level.NOTE,
    on=("update_stmt",),
    act=check,
    spares_new=True,
    peers=("strong_migrations/backfill",),
)
