"""An UPDATE gives a column the value that it has.

Nothing changes, and every row is written anew all the same. Mostly another column or a parameter
was meant: in a function in SQL a name that is both means the column.

It is no mistake where the write itself is wanted, so that triggers fire once for each row; say so
in a comment that allows it.

## Example
```sql
create or replace function internal.rename_order(number bigint, title text) returns void
language sql set search_path = ''
as $$ update internal.orders set title = title where id = number $$;
```

## Use instead
```sql
create or replace function internal.rename_order(number bigint, new_title text) returns void
language sql set search_path = ''
as $$ update internal.orders set title = new_title where id = number $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import column_of, kind_of
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find `set a = a`, also with the name of the table before it."""
    for update in act.nodes("UpdateStmt"):
        for each in update.target_list:
            target = each.res_target
            if target.indirection or kind_of(target.val) != "column_ref":
                continue
            *before, name = column_of(target.val.column_ref)
            if name == target.name and _is_of(before, update.relation):
                yield Hit(
                    message=f"{name} is set to the value that it has",
                    at=act.offset(target.location),
                    subject=name,
                )


def _is_of(before: list[str], var: Node) -> bool:
    """Whether what stands before a column is the table that is written."""
    if not before:
        return True
    if var.HasField("alias"):
        return before == [var.alias.aliasname]
    table = [var.schemaname, var.relname]
    return before[-len(table) :] == table[-len(before) :]


RULE = Rule(
    level=Level.WARNING,
    on=("update_stmt", "select_stmt", "insert_stmt", "delete_stmt", "merge_stmt"),
    act=check,
    bodies=True,
    peers=("pgrubic/GN036",),
)
