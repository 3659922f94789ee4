"""A secret is made a setting of the server, a database or a role.

The file shows it to everybody who has the repository, and in the database every role can read it
with current_setting, `anon` too. Keep it in the vault.

## Example
```sql
alter database postgres set app.jwt_secret = 'q8Zt4Lw1Xv7Rk2Mn';
```

## Use instead
```sql
alter database postgres set app.mode = 'quiet';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.SETTING), peers=())
