"""An account with such a row cannot be deleted.

A foreign key to `auth.users` without ON DELETE refuses the deletion of an account as long as a row
refers to it: the dashboard and the API answer with an error, and somebody who asks to be forgotten
is not. Say ON DELETE CASCADE where the row goes with its owner, SET NULL where it stays.

## Example
```sql
create table if not exists internal.notes (
    user_id uuid primary key references auth.users (id),
    body text not null
);
```

## Use instead
```sql
create table if not exists internal.notes (
    user_id uuid primary key references auth.users (id) on delete cascade,
    body text not null
);
```
"""

from airlock.checks._references import ON, Reference, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(reference: Reference) -> Hits:
    """Find one to auth.users with NO ACTION or RESTRICT."""
    if tuple(reference.other) == ("auth", "users") and reference.on_delete in {"a", "r"}:
        yield Hit(
            message=f"an account with a row in {reference.table} cannot be deleted",
            at=reference.at,
            subject=f"{reference.table} {' '.join(reference.columns)}",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    words=frozenset({"references"}),
    peers=(),
)
