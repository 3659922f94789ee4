"""An extension is created that the project has not agreed on.

Extensions bring code, background workers and dependencies that not every platform has.
`allowed_extensions` under `[checks]` lists those that this project uses.

## Example
```sql
create extension if not exists ltree with schema extensions;
```

## Use instead
```sql
drop extension if exists ltree;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

OPTION = "allowed_extensions"


def check(act: Act) -> Hits:
    """Find one that is not listed."""
    name = act.node.extname
    if name not in act.context.options.get(OPTION, ()):
        yield Hit(message=f"the extension {name} is not among the agreed ones", subject=name)


RULE = Rule(
    level=Level.WARNING,
    on=("create_extension_stmt",),
    act=check,
    opt_in=True,
    peers=("pgrubic/ST001",),
)
