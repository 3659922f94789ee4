"""A name has characters other than letters, digits and underscores.

Such a name has to be quoted in SQL, and escaped again in shells, URLs and the code that an API's
client generates. A dollar sign needs no quotes in Postgres, but other databases and the standard do
not allow it.

Names of policies are sentences by custom, and are not looked at.

## Example
```sql
create sequence if not exists internal.orders$number_seq;
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


def check(act: Act) -> Hits:
    """Find one with others."""
    for named in given(act):
        if odd := "".join(sorted({c for c in named.name if not (c.isalnum() or c == "_")})):
            message = f'the {named.sort} "{named.name}" has "{odd}" in its name'
            yield said(act, named, message)


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/NM012",),
)
