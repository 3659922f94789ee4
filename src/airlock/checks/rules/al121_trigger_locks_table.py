"""A trigger is made or switched while nobody can write to its table.

CREATE TRIGGER, and ALTER TABLE … ENABLE or DISABLE TRIGGER, take a SHARE ROW EXCLUSIVE lock: they
wait for running writes, and new ones wait behind them. The work itself takes no time, so this
matters on tables that are written without a break. DROP TRIGGER shuts out readers as well.

## Example
```sql
create or replace trigger orders_touch before update on public.orders
    for each row execute function internal.touch();
```

## Use instead
```sql
create table if not exists internal.notes (
    id bigint generated always as identity primary key,
    body text not null
);
create or replace trigger notes_touch before update on internal.notes
    for each row execute function internal.touch();
```
"""

from airlock.checks._tables import altered
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a trigger that is made, or switched on or off."""
    if act.kind == "create_trig_stmt":
        table = relation(act.node.relation)
        yield Hit(
            message=f"writes to {table} wait until the trigger {act.node.trigname} is there",
            table=table,
        )
        return
    for table, sort, command in altered(act):
        if sort.startswith(("AT_EnableTrig", "AT_DisableTrig", "AT_EnableAlwaysTrig")) or (
            sort == "AT_EnableReplicaTrig"
        ):
            yield Hit(
                message=f"writes to {table} wait until its triggers are switched",
                table=table,
                subject=f"{table} {sort} {command.name}",
            )


RULE = Rule(
    level=Level.NOTE,
    on=("create_trig_stmt", "alter_table_stmt"),
    act=check,
    spares_new=True,
    opt_in=True,
    peers=(
        "postgres-language-server/avoidCreateTrigger",
        "postgres-language-server/avoidEnableDisableTrigger",
    ),
)
