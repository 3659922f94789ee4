"""A column holds the number of an object, which another server does not have.

Types such as `regclass` and `oid` keep the number that an object has on this server. A dump that is
restored elsewhere, and an upgrade with pg_upgrade, find another object or none under it; pg_upgrade
refuses to run. `regclass`, `regrole` and `regtype` alone are carried over. Keep the name as `text`.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    handler regproc
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    handler text
);
```
"""

from airlock.checks._columns import STATEMENTS, hit, of_types
from airlock.checks.act import Act
from airlock.checks.rule import Hits, Rule
from airlock.model.finding import Level

_TYPES = frozenset(
    {
        "regproc",
        "regprocedure",
        "regoper",
        "regoperator",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regcollation",
    }
)


def check(act: Act) -> Hits:
    """Find a column of that type."""
    for column in of_types(act, _TYPES):
        yield hit(
            act,
            column,
            f"{column} holds a number that another server does not have",
            instead="text",
        )


RULE = Rule(
    level=Level.WARNING,
    on=STATEMENTS,
    act=check,
    words=frozenset(
        {
            "regcollation",
            "regconfig",
            "regdictionary",
            "regnamespace",
            "regoper",
            "regoperator",
            "regproc",
            "regprocedure",
        }
    ),
    peers=("splinter/0018",),
)
