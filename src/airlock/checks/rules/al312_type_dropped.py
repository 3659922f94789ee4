"""A type is dropped while programs may use it.

Casts to it, parameters and prepared statements of that type fail from here on, and generated types
of the client no longer fit. With CASCADE every column of the type goes with its values.

It says nothing where the file makes a type of that name again.

## Example
```sql
drop type if exists internal.order_status;
```

## Use instead
```sql
comment on type internal.order_status is 'Not used since release 41; goes in release 43.';
```
"""

from airlock.checks._drops import dropped, is_made_again, is_made_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a type or a domain that goes for good."""
    for each in dropped(act, "type", "domain"):
        if not is_made_again(act, each) and not is_made_before(act, each.name):
            yield Hit(
                message=f"what names the type {each.name} fails from here on", table=each.name
            )


RULE = Rule(
    level=Level.NOTE,
    on=("drop_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"domain", "type"}),
    peers=(),
)
