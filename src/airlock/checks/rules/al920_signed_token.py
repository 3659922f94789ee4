"""A signed token (JWT) stands in a migration.

Whoever has it is whom it says, until it expires. A token of Supabase's service role reads and
writes every row past row-level security, often for ten years; put the secret into the vault, by
hand, and let the function read it from there, then have the keys of the project rolled. What a
token allows is read from it: the one for visitors is public anyway, and only noted.

## Example
```sql
comment on schema internal is 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl';
```

## Use instead
```sql
comment on schema internal is 'The token is in the vault.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.TOKEN), peers=())
