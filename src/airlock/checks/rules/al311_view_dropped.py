"""A view is dropped while programs may read it.

Queries of it fail from here on, those of the Data API's clients too. A materialized view takes its
rows and indexes with it. Let the readers go first.

It says nothing where the file makes something of that name again. What was granted on the old one
is gone even so, and so are its comment and its options, `security_invoker` for one: CREATE OR
REPLACE VIEW keeps the rights, where columns are only added at the end.

## Example
```sql
drop view if exists internal.open_orders;
```

## Use instead
```sql
comment on view internal.open_orders is 'Not read since release 41; to be dropped in release 43.';
```
"""

from airlock.checks._drops import dropped, is_made_again
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a view that goes for good."""
    for each in dropped(act, "view", "materialized view"):
        if not is_made_again(act, each):
            yield Hit(message=f"queries of {each.name} fail from here on", table=each.name)


RULE = Rule(
    level=Level.NOTE,
    on=("drop_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"view"}),
    peers=(),
)
