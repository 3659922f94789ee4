"""A secret is written to a table for settings.

Each environment gets the same one, everybody who has the repository knows it, and whoever may read
the table does as well. Keep it in the vault, and in the table no more than its name.

## Example
```sql
update internal.system_config set api_key = 'q8Zt4Lw1Xv7Rk2Mn' where mail_enabled;
```

## Use instead
```sql
update internal.system_config set api_key_name = 'mail_key' where mail_enabled;
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.CONFIGURATION), peers=())
