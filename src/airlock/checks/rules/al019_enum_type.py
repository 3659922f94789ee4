"""A type lists its values.

A value of an enum can be added and renamed, but never removed or moved to another place; a value
that is added cannot be used in the same transaction. A table of the values with a foreign key, or a
text column with a CHECK, can change in both directions, and the table has room for a description.

## Example
```sql
do $$ begin
    create type internal.status as enum ('open', 'closed');
exception when duplicate_object then null;
end $$;
```

## Use instead
```sql
create table if not exists internal.statuses (
    name text primary key
);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import qualified
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find CREATE TYPE … AS ENUM."""
    name = qualified(act.node.type_name)
    yield Hit(message=f"no value of {name} can ever be removed", subject=str(name))


RULE = Rule(
    level=Level.NOTE,
    on=("create_enum_stmt",),
    act=check,
    opt_in=True,
    peers=(
        "pgrubic/GN006",
        "eugene/W13",
        "postgres-language-server/creatingEnum",
    ),
)
