"""An enum gets a value that programs do not know, and that cannot be taken back.

There is no statement that removes a value. Programs that were built with the old list fail when the
first row holds the new one; release those that know it first.

## Example
```sql
alter type internal.order_status add value if not exists 'refunded';
```

## Use instead
```sql
create table if not exists internal.order_statuses (name text primary key);
```
"""

from airlock.checks._drops import is_made_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import qualified
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a new value of an enum that was there."""
    name = qualified(act.node.type_name)
    if not act.node.old_val and not is_made_before(act, name):
        yield Hit(
            message=f"'{act.node.new_val}' of {name} stays for good, and programs may not know it",
            subject=f"{name}.{act.node.new_val}",
        )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_enum_stmt",),
    act=check,
    opt_in=True,
    peers=("postgres-language-server/avoidAlterEnumAddValue",),
)
