"""The password of a role stands in a migration.

It is the same in every environment, everybody who has the repository can log in with it, and
Postgres may write the statement to its log. Create the role without a password, and set it by hand,
or with psql's own command for it, which sends only what is made from it.

## Example
```sql
alter role report_reader password 'kT9vQ2wLx8';
```

## Use instead
```sql
alter role report_reader login;
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.ROLE_PASSWORD), peers=())
