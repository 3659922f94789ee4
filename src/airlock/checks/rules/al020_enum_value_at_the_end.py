"""A value of an enum is added without its place.

It goes behind all others, and the order of an enum is that of its values: comparisons, ORDER BY and
ranges follow it. No later statement can move it. BEFORE or AFTER says that its place was thought
about.

## Example
```sql
alter type internal.status add value if not exists 'packed';
```

## Use instead
```sql
alter type internal.status add value if not exists 'packed' after 'open';
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import qualified
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find ADD VALUE without BEFORE or AFTER."""
    node = act.node
    if node.new_val and not node.old_val and not node.new_val_neighbor:
        name = qualified(node.type_name)
        yield Hit(
            message=f"the new value comes after all others of {name}",
            subject=f"{name} {node.new_val}",
        )


RULE = Rule(
    level=Level.NOTE,
    on=("alter_enum_stmt",),
    act=check,
    opt_in=True,
    peers=("squawk/require-enum-value-ordering",),
)
