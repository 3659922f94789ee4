"""A comment that speaks to Airlock cannot be read.

It would be taken for a promise that something is allowed, while nothing is. An allowance names the
rules and the reason: `-- airlock: allow AL104 because the table is empty until the launch`.

## Example
```sql
-- airlock: allow everything
select set_config('app.mode', 'quiet', false);
```

## Use instead
```sql
-- airlock: renamed from orders
comment on table internal.purchases is 'One row for each purchase.';
```
"""

from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, peers=())
