"""A name begins like those of Postgres itself.

Tables of the system begin with `pg_`, and new versions bring new ones. Where one gets the name of
yours, a query that names it without its schema reads the system's table from then on. Schemas and
roles with such a name are refused by the server.

## Example
```sql
create sequence if not exists internal.pg_orders_seq;
```

## Use instead
```sql
create sequence if not exists internal.orders_number_seq;
```
"""

from airlock.checks._naming import STATEMENTS, given, said
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_PREFIX = "pg_"


def check(act: Act) -> Hits:
    """Find one that does."""
    for named in given(act):
        if named.name.strip().startswith(_PREFIX):
            message = f"{named.name}, the name of this {named.sort}, looks like Postgres's own"
            yield said(act, named, message)


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/NM013",),
)
