"""A text says null.

`'null'` is a text of four letters, not the absence of a value: `is null` does not find it, and
unique keys, foreign keys and NOT NULL take it for a value. It gets into tables from programs that
put values into SQL by hand.

## Example
```sql
create or replace function internal.no_note() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where note = 'null' $$;
```

## Use instead
```sql
create or replace function internal.no_note() returns bigint
language sql stable set search_path = ''
as $$ select count(*) from internal.orders where note is null $$;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a constant that is that text."""
    for node in act.nodes("A_Const"):
        if node.WhichOneof("val") == "sval" and node.sval.sval.lower() == "null":
            yield Hit(
                message="this is the text 'null', not null",
                at=act.offset(node.location),
                subject=str(node.location),
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=("pgrubic/GN031",),
)
