"""A comment allows something that is not there.

What it was for is gone, and the comment would silently allow the next one. Take it out.

## Example
```sql
-- airlock: allow AL101 because the table is empty until the launch
comment on table internal.purchases is 'One row for each purchase.';
```

## Use instead
```sql
comment on table internal.purchases is 'One row for each purchase.';
```
"""

from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, peers=("squawk/unused-ignore",))
