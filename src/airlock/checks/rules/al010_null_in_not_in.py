"""NOT IN asks a query whose column may hold null.

A single null among the values, and `not in` is never true: the query finds no row at all, without
an error. And Postgres cannot turn it into a join, so that it asks the inner rows again for each
outer one. NOT EXISTS does what is meant, and fast.

It is no mistake where the column cannot be null; the rule is silent where it knows that.

## Example
```sql
create or replace function internal.orders_without_invoice() returns bigint
language sql stable set search_path = ''
as $$
    select count(*) from internal.orders
    where number not in (select order_number from internal.invoices);
$$;
```

## Use instead
```sql
create or replace function internal.orders_without_invoice() returns bigint
language sql stable set search_path = ''
as $$
    select count(*) from internal.orders as o
    where not exists (select from internal.invoices as i where i.order_number = o.number);
$$;
```
"""

import re

from airlock.checks._tables import column_before, tested
from airlock.checks.act import Act
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import Name, column_of, enum, kind_of, relation
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_MAY_HOLD = re.compile(r"\bin\s*\(", re.IGNORECASE)
"""What the text of one has; trees are walked for it alone otherwise."""
_PASSED = frozenset({"", "*", "id"})
"""What is no column, or is one that a primary key has nearly everywhere."""


def check(act: Act) -> Hits:
    """Find one, as far as nothing says that the column is filled."""
    if not _MAY_HOLD.search(act.text):
        return
    for node in act.nodes("BoolExpr"):
        if enum(node, "boolop") != "NOT_EXPR" or kind_of(node.args[0]) != "sub_link":
            continue
        link = node.args[0].sub_link
        if enum(link, "sub_link_type") != "ANY_SUBLINK" or link.oper_name:
            continue
        query = link.subselect.select_stmt
        column, tables = _column(query), _tables(query)
        if column in _PASSED or _says_filled(query.where_clause, column):
            continue
        before = [column_before(act, table, column) for table in tables]
        if not any(each is not None and each.not_null for each in before):
            yield Hit(
                message=f"no row passes as soon as one {column} is null",
                at=act.offset(link.location),
                subject=column,
                unless=tuple(
                    Fact(knows, table, column)
                    for table in tables
                    for knows in (Knows.FILLED, Knows.NOT_NULL)
                ),
            )


def _column(query: Node) -> str:
    """Return the column that a query returns; empty where it is something else."""
    if len(query.target_list) != 1:
        return ""
    value = query.target_list[0].res_target.val
    return column_of(value.column_ref)[-1] if kind_of(value) == "column_ref" else ""


def _tables(query: Node) -> list[Name]:
    """Return the tables that a query reads, joins left out."""
    return [relation(each.range_var) for each in query.from_clause if kind_of(each) == "range_var"]


def _says_filled(where: Node, column: str) -> bool:
    """Whether a condition that must hold says that a column of this name is filled."""
    if kind_of(where) == "bool_expr" and enum(where.bool_expr, "boolop") == "AND_EXPR":
        return any(_says_filled(each, column) for each in where.bool_expr.args)
    return tested(where) == column


RULE = Rule(
    level=Level.WARNING,
    act=check,
    bodies=True,
    peers=(),
)
