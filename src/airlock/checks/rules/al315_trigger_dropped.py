"""A trigger is dropped, and what it kept up is no longer kept.

Counters, copies, audit rows and checks that it made stop at once, and nothing says so. DROP TRIGGER
also takes an ACCESS EXCLUSIVE lock on its table.

It says nothing where the file makes a trigger of that name again.

## Example
```sql
drop trigger if exists orders_audit on internal.orders;
```

## Use instead
```sql
drop trigger if exists orders_audit on internal.orders;
create trigger orders_audit after update on internal.orders
    for each row execute function internal.audit();
```
"""

from airlock.checks._drops import dropped, is_dropped_after, is_made_again
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.model.names import spell


def check(act: Act) -> Hits:
    """Find a trigger that goes for good."""
    for each in dropped(act, "trigger"):
        if not is_made_again(act, each) and not is_dropped_after(act, each.name):
            yield Hit(
                message=f"nobody does any more what {spell(each.own)} did on {each.name}",
                table=each.name,
                subject=f"{each.name}.{each.own}",
            )


RULE = Rule(
    level=Level.NOTE,
    on=("drop_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"trigger"}),
    peers=("postgres-language-server/banDropTrigger",),
)
