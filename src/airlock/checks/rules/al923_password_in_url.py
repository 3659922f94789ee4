"""A URL with a password stands in a migration.

Whoever has the repository has the password, and so has everybody who sees the URL in a log. Keep
the URL in the vault or in the settings of the server. One of the own machine passes, and so does
one with a gap to be filled in.

## Example
```sql
comment on schema internal is 'Fed from postgres://feeder:kT9vQ2wLx8@db.brightline.io/feed.';
```

## Use instead
```sql
comment on schema internal is 'Fed from postgres://feeder:<password>@db.brightline.io/feed.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.URL_PASSWORD), peers=())
