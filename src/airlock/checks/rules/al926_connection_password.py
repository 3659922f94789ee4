"""The password of a connection stands in a migration.

A subscription, a user mapping, a foreign server or a call of dblink says here how to log in
somewhere else. Everybody who has the repository can do so, and every database that is made from it
will connect to that same place. Create such objects by hand in each environment, or read the
password from the vault in a DO block.

## Example
```sql
alter user mapping for current_user server billing options (set password 'kT9vQ2wLx8');
```

## Use instead
```sql
alter user mapping for current_user server billing options (set user 'reader');
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.CONNECTION), peers=())
