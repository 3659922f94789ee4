"""A table or an index is copied to another tablespace while nobody can use it.

Every byte is copied under an ACCESS EXCLUSIVE lock. Build a new index in the other tablespace with
CONCURRENTLY and drop the old one; for a table, pg_repack moves it with a lock at the end only.

## Example
```sql
alter table public.orders set tablespace fast_disks;
```

## Use instead
```sql
create index concurrently if not exists orders_customer_id_idx
    on public.orders (customer_id) tablespace fast_disks;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import commands, relation
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a move of one relation, or of all in a tablespace."""
    if act.kind == "alter_table_move_all_stmt":
        old, new = act.node.orig_tablespacename, act.node.new_tablespacename
        if old != new:
            yield Hit(
                message=f"nobody can use what is in {spell(old)} while it is copied to {spell(new)}"
            )
        return
    for sort, command in commands(act.node):
        if sort == "AT_SetTableSpace":
            name = relation(act.node.relation)
            yield Hit(
                message=f"nobody can use {name} while it is copied to {spell(command.name)}",
                table=name,
            )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt", "alter_table_move_all_stmt"),
    act=check,
    spares_new=True,
    peers=("pgrubic/US017", "pgrubic/US018", "pgrubic/US023", "pgrubic/US024"),
)
