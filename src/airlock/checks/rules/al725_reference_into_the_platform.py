"""A foreign key refers to something of the platform that is not its to keep.

Supabase changes the tables of `auth` and `storage` with its own migrations. A foreign key to a
column that is not their primary key stops such a change, and with it the update of the project.
`auth.users (id)` stays as it is.

## Example
```sql
create table if not exists internal.phones (
    phone text primary key references auth.users (phone) on delete cascade
);
```

## Use instead
```sql
create table if not exists internal.phones (
    user_id uuid primary key references auth.users (id) on delete cascade
);
```
"""

from airlock.checks._references import ON, Reference, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level

_KEYS = ((), ("id",))


def judge(reference: Reference) -> Hits:
    """Find one to a column of auth or storage that is not `id`."""
    if not reference.context.supabase or reference.other.schema not in {"auth", "storage"}:
        return
    if reference.others not in _KEYS:
        yield Hit(
            message=f"{reference.table} refers to {', '.join(reference.others)} of "
            f"{reference.other}, which the platform may change",
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
    peers=("splinter/0021",),
)
