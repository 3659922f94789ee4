"""An INSERT does not say into which columns.

Its values go to the columns in the order in which the table has them. A column that another file
puts in, or an environment whose table was built in another order, and values land in the wrong
column, or the statement fails.

## Example
```sql
create or replace function internal.copy_order(number bigint) returns void
language sql set search_path = ''
as $$
    insert into internal.archive
    select id, title from internal.orders where id = number;
$$;
```

## Use instead
```sql
create or replace function internal.copy_order(number bigint) returns void
language sql set search_path = ''
as $$
    insert into internal.archive (id, title)
    select id, title from internal.orders where id = number;
$$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find one with values and without columns."""
    for insert in act.nodes("InsertStmt"):
        if insert.HasField("select_stmt") and not insert.cols:
            table = relation(insert.relation)
            yield Hit(
                message=f"values go to the columns of {table} in whatever order it has them",
                at=act.offset(insert.relation.location),
                table=table,
            )


RULE = Rule(
    level=Level.NOTE,
    on=("insert_stmt", "select_stmt", "update_stmt", "delete_stmt"),
    act=check,
    bodies=True,
    peers=("pgrubic/GN033", "bytebase/insert-must-specify-column"),
)
