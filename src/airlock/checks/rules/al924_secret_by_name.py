"""A value under a name for secrets stands in a migration.

What is assigned to a password, a token or a key looks random enough to be a real one. In a file it
is the same in every environment, everybody who has the repository knows it, and it cannot be
changed without a migration. Keep it in the vault or in the settings of the server.

## Example
```sql
create or replace function internal.sign(message text) returns text
    language plpgsql set search_path = '' as $$
declare
    signing_secret text := 'q8Zt4Lw1Xv7Rk2Mn';
begin
    return message || signing_secret;
end
$$;
```

## Use instead
```sql
comment on schema internal is 'Signed with the secret in the vault.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, file=secret(Kind.SECRET), peers=())
