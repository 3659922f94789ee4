"""A function is dropped while programs may call it.

Calls fail from here on, those of the Data API's clients too, and of other functions, whose bodies
Postgres does not search. Let the callers go first.

It says nothing where the file makes a function of that name again. Note that one with other
parameters is another function for the callers, and that its rights start anew.

## Example
```sql
drop function if exists internal.total(bigint);
```

## Use instead
```sql
comment on function internal.total(bigint) is 'Not called since release 41; goes in release 43.';
```
"""

from airlock.checks._drops import dropped, is_made_again, is_made_before
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a function, a procedure or an aggregate that goes for good."""
    for each in dropped(act, "function", "procedure", "routine", "aggregate"):
        if not is_made_again(act, each) and not is_made_before(act, each.name):
            yield Hit(message=f"calls of {each.name} fail from here on", subject=str(each.name))


RULE = Rule(
    level=Level.NOTE,
    on=("drop_stmt",),
    act=check,
    words=frozenset({"aggregate", "function", "procedure", "routine"}),
    peers=(),
)
