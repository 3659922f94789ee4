"""A materialized view is refreshed in a migration, which no other refresh can pass.

Even CONCURRENTLY takes an EXCLUSIVE lock on the view: readers go on, but whoever else would refresh
it, a job that runs by the clock for one, waits until the transaction commits.

## Example
```sql
refresh materialized view concurrently public.sales_by_day;
```

## Use instead
```sql
create materialized view if not exists internal.sales_by_day as
    select ordered_on, sum(total_cents) as total_cents from internal.orders group by ordered_on;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import relation
from airlock.model.finding import Level


def check(act: Act) -> Hits:
    """Find a concurrent refresh."""
    if act.node.concurrent:
        view = relation(act.node.relation)
        yield Hit(message=f"no other refresh of {view} passes this one", table=view)


RULE = Rule(
    level=Level.NOTE,
    on=("refresh_mat_view_stmt",),
    act=check,
    spares_new=True,
    opt_in=True,
    peers=("postgres-language-server/concurrentRefreshMatviewLock",),
)
