"""A name is a single letter.

It says nothing to whoever finds it in a plan, an error message or a dump, and no search through the
code finds where it is used.

## Example
```sql
create sequence if not exists internal.n;
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
    """Find one."""
    for named in given(act):
        if len(named.name.strip()) == 1:
            yield said(act, named, f"{named.name} does not say what this {named.sort} is")


RULE = Rule(
    level=Level.NOTE,
    on=STATEMENTS,
    act=check,
    opt_in=True,
    peers=("pgrubic/NM014",),
)
