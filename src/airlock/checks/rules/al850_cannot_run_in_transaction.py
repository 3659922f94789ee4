"""A statement that cannot run inside a transaction stands in one.

CONCURRENTLY, VACUUM, ALTER SYSTEM, CREATE DATABASE and the like fail between a BEGIN and its
COMMIT, in a DO block and in a function. As a statement of the file they are fine: Airlock runs them
outside of the file's own transaction.

## Example
```sql
do $$
begin
    create index concurrently if not exists orders_customer_id_idx
        on public.orders (customer_id);
end $$;
```

## Use instead
```sql
create index concurrently if not exists orders_customer_id_idx on public.orders (customer_id);
```
"""

from airlock.checks.act import Act, Place
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.script import Running
from airlock.sources.commands import describe


def check(act: Act) -> Hits:
    """Find what fails because of what is around it."""
    around = {
        Place.FILE: "after a BEGIN",
        Place.BLOCK: "in a DO block",
        Place.BODY: "in a function",
    }
    if act.place is Place.FILE and not act.opened:
        return
    found = describe(act.kind, act.node)
    if found.running is Running.ALONE:
        concurrent = " concurrently" if "concurrently" in act.text.lower().split() else ""
        yield Hit(
            message=f"{found.tag.lower()}{concurrent} fails {around[act.place]}",
            fix=f"{act.text[act.lead :].rstrip()};  -- as a statement of the file, without BEGIN",
        )


RULE = Rule(
    level=Level.ERROR,
    on=(
        "alter_database_stmt",
        "alter_subscription_stmt",
        "alter_system_stmt",
        "alter_table_stmt",
        "cluster_stmt",
        "create_subscription_stmt",
        "create_table_space_stmt",
        "createdb_stmt",
        "discard_stmt",
        "drop_stmt",
        "drop_subscription_stmt",
        "drop_table_space_stmt",
        "dropdb_stmt",
        "index_stmt",
        "reindex_stmt",
        "vacuum_stmt",
    ),
    act=check,
    bodies=True,
    peers=(
        "squawk/ban-concurrent-index-creation-in-transaction",
        "bytebase/statement-non-transactional",
        "safe-migrate/concurrently-in-transaction",
    ),
)
