"""The token of a request, or the address of a webhook, stands in a migration.

A trigger or a function sends it to a service with each request, so whoever has the repository can
send the same. Read it from the vault where the request is made.

## Example
```sql
comment on schema internal is 'Sends Authorization: Bearer q8Zt4Lw1Xv7Rk2Mn5Bs3.';
```

## Use instead
```sql
comment on schema internal is 'Sends the token that the vault holds.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, file=secret(Kind.HEADER), peers=())
