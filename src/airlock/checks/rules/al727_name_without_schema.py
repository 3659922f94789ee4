"""A name has no schema.

Which object it means depends on the search_path of who runs the file. A migration that runs as
another role, or after somebody changed the setting, works on another table, or makes it in another
schema.

## Given
```sql
create schema if not exists internal;
create table if not exists internal.notes (
    id bigint generated always as identity primary key
);
```

## Example
```sql
analyze notes;
```

## Use instead
```sql
analyze internal.notes;
```
"""

from airlock.checks._names import unqualified
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a relation, type or routine that is named without one; once a statement."""
    for name, location in unqualified(act):
        yield Hit(
            message=f"{name} is named without its schema",
            at=act.offset(location) if location > 0 else None,
            subject=name,
        )
        return


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    peers=("pgrubic/SM001", "squawk/require-table-schema", "bytebase/naming-fully-qualified"),
)
