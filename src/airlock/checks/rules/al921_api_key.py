"""The key of a service stands in a migration.

Whoever has the repository can use the service in your name and at your cost, and it stays in the
history of Git when the file is mended: have the key rolled. Keep keys in the vault or in the
settings of the server, and read them where they are needed. The hash of a password counts as well:
it can be guessed at leisure.

Known are the forms that makers gave their keys, of AWS, Stripe, GitHub, Slack, OpenAI, Supabase and
others. Keys for tests and those that browsers get anyway matter less.

## Example
```sql
comment on schema internal is 'Deployed with ghp_q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0Ue2O.';
```

## Use instead
```sql
comment on schema internal is 'Deployed with a token of GitHub.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.API_KEY), peers=())
