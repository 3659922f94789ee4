"""A secret is put into the vault by a migration.

The vault encrypts it in the database, while the file shows it to everybody who has the repository,
and each environment gets the same one. Create it by hand in each environment, and let the migration
only read it.

## Example
```sql
do $$ begin perform vault.create_secret('q8Zt4Lw1Xv7Rk2Mn', 'mail_key'); end $$;
```

## Use instead
```sql
comment on schema internal is 'Reads the secret mail_key from the vault.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.VAULT), peers=())
