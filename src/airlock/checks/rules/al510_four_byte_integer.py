"""A number ends at two billion.

An `integer` ends at 2,147,483,647. A column that counts, or that refers to one that does, stops
with an error on that day, and to change its type writes the table anew under a lock. `bigint` takes
four bytes more, which alignment often gives back. Where the values are few for certain, such as a
rating, an integer is fine.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    visits int
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    visits bigint
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset({"int4", "serial", "serial4"})


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act,
            column,
            f"{column} ends at 2,147,483,647",
            instead="bigserial" if "serial" in column.type.name else "bigint",
        )


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    words=frozenset({"int", "int4", "integer", "serial", "serial4"}),
    peers=(
        "squawk/prefer-bigint-over-int",
        "pgrubic/TP009",
        "postgres-language-server/preferBigInt",
        "postgres-language-server/preferBigintOverInt",
    ),
)
