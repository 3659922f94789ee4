"""A value of an enum gets another name while programs use the old one.

Rows show the new name at once; programs that compare with the old one find nothing, and those that
write it fail. Add the new value, let programs take both, move the rows over, and leave the old
value where it is.

## Example
```sql
alter type internal.order_status rename value 'canceled' to 'cancelled';
```

## Use instead
```sql
alter type internal.order_status add value if not exists 'cancelled';
```
"""

from airlock.checks._drops import is_made_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import qualified
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a value of an enum that is called otherwise."""
    node, enum_type = act.node, qualified(act.node.type_name)
    if node.old_val and node.old_val != node.new_val and not is_made_before(act, enum_type):
        yield Hit(
            message=f"programs that write or look for '{node.old_val}' of {enum_type} fail from "
            "here on",
            subject=f"{enum_type}.{node.old_val}",
        )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_enum_stmt",),
    act=check,
    peers=("strong_migrations/rename_enum_value",),
)
