"""A condition works on a column before it compares.

An index of the column does not help with `date(placed_at) = …` or `price * 2 > …`: Postgres reads
the whole table and computes for each row. Compare the column itself, or make an index of the
expression.

## Example
```sql
create or replace function internal.of_today() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where date(placed_at) = current_date $$;
```

## Use instead
```sql
create or replace function internal.of_today() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where placed_at >= current_date $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import kind_of
from airlock.model.finding import Level
from airlock.sources.sqltext import Node, walk

_WORKING = frozenset({"a_expr", "coalesce_expr", "func_call"})
_STATEMENTS = ("SelectStmt", "UpdateStmt", "DeleteStmt")


def check(act: Act) -> Hits:
    """Find a call or a calculation with a column in it on the left of a comparison in WHERE."""
    for query in act.nodes(*_STATEMENTS):
        if query.HasField("where_clause"):
            for node in _comparisons(query.where_clause):
                if _works_on_column(node.lexpr):
                    yield Hit(
                        message="no index of the column helps with this condition",
                        at=act.offset(node.location),
                        subject=str(node.location),
                    )


def _comparisons(where: Node) -> list[Node]:
    if kind_of(where) == "bool_expr":
        return [found for each in where.bool_expr.args for found in _comparisons(each)]
    return [where.a_expr] if kind_of(where) == "a_expr" else []


def _works_on_column(value: Node) -> bool:
    if kind_of(value) not in _WORKING:
        return False
    return any(kind == "ColumnRef" for kind, _ in walk(value))


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("bytebase/statement-where-disallow-functions",),
)
